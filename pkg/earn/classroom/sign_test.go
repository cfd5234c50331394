package classroom_test

import (
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook"
)

func TestService_MarkRoster(t *testing.T) {
	each(t, func(r *room) {
		c := r.planned(classroom.CheckInClock)
		r.is("12:58:30")
		clocked, err := r.service.Clock(r.ctx, r.Student, c.ID, classroom.In, classroom.Proof{})
		r.ok(err)
		r.is("14:00:00")
		d, err := r.service.MarkRoster(r.ctx, r.Alvarez, c.ID, c.Version, []classroom.MarkInput{
			{EnrollmentID: r.Enrollment, Mark: core.MarkPresent, In: "12:58", Out: "14:30", Grade: 91},
			{EnrollmentID: r.Enrollment2, Mark: core.MarkExcused},
		})
		r.ok(err)
		if d.Class.Version != c.Version+1 || len(d.Roster) != 2 {
			r.t.Errorf("marked %+v", d)
		}
		own := r.attendance(c.ID, r.Student)
		// The same minute again leaves what was known to the second.
		if !own.In.Equal(clocked.In) || own.InBy != classroom.ClockedSelf || !own.Out.Equal(r.wall("14:30:00")) || own.OutBy != classroom.ClockedInstructor || !own.Graded || own.Grade != 91 {
			r.t.Errorf("of the one who came: %+v", own)
		}
		if other := r.attendance(c.ID, r.Student2); other.Mark != core.MarkExcused || other.Graded || !other.In.IsZero() {
			r.t.Errorf("of the other: %+v", other)
		}
		_, err = r.service.MarkRoster(r.ctx, r.Alvarez, c.ID, c.Version, nil)
		r.refused(err, "stale")
		_, err = r.service.MarkRoster(r.ctx, r.Okafor, c.ID, 0, nil)
		r.refused(err, "other_supervisor")
		for name, a := range map[string]access.Actor{"the office": r.Registrar, "a student": r.Student} {
			_, err = r.service.MarkRoster(r.ctx, a, c.ID, 0, nil)
			r.run(name, func(r *room) { r.refused(err, "forbidden") })
		}
	})
}

func TestService_MarkRoster_ErrFields(t *testing.T) {
	each(t, func(r *room) {
		c := r.planned(classroom.CheckInRoster)
		for _, m := range []struct {
			name  string
			marks []classroom.MarkInput
			want  []string
		}{
			{"no mark", []classroom.MarkInput{{EnrollmentID: r.Enrollment, Mark: "late"}}, []string{"marks[0].mark", "unknown_mark"}},
			{"a stranger", []classroom.MarkInput{present(core.NewID[core.EnrollmentID](r.Source))}, []string{"marks[0].enrollment_id", "unknown_student"}},
			{"twice", []classroom.MarkInput{present(r.Enrollment), absent(r.Enrollment)}, []string{"marks[1].enrollment_id", "unknown_student"}},
			{"no time", []classroom.MarkInput{{EnrollmentID: r.Enrollment, Mark: core.MarkPresent, In: "one"}}, []string{"marks[0].in", "bad_time"}},
			{"left before coming", []classroom.MarkInput{{EnrollmentID: r.Enrollment, Mark: core.MarkPresent, In: "14:00", Out: "13:59"}}, []string{"marks[0].out", "bad_time"}},
			{"long after", []classroom.MarkInput{{EnrollmentID: r.Enrollment, Mark: core.MarkPresent, Out: "15:31"}}, []string{"marks[0].out", "outside_class"}},
			{"long before", []classroom.MarkInput{{EnrollmentID: r.Enrollment, Mark: core.MarkPresent, In: "12:29"}}, []string{"marks[0].in", "outside_class"}},
			{"a grade of 101", []classroom.MarkInput{{EnrollmentID: r.Enrollment, Mark: core.MarkPresent, Grade: 101}}, []string{"marks[0].grade", "bad_grade"}},
			{"a grade of -1", []classroom.MarkInput{{EnrollmentID: r.Enrollment, Mark: core.MarkPresent, Grade: -1}}, []string{"marks[0].grade", "bad_grade"}},
			{"all at once", []classroom.MarkInput{{EnrollmentID: r.Enrollment, Mark: "x", Grade: 101}, {EnrollmentID: r.Enrollment2, Mark: "y"}}, []string{"marks[0].mark", "unknown_mark", "marks[0].grade", "bad_grade", "marks[1].mark", "unknown_mark"}},
		} {
			r.run(m.name, func(r *room) {
				_, err := r.service.MarkRoster(r.ctx, r.Alvarez, c.ID, 0, m.marks)
				r.refused(err, "", m.want...)
			})
		}
		if d, err := r.service.Class(r.ctx, r.Alvarez, c.ID); err != nil || d.Class.Version != c.Version || d.Roster[0].Mark != core.MarkExpected {
			r.t.Errorf("a refused mark is kept: %+v, %v", d, err)
		}
	})
}

// A class over midnight takes times of both days, and one in the night in which
// the clock is set forward none that it never showed.
func TestService_MarkRoster_Night(t *testing.T) {
	each(t, func(r *room) {
		r.Clock.Set(time.Date(2027, 3, 1, 17, 0, 0, 0, time.UTC))
		in := r.input(classroom.CheckInRoster)
		in.Date, in.Start, in.End, in.Break = core.Date{Year: 2027, Month: time.March, Day: 13}, "23:00", "04:00", 0
		c, err := r.service.Plan(r.ctx, r.Alvarez, r.School.ID, in)
		r.ok(err)
		if c.Session.Minutes != 240 { // 02:00 to 03:00 is not in this night
			r.t.Errorf("the night has %d minutes", c.Session.Minutes)
		}
		d := r.marked(c, classroom.MarkInput{EnrollmentID: r.Enrollment, Mark: core.MarkPresent, In: "23:30", Out: "03:30"}, absent(r.Enrollment2))
		if stay := d.Roster[0].Out.Sub(d.Roster[0].In); stay != 3*time.Hour {
			r.t.Errorf("from 23:30 to 03:30 is %s", stay)
		}
		_, err = r.service.MarkRoster(r.ctx, r.Alvarez, c.ID, 0, []classroom.MarkInput{{EnrollmentID: r.Enrollment, Mark: core.MarkPresent, Out: "02:30"}})
		r.refused(err, "nonexistent_time", "marks[0].out", "nonexistent_time")

		in.Date = core.Date{Year: 2026, Month: time.October, Day: 31} // the clock is set back
		c, err = r.service.Plan(r.ctx, r.Alvarez, r.School.ID, in)
		r.ok(err)
		if c.Session.Minutes != 360 {
			r.t.Errorf("the long night has %d minutes", c.Session.Minutes)
		}
	})
}

func TestService_Sign(t *testing.T) {
	each(t, func(r *room) {
		c := r.planned(classroom.CheckInClock)
		r.is("13:05:10")
		_, err := r.service.Clock(r.ctx, r.Student, c.ID, classroom.In, classroom.Proof{})
		r.ok(err)
		r.is("14:59:59")
		_, err = r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
		r.refused(err, "not_over")
		_, err = r.service.Clock(r.ctx, r.Student, c.ID, classroom.Out, classroom.Proof{})
		r.ok(err)
		r.is("15:00:00")
		_, err = r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
		r.refused(err, "unmarked", "roster[1]", "unmarked")
		d := r.marked(c, classroom.MarkInput{EnrollmentID: r.Enrollment2, Mark: core.MarkPresent, Out: "14:00", Grade: 88})
		for _, bad := range []struct {
			name string
			by   access.Actor
			code string
		}{
			{"another supervisor", r.fresh(r.Okafor), "other_supervisor"},
			{"the office", r.fresh(r.Registrar), "forbidden"},
			{"a student", r.fresh(r.Student), "forbidden"},
			{"someone who signed in this morning", r.Alvarez, "reauthentication_required"},
		} {
			r.run(bad.name, func(r *room) {
				_, err := r.service.Sign(r.ctx, bad.by, c.ID, 0)
				r.refused(err, bad.code)
			})
		}
		_, err = r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, d.Class.Version-1)
		r.refused(err, "stale")
		signed, err := r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, d.Class.Version)
		r.ok(err)
		if signed.Class.State != classroom.ClassSigned || signed.Class.SignedAt.IsZero() || signed.Class.Version != d.Class.Version+1 {
			r.t.Errorf("signed %+v", signed.Class)
		}
		// 13:06 to 14:59, and 13:00 to 14:00, without ten minutes of break.
		if one, two := r.recorded(r.Student), r.recorded(r.Student2); one != 103 || two != 50 {
			r.t.Errorf("the ledger has %d and %d minutes", one, two)
		}
		entry, err := r.Logbook.Entry(r.ctx, r.Student2, signed.Roster[1].EntryID)
		r.ok(err)
		if e := entry.Entry; e.State != core.EntrySigned || e.SupervisorName != "Rosa Alvarez" || !e.Session.Graded || e.Session.Grade != 88 || e.Session.Subject != "kinesiology" {
			r.t.Errorf("the entry is %+v", e)
		}
		_, err = r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
		r.refused(err, "not_planned")
		_, err = r.service.MarkRoster(r.ctx, r.Alvarez, c.ID, 0, nil)
		r.refused(err, "not_planned")
		_, err = r.service.Cancel(r.ctx, r.Alvarez, c.ID, 0)
		r.refused(err, "not_planned")
		r.CheckLedger(r.t)
	})
}

// What the instructor can settle in the roster keeps all from being signed.
func TestService_Sign_ErrRoster(t *testing.T) {
	each(t, func(r *room) {
		signs := func(c classroom.Class) error {
			r.is("15:00:00")
			_, err := r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
			return err
		}
		r.run("missed punch", func(r *room) {
			c := r.planned(classroom.CheckInClock)
			r.is("13:00:00")
			_, err := r.service.Clock(r.ctx, r.Student, c.ID, classroom.In, classroom.Proof{})
			r.ok(err)
			r.marked(c, present(r.Enrollment2))
			r.refused(signs(c), "missed_punch", "roster[0]", "missed_punch")
		})
		r.run("nothing left", func(r *room) {
			r.is("12:00:00")
			c := r.planned(classroom.CheckInRoster)
			r.marked(c, classroom.MarkInput{EnrollmentID: r.Enrollment, Mark: core.MarkPresent, In: "14:50"}, present(r.Enrollment2))
			r.refused(signs(c), "empty_session", "roster[0]", "empty_session")
		})
		if one, two := r.recorded(r.Student), r.recorded(r.Student2); one != 0 || two != 0 {
			r.t.Errorf("the ledger has %d and %d minutes", one, two)
		}
		r.CheckLedger(r.t)
	})
}

// elsewhere is a session of the second student, of the class's day, that waits.
func (r *room) elsewhere(start, end string) core.Entry {
	r.t.Helper()
	e, err := r.Logbook.Log(r.ctx, r.Student2, r.Enrollment2, logbook.LogEntry{SessionInput: core.SessionInput{
		Date: day, Start: start, End: end, Subject: "massage-practice", Setting: core.Lab, Delivery: core.InPerson,
	}, SupervisorID: r.Supervisor(r.t, r.Okafor), Submit: true})
	r.ok(err)
	return e
}

// One student's own session, which waits at another supervisor, does not keep the others
// from being signed. The student is named, and may have the class when it is settled.
func TestService_Sign_Waiting(t *testing.T) {
	each(t, func(r *room) {
		c := r.planned(classroom.CheckInRoster)
		r.is("15:00:00")
		// The first of two is over before the student came, so that only the second is against it.
		over, waits := r.elsewhere("13:00", "13:15"), r.elsewhere("14:30", "14:45")
		r.marked(c, present(r.Enrollment), classroom.MarkInput{EnrollmentID: r.Enrollment2, Mark: core.MarkPresent, In: "13:15", Out: "15:00"})
		d, err := r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
		r.ok(err)
		if d.Class.State != classroom.ClassSigned || len(d.Left) != 1 || d.Left[0].Entry.StudentName != r.Student2.Name || d.Left[0].Why.Code != "entry_overlap" {
			r.t.Fatalf("signed %+v", d)
		}
		if one, two := r.recorded(r.Student), r.recorded(r.Student2); one != 110 || two != 0 {
			r.t.Errorf("the ledger has %d and %d minutes", one, two)
		}
		if row := r.attendance(c.ID, r.Student2); !row.EntryID.IsZero() || row.Mark != core.MarkPresent {
			r.t.Errorf("of who was left: %+v", row)
		}
		_, err = r.Logbook.Withdraw(r.ctx, r.Student2, waits.ID, waits.Version)
		r.ok(err)
		missed, err := r.service.Missed(r.ctx, r.Student2, r.Enrollment2)
		if r.ok(err); len(missed) != 1 || missed[0].ID != c.ID {
			r.t.Errorf("may ask for %+v", missed)
		}
		_, err = r.Logbook.Withdraw(r.ctx, r.Student2, over.ID, over.Version)
		r.ok(err)
		r.CheckLedger(r.t)
	})
}

// Where nobody is left to be signed, that is the fault, and the class stays planned. Who
// left before the other session is not kept from anything.
func TestService_Sign_ErrNobodyLeft(t *testing.T) {
	each(t, func(r *room) {
		c := r.planned(classroom.CheckInRoster)
		r.is("15:00:00")
		r.elsewhere("14:30", "14:45")
		r.marked(c, absent(r.Enrollment), present(r.Enrollment2))
		_, err := r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
		r.refused(err, "entry_overlap", "roster", "entry_overlap")
		r.marked(c, present(r.Enrollment), classroom.MarkInput{EnrollmentID: r.Enrollment2, Mark: core.MarkPresent, Out: "14:30"})
		_, err = r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
		r.ok(err)
		if one, two := r.recorded(r.Student), r.recorded(r.Student2); one != 110 || two != 80 {
			r.t.Errorf("the ledger has %d and %d minutes", one, two)
		}
		r.CheckLedger(r.t)
	})
}

func TestService_Sign_ErrClosed(t *testing.T) {
	each(t, func(r *room) {
		c := r.planned(classroom.CheckInRoster)
		r.is("15:00:00")
		r.marked(c, present(r.Enrollment), present(r.Enrollment2))
		r.leaves(r.Enrollment2)
		d, err := r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
		r.ok(err)
		if len(d.Left) != 1 || d.Left[0].Entry.EnrollmentID != r.Enrollment2 || d.Left[0].Why.Code != "enrollment_closed" {
			r.t.Errorf("left %+v", d.Left)
		}
		if one, two := r.recorded(r.Student), r.recorded(r.Student2); one != 110 || two != 0 {
			r.t.Errorf("the ledger has %d and %d minutes", one, two)
		}
	})
}

// Nobody signs a session of their own, though they teach.
func TestService_Sign_ErrOwn(t *testing.T) {
	each(t, func(r *room) {
		e, err := r.Logbook.Enroll(r.ctx, r.Registrar, r.School.ID, logbook.Enroll{
			Email: r.Alvarez.Email, Name: r.Alvarez.Name, ProgramID: r.Version.ProgramID, EnrolledOn: day,
		})
		r.ok(err)
		alvarez := r.SignedIn(r.t, r.Alvarez.Email)
		c := r.planned(classroom.CheckInRoster)
		r.is("15:00:00")
		r.marked(c, present(e.ID), present(r.Enrollment), absent(r.Enrollment2))
		_, err = r.service.Sign(r.ctx, r.fresh(alvarez), c.ID, 0)
		r.refused(err, "own_record", "roster[2]", "own_record")
		r.marked(c, absent(e.ID))
		_, err = r.service.Sign(r.ctx, r.fresh(alvarez), c.ID, 0)
		r.ok(err)
	})
}

// A class that nobody came to is signed too, and earns nothing.
func TestService_Sign_Nobody(t *testing.T) {
	each(t, func(r *room) {
		c := r.planned(classroom.CheckInRoster)
		r.is("15:00:00")
		r.marked(c, absent(r.Enrollment), classroom.MarkInput{EnrollmentID: r.Enrollment2, Mark: core.MarkExcused})
		d, err := r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
		r.ok(err)
		if d.Class.State != classroom.ClassSigned || d.Class.Present != 0 || r.recorded(r.Student) != 0 || r.recorded(r.Student2) != 0 {
			r.t.Errorf("signed %+v, with %d and %d minutes", d.Class, r.recorded(r.Student), r.recorded(r.Student2))
		}
	})
}
