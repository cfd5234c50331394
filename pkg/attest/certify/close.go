package certify

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// finalValid is how long the last status lists of a closed school are good: its
// certificates are checked for a working life.
const finalValid = 30 * 365 * 24 * time.Hour

// closeDetail is what the log commits to of the end of a school.
type closeDetail struct {
	Organization core.OrganizationID `json:"organization"`
	Cause        string              `json:"cause"`
	At           time.Time           `json:"at"`
}

// signForGood signs the status lists of a school for the last time.
func (s *closings) signForGood(ctx context.Context, tx Tx, org core.Organization) error {
	return eachList(ctx, tx, org.ID, func(list StatusList) error {
		signed, err := s.lists.signedLists(ctx, tx, []StatusList{list}, org.ClosedAt, finalValid)
		if err == nil {
			err = tx.KeepStatusLists(ctx, signed)
		}
		return err
	})
}

func eachList(ctx context.Context, tx Tx, org core.OrganizationID, do func(StatusList) error) error {
	for after := (core.StatusListID{}); ; {
		page, err := tx.StatusListsOf(ctx, org, after, examined)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		for _, list := range page {
			if err := do(list); err != nil {
				return err
			}
		}
	}
}

// working is an organization that has not closed. Everything by which a school
// attests begins here.
func working(ctx context.Context, tx Tx, id core.OrganizationID) (core.Organization, error) {
	org, err := tx.Organization(ctx, id)
	if err == nil {
		err = notClosed(org)
	}
	return org, err
}

func notClosed(org core.Organization) error {
	if org.ClosedAt.IsZero() {
		return nil
	}
	return core.Conflict("school_closed.certify", "name", org.Name, "day", core.DateOf(org.ClosedAt.In(org.Location())))
}
