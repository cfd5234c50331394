package credential

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"io"
	"log/slog"

	"github.com/mr-tron/base58"
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
func (k Key) Multikey() string { return encodeMultikey(k.Public()) }

func (k Key) sign(message []byte) []byte { return ed25519.Sign(k.private, message) }

// String returns the public half.
func (k Key) String() string { return k.Multikey() }

// GoString returns the public half.
func (k Key) GoString() string { return "credential.Key(" + k.Multikey() + ")" }

// LogValue returns the public half.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.Multikey()) }

var ed25519Multicodec = []byte{0xed, 0x01}

func encodeMultikey(public ed25519.PublicKey) string {
	return "z" + base58.Encode(append(bytes.Clone(ed25519Multicodec), public...))
}

// decodeMultikey reads an Ed25519 public key written as a Multikey.
func decodeMultikey(text string) (ed25519.PublicKey, error) {
	if len(text) < 2 || len(text) > 80 || text[0] != 'z' {
		return nil, invalid("the key is not written in base58btc")
	}
	raw, err := base58.Decode(text[1:])
	if err != nil {
		return nil, invalid("the key is not written in base58btc")
	}
	public, ok := bytes.CutPrefix(raw, ed25519Multicodec)
	if !ok {
		return nil, unsupported("the key is not an Ed25519 key")
	}
	if len(public) != ed25519.PublicKeySize {
		return nil, invalid("the key does not have the %d bytes of Ed25519", ed25519.PublicKeySize)
	}
	return ed25519.PublicKey(public), nil
}
