package licensuredb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Words of the axes that counted words have while nothing is wrong with a license. Where
// it has others, or was not listed, its answer depends on more than the age of looks.
const plainly = `NOT EXISTS (SELECT 1 FROM license_events e WHERE e.license_id = w.license_id AND (
		e.axis = 'lifecycle' AND e.status NOT IN ('active', 'reinstated') OR e.axis = 'discipline' AND e.status NOT IN ('none', 'reinstated')
		OR e.axis = 'term' AND e.until < ? AND (e.checked_on >= w.term OR e.effective_on > w.term)))
	AND NOT EXISTS (SELECT 1 FROM license_checks c WHERE c.license_id = w.license_id AND (
		c.outcome = 'not_found' AND c.checked_on >= w.looked OR c.lifecycle NOT IN ('', 'active', 'reinstated') OR c.discipline NOT IN ('', 'none', 'reinstated')
		OR c.expires_on < ? AND c.checked_on >= w.term))`

// LooksDue are at most q.Limit licenses that an organization may see, and that may be due
// for a look, in the order of their Place and then by id. Looked is the oldest of the last
// looks at the three axes that count for the organization, by events and by looks; where
// one of them was never looked at, NeverLooked. Left out are those alone of which nothing
// but good is known and whose looks are younger than q.Young: the caller judges the others.
func (t Licenses) LooksDue(_ context.Context, q licensure.DueQuery) ([]licensure.DueCandidate, error) {
	counts := func(g *gorm.DB, table string) *gorm.DB {
		if q.Organization.AcceptsLooks {
			return g
		}
		return g.Where("("+table+".register OR "+table+".organization_id = ?)", q.Organization.ID)
	}
	shared := Opened(q.Organization.ID, "l.therapist_id", q.Now, access.ScopeLicenses)
	open := func(g *gorm.DB, license string) *gorm.DB {
		return shared(g.Joins("JOIN licenses l ON l.id = " + license))
	}
	events := counts(open(t.Gorm().Table("license_events e").Select(`e.license_id,
			CASE WHEN e.axis = 'lifecycle' THEN e.checked_on END AS life, CASE WHEN e.axis = 'term' THEN e.checked_on END AS term, CASE WHEN e.axis = 'discipline' THEN e.checked_on END AS disc`), "e.license_id"), "e").
		Where("e.method = ? AND e.status <> ? AND e.effective_on <= ?", core.MethodPrimarySource, core.Withdrawn, q.Today).
		Where("NOT (e.axis = 'discipline' AND (e.status = ? OR e.authority <> '' OR e.lifts_id IS NOT NULL)) AND NOT (e.axis = 'lifecycle' AND COALESCE(e.until < ?, FALSE))", core.Reinstated, q.Today).
		Where("NOT EXISTS (SELECT 1 FROM license_events x WHERE x.withdraws_id = e.id)")
	looks := counts(open(t.Gorm().Table("license_checks c").Select(`c.license_id,
			CASE WHEN c.lifecycle <> '' THEN c.checked_on END AS life, CASE WHEN c.expires_on IS NOT NULL THEN c.checked_on END AS term, CASE WHEN c.discipline NOT IN ('', 'reinstated') THEN c.checked_on END AS disc`), "c.license_id"), "c").
		Where("c.outcome IN ? AND c.checked_on <= ?", []core.CheckOutcome{core.CheckSame, core.CheckChanged}, q.Today)
	newest := t.Gorm().Table("(? UNION ALL ?) n", events, looks).Select("n.license_id, MAX(n.life) AS life, MAX(n.term) AS term, MAX(n.disc) AS disc").Group("n.license_id")
	words := t.Gorm().Table("licenses l").
		Joins("LEFT JOIN (?) a ON a.license_id = l.id", newest).
		Select(`l.id AS license_id, l.therapist_id, a.term, CASE WHEN a.life IS NULL OR a.term IS NULL OR a.disc IS NULL THEN ?
			WHEN a.life <= a.term AND a.life <= a.disc THEN a.life WHEN a.term <= a.disc THEN a.term ELSE a.disc END AS looked`, licensure.NeverLooked).
		Scopes(shared)
	judged := t.Gorm().Table("(?) w", words).Select("w.*, CASE WHEN "+plainly+" THEN 1 ELSE 0 END AS plain", q.Today, q.Today)
	placed := t.Gorm().Table("(?) j", judged).Where("j.looked <= ? OR j.plain = 0", q.Young).
		Select("j.license_id, j.therapist_id, j.looked, CASE WHEN j.looked > ? AND j.plain = 0 THEN ? ELSE j.looked END AS place", q.Out, q.Out)
	due := t.Gorm().Table("(?) r", placed).Select("r.license_id, r.looked, r.place, p.name AS therapist_name").
		Joins("JOIN therapists t ON t.id = r.therapist_id").Joins("JOIN people p ON p.id = t.person_id")
	if !q.After.IsZero() {
		due = due.Where("r.place > ? OR r.place = ? AND r.license_id > ?", q.AfterPlace, q.AfterPlace, q.After)
	}
	return store.All[licensure.DueCandidate](due.Order("r.place, r.license_id").Limit(q.Limit))
}
