package specialty

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/words"
)

// barsOf tells of people in a list of an organization, whose office may read licenses,
// where they may not practice because of a discipline. Nothing is told of those who do not
// share their licenses with it.
func barsOf(ctx context.Context, tx Directory, a access.Actor, org core.OrganizationID, people []core.TherapistID, now time.Time) (map[core.TherapistID][]words.Sentence, error) {
	if len(people) == 0 {
		return nil, nil
	}
	shared, err := tx.LicensesShared(ctx, org, people, now)
	all := map[core.TherapistID][]words.Sentence{}
	for id, licenses := range shared {
		if bars := barsIn(licenses, licensure.Asking(a, id, a.At(org), standard.AsOf(now)), a.At(org).Jurisdiction); len(bars) > 0 {
			all[id] = bars
		}
	}
	return all, err
}

func barsIn(licenses []core.License, q license.Asked, leads string) []words.Sentence {
	return license.Bars(license.Places(licenses, q, leads), core.JurisdictionName)
}

// marked marks those of a list who may not practice, and tells whose licenses are seen by
// that.
func marked(ctx context.Context, tx Directory, a access.Actor, org core.OrganizationID, all []Ability, now time.Time) (seen []core.TherapistID, err error) {
	people := make([]core.TherapistID, len(all))
	for i, b := range all {
		people[i] = b.TherapistID
	}
	bars, err := barsOf(ctx, tx, a, org, people, now)
	for i := range all {
		if all[i].Bars = bars[all[i].TherapistID]; all[i].Bars != nil {
			seen = append(seen, all[i].TherapistID)
		}
	}
	return seen, err
}

// readsLicenses is asked of who sees a list of an organization, before they are told of
// the licenses of those on it.
func readsLicenses(allows func(access.Action, access.Target) bool, org core.OrganizationID) bool {
	return allows(access.LicenseDue, access.Target{Organization: org})
}

// Bars tells where a therapist may not practice because of a discipline; nothing where the
// actor may not read the licenses. Permission: ability.read at a school that keeps a file
// of them, or under a grant of specialties. Code: not_found.
func (s *Service) Bars(ctx context.Context, a access.Actor, therapist core.TherapistID) ([]words.Sentence, error) {
	return act.Read(ctx, s.act, a, access.AbilityRead, func(ctx context.Context, r act.Reader[Tx]) ([]words.Sentence, error) {
		v, err := mayLook(ctx, r, therapist)
		if err != nil {
			return nil, err
		}
		licenses, _, err := v.licenses(ctx, r)
		org := r.Actor.AsksFor()
		return barsIn(licenses, licensure.Asking(r.Actor, therapist, org, standard.AsOf(r.Now)), org.Jurisdiction), err
	})
}
