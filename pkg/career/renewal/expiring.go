package renewal

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

const (
	// MostDays is how far an office can look ahead.
	MostDays = 730
	// justOver is how long a license that ended stays in the office's list.
	justOver = 30
)

// ExpiringPart is a part of what ends soon, as of a day in the organization's
// zone.
type ExpiringPart struct {
	core.List[Expiring]
	Today core.Date
	Zone  string
}

// Expiring lists the licenses of people who let an organization see them, and
// that end within so many days (1 to MostDays), or ended in the last thirty, by
// their last day. Permission: expiry.read. Codes: bad_days, bad_cursor.
func (s *Service) Expiring(ctx context.Context, a access.Actor, org core.OrganizationID, days int, page core.Page) (ExpiringPart, error) {
	var part ExpiringPart
	list, err := act.List(ctx, s.act, a, page, act.Listing[Tx, Expiring]{
		Action: access.ExpiryRead, Parts: 2,
		Find: func(ctx context.Context, r act.Reader[Tx], at act.Part) ([]Expiring, error) {
			if err := r.May(ctx, access.Target{Organization: org}); err != nil {
				return nil, err
			}
			if days < 1 || days > MostDays {
				return nil, core.InvalidField("days", "bad_days.renewal", "mostDays", MostDays)
			}
			on, license, err := afterDay[core.LicenseID](at)
			if err != nil {
				return nil, err
			}
			o, err := r.Tx.Organization(ctx, org)
			if err != nil {
				return nil, err
			}
			part.Today, part.Zone = o.Today(r.Now), o.Zone
			found, err := r.Tx.ExpiringLicenses(ctx, org, r.Now, part.Today.AddDays(-justOver), part.Today.AddDays(days), ExpiringKey{on, license}, at.Limit)
			for _, l := range found {
				r.Saw(org, l.TherapistID, access.ScopeLicenses)
			}
			return found, err
		},
		Key: func(e Expiring) []string { return []string{e.ExpiresOn.String(), e.LicenseID.String()} },
	})
	if err != nil {
		return ExpiringPart{}, err
	}
	part.List = list
	return part, nil
}

// afterDay is the key of a list that is ordered by a day and then by an
// identifier.
func afterDay[I ~[16]byte](at act.Part) (on core.Date, id I, err error) {
	if on, err = act.AfterDate(at, 0); err == nil {
		id, err = act.AfterID[I](at, 1)
	}
	return on, id, err
}
