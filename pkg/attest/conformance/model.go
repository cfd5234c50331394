package conformance

import (
	"regexp"
	"time"
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
		for _, name := range []string{"credentialStatus", "termsOfUse", "evidence", "refreshService", "credentialSchema", "confidenceMethod", "renderMethod"} {
			m.typed(c, name)
		}
		m.resources(c)
	}
	m.statuses(c)
	return m.err
}

func checkPresentation(p map[string]any) error {
	m := &model{}
	m.contexts(p)
	m.id(p)
	m.types(p, "VerifiablePresentation")
	if value, present := p["verifiableCredential"]; present && len(list(value)) == 0 {
		m.fail("verifiableCredential holds nothing")
	}
	for _, entry := range list(p["verifiableCredential"]) {
		m.presented(entry, idOf(p["holder"]))
	}
	if holder, ok := p["holder"]; ok {
		if !absolute(idOf(holder)) {
			m.fail("holder is neither a URL nor an object with one as its id")
		}
	}
	m.typed(p, "termsOfUse")
	return m.err
}

// presented holds what a presentation holds to sections 4.13 to 4.13.4: a
// credential, enveloped, with a proof, or else the holder's own.
func (m *model) presented(entry any, holder string) {
	c, ok := entry.(map[string]any)
	switch {
	case !ok:
		m.fail("verifiableCredential holds what is no object")
	case has(c["type"], envelopedCredential):
	case !has(c["type"], "VerifiableCredential"):
		m.fail("verifiableCredential holds what is neither a credential nor an enveloped one")
	case c["proof"] == nil && (holder == "" || idOf(c["issuer"]) != holder):
		m.fail("verifiableCredential holds a credential that has no proof and is not the holder's own")
	}
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

// languageTag is the form of BCP 47.
var languageTag = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)

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
			for key, inner := range value {
				if key != "@value" && key != "@language" && key != "@direction" {
					m.fail("%s has the property %q", name, key)
				}
				text, ok := inner.(string)
				if !ok || key == "@language" && !languageTag.MatchString(text) || key == "@direction" && text != "ltr" && text != "rtl" {
					m.fail("%s has an %s that is none", name, key)
				}
			}
		}
	}
}

// typed holds each entry of a property to an object with a type, and a URL as
// its id where it has one.
func (m *model) typed(object map[string]any, name string) {
	if value, present := object[name]; present && len(list(value)) == 0 {
		m.fail("%s holds nothing", name)
	}
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

func has(value any, want string) bool {
	for _, entry := range list(value) {
		if entry == want {
			return true
		}
	}
	return false
}
