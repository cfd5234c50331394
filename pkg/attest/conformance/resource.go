package conformance

import (
	"encoding/base64"
	"strings"

	"github.com/mr-tron/base58"
)

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
