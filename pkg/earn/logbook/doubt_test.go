package logbook_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// elsewhere is a program of the other school.
func elsewhere(t *testing.T, f *kepttest.Fixture) core.ProgramID {
	t.Helper()
	body, err := standard.Demo().Marshal()
	if err != nil {
		t.Fatal(err)
	}
	v := ok[logbook.ProgramVersion](t)(f.Logbook.PublishProgram(bg, f.OtherOffice, f.Other.ID, logbook.PublishProgram{Code: "mmf", Title: "Foundations", Standard: body}))
	return v.ProgramID
}

// valid is what counts of an enrollment, and what is recorded.
func valid(t *testing.T, f *kepttest.Fixture, by core.EnrollmentID) (counts, recorded core.Minutes) {
	t.Helper()
	p := ok[logbook.Progress](t)(f.Logbook.Progress(bg, f.OtherOffice, by))
	return p.Standing.Valid, p.Standing.Recorded
}

func join(t *testing.T, f *kepttest.Fixture, e logbook.Enrollment) {
	t.Helper()
	err := f.DB.Write(bg, func(ctx context.Context, tx *store.Tx) error {
		if err := kept.On(tx).JoinFile(ctx, e.TherapistID, f.Student.AccountID, f.Source.Now()); err != nil {
			return err
		}
		_, err := kept.On(tx).EnsureMember(ctx, core.Member{
			ID: core.NewID[core.MemberID](f.Source), OrganizationID: f.Other.ID, AccountID: f.Student.AccountID, Role: core.RoleStudent, CreatedAt: f.Source.Now(),
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	f.Student = f.SignedIn(t, f.Student.Email)
}

// Of two sessions in files of two schools that share time the one that was signed later
// does not count until its school has decided. Neither school is told of the other's:
// logging and signing give no error.
func TestService_Doubt(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		s := f.Logbook
		e := ok[logbook.Enrollment](t)(s.Enroll(bg, f.OtherOffice, f.Other.ID, logbook.Enroll{
			Email: f.Student.Email, Name: f.Student.Name, ProgramID: elsewhere(t, f), EnrolledOn: core.Date{Year: 2025, Month: 9, Day: 1},
		}))
		if e.TherapistID == f.Student.TherapistID {
			t.Fatal("the other school has the record itself")
		}
		join(t, f, e)
		f.Signed(t, f.Session(t, 0))
		otto, _ := f.OtherTeacher.Member(f.Other.ID, core.RoleSupervisor)
		in := f.Session(t, 0)
		in.SupervisorID = otto
		twice := ok[core.Entry](t)(s.Log(bg, f.Student, e.ID, in))
		in = f.Session(t, 3)
		in.SupervisorID = otto
		once := ok[core.Entry](t)(s.Log(bg, f.Student, e.ID, in))
		ok[logbook.Signing](t)(s.Sign(bg, f.OtherTeacher, f.Other.ID, []logbook.EntryRef{{ID: twice.ID, Version: twice.Version}, {ID: once.ID, Version: once.Version}}))
		if counts, recorded := valid(t, f, e.ID); counts != 120 || recorded != 240 {
			t.Errorf("%v of %v counts", counts, recorded)
		}
		seen := ok[logbook.EntryDetail](t)(s.Entry(bg, f.OtherOffice, twice.ID))
		own := ok[logbook.EntryDetail](t)(s.Entry(bg, f.Student, twice.ID))
		if len(seen.Doubts) != 1 || seen.Doubts[0].Other != "" || !seen.Doubts[0].OtherEntryID.IsZero() || len(own.Doubts) != 1 || own.Doubts[0].Other != f.School.Name {
			t.Errorf("the office sees %+v, the student %+v", seen.Doubts, own.Doubts)
		}

		yes := logbook.Verdict{Counts: true, Reason: "The other school wrote the wrong day."}
		_, err := s.DecideDoubt(bg, f.OtherTeacher, twice.ID, yes)
		wantCode(t, err, "forbidden")
		_, err = s.DecideDoubt(bg, f.Student, twice.ID, yes)
		wantCode(t, err, "forbidden")
		_, err = s.DecideDoubt(bg, f.Registrar, twice.ID, yes)
		wantCode(t, err, "not_found")
		_, err = s.DecideDoubt(bg, f.OtherOffice, twice.ID, logbook.Verdict{Counts: true})
		wantCode(t, err, "required")
		_, err = s.DecideDoubt(bg, f.OtherOffice, once.ID, yes)
		wantCode(t, err, "not_in_doubt")
		decided := ok[logbook.Doubt](t)(s.DecideDoubt(bg, f.OtherOffice, twice.ID, yes))
		if !decided.Counts || decided.DecidedByName != f.OtherOffice.Name {
			t.Errorf("%+v", decided)
		}
		f.CheckLedger(t)
		found := f.Tampered(t, "doubts", "UPDATE doubts SET verdict = 'does_not_count'")
		if !slices.Contains(found, words.English().Say("doctor.doubt", "id", twice.ID)) {
			t.Errorf("a changed decision is not found: %q", found)
		}
		if found = f.Tampered(t, "doubts", "DELETE FROM doubts"); !slices.ContainsFunc(found, func(s string) bool { return strings.Contains(s, "marked as overlapping") }) {
			t.Errorf("a doubt that was taken away is not found: %q", found)
		}
		_, err = s.DecideDoubt(bg, f.OtherOffice, twice.ID, logbook.Verdict{Reason: "No."})
		wantCode(t, err, "not_in_doubt")
		if counts, recorded := valid(t, f, e.ID); counts != 240 || recorded != 240 {
			t.Errorf("when it was decided %v of %v counts", counts, recorded)
		}
	})
}

// A file that becomes part of a record brings its sessions along: the one that was
// signed later is in doubt, though nobody has signed since.
func TestService_Doubt_Joined(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		s := f.Logbook
		program := elsewhere(t, f)
		f.Signed(t, f.Session(t, 0))
		row := "mara.quill@students.example,Mara Quill,2026-01-01,08:00,10:00,0,pathology,classroom,in-person," + f.OtherTeacher.Email + ",\n"
		r := ok[logbook.ImportReport](t)(s.Import(bg, f.OtherOffice, f.Other.ID, logbook.ImportRequest{ProgramID: program, Filename: "a.csv", File: strings.NewReader(header + row)}))
		if r.Import.Accepted != 1 {
			t.Fatalf("the other school is told of the session: %+v", r.Report)
		}
		found := ok[core.List[logbook.EnrollmentRow]](t)(s.Enrollments(bg, f.OtherOffice, f.Other.ID, logbook.EnrollmentFilter{}, core.Page{}))
		e := found.Items[0].Enrollment
		second := f.Actor(t, f.Other, core.RoleRegistrar, "Sam Second", "sam@stillwater.example")
		ok[logbook.Import](t)(s.ApproveImport(bg, second, r.Import.ID, 0, ""))
		if err := s.ApplyImports().Do(bg, r.Import.ID.String()); err != nil {
			t.Fatal(err)
		}
		if counts, _ := valid(t, f, e.ID); counts != 120 {
			t.Errorf("before it is part of the record %v counts", counts)
		}
		join(t, f, e)
		if counts, recorded := valid(t, f, e.ID); counts != 0 || recorded != 120 {
			t.Errorf("%v of %v counts", counts, recorded)
		}
	})
}

// A person may have two files of one school, as who left and came back has: a session in
// both of them is a doubt, too.
func TestService_Doubt_SameSchool(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		f.Signed(t, f.Session(t, 0))
		program := ok[core.List[logbook.ProgramVersion]](t)(f.Logbook.Programs(bg, f.Registrar, f.School.ID, core.Page{})).Items[0].ProgramID
		e := ok[logbook.Enrollment](t)(f.Logbook.Enroll(bg, f.Registrar, f.School.ID, logbook.Enroll{
			Email: "second@students.example", Name: f.Student.Name, ProgramID: program, EnrolledOn: core.Date{Year: 2025, Month: 9, Day: 1},
		}))
		join(t, f, e)
		twice := ok[core.Entry](t)(f.Logbook.Log(bg, f.Student, e.ID, f.Session(t, 0)))
		ok[logbook.Signing](t)(f.Logbook.Sign(bg, f.Alvarez, f.School.ID, []logbook.EntryRef{{ID: twice.ID, Version: twice.Version}}))
		if p := ok[logbook.Progress](t)(f.Logbook.Progress(bg, f.Registrar, e.ID)); p.Standing.Valid != 0 || p.Standing.Recorded != 120 {
			t.Errorf("%v of %v counts", p.Standing.Valid, p.Standing.Recorded)
		}
		f.CheckLedger(t)
	})
}

// Who left is enrolled again in another file, once the enrollment that they had is
// closed; that one stays as it is, and part of their record.
func TestService_Enroll_AfterLeaving(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		program := ok[core.List[logbook.ProgramVersion]](t)(f.Logbook.Programs(bg, f.Registrar, f.School.ID, core.Page{})).Items[0].ProgramID
		in := logbook.Enroll{Email: "leaver@students.example", Name: f.Student.Name, ProgramID: program, EnrolledOn: core.Date{Year: 2025, Month: 9, Day: 1}}
		first := ok[logbook.Enrollment](t)(f.Logbook.Enroll(bg, f.Registrar, f.School.ID, in))
		join(t, f, first)
		change := func(fn func(ctx context.Context, tx kept.Tx) error) {
			t.Helper()
			if err := f.DB.Write(bg, func(ctx context.Context, tx *store.Tx) error { return fn(ctx, kept.On(tx)) }); err != nil {
				t.Fatal(err)
			}
		}
		change(func(ctx context.Context, tx kept.Tx) error {
			return tx.LeaveFiles(ctx, f.Student.TherapistID, f.School.ID, f.Source.Now())
		})
		_, err := f.Logbook.Enroll(bg, f.Registrar, f.School.ID, in)
		wantCode(t, err, "still_enrolled")
		change(func(ctx context.Context, tx kept.Tx) error {
			return tx.SetEnrollmentState(ctx, first.ID, core.EnrollmentActive, core.EnrollmentWithdrawn)
		})
		again := ok[logbook.Enrollment](t)(f.Logbook.Enroll(bg, f.Registrar, f.School.ID, in))
		if again.TherapistID == first.TherapistID || !again.AccountID.IsZero() {
			t.Errorf("enrolled again in %+v", again)
		}
		if mine := ok[[]logbook.EnrollmentRow](t)(f.Logbook.MyEnrollments(bg, f.Student)); len(mine) != 2 {
			t.Errorf("the record has %d enrollments", len(mine))
		}
	})
}
