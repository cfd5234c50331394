package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/mail"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/translog/translogtest"
	"github.com/palmar/palmar/pkg/words"
)

func TestAttest_Err(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := []string{"PALMAR_DATA_DIR=" + dir}
	garbage := filepath.Join(dir, "escrow.zip")
	if err := os.WriteFile(garbage, []byte("no escrow"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := palmar(t, env, "keys", "list", "brightwater"); code != 1 || !strings.Contains(errs, testkit.Says("no_database")) {
		t.Errorf("keys without a database: %d %s", code, errs)
	}
	if code, _, errs := palmar(t, env, "migrate"); code != 0 {
		t.Fatal(errs)
	}
	state := filepath.Join(dir, "state.json")
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"keys", "list", "nowhere"}, testkit.Says("not_found.organization")},
		{[]string{"keys", "rotate", "nowhere"}, testkit.Says("not_found.organization")},
		{[]string{"keys", "export", "nowhere"}, testkit.Says("not_found.organization")},
		{[]string{"escrow", "export", "nowhere", filepath.Join(dir, "new.zip")}, testkit.Says("not_found.organization")},
		{[]string{"escrow", "import", garbage}, testkit.Says("bad_escrow.unreadable")},
		{[]string{"escrow", "bundle", strings.Repeat("0", 28)}, testkit.Says("not_found.certificate")},
		{[]string{"escrow", "bundle", strings.Repeat("0", 28), "--lines", "total,session"}, testkit.Says("not_found.certificate")},
		{[]string{"escrow", "bundle", strings.Repeat("0", 28), "--from", garbage}, testkit.Says("bad_escrow.unreadable")},
		{[]string{"log", "audit", "http://127.0.0.1:1/log", "--state", state}, "--key"},
		{[]string{"log", "audit", "http://127.0.0.1:1/log", "--state", state, "--key", "x+1+y"}, testkit.Says("bad_log_key")},
		{[]string{"vc-api", "--listen", "0.0.0.0:8787"}, testkit.Says("not_loopback")},
		{[]string{"vc-api", "--tls", "192.0.2.1:1"}, testkit.Says("not_loopback")},
	} {
		if code, _, errs := palmar(t, env, test.args...); code != 1 || !strings.Contains(errs, test.want) {
			t.Errorf("%q: %d %s", test.args, code, errs)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "new.zip")); err == nil {
		t.Error("a failed export leaves a file")
	}
}

// logOf serves the public log of a world.
func logOf(t *testing.T, w *certifytest.World, witness translogtest.Witness) (address string, log *translog.Service) {
	t.Helper()
	log = translog.NewService(store.Bind(w.DB, func(tx *store.Tx) translog.ReadTx { return kept.On(tx) }), []translog.Witness{witness.Witness})
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/log/checkpoint" {
			text, err := log.SignedCheckpoint(r.Context(), r.URL.Query().Has("cosigned"))
			if err != nil {
				http.NotFound(out, r)
				return
			}
			fmt.Fprint(out, text)
			return
		}
		data, _, err := log.Tile(r.Context(), strings.TrimPrefix(r.URL.Path, "/log/tile/"))
		if err != nil {
			http.NotFound(out, r)
			return
		}
		_, _ = out.Write(data)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/log", log
}

// rewrite puts as many made-up entries in place of those of the log, by its own key.
func rewrite(t *testing.T, w *certifytest.World, entries int) {
	t.Helper()
	for _, table := range []string{"log_openings", "log_entries", "log_hashes", "log_checkpoints"} {
		w.Tamper(table, "DELETE FROM "+table)
	}
	w.Tamper("log_state", "UPDATE log_state SET size = 0")
	w.Write(func(ctx context.Context, tx *store.Tx) error {
		events := make([]translog.Event, entries)
		for i := range events {
			events[i] = translog.Event{Name: translog.EventIssue, Subject: core.NewID[core.CredentialID](w.Src).String()}
		}
		_, err := translog.New(w.Src, certifytest.Secret, "https://palmar.example").Append(ctx, kept.On(tx), events...)
		return err
	})
}

// TestLogAudit: a monitor remembers what it was shown, says nothing against a
// log that has grown, and gives exit code 1 for one that was written again.
func TestLogAudit(t *testing.T) {
	t.Parallel()
	w := certifytest.SQLite(t, "https://palmar.example")
	w.Certified()
	witness := translogtest.New(t, "witness.example")
	address, log := logOf(t, w, witness)
	view, err := log.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	origin, _, _ := strings.Cut(view.Checkpoint.Note, "\n")
	state := filepath.Join(t.TempDir(), "kept", "state.json")
	remembered := func() (r translog.Remembered) {
		t.Helper()
		raw, err := os.ReadFile(state)
		if err == nil {
			err = json.Unmarshal(raw, &r)
		}
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	audit := func(code int, want string, args ...string) {
		t.Helper()
		got, out, errs := palmar(t, nil, append([]string{"log", "audit", address, "--state", state}, args...)...)
		if got != code || !strings.Contains(out+errs, want) {
			t.Errorf("%q: %d %s %s", args, got, out, errs)
		}
	}
	audit(0, testkit.Said("cli.log.unchanged", "log", origin, "count", 3, "remembered", 0), "--key", view.Key)
	if r := remembered(); r.Key != view.Key || len(r.Checkpoints) != 1 || r.Checkpoints[0] != view.Checkpoint.Note {
		t.Errorf("remembered %+v", r)
	}
	if info, err := os.Stat(state); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	audit(0, testkit.Said("cli.log.unchanged", "log", origin, "count", 3, "remembered", 3))
	if r := remembered(); len(r.Checkpoints) != 1 {
		t.Errorf("the same twice: %+v", r)
	}
	audit(1, testkit.Says("bad_log_state.key"), "--key", strings.Replace(view.Key, "palmar", "talmar", 1))

	w.Earn(w.Enrollment, w.Student, "kinesiology", 60)
	p, err := w.Certify.ProposeTranscript(t.Context(), w.Registrar, w.Enrollment)
	if err == nil {
		_, err = w.Certify.Certify(t.Context(), w.Second, p.ID, p.Version)
	}
	if err == nil {
		view, err = log.View(t.Context())
	}
	if err == nil {
		_, err = log.Cosign(t.Context(), []byte(witness.Cosign(view.Checkpoint.Note, w.Src.Now())))
	}
	if err != nil {
		t.Fatal(err)
	}
	audit(0, "witness.example "+testkit.Says("cli.log.cosigned"), "--witness", witness.Key)
	if r := remembered(); len(r.Checkpoints) != 2 {
		t.Errorf("after it has grown: %+v", r)
	}

	before := remembered()
	w.Tamper("log_cosignatures", "DELETE FROM log_cosignatures")
	rewrite(t, w, 9)
	audit(1, testkit.Said("cli.log.problem", "problem", words.S("audit.changed", "entries", 3)))
	audit(1, testkit.Says("cli.log.changed"))
	if r := remembered(); len(r.Checkpoints) != len(before.Checkpoints) {
		t.Errorf("what a cheat shows is remembered: %+v", r)
	}
	address = "http://127.0.0.1:1/log"
	audit(2, testkit.Says("log_unread.because"))
}

// TestLogAudit_mailed: a mail with a checkpoint, pasted into a file or saved as one,
// agrees with the log for as long as the log goes on, and contradicts one that was written
// again.
func TestLogAudit_mailed(t *testing.T) {
	t.Parallel()
	w := certifytest.SQLite(t, "https://palmar.example")
	address, log := logOf(t, w, translogtest.New(t, "witness.example"))
	w.Person("An Admin", "abby@example.org", w.School, core.RoleAdmin)
	w.Certified()
	w.Pass(24 * time.Hour)
	if _, err := w.WorkOff("checkpoint-mails"); err != nil {
		t.Fatal(err)
	}
	mails := w.Mails()
	last := mails[len(mails)-1]
	view, err := log.View(t.Context())
	if err != nil || last.To != "abby@example.org" || !strings.Contains(last.Text, "\npalmar log audit https://palmar.example/log --key "+view.Key+" --checkpoint FILE\n") {
		t.Fatalf("%+v, %v", last, err)
	}
	dir := t.TempDir()
	pasted, saved := filepath.Join(dir, "mail.txt"), filepath.Join(dir, "000001.eml")
	if err := errors.Join(os.WriteFile(pasted, []byte(last.Text), 0o600), mail.Dir(dir).Send(t.Context(), last)); err != nil {
		t.Fatal(err)
	}
	origin, _, _ := strings.Cut(view.Checkpoint.Note, "\n")
	audit := func(code int, want string) {
		t.Helper()
		for _, file := range []string{pasted, saved} {
			state := filepath.Join(t.TempDir(), "state.json") // nothing is remembered but the mail
			got, out, errs := palmar(t, nil, "log", "audit", address, "--state", state, "--key", view.Key, "--checkpoint", file)
			if got != code || !strings.Contains(out+errs, want) {
				t.Errorf("%s: %d %s %s", file, got, out, errs)
			}
		}
	}
	audit(0, testkit.Said("cli.log.unchanged", "log", origin, "count", 3, "remembered", 3))
	if err := w.Certify.RotateKeysOf(t.Context(), w.Other.Slug); err != nil {
		t.Fatal(err)
	}
	grown, err := log.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	audit(0, testkit.Said("cli.log.unchanged", "log", origin, "count", grown.Size, "remembered", 3))
	rewrite(t, w, 9)
	audit(1, testkit.Said("cli.log.problem", "problem", words.S("audit.changed", "entries", 3)))
	rewrite(t, w, 2)
	audit(1, testkit.Said("cli.log.problem", "problem", words.S("audit.shorter", "entries", 2, "before", 3)))
}

// TestVerify_package: the proof in a package is a check of its own.
func TestVerify_package(t *testing.T) {
	t.Parallel()
	w := certifytest.SQLite(t, "http://127.0.0.1:8080")
	c := w.Certified()
	witness := translogtest.New(t, "witness.example")
	_, log := logOf(t, w, witness)
	view, err := log.View(t.Context())
	if err == nil {
		_, err = log.Cosign(t.Context(), []byte(witness.Cosign(view.Checkpoint.Note, w.Src.Now())))
	}
	if err != nil {
		t.Fatal(err)
	}
	whole, err := w.Certify.Package(t.Context(), c.Code)
	if err != nil {
		t.Fatal(err)
	}
	write := func() string {
		t.Helper()
		raw, err := json.Marshal(whole)
		path := filepath.Join(t.TempDir(), "package.json")
		if err == nil {
			err = os.WriteFile(path, raw, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	verify := func(want string, args ...string) int {
		t.Helper()
		code, out, errs := palmar(t, nil, append([]string{"verify", "--offline", "--trust", c.IssuerDID, write()}, args...)...)
		if !strings.Contains(out+errs, want) {
			t.Errorf("%q: %d %s %s", args, code, out, errs)
		}
		return code
	}
	if code := verify("??  log"); code != 0 {
		t.Errorf("the certificate is good, and the code is %d", code)
	}
	if code := verify("ok  log", "--log-key", view.Key, "--witness", witness.Key); code != 0 {
		t.Error(code)
	}
	verify(testkit.Said("reason.cosigned", "witness", "witness.example", "at", words.Moment(w.Src.Now())), "--log-key", view.Key, "--witness", witness.Key)
	if code := verify(testkit.Says("bad_log_key"), "--log-key", "x"); code != 2 {
		t.Error(code)
	}
	whole.Log.Payload = strings.Replace(whole.Log.Payload, "link", "Link", 1)
	if code := verify("NO  log", "--log-key", view.Key); code != 1 {
		t.Error(code)
	}
	if code := verify("NO  log"); code != 1 {
		t.Error(code)
	}
}
