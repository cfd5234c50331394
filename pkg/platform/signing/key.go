// Package signing keeps the keys that Palmar signs with: Ed25519 and P-256, how
// their public halves are written, and how they are sealed for keeping. It must
// never know what is signed, or where a sealed key is kept.
package signing

import (
	"crypto/ed25519"
	"fmt"
	"io"
	"log/slog"
)

// SeedSize is the length in bytes of the secret that a Key is made from.
const SeedSize = ed25519.SeedSize

// Key is an Ed25519 signing key. It prints as its public half: the secret
// leaves it through Seed alone.
type Key struct {
	private ed25519.PrivateKey
}

// GenerateKey makes a key from 32 bytes of the given source of randomness.
func GenerateKey(random io.Reader) (Key, error) {
	seed := make([]byte, SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return Key{}, fmt.Errorf("generate key: %w", err)
	}
	return KeyFromSeed(seed)
}

// KeyFromSeed makes the key that a seed of SeedSize bytes stands for.
func KeyFromSeed(seed []byte) (Key, error) {
	if len(seed) != SeedSize {
		return Key{}, fmt.Errorf("a key's seed has %d bytes, not %d", SeedSize, len(seed))
	}
	return Key{ed25519.NewKeyFromSeed(seed)}, nil
}

// Seed returns the secret. Keep it sealed.
func (k Key) Seed() []byte { return k.private.Seed() }

// IsZero reports whether k is no key at all.
func (k Key) IsZero() bool { return len(k.private) == 0 }

// Public returns the public half.
func (k Key) Public() ed25519.PublicKey {
	if k.IsZero() {
		return nil
	}
	return k.private.Public().(ed25519.PublicKey)
}

// Multikey returns the public half as did:key and did:web documents write it
// (z6Mk…).
func (k Key) Multikey() string { return Multikey(k.Public()) }

// Sign signs a message with Ed25519.
func (k Key) Sign(message []byte) []byte { return ed25519.Sign(k.private, message) }

// String returns the public half.
func (k Key) String() string { return k.Multikey() }

// GoString returns the public half.
func (k Key) GoString() string { return "signing.Key(" + k.Multikey() + ")" }

// LogValue returns the public half.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.Multikey()) }
