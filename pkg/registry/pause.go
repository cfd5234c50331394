package registry

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Pause is a student's leave or withdrawal. Last is the last day of a leave as
// agreed; a withdrawal has none.
type Pause struct {
	Kind        core.PauseKind
	First, Last core.Date
	Reason      string
}

// Pause records a leave, or a withdrawal, after which nothing can be logged. A
// Texas school reports a withdrawal within 10 days (16 TAC 117.67, H). It needs
// pause.write, not on one's own record. Codes: unknown_kind, required,
// before_first, already_paused, enrollment_not_active, too_short, too_long,
// bad_character.
func (s *Service) Pause(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in Pause) (core.Pause, error) {
	p := core.Pause{
		ID: core.NewID[core.PauseID](s.src), EnrollmentID: enrollment, Kind: in.Kind, First: in.First, Last: in.Last,
		CreatedAt: s.src.Now(), CreatedBy: a.AccountID, CreatedByName: a.Name,
	}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		e, err := locked(ctx, tx, a, access.PauseWrite, enrollment)
		if err != nil {
			return err
		}
		if p.Reason, err = checkPause(in); err != nil {
			return err
		}
		pauses, err := tx.PausesOf(ctx, enrollment)
		switch {
		case err != nil:
			return err
		case len(pauses) > 0 && pauses[0].Open():
			return core.Conflict("already_paused", "The student is on %s since %s. End that first.", pauses[0].Kind, pauses[0].First)
		case e.State != core.EnrollmentActive:
			return core.Conflict("enrollment_not_active", "This enrollment is %s.", e.State)
		}
		if err := tx.InsertPause(ctx, p); err != nil {
			return err
		}
		if p.Kind == core.PauseWithdrawal {
			if err := tx.SetEnrollmentState(ctx, enrollment, core.EnrollmentActive, core.EnrollmentWithdrawn); err != nil {
				return err
			}
		}
		return s.audit(ctx, tx, a, p.CreatedAt, e.OrganizationID, access.PauseWrite, "enrollment", enrollment.String())
	})
	return p, err
}

func checkPause(in Pause) (reason string, err error) {
	var c core.Collect
	if in.Kind != core.PauseLeave && in.Kind != core.PauseWithdrawal {
		c.Add("kind", "unknown_kind", "Choose leave or withdrawal.")
	}
	switch {
	case in.First.IsZero():
		c.Add("first", "required", "This is needed.")
	case in.Kind == core.PauseLeave && in.Last.IsZero():
		c.Add("last", "required", "A leave has a last day.")
	case in.Kind == core.PauseWithdrawal && !in.Last.IsZero():
		c.Add("last", "bad_date", "A withdrawal has no last day; leave this empty.")
	case !in.Last.IsZero() && in.Last.Before(in.First):
		c.Add("last", "before_first", "The last day is before the first.")
	}
	reason, err = core.CleanText(in.Reason, 3, 500)
	_ = c.Check("reason", err)
	return reason, c.Err()
}

// Resume ends an enrollment's open pause on a day: the student takes the
// program up again. It needs pause.write. Codes: not_paused, before_first,
// required.
func (s *Service) Resume(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, on core.Date) error {
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		e, err := locked(ctx, tx, a, access.PauseWrite, enrollment)
		if err != nil {
			return err
		}
		if on.IsZero() {
			return core.InvalidField("on", "required", "This is needed.")
		}
		pauses, err := tx.PausesOf(ctx, enrollment)
		switch {
		case err != nil:
			return err
		case len(pauses) == 0 || !pauses[0].Open():
			return core.Conflict("not_paused", "The student is neither on leave nor withdrawn.")
		case on.Before(pauses[0].First):
			return core.InvalidField("on", "before_first", "That is before it began, on %s.", pauses[0].First)
		}
		if err := tx.EndPause(ctx, pauses[0].ID, on, a.AccountID); err != nil {
			return err
		}
		if e.State == core.EnrollmentWithdrawn {
			if err := tx.SetEnrollmentState(ctx, enrollment, core.EnrollmentWithdrawn, core.EnrollmentActive); err != nil {
				return err
			}
		}
		return s.audit(ctx, tx, a, s.src.Now(), e.OrganizationID, access.PauseWrite, "enrollment", enrollment.String())
	})
}

// Pauses are an enrollment's leaves and withdrawals, newest first. It needs
// pause.read.
func (s *Service) Pauses(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (pauses []core.Pause, err error) {
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := locked(ctx, tx, a, access.PauseRead, enrollment); err != nil {
			return err
		}
		pauses, err = tx.PausesOf(ctx, enrollment)
		return err
	})
	return pauses, err
}

// locked is an enrollment that the actor may do something with; in a command
// nobody else changes it until the end.
func locked(ctx context.Context, tx Tx, a access.Actor, action access.Action, id core.EnrollmentID) (core.Enrollment, error) {
	found, err := tx.LockEnrollments(ctx, []core.EnrollmentID{id})
	if err != nil {
		return core.Enrollment{}, err
	}
	if len(found) == 0 {
		return core.Enrollment{}, core.NotFound("enrollment")
	}
	e := found[0]
	return e, access.Can(a, action, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID})
}
