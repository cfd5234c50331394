package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Move is what every jurisdiction says of a student's credits, by its name.
type Move struct {
	Enrollment Enrollment
	Recorded   core.Minutes
	Rows       []MoveRow
}

// MoveRow is one jurisdiction's answer. Standing is empty where the
// jurisdiction is not known.
type MoveRow struct {
	standard.Jurisdiction
	Standing standard.Standing
}

// Unknown answers where a jurisdiction is not known.
const Unknown standard.Answer = "unknown"

// Answer is met, ask, short or unknown.
func (r MoveRow) Answer() standard.Answer {
	if !r.Known {
		return Unknown
	}
	return r.Jurisdiction.Answer(r.Standing)
}

// Ask is what about the answer is not sure, and when to look again, in sentences.
func (r MoveRow) Ask() []string { return r.Jurisdiction.AskText(r.Standing) }

// Move judges an enrollment's ledger by every jurisdiction of the catalog. It
// says nothing of what a board asks for besides hours. It needs
// enrollment.read.
func (s *enrollments) Move(ctx context.Context, a access.Actor, enrollment core.EnrollmentID) (Move, error) {
	return act.Read(ctx, s.act, a, access.EnrollmentRead, func(ctx context.Context, r act.Reader[Tx]) (Move, error) {
		place, credits, err := ledgerFor(ctx, r, enrollment)
		if err != nil {
			return Move{}, err
		}
		return moved(place.Enrollment, credits, place.days(r.Now))
	})
}

// moved judges by the versions in force for someone of this enrollment who applies
// today.
func moved(e Enrollment, credits []core.Credit, d standard.Days) (Move, error) {
	all, err := standard.Catalog(d)
	if err != nil {
		return Move{}, err
	}
	m := Move{Enrollment: e, Rows: make([]MoveRow, len(all))}
	ordered := standard.Order(credits)
	for i, j := range all {
		m.Rows[i].Jurisdiction, m.Rows[i].Standing = j, ordered.Evaluate(j.Rules)
	}
	for _, c := range credits {
		m.Recorded += c.Minutes
	}
	return m, nil
}

// ledgerFor is an enrollment's place with all its credits, for who may read it.
func ledgerFor(ctx context.Context, r act.Reader[Tx], enrollment core.EnrollmentID) (Place, []core.Credit, error) {
	place, err := placeFor(ctx, r, enrollment)
	if err != nil {
		return place, nil, err
	}
	credits, err := r.Tx.CreditsOf(ctx, enrollment, core.CreditID{}, 0)
	return place, credits, err
}
