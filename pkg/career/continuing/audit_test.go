package continuing_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
)

// TestService_Audit draws 10 % of the cycles of New Mexico, gathers what proves
// them, and decides.
func TestService_Audit(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.license(t, "NM", "1", "2018-01-01", "2026-10-31")
		c, err := w.Specialty.CreateCourse(ctx, w.Registrar, w.School.ID, specialty.CourseInput{Code: "C", Title: "Course", Specialty: "neck", Minutes: 60})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 10 {
			done, err := w.Specialty.RecordCompletion(ctx, w.Registrar, c.ID, specialty.CompletionInput{
				Email: fmt.Sprintf("t%d@example.net", i), Name: fmt.Sprintf("Therapist %d", i), CompletedOn: on("2026-09-01"), Instructor: "Ines",
			})
			if err != nil {
				t.Fatal(err)
			}
			w.Grant(done.TherapistID, w.School)
			expires := "2026-12-31"
			if i == 9 {
				expires = "2027-01-01" // the cycle before it ends on Jan 1, 2025
			}
			if _, err := w.Licensure.RecordLicense(ctx, w.Registrar, done.TherapistID, licensure.LicenseInput{
				Jurisdiction: "NM", Number: fmt.Sprintf("N%d", i), IssuedOn: on("2018-01-01"), ExpiresOn: on(expires), Status: "active",
				Method: core.MethodDocument, Source: "Card", CheckedOn: on("2026-11-20"),
			}); err != nil {
				t.Fatal(err)
			}
		}
		in := continuing.AuditInput{Jurisdiction: "NM", EndsFrom: on("2026-01-01"), EndsTo: on("2026-12-31")}
		for name, bad := range map[string]struct {
			change      func(*continuing.AuditInput)
			field, code string
		}{
			"jurisdiction": {func(in *continuing.AuditInput) { in.Jurisdiction = "KS" }, "jurisdiction", "unknown_jurisdiction"},
			"less than NM": {func(in *continuing.AuditInput) { in.Percent = 9 }, "percent", "bad_percent"},
			"more":         {func(in *continuing.AuditInput) { in.Percent = 101 }, "percent", "bad_percent"},
			"range":        {func(in *continuing.AuditInput) { in.EndsTo = on("2025-12-31") }, "ends_to", "bad_range"},
			"no day":       {func(in *continuing.AuditInput) { in.EndsFrom = core.Date{} }, "ends_from", "required"},
		} {
			other := in
			bad.change(&other)
			if _, err := w.ce.BeginAudit(ctx, w.fresh(w.Registrar), w.School.ID, other); fieldsOf(err)[bad.field] != bad.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err = w.ce.BeginAudit(ctx, w.fresh(w.Registrar), w.School.ID, continuing.AuditInput{Jurisdiction: "NM", EndsFrom: on("2027-02-01"), EndsTo: on("2027-03-01")})
		wantCode(t, err, "nobody_to_draw")
		_, err = w.ce.BeginAudit(ctx, w.Supervisor, w.School.ID, in)
		wantCode(t, err, "forbidden")
		_, err = w.ce.BeginAudit(ctx, w.Stranger, w.School.ID, in)
		wantCode(t, err, "not_found")
		_, err = w.ce.BeginAudit(ctx, old(w.Registrar), w.School.ID, in)
		wantCode(t, err, "reauthentication_required")

		a, err := w.ce.BeginAudit(ctx, w.fresh(w.Registrar), w.School.ID, in)
		if err != nil || a.Percent != 10 || a.Population != 10 || a.Seed != "" || len(a.Commitment) != 64 {
			t.Fatalf("%+v, %v", a, err)
		}
		_, err = w.ce.BeginAudit(ctx, w.fresh(w.Registrar), w.School.ID, in)
		wantCode(t, err, "duplicate")
		if got, err := w.ce.Audit(ctx, w.Second, a.ID); err != nil || got.Seed != "" || got.Commitment != a.Commitment {
			t.Errorf("before the draw the seed is %q, %v", got.Seed, err)
		}
		list, err := w.ce.Audits(ctx, w.Second, w.School.ID, core.Page{})
		if err != nil || len(list.Items) != 1 || list.Items[0].Seed != "" {
			t.Errorf("%+v, %v", list, err)
		}
		_, err = w.ce.Draw(ctx, w.Second, a.ID)
		wantCode(t, err, "not_drawn")
		_, err = w.ce.DrawAudit(ctx, w.fresh(w.Second), a.ID, 1, "short")
		wantCode(t, err, "too_short")
		a, err = w.ce.DrawAudit(ctx, w.fresh(w.Second), a.ID, 1, "Powerball 2026-11-21: 4 8 15 16 23 42")
		if err != nil || a.Seed == "" || continuing.CommitCE(a.Seed) != a.Commitment || a.Version != 2 {
			t.Fatalf("%+v, %v", a, err)
		}
		_, err = w.ce.DrawAudit(ctx, w.fresh(w.Second), a.ID, 0, "another word")
		wantCode(t, err, "already_drawn")
		sample, err := w.ce.Sample(ctx, w.Registrar, a.ID, core.Page{})
		if err != nil || len(sample.Items) != 1 || sample.Items[0].Place != 1 || sample.Items[0].Name == "" {
			t.Fatalf("10 %% of 10 are %+v, %v", sample, err)
		}
		d, err := w.ce.Draw(ctx, w.Registrar, a.ID)
		if err != nil || d.Verify() != nil || len(d.Licenses) != 10 || d.Sample[0] != sample.Items[0].LicenseID {
			t.Fatalf("%+v, %v, %v", d, err, d.Verify())
		}
		b, err := json.Marshal(d)
		var again continuing.CEDraw
		if err != nil || json.Unmarshal(b, &again) != nil || again.Verify() != nil {
			t.Errorf("written and read it is not the same: %s", b)
		}
		for _, statement := range []string{
			`UPDATE ce_audits SET seed = 'x'`, `UPDATE ce_audits SET commitment = 'x'`, `UPDATE ce_audits SET word = 'another'`, `UPDATE ce_audits SET percent = 20`,
			`DELETE FROM ce_audit_people`,
		} {
			if _, err := w.SQL.Exec(statement); err == nil {
				t.Errorf("the database lets through: %s", statement)
			}
		}

		drawn := sample.Items[0]
		p, cycle, err := w.ce.Evidence(ctx, w.Registrar, a.ID, drawn.LicenseID)
		if err != nil || p.LicenseID != drawn.LicenseID || cycle.Span.To != p.CycleTo {
			t.Fatalf("%+v, %v", p, err)
		}
		at := slices.IndexFunc(d.Licenses, func(id core.LicenseID) bool { return id != drawn.LicenseID })
		_, _, err = w.ce.Evidence(ctx, w.Registrar, a.ID, d.Licenses[at])
		wantCode(t, err, "not_found")
		_, err = w.ce.DecideAudit(ctx, w.fresh(w.Registrar), a.ID, d.Licenses[at], continuing.CEAccepted, "")
		wantCode(t, err, "not_found")
		_, err = w.ce.DecideAudit(ctx, w.fresh(w.Registrar), a.ID, drawn.LicenseID, continuing.CEReported, "")
		wantCode(t, err, "unknown_outcome")
		_, err = w.ce.DecideAudit(ctx, w.fresh(w.Registrar), a.ID, drawn.LicenseID, continuing.CERejected, "")
		wantCode(t, err, "required")
		_, err = w.ce.DecideAudit(ctx, old(w.Registrar), a.ID, drawn.LicenseID, continuing.CEAccepted, "")
		wantCode(t, err, "reauthentication_required")
		for _, license := range []core.LicenseID{drawn.LicenseID, d.Licenses[at]} { // nobody else learns who was drawn
			for _, who := range []access.Actor{w.fresh(w.Student), w.fresh(w.Supervisor)} {
				_, err = w.ce.DecideAudit(ctx, who, a.ID, license, continuing.CEAccepted, "")
				wantCode(t, err, "forbidden")
			}
			_, err = w.ce.DecideAudit(ctx, w.fresh(w.Stranger), a.ID, license, continuing.CEAccepted, "")
			wantCode(t, err, "not_found")
		}
		p, err = w.ce.DecideAudit(ctx, w.fresh(w.Registrar), a.ID, drawn.LicenseID, continuing.CERejected, "No certificates.")
		if err != nil || p.Outcome != continuing.CERejected || p.DecidedByName != "Rita Registrar" {
			t.Fatalf("%+v, %v", p, err)
		}
		_, err = w.ce.DecideAudit(ctx, w.fresh(w.Second), a.ID, drawn.LicenseID, continuing.CEAccepted, "")
		wantCode(t, err, "already_decided")
		if _, err := w.SQL.Exec(`UPDATE ce_audit_people SET reason = 'x'`); err == nil || !strings.Contains(err.Error(), "frozen") && !strings.Contains(err.Error(), "never") {
			t.Errorf("the database lets a decision be changed: %v", err)
		}
		for _, err := range []error{second(w.ce.Audit(ctx, w.Stranger, a.ID)), second(w.ce.Sample(ctx, w.Stranger, a.ID, core.Page{})), second(w.ce.Draw(ctx, w.Stranger, a.ID))} {
			wantCode(t, err, "not_found")
		}
		_, err = w.ce.Sample(ctx, w.Registrar, a.ID, core.Page{Cursor: "x"})
		wantCode(t, err, "bad_cursor")
	})
}

func second[T any](_ T, err error) error { return err }

// Who was drawn cannot decide on themselves, and what is proven becomes audited.
func TestService_Audit_Accepted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.license(t, "NM", "1", "2018-01-01", "2026-10-31")
		in := w.accepted(t, course("In", "2026-10-31", "16 h"))
		before := w.accepted(t, course("Before", "2024-10-31", "16 h"))
		reported := w.reported(t, course("Only reported", "2026-10-30", "16 h"))
		a, err := w.ce.BeginAudit(ctx, w.fresh(w.Registrar), w.School.ID, continuing.AuditInput{Jurisdiction: "NM", EndsFrom: on("2026-10-31"), EndsTo: on("2026-10-31"), Percent: 100})
		if err != nil {
			t.Fatal(err)
		}
		if a, err = w.ce.DrawAudit(ctx, w.fresh(w.Registrar), a.ID, 0, "a public word"); err != nil {
			t.Fatal(err)
		}
		_, cycle, err := w.ce.Evidence(ctx, w.Registrar, a.ID, l.ID)
		if err != nil || !cycle.Proven.Answer.Met() || len(cycle.Activities) != 2 {
			t.Fatalf("%+v, %v", cycle.Proven, err)
		}
		both := w.fresh(w.Join(w.Student, w.School, core.RoleRegistrar))
		_, err = w.ce.DecideAudit(ctx, both, a.ID, l.ID, continuing.CEAccepted, "")
		wantCode(t, err, "own_record")
		if _, err := w.ce.DecideAudit(ctx, w.fresh(w.Second), a.ID, l.ID, continuing.CEAccepted, ""); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[core.CEActivityID]continuing.CEState{in.ID: continuing.CEAudited, before.ID: continuing.CEAccepted, reported.ID: continuing.CEReported} {
			if got, err := w.ce.Activity(ctx, w.Student, id); err != nil || got.State != want {
				t.Errorf("%s is %s, want %s; %v", got.Title, got.State, want, err)
			}
		}
	})
}
