package continuing_test

import (
	"testing"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
)

// TestService_States walks an activity from the plan to the audit and along every
// way that is not open.
func TestService_States(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := course("Deep Tissue I", "2027-02-01", "12 contact hours")
		in.Completed = false
		a, err := w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, in)
		if err != nil || a.State != continuing.CEPlanned || a.Amount.Minutes != 720 || a.Amount.Words != "12 contact hours" || a.Version != 1 {
			t.Fatalf("%+v, %v", a, err)
		}
		_, err = w.ce.Report(ctx, w.Student, a.ID, 0)
		wantCode(t, err, "still_planned")
		in.Completed = true
		_, err = w.ce.SaveActivity(ctx, w.Student, a.ID, 0, in)
		wantCode(t, err, "date_in_future")
		in.On = on("2026-11-01")
		a, err = w.ce.SaveActivity(ctx, w.Student, a.ID, a.Version, in)
		if err != nil || a.State != continuing.CECompleted || a.Version != 2 {
			t.Fatalf("%+v, %v", a, err)
		}
		_, err = w.ce.SaveActivity(ctx, w.Student, a.ID, 1, in)
		wantCode(t, err, "stale")
		_, err = w.ce.Report(ctx, w.Student, a.ID, 0)
		if fields := fieldsOf(err); len(fields) != 1 || fields["document"] != "certificate_needed" {
			t.Fatal(err)
		}
		a, err = w.ce.Attach(ctx, w.Student, a.ID, a.Version, "../c.html", scan())
		if err != nil || a.Document.Name != "c.png" || a.Document.MediaType != "image/png" || a.State != continuing.CECompleted {
			t.Fatalf("%+v, %v", a, err)
		}
		_, err = w.ce.Accept(ctx, w.fresh(w.Registrar), a.ID, 0)
		wantCode(t, err, "not_reported")
		a, err = w.ce.Report(ctx, w.Student, a.ID, a.Version)
		if err != nil || a.State != continuing.CEReported || a.ReportedAt.IsZero() || a.ProviderKnown() {
			t.Fatalf("%+v, %v", a, err)
		}
		for name, change := range map[string]func() error{
			"save":   func() error { _, err := w.ce.SaveActivity(ctx, w.Student, a.ID, 0, in); return err },
			"attach": func() error { _, err := w.ce.Attach(ctx, w.Student, a.ID, 0, "x.pdf", pdf); return err },
			"report": func() error { _, err := w.ce.Report(ctx, w.Student, a.ID, 0); return err },
			"drop":   func() error { return w.ce.DropActivity(ctx, w.Student, a.ID, 0) },
		} {
			if err := change(); core.CodeOf(err) != "already_reported" {
				t.Errorf("%s of what is reported: %v", name, err)
			}
		}
		both := w.fresh(w.Join(w.Student, w.School, core.RoleRegistrar))
		_, err = w.ce.Accept(ctx, both, a.ID, 0)
		wantCode(t, err, "own_record")
		_, err = w.ce.Accept(ctx, w.Student, a.ID, 0)
		wantCode(t, err, "forbidden")
		_, err = w.ce.Accept(ctx, w.Stranger, a.ID, 0)
		wantCode(t, err, "not_found")
		_, err = w.ce.Accept(ctx, old(w.Registrar), a.ID, 0)
		wantCode(t, err, "reauthentication_required")
		_, err = w.ce.Reject(ctx, w.fresh(w.Registrar), a.ID, 0, " ")
		wantCode(t, err, "required")
		a, err = w.ce.Reject(ctx, w.fresh(w.Registrar), a.ID, a.Version, "The signature is missing.")
		if err != nil || a.State != continuing.CERejected || a.Reason != "The signature is missing." || a.DecidedByName != "Rita Registrar" {
			t.Fatalf("%+v, %v", a, err)
		}
		if err := w.ce.DropActivity(ctx, w.Student, a.ID, 0); core.CodeOf(err) != "already_reported" {
			t.Error("a rejected activity stays on record:", err)
		}
		a, err = w.ce.Report(ctx, w.Student, a.ID, 0)
		if err != nil || a.State != continuing.CEReported || a.Reason != "" || a.DecidedByName != "" {
			t.Fatalf("%+v, %v", a, err)
		}
		a, err = w.ce.Accept(ctx, w.fresh(w.Second), a.ID, a.Version)
		if err != nil || a.State != continuing.CEAccepted || a.DecidedByName != "Rob Registrar" {
			t.Fatalf("%+v, %v", a, err)
		}
		_, err = w.ce.Reject(ctx, w.fresh(w.Second), a.ID, 0, "No.")
		wantCode(t, err, "not_reported")
		for _, statement := range []string{
			`UPDATE ce_activities SET minutes = 1`, `UPDATE ce_activities SET title = 'x'`, `UPDATE ce_activities SET document_id = NULL`, `DELETE FROM ce_activities`,
		} {
			if _, err := w.SQL.Exec(statement); err == nil {
				t.Errorf("the database lets through: %s", statement)
			}
		}
	})
}

func TestService_AddActivity(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		add := func(change func(*continuing.ActivityInput)) (continuing.CEActivity, error) {
			in := course("Hot Stones", "2026-10-01", "8 h")
			change(&in)
			return w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, in)
		}
		for name, bad := range map[string]struct {
			change      func(*continuing.ActivityInput)
			field, code string
		}{
			"no title":         {func(in *continuing.ActivityInput) { in.Title = " " }, "title", "required"},
			"unknown type":     {func(in *continuing.ActivityInput) { in.Type = "dream" }, "type", "unknown_type"},
			"no day":           {func(in *continuing.ActivityInput) { in.On = core.Date{} }, "on", "required"},
			"long ago":         {func(in *continuing.ActivityInput) { in.On = core.Date{Year: 1890, Month: 1, Day: 1} }, "on", "bad_date"},
			"tomorrow":         {func(in *continuing.ActivityInput) { in.On = on("2026-11-24") }, "on", "date_in_future"},
			"no unit":          {func(in *continuing.ActivityInput) { in.Amount = "8" }, "amount", "unit_needed"},
			"no amount":        {func(in *continuing.ActivityInput) { in.Amount = "" }, "amount", "required"},
			"too much":         {func(in *continuing.ActivityInput) { in.Amount, in.Approved = "501 h", "501 h" }, "amount", "bad_minutes"},
			"hours as CEU":     {func(in *continuing.ActivityInput) { in.Amount = "5 CEU" }, "amount", "ceu_meant"},
			"approved badly":   {func(in *continuing.ActivityInput) { in.Approved = "eight" }, "approved", "bad_amount"},
			"hands-on too far": {func(in *continuing.ActivityInput) { in.HandsOn = "9 h" }, "hands_on", "more_than_amount"},
			"unknown subject": {func(in *continuing.ActivityInput) {
				in.Lines = []continuing.CELine{{Subject: "astrology", Minutes: 480}}
			}, "lines[0].subject", "unknown_subject"},
			"subject twice": {func(in *continuing.ActivityInput) {
				in.Lines = []continuing.CELine{{Subject: "ethics", Minutes: 240}, {Subject: "ethics", Minutes: 240}}
			}, "lines[1].subject", "repeated"},
			"a line of nothing": {func(in *continuing.ActivityInput) { in.Lines = []continuing.CELine{{Subject: "ethics"}} }, "lines[0].minutes", "bad_minutes"},
			"not the amount":    {func(in *continuing.ActivityInput) { in.Lines = []continuing.CELine{{Subject: "ethics", Minutes: 479}} }, "lines", "not_the_amount"},
			"control character": {func(in *continuing.ActivityInput) { in.ProviderName = "a\x07b" }, "provider_name", "bad_character"},
		} {
			_, err := add(bad.change)
			if fields := fieldsOf(err); len(fields) != 1 || fields[bad.field] != bad.code {
				t.Errorf("%s: %v, %v", name, err, fields)
			}
		}
		for amount, confirmed := range map[string]bool{"4 CEU": false, "5.5 CEU": false, "4.5 CEU": false, "5 CEU": true, "12 CEU": true, "12 CE": false} {
			if _, err := add(func(in *continuing.ActivityInput) {
				in.Title, in.Amount, in.CEUMeant = "Course of "+amount, amount, confirmed
			}); err != nil {
				t.Errorf("%s, confirmed %v: %v", amount, confirmed, err)
			}
		}
		a, err := add(func(in *continuing.ActivityInput) {
			in.Type, in.Amount, in.Hour, in.Lines = "recorded", "0.8 CEU", 50, []continuing.CELine{{Subject: "ethics", Minutes: 100}, {Subject: "massage", Minutes: 300}}
		})
		if err != nil || a.Type != continuing.CEHomeStudy || a.Amount != (continuing.CEAmount{Minutes: 400, Words: "0.8 CEU", Unit: continuing.UnitCEU, Hour: 50}) || len(a.Lines) != 2 || a.TherapistName != "Ada Example" {
			t.Fatalf("%+v, %v", a, err)
		}
		_, err = add(func(in *continuing.ActivityInput) { in.Title = "HOT  STONES" })
		wantCode(t, err, "activity_exists")
		_, err = w.ce.AddActivity(ctx, w.Stranger, w.Student.TherapistID, course("Hot Stones", "2026-10-02", "8 h"))
		wantCode(t, err, "not_found")
		_, err = w.ce.AddActivity(ctx, w.Supervisor, w.Student.TherapistID, course("Hot Stones", "2026-10-02", "8 h"))
		wantCode(t, err, "forbidden")
		alone := w.Person("Nora Nowhere", "nora@example.net", w.Other, core.RoleStudent)
		_, err = w.ce.AddActivity(ctx, alone, alone.TherapistID, course("Hot Stones", "2026-10-02", "8 h"))
		wantCode(t, err, "school_needed")
		for _, actor := range []string{"stranger", "other student"} {
			who := map[string]func() error{
				"stranger":      func() error { _, err := w.ce.Activity(ctx, w.Stranger, a.ID); return err },
				"other student": func() error { _, err := w.ce.Certificate(ctx, alone, a.ID); return err },
			}[actor]
			wantCode(t, who(), "not_found")
		}
		if err := w.ce.DropActivity(ctx, w.Student, a.ID, 9); core.CodeOf(err) != "stale" {
			t.Error(err)
		}
		if err := w.ce.DropActivity(ctx, w.Student, a.ID, 1); err != nil {
			t.Error(err)
		}
		_, err = w.ce.Activity(ctx, w.Student, a.ID)
		wantCode(t, err, "not_found")
	})
}

func TestService_Lists(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, title := range []string{"A", "B", "C"} {
			w.reported(t, course(title, "2026-10-01", "1 h"))
		}
		page, err := w.ce.Activities(ctx, w.Student, w.Student.TherapistID, "", core.Page{Limit: 2})
		if err != nil || len(page.Items) != 2 || page.Items[0].Title != "C" || page.Next == "" {
			t.Fatalf("%+v, %v", page, err)
		}
		page, err = w.ce.Activities(ctx, w.Registrar, w.Student.TherapistID, continuing.CEReported, core.Page{Limit: 2, Cursor: page.Next})
		if err != nil || len(page.Items) != 1 || page.Items[0].Title != "A" || page.Next != "" {
			t.Fatalf("%+v, %v", page, err)
		}
		queue, err := w.ce.Queue(ctx, w.Registrar, w.School.ID, "", core.Page{})
		if err != nil || len(queue.Items) != 3 {
			t.Fatalf("%+v, %v", queue, err)
		}
		if none, err := w.ce.Queue(ctx, w.Registrar, w.School.ID, continuing.CEAccepted, core.Page{}); err != nil || len(none.Items) != 0 {
			t.Errorf("%+v, %v", none, err)
		}
		_, err = w.ce.Queue(ctx, w.Student, w.School.ID, "", core.Page{})
		wantCode(t, err, "forbidden")
		_, err = w.ce.Queue(ctx, w.Stranger, w.School.ID, "", core.Page{})
		wantCode(t, err, "not_found")
		_, err = w.ce.Activities(ctx, w.Stranger, w.Student.TherapistID, "", core.Page{})
		wantCode(t, err, "not_found")
		_, err = w.ce.Activities(ctx, w.Student, w.Student.TherapistID, "", core.Page{Cursor: "x"})
		wantCode(t, err, "bad_cursor")
	})
}

// A certificate that was replaced or dropped before it was reported is not kept;
// that of a rejected activity is.
func TestService_Attach_KeepsNoOther(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		kept := func() (n int) {
			if err := w.SQL.QueryRow(`SELECT count(*) FROM documents`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		a, err := w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, course("Replaced", "2026-10-01", "1 h"))
		for range 2 {
			if err == nil {
				a, err = w.ce.Attach(ctx, w.Student, a.ID, 0, "c.pdf", pdf)
			}
		}
		if err != nil || kept() != 1 {
			t.Fatalf("%d are kept after a replacement, %v", kept(), err)
		}
		if err := w.ce.DropActivity(ctx, w.Student, a.ID, 0); err != nil || kept() != 0 {
			t.Errorf("%d are kept after the activity was dropped, %v", kept(), err)
		}
		rejected := w.reported(t, course("Rejected", "2026-10-01", "1 h"))
		if _, err := w.ce.Reject(ctx, w.fresh(w.Registrar), rejected.ID, 0, "Unreadable."); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ce.Attach(ctx, w.Student, rejected.ID, 0, "c.pdf", scan()); err != nil || kept() != 2 {
			t.Errorf("%d are kept after what was rejected was fixed, %v", kept(), err)
		}
		if _, err := w.ce.SaveActivity(ctx, w.Student, rejected.ID, 0, course("Rejected", "2026-10-02", "1 h")); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ce.Attach(ctx, w.Student, rejected.ID, 0, "d.pdf", pdf); err != nil || kept() != 2 {
			t.Errorf("%d are kept after what was fixed was replaced, %v", kept(), err)
		}
		if err := w.ce.DropActivity(ctx, w.Student, rejected.ID, 0); err != nil || kept() != 1 {
			t.Errorf("%d are kept after it was dropped: what was rejected stays, %v", kept(), err)
		}
	})
}
