package certify_test

import (
	"context"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// From when it is confirmed that a school closes, and after it has, nobody is
// enrolled there, and no session is logged, submitted, signed or corrected. What
// waits may be taken back.
func TestService_Closing_EndsLogging(t *testing.T) {
	drawn(t, public, func(t *testing.T, w *certifytest.World) {
		book := logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src)
		supervisor, _ := w.Supervisor.Member(w.School.ID, core.RoleSupervisor)
		session := func(day int, submit bool) logbook.LogEntry {
			return logbook.LogEntry{SupervisorID: supervisor, Submit: submit, SessionInput: core.SessionInput{
				Date: core.Date{Year: 2026, Month: 11, Day: day}, Minutes: 60, Subject: "kinesiology", Setting: core.Lab, Delivery: core.InPerson,
			}}
		}
		logged := func(day int, submit bool) core.Entry {
			e, err := book.Log(ctx, w.Student, w.Enrollment, session(day, submit))
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		draft, waiting, second, wrong := logged(2, false), logged(3, true), logged(4, true), logged(8, true)
		w.Supervisor.AuthenticatedAt = w.Src.Now()
		signed, err := book.Sign(ctx, w.Supervisor, w.School.ID, []logbook.EntryRef{{ID: logged(5, true).ID}})
		if err != nil {
			t.Fatal(err)
		}
		var program core.ProgramID
		w.Write(func(ctx context.Context, tx *store.Tx) error {
			p, err := kept.On(tx).ProgramByCode(ctx, w.School.ID, "mmf")
			program = p.ID
			return err
		})
		ended := func(when string) {
			t.Helper()
			for name, do := range map[string]func() error{
				"Enroll": func() error {
					_, err := book.Enroll(ctx, w.Registrar, w.School.ID, logbook.Enroll{Email: "new@example.org", Name: "Nora New", ProgramID: program})
					return err
				},
				"Log":    func() error { _, err := book.Log(ctx, w.Student, w.Enrollment, session(6, false)); return err },
				"Log it": func() error { _, err := book.Log(ctx, w.Student, w.Enrollment, session(6, true)); return err },
				"Submit": func() error { _, err := book.Submit(ctx, w.Student, draft.ID, 0); return err },
				"Sign": func() error {
					_, err := book.Sign(ctx, w.Supervisor, w.School.ID, []logbook.EntryRef{{ID: waiting.ID}})
					return err
				},
				"Sign all": func() error {
					_, err := book.Sign(ctx, w.Supervisor, w.School.ID, []logbook.EntryRef{{ID: waiting.ID}, {ID: second.ID}})
					return err
				},
				"Correct": func() error {
					_, err := book.Correct(ctx, w.Student, signed.Signed[0].ID, 0, logbook.Correction{LogEntry: session(7, true), Reason: "It was another day."})
					return err
				},
			} {
				if err := do(); core.CodeOf(err) != "school_closed" {
					t.Errorf("%s, %s: %v", name, when, err)
				}
			}
			for name, statement := range map[string]string{
				"submit": "UPDATE entries SET state = 'submitted', submitted_at = created_at WHERE id = '" + draft.ID.String() + "'",
				"sign":   "UPDATE entries SET state = 'signed', signed_at = created_at, signed_by = supervisor_id WHERE id = '" + waiting.ID.String() + "'",
				"enroll": "INSERT INTO enrollments SELECT * FROM enrollments WHERE id = '" + w.Enrollment.String() + "'",
				"log":    "INSERT INTO entries SELECT * FROM entries WHERE id = '" + draft.ID.String() + "'",
			} {
				if _, err := w.SQL.Exec(statement); err == nil || !strings.Contains(err.Error(), "school_closed") {
					t.Errorf("%s past the services, %s: %v", name, when, err)
				}
			}
		}
		w.ConfirmClose(closing)
		ended("while it closes")
		if _, err := book.Withdraw(ctx, w.Student, wrong.ID, 0); err != nil {
			t.Errorf("what waits cannot be taken back: %v", err)
		}
		if _, err := w.WorkOff("closing-transcripts", "closings"); err != nil {
			t.Fatal(err)
		}
		if schoolOf(t, w).ClosedAt.IsZero() {
			t.Fatal("it has not closed")
		}
		ended("after the end")
	})
}
