package licensure

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/roster"
)

// Matches lists the lines that wait for a person, or were decided, oldest first.
// Permission: roster.read. Codes: unknown_state, bad_cursor.
func (s *Service) Matches(ctx context.Context, a access.Actor, org core.OrganizationID, state core.MatchState, page core.Page) (core.List[core.RosterMatch], error) {
	if err := access.Can(a, access.RosterRead, access.Target{Organization: org}); err != nil {
		return core.List[core.RosterMatch]{}, err
	}
	if state == "" {
		state = core.MatchOpen
	}
	if !slices.Contains([]core.MatchState{core.MatchOpen, core.MatchLinked, core.MatchDismissed}, state) {
		return core.List[core.RosterMatch]{}, core.InvalidField("state", "unknown_state", "A line is open, linked or dismissed.")
	}
	after, err := core.AfterID[core.RosterMatchID](page.Cursor)
	if err != nil {
		return core.List[core.RosterMatch]{}, err
	}
	var rows []core.RosterMatch
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.RosterMatches(ctx, org, state, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(m core.RosterMatch) string { return m.ID.String() }), err
}

// Link decides that a line is of one of its candidates, and records what it
// says. Permission: roster.decide, and nobody for their own record. Codes:
// not_found, own_record, not_a_candidate (therapist_id), decided,
// license_of_another, stale.
func (s *Service) Link(ctx context.Context, a access.Actor, id core.RosterMatchID, version int, therapist core.TherapistID) (core.RosterMatch, error) {
	return s.decideMatch(ctx, a, id, version, therapist, func(ctx context.Context, tx Tx, m *core.RosterMatch, now time.Time) error {
		if !slices.ContainsFunc(m.Candidates, func(p core.RosterPerson) bool { return p.TherapistID == therapist }) {
			return core.InvalidField("therapist_id", "not_a_candidate", "Choose one of the people of the line.")
		}
		m.State = core.MatchLinked
		return s.link(ctx, tx, a, m, therapist, now)
	})
}

// Dismiss decides that a line is of none of its candidates; it is not asked
// again. Permission: roster.decide. Codes: not_found, decided, stale.
func (s *Service) Dismiss(ctx context.Context, a access.Actor, id core.RosterMatchID, version int) (core.RosterMatch, error) {
	return s.decideMatch(ctx, a, id, version, core.TherapistID{}, func(_ context.Context, _ Tx, m *core.RosterMatch, _ time.Time) error {
		m.State = core.MatchDismissed
		return nil
	})
}

func (s *Service) decideMatch(ctx context.Context, a access.Actor, id core.RosterMatchID, version int, therapist core.TherapistID, decide func(context.Context, Tx, *core.RosterMatch, time.Time) error) (core.RosterMatch, error) {
	now := s.src.Now()
	var m core.RosterMatch
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if m, err = tx.RosterMatch(ctx, id); err != nil {
			return err
		}
		// A candidate who is the actor is the actor's own record, whoever is chosen.
		target := access.Target{Organization: m.OrganizationID, Therapist: therapist}
		if slices.ContainsFunc(m.Candidates, func(p core.RosterPerson) bool { return p.TherapistID == a.TherapistID }) && !a.TherapistID.IsZero() {
			target.Therapist = a.TherapistID
		}
		if err := access.Can(a, access.RosterDecide, target); err != nil {
			return hidden(err, "roster match")
		}
		switch {
		case m.State != core.MatchOpen:
			return core.Conflict("decided", "This line was decided already.")
		case version != 0 && version != m.Version:
			return core.ErrStale
		}
		m.DecidedBy, m.DecidedByName, m.DecidedAt = a.AccountID, a.Name, now
		if err := decide(ctx, tx, &m, now); err != nil {
			return err
		}
		if err := tx.DecideRosterMatch(ctx, m); err != nil {
			return err
		}
		m.Version++
		return s.audit(ctx, tx, a, now, m.OrganizationID, string(access.RosterDecide), "roster_match", id.String())
	})
	return m, err
}

// link records what a line says of a therapist's licence.
func (s *Service) link(ctx context.Context, tx Tx, a access.Actor, m *core.RosterMatch, therapist core.TherapistID, now time.Time) error {
	source, err := tx.RosterSource(ctx, m.SourceID)
	if err != nil {
		return err
	}
	var line roster.Line
	if err := json.Unmarshal(m.Line, &line); err != nil {
		return err
	}
	w := &rosterPart{now: now, rosterImport: &rosterImport{
		s: s, a: a, source: source, roster: core.Roster{ID: m.RosterID, OrganizationID: m.OrganizationID, AsOf: m.AsOf},
	}}
	recorded, err := tx.LicensesByNumber(ctx, m.Jurisdiction, []string{m.Number})
	if err != nil {
		return err
	}
	l, isNew := w.newLicense(line, therapist), true
	if i := slices.IndexFunc(recorded, func(l core.License) bool { return l.Title == m.Title }); i >= 0 {
		l, isNew = recorded[i], false
	}
	if l.TherapistID != therapist {
		return core.Conflict("license_of_another", "Somebody else has this licence by now. Dismiss the line, or look at that licence.")
	}
	events, withdrawn, _ := found{line, source.Name, m.AsOf}.news(l, m.Doubt == core.DoubtEarlierEnd)
	w.record(l, isNew, events, withdrawn)
	m.LicenseID = l.ID
	return w.write(ctx, tx)
}
