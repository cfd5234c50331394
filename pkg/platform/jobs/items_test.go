package jobs_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/jobs"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
)

// soon tries again at once, yet far later than a busy machine takes to look at it.
type soon struct{}

func (soon) NextRetry(*rivertype.JobRow) time.Time { return time.Now().Add(250 * time.Millisecond) }

// bench is work whose items are done as told, and what became of them.
type bench struct {
	t   *testing.T
	db  *store.DB
	log paper

	mu    sync.Mutex
	say   map[string]func(try int) error
	tries map[string]int
	done  chan string
	given chan act.Item // parked, and told so
	due   []string
}

func newBench(t *testing.T, db *store.DB, due ...string) *bench {
	return &bench{
		t: t, db: db, say: map[string]func(int) error{}, tries: map[string]int{}, due: due,
		done: make(chan string, 100), given: make(chan act.Item, 100),
		log: paper{written: make(chan struct{}, 1)},
	}
}

func (b *bench) do(_ context.Context, id string) error {
	b.mu.Lock()
	b.tries[id]++
	try, say := b.tries[id], b.say[id]
	b.mu.Unlock()
	if say != nil {
		if err := say(try); err != nil {
			return err
		}
	}
	b.done <- id
	return nil
}

func (b *bench) tried(id string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tries[id]
}

func (b *bench) fix(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.say, id)
}

// start runs the work, and the other works beside it.
func (b *bench) start(others ...act.Work) {
	b.t.Helper()
	own := act.Work{
		Name: "bench", Do: b.do, Every: time.Hour,
		Due: func(_ context.Context, add func(...string) error) error { return add(b.due...) },
		Parked: func(_ context.Context, id string, _ error) error {
			b.given <- act.Item{Work: "bench", ID: id}
			return nil
		},
	}
	r, err := jobs.New(b.db, jobs.Options{
		Mailer: &box{}, Source: core.Source{Clock: time.Now, Rand: rand.Reader}, Log: slog.New(slog.NewTextHandler(&b.log, nil)),
		Poll: 20 * time.Millisecond, Retry: soon{}, Works: append(others, own),
	})
	if err == nil {
		err = r.Start(b.t.Context())
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		if b.t.Failed() {
			b.t.Log(b.log.String())
		}
		if err := r.Stop(context.Background()); err != nil {
			b.t.Error(err)
		}
	})
}

func (b *bench) ask(items ...act.Item) {
	b.t.Helper()
	err := b.db.Write(b.t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.Enqueue(ctx, items...) })
	if err != nil {
		b.t.Fatal(err)
	}
}

// await reads so many from a channel.
func await[T comparable](t *testing.T, from chan T, n int) map[T]int {
	t.Helper()
	got := map[T]int{}
	for range n {
		select {
		case v := <-from:
			got[v]++
		case <-time.After(20 * time.Second):
			t.Fatalf("of %d there were only %v within 20 seconds", n, got)
		}
	}
	return got
}

func (b *bench) parked() map[act.Item]act.Parked {
	b.t.Helper()
	found := map[act.Item]act.Parked{}
	err := b.db.Read(b.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		list, err := tx.Parked(ctx, "", true, act.Item{}, 100)
		for _, p := range list {
			found[p.Item] = p
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

// An item that fails is tried five times and then kept until someone has it
// tried again; a fault that a person has to fix is kept at once. All others are
// done meanwhile, as is what goes on for longer than one turn.
func TestRunner_items(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newBench(t, db, "good-1", "broken", "panics", "forbidden", "long", "late", "good-2")
		b.say["broken"] = func(int) error { return errors.New("dial 10.0.0.7 for ada@example.org") }
		b.say["panics"] = func(int) error { panic("no such thing") }
		b.say["forbidden"] = func(int) error { return core.Conflict("school_closed.store") }
		b.say["long"] = func(try int) error {
			if try < 20 {
				return act.ErrMore
			}
			return nil
		}
		b.say["late"] = func(try int) error {
			if try < 3 {
				return fmt.Errorf("%d: %w", try, core.ErrStale)
			}
			return nil
		}
		b.start()
		if done := await(t, b.done, 4); len(done) != 4 || done["good-1"]+done["good-2"]+done["long"]+done["late"] != 4 {
			t.Errorf("done %v", done)
		}
		await(t, b.given, 3)
		parked := b.parked()
		for id, want := range map[string]act.Parked{
			"broken": {Code: act.CodeInternal, Tries: 5}, "panics": {Code: act.CodeInternal, Tries: 5}, "forbidden": {Code: "school_closed", Message: testkit.Says("school_closed.store"), Tries: 1},
		} {
			got := parked[act.Item{Work: "bench", ID: id}]
			if got.Code != want.Code || got.Tries != want.Tries || got.Tries != b.tried(id) || want.Message != "" && got.Message != want.Message {
				t.Errorf("%s is kept as %+v after %d tries", id, got, b.tried(id))
			}
			if strings.Contains(got.Message, "example.org") {
				t.Errorf("what is kept names someone: %s", got.Message)
			}
		}
		if len(parked) != 3 {
			t.Errorf("parked %v", parked)
		}
		if text := b.log.String(); !strings.Contains(text, "level=ERROR") || !strings.Contains(text, "item=broken") {
			t.Errorf("the log does not tell of it: %s", text)
		}

		b.fix("broken")
		item := act.Item{Work: "bench", ID: "broken"}
		err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(tx.Unpark(ctx, item), tx.Enqueue(ctx, item))
		})
		if err != nil {
			t.Fatal(err)
		}
		if done := await(t, b.done, 1); done["broken"] != 1 {
			t.Errorf("done after the fix: %v", done)
		}
		if _, still := b.parked()[item]; still {
			t.Error("it is done and still parked")
		}
	})
}

// Nothing that was asked for is lost: neither what this version does not know, nor
// what nobody lived to park.
func TestRunner_items_lost(t *testing.T) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteAddress, "pgx": storetest.PostgresAddress} {
		t.Run(name, func(t *testing.T) {
			at := address(t)
			db, err := store.Open(t.Context(), at, 0)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			raw, err := sql.Open(name, strings.Replace(at, "sqlite:", "file:", 1))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = raw.Close() })
			b := newBench(t, db)
			killed, unknown := act.Item{Work: "bench", ID: "kills"}, act.Item{Work: "of-tomorrow", ID: "1"}
			b.ask(killed)
			if _, err := raw.Exec("UPDATE river_job SET attempt = 5 WHERE kind = 'item'"); err != nil {
				t.Fatal(err)
			}
			b.ask(unknown)
			b.start()
			await(t, b.given, 1)
			b.log.await(t, "work=of-tomorrow item=1")
			parked := b.parked()
			if p := parked[killed]; p.Code != "unfinished" || p.Tries != 5 || b.tried("kills") != 0 {
				t.Errorf("%+v after %d further tries", p, b.tried("kills"))
			}
			if p := parked[unknown]; p.Code != "unknown_work" || p.Tries != 1 {
				t.Errorf("%+v", p)
			}
		})
	}
}

// Each work is asked what is due, and one that cannot say keeps no other's back.
func TestRunner_due(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := newBench(t, db, "one", "two", "one")
		asked := make(chan string, 10)
		b.start(
			act.Work{Name: "broken", Do: b.do, Due: func(context.Context, func(...string) error) error {
				asked <- "broken"
				return errors.New("unreadable")
			}},
			act.Work{Name: "asked-for", Do: b.do},
		)
		if done := await(t, b.done, 2); done["one"] != 1 || done["two"] != 1 {
			t.Errorf("done %v", done)
		}
		await(t, asked, 1)
		b.ask(act.Item{Work: "asked-for", ID: "three"})
		if done := await(t, b.done, 1); done["three"] != 1 {
			t.Errorf("done %v", done)
		}
	})
}

func TestNew_works(t *testing.T) {
	work := act.Work{Name: "twice", Do: func(context.Context, string) error { return nil }}
	if _, err := jobs.New(storetest.SQLite(t), jobs.Options{Works: []act.Work{work, work}}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("two works of one name: %v", err)
	}
}
