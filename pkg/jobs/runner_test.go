package jobs_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/jobs"
	"github.com/palmar/palmar/pkg/store"
	"github.com/palmar/palmar/pkg/store/storetest"
)

// box is a mailer that fails its first sends.
type box struct {
	mu    sync.Mutex
	fail  int
	tries int
	sent  chan core.Mail
}

func (b *box) Send(_ context.Context, m core.Mail) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tries++
	if b.tries <= b.fail {
		return errors.New("550 " + m.To + " is not known")
	}
	b.sent <- m
	return nil
}

func run(t *testing.T, db *store.DB, b *box, log *slog.Logger) {
	t.Helper()
	r, err := jobs.New(db, jobs.Options{
		Mailer: b, Source: core.Source{Clock: time.Now, Rand: rand.Reader},
		Log: log, SessionIdle: time.Hour, Poll: 20 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// paper is a log that can be read while it is written.
type paper struct {
	mu   sync.Mutex
	text strings.Builder
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func queue(t *testing.T, db *store.DB, m core.Mail, result error) {
	t.Helper()
	err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := tx.SendMail(ctx, m); err != nil {
			return err
		}
		return result
	})
	if !errors.Is(err, result) {
		t.Fatal(err)
	}
}

func wait(t *testing.T, b *box) core.Mail {
	t.Helper()
	select {
	case m := <-b.sent:
		return m
	case <-time.After(20 * time.Second):
		t.Fatal("no mail within 20 seconds")
		return core.Mail{}
	}
}

func TestRunner(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := &box{fail: 1, sent: make(chan core.Mail, 10)}
		rolledBack := errors.New("rolled back")
		queue(t, db, core.Mail{To: "never@example.org", Subject: "never"}, rolledBack)
		want := core.Mail{To: "a@example.org", Subject: "Häppy", Text: "line\nline"}
		queue(t, db, want, nil)
		var log paper
		run(t, db, b, slog.New(slog.NewTextHandler(&log, nil)))
		if got := wait(t, b); got != want {
			t.Fatalf("the mail changed on its way: %+v", got)
		}
		queue(t, db, core.Mail{To: "b@example.org"}, nil)
		if got := wait(t, b); got.To != "b@example.org" {
			t.Fatalf("got %+v", got)
		}
		if text := log.String(); strings.Contains(text, "example.org") || !strings.Contains(text, "the recipient is not known") {
			t.Fatalf("a failure is logged, without the address: %s", text)
		}
	})
}

// What a transaction asks for is worked off once it has committed; what was left
// by a process that died is looked for at the start.
func TestRunner_asked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		calls := make(chan string, 100)
		work := func(what string) func(context.Context) (int, error) {
			return func(context.Context) (int, error) {
				calls <- what
				return 1, nil
			}
		}
		r, err := jobs.New(db, jobs.Options{
			Mailer: &box{}, Source: core.Source{Clock: time.Now, Rand: rand.Reader}, Log: slog.New(slog.DiscardHandler),
			SessionIdle: time.Hour, Poll: 20 * time.Millisecond,
			StatusLists: work("lists"), SignAgain: work("again"), CertifyRuns: work("runs"),
		})
		if err == nil {
			err = r.Start(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := r.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		})
		wait := func(want ...string) {
			t.Helper()
			open := map[string]bool{}
			for _, what := range want {
				open[what] = true
			}
			for len(open) > 0 {
				select {
				case c := <-calls:
					delete(open, c)
				case <-time.After(20 * time.Second):
					t.Fatalf("nobody asked for %v", open)
				}
			}
		}
		wait("lists", "again", "runs") // at the start
		err = db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(tx.QueueSignAgain(ctx), tx.QueueCertifyRun(ctx))
		})
		if err != nil {
			t.Fatal(err)
		}
		wait("again", "runs")
	})
}

// The runner reminds from its start on.
func TestRunner_Reminders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		worked := make(chan struct{}, 1)
		r, err := jobs.New(db, jobs.Options{
			Mailer: &box{}, Source: core.Source{Clock: time.Now, Rand: rand.Reader}, Log: slog.New(slog.DiscardHandler),
			SessionIdle: time.Hour, Poll: 20 * time.Millisecond,
			Reminders: func(context.Context) (int, error) {
				select {
				case worked <- struct{}{}:
				default:
				}
				return 1, nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Stop(context.Background()) })
		select {
		case <-worked:
		case <-time.After(20 * time.Second):
			t.Fatal("nobody was reminded within 20 seconds")
		}
	})
}
