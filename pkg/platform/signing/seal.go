package signing

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
)

// SecretSize is the length in bytes of the secret that seals keys.
const SecretSize = 32

const sealVersion = 1

// ErrSeal is returned by Open where the secret or the key's id is another than
// at sealing, or the sealed bytes were changed.
var ErrSeal = errors.New("the sealed key cannot be opened with this secret")

// Seal encrypts a Key or a JWTKey for keeping, with AES-256-GCM. It is bound to keyID: it
// opens under no other. The form is one version byte, the nonce, the
// ciphertext with its tag.
func Seal(random io.Reader, secret []byte, keyID string, key interface {
	IsZero() bool
	Seed() []byte
}) ([]byte, error) {
	if key.IsZero() {
		return nil, errors.New("seal: no key")
	}
	aead, err := sealer(secret)
	if err != nil {
		return nil, err
	}
	sealed := make([]byte, 1+aead.NonceSize(), 1+aead.NonceSize()+SeedSize+aead.Overhead())
	sealed[0] = sealVersion
	if _, err := io.ReadFull(random, sealed[1:]); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return aead.Seal(sealed, sealed[1:], key.Seed(), sealContext(keyID)), nil
}

// Open gives back the key that Seal was given under the same secret and keyID,
// or ErrSeal.
func Open(secret []byte, keyID string, sealed []byte) (Key, error) {
	seed, err := unseal(secret, keyID, sealed)
	if err != nil {
		return Key{}, err
	}
	return KeyFromSeed(seed)
}

// OpenJWTKey is Open for a JWTKey.
func OpenJWTKey(secret []byte, keyID string, sealed []byte) (JWTKey, error) {
	seed, err := unseal(secret, keyID, sealed)
	if err != nil {
		return JWTKey{}, err
	}
	return JWTKeyFromSeed(seed)
}

func unseal(secret []byte, keyID string, sealed []byte) ([]byte, error) {
	aead, err := sealer(secret)
	if err != nil {
		return nil, err
	}
	if len(sealed) < 1+aead.NonceSize() || sealed[0] != sealVersion {
		return nil, ErrSeal
	}
	nonce, ciphertext := sealed[1:1+aead.NonceSize()], sealed[1+aead.NonceSize():]
	seed, err := aead.Open(nil, nonce, ciphertext, sealContext(keyID))
	if err != nil {
		return nil, ErrSeal
	}
	return seed, nil
}

func sealer(secret []byte) (cipher.AEAD, error) {
	if len(secret) != SecretSize {
		return nil, fmt.Errorf("the secret that seals keys has %d bytes, not %d", SecretSize, len(secret))
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func sealContext(keyID string) []byte { return []byte("palmar credential key\x00" + keyID) }
