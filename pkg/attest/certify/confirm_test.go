package certify_test

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Nobody is proposed or certified by a version of a program that one person alone
// published: not by itself, not in a cohort, and not where it was proposed already. A
// transcript is signed as ever, and certificates that were issued stand.
func TestService_Unconfirmed(t *testing.T) {
	both(t, local, func(t *testing.T, w *certifytest.World) {
		before := w.Certified()
		log := logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src)
		std := standard.Demo()
		std.Version = "second"
		body, err := std.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		v, err := log.PublishProgram(ctx, w.Registrar, w.School.ID, logbook.PublishProgram{Code: "mmf", Standard: body})
		if err != nil {
			t.Fatal(err)
		}
		enroll := func(name string) core.EnrollmentID {
			student := w.Person(name+" Vale", strings.ToLower(name)+"@students.example", w.School, core.RoleStudent)
			id := w.Enroll(student)
			w.EarnAll(id, student, 900)
			return id
		}
		one, two := enroll("Dora"), enroll("Dave")
		_, err = w.Certify.Propose(ctx, w.Registrar, one)
		wantCode(t, err, "program_unconfirmed")
		p, err := w.Certify.ProposeTranscript(ctx, w.Registrar, one)
		if err == nil {
			_, err = w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
		}
		if err != nil {
			t.Errorf("a transcript: %v", err)
		}

		confirm := func() {
			t.Helper()
			if _, err := log.ConfirmProgram(ctx, w.Second, v.ID); err != nil {
				t.Fatal(err)
			}
		}
		confirm()
		var chosen []certify.Chosen
		for _, id := range []core.EnrollmentID{one, two} {
			p, err := w.Certify.Propose(ctx, w.Registrar, id)
			if err != nil {
				t.Fatal(err)
			}
			chosen = append(chosen, certify.Chosen{ID: p.ID, Version: p.Version})
		}
		// What was proposed is judged again when it is certified.
		w.Tamper("program_confirmations", "DELETE FROM program_confirmations WHERE program_version_id = ?", v.ID.String())
		_, err = w.Certify.Certify(ctx, w.Second, chosen[0].ID, chosen[0].Version)
		wantCode(t, err, "program_unconfirmed")
		many, err := w.Certify.CertifyMany(ctx, w.Second, w.School.ID, chosen, nil)
		if err != nil || len(many) != 2 || core.CodeOf(many[0].Err) != "program_unconfirmed" || core.CodeOf(many[1].Err) != "program_unconfirmed" {
			t.Errorf("%+v, %v", many, err)
		}
		run := worked(t, w, chosen)
		if items, err := w.Certify.RunItems(ctx, w.Second, run.ID, core.Page{}); err != nil || run.Refused != 2 || items.Items[0].Code != "program_unconfirmed" {
			t.Errorf("%+v, %+v, %v", run, items, err)
		}
		confirm()
		if run := worked(t, w, chosen); run.Certified != 2 {
			t.Errorf("%+v", run)
		}
		if c, err := w.Certify.Credential(ctx, w.Registrar, before.ID); err != nil || c.State != core.CredentialActive {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

// worked begins a run with what is chosen, and ends it.
func worked(t *testing.T, w *certifytest.World, chosen []certify.Chosen) certify.Run {
	t.Helper()
	run, err := w.Certify.BeginRun(ctx, w.Second, w.School.ID, chosen)
	if err == nil {
		_, err = w.WorkOff("certify")
	}
	if err == nil {
		run, err = w.Certify.Run(ctx, w.Second, run.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return run
}
