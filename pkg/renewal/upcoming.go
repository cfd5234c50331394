package renewal

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// UpcomingPart is a part of what ends for somebody, as of a day in the zone in
// which they are reminded. GivenUp is what nobody is reminded of any more, such
// as a licence that is retired or a certificate that was revoked.
type UpcomingPart struct {
	core.List[core.Due]
	Today   core.Date
	Zone    string
	GivenUp map[core.SubjectID]bool
}

// Upcoming lists a therapist's licences and certificates by the day on which they
// end, those first that ended a while ago. Permission: reminder.read, which is for
// their own record alone. Codes: bad_cursor, not_found.
func (s *Service) Upcoming(ctx context.Context, a access.Actor, therapist core.TherapistID, page core.Page) (UpcomingPart, error) {
	on, subject, err := dayCursor[core.SubjectID](page.Cursor)
	if err != nil {
		return UpcomingPart{}, err
	}
	now := s.src.Now()
	var part UpcomingPart
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		if err := allowed(ctx, tx, a, access.ReminderRead, therapist); err != nil {
			return err
		}
		p, err := preferencesOf(ctx, tx, therapist)
		if err != nil {
			return err
		}
		part.Zone, part.Today = p.ZoneInForce, core.DateOf(now.In(locationOf(p.ZoneInForce)))
		rows, err := tx.DueOf(ctx, therapist, part.Today.AddDays(-keptDays), DueKey{on, subject}, page.Size()+1)
		part.List = partOf(rows, page, func(d core.Due) (core.Date, string) { return d.ExpiresOn, d.Subject.String() })
		if err == nil {
			part.GivenUp, err = ended(ctx, tx, part.Items, part.Today)
		}
		return err
	})
	return part, err
}
