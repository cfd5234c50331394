package classroom_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
)

// The code on the screen changes every 20 seconds and is taken for five more.
func TestService_Code(t *testing.T) {
	each(t, func(r *room) {
		c, other := r.planned(classroom.CheckInQR), r.planned(classroom.CheckInQR)
		r.is("13:00:00")
		code, err := r.service.Code(r.ctx, r.Alvarez, c.ID)
		r.ok(err)
		if !code.Until.Equal(r.wall("13:00:20")) || len(code.Text) < 22 {
			r.t.Errorf("the code is %+v", code)
		}
		for _, step := range []struct {
			clock string
			same  bool
			taken string
		}{
			{"13:00:19", true, ""},
			{"13:00:20", false, ""},
			{"13:00:24", false, ""},
			{"13:00:25", false, "bad_code"},
			{"13:00:40", false, "bad_code"},
			{"13:20:00", false, "bad_code"},
		} {
			r.run(step.clock, func(r *room) {
				r.is(step.clock)
				now, err := r.service.Code(r.ctx, r.Alvarez, c.ID)
				r.ok(err)
				if (now.Text == code.Text) != step.same {
					r.t.Errorf("the code is %q, before it was %q", now.Text, code.Text)
				}
				if _, err := r.service.Scan(r.ctx, r.Student, c.ID, code.Text); core.CodeOf(err) != step.taken {
					r.t.Errorf("the first code gives %v, want %q", err, step.taken)
				}
				if _, err := r.service.Scan(r.ctx, r.Student, c.ID, now.Text); err != nil {
					r.t.Errorf("the code of now gives %v", err)
				}
				_, err = r.service.Scan(r.ctx, r.Student, other.ID, now.Text)
				r.refused(err, "bad_code", "code", "bad_code")
			})
		}
		r.is("13:00:59")
		before, err := r.service.Code(r.ctx, r.Alvarez, c.ID)
		r.ok(err)
		r.is("13:00:39") // a code is not taken early either
		_, err = r.service.Scan(r.ctx, r.Student, c.ID, before.Text)
		r.refused(err, "bad_code")
	})
}

func TestService_Code_Err(t *testing.T) {
	each(t, func(r *room) {
		c, roster := r.planned(classroom.CheckInQR), r.planned(classroom.CheckInRoster)
		for _, try := range []struct {
			name, clock string
			by          access.Actor
			class       core.ClassID
			code        string
		}{
			{"half an hour before", "12:29:59", r.Alvarez, c.ID, "class_closed"},
			{"then", "12:30:00", r.Alvarez, c.ID, ""},
			{"just before half an hour after", "15:29:59", r.Alvarez, c.ID, ""},
			{"then no more", "15:30:00", r.Alvarez, c.ID, "class_closed"},
			{"another supervisor", "13:00:00", r.Okafor, c.ID, "other_supervisor"},
			{"the office", "13:00:00", r.Registrar, c.ID, "forbidden"},
			{"a student", "13:00:00", r.Student, c.ID, "forbidden"},
			{"a class without codes", "13:00:00", r.Alvarez, roster.ID, "no_code"},
		} {
			r.run(try.name, func(r *room) {
				r.is(try.clock)
				if _, err := r.service.Code(r.ctx, try.by, try.class); core.CodeOf(err) != try.code {
					r.t.Errorf("gives %v, want %q", err, try.code)
				}
			})
		}
	})
}

// A ticket belongs to one sign-in, one class and one minute.
func TestService_Scan_Ticket(t *testing.T) {
	each(t, func(r *room) {
		c, other := r.planned(classroom.CheckInQR), r.planned(classroom.CheckInQR)
		r.is("13:00:00")
		code, err := r.service.Code(r.ctx, r.Alvarez, c.ID)
		r.ok(err)
		scan, err := r.service.Scan(r.ctx, r.Student, c.ID, code.Text)
		r.ok(err)
		if !scan.Until.Equal(r.wall("13:01:00")) || scan.ID != c.ID || scan.Attendance.Name != "Mara Quill" {
			r.t.Errorf("scanned %+v", scan)
		}
		if scan.Ticket == code.Text {
			r.t.Error("the ticket is the code")
		}
		elsewhere := r.Student
		elsewhere.SessionID = core.NewID[core.SessionID](r.Source)
		seconds, mac, _ := strings.Cut(scan.Ticket, ".")
		later, err := strconv.ParseInt(seconds, 10, 64)
		r.ok(err)
		flipped := []byte(mac)
		flipped[0] ^= 1
		use := func(a access.Actor, id core.ClassID, ticket string) error {
			_, err := r.service.Clock(r.ctx, a, id, classroom.In, classroom.Proof{Ticket: ticket})
			return err
		}
		for name, err := range map[string]error{
			"by someone else":          use(r.Student2, c.ID, scan.Ticket),
			"by another sign-in":       use(elsewhere, c.ID, scan.Ticket),
			"in another class":         use(r.Student, other.ID, scan.Ticket),
			"made longer":              use(r.Student, c.ID, strconv.FormatInt(later+3600, 10)+"."+mac),
			"with another seal":        use(r.Student, c.ID, seconds+"."+string(flipped)),
			"without a seal":           use(r.Student, c.ID, seconds),
			"of the code":              use(r.Student, c.ID, seconds+"."+code.Text),
			"of nothing":               use(r.Student, c.ID, "."),
			"with a plus in the time":  use(r.Student, c.ID, "+"+scan.Ticket),
			"with a zero in the time":  use(r.Student, c.ID, "0"+scan.Ticket),
			"with something behind it": use(r.Student, c.ID, scan.Ticket+"."),
		} {
			if core.CodeOf(err) != "bad_ticket" {
				r.t.Errorf("a ticket used %s gives %v", name, err)
			}
		}
		if d, err := r.service.Class(r.ctx, r.Alvarez, c.ID); err != nil || d.Class.Present != 0 {
			r.t.Fatalf("someone is present: %+v, %v", d, err)
		}

		r.is("13:00:59")
		r.ok(use(r.Student, c.ID, scan.Ticket))
		first := r.attendance(c.ID, r.Student)
		if !first.In.After(r.wall("13:00:59")) || !first.In.Before(r.wall("13:01:00")) || first.InBy != classroom.ClockedQR || first.Mark != core.MarkPresent {
			r.t.Errorf("clocked in: %+v", first)
		}
		r.ok(use(r.Student, c.ID, scan.Ticket)) // a second use changes nothing
		if again := r.attendance(c.ID, r.Student); again != first {
			r.t.Errorf("used twice: %+v, once: %+v", again, first)
		}
		r.is("13:01:01")
		r.refused(use(r.Student, c.ID, scan.Ticket), "bad_ticket", "ticket", "bad_ticket")
	})
}

// attendance is a student's line of the roster.
func (r *room) attendance(id core.ClassID, a access.Actor) classroom.Attendance {
	r.t.Helper()
	d, err := r.service.Class(r.ctx, r.Alvarez, id)
	r.ok(err)
	at := slices.IndexFunc(d.Roster, func(row classroom.Attendance) bool { return row.TherapistID == a.TherapistID })
	if at < 0 {
		r.t.Fatalf("%s is not on the roster", a.Name)
	}
	return d.Roster[at]
}

func TestService_Clock(t *testing.T) {
	each(t, func(r *room) {
		c := r.planned(classroom.CheckInClock)
		clock := func(at string, d classroom.Direction) (classroom.Attendance, error) {
			r.is(at)
			return r.service.Clock(r.ctx, r.Student, c.ID, d, classroom.Proof{})
		}
		_, err := clock("12:29:59", classroom.In)
		r.refused(err, "class_closed")
		_, err = clock("12:55:00", classroom.Out)
		r.refused(err, "not_in")
		_, err = clock("12:55:00", "sideways")
		r.refused(err, "bad_direction", "direction", "bad_direction")
		in, err := clock("12:56:00", classroom.In)
		r.ok(err)
		if in.Mark != core.MarkPresent || in.InBy != classroom.ClockedSelf || in.In.Sub(r.wall("12:56:00")) > time.Second {
			r.t.Errorf("clocked in: %+v", in)
		}
		again, err := clock("13:10:00", classroom.In)
		r.ok(err)
		if !again.In.Equal(in.In) || again.Version != in.Version {
			r.t.Errorf("the first clock-in does not stay: %+v, before %+v", again, in)
		}
		// Who comes back from the door clocks out once more.
		for _, at := range []string{"14:30:00", "15:29:59"} {
			out, err := clock(at, classroom.Out)
			r.ok(err)
			if out.Out.Sub(r.wall(at)) > time.Second || out.Out.Before(r.wall(at)) || out.OutBy != classroom.ClockedSelf {
				r.t.Errorf("clocked out at %s: %+v", at, out)
			}
		}
		_, err = clock("15:30:00", classroom.Out)
		r.refused(err, "class_closed")
		if kept := r.attendance(c.ID, r.Student); !kept.In.Equal(in.In) || kept.Out.Sub(r.wall("15:29:59")) > time.Second {
			r.t.Errorf("kept is %+v", kept)
		}
		if other := r.attendance(c.ID, r.Student2); other.Mark != core.MarkExpected || !other.In.IsZero() {
			r.t.Errorf("someone else is clocked: %+v", other)
		}
	})
}

func TestService_Clock_Err(t *testing.T) {
	each(t, func(r *room) {
		scanned, marked := r.planned(classroom.CheckInQR), r.planned(classroom.CheckInRoster)
		late, _ := r.Enrolled(r.t, "Lena Frost", "lena@students.example") // enrolled after the class was planned
		token := r.Student
		token.Token, token.SessionID = true, core.SessionID{}
		reader := r.Student
		reader.ReadOnly = true
		r.is("13:00:00")
		code, err := r.service.Code(r.ctx, r.Alvarez, scanned.ID)
		r.ok(err)
		good := classroom.Proof{Code: code.Text}
		for _, try := range []struct {
			name  string
			by    access.Actor
			class core.ClassID
			proof classroom.Proof
			code  string
		}{
			{"without a code", r.Student, scanned.ID, classroom.Proof{}, "code_required"},
			{"with a wrong code", r.Student, scanned.ID, classroom.Proof{Code: "AAAAAAAAAAAAAAAAAAAAAA"}, "bad_code"},
			{"with something behind the code", r.Student, scanned.ID, classroom.Proof{Code: code.Text + "A"}, "bad_code"},
			{"with a wrong ticket beside the code", r.Student, scanned.ID, classroom.Proof{Code: code.Text, Ticket: "1.x"}, "bad_ticket"},
			{"where the instructor marks", r.Student, marked.ID, good, "roster_only"},
			{"not on the roster", late, scanned.ID, good, "not_found"},
			{"the instructor", r.Alvarez, scanned.ID, good, "not_found"},
			{"nobody", access.Actor{}, scanned.ID, good, "unauthenticated"},
			{"a program with a token", token, scanned.ID, good, "person_required"},
			{"who may only read", reader, scanned.ID, good, "scope_missing"},
		} {
			r.run(try.name, func(r *room) {
				_, err := r.service.Clock(r.ctx, try.by, try.class, classroom.In, try.proof)
				r.refused(err, try.code)
			})
		}
		if d, err := r.service.Class(r.ctx, r.Alvarez, scanned.ID); err != nil || d.Class.Present != 0 {
			r.t.Errorf("someone is present: %+v, %v", d, err)
		}
		_, err = r.service.Scan(r.ctx, r.Student, marked.ID, code.Text)
		r.refused(err, "bad_code")
		if own, err := r.service.Clock(r.ctx, r.Student, scanned.ID, classroom.In, good); err != nil || own.InBy != classroom.ClockedQR {
			r.t.Errorf("a code alone: %+v, %v", own, err)
		}
	})
}

// Today has what a student can check in to now or within twelve hours, and
// Missed what they have no session of.
func TestService_Today_Missed(t *testing.T) {
	each(t, func(r *room) {
		c := r.planned(classroom.CheckInClock)
		tomorrow := r.input(classroom.CheckInClock)
		tomorrow.Date = day.AddDays(1)
		_, err := r.service.Plan(r.ctx, r.Alvarez, r.School.ID, tomorrow)
		r.ok(err)
		off := r.input(classroom.CheckInClock)
		off.Start, off.End = "16:00", "17:00"
		canceled, err := r.service.Plan(r.ctx, r.Alvarez, r.School.ID, off)
		r.ok(err)
		_, err = r.service.Cancel(r.ctx, r.Alvarez, canceled.ID, 0)
		r.ok(err)
		today := func(clock string) int {
			r.is(clock)
			mine, err := r.service.Today(r.ctx, r.Student)
			r.ok(err)
			return len(mine)
		}
		for clock, want := range map[string]int{"00:59:00": 0, "01:00:01": 1, "13:00:00": 1, "15:29:00": 1, "15:30:01": 0} {
			if got := today(clock); got != want {
				r.t.Errorf("at %s there are %d classes, want %d", clock, got, want)
			}
		}
		missed := func(a access.Actor, e core.EnrollmentID) []classroom.Mine {
			r.t.Helper()
			mine, err := r.service.Missed(r.ctx, a, e)
			r.ok(err)
			return mine
		}
		r.is("14:59:00")
		if mine := missed(r.Student, r.Enrollment); len(mine) != 0 {
			r.t.Errorf("missed before the end: %+v", mine)
		}
		r.is("15:00:00")
		if mine := missed(r.Student, r.Enrollment); len(mine) != 1 || mine[0].ID != c.ID || mine[0].Attendance.Mark != core.MarkExpected {
			r.t.Errorf("missed: %+v", mine)
		}
		if mine := missed(r.Student, r.Enrollment2); len(mine) != 0 {
			r.t.Errorf("someone else's enrollment tells %+v", mine)
		}
		r.marked(c, present(r.Enrollment), absent(r.Enrollment2))
		_, err = r.service.Sign(r.ctx, r.fresh(r.Alvarez), c.ID, 0)
		r.ok(err)
		if mine := missed(r.Student, r.Enrollment); len(mine) != 0 {
			r.t.Errorf("missed though signed: %+v", mine)
		}
		if mine := missed(r.Student2, r.Enrollment2); len(mine) != 1 {
			r.t.Errorf("who was absent missed %+v", mine)
		}
		if mine := missed(r.Alvarez, r.Enrollment); len(mine) != 0 {
			r.t.Errorf("who is no student missed %+v", mine)
		}
		r.Clock.Set(r.wall("15:00:01").AddDate(0, 0, 14))
		if mine := missed(r.Student2, r.Enrollment2); len(mine) != 1 || mine[0].Session.Date != day.AddDays(1) {
			r.t.Errorf("two weeks later: %+v", mine)
		}
	})
}
