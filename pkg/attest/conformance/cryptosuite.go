package conformance

import (
	"crypto/sha256"
	"slices"
)

const (
	suiteRDFC = "eddsa-rdfc-2022"
	suiteJCS  = "eddsa-jcs-2022"
)

// hashData is what the key signs in both cryptosuites of Data Integrity EdDSA
// 1.0: the hash of the proof without its value, then that of the document with
// the proofs that this one builds on.
func hashData(document, proof map[string]any, previous []any) ([]byte, error) {
	config, subject := without(proof, "proofValue"), without(document, "proof")
	if len(previous) > 0 {
		subject["proof"] = previous
	}
	write := canonical
	if proof["cryptosuite"] == suiteJCS {
		if err := sharedContext(subject, config); err != nil {
			return nil, err
		}
		write = losslessJSON
	} else {
		config["@context"] = document["@context"]
	}
	configText, err := write(config)
	if err != nil {
		return nil, err
	}
	documentText, err := write(subject)
	if err != nil {
		return nil, err
	}
	configHash, documentHash := sha256.Sum256([]byte(configText)), sha256.Sum256([]byte(documentText))
	return append(configHash[:], documentHash[:]...), nil
}

// sharedContext gives the document the context that its proof names, which the
// document's own has to begin with (section 3.3.2): more may have been appended
// for later proofs.
func sharedContext(document, config map[string]any) error {
	value, present := config["@context"]
	if !present {
		return nil
	}
	named, all := list(value), list(document["@context"])
	same := func(a, b any) bool {
		left, leftErr := canonicalJSON(a)
		right, rightErr := canonicalJSON(b)
		return leftErr == nil && rightErr == nil && left == right
	}
	if len(named) > len(all) || !slices.EqualFunc(named, all[:len(named)], same) {
		return wrong(verification, "the document's @context does not begin with that of the proof")
	}
	document["@context"] = value
	return nil
}

// losslessJSON is the canonical JSON of a document, where JSON-LD loses nothing
// of it.
func losslessJSON(document map[string]any) (string, error) {
	if _, present := document["@context"]; present {
		if _, err := canonical(document); err != nil {
			return "", err
		}
	}
	return canonicalJSON(document)
}
