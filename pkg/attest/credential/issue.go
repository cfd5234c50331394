package credential

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/platform/signing"
)

// ErrNoKey is returned by Issue for the zero Key.
var ErrNoKey = errors.New("there is no key to sign with")

// Issue writes and signs the credential of a claim: an Open Badges 3.0
// credential with an eddsa-rdfc-2022 proof, as indented JSON. The same claim,
// key and instant give the same bytes; created is written in whole seconds of
// UTC. A claim that cannot be signed is refused with a *FieldError.
//
// The key signs as KeyID(claim.Issuer.DID, key.Public()): the issuer's DID
// document must name it.
func Issue(claim Claim, key signing.Key, created time.Time) ([]byte, error) {
	if key.IsZero() {
		return nil, ErrNoKey
	}
	document, err := checkedDocument(claim)
	if err != nil {
		return nil, err
	}
	b := newBadge(claim)
	p, err := embeddedVocabulary().sign(document, key, KeyID(claim.Issuer.DID, key.Public()), created)
	if err != nil {
		return nil, err
	}
	b.Proof = []proof{p}
	return marshal(b)
}

// checkedDocument is the last gate before a signature: a claim that cannot be
// signed or a document that a verifier would refuse does not pass.
func checkedDocument(claim Claim) (map[string]any, error) {
	if err := claim.Check(); err != nil {
		return nil, err
	}
	document, err := plain(newBadge(claim))
	if err != nil {
		return nil, err
	}
	if err := Lint(document); err != nil {
		return nil, err
	}
	return document, CheckSchema(document)
}

// plain turns a written form into the maps that are signed, by way of its
// bytes, so that what is signed is what is given away.
func plain(value any) (map[string]any, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return parseObject(raw)
}
