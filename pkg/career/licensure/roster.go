package licensure

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Roster finds the import of a list, which may still be running. Permission:
// roster.read. Code: not_found.
func (s *rosters) Roster(ctx context.Context, a access.Actor, id core.RosterID) (Roster, error) {
	return act.Look(ctx, s.act, a, access.RosterRead, func(ctx context.Context, r act.Reader[Tx]) (Roster, error) {
		found, err := r.Tx.BoardRoster(ctx, id)
		if err != nil {
			return Roster{}, err
		}
		return found, r.May(ctx, access.Target{Organization: found.OrganizationID})
	})
}

// Rosters lists a school's imports of boards' lists, newest first. Permission:
// roster.read. Code: bad_cursor.
func (s *rosters) Rosters(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Roster], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.RosterRead, access.Target{Organization: org}, func(ctx context.Context, tx Tx, after core.RosterID, limit int) ([]Roster, error) {
		return tx.BoardRosters(ctx, org, after, limit)
	}, func(r Roster) core.RosterID { return r.ID }))
}
