package registry

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
)

// Absences keeps days on which students were excused. A miss is not_found.
type Absences interface {
	InsertAbsence(ctx context.Context, a Absence) error
	Absence(ctx context.Context, id core.AbsenceID) (Absence, error)
	DeleteAbsence(ctx context.Context, id core.AbsenceID) error
	// AbsencesOf are those of enrollments, newest first.
	AbsencesOf(ctx context.Context, enrollments []core.EnrollmentID) ([]Absence, error)
}

// AbsenceInput is an absence as someone wrote it; Last is zero for one day.
type AbsenceInput struct {
	First, Last core.Date
	Reason      string
}

var writesAbsence = act.Declare(access.AbsenceWrite, act.NewEvent("absence.write", "enrollment"))

// Excuse records days on which a student was excused. It raises no hours: it
// tells absences apart, on the roster and in the list of who is at risk. It
// needs absence.write, not on one's own record. Codes by field: required,
// before_first, too_long, bad_character.
func (s *Service) Excuse(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in AbsenceInput) (Absence, error) {
	if in.Last.IsZero() {
		in.Last = in.First
	}
	return act.Do(ctx, s.act, a, writesAbsence, act.Command[Tx, logbook.Enrollment, Absence]{
		Find: findEnrollment(enrollment),
		Change: func(_ context.Context, x act.Step[Tx], _ logbook.Enrollment) (Absence, error) {
			reason, err := in.check()
			return Absence{
				ID: core.NewID[core.AbsenceID](s.src), EnrollmentID: enrollment, First: in.First, Last: in.Last, Reason: reason,
				CreatedAt: x.Now, CreatedBy: a.AccountID, CreatedByName: a.Name,
			}, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ logbook.Enrollment, absence Absence) error {
			return x.Tx.InsertAbsence(ctx, absence)
		},
		Tell: func(_ logbook.Enrollment, _ Absence) []act.Told { return became(enrollment.String(), "excused") },
	})
}

func (in AbsenceInput) check() (reason string, err error) {
	var c core.Collect
	reason, err = core.CleanText(in.Reason, 1, 500)
	_ = c.Check("reason", err)
	switch {
	case in.First.IsZero():
		c.Add("first", "required.date")
	case in.Last.Before(in.First):
		c.Add("last", "before_first.pause")
	}
	return reason, c.Err()
}

// Unexcuse takes an absence's excuse back. It needs absence.write.
func (s *Service) Unexcuse(ctx context.Context, a access.Actor, id core.AbsenceID) (Absence, error) {
	return act.Do(ctx, s.act, a, writesAbsence, act.Command[Tx, Absence, Absence]{
		Find: func(ctx context.Context, tx Tx) (act.Found[Absence], error) {
			absence, err := tx.Absence(ctx, id)
			if err != nil {
				return act.Found[Absence]{}, err
			}
			e, err := locked(ctx, tx, absence.EnrollmentID)
			return act.Found[Absence]{Thing: absence, Owner: ownerOf(e)}, err
		},
		Change: func(_ context.Context, _ act.Step[Tx], absence Absence) (Absence, error) {
			return absence, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, _ Absence) error {
			return x.Tx.DeleteAbsence(ctx, id)
		},
		Tell: func(_, absence Absence) []act.Told { return became(absence.EnrollmentID.String(), "unexcused") },
	})
}

// Absences are an enrollment's excused absences, newest first. It needs
// absence.read.
func (s *Service) Absences(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) ([]Absence, error) {
	return act.Read(ctx, s.act, a, access.AbsenceRead, func(ctx context.Context, r act.Reader[Tx]) ([]Absence, error) {
		if _, err := enrollmentFor(ctx, r, enrollment); err != nil {
			return nil, err
		}
		return r.Tx.AbsencesOf(ctx, []core.EnrollmentID{enrollment})
	})
}

// excusedDays counts the school days after one day and up to another on which
// someone was excused.
func excusedDays(absences []Absence, calendar core.Calendar, after, upTo core.Date) int {
	n := 0
	for d := after.AddDays(1); !d.After(upTo); d = d.AddDays(1) {
		for _, a := range absences {
			if !d.Before(a.First) && !d.After(a.Last) {
				n += calendar.SchoolDays(d.AddDays(-1), d)
				break
			}
		}
	}
	return n
}
