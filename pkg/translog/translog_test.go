package translog

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/platform/signing"
)

// grown is a log of n entries with its key.
func grown(t testing.TB, n int) (*growing, []Opening, note.Signer, string) {
	t.Helper()
	key, err := signing.KeyFromSeed(bytes.Repeat([]byte{3}, signing.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	vkey, err := note.NewEd25519VerifierKey("palmar.example/log", key.Public())
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	tree, openings := &growing{map[int64]tlog.Hash{}}, make([]Opening, n)
	for i := range openings {
		openings[i] = Opening{Number: int64(i), Event: EventIssue, Salt: bytes.Repeat([]byte{byte(i)}, saltSize), Payload: fmt.Appendf(nil, `{"n":%d}`, i)}
		if err := tree.add(int64(i), openings[i].Leaf(), map[int64]tlog.Hash{}); err != nil {
			t.Fatal(err)
		}
	}
	return tree, openings, signer{verifier, key}, vkey
}

func signedTree(t testing.TB, tree *growing, size int64, s note.Signer) string {
	t.Helper()
	root, err := tlog.TreeHash(size, tree)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: checkpointText(s.Name(), size, root)}, s)
	if err != nil {
		t.Fatal(err)
	}
	return string(signed)
}

func TestInclusion(t *testing.T) {
	tree, openings, s, vkey := grown(t, 300)
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.Int64Range(1, 300).Draw(rt, "size")
		at := rapid.Int64Range(0, size-1).Draw(rt, "entry")
		proof, err := tlog.ProveRecord(size, at, tree)
		if err != nil {
			rt.Fatal(err)
		}
		in := NewInclusion(vkey, openings[at], FormatProof(at, proof, signedTree(t, tree, size, s)))
		if read, err := in.Check(vkey); err != nil || read.Size != size {
			rt.Fatalf("%+v, %v", read, err)
		}
		for name, change := range map[string]func(*Inclusion){
			"payload": func(i *Inclusion) { i.Payload = strings.Replace(i.Payload, "n", "m", 1) },
			"event":   func(i *Inclusion) { i.Event = EventRevoke },
			"salt":    func(i *Inclusion) { i.Salt = "B" + i.Salt[1:] },
			"size": func(i *Inclusion) {
				i.Proof = strings.Replace(i.Proof, fmt.Sprintf("\n%d\n", size), fmt.Sprintf("\n%d\n", size+1), 1)
			},
			"index":   func(i *Inclusion) { i.Proof = strings.Replace(i.Proof, "index ", "index 1", 1) },
			"nothing": func(i *Inclusion) { i.Proof = "" },
		} {
			changed := in
			change(&changed)
			if _, err := changed.Check(vkey); err == nil && changed != in {
				rt.Fatalf("%s can be changed: %+v", name, changed)
			}
		}
	})
}

// The frontier is what a tree grows from, whatever its size.
func TestFrontier(t *testing.T) {
	tree, _, _, _ := grown(t, 200)
	for size := int64(1); size < 200; size++ {
		part := &growing{map[int64]tlog.Hash{}}
		for _, n := range frontier(size) {
			part.hashes[n] = tree.hashes[n]
		}
		want, err := tlog.TreeHash(size, tree)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := tlog.TreeHash(size, part); err != nil || got != want {
			t.Fatalf("size %d: %v", size, err)
		}
	}
}

func TestWitness_Err(t *testing.T) {
	for _, text := range []string{"", "name", "name+1+2", "name+00000000+BAAA", "+00000000+BA=="} {
		if _, err := ParseWitness(text); err == nil {
			t.Errorf("%q is a witness", text)
		}
	}
	for _, text := range []string{"", "x\n", "x\n-1\nAAAA\n", "x\n01\n" + tlog.Hash{}.String() + "\n", "x\n1\nAAAA\n"} {
		if tree, err := ParseTree(text); err == nil {
			t.Errorf("%q is %+v", text, tree)
		}
	}
	if err := CheckKey("x+1+y"); err == nil {
		t.Error("x+1+y is a key")
	}
}

func TestOrigin(t *testing.T) {
	for base, want := range map[string]string{"https://palmar.example": "palmar.example/log", "https://x.example/a/": "x.example/a/log", "": "palmar/log"} {
		if got := Origin(base); got != want {
			t.Errorf("%s: %s", base, got)
		}
	}
}

func TestTilePath(t *testing.T) {
	for n, want := range map[int64]string{0: "000", 999: "999", 1_234_067: "x001/x234/067"} {
		if got := tilePath(n, 256); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	if got := tilePath(5, 7); got != "005.p/7" {
		t.Error(got)
	}
}

func BenchmarkInclusion(b *testing.B) {
	tree, openings, s, vkey := grown(b, 20_000)
	checkpoint := signedTree(b, tree, 20_000, s)
	proof, err := tlog.ProveRecord(20_000, 12_345, tree)
	if err != nil {
		b.Fatal(err)
	}
	in := NewInclusion(vkey, openings[12_345], FormatProof(12_345, proof, checkpoint))
	message := []byte(strings.SplitN(checkpoint, "\n\n", 2)[0] + "\n")
	signature, err := s.Sign(message)
	if err != nil {
		b.Fatal(err)
	}
	key, err := signing.KeyFromSeed(bytes.Repeat([]byte{3}, signing.SeedSize))
	if err != nil {
		b.Fatal(err)
	}
	for name, do := range map[string]func(){
		"prove":               func() { _, _ = tlog.ProveRecord(20_000, 12_345, tree) },
		"check":               func() { _, _ = in.Check(vkey) },
		"the plain signature": func() { ed25519.Verify(key.Public(), message, signature) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				do()
			}
		})
	}
}

func TestCosigned(t *testing.T) {
	if _, _, err := Cosignatures([]byte("x"), "y", nil); err == nil {
		t.Error("nothing is a checkpoint")
	}
}
