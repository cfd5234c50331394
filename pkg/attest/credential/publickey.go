package credential

import (
	"crypto"
	"errors"

	"github.com/go-jose/go-jose/v4"

	"github.com/palmar/palmar/pkg/platform/signing"
)

// PublicKey is signing.PublicKey, told as the outcome of a check.
func PublicKey(multikey string) (crypto.PublicKey, error) {
	public, err := signing.PublicKey(multikey)
	switch {
	case errors.Is(err, signing.ErrOther):
		return nil, unsupported("reason.other_key")
	case err != nil:
		return nil, invalid("reason.bad_key", "error", err)
	}
	return public, nil
}

// JWK writes a public key as a JSON Web Key.
func JWK(public crypto.PublicKey) ([]byte, error) {
	return jose.JSONWebKey{Key: public}.MarshalJSON()
}
