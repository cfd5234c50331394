package continuing

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// LeaveInput asks for a waiver of Minutes (0: all) or an extension Until a day, in
// the cycle that On lies in. The therapist hands it in to an Organization, one of Deciders;
// zero: the first of them. A school hands it in to itself.
type LeaveInput struct {
	Organization core.OrganizationID
	Kind         CELeaveKind
	On           core.Date
	Minutes      core.Minutes
	Until        core.Date
	Reason       string
}

// leaveFor is a license in whose cycle something is asked for, and who decides on it.
type leaveFor struct {
	held[core.License]
	deciders []core.Organization
}

var requestsLeave = act.Declare(access.CEReport, act.NewEvent("ce_leave.request", "ce_leave"))

// RequestLeave asks for a waiver or an extension in a cycle of a license. The
// pack's terms hold: how long before the cycle's end a waiver is asked for, and
// how long an extension may last. Permission: ce.report. Codes by field: required,
// unknown_kind, unknown_value (organization_id), too_late, too_long, bad_minutes,
// until_in_cycle; not_known, where no cycle is known; school_needed; duplicate.
func (s *Service) RequestLeave(ctx context.Context, a access.Actor, license core.LicenseID, in LeaveInput) (CELeave, error) {
	return act.Do(ctx, s.act, a, requestsLeave, act.Command[Tx, leaveFor, CELeave]{
		Find: func(ctx context.Context, tx Tx) (act.Found[leaveFor], error) {
			l, err := tx.License(ctx, license)
			if err != nil {
				return act.Found[leaveFor]{}, err
			}
			found, err := hold(ctx, tx, a, l.TherapistID, core.OrganizationID{}, l, 0)
			thing := leaveFor{held: found.Thing}
			if err == nil && a.Is(l.TherapistID) {
				thing.deciders, err = deciders(ctx, tx, l.TherapistID, s.src.Now())
			}
			return act.Found[leaveFor]{Thing: thing, Owner: found.Owner}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], h leaveFor) (CELeave, error) {
			to, err := h.handedTo(x, in.Organization)
			if err != nil {
				return CELeave{}, err
			}
			c, today, err := cycleToday(ctx, x, h.held, in.On)
			if err != nil {
				return CELeave{}, err
			}
			asked := in
			if err := asked.check(c, today); err != nil {
				return CELeave{}, err
			}
			return CELeave{
				ID: core.NewID[core.CELeaveID](s.src), LicenseID: license, TherapistID: h.is.TherapistID, OrganizationID: to.ID, OrganizationName: to.Name,
				Kind: asked.Kind, CycleFrom: c.Span.From, CycleTo: c.Span.To,
				Minutes: asked.Minutes, Until: asked.Until, Reason: asked.Reason, State: CELeaveRequested, RequestedAt: x.Now, RequestedBy: a.AccountID, Version: 1,
			}, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ leaveFor, l CELeave) error {
			err := x.Tx.InsertCELeave(ctx, l)
			if errors.Is(err, core.ErrDuplicate) {
				err = core.Conflict("duplicate.leave")
			}
			return err
		},
		Tell: func(h leaveFor, l CELeave) []act.Told {
			return tell(l.OrganizationID, l.TherapistID, l.ID.String(), map[string]string{"kind": string(l.Kind)})
		},
	})
}

// handedTo is who decides on what is asked for: the school that asks, or the one that the
// therapist chose.
func (h leaveFor) handedTo(x act.Step[Tx], chosen core.OrganizationID) (core.Organization, error) {
	if !x.Actor.Is(h.is.TherapistID) {
		at := slices.IndexFunc(x.Actor.Memberships, func(m access.Membership) bool { return m.OrganizationID == x.For })
		if at < 0 {
			return core.Organization{}, core.Conflict("school_needed")
		}
		return core.Organization{ID: x.For, Name: x.Actor.Memberships[at].OrganizationName}, nil
	}
	for _, org := range h.deciders {
		if chosen.IsZero() || org.ID == chosen {
			return org, nil
		}
	}
	if chosen.IsZero() {
		return core.Organization{}, core.Conflict("school_needed")
	}
	return core.Organization{}, core.InvalidField("organization_id", "unknown_value.decider")
}

// Deciders are the schools to which the therapist of a license can hand in a waiver or an
// extension. Permission: ce.report.
func (s *Service) Deciders(ctx context.Context, a access.Actor, license core.LicenseID) ([]core.Organization, error) {
	return act.Read(ctx, s.act, a, access.CEReport, func(ctx context.Context, r act.Reader[Tx]) ([]core.Organization, error) {
		l, err := r.Tx.License(ctx, license)
		if err == nil {
			err = r.May(ctx, of(l.TherapistID, core.OrganizationID{}))
		}
		if err != nil {
			return nil, err
		}
		return deciders(ctx, r.Tx, l.TherapistID, r.Now)
	})
}

// deciders are the schools that keep a file of a therapist, then those that a grant lets
// see the continuing education.
func deciders(ctx context.Context, tx Tx, therapist core.TherapistID, now time.Time) (schools []core.Organization, err error) {
	ids, err := tx.TherapistOrganizations(ctx, therapist)
	if err != nil {
		return nil, err
	}
	given, err := tx.GrantsOf(ctx, therapist)
	if err != nil {
		return nil, err
	}
	for _, g := range given {
		if g.Opens(access.ScopeCE, now) && !slices.Contains(ids, g.Organization) {
			ids = append(ids, g.Organization)
		}
	}
	for _, id := range ids {
		org, err := tx.Organization(ctx, id)
		if err != nil {
			return nil, err
		}
		if org.Kind == core.School {
			schools = append(schools, org)
		}
	}
	return schools, nil
}

// cycleToday is the known cycle of a license that a day lies in, or without one
// today, and today where the therapist lives.
func cycleToday(ctx context.Context, x act.Step[Tx], h held[core.License], on core.Date) (c Cycle, today core.Date, err error) {
	r, err := record(ctx, x.Tx, h.is.TherapistID)
	if err != nil {
		return c, today, err
	}
	var school core.Organization
	if id := schoolOf(x, h); !id.IsZero() {
		if school, err = x.Tx.Organization(ctx, id); err != nil {
			return c, today, err
		}
	}
	today = zoneOf(r.Therapist, school).Today(x.Now)
	if on.IsZero() {
		on = today
	}
	if c = r.Judge(h.is, on); !c.Known {
		err = core.Conflict("not_known", "why", c.Why)
	}
	return c, today, err
}

// check holds a request against the terms of the cycle's pack.
func (in *LeaveInput) check(c Cycle, today core.Date) error {
	var f form
	f.note("reason", &in.Reason, 1)
	switch in.Kind {
	case CEWaiver:
		in.Until = core.Date{}
		if t := c.Pack.Cycle.Waiver; t != nil && today.After(t.LastDay(c.Span)) {
			f.Add("kind", "too_late", "text", t.Text, "span", t.LastDay(c.Span))
		}
		if in.Minutes < 0 || in.Minutes > MostCE {
			f.Add("minutes", "bad_minutes.waived")
		}
	case CEExtension:
		in.Minutes = 0
		t := c.Pack.Cycle.Extension
		switch {
		case in.Until.IsZero():
			f.Add("until", "required.until")
		case !in.Until.After(c.Span.To):
			f.Add("until", "until_in_cycle", "to", c.Span.To)
		case t != nil && in.Until.After(t.Until(c.Span)):
			f.Add("until", "too_long.until", "text", t.Text, "span", t.Until(c.Span))
		}
		if t != nil && today.After(t.LastDay(c.Span)) {
			f.Add("kind", "too_late", "text", t.Text, "span", t.LastDay(c.Span))
		}
	default:
		f.Add("kind", "unknown_kind.continuing")
	}
	return f.Err()
}

// LeaveDecision is what an authority decided, and on which day.
type LeaveDecision struct {
	Authority string
	GrantedOn core.Date
	Note      string
}

var decidesLeave = act.Declare(access.CEDecide, act.NewEvent("ce_leave.decide", "ce_leave"))

// ApproveLeave records that an authority granted a waiver or an extension; the
// cycle is judged by it at once. It needs ce.decide of the school to which it was handed
// in, another account than the one that asked, and a password given within 15 minutes. Codes by field: required,
// bad_date, date_in_future; same_person, own_record, already_decided,
// reauthentication_required, stale.
func (s *Service) ApproveLeave(ctx context.Context, a access.Actor, id core.CELeaveID, version int, in LeaveDecision) (CELeave, error) {
	return act.Do(ctx, s.act, a, decidesLeave, decidingLeave(a, id, version, func(l *CELeave, now time.Time) error {
		if l.RequestedBy == a.AccountID {
			return core.Forbidden("same_person.continuing")
		}
		var f form
		f.line("authority", &in.Authority, 1, 200)
		f.note("note", &in.Note, 0)
		f.day("granted_on", in.GrantedOn)
		if in.GrantedOn.After(core.DateOf(now.Add(14 * time.Hour))) {
			f.Add("granted_on", "date_in_future.granted_on", "grantedOn", in.GrantedOn)
		}
		l.State, l.Authority, l.GrantedOn, l.Note = CELeaveApproved, in.Authority, in.GrantedOn, in.Note
		return f.Err()
	}))
}

// DeclineLeave records that a waiver or an extension was refused. It needs what
// ApproveLeave needs but another account. Codes: those, required.
func (s *Service) DeclineLeave(ctx context.Context, a access.Actor, id core.CELeaveID, version int, note string) (CELeave, error) {
	return act.Do(ctx, s.act, a, decidesLeave, decidingLeave(a, id, version, func(l *CELeave, _ time.Time) error {
		var f form
		f.note("note", &note, 1)
		l.State, l.Note = CELeaveDeclined, note
		return f.Err()
	}))
}

// decidingLeave is a command that decides on a request, by fn.
func decidingLeave(a access.Actor, id core.CELeaveID, version int, fn func(*CELeave, time.Time) error) act.Command[Tx, held[CELeave], CELeave] {
	return act.Command[Tx, held[CELeave], CELeave]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[held[CELeave]], error) {
			l, err := tx.CELeave(ctx, id)
			if err != nil {
				return act.Found[held[CELeave]]{}, err
			}
			found, err := hold(ctx, tx, a, l.TherapistID, l.OrganizationID, l, l.Version)
			found.Owner.Scope = "" // a grant lets a school see: to whom it was handed in decides
			return found, err
		},
		Change: func(_ context.Context, x act.Step[Tx], h held[CELeave]) (CELeave, error) {
			l := h.is
			if l.State != CELeaveRequested {
				return l, core.Conflict("already_decided.activity", "state", l.State)
			}
			err := fn(&l, x.Now)
			l.DecidedBy, l.DecidedByName, l.DecidedAt = a.AccountID, a.Name, x.Now
			l.Version++
			return l, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], h held[CELeave], l CELeave) error {
			l.Version = h.is.Version
			return x.Tx.DecideCELeave(ctx, l)
		},
		Tell: func(_ held[CELeave], l CELeave) []act.Told {
			return act.Of(id.String(), map[string]string{"state": string(l.State)})
		},
	}
}

// Leave is one waiver or extension. Permission: ce.read of the school to which it was
// handed in, or under a grant of continuing education.
func (s *Service) Leave(ctx context.Context, a access.Actor, id core.CELeaveID) (CELeave, error) {
	return act.Read(ctx, s.act, a, access.CERead, func(ctx context.Context, r act.Reader[Tx]) (CELeave, error) {
		l, err := r.Tx.CELeave(ctx, id)
		if err != nil {
			return CELeave{}, err
		}
		return l, r.May(ctx, of(l.TherapistID, l.OrganizationID))
	})
}
