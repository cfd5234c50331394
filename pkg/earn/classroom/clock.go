package classroom

import (
	"cmp"
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Direction is in or out.
type Direction string

// The directions.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Proof is what shows that a student saw the instructor's screen: the code, or
// the ticket that the code gave.
type Proof struct {
	Code   string
	Ticket string
}

// Scan is what a scanned code gives: the class and a ticket, which belongs to
// the actor's own sign-in, and its end.
type Scan struct {
	Mine
	Ticket string
	Until  time.Time
}

// Scan takes a code from the instructor's screen and changes nothing. It needs
// attendance.clock, which is a person's own and no API token's. Codes: bad_code,
// class_closed, not_planned; who is not on the roster gets not_found.
func (s *Service) Scan(ctx context.Context, a access.Actor, id core.ClassID, code string) (Scan, error) {
	return act.Read(ctx, s.act, a, access.AttendanceClock, func(ctx context.Context, r act.Reader[Tx]) (Scan, error) {
		mine, err := mineOf(ctx, r.Tx, a, id, r.Tx.Class)
		if err != nil {
			return Scan{}, err
		}
		if err := r.May(ctx, mine.owner()); err != nil {
			return Scan{}, err
		}
		if err := opened(mine.Class, r.Now); err != nil {
			return Scan{}, err
		}
		if mine.CheckIn != CheckInQR || !fits(mine.Class, code, r.Now) {
			return Scan{}, errBadCode
		}
		until := r.Now.Add(ticketFor).Truncate(time.Second)
		return Scan{mine, ticketOf(mine.Class, a, until), until}, nil
	})
}

// mineOf is a class on the roster of which the actor is.
func mineOf(ctx context.Context, tx Attendances, a access.Actor, id core.ClassID, find func(context.Context, core.ClassID) (Class, error)) (Mine, error) {
	if a.AccountID.IsZero() {
		return Mine{}, core.ErrUnauthenticated // and not not_found, since nobody is on no roster
	}
	c, err := find(ctx, id)
	if err != nil {
		return Mine{}, err
	}
	own, err := tx.AttendanceOf(ctx, id, a.TherapistID)
	return Mine{c, own}, err
}

func (m Mine) owner() access.Target {
	return access.Target{Organization: m.OrganizationID, Therapist: m.Attendance.TherapistID}
}

var clocks = act.Declare(access.AttendanceClock, act.NewEvent("attendance.clock", "class"))

// Clock notes the server's time as the actor's clock-in or clock-out. It needs
// attendance.clock; where the class checks in by a code, a proof. Doing it again
// changes nothing, but that the last clock-out counts. Codes: bad_code,
// bad_ticket, code_required, roster_only, not_in, bad_direction, class_closed,
// not_planned, at a clock-in those of logbook.Impossible; who is not on the roster gets not_found.
func (s *Service) Clock(ctx context.Context, a access.Actor, id core.ClassID, direction Direction, proof Proof) (Attendance, error) {
	return act.Do(ctx, s.act, a, clocks, act.Command[Tx, Mine, Attendance]{
		Find: func(ctx context.Context, tx Tx) (act.Found[Mine], error) {
			mine, err := mineOf(ctx, tx, a, id, tx.LockClass)
			return act.Found[Mine]{Thing: mine, Owner: mine.owner()}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], mine Mine) (Attendance, error) {
			if err := opened(mine.Class, x.Now); err != nil {
				return Attendance{}, err
			}
			by, err := proven(mine.Class, a, proof, x.Now)
			if err != nil {
				return Attendance{}, err
			}
			to, err := punched(mine.Attendance, direction, by, x.Now)
			if err != nil || direction != In {
				return to, err
			}
			if why, err := WhyNot(ctx, x.Tx, mine.Class, mine.Attendance); err != nil || why != nil {
				return to, cmp.Or(err, error(why))
			}
			return to, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], from Mine, to Attendance) error {
			to.Version = from.Attendance.Version
			return x.Tx.SaveAttendance(ctx, []Attendance{to})
		},
		Tell: func(_ Mine, to Attendance) []act.Told {
			by := map[Direction]ClockedBy{In: to.InBy, Out: to.OutBy}[direction]
			return act.Of(id.String(), map[string]string{"direction": string(direction), "by": string(by)})
		},
	})
}

// proven says how the actor may clock.
func proven(c Class, a access.Actor, proof Proof, now time.Time) (ClockedBy, error) {
	switch c.CheckIn {
	case CheckInClock:
		return ClockedSelf, nil
	case CheckInRoster:
		return "", core.Conflict("roster_only")
	}
	switch {
	case proof.Ticket != "" && !holds(c, a, proof.Ticket, now):
		return "", errTicket
	case proof.Ticket != "":
		return ClockedQR, nil
	case proof.Code == "":
		return "", errOnlyScan
	case !fits(c, proof.Code, now):
		return "", errBadCode
	}
	return ClockedQR, nil
}

// punched is an attendance with a time. The first clock-in stays; a clock-out
// moves on as long as the class is open, since a student may come back from the
// door.
func punched(a Attendance, direction Direction, by ClockedBy, now time.Time) (Attendance, error) {
	switch direction {
	case In:
		if !a.In.IsZero() {
			return a, act.ErrNothing
		}
		a.In, a.InBy, a.Mark = now, by, core.MarkPresent
	case Out:
		if a.In.IsZero() {
			return a, core.Conflict("not_in")
		}
		a.Out, a.OutBy = now, by
	default:
		return a, core.InvalidField("direction", "bad_direction")
	}
	a.Version++
	return a, nil
}

// Missed lists the classes of the last 14 days, of one of the actor's
// enrollments, of which the actor has no session. It needs self.read.
func (s *Service) Missed(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) ([]Mine, error) {
	return act.Look(ctx, s.act, a, access.SelfRead, func(ctx context.Context, r act.Reader[Tx]) ([]Mine, error) {
		if err := r.May(ctx, access.Target{}); err != nil || a.TherapistID.IsZero() {
			return nil, err
		}
		return r.Tx.MissedBy(ctx, a.TherapistID, enrollment, r.Now.AddDate(0, 0, -14), r.Now)
	})
}

// Today lists the actor's classes that are open for checking in, or will be
// within twelve hours. It needs self.read.
func (s *Service) Today(ctx context.Context, a access.Actor) ([]Mine, error) {
	return act.Look(ctx, s.act, a, access.SelfRead, func(ctx context.Context, r act.Reader[Tx]) ([]Mine, error) {
		if err := r.May(ctx, access.Target{}); err != nil || a.TherapistID.IsZero() {
			return nil, err
		}
		return r.Tx.ClassesOf(ctx, a.TherapistID, r.Now.Add(-closesAfter), r.Now.Add(12*time.Hour))
	})
}
