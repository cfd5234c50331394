package licensure_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
)

// What an organization adds is told to the therapist by one mail, and to the
// organizations beside whose record it stands; what therapists do themselves to nobody.
func TestService_Telling(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		w.Licensure.Telling("https://palmar.example")
		w.Grant(w.Student.TherapistID, w.Other)
		read := len(w.Mails())
		told := func(what string, want ...string) {
			t.Helper()
			mails := w.Mails()[read:]
			read += len(mails)
			var to []string
			for _, m := range mails {
				to = append(to, m.To)
				if !strings.Contains(m.Text, what) || !strings.Contains(m.Text, "https://palmar.example/") {
					t.Errorf("%s is told %q, without %q", m.To, m.Text, what)
				}
			}
			slices.Sort(to)
			slices.Sort(want)
			if !slices.Equal(to, want) {
				t.Errorf("%q is told to %q, want %q", what, to, want)
			}
		}
		student, id := w.Student.Email, w.Student.TherapistID
		l, err := w.Licensure.RecordLicense(ctx, w.Registrar, id, florida())
		wantCode(t, err, "")
		name := l.Jurisdiction + " " + l.Title + " " + l.Number
		told(testkit.Said("added.license", "name", name), student)

		event := licensure.EventInput{
			Axis: core.Lifecycle, Status: "inactive", EffectiveOn: day(2026, 11, 1), Method: core.MethodPrimarySource, Source: "Florida board", CheckedOn: day(2026, 11, 20),
		}
		_, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, event)
		wantCode(t, err, "")
		told(testkit.Said("added.license_event", "name", name), student)
		_, err = w.Licensure.RecordEvent(ctx, w.Stranger, l.ID, 0, event)
		wantCode(t, err, "")
		told(testkit.Said("added.license_event", "name", name), student, w.Registrar.Email)
		renewal := licensure.RenewalInput{
			ExpiresOn: day(2029, 8, 31), RenewedOn: day(2026, 11, 20), Method: core.MethodPrimarySource, Source: "Florida board", CheckedOn: day(2026, 11, 20),
		}
		_, err = w.Licensure.RenewLicense(ctx, w.Registrar, l.ID, 0, renewal)
		wantCode(t, err, "")
		told(testkit.Said("added.license_renewal", "name", name), student, w.Stranger.Email)

		// Who recorded it has left: the administrators hear of it.
		admin := w.Person("Ada Holm", "ada@brightwater.example", w.School, core.RoleAdmin)
		w.Write(func(ctx context.Context, tx *store.Tx) error {
			for _, m := range w.Registrar.Memberships {
				if err := kept.On(tx).EndMember(ctx, m.MemberID, w.Src.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		_, err = w.Licensure.RecordAdverse(ctx, w.Stranger, l.ID, 0, licensure.AdverseInput{
			Kind: "probation", Authority: "The board", OrderNumber: "7", StartsOn: day(2026, 10, 1), Method: core.MethodDocument, CheckedOn: day(2026, 11, 20),
			Filename: "order.pdf", Order: pdf,
		})
		wantCode(t, err, "")
		told(testkit.Said("added.adverse", "name", name), student, admin.Email)

		h, err := w.Licensure.RecordHolding(ctx, w.Second, id, policy())
		wantCode(t, err, "")
		told(testkit.Said("added.holding", "name", h.Name), student)
		_, err = w.Licensure.Verify(ctx, w.Stranger, h.ID, 0, licensure.Verification{Method: core.MethodPrimarySource, Source: "ABMP", CheckedOn: day(2026, 11, 20)})
		wantCode(t, err, "")
		told(testkit.Said("added.verification", "name", h.Name), student, w.Second.Email)

		own := policy()
		own.Number = "P-2"
		_, err = w.Licensure.RecordHolding(ctx, w.Student, id, own)
		wantCode(t, err, "")
		_, err = w.Licensure.RecordEvent(ctx, w.Student, l.ID, 0, licensure.EventInput{Axis: core.Lifecycle, Status: core.Active, EffectiveOn: day(2026, 11, 21)})
		wantCode(t, err, "")
		told("")
	})
}

// A board's list tells those of whose licenses it says something new, once.
func TestService_Telling_Roster(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		w.Licensure.Telling("https://palmar.example")
		l := newList(t, w)
		_, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		wantCode(t, err, "")
		read := len(w.Mails())
		for _, want := range []int{1, 0} {
			l.imports(`MA12345,"EXAMPLE, ADA",1990,Clear,none,2025-09-01,2029-08-31`)
			mails := w.Mails()[read:]
			read += len(mails)
			if len(mails) != want || want == 1 && (mails[0].To != w.Student.Email || !strings.Contains(mails[0].Text, "MA12345")) {
				t.Errorf("told %+v, want %d", mails, want)
			}
		}
	})
}
