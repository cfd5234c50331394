package renewal

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

const (
	// MostDays is how far an office can look ahead.
	MostDays = 730
	// justOver is how long a licence that ended stays in the office's list.
	justOver = 30
)

// ExpiringPart is a part of what ends soon, as of a day in the organization's
// zone.
type ExpiringPart struct {
	core.List[core.Expiring]
	Today core.Date
	Zone  string
}

// Expiring lists the licences of people whom an organization teaches or taught
// that end within so many days (1 to MostDays), or ended in the last thirty, by
// their last day. Permission: expiry.read. Codes: bad_days, bad_cursor.
func (s *Service) Expiring(ctx context.Context, a access.Actor, org core.OrganizationID, days int, page core.Page) (ExpiringPart, error) {
	if err := access.Can(a, access.ExpiryRead, access.Target{Organization: org}); err != nil {
		return ExpiringPart{}, err
	}
	if days < 1 || days > MostDays {
		return ExpiringPart{}, core.InvalidField("days", "bad_days", "Look ahead 1 to %d days.", MostDays)
	}
	after, err := expiringKey(page.Cursor)
	if err != nil {
		return ExpiringPart{}, err
	}
	var part ExpiringPart
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		o, err := tx.Organization(ctx, org)
		if err != nil {
			return err
		}
		part.Today, part.Zone = o.Today(s.src.Now()), o.Zone
		rows, err := tx.ExpiringLicenses(ctx, org, part.Today.AddDays(-justOver), part.Today.AddDays(days), after, page.Size()+1)
		part.List = partOf(rows, page, func(e core.Expiring) (core.Date, string) { return e.ExpiresOn, e.LicenseID.String() })
		return err
	})
	return part, err
}

func expiringKey(cursor string) (ExpiringKey, error) {
	on, id, err := dayCursor[core.LicenseID](cursor)
	return ExpiringKey{on, id}, err
}

// partOf is core.ListOf for a list that is ordered by a day and then by an
// identifier.
func partOf[T any](rows []T, page core.Page, key func(T) (core.Date, string)) core.List[T] {
	if len(rows) <= page.Size() {
		return core.List[T]{Items: rows}
	}
	on, id := key(rows[page.Size()-1])
	return core.List[T]{Items: rows[:page.Size()], Next: core.EncodeCursor(on.String(), id)}
}

// dayCursor reads the cursor of a list that is ordered by a day and then by an
// identifier.
func dayCursor[I ~[16]byte](cursor string) (core.Date, I, error) {
	var none I
	parts, err := core.DecodeCursor(cursor, 2)
	if err != nil || parts == nil {
		return core.Date{}, none, err
	}
	on, err := core.ParseDate(parts[0])
	if err != nil {
		return core.Date{}, none, core.ErrBadCursor
	}
	id, err := core.ParseID[I](parts[1])
	if err != nil {
		return core.Date{}, none, core.ErrBadCursor
	}
	return on, id, nil
}
