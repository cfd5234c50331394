package certify_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// publish serves the log of a world over HTTP, as a school does.
func publish(t *testing.T, w *certifytest.World) translog.Remote {
	t.Helper()
	log := translog.NewService(store.Bind(w.DB, func(tx *store.Tx) translog.ReadTx { return kept.On(tx) }), nil)
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/checkpoint" {
			text, err := log.SignedCheckpoint(r.Context(), false)
			if err != nil {
				http.NotFound(out, r)
			}
			fmt.Fprint(out, text)
			return
		}
		data, _, err := log.Tile(r.Context(), strings.TrimPrefix(r.URL.Path, "/tile/"))
		if err != nil {
			http.NotFound(out, r)
		}
		_, _ = out.Write(data)
	}))
	t.Cleanup(server.Close)
	return translog.Remote{Address: server.URL}
}

func audit(t *testing.T, remote translog.Remote, before translog.Remembered) translog.Audited {
	t.Helper()
	a, err := remote.Audit(ctx, before, nil)
	if err != nil {
		a.Problems = append(a.Problems, words.S("audit.checkpoint", "err", err))
	}
	return a
}

// TestTampering changes one bit, or one row, in each place that a cheat could
// reach who has the database, between two audits of the log. The doctor or the
// monitor finds each.
func TestTampering(t *testing.T) {
	places := []struct{ name, table, column, where string }{
		{"hours in the ledger", "credits", "minutes", "id = (SELECT id FROM credits ORDER BY id DESC LIMIT 1)"},
		{"day of a credit", "credits", "posted_at", "id = (SELECT id FROM credits ORDER BY id DESC LIMIT 1)"},
		{"signed document", "credential_documents", "document", "number = 1"},
		{"signed JWT", "credential_documents", "jwt", "number = 1"},
		{"name on record", "credentials", "subject_name", "code <> ''"},
		{"secret of the record", "credential_records", "seed", "lines > 0"},
		{"public key", "signing_keys", "public", "algorithm = 'Ed25519'"},
		{"status list", "status_lists", "document", "used > 0"},
		{"state", "credential_states", "state", "state = 'revoked'"},
		{"root of a day", "log_days", "root", "lines > 0"},
		{"entry of the log", "log_entries", "leaf", "number = 1"},
		{"opening of an entry", "log_openings", "payload", "number = 2"},
		{"salt of an entry", "log_openings", "salt", "number = 2"},
		{"hash of the log", "log_hashes", "hash", "number = 2"},
		{"checkpoint", "log_checkpoints", "note", "size = (SELECT MAX(size) FROM log_checkpoints)"},
		{"length of the log", "log_state", "size", "id = 1"},
	}
	each(t, public, func(t *testing.T, w *certifytest.World) {
		before, remote := attested(t, w)
		c := newCheat(t, w)
		for _, place := range places {
			t.Run(place.name, func(t *testing.T) {
				if found, err := w.Certify.Doctor(ctx); err != nil || len(found) > 0 {
					t.Fatalf("before: %v, %v", found, err)
				}
				if a := audit(t, remote, before); len(a.Problems) > 0 || a.Before == 0 {
					t.Fatalf("before: %+v", a)
				}
				defer c.undo()
				flip(t, w, place.table, place.column, place.where)
				found, err := w.Certify.Doctor(ctx)
				audited := audit(t, remote, before)
				if err == nil && len(found) == 0 && len(audited.Problems) == 0 {
					t.Fatal("nobody notices")
				}
				t.Logf("doctor: %v %q; monitor: %q", err, found, audited.Problems)
			})
		}
	})
}

// attested is a world in which certificates were issued and changed and a day
// was logged, with what a monitor remembers of it.
func attested(t *testing.T, w *certifytest.World) (translog.Remembered, translog.Remote) {
	t.Helper()
	first := w.Certified()
	student := w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
	w.Student, w.Enrollment = student, w.Enroll(student)
	w.Certified()
	decided(t, w, first, certify.ChangeInput{Action: certify.ActionRevoke, Cause: "For the test."})
	w.Pass(26 * time.Hour)
	if n, err := w.WorkOff("sign-off-days"); err != nil || n != 1 {
		t.Fatalf("the days of %d schools were logged, %v", n, err)
	}
	if n, err := w.WorkOff("sign-off-days"); err != nil || n != 0 {
		t.Fatalf("the days of %d schools were logged again, %v", n, err)
	}
	remote := publish(t, w)
	log := translog.NewService(store.Bind(w.DB, func(tx *store.Tx) translog.ReadTx { return kept.On(tx) }), nil)
	view, err := log.View(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return translog.Remembered{Key: view.Key, Checkpoints: []string{view.Checkpoint.Note}}, remote
}

// flip changes one bit of a value, or the value where it is no text or bytes.
func flip(t *testing.T, w *certifytest.World, table, column, where string) {
	t.Helper()
	changed := map[string]any{
		"posted_at": certifytest.Start.Add(time.Second), "state": "suspended",
	}[column]
	switch column {
	case "minutes", "size":
		w.Tamper(table, "UPDATE "+table+" SET "+column+" = "+column+" + 1 WHERE "+where)
		return
	case "posted_at", "state":
	default:
		var raw []byte
		if err := w.SQL.QueryRow("SELECT " + column + " FROM " + table + " WHERE " + where + " ORDER BY " + column + " LIMIT 1").Scan(&raw); err != nil {
			t.Fatal(err)
		}
		raw[len(raw)/2] ^= 1
		changed = raw
		if column == "jwt" || column == "note" || column == "payload" || column == "subject_name" {
			changed = string(raw)
		}
	}
	w.Tamper(table, "UPDATE "+table+" SET "+column+" = ? WHERE "+where, changed)
}
