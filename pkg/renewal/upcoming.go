package renewal

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// UpcomingPart is a part of what ends for somebody, as of a day in the zone in
// which they are reminded.
type UpcomingPart struct {
	core.List[core.Due]
	Today core.Date
	Zone  string
}

// Upcoming lists the actor's own licences and certificates by the day on which
// they end, those first that ended a while ago. Permission: reminder.read on one's
// own record. Codes: bad_cursor, not_found.
func (s *Service) Upcoming(ctx context.Context, a access.Actor, page core.Page) (UpcomingPart, error) {
	if err := own(a, access.ReminderRead); err != nil {
		return UpcomingPart{}, err
	}
	on, subject, err := dayCursor[core.SubjectID](page.Cursor)
	if err != nil {
		return UpcomingPart{}, err
	}
	now := s.src.Now()
	var part UpcomingPart
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		p, err := preferencesOf(ctx, tx, a.TherapistID)
		if err != nil {
			return err
		}
		part.Zone, part.Today = p.ZoneInForce, core.DateOf(now.In(locationOf(p.ZoneInForce)))
		rows, err := tx.DueOf(ctx, a.TherapistID, part.Today.AddDays(-keptDays), DueKey{on, subject}, page.Size()+1)
		part.Items = rows
		if len(rows) > page.Size() {
			part.Items = rows[:page.Size()]
			last := part.Items[len(part.Items)-1]
			part.Next = core.EncodeCursor(last.ExpiresOn.String(), last.Subject.String())
		}
		return err
	})
	return part, err
}
