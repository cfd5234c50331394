package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// Move is what every jurisdiction says of a student's credits, by its name.
type Move struct {
	Enrollment core.Enrollment
	Recorded   core.Minutes
	Rows       []MoveRow
}

// MoveRow is one jurisdiction's answer. Standing is empty where the
// jurisdiction is not known.
type MoveRow struct {
	standard.Jurisdiction
	Standing standard.Standing
}

// Answer is met, short or unknown.
func (r MoveRow) Answer() string {
	switch {
	case !r.Known:
		return "unknown"
	case r.Standing.Met:
		return "met"
	}
	return "short"
}

// Move judges an enrollment's ledger by every jurisdiction of the catalogue. It
// says nothing of what a board asks for besides hours. It needs
// enrollment.read.
func (s *Service) Move(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (Move, error) {
	place, credits, err := s.ledger(ctx, a, enrollment)
	if err != nil {
		return Move{}, err
	}
	all, err := standard.Catalogue()
	if err != nil {
		return Move{}, err
	}
	m := Move{Enrollment: place.Enrollment, Rows: make([]MoveRow, len(all))}
	ordered := standard.Order(credits)
	for i, j := range all {
		m.Rows[i].Jurisdiction = j
		if j.Known {
			m.Rows[i].Standing = ordered.Evaluate(j.Standard)
		}
	}
	for _, c := range credits {
		m.Recorded += c.Minutes
	}
	return m, nil
}

// ledger is an enrollment's place with all its credits, for who may read it.
func (s *Service) ledger(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (place Place, credits []core.Credit, err error) {
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		if place, err = placeFor(ctx, tx, a, access.EnrollmentRead, enrollment, core.MemberID{}); err != nil {
			return err
		}
		credits, err = tx.CreditsOf(ctx, enrollment, core.CreditID{}, 0)
		return err
	})
	return place, credits, err
}
