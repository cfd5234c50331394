package certify

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/platform/signing"
)

const (
	sealName       = "seal.json"
	contentsFolder = "contents/"
	recordField    = "record" // its lines prove themselves, each by its own proof
)

// EscrowSeal is what a school signs of an escrow: nothing in it can be changed,
// added or taken out unseen. Manifest are the digests of the manifest's fields,
// Files those of the status lists and of the files of contents, which have those
// of the fields of each certificate. Every key of the school that was not lost
// signs it, so that anyone who puts one certificate of the school into another file
// would need the very key that signed it.
type EscrowSeal struct {
	Manifest   map[string]string `json:"manifest"`
	Files      map[string]string `json:"files"`
	Signatures map[string]string `json:"signatures"` // base64url by the id of the key
}

// sealed are the digests of the fields of some files, by the files' names.
type sealed map[string]map[string]string

// message is what is signed of a seal.
func (s EscrowSeal) message() []byte {
	raw, err := json.Marshal(struct {
		Manifest map[string]string `json:"manifest"`
		Files    map[string]string `json:"files"`
	}{s.Manifest, s.Files})
	if err != nil {
		panic(err) // texts alone always marshal
	}
	return append([]byte("palmar escrow seal\x00"), raw...)
}

// Sign adds the signature of a key, Ed25519 or P-256.
func (s *EscrowSeal) Sign(id string, key crypto.Signer, random io.Reader) error {
	message, hash := s.message(), crypto.Hash(0)
	if _, ok := key.Public().(*ecdsa.PublicKey); ok {
		sum := sha256.Sum256(message)
		message, hash = sum[:], crypto.SHA256
	}
	signature, err := key.Sign(random, message, hash)
	if err != nil {
		return err
	}
	if s.Signatures == nil {
		s.Signatures = map[string]string{}
	}
	s.Signatures[id] = base64.RawURLEncoding.EncodeToString(signature)
	return nil
}

// signedBy tells whether a key has signed a seal.
func (s EscrowSeal) signedBy(id string) bool {
	public, err := credential.PublicKey(id)
	signature, encoded := base64.RawURLEncoding.DecodeString(s.Signatures[id])
	if err != nil || encoded != nil {
		return false
	}
	switch key := public.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(key, s.message(), signature)
	case *ecdsa.PublicKey:
		sum := sha256.Sum256(s.message())
		return ecdsa.VerifyASN1(key, sum[:], signature)
	}
	return false
}

// seal signs a seal with every key of a school that was not lost.
func (s *escrows) seal(seal *EscrowSeal, keys []SigningKey) error {
	for _, k := range keys {
		if !k.RevokedAt.IsZero() {
			continue
		}
		signer, err := s.signer(k)
		if err == nil {
			err = seal.Sign(k.ID, signer, s.src.Rand)
		}
		if err != nil {
			return fmt.Errorf("seal an escrow with the key %s: %w", k.ID, err)
		}
	}
	return nil
}

func (s *escrows) signer(k SigningKey) (crypto.Signer, error) {
	if k.Algorithm == P256 {
		key, err := signing.OpenJWTKey(s.secret, k.ID, k.Sealed)
		return key.Signer(), err
	}
	key, err := signing.Open(s.secret, k.ID, k.Sealed)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(key.Seed()), nil
}

func digestOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// SealedFields are the digests of the fields of a JSON document by their paths,
// such as package.jwt, and under "" that of all of it as it is written.
func SealedFields(raw []byte) (map[string]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	out := map[string]string{"": digestOf(raw)}
	return out, addFields(out, "", value)
}

func addFields(out map[string]string, path string, value any) error {
	below := func(name string) string { return strings.TrimPrefix(path+"."+name, ".") }
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if err := addFields(out, below(name), inner); err != nil {
				return err
			}
		}
		if len(v) > 0 {
			return nil
		}
	case []any:
		for i, inner := range v {
			if path == recordField {
				break
			}
			if err := addFields(out, below(fmt.Sprint(i)), inner); err != nil {
				return err
			}
		}
		if len(v) > 0 && path != recordField {
			return nil
		}
	}
	raw, err := json.Marshal(value)
	out[path] = digestOf(raw)
	return err
}

// differing are the paths of the fields that are not what was sealed; the whole
// alone where every field is, and it is written in another way.
func differing(sealed, found map[string]string) (paths []string) {
	for path, digest := range sealed {
		if found[path] != digest {
			paths = append(paths, path)
		}
	}
	for path := range found {
		if _, known := sealed[path]; !known {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	if len(paths) > 1 && paths[0] == "" {
		return paths[1:]
	}
	return paths
}
