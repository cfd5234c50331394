package classroom

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
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
	now := s.src.Now()
	var scan Scan
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		mine, err := mineFor(ctx, tx, a, id, now, tx.Class)
		if err != nil {
			return err
		}
		if mine.CheckIn != core.CheckInQR || !fits(mine.Class, code, now) {
			return errBadCode
		}
		until := now.Add(ticketFor).Truncate(time.Second)
		scan = Scan{mine, ticketOf(mine.Class, a, until), until}
		return nil
	})
	return scan, err
}

// mineFor is a class in which the actor is on the roster and that is open.
func mineFor(ctx context.Context, tx Attendances, a access.Actor, id core.ClassID, now time.Time, find func(context.Context, core.ClassID) (core.Class, error)) (Mine, error) {
	if a.AccountID.IsZero() {
		return Mine{}, core.ErrUnauthenticated
	}
	c, err := find(ctx, id)
	if err != nil {
		return Mine{}, err
	}
	own, err := tx.AttendanceOf(ctx, id, a.TherapistID)
	if err != nil {
		return Mine{}, err
	}
	if err := access.Can(a, access.AttendanceClock, access.Target{Organization: c.OrganizationID, Therapist: own.TherapistID}); err != nil {
		return Mine{}, err
	}
	return Mine{c, own}, opened(c, now)
}

// Clock notes the server's time as the actor's clock-in or clock-out. It needs
// attendance.clock; where the class checks in by a code, a proof. Doing it again
// changes nothing, but that the last clock-out counts. Codes: bad_code,
// bad_ticket, code_required, roster_only, not_in, bad_direction, class_closed,
// not_planned; who is not on the roster gets not_found.
func (s *Service) Clock(ctx context.Context, a access.Actor, id core.ClassID, direction Direction, proof Proof) (core.Attendance, error) {
	now := s.src.Now()
	var own core.Attendance
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		mine, err := mineFor(ctx, tx, a, id, now, tx.LockClass)
		if err != nil {
			return err
		}
		by, err := proven(mine.Class, a, proof, now)
		if err != nil {
			return err
		}
		own = mine.Attendance
		changed, err := punch(&own, direction, by, now)
		if err != nil || !changed {
			return err
		}
		if err := tx.SaveAttendance(ctx, []core.Attendance{own}); err != nil {
			return err
		}
		own.Version++
		return s.audit(ctx, tx, a, now, access.AttendanceClock, mine.Class, map[string]string{"direction": string(direction), "by": string(by)})
	})
	return own, err
}

// proven says how the actor may clock.
func proven(c core.Class, a access.Actor, proof Proof, now time.Time) (core.ClockedBy, error) {
	switch c.CheckIn {
	case core.CheckInClock:
		return core.ClockedSelf, nil
	case core.CheckInRoster:
		return "", core.Conflict("roster_only", "In this class the instructor marks who is there.")
	}
	switch {
	case proof.Ticket != "" && !holds(c, a, proof.Ticket, now):
		return "", errTicket
	case proof.Ticket != "":
		return core.ClockedQR, nil
	case proof.Code == "":
		return "", errOnlyScan
	case !fits(c, proof.Code, now):
		return "", errBadCode
	}
	return core.ClockedQR, nil
}

// punch writes a time. The first clock-in stays; a clock-out moves on as long
// as the class is open, since a student may come back from the door.
func punch(a *core.Attendance, direction Direction, by core.ClockedBy, now time.Time) (bool, error) {
	switch direction {
	case In:
		if !a.In.IsZero() {
			return false, nil
		}
		a.In, a.InBy, a.Mark = now, by, core.MarkPresent
	case Out:
		if a.In.IsZero() {
			return false, core.Conflict("not_in", "You did not clock in; ask the office for the missed punch.")
		}
		a.Out, a.OutBy = now, by
	default:
		return false, core.InvalidField("direction", "bad_direction", "The direction is in or out.")
	}
	return true, nil
}

// Missed lists the classes of the last 14 days, of one of the actor's
// enrollments, of which the actor has no session. It needs self.read.
func (s *Service) Missed(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) ([]Mine, error) {
	if err := access.Can(a, access.SelfRead, access.Target{}); err != nil {
		return nil, err
	}
	if a.TherapistID.IsZero() {
		return nil, nil
	}
	now := s.src.Now()
	var mine []Mine
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		mine, err = tx.MissedBy(ctx, a.TherapistID, enrollment, now.AddDate(0, 0, -14), now)
		return err
	})
	return mine, err
}

// Today lists the actor's classes that are open for checking in, or will be
// within twelve hours. It needs self.read.
func (s *Service) Today(ctx context.Context, a access.Actor) ([]Mine, error) {
	if err := access.Can(a, access.SelfRead, access.Target{}); err != nil {
		return nil, err
	}
	if a.TherapistID.IsZero() {
		return nil, nil
	}
	now := s.src.Now()
	var mine []Mine
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		mine, err = tx.ClassesOf(ctx, a.TherapistID, now.Add(-closesAfter), now.Add(12*time.Hour))
		return err
	})
	return mine, err
}
