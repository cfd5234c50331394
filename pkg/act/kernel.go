package act

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Store runs functions over the part T of a database that a subject uses.
type Store[T any] interface {
	// Attempt runs fn once in one transaction that commits when fn returns nil.
	// With the ctx that fn is given, a further Attempt, Snapshot or Single joins.
	// Where the database asks for the transaction to be run again, the error is
	// ErrAgain.
	Attempt(ctx context.Context, fn func(ctx context.Context, tx T) error) error
	// Snapshot runs fn so that all it reads is of one moment.
	Snapshot(ctx context.Context, fn func(ctx context.Context, tx T) error) error
	// Single runs fn, which may read one statement, without a transaction.
	Single(ctx context.Context, fn func(ctx context.Context, tx T) error) error
	// Joined tells whether ctx belongs to a transaction that goes on.
	Joined(ctx context.Context) bool
}

// Tx is what act itself does in a command's transaction.
type Tx interface {
	// AuditAll keeps what happened.
	AuditAll(ctx context.Context, events []core.AuditEvent) error
	// Enqueue asks for items to be worked on once the transaction has committed.
	// An item that waits already is not added again.
	Enqueue(ctx context.Context, items ...Item) error
	Grants
	Answers
}

// Grants are what a therapist lets organizations see of the record, besides what
// these recorded themselves. Those that were ended may be left out.
type Grants interface {
	GrantsOf(ctx context.Context, therapist core.TherapistID) ([]access.Grant, error)
	// TherapistOrganizations are those that keep a file of their own of a therapist.
	TherapistOrganizations(ctx context.Context, therapist core.TherapistID) ([]core.OrganizationID, error)
	// InsertLooks keeps what grants let members of organizations see.
	InsertLooks(ctx context.Context, looks []Seen) error
}

// Seen is that a grant let a member of an organization see a part of a record.
type Seen struct {
	ID           core.LookID
	Organization core.OrganizationID
	Therapist    core.TherapistID
	Scope        access.Scope
	By           core.AccountID
	At           time.Time
}

// Log takes what is committed to in public. The leaves of one command are added
// at once, as its last statement but for the answer that is kept.
type Log[T any] interface {
	AppendLeaves(ctx context.Context, tx T, leaves []Leaf) error
}

// Kernel runs the commands and reads of one subject.
type Kernel[T Tx] struct {
	store       Store[T]
	src         core.Source
	log         Log[T]
	subscribers map[Event][]func(context.Context, T, Happened) error
}

// New makes the kernel of a subject. log may be nil for one that has nothing in
// the public log.
func New[T Tx](store Store[T], src core.Source, log Log[T]) *Kernel[T] {
	return &Kernel[T]{store: store, src: src, log: log, subscribers: map[Event][]func(context.Context, T, Happened) error{}}
}

// On has fn called in the transaction of each command that tells the event,
// before it commits: to queue a mail, an alert, a further item of work. What fn
// returns stops the command. It is called while the program is put together.
func (k *Kernel[T]) On(event Event, fn func(ctx context.Context, tx T, h Happened) error) {
	if _, known := events[event]; !known {
		panic("act: nobody tells " + string(event))
	}
	k.subscribers[event] = append(k.subscribers[event], fn)
}

// Maintain writes what is derived from the record, or notes how far background
// work has come, in one transaction. It asks no permission and tells nothing, so
// no person's command may be made of it.
func Maintain[T Tx](ctx context.Context, k *Kernel[T], fn func(ctx context.Context, tx T) error) error {
	return k.write(ctx, fn)
}

// ErrAgain is what Store.Attempt gives when the database asks for the
// transaction to be run again.
var ErrAgain = errors.New("the database asks for this transaction to be run again")

// mostTries bounds how often a transaction is run.
const mostTries = 6

// write runs fn in one transaction. Only the outermost runs again.
func (k *Kernel[T]) write(ctx context.Context, fn func(context.Context, T) error) error {
	if k.store.Joined(ctx) {
		return k.store.Attempt(ctx, fn)
	}
	return Again(ctx, func() error { return k.store.Attempt(ctx, fn) })
}

// Again runs a transaction until it is through, but for at most six times.
func Again(ctx context.Context, attempt func() error) error {
	for try := 1; ; try++ {
		err := attempt()
		if err == nil || try == mostTries || !errors.Is(err, ErrAgain) {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}

// decide is access's word on an action to what was found, with what it depends
// on fetched for it, which it gives too: grants, where it is not who recorded the thing,
// or the therapist, who acts.
func decide(ctx context.Context, grants Grants, a access.Actor, action access.Action, owner access.Target, now time.Time) (access.Target, error) {
	if access.May(a, action, owner, now) == nil {
		return owner, access.Decide(a, action, owner, now)
	}
	owner, err := withGrants(ctx, grants, owner)
	if err != nil {
		return owner, err
	}
	return owner, access.Decide(a, action, owner, now)
}

// withGrants fetches a target's grants, where its scope asks for them.
func withGrants(ctx context.Context, grants Grants, owner access.Target) (access.Target, error) {
	if owner.Scope == "" || owner.Grants != nil {
		return owner, nil
	}
	found, err := grants.GrantsOf(ctx, owner.Therapist)
	owner.Grants = append([]access.Grant{}, found...)
	return owner, err
}
