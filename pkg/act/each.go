package act

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Item is one thing that background work is done on: which work, and the
// identifier of the thing. Nothing else is in the queue, no link and no name.
type Item struct {
	Work string
	ID   string
}

// Work is a kind of background work. Each item of it is a job of its own, so
// that one that fails keeps neither the next nor another school's from being
// done. Do may be run twice for one item (a process can die between the doing and
// the noting), so it must find out what is left to do.
type Work struct {
	// Name is kept with items that wait, so it does not change.
	Name string
	// Do works on one item. What it returns is tried again on the queue's
	// schedule, unless it is ErrMore or Permanent says that this is in vain.
	Do func(ctx context.Context, id string) error
	// Due gives all items that want to be worked on now to add, which may be
	// called several times and leaves out what is parked. It is asked when the
	// program starts and then again Every so often. Nil where commands alone ask
	// for the work.
	Due   func(ctx context.Context, add func(ids ...string) error) error
	Every time.Duration
	// Tries is how often an item is tried before it is parked; 0 is five times.
	Tries int
	// Timeout bounds one try; 0 is ten minutes.
	Timeout time.Duration
	// Parked is told of an item that was given up, with why; nil tells nobody.
	Parked func(ctx context.Context, id string, why error) error
}

// ErrMore is what Do gives where an item is not done yet and nothing went wrong:
// the others have their turn, and then it goes on.
var ErrMore = errors.New("there is more to do on this item")

// Parked is an item that was given up, and why: the code and the message of a
// fault, or CodeInternal. It is left alone until someone has it tried again;
// DismissedAt is when someone decided that it stays undone.
type Parked struct {
	Item
	Code, Message string
	Tries         int
	At            time.Time
	DismissedAt   time.Time
}

// CodeInternal is the code of an item that was given up for a failure of the
// program's own, which says nothing to anybody but its operator.
const CodeInternal = "internal"

// MostTries is how often an item is tried.
func (w Work) MostTries() int {
	if w.Tries == 0 {
		return 5
	}
	return w.Tries
}

// Limit is how long one try may take.
func (w Work) Limit() time.Duration {
	if w.Timeout == 0 {
		return 10 * time.Minute
	}
	return w.Timeout
}

// Permanent tells whether trying again is in vain: a fault that a person has to
// do something about. Races, limits and what cannot be reached are not, and
// neither is whatever is no fault.
func Permanent(err error) bool {
	f := core.AsFault(err)
	if f == nil || errors.Is(err, core.ErrStale) {
		return false
	}
	return f.Kind != core.KindUnavailable && f.Kind != core.KindTooMany && f.Kind != core.KindStale
}
