package translog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// examineAt a time, so that the work is bounded by the batch, not by the log.
const examineAt = 1_000

// Examine recomputes the whole log from its entries: every stored hash, every
// checkpoint and every opening, of which none may be absent and none too many.
// It names what differs.
func Examine(ctx context.Context, tx ReadTx) ([]words.Sentence, error) {
	head, err := tx.LogHead(ctx)
	if errors.Is(err, core.ErrNotFound) {
		return headless(ctx, tx)
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
		e.say("doctor.log_hashes", "stored", stored, "entries", head.Size, "needed", tlog.StoredHashCount(head.Size))
	}
	if err == nil && !e.stuck {
		err = e.beyond(ctx, tx)
	}
	if len(e.due) > 0 && !e.stuck {
		e.say("doctor.log_checkpoint_beyond", "checkpoint", e.due[0].Size, "entries", head.Size)
	}
	return e.found, err
}

type examination struct {
	tree *growing
	head Head
	size int64
	// opened is how many of the entries have their opening.
	opened int64
	due    []Checkpoint // checkpoints to come, by size
	found  []words.Sentence
	stuck  bool
}

func (e *examination) say(id string, args ...any) {
	e.found = append(e.found, words.S(id, args...))
}

func (e *examination) checkpoints(ctx context.Context, tx ReadTx) error {
	for after := int64(-1); ; {
		page, err := tx.Checkpoints(ctx, after, examineAt)
		if err != nil || len(page) == 0 {
			if len(e.due) == 0 || e.due[len(e.due)-1].Size != e.head.Size {
				e.say("doctor.log_checkpoint_missing", "entries", e.head.Size)
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
		e.say("doctor.log_entry_missing", "entries", e.head.Size, "entry", e.size)
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

// headless names what is left of a log whose state is gone.
func headless(ctx context.Context, tx ReadTx) ([]words.Sentence, error) {
	hashes, err := tx.LogHashCount(ctx)
	if err != nil {
		return nil, err
	}
	openings, err := tx.LogOpeningCount(ctx)
	if err != nil || hashes+openings == 0 {
		return nil, err
	}
	return []words.Sentence{words.S("doctor.log_state_missing", "hashes", hashes, "openings", openings)}, nil
}

// beyond names what is kept of entries that the log does not have.
func (e *examination) beyond(ctx context.Context, tx ReadTx) error {
	more, err := tx.LogLeaves(ctx, e.size, 1)
	if err != nil {
		return err
	}
	if len(more) > 0 {
		e.say("doctor.log_entry_beyond", "entries", e.head.Size, "entry", e.size)
	}
	n, err := tx.LogOpeningCount(ctx)
	if err == nil && n != e.opened {
		e.say("doctor.log_openings", "stored", n, "matched", e.opened)
	}
	return err
}

// openings holds the openings of some entries against these.
func (e *examination) openings(openings []Opening, leaves [][]byte) {
	opened := make([]bool, len(leaves))
	defer func() {
		for i, ok := range opened {
			if !ok {
				e.say("doctor.log_entry_closed", "entry", e.size+int64(i), "event", eventOf(leaves[i]))
			}
		}
	}()
	for _, o := range openings {
		i := o.Number - e.size
		if i < 0 || i >= int64(len(leaves)) {
			continue
		}
		opened[i] = true
		e.opened++
		if !bytes.Equal(o.Leaf(), leaves[i]) {
			e.say("doctor.log_opening", "entry", o.Number, "event", o.Event, "subject", o.Subject)
		}
	}
}

func (e *examination) checkpoint() {
	for len(e.due) > 0 && e.due[0].Size <= e.size {
		c := e.due[0]
		e.due = e.due[1:]
		stated, err := OpenCheckpoint([]byte(c.Note), e.head.Public)
		if err != nil {
			e.say("doctor.log_checkpoint_unreadable", "entries", c.Size, "err", err)
			continue
		}
		root, err := tlog.TreeHash(e.size, e.tree)
		if err != nil || stated != (Tree{e.head.Origin, e.size, root}) {
			e.say("doctor.log_checkpoint_root", "entries", c.Size)
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
			e.say("doctor.log_hash", "number", n)
		}
	}
	return nil
}

// Detail reads what an opening commits to.
func (o Opening) Detail(into any) error { return json.Unmarshal(o.Payload, into) }

// eventOf reads which event an entry tells of, which everybody may know.
func eventOf(raw []byte) string {
	var l leaf
	if json.Unmarshal(raw, &l) != nil {
		return "unknown"
	}
	return l.Event
}
