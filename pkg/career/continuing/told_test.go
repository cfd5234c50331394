package continuing_test

import (
	"reflect"
	"testing"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
)

// What a command gives is what is read afterward.
func TestService_GivesWhatIsKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.ce.AddProvider(ctx, w.Registrar, w.School.ID, continuing.ProviderInput{Name: "Lakeside", Numbers: []continuing.CEApproval{{Body: "NCBTMB", Number: "451234-09"}}})
		if err != nil {
			t.Fatal(err)
		}
		shown := func(a continuing.CEActivity) continuing.CEActivity { // without what nobody reads of it
			a.Document = core.Document{ID: a.Document.ID, Name: a.Document.Name, MediaType: a.Document.MediaType}
			a.Provider = continuing.CEProvider{ID: a.Provider.ID, Name: a.Provider.Name, HandsOnPercent: a.Provider.HandsOnPercent}
			return a
		}
		var a continuing.CEActivity
		in := course("Deep Tissue I", "2026-11-01", "12 contact hours")
		for i, run := range []func() (continuing.CEActivity, error){
			func() (continuing.CEActivity, error) {
				return w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, course("Deep Tissue", "2026-11-01", "12 h"))
			},
			func() (continuing.CEActivity, error) { return w.ce.SaveActivity(ctx, w.Student, a.ID, a.Version, in) },
			func() (continuing.CEActivity, error) {
				return w.ce.Attach(ctx, w.Student, a.ID, a.Version, "c.pdf", pdf)
			},
			func() (continuing.CEActivity, error) { return w.ce.Report(ctx, w.Student, a.ID, a.Version) },
			func() (continuing.CEActivity, error) {
				return w.ce.Reject(ctx, w.fresh(w.Registrar), a.ID, a.Version, "Unsigned.")
			},
			func() (continuing.CEActivity, error) { return w.ce.Report(ctx, w.Student, a.ID, a.Version) },
			func() (continuing.CEActivity, error) { return w.ce.Accept(ctx, w.fresh(w.Second), a.ID, a.Version) },
		} {
			if a, err = run(); err != nil {
				t.Fatal(i, err)
			}
			read, err := w.ce.Activity(ctx, w.Student, a.ID)
			if err != nil || !reflect.DeepEqual(shown(a), read) {
				t.Errorf("%d gave %+v\nkept is %+v, %v", i, shown(a), read, err)
			}
		}
	})
}

// The school for which someone acted finds it in its audit, and whose record it
// is.
func TestService_Told(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.accepted(t, course("In", "2026-10-31", "16 h"))
		l := w.license(t, "AL", "1", "2018-01-01", "2027-06-30")
		leave, err := w.ce.RequestLeave(ctx, w.Student, l.ID, continuing.LeaveInput{Kind: continuing.CEExtension, Until: on("2027-12-31"), Reason: "Illness"})
		if err == nil {
			_, err = w.ce.DeclineLeave(ctx, w.fresh(w.Second), leave.ID, 0, "Refused.")
		}
		if err != nil {
			t.Fatal(err)
		}
		for action, want := range map[string]struct {
			rows int
			kind string
		}{"ce.report": {3, "ce_activity"}, "ce.decide": {1, "ce_activity"}, "ce_leave.request": {1, "ce_leave"}, "ce_leave.decide": {1, "ce_leave"}} {
			var n int
			err := w.SQL.QueryRow(`SELECT count(*) FROM audit_events WHERE action = '` + action + `' AND target_kind = '` + want.kind +
				`' AND organization_id = '` + w.School.ID.String() + `' AND therapist_id = '` + w.Student.TherapistID.String() + `'`).Scan(&n)
			if err != nil || n != want.rows {
				t.Errorf("%s was told %d times, want %d; %v", action, n, want.rows, err)
			}
		}
	})
}
