package signing

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestKey(t *testing.T) {
	key, err := GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	again, err := KeyFromSeed(key.Seed())
	if err != nil || again.Multikey() != key.Multikey() {
		t.Errorf("%v, %v", again, err)
	}
	if !strings.HasPrefix(key.Multikey(), "z6Mk") {
		t.Errorf("public key %s", key.Multikey())
	}
	if _, err := GenerateKey(strings.NewReader("short")); err == nil {
		t.Error("a key from five bytes")
	}
	if _, err := KeyFromSeed(make([]byte, 31)); err == nil {
		t.Error("a key from 31 bytes")
	}
}

func TestKey_PrintsNoSecret(t *testing.T) {
	key := testKey(t, 'S')
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("key", "key", key)
	printed := fmt.Sprintf("%v %+v %#v %s %q", key, key, key, key, key) + log.String()
	if !strings.Contains(printed, key.Multikey()) || strings.Contains(printed, "SSSS") || strings.Contains(printed, "83 83") {
		t.Errorf("printed %s", printed)
	}
}

func TestSeal(t *testing.T) {
	key, secret := testKey(t, 3), bytes.Repeat([]byte{9}, SecretSize)
	sealed, err := Seal(rand.Reader, secret, "key-1", key)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := Open(secret, "key-1", sealed)
	if err != nil || !bytes.Equal(opened.Seed(), key.Seed()) {
		t.Fatalf("%v, %v", opened, err)
	}
	if again, err := Seal(rand.Reader, secret, "key-1", key); err != nil || bytes.Equal(again, sealed) {
		t.Errorf("sealed twice alike, %v", err)
	}
	other := bytes.Repeat([]byte{8}, SecretSize)
	for name, open := range map[string]func() (Key, error){
		"other secret": func() (Key, error) { return Open(other, "key-1", sealed) },
		"other key":    func() (Key, error) { return Open(secret, "key-2", sealed) },
		"shortened":    func() (Key, error) { return Open(secret, "key-1", sealed[:20]) },
		"empty":        func() (Key, error) { return Open(secret, "key-1", nil) },
	} {
		if _, err := open(); !errors.Is(err, ErrSeal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := Open(secret, "key-1", changed); !errors.Is(err, ErrSeal) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
	if _, err := Seal(rand.Reader, secret[:16], "key-1", key); err == nil {
		t.Error("sealed with a short secret")
	}
	if _, err := Seal(rand.Reader, secret, "key-1", Key{}); err == nil {
		t.Error("sealed no key")
	}
}

func testKey(t *testing.T, number byte) Key {
	t.Helper()
	key, err := KeyFromSeed(bytes.Repeat([]byte{number}, SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	return key
}
