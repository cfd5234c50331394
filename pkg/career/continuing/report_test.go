package continuing_test

import (
	"maps"
	"testing"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
)

// TestService_Report_NeedsEachField takes one field after the other away that
// NCBTMB wants to see on a certificate.
func TestService_Report_NeedsEachField(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, missing := range map[string]struct {
			change func(*continuing.ActivityInput)
			field  string
		}{
			"participant":         {func(in *continuing.ActivityInput) { in.Participant = "" }, "participant"},
			"provider's name":     {func(in *continuing.ActivityInput) { in.ProviderName = "" }, "provider_name"},
			"who approved it":     {func(in *continuing.ActivityInput) { in.ProviderBody = "" }, "provider_body"},
			"provider's number":   {func(in *continuing.ActivityInput) { in.ProviderNumber = "" }, "provider_number"},
			"provider's contact":  {func(in *continuing.ActivityInput) { in.ProviderContact = "" }, "provider_contact"},
			"signature":           {func(in *continuing.ActivityInput) { in.Signed = false }, "signed"},
			"approved hours":      {func(in *continuing.ActivityInput) { in.Approved = "" }, "approved"},
			"title, day and type": {func(in *continuing.ActivityInput) {}, ""},
		} {
			in := course("Course of "+name, "2026-10-01", "3 h")
			missing.change(&in)
			a, err := w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, in)
			if err != nil {
				t.Fatal(name, err)
			}
			if a, err = w.ce.Attach(ctx, w.Student, a.ID, 0, "c.pdf", pdf); err != nil {
				t.Fatal(name, err)
			}
			_, err = w.ce.Report(ctx, w.Student, a.ID, 0)
			want := map[string]string{}
			if missing.field != "" {
				want[missing.field] = "required"
			}
			if fields := fieldsOf(err); !maps.Equal(fields, want) {
				t.Errorf("without the %s: %v, %v", name, err, fields)
			}
		}
	})
}

func TestService_Report_ApprovedHours(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := course("Myofascial", "2026-10-01", "6 h")
		in.Approved = "5 h 59 min"
		a, err := w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, in)
		if err != nil {
			t.Fatal(err)
		}
		if a, err = w.ce.Attach(ctx, w.Student, a.ID, 0, "c.pdf", pdf); err != nil {
			t.Fatal(err)
		}
		_, err = w.ce.Report(ctx, w.Student, a.ID, 0)
		if fieldsOf(err)["approved"] != "not_approved_hours" {
			t.Fatal(err)
		}
		if _, err := w.SQL.Exec(`UPDATE ce_activities SET state = 'reported', reported_at = created_at`); err == nil {
			t.Error("the database lets other than the approved hours be reported")
		}
		in.Approved = "0.6 CEU"
		if _, err = w.ce.SaveActivity(ctx, w.Student, a.ID, 0, in); err != nil {
			t.Fatal(err)
		}
		if _, err = w.ce.Report(ctx, w.Student, a.ID, 0); err != nil {
			t.Error("the same hours in another unit:", err)
		}
	})
}

// In Florida a certificate shows license and program number, and the provider has
// 30 days to report.
func TestService_Report_Florida(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		l := w.license(t, "FL", "MA12345", "2020-09-01", "2027-08-31")
		in := course("Florida Laws", "2026-10-01", "2 h")
		in.LicenseNumber, in.ProgramNumber = "", ""
		a, err := w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, in)
		if err != nil {
			t.Fatal(err)
		}
		if a, err = w.ce.Attach(ctx, w.Student, a.ID, 0, "c.pdf", pdf); err != nil {
			t.Fatal(err)
		}
		_, err = w.ce.Report(ctx, w.Student, a.ID, 0)
		if fields := fieldsOf(err); len(fields) != 2 || fields["license_number"] != "required" || fields["program_number"] != "required" {
			t.Fatal(err, fields)
		}
		due := continuing.Duties(a, []core.License{l})
		if len(due) != 1 || due[0].Jurisdiction != "FL" || due[0].Due != on("2026-10-31") {
			t.Errorf("the provider reports by %+v", due)
		}
		l.IssuedOn = on("2026-10-02")
		if due := continuing.Duties(a, []core.License{l}); due != nil {
			t.Errorf("before the license was issued it is due %+v", due)
		}
		l.IssuedOn = on("2026-10-01")
		if due := continuing.Duties(a, []core.License{l}); len(due) != 1 {
			t.Errorf("on the day of issue it is due %+v", due)
		}
		a.State = continuing.CEPlanned
		if due := continuing.Duties(a, []core.License{l}); due != nil {
			t.Errorf("what is planned is due %+v", due)
		}
		if due := continuing.Duties(a, []core.License{{Jurisdiction: "GA"}, {Jurisdiction: "KS"}}); due != nil {
			t.Errorf("elsewhere it is due %+v", due)
		}
	})
}

func TestService_Providers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := continuing.ProviderInput{
			Name: "Lakeside Institute", Contact: "office@lakeside.example", HandsOnPercent: 80,
			Numbers: []continuing.CEApproval{{Body: "ncbtmb", Number: "451234-09", From: on("2026-01-01"), To: on("2026-12-31")}, {Body: "FL", Number: "50-1"}},
		}
		p, err := w.ce.AddProvider(ctx, w.Registrar, w.School.ID, in)
		if err != nil || p.Numbers[0].Body != "NCBTMB" {
			t.Fatalf("%+v, %v", p, err)
		}
		for name, bad := range map[string]struct {
			change      func(*continuing.ProviderInput)
			field, code string
		}{
			"no name":      {func(in *continuing.ProviderInput) { in.Name = "" }, "name", "required"},
			"share":        {func(in *continuing.ProviderInput) { in.HandsOnPercent = 101 }, "hands_on_percent", "bad_percent"},
			"number twice": {func(in *continuing.ProviderInput) { in.Numbers = append(in.Numbers, in.Numbers[0]) }, "numbers[2].number", "repeated"},
			"no body":      {func(in *continuing.ProviderInput) { in.Numbers = []continuing.CEApproval{{Number: "1"}} }, "numbers[0].body", "required"},
			"ends first": {func(in *continuing.ProviderInput) {
				in.Numbers = []continuing.CEApproval{{Body: "A", Number: "1", From: on("2026-01-02"), To: on("2026-01-01")}}
			}, "numbers[0].to", "bad_range"},
			"too many": {func(in *continuing.ProviderInput) { in.Numbers = make([]continuing.CEApproval, 61) }, "numbers", "too_many"},
		} {
			other := in
			other.Numbers = append([]continuing.CEApproval{}, in.Numbers...)
			bad.change(&other)
			_, err := w.ce.AddProvider(ctx, w.Registrar, w.School.ID, other)
			if fields := fieldsOf(err); fields[bad.field] != bad.code {
				t.Errorf("%s: %v %v", name, err, fields)
			}
		}
		_, err = w.ce.AddProvider(ctx, w.Student, w.School.ID, in)
		wantCode(t, err, "forbidden")
		_, err = w.ce.AddProvider(ctx, w.Stranger, w.School.ID, in)
		wantCode(t, err, "not_found")
		_, err = w.ce.AddProvider(ctx, w.Registrar, core.OrganizationID{}, in)
		wantCode(t, err, "not_found")

		hands := course("Deep Tissue", "2026-10-01", "10 h")
		hands.HandsOn = "7 h"
		a := w.reported(t, hands)
		if !a.ProviderKnown() || a.Provider.Name != "Lakeside Institute" || a.HandsOnShare() != 0 {
			t.Errorf("by the provider's own rule of 80 %%, 70 %% are no hands-on course: %+v", a)
		}
		if a := w.reported(t, course("Before it was approved", "2025-12-31", "1 h")); a.ProviderKnown() {
			t.Error("the approval began later")
		}
		operator := w.Registrar
		operator.Operator = true
		everybody := in
		everybody.Numbers = []continuing.CEApproval{{Body: "TX", Number: "CE1"}, {Body: "NCBTMB", Number: "451234-09"}}
		if _, err := w.ce.AddProvider(ctx, operator, core.OrganizationID{}, everybody); err != nil {
			t.Fatal(err)
		}
		if a := w.reported(t, course("Own before everybody's", "2026-10-03", "1 h")); a.Provider.ID != p.ID {
			t.Error("the school's own provider comes first")
		}
		page, err := w.ce.Providers(ctx, w.Student, w.School.ID, core.Page{Limit: 1})
		if err != nil || len(page.Items) != 1 || len(page.Items[0].Numbers) != 2 || page.Next == "" {
			t.Fatalf("%+v, %v", page, err)
		}
		page, err = w.ce.Providers(ctx, w.Student, w.School.ID, core.Page{Limit: 1, Cursor: page.Next})
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != p.ID || page.Next != "" {
			t.Fatalf("%+v, %v", page, err)
		}
		in.Numbers = in.Numbers[:1]
		in.Name = "Lakeside"
		p, err = w.ce.UpdateProvider(ctx, w.Second, p.ID, 1, in)
		if err != nil || p.Version != 2 || len(p.Numbers) != 1 {
			t.Fatalf("%+v, %v", p, err)
		}
		_, err = w.ce.UpdateProvider(ctx, w.Second, p.ID, 1, in)
		wantCode(t, err, "stale")
		_, err = w.ce.UpdateProvider(ctx, w.Stranger, p.ID, 0, in)
		wantCode(t, err, "not_found")
	})
}
