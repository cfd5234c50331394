package licensure

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// youngest is how old a therapist is at least.
const youngest = 14

// Therapist finds a person: to an organization that keeps this very file of them, or has
// a grant of any part of the record, by name, and with the address where it keeps the
// file or the grant opens contact. Permission: license.read. Code: not_found.
func (s *licenses) Therapist(ctx context.Context, a access.Actor, id core.TherapistID) (core.Therapist, error) {
	return act.Read(ctx, s.act, a, access.LicenseRead, func(ctx context.Context, r act.Reader[Tx]) (core.Therapist, error) {
		share, err := r.Share(ctx, id, access.AnyScope)
		if err != nil {
			return core.Therapist{}, err
		}
		t, err := r.Tx.Therapist(ctx, id)
		if err != nil || a.Is(id) {
			return t, err
		}
		t.BirthDate, t.Zone = core.Date{}, ""
		writers, err := r.Tx.Writers(ctx, id)
		if err != nil || slices.ContainsFunc(writers, func(org core.OrganizationID) bool { return slices.Contains(share.Own, org) }) {
			return t, err
		}
		if !share.Whole || t.PersonID != t.ID { // it keeps another file of the same person
			return core.Therapist{}, core.NotFound("therapist")
		}
		if share.Target.Scope = access.ScopeContact; !r.Can(share.Target) {
			t.Email = ""
		}
		return t, nil
	})
}

// Form asks, before a form is shown or a page leads to it, whether the actor may do with a
// part of a therapist's record what the form does; it is no look. Permission: the action.
// Codes: not_found, forbidden.
func (s *licenses) Form(ctx context.Context, a access.Actor, action access.Action, therapist core.TherapistID, scope access.Scope) error {
	_, err := act.Read(ctx, s.act, a, action, func(ctx context.Context, r act.Reader[Tx]) (struct{}, error) {
		owner, err := r.Granted(ctx, part(therapist, core.OrganizationID{}, scope))
		if err == nil {
			err = r.Refuses(action, owner)
		}
		return struct{}{}, err
	})
	return err
}

var setsDetails = act.Declare(access.TherapistWrite, act.NewEvent("therapist.write", "therapist"))

// SetDetails keeps when a therapist was born and in which zone (IANA) they live;
// what is left out is taken away. Permission: therapist.write, by the therapist alone. Codes by field:
// bad_date, date_in_future, too_young (birth_date), unknown_zone (zone).
func (s *licenses) SetDetails(ctx context.Context, a access.Actor, id core.TherapistID, birth core.Date, zone string) (core.Therapist, error) {
	return act.Do(ctx, s.act, a, setsDetails, act.Command[Tx, struct{}, core.Therapist]{
		At: part(id, core.OrganizationID{}, access.AnyScope),
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (core.Therapist, error) {
			if err := checkDetails(birth, &zone, x.Now); err != nil {
				return core.Therapist{}, err
			}
			t, err := x.Tx.Therapist(ctx, id)
			t.BirthDate, t.Zone = birth, zone
			return t, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, t core.Therapist) error {
			return x.Tx.SetTherapistDetails(ctx, t)
		},
		Tell: func(struct{}, core.Therapist) []act.Told { return act.Of(id.String(), nil) },
	})
}

func checkDetails(birth core.Date, zone *string, now time.Time) error {
	var f form
	if !birth.IsZero() {
		f.day("birth_date", birth, latestToday(now))
		if birth.Year > now.Year()-youngest && !birth.After(latestToday(now)) {
			f.Add("birth_date", "too_young", "youngest", youngest)
		}
	}
	f.line("zone", zone, 0, 60)
	if *zone != "" {
		if _, err := time.LoadLocation(*zone); err != nil || *zone == "Local" {
			f.Add("zone", "unknown_zone.zone", "zone", *zone)
		}
	}
	return f.Err()
}
