package conformance

import (
	"crypto/ed25519"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mr-tron/base58"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/platform/signing"
)

const (
	proofType      = "DataIntegrityProof"
	assertion      = "assertionMethod"
	authentication = "authentication"
	generation     = "PROOF_GENERATION_ERROR"
	verification   = "PROOF_VERIFICATION_ERROR"
	maxProofs      = 8
	looseStampForm = "2006-01-02T15:04:05"
)

// sign adds a proof to a document. What options say of the proof comes before
// what is usual.
func sign(document map[string]any, key signing.Key, purpose string, now time.Time, options map[string]any) (map[string]any, error) {
	document = withProofTerms(document)
	proof := map[string]any{
		"type": proofType, "cryptosuite": suiteRDFC, "created": now.UTC().Format(time.RFC3339), "proofPurpose": purpose,
		"verificationMethod": credential.KeyID(credential.DIDKey(key.Public()), key.Public()),
	}
	maps.Copy(proof, options)
	if proof["cryptosuite"] == suiteJCS {
		proof["@context"] = document["@context"]
	}
	before := list(document["proof"])
	for _, entry := range before {
		if err := checkProof(entry); err != nil {
			return nil, wrong(generation, "the document's own proof: %v", err)
		}
	}
	previous, err := previousOf(proof, before)
	if err != nil {
		return nil, wrong(generation, "%v", err)
	}
	message, err := hashData(document, proof, previous)
	if err != nil {
		return nil, err
	}
	proof["proofValue"] = multibase(key.Sign(message))
	out := without(document)
	if len(before) > 0 {
		out["proof"] = append(slices.Clone(before), any(proof))
		return out, nil
	}
	out["proof"] = proof
	return out, nil
}

func multibase(raw []byte) string { return "z" + base58.Encode(raw) }

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
		if err := checkProof(entry); err != nil {
			return err
		}
		proof := entry.(map[string]any)
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
	if len(list(value)) == 0 {
		return nil, wrong(verification, "previousProof names no proof")
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

// checkProof holds a proof to what Data Integrity 1.0 says of its properties
// (section 2.1).
func checkProof(entry any) error {
	proof, ok := entry.(map[string]any)
	if !ok {
		return wrong("PARSING_ERROR", "a proof is no object")
	}
	for _, name := range []string{"type", "proofPurpose"} {
		if text, ok := proof[name].(string); !ok || text == "" {
			return wrong(verification, "the proof's %s is no text", name)
		}
	}
	for _, name := range []string{"id", "verificationMethod", "cryptosuite", "challenge", "nonce", "proofValue"} {
		value, present := proof[name]
		if text, ok := value.(string); present && (!ok || name == "id" && !absolute(text)) {
			return wrong(verification, "the proof's %s is no text, or no URL where it has to be one", name)
		}
	}
	for _, name := range []string{"domain", "previousProof"} {
		if value, present := proof[name]; present && !texts(value) {
			return wrong(verification, "the proof's %s is neither a text nor texts", name)
		}
	}
	return nil
}

func texts(value any) bool {
	for _, entry := range list(value) {
		if _, ok := entry.(string); !ok {
			return false
		}
	}
	return value != nil
}

func verifyProof(document, proof map[string]any, previous []any, want expected) error {
	if proof["type"] != proofType || proof["cryptosuite"] != suiteRDFC && proof["cryptosuite"] != suiteJCS {
		return wrong(verification, "the proof is no %s with %s or %s", proofType, suiteRDFC, suiteJCS)
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
	key, err := keyOf(proof)
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
	message, err := hashData(document, proof, previous)
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
	if !sameTexts(list(proof["domain"]), w.Domain) {
		return wrong("INVALID_DOMAIN_ERROR", "the proof is for another domain")
	}
	return nil
}

// sameTexts tells whether two lists hold the same, in whatever order.
func sameTexts(a, b []any) bool {
	within := func(all []any) func(any) bool {
		return func(one any) bool { return !slices.Contains(all, one) }
	}
	return !slices.ContainsFunc(a, within(b)) && !slices.ContainsFunc(b, within(a))
}

// inTime reads created and expires.
func (w expected) inTime(proof map[string]any) error {
	for _, name := range []string{"created", "expires"} {
		value, present := proof[name]
		if !present {
			continue
		}
		at, ok := parseLooseStamp(value)
		if !ok {
			return wrong(verification, "%s is no dateTimeStamp", name)
		}
		if name == "expires" && !at.Add(clockSkew).After(w.Now) {
			return wrong(verification, "the proof has expired")
		}
	}
	return nil
}

// parseLooseStamp takes a time without a zone as UTC, as section 2.1 allows.
func parseLooseStamp(value any) (time.Time, bool) {
	if at, ok := parseStamp(value); ok {
		return at, true
	}
	text, _ := value.(string)
	at, err := time.Parse(looseStampForm, text)
	return at, err == nil
}

// keyOf reads the key of a proof's verification method, an Ed25519 did:key.
func keyOf(proof map[string]any) (ed25519.PublicKey, error) {
	method, _ := proof["verificationMethod"].(string)
	did, fragment, found := strings.Cut(method, "#")
	multikey, isKey := strings.CutPrefix(did, "did:key:")
	if !isKey || found && fragment != multikey {
		return nil, wrong(verification, "the verification method %q is not read here", method)
	}
	public, err := credential.PublicKey(multikey)
	if err != nil {
		return nil, wrong(verification, "%v", err)
	}
	key, ok := public.(ed25519.PublicKey)
	if !ok {
		return nil, wrong(verification, "the key does not sign with %s or %s", suiteRDFC, suiteJCS)
	}
	return key, nil
}

// signers are the DIDs of those whose proofs a document has.
func signers(document map[string]any) []string {
	var out []string
	for _, entry := range list(document["proof"]) {
		proof, _ := entry.(map[string]any)
		method, _ := proof["verificationMethod"].(string)
		did, _, _ := strings.Cut(method, "#")
		out = append(out, did)
	}
	return out
}
