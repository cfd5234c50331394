package renewal_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

func stateOf(c renewal.Checklist, step string) renewal.Step {
	for _, s := range c.Steps {
		if s.Key == step {
			return s
		}
	}
	return renewal.Step{}
}

func TestService_Checklist(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		for state, want := range map[string]struct {
			known                     bool
			education, cpr, insurance renewal.StepState
			confidence                string
		}{
			"FL": {true, renewal.StepUnknown, renewal.StepUnknown, renewal.StepUnknown, renewal.ConfidenceHigh},
			"MD": {true, renewal.StepUnknown, renewal.StepMissing, renewal.StepUnknown, renewal.ConfidenceMedium},
			"AL": {true, renewal.StepUnknown, renewal.StepUnknown, renewal.StepMissing, renewal.ConfidenceHigh},
			"OH": {true, renewal.StepUnknown, renewal.StepUnknown, renewal.StepUnknown, renewal.ConfidenceLow},
			"ME": {false, renewal.StepUnknown, renewal.StepUnknown, renewal.StepUnknown, ""},
		} {
			l := d.license(state, "N1", "2027-01-22")
			c, err := d.Checklist(ctx, d.Student, l.ID)
			if err != nil {
				t.Fatal(err)
			}
			e, confidence := stateOf(c, renewal.StepEducation), ""
			if e.Fact != nil {
				confidence = e.Fact.Confidence
			}
			if c.Known != want.known || e.State != want.education || stateOf(c, renewal.StepCPR).State != want.cpr ||
				stateOf(c, renewal.StepInsurance).State != want.insurance || confidence != want.confidence {
				t.Errorf("%s: %+v", state, c.Steps)
			}
			if fee := stateOf(c, renewal.StepFee); fee.State != renewal.StepMissing || c.Left != 60 || !c.Own {
				t.Errorf("%s: %d days left, the fee is %+v", state, c.Left, fee)
			}
		}
	})
}

// The courses of the present period count, each once, the earlier ones do not.
func TestService_Checklist_Courses(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		l := d.license("FL", "MA1", "2027-01-22")
		for i, days := range [][]string{{"2025-01-22"}, {"2025-01-23", "2026-01-23"}, {"2026-11-01"}} {
			c, err := d.Specialty.CreateCourse(ctx, d.Registrar, d.School.ID, specialty.CourseInput{
				Code: fmt.Sprintf("C%d", i), Title: "Course", Specialty: "ethics", Minutes: core.Minutes(60 << i),
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, day := range days {
				_, err := d.Specialty.RecordCompletion(ctx, d.Registrar, c.ID, specialty.CompletionInput{
					TherapistID: d.Student.TherapistID, CompletedOn: date(day), Instructor: "Sam Super",
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		c, err := d.Checklist(ctx, d.Registrar, l.ID)
		if e := stateOf(c, renewal.StepEducation); err != nil || !strings.Contains(e.Why, "Courses of 6 h completed from Jan 23, 2025 on are recorded") || c.Own {
			t.Errorf("%v %+v", err, e)
		}
	})
}

func TestService_Tick(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		l := d.license("MD", "R1", "2027-01-22")
		c, err := d.Tick(ctx, d.Student, l.ID, renewal.StepCPR, renewal.TickInput{DoneOn: date("2026-11-20"), Note: " Red Cross "})
		if s := stateOf(c, renewal.StepCPR); err != nil || s.State != renewal.StepDone || s.Tick.Note != "Red Cross" || c.Done() != 1 {
			t.Fatalf("%v %+v", err, s)
		}
		if c, err = d.Untick(ctx, d.Student, l.ID, renewal.StepCPR); err != nil || c.Done() != 0 {
			t.Errorf("%v, %d done", err, c.Done())
		}
		if _, err := d.Tick(ctx, d.Student, l.ID, renewal.StepFee, renewal.TickInput{DoneOn: date("2026-11-20")}); err != nil {
			t.Error(err)
		}
		_, err = d.Licensure.RenewLicense(ctx, d.Student, l.ID, 0, licensure.RenewalInput{ExpiresOn: date("2029-01-22"), RenewedOn: date("2026-11-23")})
		if err != nil {
			t.Fatal(err)
		}
		if c, err = d.Checklist(ctx, d.Student, l.ID); err != nil || c.Done() != 0 {
			t.Errorf("the next renewal begins with %d done, %v", c.Done(), err)
		}
		for name, c := range map[string]struct {
			step string
			in   renewal.TickInput
			code string
		}{
			"no day":       {renewal.StepFee, renewal.TickInput{}, "required"},
			"not come yet": {renewal.StepFee, renewal.TickInput{DoneOn: date("2026-11-24")}, "date_in_future"},
			"no step":      {"dance", renewal.TickInput{DoneOn: date("2026-11-20")}, "unknown_step"},
			"a long note":  {renewal.StepFee, renewal.TickInput{DoneOn: date("2026-11-20"), Note: strings.Repeat("x", 201)}, "too_long"},
		} {
			if _, err := d.Tick(ctx, d.Student, l.ID, c.step, c.in); core.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		good := renewal.TickInput{DoneOn: date("2026-11-20")}
		if _, err := d.Tick(ctx, d.Registrar, l.ID, renewal.StepFee, good); core.CodeOf(err) != "forbidden" {
			t.Errorf("the office: %v", err)
		}
		if _, err := d.Tick(ctx, d.Stranger, l.ID, renewal.StepFee, good); core.CodeOf(err) != "not_found" {
			t.Errorf("another school: %v", err)
		}
		if _, err := d.Checklist(ctx, d.Stranger, l.ID); core.CodeOf(err) != "not_found" {
			t.Errorf("another school: %v", err)
		}
	})
}

// What a source of the program knows takes the place of what the service guesses.
func TestService_Knowing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		l := d.license("MD", "R1", "2027-01-22")
		d.Knowing(renewal.StepCPR, func(_ context.Context, l core.License, _ core.Date) (renewal.Finding, error) {
			return renewal.Finding{State: renewal.StepDone, Why: "In force until " + l.ExpiresOn.String() + "."}, nil
		})
		c, err := d.Checklist(context.Background(), d.Student, l.ID)
		if s := stateOf(c, renewal.StepCPR); err != nil || s.State != renewal.StepDone || s.Why != "In force until 2027-01-22." {
			t.Errorf("%v %+v", err, s)
		}
	})
}

func TestService_Expiring(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		for i, ends := range []string{"2026-10-23", "2026-10-24", "2026-12-01", "2026-12-01", "2027-02-21", "2027-02-22"} {
			d.license("FL", fmt.Sprintf("MA%d", i), ends)
		}
		var got []string
		page := core.Page{Limit: 2}
		for {
			part, err := d.Expiring(ctx, d.Registrar, d.School.ID, 90, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range part.Items {
				got = append(got, e.Number+" "+e.ExpiresOn.String()+" "+e.Name)
			}
			if page.Cursor = part.Next; part.Next == "" {
				break
			}
		}
		const want = "MA1 2026-10-24 Ada Example, MA2 2026-12-01 Ada Example, MA3 2026-12-01 Ada Example, MA4 2027-02-21 Ada Example"
		if list := strings.Join(got, ", "); list != want {
			t.Errorf("listed %s", list)
		}
		if part, err := d.Expiring(ctx, d.Stranger, d.Other.ID, 730, core.Page{}); err != nil || len(part.Items) != 0 {
			t.Errorf("another school sees %+v, %v", part.Items, err)
		}
		for name, err := range map[string]error{
			"forbidden": func() error { _, err := d.Expiring(ctx, d.Student, d.School.ID, 90, core.Page{}); return err }(),
			"not_found": func() error { _, err := d.Expiring(ctx, d.Stranger, d.School.ID, 90, core.Page{}); return err }(),
			"bad_days":  func() error { _, err := d.Expiring(ctx, d.Registrar, d.School.ID, 731, core.Page{}); return err }(),
			"bad_cursor": func() error {
				_, err := d.Expiring(ctx, d.Registrar, d.School.ID, 9, core.Page{Cursor: "x"})
				return err
			}(),
		} {
			if core.CodeOf(err) != name {
				t.Errorf("%v, want %s", err, name)
			}
		}
	})
}

func TestService_RenewLicense(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		l := d.license("FL", "MA1", "2027-01-22")
		for name, c := range map[string]struct {
			version int
			in      licensure.RenewalInput
			code    string
		}{
			"nothing":     {0, licensure.RenewalInput{}, "invalid"},
			"not later":   {0, licensure.RenewalInput{ExpiresOn: date("2027-01-22"), RenewedOn: date("2026-11-23")}, "not_later"},
			"old version": {7, licensure.RenewalInput{ExpiresOn: date("2029-01-22"), RenewedOn: date("2026-11-23")}, "stale"},
		} {
			if _, err := d.Licensure.RenewLicense(ctx, d.Student, l.ID, c.version, c.in); core.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		got, err := d.Licensure.RenewLicense(ctx, d.Student, l.ID, l.Version, licensure.RenewalInput{
			ExpiresOn: date("2029-01-22"), RenewedOn: date("2026-11-23"), Method: core.MethodPrimarySource, Note: "By mail",
		})
		if err != nil || got.ExpiresOn != date("2029-01-22") || got.Version != l.Version+1 {
			t.Fatalf("%v %+v", err, got)
		}
		e := got.Last(core.Term)
		if e.Method != core.MethodSelfReport || e.Status != core.Renewed || e.Until != date("2029-01-22") || e.Note != "By mail" {
			t.Errorf("the event is %+v", e)
		}
		if _, err := d.Licensure.RenewLicense(ctx, d.Stranger, l.ID, 0, licensure.RenewalInput{}); core.CodeOf(err) != "not_found" {
			t.Errorf("another school: %v", err)
		}
	})
}

// A calendar shows the classes that are planned, and what others add.
func TestService_Agenda_Further(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		member, _ := d.Supervisor.Member(d.School.ID, core.RoleSupervisor)
		var program core.ProgramID
		d.Write(func(ctx context.Context, tx *store.Tx) error {
			p, err := kept.On(tx).ProgramByCode(ctx, d.School.ID, "mmf")
			program = p.ID
			return err
		})
		for _, day := range []string{"2026-11-20", "2026-12-01"} {
			_, err := classroom.New(store.Bind(d.DB, func(tx *store.Tx) classroom.Tx { return kept.On(tx) }), d.Src).Plan(ctx, d.Supervisor, d.School.ID, classroom.PlanInput{
				ProgramID: program, InstructorID: member, CheckIn: classroom.CheckInRoster,
				SessionInput: core.SessionInput{Date: date(day), Start: "09:00", End: "11:00", Subject: "massage-practice", Setting: core.Lab, Delivery: core.InPerson},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		cycle := renewal.Event{UID: "cycle-1", Day: date("2026-12-31"), Title: "Cycle ends"}
		d.Showing(func(_ context.Context, therapist core.TherapistID, _ time.Time) ([]renewal.Event, error) {
			if therapist != d.Student.TherapistID {
				t.Errorf("asked for %s", therapist)
			}
			return []renewal.Event{cycle}, nil
		})
		secret, err := d.MakeCalendar(ctx, d.Student, d.Student.TherapistID)
		if err != nil {
			t.Fatal(err)
		}
		a, err := d.Agenda(ctx, secret)
		if err != nil || len(a.Events) != 2 || a.Events[1].UID != cycle.UID {
			t.Fatalf("%v %+v", err, a.Events)
		}
		if e := a.Events[0]; e.Start != time.Date(2026, 12, 1, 14, 0, 0, 0, time.UTC) || e.End.Sub(e.Start) != 2*time.Hour || !strings.HasPrefix(e.UID, "class-") {
			t.Errorf("the class is %+v", e)
		}
	})
}

func TestService_Agenda(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		l := d.license("FL", "MA1", "2027-01-22")
		d.license("GA", "MT7", "2025-10-01") // long over
		d.at("2026-11-23T16:00:00Z")
		secret, err := d.MakeCalendar(ctx, d.Student, d.Student.TherapistID)
		if err != nil || len(secret) != 4+43 {
			t.Fatal(secret, err)
		}
		a, err := d.Agenda(ctx, secret)
		if err != nil || a.Name != "Palmar: Ada Example" || len(a.Events) != 1 {
			t.Fatalf("%v %+v", err, a)
		}
		e := a.Events[0]
		if e.UID != "license-"+l.ID.String() || e.Day != date("2027-01-22") || len(e.Alarms) != 5 || e.Revision != 0 || e.Link != base+"/licenses/"+l.ID.String()+"/renewal" {
			t.Errorf("the event is %+v", e)
		}
		if p, err := d.Preferences(ctx, d.Student, d.Student.TherapistID); err != nil || p.Calendar.IsZero() {
			t.Errorf("the preferences are %+v, %v", p, err)
		}
		again, err := d.MakeCalendar(ctx, d.Student, d.Student.TherapistID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Licensure.RenewLicense(ctx, d.Student, l.ID, 0, licensure.RenewalInput{ExpiresOn: date("2029-01-22"), RenewedOn: date("2026-11-23")})
		if err != nil {
			t.Fatal(err)
		}
		d.at("2026-11-23T17:00:00Z")
		next, err := d.Agenda(ctx, again)
		if err != nil || next.Events[0].UID != e.UID || next.Events[0].Revision != 1 || !next.Events[0].ChangedAt.After(e.ChangedAt) {
			t.Errorf("after the renewal the event is %+v, %v", next.Events, err)
		}
		if err := d.RevokeCalendar(ctx, d.Student, d.Student.TherapistID); err != nil {
			t.Fatal(err)
		}
		for name, s := range map[string]string{
			"none": "", "replaced": secret, "revoked": again, "wrong": "plc_" + strings.Repeat("A", 43), "of another kind": "plt_" + again[4:], "long": again + "A",
		} {
			if _, err := d.Agenda(ctx, s); core.CodeOf(err) != "not_found" {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := d.MakeCalendar(ctx, d.Registrar, d.Student.TherapistID); core.CodeOf(err) != "forbidden" {
			t.Errorf("the office: %v", err)
		}
	})
}

// The doctor finds a license that nobody would be reminded of.
func TestService_Doctor(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		l := d.license("FL", "MA1", "2027-01-22")
		d.license("GA", "MT7", "2027-01-22")
		if told, err := d.Service.Doctor(context.Background()); err != nil || len(told) != 0 {
			t.Fatalf("%q, %v", told, err)
		}
		d.exec("UPDATE due_things SET expires_on = '2027-01-23' WHERE subject_id = ?", l.ID.String())
		if told, err := d.Service.Doctor(context.Background()); err != nil || len(told) != 1 || !strings.Contains(words.English().Write(told[0]), l.ID.String()) {
			t.Errorf("%q, %v", told, err)
		}
	})
}
