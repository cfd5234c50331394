package renewal

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// UpcomingPart is a part of what ends for someone, as of a day in the zone in
// which they are reminded. GivenUp is what nobody is reminded of any more, such
// as a license that is retired or a certificate that was revoked.
type UpcomingPart struct {
	core.List[Due]
	Today   core.Date
	Zone    string
	GivenUp map[core.SubjectID]bool
}

// Upcoming lists a therapist's licenses and certificates by the day on which they
// end, those first that ended a while ago. Permission: reminder.read, which is for
// their own record alone. Codes: bad_cursor, not_found.
func (s *Service) Upcoming(ctx context.Context, a access.Actor, therapist core.TherapistID, page core.Page) (UpcomingPart, error) {
	var part UpcomingPart
	list, err := act.List(ctx, s.act, a, page, act.Listing[Tx, Due]{
		Action: access.ReminderRead, Parts: 2,
		Find: func(ctx context.Context, r act.Reader[Tx], at act.Part) ([]Due, error) {
			on, subject, err := afterDay[core.SubjectID](at)
			if err == nil {
				err = r.May(ctx, of(therapist))
			}
			if err != nil {
				return nil, err
			}
			p, err := preferencesOf(ctx, r.Tx, therapist)
			if err != nil {
				return nil, err
			}
			part.Zone, part.Today = p.ZoneInForce, core.DateOf(r.Now.In(locationOf(p.ZoneInForce)))
			rows, err := r.Tx.DueOf(ctx, therapist, part.Today.AddDays(-keptDays), DueKey{on, subject}, at.Limit)
			if err == nil {
				part.GivenUp, err = ended(ctx, r.Tx, rows, part.Today)
			}
			return rows, err
		},
		Key: func(d Due) []string { return []string{d.ExpiresOn.String(), d.Subject.String()} },
	})
	if err != nil {
		return UpcomingPart{}, err
	}
	part.List = list
	return part, nil
}
