package translog

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/signing"
)

// Head is the log's own state. Origin is its name, Public its verifier key as
// notes write it, Sealed the private part.
type Head struct {
	Origin string
	Public string
	Sealed []byte
	Size   int64
}

// Checkpoint is a signed statement of how long the log is and what it holds.
type Checkpoint struct {
	Size     int64
	Note     string
	SignedAt time.Time
}

// Batch is what one append adds to the log.
type Batch struct {
	Openings   []Opening
	Hashes     map[int64]tlog.Hash
	Checkpoint Checkpoint
}

// Tx is what appending needs of a transaction.
type Tx interface {
	// LogHead gives not_found before the first entry. In a command it keeps
	// others from appending until the end.
	LogHead(ctx context.Context) (Head, error)
	StartLog(ctx context.Context, h Head) error
	LogHashes(ctx context.Context, numbers []int64) (map[int64]tlog.Hash, error)
	AppendLog(ctx context.Context, b Batch) error
}

// Log appends to the log of an installation.
type Log struct {
	src    core.Source
	secret []byte
	base   string
}

// New makes the log of the installation at base, such as
// https://palmar.example, whose key is sealed with secret.
func New(src core.Source, secret []byte, base string) *Log {
	return &Log{src: src, secret: secret, base: base}
}

// Origin is the name of the log of the installation at an address: its host and
// path, as checkpoints have it.
func Origin(base string) string {
	address, err := url.Parse(base)
	if err != nil || address.Host == "" {
		return "palmar/log"
	}
	return address.Host + strings.TrimRight(address.Path, "/") + "/log"
}

// Append adds events in their order and signs a checkpoint over them, all in
// the transaction of the command that they tell of. However many there are, it
// reads once and writes once.
// It gives the number of the first.
func (l *Log) Append(ctx context.Context, tx Tx, events ...Event) (first int64, err error) {
	if len(events) == 0 {
		return 0, nil
	}
	head, signer, err := l.head(ctx, tx)
	if err != nil {
		return 0, err
	}
	tree := &growing{hashes: map[int64]tlog.Hash{}}
	if head.Size > 0 {
		if tree.hashes, err = tx.LogHashes(ctx, frontier(head.Size)); err != nil {
			return 0, err
		}
	}
	batch := Batch{Hashes: map[int64]tlog.Hash{}}
	for i, e := range events {
		o, err := open(head.Size+int64(i), e, l.src.Rand)
		if err != nil {
			return 0, err
		}
		batch.Openings = append(batch.Openings, o)
		if err := tree.add(o.Number, o.Leaf(), batch.Hashes); err != nil {
			return 0, err
		}
	}
	size := head.Size + int64(len(events))
	batch.Checkpoint, err = l.checkpoint(head.Origin, size, tree, signer)
	if err != nil {
		return 0, err
	}
	return head.Size, tx.AppendLog(ctx, batch)
}

// growing is the part of the tree that is at hand: the frontier and what was
// added since.
type growing struct{ hashes map[int64]tlog.Hash }

// ReadHashes implements tlog.HashReader.
func (g *growing) ReadHashes(numbers []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(numbers))
	for i, n := range numbers {
		h, ok := g.hashes[n]
		if !ok {
			return nil, fmt.Errorf("the log's hash %d is not at hand", n)
		}
		out[i] = h
	}
	return out, nil
}

func (g *growing) add(number int64, leaf []byte, added map[int64]tlog.Hash) error {
	hashes, err := tlog.StoredHashes(number, leaf, g)
	if err != nil {
		return err
	}
	first := tlog.StoredHashIndex(0, number)
	for i, h := range hashes {
		g.hashes[first+int64(i)], added[first+int64(i)] = h, h
	}
	return nil
}

// frontier are the numbers of the hashes from which a tree of this size grows:
// the roots of its complete subtrees.
func frontier(size int64) []int64 {
	var out []int64
	var start int64
	for level := 62; level >= 0; level-- {
		if width := int64(1) << level; size&width != 0 {
			out = append(out, tlog.StoredHashIndex(level, start>>level))
			start += width
		}
	}
	return out
}

func (l *Log) checkpoint(origin string, size int64, tree tlog.HashReader, signer note.Signer) (Checkpoint, error) {
	root, err := tlog.TreeHash(size, tree)
	if err != nil {
		return Checkpoint{}, err
	}
	signed, err := note.Sign(&note.Note{Text: checkpointText(origin, size, root)}, signer)
	return Checkpoint{Size: size, Note: string(signed), SignedAt: l.src.Now()}, err
}

func checkpointText(origin string, size int64, root tlog.Hash) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
}

// head finds the log's state, or makes the key of a new log.
func (l *Log) head(ctx context.Context, tx Tx) (Head, note.Signer, error) {
	head, err := tx.LogHead(ctx)
	if errors.Is(err, core.ErrNotFound) {
		if head, err = l.start(); err == nil {
			if err = tx.StartLog(ctx, head); err == nil {
				head, err = tx.LogHead(ctx) // another may have started it
			}
		}
	}
	if err != nil {
		return head, nil, err
	}
	signs, err := l.open(head)
	return head, signs, err
}

// open opens the log's key, which proves that the installation made it.
func (l *Log) open(head Head) (note.Signer, error) {
	key, err := signing.Open(l.secret, head.Public, head.Sealed)
	if err != nil {
		return nil, fmt.Errorf("open the key of the log: %w", err)
	}
	verifier, err := note.NewVerifier(head.Public)
	if err != nil {
		return nil, err
	}
	return signer{verifier, key}, nil
}

func (l *Log) start() (Head, error) {
	key, err := signing.GenerateKey(l.src.Rand)
	if err != nil {
		return Head{}, err
	}
	head := Head{Origin: Origin(l.base)}
	if head.Public, err = note.NewEd25519VerifierKey(head.Origin, key.Public()); err != nil {
		return Head{}, err
	}
	head.Sealed, err = signing.Seal(l.src.Rand, l.secret, head.Public, key)
	return head, err
}

// signer signs notes with a sealed key.
type signer struct {
	note.Verifier
	key signing.Key
}

// Sign implements note.Signer.
func (s signer) Sign(message []byte) ([]byte, error) { return s.key.Sign(message), nil }
