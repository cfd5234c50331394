package continuing_test

import (
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
)

// A waiver is decided by the school to which it was handed in. Another that may see all
// of the person's continuing education reads it, and decides nothing.
func TestService_DecideLeave_Handed(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.Grant(w.Student.TherapistID, w.Other, access.ScopeCE)
		w.Grant(w.Student.TherapistID, w.Employer, access.ScopeCE)
		l := w.license(t, "AL", "1", "2018-01-01", "2027-06-30")
		ask := func(by access.Actor, to core.OrganizationID, kind continuing.CELeaveKind) (continuing.CELeave, error) {
			in := continuing.LeaveInput{Kind: kind, Reason: "Illness", Organization: to}
			if kind == continuing.CEExtension {
				in.Until = on("2027-12-31")
			}
			return w.ce.RequestLeave(ctx, by, l.ID, in)
		}
		_, err := ask(w.Student, w.Employer.ID, continuing.CEWaiver)
		if fieldsOf(err)["organization_id"] != "unknown_value" {
			t.Errorf("an employer decides a waiver: %v", err)
		}
		may, err := w.ce.Deciders(ctx, w.Student, l.ID)
		if err != nil || len(may) != 2 || may[0].ID != w.School.ID || may[1].ID != w.Other.ID {
			t.Errorf("it can be handed to %+v, %v", may, err)
		}
		here, err := ask(w.Student, core.OrganizationID{}, continuing.CEWaiver)
		if err != nil || here.OrganizationID != w.School.ID || here.OrganizationName != w.School.Name {
			t.Fatalf("asked for %+v, %v", here, err)
		}
		there, err := ask(w.Student, w.Other.ID, continuing.CEExtension)
		if err != nil || there.OrganizationID != w.Other.ID {
			t.Fatalf("asked for %+v, %v", there, err)
		}
		if told := w.Audited(w.Other.ID); len(told) == 0 || told[0].TargetID != there.ID.String() {
			t.Errorf("it is handed in, and the audit there says %+v", told)
		}
		in := continuing.LeaveDecision{Authority: "Alabama Board", GrantedOn: on("2026-11-20")}
		decide := func(by access.Actor, l continuing.CELeave, want string) {
			t.Helper()
			_, err := w.ce.ApproveLeave(ctx, w.fresh(by), l.ID, 0, in)
			wantCode(t, err, want)
			_, err = w.ce.DeclineLeave(ctx, w.fresh(by), l.ID, 0, "No.")
			wantCode(t, err, want)
			if want == "not_found" {
				if got, err := w.ce.Leave(ctx, by, l.ID); err != nil || got.ID != l.ID {
					t.Errorf("who may see it is given %+v, %v", got, err)
				}
			}
		}
		decide(w.Stranger, here, "not_found")
		decide(w.Registrar, there, "not_found")
		if _, err := w.ce.ApproveLeave(ctx, w.fresh(w.Registrar), here.ID, 1, in); err != nil {
			t.Error(err)
		}
		if _, err := w.ce.DeclineLeave(ctx, w.fresh(w.Stranger), there.ID, 1, "No."); err != nil {
			t.Error(err)
		}

		// A school that asks for itself decides itself.
		own, err := ask(w.Stranger, w.School.ID, continuing.CEExtension)
		if err != nil || own.OrganizationID != w.Other.ID {
			t.Fatalf("asked for %+v, %v", own, err)
		}
		decide(w.Second, own, "not_found")
	})
}
