package act

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Reader is what a read works with. It must ask May or Scope before it is
// through: what was read without is not given to anybody.
type Reader[T Tx] struct {
	Tx     T
	Actor  access.Actor
	Now    time.Time
	action access.Action
	notes  *notes
}

// notes are what is remembered of a read: whether it was asked if the actor may, and
// what a grant let them see.
type notes struct {
	asked bool
	seen  []Seen
}

// note remembers that the actor was let see something of an owner.
func (r Reader[T]) note(owner access.Target) {
	org := access.For(r.Actor, r.action, owner, r.Now)
	if owner.Scope == "" || owner.Scope == access.AnyScope || org.IsZero() || org == owner.Organization {
		return
	}
	r.saw(org, owner.Therapist, owner.Scope)
}

func (r Reader[T]) saw(org core.OrganizationID, therapist core.TherapistID, scope access.Scope) {
	look := Seen{Organization: org, Therapist: therapist, Scope: scope, By: r.Actor.AccountID, At: r.Now}
	if !slices.Contains(r.notes.seen, look) {
		r.notes.seen = append(r.notes.seen, look)
	}
}

// May asks access whether the actor may read something of an owner.
func (r Reader[T]) May(ctx context.Context, owner access.Target) error {
	r.notes.asked = true
	owner, err := decide(ctx, r.Tx, r.Actor, r.action, owner, r.Now)
	if err == nil {
		r.note(owner)
	}
	return err
}

// Granted is a target with the therapist's grants, so that Can and Allows know what
// they open; without them where it is the actor's own record. It must not be kept
// beyond the read.
func (r Reader[T]) Granted(ctx context.Context, owner access.Target) (access.Target, error) {
	if r.Actor.Is(owner.Therapist) {
		return owner, nil
	}
	return withGrants(ctx, r.Tx, owner)
}

// Share is how much of a part of a therapist's record an actor may read: the Whole of
// it, as the therapist or by a grant, or what organizations recorded for which they
// may read (Own). Keepers are all that keep a file of the therapist; Target has the
// grants, to ask about further parts.
type Share struct {
	Whole        bool
	Own, Keepers []core.OrganizationID
	Target       access.Target
}

// First is the first organization of Own, zero where there is none.
func (s Share) First() core.OrganizationID {
	if len(s.Own) == 0 {
		return core.OrganizationID{}
	}
	return s.Own[0]
}

// Share asks access how much of a part of a therapist's record the actor may read. A
// list shows only what Own recorded where it is not Whole.
func (r Reader[T]) Share(ctx context.Context, therapist core.TherapistID, scope access.Scope) (s Share, err error) {
	if s.Keepers, err = r.Tx.TherapistOrganizations(ctx, therapist); err != nil {
		return s, err
	}
	for _, org := range s.Keepers {
		if !r.Actor.Is(therapist) && r.Can(access.Target{Organization: org, Therapist: therapist}) {
			s.Own = append(s.Own, org)
		}
	}
	if s.Target, err = r.Granted(ctx, access.Target{Therapist: therapist, Scope: scope}); err != nil {
		return s, err
	}
	if s.Whole = r.Can(s.Target); !s.Whole && len(s.Own) > 0 {
		return s, r.May(ctx, access.Target{Organization: s.Own[0], Therapist: therapist})
	}
	return s, r.May(ctx, s.Target)
}

// Saw remembers that the actor sees a part of a therapist's record in a list of an
// organization's, because a grant lets it.
func (r Reader[T]) Saw(org core.OrganizationID, therapist core.TherapistID, scope access.Scope) {
	if !r.Actor.Is(therapist) {
		r.saw(org, therapist, scope)
	}
}

// Scope asks access which rows of an organization's list the actor sees.
func (r Reader[T]) Scope(org core.OrganizationID) (access.Scoped, error) {
	r.notes.asked = true
	return access.Listed(r.Actor, r.action, org)
}

// Can tells whether the actor may read something of an owner besides what was
// asked for, such as a part of a list. Where it tells so, that part is seen.
func (r Reader[T]) Can(owner access.Target) bool {
	if access.May(r.Actor, r.action, owner, r.Now) != nil {
		return false
	}
	r.note(owner)
	return true
}

// Refuses asks access whether the actor may do something to an owner, and why not; nothing
// of the owner is seen by that.
func (r Reader[T]) Refuses(action access.Action, owner access.Target) error {
	r.notes.asked = true
	return access.May(r.Actor, action, owner, r.Now)
}

// Allows tells whether the actor may do something else to an owner, such as change
// what is read, so that more of it is shown.
func (r Reader[T]) Allows(action access.Action, owner access.Target) bool {
	return access.May(r.Actor, action, owner, r.Now) == nil
}

// Read reads in one snapshot: all that fn sees is of one moment.
func Read[T Tx, R any](ctx context.Context, k *Kernel[T], a access.Actor, action access.Action, fn func(ctx context.Context, r Reader[T]) (R, error)) (R, error) {
	return read(ctx, k, k.store.Snapshot, a, action, fn)
}

// Look reads one statement, which needs no snapshot. A second one fails.
func Look[T Tx, R any](ctx context.Context, k *Kernel[T], a access.Actor, action access.Action, fn func(ctx context.Context, r Reader[T]) (R, error)) (R, error) {
	return read(ctx, k, k.store.Single, a, action, fn)
}

type running[T any] func(ctx context.Context, fn func(ctx context.Context, tx T) error) error

func read[T Tx, R any](ctx context.Context, k *Kernel[T], run running[T], a access.Actor, action access.Action, fn func(context.Context, Reader[T]) (R, error)) (result R, err error) {
	var noted notes
	err = run(ctx, func(ctx context.Context, tx T) (err error) {
		noted = notes{}
		result, err = fn(ctx, Reader[T]{Tx: tx, Actor: a, Now: k.src.Now(), action: action, notes: &noted})
		return err
	})
	if err == nil && !noted.asked {
		err = fmt.Errorf("act: %s was read without asking whether the actor may", action)
	}
	if err == nil && len(noted.seen) > 0 {
		err = k.keepLooks(ctx, noted.seen) // before anything is shown: no look is hidden from whose record it is
	}
	if err != nil {
		return *new(R), err
	}
	return result, nil
}

func (k *Kernel[T]) keepLooks(ctx context.Context, seen []Seen) error {
	for i := range seen {
		seen[i].ID = core.NewID[core.LookID](k.src)
	}
	return k.write(ctx, func(ctx context.Context, tx T) error { return tx.InsertLooks(ctx, seen) })
}

// Inspect reads in one snapshot for the program itself, or what everybody may
// know. It asks no permission.
func Inspect[T Tx, R any](ctx context.Context, k *Kernel[T], fn func(ctx context.Context, tx T) (R, error)) (R, error) {
	return inspect(ctx, k.store.Snapshot, fn)
}

// Peek is Inspect of one statement.
func Peek[T Tx, R any](ctx context.Context, k *Kernel[T], fn func(ctx context.Context, tx T) (R, error)) (R, error) {
	return inspect(ctx, k.store.Single, fn)
}

func inspect[T, R any](ctx context.Context, run running[T], fn func(context.Context, T) (R, error)) (result R, err error) {
	err = run(ctx, func(ctx context.Context, tx T) (err error) {
		result, err = fn(ctx, tx)
		return err
	})
	return result, err
}
