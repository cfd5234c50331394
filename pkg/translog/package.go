package translog

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/palmar/palmar/pkg/words"
)

// Packed is what a downloaded package holds for the check against the log: a
// credential in both forms, and the entry that tells of its issue.
type Packed struct {
	Document string     `json:"document"`
	JWT      string     `json:"jwt"`
	Log      *Inclusion `json:"log"`
}

// ReadPacked tells whether a file is a package.
func ReadPacked(raw []byte) (Packed, bool) {
	var p Packed
	return p, json.Unmarshal(raw, &p) == nil && p.Document != ""
}

// What is wrong with a proof, where it can be read.
var (
	ErrUnsigned    = errors.New("the checkpoint is not signed by the log's key")
	ErrNotIncluded = errors.New("the entry is not in the log as the proof says")
	ErrAnother     = errors.New("the log tells of another credential")
)

// Confirm says whether the log entry of a package tells of the issue of its very
// credential, in the tree that a checkpoint signed with the log's key states.
func (p Packed) Confirm(verifierKey string) (Tree, error) {
	if p.Log == nil {
		return Tree{}, errors.New("the package holds no proof of the log")
	}
	tree, err := p.Log.Check(verifierKey)
	if err != nil {
		return tree, err
	}
	var said struct{ Document, JWT string }
	if err := json.Unmarshal([]byte(p.Log.Payload), &said); err != nil || said.Document != digest(p.Document) || p.JWT != "" && said.JWT != digest(p.JWT) ||
		p.Log.Event != EventIssue && p.Log.Event != EventResign {
		return tree, ErrAnother
	}
	return tree, nil
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Cosigned tells which of some witnesses have cosigned the checkpoint of a proof.
func (i Inclusion) Cosigned(verifierKey string, witnesses []Witness) (told []words.Sentence) {
	_, checkpoint, _ := strings.Cut(i.Proof, "\n\n")
	_, found, err := Cosignatures([]byte(checkpoint), verifierKey, witnesses)
	if err != nil {
		return nil
	}
	for _, c := range found {
		told = append(told, words.S("reason.cosigned", "witness", c.Witness, "at", words.Moment(c.StatedAt)))
	}
	return told
}

// proved is a checkpoint to which an entry is proved, with the lines of its
// witnesses: the newest that a witness has cosigned, where that has the entry,
// else the newest.
func proved(ctx context.Context, tx ReadTx, o Opening) (Checkpoint, error) {
	size, err := tx.NewestCosigned(ctx)
	if err != nil {
		return Checkpoint{}, err
	}
	if size <= o.Number {
		return tx.LogCheckpoint(ctx)
	}
	c, err := tx.CheckpointAt(ctx, size)
	if err != nil {
		return c, err
	}
	said, err := tx.CosignaturesOf(ctx, size)
	for _, w := range said {
		c.Note += w.Line + "\n"
	}
	return c, err
}

func include(ctx context.Context, tx ReadTx, o Opening) (Inclusion, error) {
	head, err := tx.LogHead(ctx)
	if err != nil {
		return Inclusion{}, err
	}
	checkpoint, err := proved(ctx, tx, o)
	if err != nil {
		return Inclusion{}, err
	}
	proof, err := tlog.ProveRecord(checkpoint.Size, o.Number, reader{ctx, tx})
	if err != nil {
		return Inclusion{}, err
	}
	return NewInclusion(head.Public, o, FormatProof(o.Number, proof, checkpoint.Note)), nil
}
