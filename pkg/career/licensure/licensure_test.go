package licensure_test

import (
	"context"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

var ctx = context.Background()

func each(t *testing.T, fn func(t *testing.T, w *certifytest.World)) {
	t.Helper()
	t.Parallel()
	certifytest.OneOrFull(t, "http://127.0.0.1:8080", fn)
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if core.CodeOf(err) != code {
		t.Fatalf("got %v, want the code %q", err, code)
	}
}

func day(year, month, day int) core.Date {
	return core.DateOf(certifytest.Start.AddDate(year-2026, month-11, day-23))
}

func florida() licensure.LicenseInput {
	return licensure.LicenseInput{
		Jurisdiction: "fl", Number: "MA12345", IssuedOn: day(2025, 9, 1), ExpiresOn: day(2027, 8, 31), Status: "active",
		Method: core.MethodPrimarySource, Source: "Florida Department of Health, license search", CheckedOn: day(2026, 11, 20),
	}
}

func TestService_RecordLicense(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		if err != nil || l.Jurisdiction != "FL" || l.Title != "Massage Therapist" || l.OrganizationID != w.School.ID || l.Version != 1 || len(l.Events) != 2 {
			t.Fatalf("%+v, %v", l, err)
		}
		if e := l.Events[0]; e.Status != "active" || e.EffectiveOn != day(2025, 9, 1) || e.Method != core.MethodPrimarySource || e.RecordedByName != "Rita Registrar" {
			t.Errorf("%+v", e)
		}
		_, err = w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		wantCode(t, err, "license_exists")
		_, err = w.Licensure.RecordLicense(ctx, w.Stranger, w.Student.TherapistID, florida())
		wantCode(t, err, "not_found")
		_, err = w.Licensure.RecordLicense(ctx, w.Supervisor, w.Student.TherapistID, florida())
		wantCode(t, err, "forbidden")

		for name, bad := range map[string]struct {
			change func(*licensure.LicenseInput)
			field  string
			code   string
		}{
			"Jurisdiction":  {func(in *licensure.LicenseInput) { in.Jurisdiction = "XX" }, "jurisdiction", "unknown_jurisdiction"},
			"Number":        {func(in *licensure.LicenseInput) { in.Number = "" }, "number", "required"},
			"Status":        {func(in *licensure.LicenseInput) { in.Status = "suspended" }, "status", "unknown_status"},
			"Method":        {func(in *licensure.LicenseInput) { in.Method = "phone" }, "method", "unknown_method"},
			"NoSource":      {func(in *licensure.LicenseInput) { in.Source = " " }, "source", "required"},
			"NotChecked":    {func(in *licensure.LicenseInput) { in.CheckedOn = core.Date{} }, "checked_on", "required"},
			"CheckedLater":  {func(in *licensure.LicenseInput) { in.CheckedOn = day(2026, 11, 25) }, "checked_on", "date_in_future"},
			"IssuedLater":   {func(in *licensure.LicenseInput) { in.IssuedOn = day(2026, 11, 25) }, "issued_on", "date_in_future"},
			"ExpiresBefore": {func(in *licensure.LicenseInput) { in.ExpiresOn = day(2025, 8, 31) }, "expires_on", "expires_before_issued"},
		} {
			t.Run(name, func(t *testing.T) {
				in := florida()
				in.Number = "MA9"
				bad.change(&in)
				_, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, in)
				wantCode(t, err, bad.code)
				if f := core.AsFault(err).Fields; len(f) != 1 || f[0].Name != bad.field {
					t.Errorf("%+v", f)
				}
			})
		}
	})
}

func TestService_RecordLicense_ownWord(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		for name, a := range map[string]access.Actor{"Therapist": w.Student, "AlsoRegistrar": w.Join(w.Student, w.School, core.RoleRegistrar)} {
			in := florida()
			in.Number += name
			l, err := w.Licensure.RecordLicense(ctx, a, w.Student.TherapistID, in)
			if err != nil {
				t.Fatal(err)
			}
			if e := l.Events[0]; e.Method != core.MethodSelfReport || e.CheckedOn != day(2026, 11, 23) || !l.OrganizationID.IsZero() {
				t.Errorf("%s: one's own word is no verification: %+v, %+v", name, l, e)
			}
			_, err = w.Licensure.RecordEvent(ctx, a, l.ID, 1, licensure.EventInput{Axis: core.Discipline, Status: "none", EffectiveOn: day(2026, 1, 1)})
			wantCode(t, err, "discipline_not_own")
		}
	})
}

func TestService_RecordEvent(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		l, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		if err != nil {
			t.Fatal(err)
		}
		event := func(axis core.Axis, status string, from core.Date) licensure.EventInput {
			return licensure.EventInput{
				Axis: axis, Status: status, EffectiveOn: from, Method: core.MethodDocument, Source: "Order 2026-7", CheckedOn: day(2026, 11, 22),
			}
		}
		for i, in := range []licensure.EventInput{
			event(core.Discipline, "probation", day(2026, 2, 1)),
			event(core.Discipline, "suspended", day(2026, 5, 1)),
			event(core.Discipline, "none", day(2026, 6, 1)),
			event(core.Lifecycle, "inactive", day(2026, 9, 1)),
		} {
			if l, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, i+1, in); err != nil || l.Version != i+2 || len(l.Events) != i+3 {
				t.Fatalf("%+v, %v", l, err)
			}
		}
		for _, c := range []struct {
			on     core.Date
			answer license.Answer
			reason string
		}{
			{day(2025, 8, 31), license.CouldNotCheck, "FL Massage Therapist MA12345 was issued on Sep 1, 2025, after that day."},
			{day(2026, 1, 31), license.Yes, "FL Massage Therapist MA12345 is active."},
			{day(2026, 2, 1), license.Yes, "FL Massage Therapist MA12345 is active, with discipline: probation."},
			{day(2026, 5, 1), license.CouldNotCheck, "FL Massage Therapist MA12345 has been suspended since May 1, 2026."},
			{day(2026, 6, 1), license.Yes, "FL Massage Therapist MA12345 is active."},
			{day(2026, 9, 1), license.CouldNotCheck, "FL Massage Therapist MA12345 has been inactive since Sep 1, 2026."},
		} {
			if p := on(l, c.on); p.Answer != c.answer || !strings.HasPrefix(p.Reason(), c.reason) {
				t.Errorf("%s: %v, %q", c.on, p.Answer, p.Reason())
			}
		}
		_, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 1, event(core.Lifecycle, "active", day(2026, 10, 1)))
		wantCode(t, err, "stale")
		_, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, event(core.Lifecycle, "revoked", day(2026, 10, 1)))
		wantCode(t, err, "unknown_status")
		_, err = w.Licensure.RecordEvent(ctx, w.Registrar, l.ID, 0, event("mood", "active", day(2026, 10, 1)))
		wantCode(t, err, "unknown_axis")
		_, err = w.Licensure.RecordEvent(ctx, w.Stranger, l.ID, 0, event(core.Lifecycle, "active", day(2026, 10, 1)))
		wantCode(t, err, "not_found")

		own, err := w.Licensure.RecordEvent(ctx, w.Student, l.ID, 0, licensure.EventInput{Axis: core.Lifecycle, Status: "retired", EffectiveOn: day(2026, 11, 1)})
		if err != nil || own.Events[len(own.Events)-1].Method != core.MethodSelfReport {
			t.Errorf("%+v, %v", own, err)
		}
		err = w.DB.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			return kept.On(tx).InsertLicenseEvents(ctx, own.Events[:1])
		})
		wantCode(t, err, "duplicate")
		if _, err := w.SQL.Exec(`UPDATE license_events SET status = 'active'`); err == nil {
			t.Error("the database lets a history change")
		}
	})
}

func TestService_Licenses(t *testing.T) {
	each(t, func(t *testing.T, w *certifytest.World) {
		first, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, florida())
		if err != nil {
			t.Fatal(err)
		}
		in := florida()
		in.Jurisdiction, in.Number = "GA", "MT000001"
		second, err := w.Licensure.RecordLicense(ctx, w.Registrar, w.Student.TherapistID, in)
		if err != nil {
			t.Fatal(err)
		}
		for name, a := range map[string]access.Actor{"holder": w.Student, "registrar": w.Second} {
			all, err := w.Licensure.Licenses(ctx, a, w.Student.TherapistID)
			if err != nil || len(all) != 2 || all[0].ID != first.ID || all[1].ID != second.ID || len(all[0].Events) != 2 || len(all[1].Events) != 2 {
				t.Errorf("%s: %+v, %v", name, all, err)
			}
			one, err := w.Licensure.License(ctx, a, second.ID)
			if err != nil || one.Number != "MT000001" {
				t.Errorf("%s: %+v, %v", name, one, err)
			}
			person, err := w.Licensure.Therapist(ctx, a, w.Student.TherapistID)
			if err != nil || person.Email != "ada@example.org" {
				t.Errorf("%s: %+v, %v", name, person, err)
			}
		}
		for name, a := range map[string]access.Actor{"another school": w.Stranger, "an employer": w.Verifier} {
			_, err := w.Licensure.Licenses(ctx, a, w.Student.TherapistID)
			if core.CodeOf(err) != "not_found" {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := w.Licensure.License(ctx, a, first.ID); core.CodeOf(err) != "not_found" {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
