package registry

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
)

// Pause is a student's leave or withdrawal. Last is the last day of a leave as
// agreed; a withdrawal has none.
type Pause struct {
	Kind        core.PauseKind
	First, Last core.Date
	Reason      string
}

var writesPause = act.Declare(access.PauseWrite, act.NewEvent("pause.write", "enrollment"))

// Pause records a leave, or a withdrawal, after which nothing can be logged. A
// Texas school reports a withdrawal within 10 days (16 TAC 117.67, H). It needs
// pause.write, not on one's own record. Codes: unknown_kind, required,
// before_first, already_paused, enrollment_not_active, too_short, too_long,
// bad_character.
func (s *Service) Pause(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in Pause) (core.Pause, error) {
	return act.Do(ctx, s.act, a, writesPause, act.Command[Tx, logbook.Enrollment, core.Pause]{
		Find: findEnrollment(enrollment),
		Change: func(ctx context.Context, x act.Step[Tx], e logbook.Enrollment) (core.Pause, error) {
			reason, err := checkPause(in)
			if err == nil {
				err = pausable(ctx, x.Tx, e)
			}
			return core.Pause{
				ID: core.NewID[core.PauseID](s.src), EnrollmentID: enrollment, Kind: in.Kind, First: in.First, Last: in.Last, Reason: reason,
				CreatedAt: x.Now, CreatedBy: a.AccountID, CreatedByName: a.Name,
			}, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ logbook.Enrollment, p core.Pause) error {
			if err := x.Tx.InsertPause(ctx, p); err != nil || p.Kind != core.PauseWithdrawal {
				return err
			}
			return x.Tx.SetEnrollmentState(ctx, enrollment, core.EnrollmentActive, core.EnrollmentWithdrawn)
		},
		Tell: func(_ logbook.Enrollment, _ core.Pause) []act.Told { return became(enrollment.String(), "paused") },
	})
}

// pausable wants an active enrollment without an open pause.
func pausable(ctx context.Context, tx Tx, e logbook.Enrollment) error {
	pauses, err := tx.PausesOf(ctx, e.ID)
	switch {
	case err != nil:
		return err
	case len(pauses) > 0 && pauses[0].Open():
		return core.Conflict("already_paused", "kind", pauses[0].Kind, "first", pauses[0].First)
	case e.State != core.EnrollmentActive:
		return core.Conflict("enrollment_not_active.registry", "state", e.State)
	}
	return nil
}

func checkPause(in Pause) (reason string, err error) {
	var c core.Collect
	if in.Kind != core.PauseLeave && in.Kind != core.PauseWithdrawal {
		c.Add("kind", "unknown_kind.pause")
	}
	switch {
	case in.First.IsZero():
		c.Add("first", "required.needed")
	case in.Kind == core.PauseLeave && in.Last.IsZero():
		c.Add("last", "required.last")
	case in.Kind == core.PauseWithdrawal && !in.Last.IsZero():
		c.Add("last", "bad_date.last")
	case !in.Last.IsZero() && in.Last.Before(in.First):
		c.Add("last", "before_first.closed_days")
	}
	reason, err = core.CleanText(in.Reason, 3, 500)
	_ = c.Check("reason", err)
	return reason, c.Err()
}

// Resume ends an enrollment's open pause on a day: the student takes the
// program up again. It needs pause.write. Codes: not_paused, before_first,
// required.
func (s *Service) Resume(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, on core.Date) (core.Pause, error) {
	return act.Do(ctx, s.act, a, writesPause, act.Command[Tx, logbook.Enrollment, core.Pause]{
		Find: findEnrollment(enrollment),
		Change: func(ctx context.Context, x act.Step[Tx], _ logbook.Enrollment) (core.Pause, error) {
			if on.IsZero() {
				return core.Pause{}, core.InvalidField("on", "required.needed")
			}
			p, err := openPause(ctx, x.Tx, enrollment)
			if err == nil && on.Before(p.First) {
				err = core.InvalidField("on", "before_first.on", "first", p.First)
			}
			p.EndedOn, p.EndedBy = on, a.AccountID
			return p, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], e logbook.Enrollment, p core.Pause) error {
			if err := x.Tx.EndPause(ctx, p.ID, p.EndedOn, p.EndedBy); err != nil || e.State != core.EnrollmentWithdrawn {
				return err
			}
			return x.Tx.SetEnrollmentState(ctx, enrollment, core.EnrollmentWithdrawn, core.EnrollmentActive)
		},
		Tell: func(_ logbook.Enrollment, _ core.Pause) []act.Told { return became(enrollment.String(), "resumed") },
	})
}

func openPause(ctx context.Context, tx Tx, enrollment core.EnrollmentID) (core.Pause, error) {
	pauses, err := tx.PausesOf(ctx, enrollment)
	if err != nil {
		return core.Pause{}, err
	}
	if len(pauses) == 0 || !pauses[0].Open() {
		return core.Pause{}, core.Conflict("not_paused")
	}
	return pauses[0], nil
}

// Pauses are an enrollment's leaves and withdrawals, newest first. It needs
// pause.read.
func (s *Service) Pauses(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) ([]core.Pause, error) {
	return act.Read(ctx, s.act, a, access.PauseRead, func(ctx context.Context, r act.Reader[Tx]) ([]core.Pause, error) {
		if _, err := enrollmentFor(ctx, r, enrollment); err != nil {
			return nil, err
		}
		return r.Tx.PausesOf(ctx, enrollment)
	})
}
