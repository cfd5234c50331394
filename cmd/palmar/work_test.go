package main

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/jobs/jobstest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
)

// TestWork: what the background work has given up is listed and mentioned; after a
// fix it is tried again, and a running server does it.
func TestWork(t *testing.T) {
	certifytest.Each(t, "http://127.0.0.1:8080", func(t *testing.T, w *certifytest.World) {
		env := []string{
			"PALMAR_DATABASE=" + w.Address, "PALMAR_DATA_DIR=" + t.TempDir(),
			"PALMAR_SECRET=" + base64.StdEncoding.EncodeToString(certifytest.Secret),
		}
		says := func(want int, texts []string, args ...string) {
			t.Helper()
			code, out, errs := palmar(t, env, args...)
			if code != want || slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(out+errs, text) }) {
				t.Errorf("palmar %s: %d %s %s; want %d %q", strings.Join(args, " "), code, out, errs, want, texts)
			}
		}
		says(0, []string{testkit.Says("cli.work.none")}, "work", "list")

		admin := w.Person("Ann Admin", "ann@example.org", w.School, core.RoleAdmin)
		c := w.Certified()
		w.Pass(72 * time.Hour)
		admin.AuthenticatedAt = w.Src.Now()
		if _, err := w.Certify.RevokeKey(t.Context(), admin, w.School.ID, c.KeyID, core.DateOf(w.Src.Now()), "Stolen."); err != nil {
			t.Fatal(err)
		}
		const sealed = "UPDATE signing_keys SET sealed = ? WHERE algorithm = 'Ed25519' AND retired_at IS NULL"
		var good []byte
		if err := w.SQL.QueryRow("SELECT sealed FROM signing_keys WHERE algorithm = 'Ed25519' AND retired_at IS NULL").Scan(&good); err != nil {
			t.Fatal(err)
		}
		w.Tamper("signing_keys", sealed, []byte("damaged"))
		works := slices.DeleteFunc(w.Certify.Works(), func(w act.Work) bool { return w.Name != "sign-again" })
		b := jobstest.Start(t, w.DB, w.Src, time.Now, works)
		b.Await(nil, []string{"sign-again"})
		says(0, []string{"sign-again", c.KeyID, "5", testkit.Says("work.failed"), "(internal)"}, "work", "list")
		says(0, []string{testkit.Said("cli.doctor.parked", "count", 1, "work", "sign-again"), testkit.Says("cli.doctor.sound")}, "doctor")
		says(1, []string{testkit.Says("not_found.parked_item")}, "work", "retry", "sign-again", "another")
		says(1, []string{testkit.Says("not_found.parked_item")}, "work", "retry", "statements")
		says(64, nil, "work", "retry")

		says(0, []string{testkit.Said("cli.work.dismissed_all", "count", 1)}, "work", "dismiss", "sign-again", c.KeyID)
		says(0, []string{testkit.Says("cli.work.none")}, "work", "list")
		says(0, []string{c.KeyID, "dismissed"}, "work", "list", "--all")
		says(1, []string{testkit.Says("not_found.parked_item")}, "work", "retry", "sign-again") // all but what is dismissed: none

		w.Tamper("signing_keys", sealed, good)
		says(0, []string{testkit.Said("cli.work.retried", "count", 1)}, "work", "retry", "sign-again", c.KeyID)
		b.Await([]string{"sign-again"}, nil)
		says(0, []string{testkit.Says("cli.work.none")}, "work", "list", "--all")
		if check, err := w.Check.Check(t.Context(), c.Code); err != nil || check.Outcome != employer.Valid {
			t.Errorf("after the fix: %+v, %v", check, err)
		}

		w.Write(func(ctx context.Context, tx *store.Tx) error {
			for i := range 201 {
				p := act.Parked{Item: act.Item{Work: "gone", ID: string(rune('a'+i/26)) + string(rune('a'+i%26))}, Code: "unknown_work", At: w.Src.Now()}
				if err := tx.Park(ctx, p); err != nil {
					return err
				}
			}
			return nil
		})
		says(0, []string{"gone", "aa", "hs"}, "work", "list")
		says(0, []string{testkit.Said("cli.work.dismissed_all", "count", 201)}, "work", "dismiss", "gone")
	})
}
