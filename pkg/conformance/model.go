package conformance

import (
	"encoding/base64"
	"regexp"
	"strings"
	"time"

	"github.com/mr-tron/base58"
)

const malformed = "MALFORMED_VALUE_ERROR"

// checkCredential holds a credential against the Verifiable Credentials Data
// Model 2.0; one that begins with the context of version 1 against the little
// that Data Integrity needs of it.
func checkCredential(c map[string]any) error {
	m := &model{}
	contexts := m.contexts(c)
	m.id(c)
	m.types(c, "VerifiableCredential")
	m.issuer(c)
	m.subjects(c)
	if len(contexts) > 0 && contexts[0] == contextV2 {
		m.validity(c)
		m.names(c)
		if issuer, ok := c["issuer"].(map[string]any); ok {
			m.names(issuer)
		}
		for _, name := range []string{"credentialStatus", "termsOfUse", "evidence", "refreshService", "credentialSchema"} {
			m.typed(c, name)
		}
		m.resources(c)
	}
	m.statuses(c)
	return m.err
}

func checkPresentation(p map[string]any) error {
	m := &model{}
	if contexts := m.contexts(p); m.err == nil && contexts[0] != contextV2 && contexts[0] != contextV1 {
		m.fail("@context does not begin with that of the data model")
	}
	m.id(p)
	m.types(p, "VerifiablePresentation")
	for _, entry := range list(p["verifiableCredential"]) {
		if _, ok := entry.(map[string]any); !ok {
			m.fail("verifiableCredential holds what is no object")
		}
	}
	if holder, ok := p["holder"]; ok {
		text, _ := holder.(string)
		if object, isObject := holder.(map[string]any); isObject {
			text, _ = object["id"].(string)
		}
		if !absolute(text) {
			m.fail("holder is no URL")
		}
	}
	m.typed(p, "termsOfUse")
	return m.err
}

// model keeps the first thing that is wrong.
type model struct{ err error }

func (m *model) fail(format string, args ...any) {
	if m.err == nil {
		m.err = wrong(malformed, format, args...)
	}
}

func (m *model) contexts(c map[string]any) []any {
	contexts, ok := c["@context"].([]any)
	if !ok {
		contexts = list(c["@context"])
	}
	if len(contexts) == 0 || contexts[0] != contextV2 && contexts[0] != contextV1 {
		m.fail("@context does not begin with that of the data model")
		return nil
	}
	for _, entry := range contexts {
		switch entry := entry.(type) {
		case map[string]any:
		case string:
			if !absolute(entry) {
				m.fail("@context holds %q, which is no URL", entry)
			}
		default:
			m.fail("@context holds what is neither a URL nor an object")
		}
	}
	return contexts
}

func (m *model) id(object map[string]any) {
	value, present := object["id"]
	if text, ok := value.(string); present && (!ok || !absolute(text)) {
		m.fail("id is no URL")
	}
}

func (m *model) types(object map[string]any, want string) {
	found := false
	for _, entry := range list(object["type"]) {
		if _, ok := entry.(string); !ok {
			m.fail("type holds what is no text")
		}
		found = found || entry == want
	}
	if !found {
		m.fail("type does not hold %s", want)
	}
}

func (m *model) issuer(c map[string]any) {
	switch issuer := c["issuer"].(type) {
	case string:
		if !absolute(issuer) {
			m.fail("issuer is no URL")
		}
	case map[string]any:
		if id, ok := issuer["id"].(string); !ok || !absolute(id) {
			m.fail("issuer.id is no URL")
		}
	default:
		m.fail("issuer is neither a URL nor an object")
	}
}

func (m *model) subjects(c map[string]any) {
	subjects := list(c["credentialSubject"])
	if len(subjects) == 0 {
		m.fail("credentialSubject is missing")
	}
	for _, entry := range subjects {
		subject, ok := entry.(map[string]any)
		if !ok || len(subject) == 0 {
			m.fail("credentialSubject claims nothing")
			continue
		}
		m.id(subject)
	}
}

// stampForm is xsd:dateTimeStamp: a time zone is not optional.
var stampForm = regexp.MustCompile(`^-?\d{4,}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$`)

func parseStamp(value any) (time.Time, bool) {
	text, ok := value.(string)
	if !ok || !stampForm.MatchString(text) {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	return at, err == nil
}

func (m *model) validity(c map[string]any) {
	stamps := map[string]time.Time{}
	for _, name := range []string{"validFrom", "validUntil"} {
		value, present := c[name]
		if !present {
			continue
		}
		at, ok := parseStamp(value)
		if !ok {
			m.fail("%s is no dateTimeStamp", name)
		}
		stamps[name] = at
	}
	from, hasFrom := stamps["validFrom"]
	until, hasUntil := stamps["validUntil"]
	if hasFrom && hasUntil && until.Before(from) {
		m.fail("validUntil is before validFrom")
	}
}

// names holds name and description to a text or language value objects (section
// 11.1 of the data model).
func (m *model) names(object map[string]any) {
	for _, name := range []string{"name", "description"} {
		for _, entry := range list(object[name]) {
			value, ok := entry.(map[string]any)
			if !ok {
				if _, text := entry.(string); !text {
					m.fail("%s is neither a text nor a language value object", name)
				}
				continue
			}
			if _, ok := value["@value"].(string); !ok {
				m.fail("%s has no @value", name)
			}
			for key := range value {
				if key != "@value" && key != "@language" && key != "@direction" {
					m.fail("%s has the property %q", name, key)
				}
			}
		}
	}
}

// typed holds each entry of a property to an object with a type, and a URL as
// its id where it has one.
func (m *model) typed(object map[string]any, name string) {
	for _, entry := range list(object[name]) {
		value, ok := entry.(map[string]any)
		if !ok {
			m.fail("%s holds what is no object", name)
			continue
		}
		types := list(value["type"])
		if len(types) == 0 {
			m.fail("%s has no type", name)
		}
		for _, t := range types {
			if _, ok := t.(string); !ok {
				m.fail("%s has a type that is no text", name)
			}
		}
		m.id(value)
		if _, has := value["id"]; name == "credentialSchema" && !has {
			m.fail("credentialSchema has no id")
		}
	}
}

// resources holds relatedResource to its rules, and the digests of the contexts
// that are read here to their bytes.
func (m *model) resources(c map[string]any) {
	seen := map[string]bool{}
	for _, entry := range list(c["relatedResource"]) {
		resource, ok := entry.(map[string]any)
		if !ok {
			m.fail("relatedResource holds what is no object")
			continue
		}
		id, _ := resource["id"].(string)
		if !absolute(id) || seen[id] {
			m.fail("relatedResource has no id of its own")
		}
		seen[id] = true
		sri, hasSRI := resource["digestSRI"].(string)
		multibase, hasMultibase := resource["digestMultibase"].(string)
		if !hasSRI && !hasMultibase {
			m.fail("relatedResource has no digest")
		}
		if known, ok := published[id]; ok && (hasSRI && !known.sri(sri) || hasMultibase && !known.multibase(multibase)) {
			m.fail("relatedResource: the digest is another than that of %s", id)
		}
	}
}

// digest is what is known of the published bytes of a resource: hashes in
// base64, without padding.
type digest struct{ sha256, sha384 string }

// published are digests that the data model itself gives (appendix B.1).
var published = map[string]digest{
	contextV2: {
		sha256: "JKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k",
		sha384: "NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg",
	},
}

var urlSafe = strings.NewReplacer("+", "-", "/", "_", "=", "")

// sri reads Subresource Integrity: one of the hashes has to be right.
func (d digest) sri(text string) bool {
	for _, alternative := range strings.Fields(text) {
		name, value, _ := strings.Cut(alternative, "-")
		value = urlSafe.Replace(value)
		if name == "sha256" && value == urlSafe.Replace(d.sha256) || name == "sha384" && value == urlSafe.Replace(d.sha384) {
			return true
		}
	}
	return false
}

// multibase reads base64url ("u") and base58btc ("z"), of a SHA-256 with or
// without its multihash header.
func (d digest) multibase(text string) bool {
	if len(text) < 2 {
		return false
	}
	var got []byte
	var err error
	switch text[0] {
	case 'u':
		got, err = base64.RawURLEncoding.DecodeString(text[1:])
	case 'z':
		got, err = base58.Decode(text[1:])
	}
	return err == nil && base64.RawURLEncoding.EncodeToString([]byte(strings.TrimPrefix(string(got), "\x12\x20"))) == urlSafe.Replace(d.sha256)
}

// statuses holds the properties of a Bitstring Status List to theirs.
func (m *model) statuses(c map[string]any) {
	for _, entry := range list(c["credentialStatus"]) {
		status, ok := entry.(map[string]any)
		if !ok || !has(status["type"], statusEntry) {
			continue
		}
		index, ok := status["statusListIndex"].(string)
		if !ok || index == "" || strings.Trim(index, "0123456789") != "" {
			m.fail("credentialStatus.statusListIndex is no number in a text")
		}
		if address, ok := status["statusListCredential"].(string); !ok || !absolute(address) {
			m.fail("credentialStatus.statusListCredential is no URL")
		} else if status["id"] == address {
			m.fail("credentialStatus.id is the address of the list")
		}
		if purpose, ok := status["statusPurpose"].(string); !ok || purpose == "" {
			m.fail("credentialStatus.statusPurpose is no text")
		}
		m.messages(status)
	}
}

func (m *model) messages(status map[string]any) {
	size, hasSize := status["statusSize"].(float64)
	if _, present := status["statusSize"]; present && (!hasSize || size < 1 || size != float64(int(size))) {
		m.fail("credentialStatus.statusSize is no number above zero")
	}
	messages := list(status["statusMessage"])
	if hasSize && size > 1 && len(messages) != 1<<int(min(size, 20)) {
		m.fail("credentialStatus.statusMessage does not have a message for each value")
	}
	for _, entry := range messages {
		message, _ := entry.(map[string]any)
		if _, ok := message["status"].(string); !ok {
			m.fail("credentialStatus.statusMessage has an entry without status")
		}
		if _, ok := message["message"].(string); !ok {
			m.fail("credentialStatus.statusMessage has an entry without message")
		}
	}
}

func has(value any, want string) bool {
	for _, entry := range list(value) {
		if entry == want {
			return true
		}
	}
	return false
}
