package translog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/palmar/palmar/pkg/core"
)

// examineAt a time, so that the work is bounded by the batch, not by the log.
const examineAt = 1_000

// Examine recomputes the whole log from its entries: every stored hash, every
// checkpoint and every opening. It names what differs.
func Examine(ctx context.Context, tx ReadTx) ([]string, error) {
	head, err := tx.LogHead(ctx)
	if errors.Is(err, core.NotFound("")) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e := &examination{tree: &growing{map[int64]tlog.Hash{}}, head: head}
	if err := e.checkpoints(ctx, tx); err != nil {
		return nil, err
	}
	for e.size < head.Size {
		if err := e.batch(ctx, tx); err != nil {
			return nil, err
		}
		if e.stuck {
			break
		}
	}
	stored, err := tx.LogHashCount(ctx)
	if err == nil && !e.stuck && stored != tlog.StoredHashCount(head.Size) {
		e.say("the log keeps %d hashes, its %d entries have %d", stored, head.Size, tlog.StoredHashCount(head.Size))
	}
	if len(e.due) > 0 && !e.stuck {
		e.say("a checkpoint states %d entries, the log has %d", e.due[0].Size, head.Size)
	}
	return e.found, err
}

type examination struct {
	tree  *growing
	head  Head
	size  int64
	due   []Checkpoint // checkpoints to come, by size
	found []string
	stuck bool
}

func (e *examination) say(format string, args ...any) {
	e.found = append(e.found, fmt.Sprintf(format, args...))
}

func (e *examination) checkpoints(ctx context.Context, tx ReadTx) error {
	for after := int64(-1); ; {
		page, err := tx.Checkpoints(ctx, after, examineAt)
		if err != nil || len(page) == 0 {
			if len(e.due) == 0 || e.due[len(e.due)-1].Size != e.head.Size {
				e.say("the newest checkpoint does not state the log's %d entries", e.head.Size)
			}
			return err
		}
		e.due = append(e.due, page...)
		after = page[len(page)-1].Size
	}
}

// batch recomputes the next entries.
func (e *examination) batch(ctx context.Context, tx ReadTx) error {
	leaves, err := tx.LogLeaves(ctx, e.size, examineAt)
	if err != nil {
		return err
	}
	openings, err := tx.LogOpenings(ctx, e.size, examineAt)
	if err != nil {
		return err
	}
	if len(leaves) == 0 {
		e.stuck = true
		e.say("the log says that it has %d entries; entry %d is missing", e.head.Size, e.size)
		return nil
	}
	e.openings(openings, leaves)
	added := map[int64]tlog.Hash{}
	for _, leaf := range leaves {
		if err := e.tree.add(e.size, leaf, added); err != nil {
			return err
		}
		e.size++
		e.checkpoint()
	}
	return e.hashes(ctx, tx, added)
}

func (e *examination) openings(openings []Opening, leaves [][]byte) {
	for _, o := range openings {
		i := o.Number - e.size
		if i < 0 || i >= int64(len(leaves)) {
			continue
		}
		if !bytes.Equal(o.Leaf(), leaves[i]) {
			e.say("entry %d of the log is not what was opened of it (%s of %s)", o.Number, o.Event, o.Subject)
		}
	}
}

func (e *examination) checkpoint() {
	for len(e.due) > 0 && e.due[0].Size <= e.size {
		c := e.due[0]
		e.due = e.due[1:]
		stated, err := OpenCheckpoint([]byte(c.Note), e.head.Public)
		if err != nil {
			e.say("checkpoint of %d entries: %v", c.Size, err)
			continue
		}
		root, err := tlog.TreeHash(e.size, e.tree)
		if err != nil || stated != (Tree{e.head.Origin, e.size, root}) {
			e.say("checkpoint of %d entries: the entries give another root", c.Size)
		}
	}
}

// hashes holds the stored hashes against the recomputed ones.
func (e *examination) hashes(ctx context.Context, tx ReadTx, added map[int64]tlog.Hash) error {
	numbers := make([]int64, 0, len(added))
	for n := range added {
		numbers = append(numbers, n)
	}
	stored, err := tx.LogHashes(ctx, numbers)
	if err != nil {
		return err
	}
	for n, h := range added {
		if stored[n] != h {
			e.say("hash %d of the log is not that of its entries", n)
		}
	}
	return nil
}

// Detail reads what an opening commits to.
func (o Opening) Detail(into any) error { return json.Unmarshal(o.Payload, into) }
