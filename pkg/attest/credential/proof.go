package credential

import (
	"crypto/ed25519"
	"crypto/sha256"
	"maps"
	"strings"
	"time"

	"github.com/mr-tron/base58"

	"github.com/palmar/palmar/pkg/platform/signing"
)

const (
	proofType    = "DataIntegrityProof"
	cryptosuite  = "eddsa-rdfc-2022"
	proofPurpose = "assertionMethod"
)

// proof is a Data Integrity proof; its fields stand in the order in which
// they are written.
type proof struct {
	Type               string `json:"type"`
	Cryptosuite        string `json:"cryptosuite"`
	Created            string `json:"created"`
	VerificationMethod string `json:"verificationMethod"`
	ProofPurpose       string `json:"proofPurpose"`
	ProofValue         string `json:"proofValue,omitempty"`
}

func (p proof) config() map[string]any {
	return map[string]any{
		"type": p.Type, "cryptosuite": p.Cryptosuite, "created": p.Created,
		"verificationMethod": p.VerificationMethod, "proofPurpose": p.ProofPurpose,
	}
}

// sign makes the proof of a document that has none yet.
func (v *vocabulary) sign(document map[string]any, key signing.Key, method string, created time.Time) (proof, error) {
	p := proof{
		Type: proofType, Cryptosuite: cryptosuite, Created: stamp(created),
		VerificationMethod: method, ProofPurpose: proofPurpose,
	}
	message, err := v.signedMessage(document, p.config())
	if err != nil {
		return proof{}, err
	}
	p.ProofValue = "z" + base58.Encode(key.Sign(message))
	return p, nil
}

// signedMessage is what the key signs: the hash of the proof without its
// value, then the hash of the document without its proof.
func (v *vocabulary) signedMessage(document, proofConfig map[string]any) ([]byte, error) {
	configQuads, err := v.proofQuads(document, proofConfig)
	if err != nil {
		return nil, err
	}
	documentQuads, err := v.canonical(document)
	if err != nil {
		return nil, err
	}
	configHash, documentHash := sha256.Sum256(configQuads), sha256.Sum256(documentQuads)
	return append(configHash[:], documentHash[:]...), nil
}

// SameContent tells whether two credentials say the same, whatever proof stands
// beside it and however their JSON is written: whether their canonical forms (RDFC-1.0)
// are alike.
func SameContent(a, b []byte) bool {
	first, err := contentHash(a)
	second, otherErr := contentHash(b)
	return err == nil && otherErr == nil && first == second
}

func contentHash(raw []byte) (sum [sha256.Size]byte, err error) {
	document, err := parseObject(raw)
	if err != nil {
		return sum, err
	}
	delete(document, "proof")
	quads, err := embeddedVocabulary().canonical(document)
	return sha256.Sum256(quads), err
}

// usualTerms are those of a proof as this package writes it.
var usualTerms = []string{"type", "cryptosuite", "created", "verificationMethod", "proofPurpose"}

// proofQuads gives the canonical form of a proof. That of the usual terms is
// always the same five lines, whatever the document's vocabularies, since the
// first of them protects the terms; writing them saves a third of the work.
func (v *vocabulary) proofQuads(document, config map[string]any) ([]byte, error) {
	created, _ := config["created"].(string)
	method, _ := config["verificationMethod"].(string)
	usual := len(config) == len(usualTerms) && config["type"] == proofType && config["cryptosuite"] == cryptosuite &&
		config["proofPurpose"] == proofPurpose && absoluteIRI(method) && created != "" && !strings.ContainsAny(created, "\"\\\n\r\t")
	if usual {
		return []byte("_:c14n0 <http://purl.org/dc/terms/created> \"" + created + "\"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n" +
			"_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/security#DataIntegrityProof> .\n" +
			"_:c14n0 <https://w3id.org/security#cryptosuite> \"" + cryptosuite + "\"^^<https://w3id.org/security#cryptosuiteString> .\n" +
			"_:c14n0 <https://w3id.org/security#proofPurpose> <https://w3id.org/security#assertionMethod> .\n" +
			"_:c14n0 <https://w3id.org/security#verificationMethod> <" + method + "> .\n"), nil
	}
	whole := maps.Clone(config)
	whole["@context"] = document["@context"]
	return v.canonical(whole)
}

func decodeSignature(value string) ([]byte, error) {
	if len(value) < 2 || len(value) > 120 || value[0] != 'z' {
		return nil, invalid("reason.not_base58")
	}
	signature, err := base58.Decode(value[1:])
	if err != nil {
		return nil, invalid("reason.not_base58")
	}
	if len(signature) != ed25519.SignatureSize {
		return nil, invalid("reason.wrong_size", "bytes", ed25519.SignatureSize)
	}
	return signature, nil
}

// stamp writes an instant as credentials do: UTC, whole seconds.
func stamp(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }
