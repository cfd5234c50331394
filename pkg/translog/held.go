package translog

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/palmar/palmar/pkg/core"
)

// Held tells which of some openings the log holds, by number: each is proved
// from the stored hashes to the newest checkpoint, whose signature has to be by
// the key that the installation's secret opens. It reads the hashes of all
// proofs at once. What is not held is left out.
func (l *Log) Held(ctx context.Context, tx ReadTx, openings []Opening) (map[int64]bool, error) {
	held := map[int64]bool{}
	head, err := tx.LogHead(ctx)
	if errors.Is(err, core.ErrNotFound) || err == nil && len(openings) == 0 {
		return held, nil
	}
	if err != nil {
		return nil, err
	}
	if _, err := l.open(head); err != nil {
		return nil, err
	}
	checkpoint, err := tx.LogCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	tree, ok := stated(head, checkpoint)
	if !ok {
		return held, nil // nothing can be proved to it
	}
	known, err := proofHashes(ctx, tx, tree.Size, openings)
	if err != nil {
		return nil, err
	}
	for _, o := range openings {
		if o.Number < 0 || o.Number >= tree.Size {
			continue
		}
		proof, err := tlog.ProveRecord(tree.Size, o.Number, known)
		held[o.Number] = err == nil && tlog.CheckRecord(proof, tree.Size, tree.Root, o.Number, tlog.RecordHash(o.Leaf())) == nil
	}
	return held, nil
}

// stated is the tree of a checkpoint of the log, if the log's key has signed it.
func stated(head Head, c Checkpoint) (Tree, bool) {
	tree, err := OpenCheckpoint([]byte(c.Note), head.Public)
	return tree, err == nil && tree.Origin == head.Origin
}

// proofHashes reads the stored hashes that prove some entries in a tree.
func proofHashes(ctx context.Context, tx Tx, size int64, openings []Opening) (*growing, error) {
	wanted := &wanting{map[int64]bool{}}
	for _, o := range openings {
		if o.Number >= 0 && o.Number < size {
			_, _ = tlog.ProveRecord(size, o.Number, wanted) // it only says what it would read
		}
	}
	numbers := make([]int64, 0, len(wanted.numbers))
	for n := range wanted.numbers {
		numbers = append(numbers, n)
	}
	hashes, err := tx.LogHashes(ctx, numbers)
	return &growing{hashes}, err
}

// wanting collects the numbers of the hashes that a proof reads.
type wanting struct{ numbers map[int64]bool }

// ReadHashes implements tlog.HashReader with empty hashes.
func (w *wanting) ReadHashes(numbers []int64) ([]tlog.Hash, error) {
	for _, n := range numbers {
		w.numbers[n] = true
	}
	return make([]tlog.Hash, len(numbers)), nil
}

// Whole tells whether every entry of the log has its opening.
func Whole(ctx context.Context, tx ReadTx) (bool, error) {
	head, err := tx.LogHead(ctx)
	if errors.Is(err, core.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	n, err := tx.LogOpeningCount(ctx)
	if err != nil {
		return false, fmt.Errorf("count the openings of the log: %w", err)
	}
	return n == head.Size, nil
}
