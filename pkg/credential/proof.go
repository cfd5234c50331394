package credential

import (
	"crypto/ed25519"
	"crypto/sha256"
	"maps"
	"time"

	"github.com/mr-tron/base58"
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
func (v *vocabulary) sign(document map[string]any, key Key, method string, created time.Time) (proof, error) {
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
	config := maps.Clone(proofConfig)
	config["@context"] = document["@context"]
	configQuads, err := v.canonical(config)
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

func decodeSignature(value string) ([]byte, error) {
	if len(value) < 2 || len(value) > 120 || value[0] != 'z' {
		return nil, invalid("the signature is not written in base58btc")
	}
	signature, err := base58.Decode(value[1:])
	if err != nil || len(signature) != ed25519.SignatureSize {
		return nil, invalid("the signature does not have the %d bytes of Ed25519", ed25519.SignatureSize)
	}
	return signature, nil
}

// stamp writes an instant as credentials do: UTC, whole seconds.
func stamp(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }
