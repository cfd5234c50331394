package certify_test

import (
	"context"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

// Hours that were taken over from another school, and reversed there since, are not
// certified until someone has decided on the transfer. A reason does not clear it.
func TestService_Certify_SourceReversed(t *testing.T) {
	t.Parallel()
	certifytest.Each(t, "https://palmar.example", func(t *testing.T, w *certifytest.World) {
		ctx := context.Background()
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		w.EarnAll(w.Enrollment, w.Student, core.Hours(15))
		there := w.SignedElsewhere(w.Student, 2)
		w.Grant(w.Student.TherapistID, w.School, access.ScopeHoursDetail)
		s := there.Logbook
		proposed, err := s.ProposeFromCredits(ctx, w.Registrar, w.Enrollment, logbook.TakeOver{
			Source: there.Enrollment, License: "FL 7", Subjects: []logbook.SubjectPair{{From: "massage-practice", To: "massage-practice"}},
		})
		ok(err)
		transfer, err := s.AcceptTransfer(ctx, w.Second, proposed.ID, proposed.Version)
		ok(err)
		p, err := w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		ok(err)
		if len(p.Flags) != 0 {
			t.Errorf("flags %+v", p.Flags)
		}
		there.Correct(0) // after it was proposed
		p, err = w.Certify.Proposal(ctx, w.Second, p.ID)
		ok(err)
		if len(p.Flags) != 1 || p.Flags[0].Code != certify.FlagSourceReversed || !p.Flags[0].Open() || p.Flags[0].Occurrences != 1 {
			t.Fatalf("flags %+v", p.Flags)
		}
		second := w.Second
		second.AuthenticatedAt = w.Src.Now()
		_, err = w.Certify.Certify(ctx, second, p.ID, p.Version)
		if core.CodeOf(err) != "flags_open" {
			t.Fatalf("certified: %v", err)
		}
		if _, err = w.Certify.ClearFlag(ctx, second, p.ID, certify.FlagSourceReversed, "It is no obstacle."); core.CodeOf(err) != "decide_transfer" {
			t.Errorf("cleared: %v", err)
		}
		_, err = w.Certify.Decline(ctx, w.Registrar, p.ID, p.Version, "To be proposed again.")
		ok(err)
		p, err = w.Certify.Propose(ctx, w.Registrar, w.Enrollment)
		ok(err)
		if len(p.Flags) != 1 || p.Flags[0].Code != certify.FlagSourceReversed {
			t.Errorf("proposed again, flags %+v", p.Flags)
		}
		admins := [2]access.Actor{w.Person("Abby Admin", "abby@example.org", w.School, core.RoleAdmin), w.Person("Burt Admin", "burt@example.org", w.School, core.RoleAdmin)}
		for i := range admins {
			admins[i].AuthenticatedAt = w.Src.Now()
		}
		_, err = w.Certify.ProposeClosing(ctx, admins[0], w.School.ID, certify.CloseInput{Slug: w.School.Slug, Cause: "The building is sold."})
		ok(err)
		if _, err = w.Certify.ConfirmClosing(ctx, admins[1], w.School.ID, w.School.Slug); core.CodeOf(err) != "transfers_undecided" {
			t.Errorf("closing: %v", err)
		}
		_, err = s.StandByTransfer(ctx, second, transfer.ID, transfer.Version, "We saw the sheets.")
		ok(err)
		_, err = w.Certify.Certify(ctx, second, p.ID, p.Version)
		ok(err)
	})
}
