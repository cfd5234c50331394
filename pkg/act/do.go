package act

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Found is what a command is about. Owner is who recorded it and whose record it
// is; Others are further owners where it is about several things, all of which
// must be allowed. Version is the one that is kept now, 0 where there is none.
type Found[N any] struct {
	Thing   N
	Owner   access.Target
	Others  []access.Target
	Version int
}

// Step is what a command works with within its transaction. Owner is the owner of what
// was found, with the therapist's grants. For is the organization for which the actor
// acts: the owner's, or one that a grant lets do it; zero where it is the therapist's
// own doing.
type Step[T any] struct {
	Tx    T
	Actor access.Actor
	Now   time.Time
	Owner access.Target
	For   core.OrganizationID
}

// Allows tells whether the actor may do something else to an owner, such as read what
// the command changed.
func (s Step[T]) Allows(action access.Action, owner access.Target) bool {
	return access.May(s.Actor, action, owner, s.Now) == nil
}

// Command is one change of the record: from N, what was found, to R, what it
// became. In the order in which they run:
//
//   - Prepare, once and outside of the transaction: what takes long or cannot be
//     repeated (hash, parse, read an upload, render, ask the network). Where the
//     owner is At, access is asked before it.
//   - Find, which locks what it gives where that matters. Without it what is found
//     is N's zero value, of the owner At.
//   - access, on the owners, and the comparison of versions: Version is the one
//     that someone saw, 0 for any.
//   - Change says what it becomes, or why not; Save keeps it.
//   - Tell says what happened. A command must tell something.
//
// Where Change gives ErrNothing, things are as the command wants them already: nothing
// is saved or told. Find to Tell may run several times, so they must not touch anything but the
// transaction and their own results. Explain says more of a refusal, with what it
// reads after the transaction has ended.
type Command[T Tx, N, R any] struct {
	At      access.Target
	Version int
	Prepare func(ctx context.Context) error
	Find    func(ctx context.Context, tx T) (Found[N], error)
	Change  func(ctx context.Context, s Step[T], n N) (R, error)
	Save    func(ctx context.Context, s Step[T], from N, to R) error
	Tell    func(from N, to R) []Told
	Explain func(ctx context.Context, tx T, refusal error) error
}

// ErrNothing is what Change gives where there is nothing to do.
var ErrNothing = errors.New("nothing to do")

// Do runs a command for an actor. On top of the command's own codes it gives
// those of access.Decide, and stale. Where ctx has a key of a repeated request
// (WithOnce), the error may be *Replay: the answer to the first.
func Do[T Tx, N, R any](ctx context.Context, k *Kernel[T], a access.Actor, d Deed, c Command[T, N, R]) (R, error) {
	r, err := do(ctx, k, a, d, &c)
	if err == nil {
		return r, nil
	}
	if c.Explain != nil && core.AsFault(err) != nil {
		_ = k.store.Single(ctx, func(ctx context.Context, tx T) error { // without more words the refusal stands as it is
			err = c.Explain(ctx, tx, err)
			return nil
		})
	}
	return *new(R), err
}

func do[T Tx, N, R any](ctx context.Context, k *Kernel[T], a access.Actor, d Deed, c *Command[T, N, R]) (r R, err error) {
	now := k.src.Now()
	once, inner := takeOnce(ctx)
	if c.Prepare != nil {
		if c.At.Named() || c.Find == nil {
			if err := mayPrepare(inner, k, a, d, c.At, now); err != nil {
				return r, err
			}
		}
		if err := c.Prepare(inner); err != nil {
			return r, err
		}
	}
	err = k.write(inner, func(ctx context.Context, tx T) (err error) {
		if once != nil {
			if err := once.claim(ctx, tx); err != nil {
				return err
			}
		}
		s := Step[T]{Tx: tx, Actor: a, Now: now}
		if r, err = step(ctx, k, s, d, c); err != nil || once == nil {
			return err
		}
		return once.keep(ctx, tx, r, now)
	})
	return r, err
}

// mayPrepare is access's word before anything is prepared. What it depends on is
// fetched by itself; the transaction asks again.
func mayPrepare[T Tx](ctx context.Context, k *Kernel[T], a access.Actor, d Deed, at access.Target, now time.Time) error {
	if at.Scope == "" {
		return access.Decide(a, d.action, at, now)
	}
	return k.store.Single(ctx, func(ctx context.Context, tx T) error {
		_, err := decide(ctx, tx, a, d.action, at, now)
		return err
	})
}

// step is what a command does in its transaction.
func step[T Tx, N, R any](ctx context.Context, k *Kernel[T], s Step[T], d Deed, c *Command[T, N, R]) (r R, err error) {
	found := Found[N]{Owner: c.At}
	if c.Find != nil {
		if found, err = c.Find(ctx, s.Tx); err != nil {
			return r, err
		}
	}
	if found.Owner, err = decide(ctx, s.Tx, s.Actor, d.action, found.Owner, s.Now); err != nil {
		return r, err
	}
	for _, other := range found.Others {
		if _, err := decide(ctx, s.Tx, s.Actor, d.action, other, s.Now); err != nil {
			return r, err
		}
	}
	s.Owner, s.For = found.Owner, access.For(s.Actor, d.action, found.Owner, s.Now)
	if c.Version != 0 && c.Version != found.Version {
		return r, core.ErrStale
	}
	if r, err = c.Change(ctx, s, found.Thing); err != nil {
		if errors.Is(err, ErrNothing) {
			err = nil
		}
		return r, err
	}
	if c.Save != nil {
		if err := c.Save(ctx, s, found.Thing, r); err != nil {
			return r, err
		}
	}
	if !s.For.IsZero() {
		found.Owner.Organization = s.For
	}
	return r, k.tell(ctx, s, d, found.Owner, c.Tell(found.Thing, r))
}

// tell keeps what happened, lets those who subscribe hear it and commits to it in
// the public log.
func (k *Kernel[T]) tell(ctx context.Context, s Step[T], d Deed, owner access.Target, told []Told) error {
	if len(told) == 0 {
		return fmt.Errorf("act: a command under %s told nothing", d.action)
	}
	var leaves []Leaf
	rows := make([]core.AuditEvent, len(told))
	for i := range told {
		t := &told[i]
		if t.Event == "" {
			t.Event = d.events[0]
		}
		if !slices.Contains(d.events, t.Event) {
			return fmt.Errorf("act: a command under %s told %s, which it does not declare", d.action, t.Event)
		}
		if !t.Owner.Named() {
			t.Owner = owner
		}
		if t.By != nil && s.Actor.AccountID != access.System.AccountID {
			return fmt.Errorf("act: a person's command under %s told that someone else did it", d.action)
		}
		leaves = append(leaves, t.Leaves...)
		rows[i] = k.row(ctx, s, *t)
	}
	if err := s.Tx.AuditAll(ctx, rows); err != nil {
		return err
	}
	for _, t := range told {
		for _, hears := range k.subscribers[t.Event] {
			if err := hears(ctx, s.Tx, Happened{t, t.by(s.Actor), s.Now}); err != nil {
				return err
			}
		}
	}
	if len(leaves) == 0 {
		return nil
	}
	if k.log == nil {
		return fmt.Errorf("act: %s belongs into the public log, and there is none here", leaves[0].Name)
	}
	return k.log.AppendLeaves(ctx, s.Tx, leaves)
}

// row is what the audit keeps of an event.
func (k *Kernel[T]) row(ctx context.Context, s Step[T], t Told) core.AuditEvent {
	origin := core.OriginOf(ctx)
	if origin.Via == "" {
		origin.Via = "command"
	}
	by := t.by(s.Actor)
	return core.AuditEvent{
		ID: core.NewID[core.AuditID](k.src), At: s.Now, OrganizationID: t.Owner.Organization, TherapistID: t.Owner.Therapist,
		AccountID: by.AccountID, ActorName: by.Name, Via: origin.Via, Address: origin.Address,
		Action: string(t.Event), TargetKind: events[t.Event], TargetID: t.Subject, Detail: t.Details,
	}
}
