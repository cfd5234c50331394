package licensure_test

import (
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept/certifytest"
)

func TestService_RecordEvent_Renewal(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		if err != nil || l.GoodUntil(time.Time{}) != day(2027, 8, 31) {
			t.Fatalf("%+v, %v", l, err)
		}
		in := licensure.EventInput{
			Axis: core.Term, Status: core.Renewed, EffectiveOn: day(2027, 9, 1), Method: core.MethodPrimarySource, Source: "Florida board", CheckedOn: day(2026, 11, 20),
		}
		_, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, in)
		wantCode(t, err, "required")
		in.Until = day(2027, 8, 31)
		_, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, in)
		wantCode(t, err, "until_before_effective")
		in.Until = day(2029, 8, 31)
		l, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, in)
		if err != nil || l.ExpiresOn != in.Until || len(l.Events) != 3 {
			t.Fatalf("%+v, %v", l, err)
		}

		in.Axis, in.Status, in.EffectiveOn, in.Until = core.Lifecycle, core.Expired, day(2029, 9, 1), core.Date{}
		if l, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, in); err != nil {
			t.Fatal(err)
		}
		in.Axis, in.Status, in.EffectiveOn, in.Until = core.Term, core.Renewed, day(2029, 9, 10), day(2031, 8, 31)
		if l, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, in); err != nil {
			t.Fatal(err)
		}
		if p := on(l, day(2029, 9, 10)); !p.May() || len(l.Events) != 6 {
			t.Errorf("a renewal makes an expired license active: %+v, %d events", p, len(l.Events))
		}
	})
}

func TestService_Withdraw(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		if err != nil {
			t.Fatal(err)
		}
		term := l.Events[1]
		for name, c := range map[string]struct {
			who    access.Actor
			event  core.LicenseEventID
			reason string
			code   string
		}{
			"NoReason":  {w.Registrar, term.ID, " ", "required"},
			"OtherID":   {w.Registrar, core.NewID[core.LicenseEventID](w.Src), "Typed wrongly.", "not_found"},
			"OwnWord":   {w.Student, term.ID, "Typed wrongly.", "not_own_word"},
			"Stranger":  {w.Stranger, term.ID, "Typed wrongly.", "not_found"},
			"Employer":  {w.Verifier, term.ID, "Typed wrongly.", "not_found"},
			"Forbidden": {w.Supervisor, term.ID, "Typed wrongly.", "forbidden"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := w.Licensure.Withdraw(ctx, c.who, l.ID, 0, c.event, c.reason)
				wantCode(t, err, c.code)
			})
		}
		_, err = w.Licensure.Withdraw(ctx, w.Registrar, l.ID, 7, term.ID, "Typed wrongly.")
		wantCode(t, err, "stale")
		before := w.Src.Now()
		w.Pass(time.Hour)
		l, err = w.Licensure.Withdraw(ctx, w.Second, l.ID, 1, term.ID, "Typed wrongly.")
		if err != nil || !l.ExpiresOn.IsZero() || l.Version != 2 || l.Events[2].Withdraws != term.ID || l.Events[2].Note != "Typed wrongly." {
			t.Fatalf("%+v, %v", l, err)
		}
		q := standard.OnDay(day(2027, 9, 1), day(2027, 9, 1).In(time.UTC))
		if p := license.Judge(l, q); !p.ExpiresOn.IsZero() {
			t.Errorf("without a last day: %+v", p)
		}
		if q.KnownAt = before; license.Judge(l, q).ExpiresOn != day(2027, 8, 31) {
			t.Error("what was known before has changed")
		}
		_, err = w.Licensure.Withdraw(ctx, w.Registrar, l.ID, 0, term.ID, "Again.")
		wantCode(t, err, "already_withdrawn")
		_, err = w.Licensure.Withdraw(ctx, w.Registrar, l.ID, 0, l.Events[2].ID, "Back.")
		wantCode(t, err, "not_withdrawable")

		own, err := w.Licensure.RecordEvent(ctx, w.Student, l.ID, 0, licensure.EventInput{Axis: core.Lifecycle, Status: "retired", EffectiveOn: day(2026, 11, 1)})
		if err != nil {
			t.Fatal(err)
		}
		own, err = w.Licensure.Withdraw(ctx, w.Student, l.ID, own.Version, own.Events[3].ID, "I have not retired.")
		if err != nil || !mayOn(own, day(2026, 11, 2)) {
			t.Errorf("one's own word is withdrawn: %+v, %v", own, err)
		}
	})
}

func TestService_SetDetails(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		id := w.Student.TherapistID
		made, err := w.Licensure.SetDetails(ctx, w.Student, id, day(1990, 2, 28), "America/Chicago")
		if err != nil || made.BirthDate != day(1990, 2, 28) || made.Zone != "America/Chicago" {
			t.Errorf("%+v, %v", made, err)
		}
		if shown, err := w.Licensure.Therapist(ctx, w.Registrar, id); err != nil || !shown.BirthDate.IsZero() || shown.Zone != "" {
			t.Errorf("the office is shown %+v, %v", shown, err)
		}
		kept, err := w.Licensure.Therapist(ctx, w.Student, id)
		if err != nil || kept.BirthDate != day(1990, 2, 28) || kept.Zone != "America/Chicago" {
			t.Errorf("%+v, %v", kept, err)
		}
		for _, c := range []struct {
			who   access.Actor
			birth core.Date
			zone  string
			code  string
		}{
			{w.Student, day(2027, 1, 1), "", "date_in_future"},
			{w.Student, day(2020, 1, 1), "", "too_young"},
			{w.Student, day(1790, 1, 1), "", "bad_date"},
			{w.Student, core.Date{}, "America/Nowhere", "unknown_zone"},
			{w.Student, core.Date{}, "Local", "unknown_zone"},
			{w.Supervisor, core.Date{}, "", "forbidden"},
			{w.Registrar, core.Date{}, "", "forbidden"},
			{w.Stranger, core.Date{}, "", "not_found"},
			{w.Verifier, core.Date{}, "", "not_found"},
		} {
			_, err := w.Licensure.SetDetails(ctx, c.who, id, c.birth, c.zone)
			wantCode(t, err, c.code)
		}
		if none, err := w.Licensure.SetDetails(ctx, w.Student, id, core.Date{}, ""); err != nil || !none.BirthDate.IsZero() || none.Zone != "" {
			t.Errorf("%+v, %v", none, err)
		}
	})
}
