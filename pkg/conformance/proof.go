package conformance

import (
	"crypto/ed25519"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"github.com/mr-tron/base58"

	"github.com/palmar/palmar/pkg/credential"
)

const (
	proofType      = "DataIntegrityProof"
	suite          = "eddsa-rdfc-2022"
	assertion      = "assertionMethod"
	authentication = "authentication"
	generation     = "PROOF_GENERATION_ERROR"
	verification   = "PROOF_VERIFICATION_ERROR"
	maxProofs      = 8
	looseStampForm = "2006-01-02T15:04:05"
)

// signed is what the key signs: the hash of the proof without its value, then
// that of the document with the proofs that this one builds on.
func signed(document, proof map[string]any, previous []any) ([]byte, error) {
	config := without(proof, "proofValue")
	config["@context"] = document["@context"]
	subject := without(document, "proof")
	if len(previous) > 0 {
		subject["proof"] = previous
	}
	configQuads, err := canonical(config)
	if err != nil {
		return nil, err
	}
	documentQuads, err := canonical(subject)
	if err != nil {
		return nil, err
	}
	configHash, documentHash := sha256.Sum256([]byte(configQuads)), sha256.Sum256([]byte(documentQuads))
	return append(configHash[:], documentHash[:]...), nil
}

// sign adds a proof to a document.
func sign(document map[string]any, key credential.Key, purpose string, now time.Time, extra map[string]any) (map[string]any, error) {
	document = withProofTerms(document)
	did := credential.DIDKey(key.Public())
	proof := map[string]any{
		"type": proofType, "cryptosuite": suite, "created": now.UTC().Format(time.RFC3339), "proofPurpose": purpose,
		"verificationMethod": credential.KeyID(did, key.Public()),
	}
	for name, value := range extra {
		proof[name] = value
	}
	message, err := signed(document, proof, nil)
	if err != nil {
		return nil, err
	}
	proof["proofValue"] = "z" + base58.Encode(key.Sign(message))
	out := without(document)
	if before := list(document["proof"]); len(before) > 0 {
		out["proof"] = append(slices.Clone(before), any(proof))
		return out, nil
	}
	out["proof"] = proof
	return out, nil
}

// withProofTerms adds the context that defines the terms of a proof, where the
// document has none that does (Data Integrity 1.0, section 2.4.1).
func withProofTerms(document map[string]any) map[string]any {
	contexts := list(document["@context"])
	if has(contexts, contextV2) || has(contexts, contextIntegrity) {
		return document
	}
	out := without(document)
	out["@context"] = append(slices.Clone(contexts), contextIntegrity)
	return out
}

// expected is what a verifier wants of a proof. Domain and Challenge are only
// looked at where they are not empty.
type expected struct {
	Purpose   string
	Domain    []any
	Challenge string
	Now       time.Time
	// Controller is who has to hold the key; empty: anybody.
	Controller string
}

// verifyProofs verifies every proof of a document. The keys are read from
// did:key alone.
func verifyProofs(document map[string]any, want expected) error {
	value, present := document["proof"]
	if !present || value == nil {
		return wrong("PARSING_ERROR", "the document has no proof")
	}
	proofs := list(value)
	if len(proofs) == 0 || len(proofs) > maxProofs {
		return wrong("PARSING_ERROR", "the document has %d proofs", len(proofs))
	}
	for _, entry := range proofs {
		proof, ok := entry.(map[string]any)
		if !ok {
			return wrong("PARSING_ERROR", "a proof is no object")
		}
		previous, err := previousOf(proof, proofs)
		if err != nil {
			return err
		}
		if err := verifyProof(document, proof, previous, want); err != nil {
			return err
		}
	}
	return nil
}

// previousOf finds the proofs that a proof says it builds on.
func previousOf(proof map[string]any, all []any) ([]any, error) {
	value, present := proof["previousProof"]
	if !present {
		return nil, nil
	}
	var found []any
	for _, entry := range list(value) {
		id, ok := entry.(string)
		at := slices.IndexFunc(all, func(other any) bool {
			object, _ := other.(map[string]any)
			return ok && id != "" && object["id"] == id
		})
		if at < 0 {
			return nil, wrong(verification, "a proof builds on %v, which is not there", entry)
		}
		found = append(found, all[at])
	}
	return found, nil
}

func verifyProof(document, proof map[string]any, previous []any, want expected) error {
	if proof["type"] != proofType || proof["cryptosuite"] != suite {
		return wrong(verification, "the proof is no %s with %s", proofType, suite)
	}
	if proof["proofPurpose"] != want.Purpose {
		return wrong(verification, "the proof's purpose is not %s", want.Purpose)
	}
	if err := want.bind(proof); err != nil {
		return err
	}
	if err := want.inTime(proof); err != nil {
		return err
	}
	key, err := keyOf(proof, want.Controller)
	if err != nil {
		return err
	}
	value, _ := proof["proofValue"].(string)
	if !strings.HasPrefix(value, "z") || len(value) > 120 {
		return wrong(verification, "proofValue is not written in base58btc")
	}
	signature, err := base58.Decode(value[1:])
	if err != nil || len(signature) != ed25519.SignatureSize {
		return wrong(verification, "proofValue does not have the 64 bytes of Ed25519")
	}
	message, err := signed(document, proof, previous)
	if err != nil {
		return err
	}
	if !ed25519.Verify(key, message, signature) {
		return wrong(verification, "the signature is not that of this document")
	}
	return nil
}

// bind holds domain and challenge against what is expected.
func (w expected) bind(proof map[string]any) error {
	if w.Challenge != "" && proof["challenge"] != w.Challenge {
		return wrong("INVALID_CHALLENGE_ERROR", "the proof's challenge is another")
	}
	if len(w.Domain) == 0 {
		return nil
	}
	domains := list(proof["domain"])
	for _, domain := range w.Domain {
		if slices.Contains(domains, domain) {
			return nil
		}
	}
	return wrong("INVALID_DOMAIN_ERROR", "the proof is for another domain")
}

// inTime reads created and expires; like other processors it takes a time
// without a zone as UTC.
func (w expected) inTime(proof map[string]any) error {
	for _, name := range []string{"created", "expires"} {
		value, present := proof[name]
		if !present {
			continue
		}
		at, ok := parseStamp(value)
		if text, isText := value.(string); !ok && isText {
			var err error
			at, err = time.Parse(looseStampForm, strings.SplitN(text, ".", 2)[0])
			ok = err == nil
		}
		if !ok {
			return wrong(verification, "%s is no dateTimeStamp", name)
		}
		if name == "expires" && !at.After(w.Now) {
			return wrong(verification, "the proof has expired")
		}
	}
	return nil
}

// keyOf reads the key of a proof's verification method, an Ed25519 did:key.
func keyOf(proof map[string]any, controller string) (ed25519.PublicKey, error) {
	method, _ := proof["verificationMethod"].(string)
	did, fragment, found := strings.Cut(method, "#")
	multikey, isKey := strings.CutPrefix(did, "did:key:")
	if !isKey || found && fragment != multikey {
		return nil, wrong(verification, "the verification method %q is not read here", method)
	}
	if controller != "" && did != controller {
		return nil, wrong(verification, "the key is not that of %q", controller)
	}
	public, err := credential.PublicKey(multikey)
	if err != nil {
		return nil, wrong(verification, "%v", err)
	}
	key, ok := public.(ed25519.PublicKey)
	if !ok {
		return nil, wrong(verification, "the key does not sign with %s", suite)
	}
	return key, nil
}
