package logbook

import (
	"context"
	"encoding/json"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// Progress is where an enrollment stands. It needs enrollment.read. The kept
// standing is read, not the history; when the ledger has grown since, the
// standard is evaluated once and the standing kept. Minutes throughout. The
// standing is shared: do not change its slices.
func (s *Service) Progress(ctx context.Context, a access.Actor, id core.EnrollmentID) (Progress, error) {
	var p Progress
	var found Found
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if found, err = tx.EnrollmentStanding(ctx, id); err != nil {
			return err
		}
		if err = access.Can(a, access.EnrollmentRead, access.Target{Organization: found.OrganizationID, Therapist: found.TherapistID}); err != nil {
			return err
		}
		p.Totals, err = tx.Totals(ctx, id)
		return err
	})
	if err != nil {
		return Progress{}, err
	}
	p.Enrollment = found.Enrollment
	p.Waiting, p.WaitingEntries, p.WaitingBySubject = waitingOf(p.Totals)
	p.Standing, err = s.standing(ctx, found)
	return p, err
}

// standing is an enrollment's, from memory, as kept, or evaluated. A standing
// belongs to a sequence of the ledger, so that one in memory is never out of
// date, on whatever server it was posted.
func (s *Service) standing(ctx context.Context, f Found) (standard.Standing, error) {
	key := standingKey{f.ID, f.StandardID, f.LedgerSeq}
	if st, ok := s.standings.get(key); ok {
		return st, nil
	}
	var st standard.Standing
	if f.fresh() {
		var kept core.KeptStanding
		err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
			kept, err = tx.KeptStanding(ctx, f.ID)
			return err
		})
		if err != nil {
			return st, err
		}
		if err := json.Unmarshal(kept.Body, &st); err != nil {
			return st, err
		}
		s.standings.put(standingKey{f.ID, kept.StandardID, kept.LedgerSeq}, st)
		return st, nil
	}
	standings, err := s.evaluate(ctx, []Found{f})
	return standings[f.ID], err
}

func waitingOf(totals []core.Total) (minutes core.Minutes, entries int, bySubject map[string]core.Minutes) {
	bySubject = map[string]core.Minutes{}
	for _, t := range totals {
		if t.WaitingMinutes > 0 {
			minutes += t.WaitingMinutes
			entries += t.WaitingEntries
			bySubject[t.Subject] += t.WaitingMinutes
		}
	}
	return minutes, entries, bySubject
}

// fresh tells whether the kept standing is of the ledger as it is.
func (f Found) fresh() bool {
	return f.Kept.StandardID == f.StandardID && f.Kept.LedgerSeq == f.LedgerSeq
}

// evaluate judges enrollments from their ledger and keeps the standings.
func (s *Service) evaluate(ctx context.Context, stale []Found) (map[core.EnrollmentID]standard.Standing, error) {
	standings := make(map[core.EnrollmentID]standard.Standing, len(stale))
	now := s.src.Now()
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		kept, err := s.judge(ctx, tx, stale, standings)
		if err != nil {
			return err
		}
		for i := range kept {
			kept[i].EvaluatedAt = now
		}
		return tx.KeepStandings(ctx, kept)
	})
	return standings, err
}

// judge evaluates enrollments and fills in standings. No posting comes between
// the sequence and the credits that it reads.
func (s *Service) judge(ctx context.Context, tx Tx, stale []Found, standings map[core.EnrollmentID]standard.Standing) ([]core.KeptStanding, error) {
	ids, standards := make([]core.EnrollmentID, len(stale)), map[core.EnrollmentID]core.StandardID{}
	for i, f := range stale {
		ids[i], standards[f.ID] = f.ID, f.StandardID
	}
	locked, err := tx.LockEnrollments(ctx, ids)
	if err != nil {
		return nil, err
	}
	credits, err := tx.CreditsOfMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	by := map[core.EnrollmentID][]core.Credit{}
	for start, i := 0, 1; i <= len(credits); i++ {
		if i == len(credits) || credits[i].EnrollmentID != credits[start].EnrollmentID {
			by[credits[start].EnrollmentID] = credits[start:i]
			start = i
		}
	}
	kept := make([]core.KeptStanding, len(locked))
	for i, e := range locked {
		std, err := s.standardOf(ctx, tx, standards[e.ID])
		if err != nil {
			return nil, err
		}
		standing := standard.Evaluate(*std, by[e.ID])
		body, err := json.Marshal(standing)
		if err != nil {
			return nil, err
		}
		standings[e.ID] = standing
		kept[i] = core.KeptStanding{EnrollmentID: e.ID, StandardID: standards[e.ID], LedgerSeq: e.LedgerSeq, Body: body}
	}
	return kept, nil
}

// Enrollments lists a school's enrollments by the student's name; students see
// their own. It needs enrollment.read.
func (s *Service) Enrollments(ctx context.Context, a access.Actor, org core.OrganizationID, f EnrollmentFilter, page core.Page) (core.List[EnrollmentRow], error) {
	scope, err := access.Scope(a, access.EnrollmentRead, org)
	if err != nil {
		return core.List[EnrollmentRow]{}, err
	}
	q := EnrollmentQuery{Organization: org, Therapist: scope.Therapist, State: f.State, Query: f.Query, Limit: page.Size() + 1}
	parts, err := core.DecodeCursor(page.Cursor, 2)
	if err != nil {
		return core.List[EnrollmentRow]{}, err
	}
	if parts != nil {
		q.AfterName = parts[0]
		if q.After, err = cursorPart[core.EnrollmentID](parts[1]); err != nil {
			return core.List[EnrollmentRow]{}, err
		}
	}
	found, err := s.find(ctx, q)
	if err != nil {
		return core.List[EnrollmentRow]{}, err
	}
	list := cut(found, page, func(f Found) []string { return []string{f.Name, f.ID.String()} })
	rows, err := s.rows(ctx, list.Items)
	return core.List[EnrollmentRow]{Items: rows, Next: list.Next}, err
}

// MyEnrollments are the actor's own, in every school. It needs self.read.
func (s *Service) MyEnrollments(ctx context.Context, a access.Actor) ([]EnrollmentRow, error) {
	if err := access.Can(a, access.SelfRead, access.Target{}); err != nil {
		return nil, err
	}
	if a.TherapistID.IsZero() {
		return nil, nil
	}
	found, err := s.find(ctx, EnrollmentQuery{Therapist: a.TherapistID, Limit: 100})
	if err != nil {
		return nil, err
	}
	return s.rows(ctx, found)
}

func (s *Service) find(ctx context.Context, q EnrollmentQuery) (found []Found, err error) {
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		found, err = tx.FindEnrollments(ctx, q)
		return err
	})
	return found, err
}

// rows adds where enrollments stand; all stale standings are evaluated at once.
func (s *Service) rows(ctx context.Context, found []Found) ([]EnrollmentRow, error) {
	var stale []Found
	rows := make([]EnrollmentRow, len(found))
	for i, f := range found {
		rows[i] = EnrollmentRow{Enrollment: f.Enrollment, Waiting: f.Waiting}
		if !f.fresh() {
			stale = append(stale, f)
			continue
		}
		if err := json.Unmarshal(f.Kept.Body, (*summary)(&rows[i])); err != nil {
			return nil, err
		}
	}
	if len(stale) == 0 {
		return rows, nil
	}
	standings, err := s.evaluate(ctx, stale)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if st, ok := standings[rows[i].ID]; ok {
			rows[i].Valid, rows[i].Recorded, rows[i].Required, rows[i].Met = st.Valid, st.Recorded, st.Required, st.Met
		}
	}
	return rows, nil
}

// summary reads the few fields of a standing's JSON that a row shows.
type summary EnrollmentRow

func (s *summary) UnmarshalJSON(b []byte) error {
	var few struct {
		Met                       bool
		Recorded, Valid, Required core.Minutes
	}
	if err := json.Unmarshal(b, &few); err != nil {
		return err
	}
	s.Met, s.Recorded, s.Valid, s.Required = few.Met, few.Recorded, few.Valid, few.Required
	return nil
}
