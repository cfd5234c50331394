// Package jobstest works in the background in a test, as a server does, with the
// queue's own schedule shortened.
package jobstest

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/jobs"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Bench is a server's background work, and what became of its items.
type Bench struct {
	t       testing.TB
	db      *store.DB
	changed chan struct{}

	mu     sync.Mutex
	done   map[act.Item]bool
	parked map[act.Item]bool
}

// soon tries again a moment from now, by the clock that it is.
type soon func() time.Time

// NextRetry implements river.ClientRetryPolicy. The queue falls back to its own
// schedule of minutes when the moment has passed as it looks: the step is far longer
// than a busy machine takes from here to there.
func (now soon) NextRetry(*rivertype.JobRow) time.Time {
	return now().Add(250 * time.Millisecond)
}

type nobody struct{}

// Send implements jobs.Mailer.
func (nobody) Send(context.Context, core.Mail) error { return nil }

// Start begins to work until the test ends. Works are asked at once what is due. They
// go by src; the queue goes by the machine's clock, which wall is.
func Start(t testing.TB, db *store.DB, src core.Source, wall func() time.Time, works []act.Work) *Bench {
	t.Helper()
	b := &Bench{t: t, db: db, changed: make(chan struct{}, 1), done: map[act.Item]bool{}, parked: map[act.Item]bool{}}
	r, err := jobs.New(db, jobs.Options{
		Mailer: nobody{}, Source: src, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		Poll: 20 * time.Millisecond, Retry: soon(wall), Works: b.watch(works),
	})
	if err == nil {
		err = r.Start(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b
}

// watch notes what becomes of the items of works.
func (b *Bench) watch(works []act.Work) []act.Work {
	watched := slices.Clone(works)
	for i, w := range works {
		watched[i].Do = func(ctx context.Context, id string) error {
			err := w.Do(ctx, id)
			if err == nil {
				b.note(b.done, act.Item{Work: w.Name, ID: id})
			}
			return err
		}
		watched[i].Parked = func(ctx context.Context, id string, why error) (err error) {
			if w.Parked != nil {
				err = w.Parked(ctx, id, why)
			}
			b.note(b.parked, act.Item{Work: w.Name, ID: id})
			return err
		}
	}
	return watched
}

func (b *Bench) note(in map[act.Item]bool, item act.Item) {
	b.mu.Lock()
	defer b.mu.Unlock()
	in[item] = true
	select {
	case b.changed <- struct{}{}:
	default:
	}
}

// Await waits until items of these works are done and parked, a name for each item,
// and forgets what became of items until now. What else is due may be done meanwhile,
// sooner or later; it is a fault if something else is parked.
func (b *Bench) Await(done, parked []string) {
	b.t.Helper()
	limit := time.NewTimer(time.Minute)
	defer limit.Stop()
	for {
		b.mu.Lock()
		doneOf, parkedOf := worksOf(b.done), worksOf(b.parked)
		all := among(done, doneOf) && among(parked, parkedOf)
		if all {
			clear(b.done)
			clear(b.parked)
		}
		b.mu.Unlock()
		if !among(parkedOf, parked) {
			b.t.Fatalf("%q were parked; want %q", parkedOf, parked)
		}
		if all {
			return
		}
		select {
		case <-b.changed:
		case <-limit.C:
			b.t.Fatalf("within a minute only %q were done and %q parked; want %q and %q", doneOf, parkedOf, done, parked)
		}
	}
}

// among tells whether each of some is in all, as often as it is in some.
func among(some, all []string) bool {
	left := map[string]int{}
	for _, name := range all {
		left[name]++
	}
	for _, name := range some {
		if left[name]--; left[name] < 0 {
			return false
		}
	}
	return true
}

func worksOf(items map[act.Item]bool) (names []string) {
	for item := range items {
		names = append(names, item.Work)
	}
	return names
}

// Parked are the items that wait to be looked at.
func (b *Bench) Parked() (parked []act.Parked) {
	b.t.Helper()
	err := b.db.Read(context.Background(), func(ctx context.Context, tx *store.Tx) (err error) {
		parked, err = tx.Parked(ctx, "", false, act.Item{}, 100)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return parked
}

// Retry has every parked item tried again.
func (b *Bench) Retry() {
	b.t.Helper()
	parked := b.Parked()
	err := b.db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		for _, p := range parked {
			if err := tx.Unpark(ctx, p.Item); err != nil {
				return err
			}
			if err := tx.Enqueue(ctx, p.Item); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}
