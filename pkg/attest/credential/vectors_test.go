package credential

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mr-tron/base58"

	"github.com/palmar/palmar/pkg/platform/signing"
	"github.com/palmar/palmar/pkg/testkit"
)

const contextExamples = "https://www.w3.org/ns/credentials/examples/v2"

// exampleVocabulary is the embedded one and the open-ended vocabulary of the
// W3C's examples, which no program should read.
func exampleVocabulary() *vocabulary {
	documents := maps.Clone(embeddedVocabulary().documents)
	documents[contextExamples] = map[string]any{
		"@context": map[string]any{"@vocab": "https://www.w3.org/ns/credentials/examples#"},
	}
	return newVocabulary(documents)
}

func vectors(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", "vc-di-eddsa", name))
	if err != nil {
		testkit.Need(t, "vectors", "put the test data of github.com/w3c/vc-di-eddsa at ../shared/data/vc-di-eddsa, beside the repository: "+err.Error())
	}
	return raw
}

func vectorObject(t *testing.T, name string) map[string]any {
	t.Helper()
	object, err := parseObject(vectors(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// TestVectors reproduces the W3C's eddsa-rdfc-2022 vectors byte for byte.
func TestVectors(t *testing.T) {
	const dir = "eddsa-rdfc-2022/"
	same := func(what string, got []byte, file string) {
		t.Helper()
		if want := string(vectors(t, dir+file)); string(got) != want {
			t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
		}
	}
	v := exampleVocabulary()
	document := vectorObject(t, dir+"signedDataInt.json")
	signed := document["proof"].(map[string]any)
	delete(document, "proof")
	config := vectorObject(t, dir+"proofConfigDataInt.json")

	documentQuads, err := v.canonical(document)
	if err != nil {
		t.Fatal(err)
	}
	same("canonical document", documentQuads, "canonDocDataInt.txt")
	documentHash := sha256.Sum256(documentQuads)
	same("hash of the document", hexBytes(documentHash[:]), "docHashDataInt.txt")

	configQuads, err := v.canonical(config)
	if err != nil {
		t.Fatal(err)
	}
	same("canonical proof configuration", configQuads, "proofCanonDataInt.txt")
	configHash := sha256.Sum256(configQuads)
	same("hash of the proof configuration", hexBytes(configHash[:]), "proofHashDataInt.txt")

	message, err := v.signedMessage(document, config)
	if err != nil {
		t.Fatal(err)
	}
	same("both hashes", hexBytes(message), "combinedHashDataInt.txt")

	key := vectorKey(t)
	same("signature", hexBytes(key.Sign(message)), "sigHexDataInt.txt")
	created, err := time.Parse(time.RFC3339, signed["created"].(string))
	if err != nil {
		t.Fatal(err)
	}
	p, err := v.sign(document, key, signed["verificationMethod"].(string), created)
	if err != nil {
		t.Fatal(err)
	}
	same("signature in base58btc", []byte(p.ProofValue), "sigBTC58DataInt.txt")
	if p.ProofValue != signed["proofValue"] {
		t.Errorf("proofValue %s, want %s", p.ProofValue, signed["proofValue"])
	}
	if method := KeyID(DIDKey(key.Public()), key.Public()); method != signed["verificationMethod"] {
		t.Errorf("verificationMethod %s, want %s", method, signed["verificationMethod"])
	}
}

func vectorKey(t *testing.T) signing.Key {
	t.Helper()
	var pair struct{ PublicKeyMultibase, PrivateKeyMultibase string }
	if err := json.Unmarshal(vectors(t, "keyPair.json"), &pair); err != nil {
		t.Fatal(err)
	}
	raw, err := base58.Decode(strings.TrimPrefix(pair.PrivateKeyMultibase, "z"))
	if err != nil || len(raw) != 2+ed25519.SeedSize {
		t.Fatalf("private key of %d bytes: %v", len(raw), err)
	}
	key, err := signing.KeyFromSeed(raw[2:])
	if err != nil {
		t.Fatal(err)
	}
	if key.Multikey() != pair.PublicKeyMultibase {
		t.Errorf("public key %s, want %s", key.Multikey(), pair.PublicKeyMultibase)
	}
	return key
}

func hexBytes(raw []byte) []byte { return []byte(hex.EncodeToString(raw)) }
