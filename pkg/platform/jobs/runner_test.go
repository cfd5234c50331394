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
	"github.com/palmar/palmar/pkg/platform/jobs"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
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
		Log: log, Poll: 20 * time.Millisecond,
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
	mu      sync.Mutex
	text    strings.Builder
	written chan struct{}
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case p.written <- struct{}{}:
	default:
	}
	return p.text.Write(b)
}

// await waits until something is written. The paper has to have a channel for it.
func (p *paper) await(t *testing.T, what string) {
	t.Helper()
	limit := time.NewTimer(20 * time.Second)
	defer limit.Stop()
	for !strings.Contains(p.String(), what) {
		select {
		case <-p.written:
		case <-limit.C:
			t.Fatalf("%q was not written within 20 seconds", what)
		}
	}
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
	t.Parallel()
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
