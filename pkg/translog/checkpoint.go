package translog

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/palmar/palmar/pkg/core"
)

// Tree is what a checkpoint states.
type Tree struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// ParseTree reads the text of a checkpoint (c2sp.org/tlog-checkpoint): origin,
// size and root on a line each. Further lines are extensions and not read.
func ParseTree(text string) (Tree, error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 || lines[0] == "" {
		return Tree{}, errors.New("this is no checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Tree{}, errors.New("the checkpoint states no size")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Tree{}, errors.New("the checkpoint states no root")
	}
	return Tree{lines[0], size, root}, nil
}

// CheckKey says whether a text is the verifier key of a log.
func CheckKey(key string) error {
	if _, err := note.NewVerifier(key); err != nil {
		return core.Invalid("bad_log_key", "key", key)
	}
	return nil
}

// OpenCheckpoint verifies the log's signature on a checkpoint.
func OpenCheckpoint(signed []byte, verifierKey string) (Tree, error) {
	verifier, err := note.NewVerifier(verifierKey)
	if err != nil {
		return Tree{}, fmt.Errorf("the log's key %q cannot be read: %w", verifierKey, err)
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if _, forged := errors.AsType[*note.InvalidSignatureError](err); forged {
		return Tree{}, ErrUnsigned
	}
	if err != nil {
		return Tree{}, errors.New("the checkpoint has no signature by the log's key")
	}
	if !plainlyWritten(signed) {
		return Tree{}, errors.New("a signature of the checkpoint is not written as signatures are")
	}
	tree, err := ParseTree(opened.Text)
	if err == nil && tree.Origin != verifier.Name() {
		err = fmt.Errorf("the checkpoint is that of %q", tree.Origin)
	}
	return tree, err
}

// plainlyWritten tells whether each signature is written in the one way that
// base64 has for its bytes, so that no bit of a checkpoint can be changed.
func plainlyWritten(signed []byte) bool {
	_, below, _ := bytes.Cut(signed, []byte("\n\n"))
	for line := range strings.Lines(string(below)) {
		encoded := line[strings.LastIndex(line, " ")+1:]
		if _, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSuffix(encoded, "\n")); err != nil {
			return false
		}
	}
	return true
}

// Cosignature is a witness's word that it has seen a checkpoint and that it
// continues the one before. Line is the signature's line as the witness wrote it.
type Cosignature struct {
	Witness  string
	Line     string
	StatedAt time.Time
}

// Witness is someone else who cosigns checkpoints, by the verifier key that it
// publishes: name+hash+key, of the type 0x04 (c2sp.org/tlog-cosignature).
type Witness struct {
	Name string
	hash uint32
	key  ed25519.PublicKey
}

const (
	cosignatureType = 0x04
	cosignatureSize = 8 + ed25519.SignatureSize
)

// ParseWitness reads a witness's verifier key.
func ParseWitness(text string) (Witness, error) {
	bad := core.Invalid("bad_witness_key", "key", text)
	name, rest, ok := strings.Cut(text, "+")
	hash, encoded, ok2 := strings.Cut(rest, "+")
	number, err := strconv.ParseUint(hash, 16, 32)
	raw, err2 := base64.StdEncoding.DecodeString(encoded)
	if !ok || !ok2 || err != nil || err2 != nil || name == "" || len(hash) != 8 || len(raw) != 1+ed25519.PublicKeySize || raw[0] != cosignatureType {
		return Witness{}, bad
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), raw...))
	if binary.BigEndian.Uint32(sum[:]) != uint32(number) {
		return Witness{}, bad
	}
	return Witness{name, uint32(number), ed25519.PublicKey(raw[1:])}, nil
}

// cosigned finds the word of a witness in the lines of signatures below a
// checkpoint's text.
func (w Witness) cosigned(text string, lines []string) (Cosignature, bool) {
	for _, line := range lines {
		rest, ok := strings.CutPrefix(line, "— "+w.Name+" ")
		raw, err := base64.StdEncoding.DecodeString(rest)
		if !ok || err != nil || len(raw) != 4+cosignatureSize || binary.BigEndian.Uint32(raw) != w.hash {
			continue
		}
		stamp := binary.BigEndian.Uint64(raw[4:])
		message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", stamp, text)
		if stamp < 1<<40 && ed25519.Verify(w.key, []byte(message), raw[12:]) {
			return Cosignature{w.Name, line, time.Unix(int64(stamp), 0).UTC()}, true
		}
	}
	return Cosignature{}, false
}

// Cosignatures verifies a checkpoint with the log's key and gives the words of
// those witnesses that have cosigned it.
func Cosignatures(signed []byte, verifierKey string, witnesses []Witness) (Tree, []Cosignature, error) {
	tree, err := OpenCheckpoint(signed, verifierKey)
	if err != nil {
		return tree, nil, err
	}
	text, below, _ := bytes.Cut(signed, []byte("\n\n"))
	lines := strings.Split(string(below), "\n")
	var found []Cosignature
	for _, w := range witnesses {
		if c, ok := w.cosigned(string(text)+"\n", lines); ok {
			found = append(found, c)
		}
	}
	return tree, found, nil
}
