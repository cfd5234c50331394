package licensure

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
)

// Matches lists the lines that wait for a person, or were decided, oldest first.
// Permission: roster.read. Codes: unknown_state, bad_cursor.
func (s *rosters) Matches(ctx context.Context, a access.Actor, org core.OrganizationID, state MatchState, page core.Page) (core.List[RosterMatch], error) {
	if state == "" {
		state = MatchOpen
	}
	return act.List(ctx, s.act, a, page, act.ByID(access.RosterRead, access.Target{Organization: org}, func(ctx context.Context, tx Tx, after core.RosterMatchID, limit int) ([]RosterMatch, error) {
		if !slices.Contains([]MatchState{MatchOpen, MatchLinked, MatchDismissed}, state) {
			return nil, core.InvalidField("state", "unknown_state.licensure")
		}
		return tx.RosterMatches(ctx, org, state, after, limit)
	}, func(m RosterMatch) core.RosterMatchID { return m.ID }))
}

// RegisterMatches are Matches of the operator's lists. Permission: source.read.
func (s *rosters) RegisterMatches(ctx context.Context, a access.Actor, page core.Page) (core.List[RosterMatch], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.SourceRead, access.Target{}, func(ctx context.Context, tx Tx, after core.RosterMatchID, limit int) ([]RosterMatch, error) {
		return tx.RosterMatches(ctx, core.OrganizationID{}, MatchOpen, after, limit)
	}, func(m RosterMatch) core.RosterMatchID { return m.ID }))
}

var (
	matchDecided  = act.NewEvent("roster.decide", "roster_match")
	decidesMatch  = act.Declare(access.RosterDecide, matchDecided)
	decidesListed = act.Declare(access.SourceManage, matchDecided)
)

// Link decides that a line is of one of its candidates, and records what it
// says. Permission: roster.decide under a grant of licenses, and nobody for their own record. Codes:
// not_found, own_record, not_a_candidate (therapist_id), decided, source_withdrawn,
// stale.
func (s *rosters) Link(ctx context.Context, a access.Actor, id core.RosterMatchID, version int, therapist core.TherapistID) (RosterMatch, error) {
	return act.Do(ctx, s.act, a, decidesMatch, deciding(a, id, version, therapist, false, s.linking(therapist)))
}

// LinkListed is Link for a line of the operator's lists. Permission: source.manage.
func (s *rosters) LinkListed(ctx context.Context, a access.Actor, id core.RosterMatchID, version int, therapist core.TherapistID) (RosterMatch, error) {
	return act.Do(ctx, s.act, a, decidesListed, deciding(a, id, version, therapist, true, s.linking(therapist)))
}

func (s *rosters) linking(therapist core.TherapistID) func(context.Context, act.Step[Tx], *RosterMatch) error {
	return func(ctx context.Context, x act.Step[Tx], m *RosterMatch) error {
		if !m.candidate(therapist) {
			return core.InvalidField("therapist_id", "not_a_candidate")
		}
		m.State = MatchLinked
		return s.link(ctx, x, m, therapist)
	}
}

// Dismiss decides that a line is of none of its candidates; it is not asked
// again. Permission: roster.decide. Codes: not_found, decided, stale.
func (s *rosters) Dismiss(ctx context.Context, a access.Actor, id core.RosterMatchID, version int) (RosterMatch, error) {
	return act.Do(ctx, s.act, a, decidesMatch, deciding(a, id, version, core.TherapistID{}, false, dismissing))
}

// DismissListed is Dismiss for a line of the operator's lists. Permission:
// source.manage.
func (s *rosters) DismissListed(ctx context.Context, a access.Actor, id core.RosterMatchID, version int) (RosterMatch, error) {
	return act.Do(ctx, s.act, a, decidesListed, deciding(a, id, version, core.TherapistID{}, true, dismissing))
}

func dismissing(_ context.Context, _ act.Step[Tx], m *RosterMatch) error {
	m.State = MatchDismissed
	return nil
}

func (m RosterMatch) candidate(therapist core.TherapistID) bool {
	return slices.ContainsFunc(m.Candidates, func(p RosterPerson) bool { return p.TherapistID == therapist })
}

// deciding is a command that decides on a line of a school, or of the operator, for a
// therapist, zero for none of its candidates. That it was decided already is told before
// that it is another version by now, since that is why.
func deciding(a access.Actor, id core.RosterMatchID, version int, therapist core.TherapistID, operator bool, decide func(context.Context, act.Step[Tx], *RosterMatch) error) act.Command[Tx, RosterMatch, RosterMatch] {
	return act.Command[Tx, RosterMatch, RosterMatch]{
		Find: func(ctx context.Context, tx Tx) (act.Found[RosterMatch], error) {
			m, err := tx.RosterMatch(ctx, id)
			if err == nil && m.OrganizationID.IsZero() != operator {
				err = core.NotFound("roster match")
			}
			// A candidate who is the actor is the actor's own record, no matter who is chosen.
			owner := access.Target{Organization: m.OrganizationID, Therapist: therapist}
			if own := slices.IndexFunc(m.Candidates, func(p RosterPerson) bool { return a.MayBe(p.TherapistID) }); own >= 0 {
				owner.Therapist = m.Candidates[own].TherapistID
			}
			found := act.Found[RosterMatch]{Thing: m, Owner: owner}
			if m.candidate(therapist) && !operator {
				found.Others = []access.Target{licensesOf(therapist)}
			}
			return found, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], m RosterMatch) (RosterMatch, error) {
			switch {
			case m.State != MatchOpen:
				return m, core.Conflict("decided")
			case version != 0 && version != m.Version:
				return m, core.ErrStale
			}
			m.DecidedBy, m.DecidedByName, m.DecidedAt = a.AccountID, a.Name, x.Now
			err := decide(ctx, x, &m)
			m.Version++
			return m, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to RosterMatch) error {
			to.Version = from.Version
			return x.Tx.DecideRosterMatch(ctx, to)
		},
		Tell: func(_, m RosterMatch) []act.Told { return tell(m.OrganizationID, therapist, id.String()) },
	}
}

// link records what a line says of a therapist's license.
func (s *rosters) link(ctx context.Context, x act.Step[Tx], m *RosterMatch, therapist core.TherapistID) error {
	source, err := x.Tx.RosterSource(ctx, m.SourceID)
	if err != nil {
		return err
	}
	var line roster.Line
	if err := core.FromJSON(m.Line, &line, "roster_matches.line", m.ID.String()); err != nil {
		return err
	}
	w := &rosterPart{now: x.Now, rosterImport: &rosterImport{
		src: s.src, notices: s.notices, hearing: s.hearing, a: x.Actor, source: source, roster: Roster{ID: m.RosterID, OrganizationID: m.OrganizationID, AsOf: m.AsOf},
	}}
	if !source.WithdrawnAt.IsZero() {
		return core.Conflict("source_withdrawn")
	}
	recorded, err := x.Tx.LicensesByNumber(ctx, m.Jurisdiction, []string{m.Number})
	if err != nil {
		return err
	}
	if w.holders, err = holdersOf(ctx, x.Tx, recorded); err != nil {
		return err
	}
	l, isNew := w.newLicense(line, therapist), true
	for _, same := range sameLicense(recorded, m.Jurisdiction, m.Title, m.Number) {
		if w.holders[same.TherapistID].TherapistID == therapist {
			l, isNew = same, false
		}
	}
	if isNew && m.OrganizationID.IsZero() { // it has been set aside since
		return core.NotFound("license")
	}
	w.record(w.found(line), l, isNew)
	m.LicenseID = l.ID
	return w.write(ctx, x.Tx)
}
