package signing

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/mr-tron/base58"
)

// JWTKey is a P-256 key, which signs the JWT form of credentials (ES256). It
// prints as its public half: the secret leaves it through Seed alone.
type JWTKey struct {
	private *ecdsa.PrivateKey
}

// GenerateJWTKey makes a key from the given source of randomness.
func GenerateJWTKey(random io.Reader) (JWTKey, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return JWTKey{}, fmt.Errorf("generate key: %w", err)
	}
	return JWTKey{private}, nil
}

// JWTKeyFromSeed makes the key of a secret scalar of SeedSize bytes.
func JWTKeyFromSeed(seed []byte) (JWTKey, error) {
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed)
	if err != nil {
		return JWTKey{}, fmt.Errorf("the secret is no P-256 key: %w", err)
	}
	return JWTKey{private}, nil
}

// Seed returns the secret. Keep it sealed.
func (k JWTKey) Seed() []byte {
	raw, err := k.private.Bytes()
	if err != nil {
		panic(err) // a key made by this package is on its curve
	}
	return raw
}

// IsZero reports whether k is no key at all.
func (k JWTKey) IsZero() bool { return k.private == nil }

// Public returns the public half.
func (k JWTKey) Public() *ecdsa.PublicKey {
	if k.IsZero() {
		return nil
	}
	return &k.private.PublicKey
}

// Signer signs with the key where a library asks for one.
func (k JWTKey) Signer() crypto.Signer { return k.private }

// Multikey returns the public half as did:key and did:web documents write it
// (zDna…).
func (k JWTKey) Multikey() string { return Multikey(k.Public()) }

// String returns the public half.
func (k JWTKey) String() string { return k.Multikey() }

// GoString returns the public half.
func (k JWTKey) GoString() string { return "signing.JWTKey(" + k.Multikey() + ")" }

// LogValue returns the public half.
func (k JWTKey) LogValue() slog.Value { return slog.StringValue(k.Multikey()) }

// The prefixes by which a Multikey tells its kind (multicodec, as a varint).
var (
	ed25519Multicodec = []byte{0xed, 0x01}
	p256Multicodec    = []byte{0x80, 0x24}
)

// Multikey writes a public key, an ed25519.PublicKey or an *ecdsa.PublicKey on
// P-256, as did:key and did:web documents do. Of any other value it is "".
func Multikey(public crypto.PublicKey) string {
	switch public := public.(type) {
	case ed25519.PublicKey:
		return "z" + base58.Encode(append(bytes.Clone(ed25519Multicodec), public...))
	case *ecdsa.PublicKey:
		if public == nil {
			return ""
		}
		raw, err := public.Bytes()
		if err != nil || public.Curve != elliptic.P256() {
			return ""
		}
		compressed := append([]byte{2 + raw[len(raw)-1]&1}, raw[1:33]...)
		return "z" + base58.Encode(append(bytes.Clone(p256Multicodec), compressed...))
	}
	return ""
}

// ErrOther is a well written key of a kind that nobody here knows.
var ErrOther = errors.New("the key is neither an Ed25519 nor a P-256 key")

// PublicKey reads a public key written as a Multikey: an ed25519.PublicKey or
// an *ecdsa.PublicKey on P-256; of another kind, ErrOther.
func PublicKey(multikey string) (crypto.PublicKey, error) {
	if len(multikey) < 2 || len(multikey) > 80 || multikey[0] != 'z' {
		return nil, errors.New("the key is not written in base58btc")
	}
	raw, err := base58.Decode(multikey[1:])
	if err != nil {
		return nil, errors.New("the key is not written in base58btc")
	}
	if public, ok := bytes.CutPrefix(raw, ed25519Multicodec); ok {
		if len(public) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("the key does not have the %d bytes of Ed25519", ed25519.PublicKeySize)
		}
		return ed25519.PublicKey(public), nil
	}
	if compressed, ok := bytes.CutPrefix(raw, p256Multicodec); ok {
		x, y := elliptic.UnmarshalCompressed(elliptic.P256(), compressed)
		if x == nil {
			return nil, errors.New("the key is no point of the curve P-256")
		}
		whole := append([]byte{4}, make([]byte, 64)...)
		x.FillBytes(whole[1:33])
		y.FillBytes(whole[33:])
		return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), whole)
	}
	return nil, ErrOther
}
