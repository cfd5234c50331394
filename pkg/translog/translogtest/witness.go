// Package translogtest makes witnesses of a log for tests.
package translogtest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/translog"
)

// Witness cosigns checkpoints.
type Witness struct {
	translog.Witness
	Key  string // the verifier key
	hash [4]byte
	sign ed25519.PrivateKey
}

// New makes a witness whose key depends on nothing but its name.
func New(t testing.TB, name string) Witness {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	w := Witness{sign: ed25519.NewKeyFromSeed(seed[:])}
	public := append([]byte{4}, w.sign.Public().(ed25519.PublicKey)...)
	sum := sha256.Sum256(append([]byte(name+"\n"), public...))
	copy(w.hash[:], sum[:])
	w.Key = fmt.Sprintf("%s+%x+%s", name, w.hash, base64.StdEncoding.EncodeToString(public))
	var err error
	if w.Witness, err = translog.ParseWitness(w.Key); err != nil {
		t.Fatal(err)
	}
	return w
}

// Cosign adds the witness's line to a checkpoint.
func (w Witness) Cosign(checkpoint string, at time.Time) string {
	text, _, _ := strings.Cut(checkpoint, "\n\n")
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s\n", at.Unix(), text)
	line := binary.BigEndian.AppendUint64(w.hash[:], uint64(at.Unix()))
	line = append(line, ed25519.Sign(w.sign, []byte(message))...)
	return checkpoint + "— " + w.Name + " " + base64.StdEncoding.EncodeToString(line) + "\n"
}
