package logbook_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/certify/certifytest"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/store"
)

// Each student gets last month's statement once, however often and however many
// at once look for it.
func TestMailStatements(t *testing.T) {
	certifytest.Each(t, "https://school.example", func(t *testing.T, w *certifytest.World) {
		book := logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return tx }), w.Src)
		before := len(w.Mails())
		mail := func() []string {
			t.Helper()
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					if _, err := book.MailStatements(context.Background(), "https://school.example"); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			var texts []string
			for _, m := range w.Mails()[before:] {
				texts = append(texts, m.To+"\n"+m.Subject+"\n"+m.Text)
			}
			return texts
		}
		mail()
		got := mail()
		if len(got) != 1 {
			t.Fatalf("mailed %d statements to one student", len(got))
		}
		for _, want := range []string{w.Student.Email, "October 2026", "/statement?month=2026-10", "of 600 h", "What is missing:"} {
			if !strings.Contains(got[0], want) {
				t.Errorf("the statement lacks %q:\n%s", want, got[0])
			}
		}
		// In New York November ends five hours after it does in London.
		w.Pass(time.Date(2026, 12, 1, 4, 59, 0, 0, time.UTC).Sub(w.Src.Now()))
		if got := mail(); len(got) != 1 {
			t.Errorf("a month that is not over was mailed: %d", len(got))
		}
		w.Pass(2 * time.Minute)
		if got := mail(); len(got) != 2 || !strings.Contains(got[1], "November 2026") {
			t.Errorf("mailed %d after November", len(got))
		}
	})
}
