package licensure

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// youngest is how old a therapist is at least.
const youngest = 14

// SetDetails keeps when a therapist was born and in which zone (IANA) they live;
// what is left out is taken away. Permission: therapist.write. Codes by field:
// bad_date, date_in_future, too_young (birth_date), unknown_zone (zone).
func (s *Service) SetDetails(ctx context.Context, a access.Actor, id core.TherapistID, birth core.Date, zone string) (core.Therapist, error) {
	now := s.src.Now()
	var t core.Therapist
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		org, err := allowed(ctx, tx, a, access.TherapistWrite, id)
		if err != nil {
			return err
		}
		var f form
		if !birth.IsZero() {
			f.day("birth_date", birth, latestToday(now))
			if birth.Year > now.Year()-youngest && !birth.After(latestToday(now)) {
				f.Add("birth_date", "too_young", "A therapist is at least %d years old.", youngest)
			}
		}
		f.line("zone", &zone, 0, 60)
		if zone != "" {
			if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
				f.Add("zone", "unknown_zone", "%q is no time zone: write it as America/Chicago.", zone)
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		if t, err = tx.Therapist(ctx, id); err != nil {
			return err
		}
		t.BirthDate, t.Zone = birth, zone
		if err := tx.SetTherapistDetails(ctx, t); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, string(access.TherapistWrite), "therapist", id.String())
	})
	return t, err
}
