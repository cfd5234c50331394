package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// TestOpen_WithTrace hears what the database is asked, the queue's statements
// and those of transactions among them, and each but once.
func TestOpen_WithTrace(t *testing.T) {
	for name, address := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteAddress, "postgres": storetest.PostgresAddress} {
		t.Run(name, func(t *testing.T) {
			var told []string
			db, err := store.Open(t.Context(), address(t), 0, store.WithTrace(func(_ context.Context, s string) { told = append(told, s) }))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			hears := func(what string, want ...string) {
				t.Helper()
				for i, w := range want {
					if i >= len(told) || !strings.Contains(told[i], w) {
						t.Fatalf("%s: told %q, want %q", what, told, want)
					}
				}
				if len(told) != len(want) {
					t.Errorf("%s: told %q, want %q", what, told, want)
				}
				told = nil
			}
			f := kepttest.School(t, db)
			if told = nil; len(f.Student.Email) == 0 {
				t.Fatal("what was written through a traced connection is not read")
			}
			read := func(ctx context.Context, tx *store.Tx) error {
				_, err := kept.On(tx).AccountByEmail(ctx, f.Student.Email)
				return err
			}
			for range 2 { // the second time from what is prepared
				if err := db.Read(t.Context(), read); err != nil {
					t.Fatal(err)
				}
				hears("a read", "accounts")
			}
			mail := func(ctx context.Context, tx *store.Tx) error {
				return tx.SendMail(ctx, core.Mail{To: f.Student.Email, Subject: "Hello", Text: "Hello"})
			}
			if err := db.Write(t.Context(), mail); err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(told, func(s string) bool { return strings.Contains(s, "river_job") && strings.Contains(s, "INSERT") }) ||
				told[0] != "BEGIN" || told[len(told)-1] != "COMMIT" {
				t.Errorf("a mail: told %q", told)
			}
			told = nil
			boom := errors.New("boom")
			if err := db.Write(t.Context(), func(context.Context, *store.Tx) error { return boom }); !errors.Is(err, boom) {
				t.Fatal(err)
			}
			hears("what is given up", "BEGIN", "ROLLBACK")
		})
	}
}
