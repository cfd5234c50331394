package certify_test

import (
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// TestService_Propose_TwoPlaces: a supervisor who signs a class and a clinic at
// one time is noticed with the student's proposal, and nobody else is.
func TestService_Propose_TwoPlaces(t *testing.T) {
	both(t, "http://127.0.0.1:8080", func(t *testing.T, w *certifytest.World) {
		book := logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src)
		supervisor, _ := w.Supervisor.Member(w.School.ID, core.RoleSupervisor)
		sign := func(student access.Actor, enrollment core.EnrollmentID, start, end string, setting core.Setting) {
			t.Helper()
			e, err := book.Log(t.Context(), student, enrollment, logbook.LogEntry{SupervisorID: supervisor, Submit: true, SessionInput: core.SessionInput{
				Date: core.Date{Year: 2026, Month: 11, Day: 20}, Start: start, End: end, Subject: "kinesiology", Setting: setting, Delivery: core.InPerson,
			}})
			if err == nil {
				_, err = book.Sign(t.Context(), w.Supervisor, w.School.ID, []logbook.EntryRef{{ID: e.ID, Version: e.Version}})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		ben := w.Person("Ben Other", "ben@example.org", w.School, core.RoleStudent)
		enrolled := w.Enroll(ben)
		w.EarnAll(w.Enrollment, w.Student, core.Hours(15))
		sign(w.Student, w.Enrollment, "09:00", "11:00", core.Classroom)
		sign(ben, enrolled, "11:00", "12:00", core.Clinic) // follows it: no flag
		p, err := w.Certify.Propose(t.Context(), w.Registrar, w.Enrollment)
		if err != nil || len(p.Flags) != 0 {
			t.Fatalf("proposed with %+v, %v", p.Flags, err)
		}
		if _, err := w.Certify.Decline(t.Context(), w.Second, p.ID, p.Version, "Once more"); err != nil {
			t.Fatal(err)
		}
		sign(ben, enrolled, "10:59", "11:00", core.Clinic)
		if p, err = w.Certify.Propose(t.Context(), w.Registrar, w.Enrollment); err != nil {
			t.Fatal(err)
		}
		if len(p.Flags) != 1 || p.Flags[0].Code != certify.FlagTwoPlaces || p.Flags[0].Occurrences != 1 {
			t.Fatalf("raised %+v", p.Flags)
		}
		kept, err := w.Certify.Proposal(t.Context(), w.Registrar, p.ID)
		if err != nil || len(kept.Flags) != 1 || !kept.Flags[0].Open() || kept.Flags[0].Dates[0] != (core.Date{Year: 2026, Month: 11, Day: 20}) {
			t.Errorf("kept %+v, %v", kept.Flags, err)
		}
		if _, err := w.Certify.Certify(t.Context(), w.Second, p.ID, p.Version); core.CodeOf(err) != "flags_open" {
			t.Errorf("certified with an open flag: %v", err)
		}
		run, err := w.Certify.BeginRun(t.Context(), w.Second, w.School.ID, []certify.Chosen{{ID: p.ID, Version: p.Version}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.WorkOff("certify"); err != nil {
			t.Error(err)
		}
		if items, err := w.Certify.RunItems(t.Context(), w.Second, run.ID, core.Page{}); err != nil || items.Items[0].Code != "flags_open" {
			t.Errorf("the cohort says %+v, %v", items.Items, err)
		}
		if _, err := w.Certify.ClearFlag(t.Context(), w.Stranger, p.ID, certify.FlagTwoPlaces, "Not mine"); core.CodeOf(err) != "not_found" {
			t.Errorf("a stranger clears it: %v", err)
		}
	})
}
