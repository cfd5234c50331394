package certify_test

import (
	"context"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

func TestService_Propose(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		w.EarnAll(w.Enrollment, w.Student, 899)
		_, err := w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		wantCode(t, err, "standard_not_met")
		fields := core.AsFault(err).Fields
		if len(fields) != 1 || fields[0].Name != "total" || fields[0].Message() != "Total: 1 min short of 600 h" {
			t.Fatalf("599 h 59 min: %+v", fields)
		}

		w.Earn(w.Enrollment, w.Student, "massage-practice", 1)
		p, err := w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		if err != nil {
			t.Fatal("600 h:", err)
		}
		seen, err := certify.SeenOf(p)
		if err != nil || !seen.Answer.Met() || seen.Valid != 36_000 || p.Name != "Ada Example" || p.State != certify.ProposalOpen ||
			p.Title != "Medical Massage Foundations" || p.ProposedByName != "Rita Registrar" {
			t.Fatalf("%+v, %+v, %v", p, seen, err)
		}
		_, err = w.Certify.Propose(ctx, w.Second, w.Enrollment)
		wantCode(t, err, "already_proposed")
	})
}

func TestService_Propose_subjectShort(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		for subject, minutes := range certifytest.Minimums {
			if subject == "kinesiology" {
				minutes -= 12
			}
			w.Earn(w.Enrollment, w.Student, subject, minutes)
		}
		w.Earn(w.Enrollment, w.Student, "pathology", 2_000)
		_, err := w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		wantCode(t, err, "standard_not_met")
		fault := core.AsFault(err)
		if len(fault.Fields) != 1 || fault.Fields[0].Name != "kinesiology" || fault.Fields[0].Message() != "Kinesiology: 12 min short of 50 h" {
			t.Fatalf("%+v", fault)
		}
		if !strings.Contains(fault.Message(), "Kinesiology: 12 min short of 50 h") {
			t.Errorf("the message does not name it: %s", fault.Message())
		}
		w.Earn(w.Enrollment, w.Student, "kinesiology", 11)
		_, err = w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		wantCode(t, err, "standard_not_met")
		w.Earn(w.Enrollment, w.Student, "kinesiology", 1)
		if _, err = w.Certify.Propose(ctx, w.Registrar, w.Enrollment); err != nil {
			t.Fatal(err)
		}
	})
}

func TestService_Propose_waitingIsNoObstacle(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		w.EarnAll(w.Enrollment, w.Student, 900)
		w.Write(func(ctx context.Context, tx *store.Tx) error {
			return kept.On(tx).InsertEntry(ctx, core.Entry{
				ID: core.NewID[core.EntryID](w.Src), OrganizationID: w.School.ID, EnrollmentID: w.Enrollment, TherapistID: w.Student.TherapistID,
				State: core.EntrySubmitted, SupervisorID: w.Supervisor.Memberships[0].MemberID,
				Session: core.Session{Date: core.Date{Year: 2026, Month: 11, Day: 1}, Zone: w.School.Zone, Minutes: 90, Subject: "pathology",
					Setting: core.Classroom, Delivery: core.InPerson},
				CreatedAt: certifytest.Start, CreatedBy: w.Student.AccountID, SubmittedAt: certifytest.Start, Version: 1,
			})
		})
		p, err := w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		if err != nil {
			t.Fatal(err)
		}
		if seen, err := certify.SeenOf(p); err != nil || seen.Waiting != 90 || seen.WaitingEntries != 1 {
			t.Errorf("the waiting entry is not named: %+v, %v", seen, err)
		}
	})
}

func TestService_Propose_permission(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		w.EarnAll(w.Enrollment, w.Student, 900)
		_, err := w.Certify.Propose(ctx, w.Stranger, w.Enrollment)
		wantCode(t, err, "not_found")
		_, err = w.Certify.Propose(ctx, w.Supervisor, w.Enrollment)
		wantCode(t, err, "forbidden")
		_, err = w.Certify.Propose(ctx, w.Student, w.Enrollment)
		wantCode(t, err, "forbidden")
		_, err = w.Certify.Propose(ctx, w.Join(w.Student, w.School, core.RoleRegistrar), w.Enrollment)
		wantCode(t, err, "own_record")
		_, err = w.Certify.Propose(ctx, access.Actor{}, w.Enrollment)
		wantCode(t, err, "unauthenticated")
		_, err = w.Certify.Propose(ctx, w.Registrar, core.NewID[core.EnrollmentID](w.Src))
		wantCode(t, err, "not_found")
	})
}
