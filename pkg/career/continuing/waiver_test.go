package continuing_test

import (
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
)

// In Georgia a waiver is asked for before the license ends, in Pennsylvania 60
// days before; in both all licenses end on the same day.
func TestService_RequestWaiver_Deadlines(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i, tt := range []struct{ jurisdiction, expires, today, code string }{
			{"GA", "2026-10-31", "2026-10-31", ""}, {"GA", "2026-10-31", "2026-11-01", "too_late"},
			{"PA", "2027-01-31", "2026-12-02", ""}, {"PA", "2027-01-31", "2026-12-03", "too_late"},
			{"AL", "2026-11-22", "2026-11-23", ""}, // no term is known
		} {
			src := w.Src
			src.Clock = func() time.Time { return on(tt.today).In(time.UTC).Add(18 * time.Hour) }
			ce := continuing.New(store.Bind(w.DB, func(tx *store.Tx) continuing.Tx { return kept.On(tx) }), src)
			l := w.license(t, tt.jurisdiction, string(rune('a'+i)), "2018-01-01", tt.expires)
			_, err := ce.RequestLeave(ctx, w.Student, l.ID, continuing.LeaveInput{Kind: continuing.CEWaiver, On: on(tt.expires), Reason: "Illness"})
			if got := fieldsOf(err)["kind"]; got != tt.code {
				t.Errorf("%s, which ends on %s, on %s: %v", tt.jurisdiction, tt.expires, tt.today, err)
			}
		}
	})
}

// New York lets a registration last a year longer for those who lack hours.
func TestService_RequestExtension_NewYork(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.license(t, "NY", "27-1", "2015-01-01", "2026-12-31")
		ask := func(until string) (continuing.CELeave, error) {
			in := continuing.LeaveInput{Kind: continuing.CEExtension, Reason: "Hours are missing."}
			if until != "" {
				in.Until = on(until)
			}
			return w.ce.RequestLeave(ctx, w.Student, l.ID, in)
		}
		for until, code := range map[string]string{"": "required", "2026-12-31": "until_in_cycle", "2028-01-01": "too_long"} {
			if _, err := ask(until); fieldsOf(err)["until"] != code {
				t.Errorf("until %q: %v", until, err)
			}
		}
		leave, err := ask("2027-12-31")
		if err != nil || leave.CycleFrom != on("2024-01-01") || leave.CycleTo != on("2026-12-31") || leave.State != continuing.CELeaveRequested {
			t.Fatalf("%+v, %v", leave, err)
		}
		in := course("In the added year", "2027-12-31", "36 h")
		in.Completed = false
		if _, err := w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, in); err != nil {
			t.Fatal(err)
		}
		projected := func() bool {
			c, _, err := w.ce.CycleOf(ctx, w.Student, l.ID, on("2026-11-23"))
			if err != nil {
				t.Fatal(err)
			}
			return c.Projected.Answer.Met()
		}
		if projected() {
			t.Error("what is only asked for counts")
		}
		if _, err = w.ce.ApproveLeave(ctx, w.fresh(w.Registrar), leave.ID, 1, continuing.LeaveDecision{Authority: "NYSED", GrantedOn: on("2026-11-20")}); err != nil {
			t.Fatal(err)
		}
		if !projected() {
			t.Error("the added year does not count")
		}
	})
}

func TestService_DecideLeave(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.license(t, "AL", "1", "2018-01-01", "2027-06-30")
		ask := func(kind continuing.CELeaveKind, minutes core.Minutes) (continuing.CELeave, error) {
			return w.ce.RequestLeave(ctx, w.Registrar, l.ID, continuing.LeaveInput{Kind: kind, Minutes: minutes, Reason: "Parental leave"})
		}
		if _, err := ask("holiday", 0); fieldsOf(err)["kind"] != "unknown_kind" {
			t.Error(err)
		}
		if _, err := ask(continuing.CEWaiver, -1); fieldsOf(err)["minutes"] != "bad_minutes" {
			t.Error(err)
		}
		leave, err := ask(continuing.CEWaiver, 960-60)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ask(continuing.CEWaiver, 0)
		wantCode(t, err, "duplicate")
		in := continuing.LeaveDecision{Authority: "Alabama Board", GrantedOn: on("2026-11-20")}
		_, err = w.ce.ApproveLeave(ctx, w.fresh(w.Registrar), leave.ID, 0, in)
		wantCode(t, err, "same_person")
		_, err = w.ce.ApproveLeave(ctx, w.Student, leave.ID, 0, in)
		wantCode(t, err, "forbidden")
		_, err = w.ce.ApproveLeave(ctx, w.Stranger, leave.ID, 0, in)
		wantCode(t, err, "not_found")
		_, err = w.ce.ApproveLeave(ctx, old(w.Second), leave.ID, 0, in)
		wantCode(t, err, "reauthentication_required")
		_, err = w.ce.ApproveLeave(ctx, w.fresh(w.Second), leave.ID, 9, in)
		wantCode(t, err, "stale")
		_, err = w.ce.ApproveLeave(ctx, w.fresh(w.Second), leave.ID, 0, continuing.LeaveDecision{GrantedOn: on("2027-01-01")})
		if fields := fieldsOf(err); fields["authority"] != "required" || fields["granted_on"] != "date_in_future" {
			t.Error(err)
		}
		if leave, err = w.ce.ApproveLeave(ctx, w.fresh(w.Second), leave.ID, 1, in); err != nil || leave.State != continuing.CELeaveApproved || leave.DecidedByName != "Rob Registrar" || leave.Version != 2 {
			t.Fatalf("%+v, %v", leave, err)
		}
		_, err = w.ce.DeclineLeave(ctx, w.fresh(w.Second), leave.ID, 0, "No.")
		wantCode(t, err, "already_decided")
		c, _, err := w.ce.CycleOf(ctx, w.Student, l.ID, on("2026-11-23"))
		if err != nil || c.Done.Required != 60 || len(c.Leaves) != 1 {
			t.Errorf("%d are asked for, %v", c.Done.Required, err)
		}
		extension, err := w.ce.RequestLeave(ctx, w.Student, l.ID, continuing.LeaveInput{Kind: continuing.CEExtension, Until: on("2027-12-31"), Reason: "Illness"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.ce.DeclineLeave(ctx, w.fresh(w.Second), extension.ID, 0, "")
		wantCode(t, err, "required")
		if extension, err = w.ce.DeclineLeave(ctx, w.fresh(w.Second), extension.ID, 1, "Refused."); err != nil || extension.State != continuing.CELeaveDeclined {
			t.Fatal(err)
		}
		if got, err := w.ce.Leave(ctx, w.Student, extension.ID); err != nil || got.Note != "Refused." {
			t.Error(err)
		}
		_, err = w.ce.Leave(ctx, w.Stranger, extension.ID)
		wantCode(t, err, "not_found")
		if _, err := w.ce.RequestLeave(ctx, w.Student, l.ID, continuing.LeaveInput{Kind: continuing.CEExtension, Until: on("2027-12-31"), Reason: "Again"}); err != nil {
			t.Error("after a refusal it can be asked for again:", err)
		}
		_, err = w.ce.RequestLeave(ctx, w.Stranger, l.ID, continuing.LeaveInput{Kind: continuing.CEWaiver, Reason: "x"})
		wantCode(t, err, "not_found")
		all := w.license(t, "AL", "2", "2018-01-01", "2027-06-30")
		full, err := w.ce.RequestLeave(ctx, w.Student, all.ID, continuing.LeaveInput{Kind: continuing.CEWaiver, Reason: "Service abroad"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ce.ApproveLeave(ctx, w.fresh(w.Second), full.ID, 1, in); err != nil {
			t.Fatal(err)
		}
		if c, _, err := w.ce.CycleOf(ctx, w.Student, all.ID, on("2026-11-23")); err != nil || !c.Proven.Answer.Met() || c.Done.Required != 0 || c.Done.Rules[0].Text != "All hours of this cycle were waived." {
			t.Errorf("all is waived: %+v, %v", c.Done.Standing, err)
		}
	})
}
