package registry

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Absences keeps days on which students were excused. A miss is not_found.
type Absences interface {
	InsertAbsence(ctx context.Context, a core.Absence) error
	Absence(ctx context.Context, id core.AbsenceID) (core.Absence, error)
	DeleteAbsence(ctx context.Context, id core.AbsenceID) error
	// AbsencesOf are those of enrollments, newest first.
	AbsencesOf(ctx context.Context, enrollments []core.EnrollmentID) ([]core.Absence, error)
}

// AbsenceInput is an absence as somebody wrote it; Last is zero for one day.
type AbsenceInput struct {
	First, Last core.Date
	Reason      string
}

// Excuse records days on which a student was excused. It raises no hours: it
// tells absences apart, on the roster and in the list of who is at risk. It
// needs absence.write, not on one's own record. Codes by field: required,
// before_first, too_long, bad_character.
func (s *Service) Excuse(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in AbsenceInput) (core.Absence, error) {
	now := s.src.Now()
	absence := core.Absence{
		ID: core.NewID[core.AbsenceID](s.src), EnrollmentID: enrollment, First: in.First, Last: in.Last,
		CreatedAt: now, CreatedBy: a.AccountID, CreatedByName: a.Name,
	}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		e, err := locked(ctx, tx, a, access.AbsenceWrite, enrollment)
		if err != nil {
			return err
		}
		var c core.Collect
		absence.Reason, err = core.CleanText(in.Reason, 1, 500)
		_ = c.Check("reason", err)
		if absence.Last.IsZero() {
			absence.Last = absence.First
		}
		switch {
		case in.First.IsZero():
			c.Add("first", "required", "Say on which day it was.")
		case absence.Last.Before(absence.First):
			c.Add("last", "before_first", "The last day lies before the first.")
		}
		if err := c.Err(); err != nil {
			return err
		}
		if err := tx.InsertAbsence(ctx, absence); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, e.OrganizationID, access.AbsenceWrite, "enrollment", enrollment.String())
	})
	return absence, err
}

// Unexcuse takes an absence's excuse back. It needs absence.write.
func (s *Service) Unexcuse(ctx context.Context, a access.Actor, id core.AbsenceID) (core.Absence, error) {
	now := s.src.Now()
	var absence core.Absence
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if absence, err = tx.Absence(ctx, id); err != nil {
			return err
		}
		e, err := locked(ctx, tx, a, access.AbsenceWrite, absence.EnrollmentID)
		if err != nil {
			return err
		}
		if err := tx.DeleteAbsence(ctx, id); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, e.OrganizationID, access.AbsenceWrite, "enrollment", e.ID.String())
	})
	return absence, err
}

// Absences are an enrollment's excused absences, newest first. It needs
// absence.read.
func (s *Service) Absences(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) ([]core.Absence, error) {
	var all []core.Absence
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := locked(ctx, tx, a, access.AbsenceRead, enrollment); err != nil {
			return err
		}
		var err error
		all, err = tx.AbsencesOf(ctx, []core.EnrollmentID{enrollment})
		return err
	})
	return all, err
}

// excusedDays counts the school days after one day and up to another on which
// somebody was excused.
func excusedDays(absences []core.Absence, calendar core.Calendar, after, upTo core.Date) int {
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
