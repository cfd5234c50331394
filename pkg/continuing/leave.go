package continuing

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// LeaveInput asks for a waiver of Minutes (0: all) or an extension Until a day, in
// the cycle that On lies in.
type LeaveInput struct {
	Kind    core.CELeaveKind
	On      core.Date
	Minutes core.Minutes
	Until   core.Date
	Reason  string
}

// RequestLeave asks for a waiver or an extension in a cycle of a licence. The
// pack's terms hold: how long before the cycle's end a waiver is asked for, and
// how long an extension may last. Permission: ce.report. Codes by field: required,
// unknown_kind, too_late, too_long, bad_minutes, until_in_cycle; not_known, where
// no cycle is known; duplicate.
func (s *Service) RequestLeave(ctx context.Context, a access.Actor, license core.LicenseID, in LeaveInput) (core.CELeave, error) {
	now := s.src.Now()
	var made core.CELeave
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		r, l, err := s.licensed(ctx, tx, a, access.CEReport, license)
		if err != nil {
			return err
		}
		org, err := mayAs(ctx, tx, a, access.CEReport, l.TherapistID)
		if err != nil {
			return err
		}
		school, err := tx.Organization(ctx, org)
		if err != nil && !org.IsZero() {
			return err
		}
		today := zoneOf(r.Therapist, school).Today(now)
		if in.On.IsZero() {
			in.On = today
		}
		c := r.Judge(l, in.On)
		if !c.Known {
			return core.Conflict("not_known", "%s", c.Why)
		}
		if err := in.check(c, today); err != nil {
			return err
		}
		made = core.CELeave{
			ID: core.NewID[core.CELeaveID](s.src), LicenseID: l.ID, TherapistID: l.TherapistID, Kind: in.Kind, CycleFrom: c.Span.From, CycleTo: c.Span.To,
			Minutes: in.Minutes, Until: in.Until, Reason: in.Reason, State: core.CELeaveRequested, RequestedAt: now, RequestedBy: a.AccountID, Version: 1,
		}
		if err := tx.InsertCELeave(ctx, made); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, access.CEReport, "ce_leave", made.ID.String(), map[string]string{"kind": string(in.Kind)})
	})
	if errors.Is(err, core.ErrDuplicate) {
		err = core.Conflict("duplicate", "One of this kind is asked for or granted in this cycle already.")
	}
	return made, err
}

// check holds a request against the terms of the cycle's pack.
func (in *LeaveInput) check(c Cycle, today core.Date) error {
	var f form
	f.note("reason", &in.Reason, 1)
	switch in.Kind {
	case core.CEWaiver:
		in.Until = core.Date{}
		if t := c.Pack.Cycle.Waiver; t != nil && today.After(t.LastDay(c.Span)) {
			f.Add("kind", "too_late", "%s That was %s.", t.Text, t.LastDay(c.Span))
		}
		if in.Minutes < 0 || in.Minutes > MostCE {
			f.Add("minutes", "bad_minutes", "Say how much is waived, or leave it empty for all.")
		}
	case core.CEExtension:
		in.Minutes = 0
		t := c.Pack.Cycle.Extension
		switch {
		case in.Until.IsZero():
			f.Add("until", "required", "Say until when.")
		case !in.Until.After(c.Span.To):
			f.Add("until", "until_in_cycle", "The cycle lasts to %s anyway.", c.Span.To)
		case t != nil && in.Until.After(t.Until(c.Span)):
			f.Add("until", "too_long", "%s That is %s at the latest.", t.Text, t.Until(c.Span))
		}
		if t != nil && today.After(t.LastDay(c.Span)) {
			f.Add("kind", "too_late", "%s That was %s.", t.Text, t.LastDay(c.Span))
		}
	default:
		f.Add("kind", "unknown_kind", "Ask for a waiver or an extension.")
	}
	return f.Err()
}

// LeaveDecision is what an authority decided, and on which day.
type LeaveDecision struct {
	Authority string
	GrantedOn core.Date
	Note      string
}

// ApproveLeave records that an authority granted a waiver or an extension; the
// cycle is judged by it at once. It needs ce.decide, another account than the one
// that asked, and a password given within 15 minutes. Codes by field: required,
// bad_date, date_in_future; same_person, own_record, already_decided,
// reauthentication_required, stale.
func (s *Service) ApproveLeave(ctx context.Context, a access.Actor, id core.CELeaveID, version int, in LeaveDecision) (core.CELeave, error) {
	return s.decideLeave(ctx, a, id, version, func(l *core.CELeave, now time.Time) error {
		if l.RequestedBy == a.AccountID {
			return core.Forbidden("same_person", "Another member than the one who asked has to approve it.")
		}
		var f form
		f.line("authority", &in.Authority, 1, 200)
		f.note("note", &in.Note, 0)
		f.day("granted_on", in.GrantedOn)
		if in.GrantedOn.After(core.DateOf(now.Add(14 * time.Hour))) {
			f.Add("granted_on", "date_in_future", "%s has not come yet.", in.GrantedOn)
		}
		l.State, l.Authority, l.GrantedOn, l.Note = core.CELeaveApproved, in.Authority, in.GrantedOn, in.Note
		return f.Err()
	})
}

// DeclineLeave records that a waiver or an extension was refused. It needs what
// ApproveLeave needs but another account. Codes: those, required.
func (s *Service) DeclineLeave(ctx context.Context, a access.Actor, id core.CELeaveID, version int, note string) (core.CELeave, error) {
	return s.decideLeave(ctx, a, id, version, func(l *core.CELeave, _ time.Time) error {
		var f form
		f.note("note", &note, 1)
		l.State, l.Note = core.CELeaveDeclined, note
		return f.Err()
	})
}

func (s *Service) decideLeave(ctx context.Context, a access.Actor, id core.CELeaveID, version int, fn func(*core.CELeave, time.Time) error) (core.CELeave, error) {
	now := s.src.Now()
	var l core.CELeave
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if l, err = tx.CELeave(ctx, id); err != nil {
			return err
		}
		org, err := mayAs(ctx, tx, a, access.CEDecide, l.TherapistID)
		if err != nil {
			return err
		}
		if err := access.Fresh(a, now); err != nil {
			return err
		}
		if err := stale(version, l.Version); err != nil {
			return err
		}
		if l.State != core.CELeaveRequested {
			return core.Conflict("already_decided", "This is %s.", l.State)
		}
		if err := fn(&l, now); err != nil {
			return err
		}
		l.DecidedBy, l.DecidedByName, l.DecidedAt = a.AccountID, a.Name, now
		if err := tx.DecideCELeave(ctx, l); err != nil {
			return err
		}
		l.Version++
		return s.audit(ctx, tx, a, now, org, access.CEDecide, "ce_leave", id.String(), map[string]string{"state": string(l.State)})
	})
	return l, err
}

// Leave is one waiver or extension. Permission: ce.read.
func (s *Service) Leave(ctx context.Context, a access.Actor, id core.CELeaveID) (core.CELeave, error) {
	var l core.CELeave
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if l, err = tx.CELeave(ctx, id); err != nil {
			return err
		}
		_, err = mayAs(ctx, tx, a, access.CERead, l.TherapistID)
		return err
	})
	if err != nil {
		return core.CELeave{}, err
	}
	return l, nil
}
