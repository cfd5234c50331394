package specialtydb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/dispute/disputedb"
	"github.com/palmar/palmar/pkg/people/grant/grantdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Ability is what a school's certificates say a therapist to be trained for.
type Ability struct {
	OrganizationID core.OrganizationID `gorm:"primaryKey"`
	Condition      string              `gorm:"primaryKey"`
	Means          string              `gorm:"primaryKey"`
	TherapistID    core.TherapistID    `gorm:"primaryKey"`
	Area           string              `gorm:"not null"`
	CredentialID   core.CredentialID   `gorm:"not null"`
	ValidUntil     store.Moment
}

// TableName implements schema.Tabler.
func (Ability) TableName() string { return "abilities" }

type shownAbility struct {
	Ability
	OrganizationName string
	Name             string
	Code             string
	Title            string
	IssuedAt         store.Moment
	DisputedSince    store.Moment
}

func (a shownAbility) toCore() specialty.Ability {
	return specialty.Ability{
		OrganizationID: a.OrganizationID, OrganizationName: a.OrganizationName, TherapistID: a.TherapistID, Name: a.Name,
		Condition: a.Condition, Means: a.Means, Area: a.Area, CredentialID: a.CredentialID, Code: a.Code, Title: a.Title,
		IssuedAt: a.IssuedAt.Time, ValidUntil: a.ValidUntil.Time, Disputed: core.Disputed{DisputedAt: a.DisputedSince.Time},
	}
}

// held is what certificates that nothing is said against attest: of each course's
// conditions each with each of its techniques and modalities, and each alone. A
// course that refreshes another attests what that one does too. Whom they attest it
// of is the person, of whose record the file that a certificate is of may be a part.
const held = `SELECT c.organization_id, cn.code AS condition, mn.code AS means, w.person_id AS therapist_id,
		COALESCE(da.value, '') AS area, c.id AS credential_id, c.valid_until,
		ROW_NUMBER() OVER (PARTITION BY c.organization_id, cn.code, mn.code, w.person_id
			ORDER BY (CASE WHEN c.valid_until IS NULL THEN 0 ELSE 1 END), c.valid_until DESC, c.id DESC) AS place
	FROM credentials c
	JOIN therapists w ON w.id = c.therapist_id
	JOIN course_completions x ON x.id = c.course_completion_id
	JOIN courses k ON k.id = x.course_id
	JOIN courses t ON t.organization_id = k.organization_id AND (t.id = k.id OR t.code = k.refreshes)
	JOIN (SELECT course_id, code FROM course_topics WHERE kind = 'condition' UNION ALL SELECT id, '' FROM courses) cn ON cn.course_id = t.id
	JOIN (SELECT course_id, code FROM course_topics WHERE kind IN ('technique', 'modality') UNION ALL SELECT id, '' FROM courses) mn ON mn.course_id = t.id
	LEFT JOIN directory_facets da ON da.therapist_id = w.person_id AND da.facet = 'area' AND NOT EXISTS (SELECT 1 FROM directory_take_downs y WHERE y.therapist_id = w.person_id AND y.lifted_at IS NULL)
	WHERE c.kind = 'specialty' AND (cn.code <> '' OR mn.code <> '')
		AND NOT EXISTS (SELECT 1 FROM credential_states s WHERE s.credential_id = c.id)
		AND w.person_id IN (?)`

// RefreshAbilities writes again what a therapist is trained for.
func (t Abilities) RefreshAbilities(_ context.Context, therapist core.TherapistID) error {
	return t.refresh(t.Gorm().Table("therapists").Select("id").Where("id = ?", therapist))
}

// refresh does it for all whom a query finds. They are locked first, so that two
// transactions do not write the same rows at once.
func (t Abilities) refresh(whom *gorm.DB) error {
	locked := t.Locked("l")(t.Gorm().Table("therapists l").Select("l.id").Where("l.id IN (?)", whom).Order("l.id"))
	if _, err := store.One[int64](t.Gorm().Table("(?) k", locked).Select("COUNT(*)"), "count"); err != nil {
		return err
	}
	people := t.Gorm().Table("therapists w").Select("w.person_id").Where("w.id IN (?)", whom)
	if _, err := store.Change(t.Gorm().Where("therapist_id IN (?) OR therapist_id IN (?)", people, whom).Delete(&Ability{})); err != nil {
		return err
	}
	_, err := store.Change(t.Gorm().Exec(`INSERT INTO abilities (organization_id, condition, means, therapist_id, area, credential_id, valid_until)
		SELECT organization_id, condition, means, therapist_id, area, credential_id, valid_until FROM (`+held+`) h WHERE place = 1`, people))
	return err
}

// shown joins the schools, people and certificates of abilities b.
func shown(q *gorm.DB) *gorm.DB {
	return q.Select("b.*, o.name AS organization_name, a.name, c.code, c.title, c.issued_at, " + disputedb.Since(core.ItemCredential, "b.credential_id")).
		Joins("JOIN organizations o ON o.id = b.organization_id").Joins("JOIN people a ON a.id = b.therapist_id").Joins("JOIN credentials c ON c.id = b.credential_id")
}

// good narrows to the abilities b whose certificate is good at a moment.
func good(q *gorm.DB, now time.Time) *gorm.DB {
	return q.Where("b.valid_until IS NULL OR b.valid_until > ?", store.At(now))
}

// Trained are at most limit therapists whom a school's certificates say to be
// trained, by their identifiers, with the certificate.
func (t Abilities) Trained(_ context.Context, q specialty.TrainedQuery) ([]specialty.Ability, error) {
	found, err := store.All[shownAbility](t.trained(q))
	return store.Each(found, shownAbility.toCore), err
}

func (t Abilities) trained(q specialty.TrainedQuery) *gorm.DB {
	page := t.Gorm().Table("abilities b").Where("b.organization_id = ? AND b.condition = ? AND b.means = ?", q.Organization, q.Condition, q.Means)
	if q.Area != "" {
		page = page.Where("b.area = ?", q.Area)
	}
	if !q.After.IsZero() {
		page = page.Where("b.therapist_id > ?", q.After)
	}
	page = good(page, q.Now).Order("b.therapist_id").Limit(q.Limit)
	// The page is cut before names and certificates are looked up.
	return shown(t.Gorm().Table("(?) b", page)).Order("b.therapist_id")
}

// GrantedTrained are at most limit of the therapists who let an organization see what
// they are trained for, who are trained; of several certificates the one that is good
// for longest.
func (t Abilities) GrantedTrained(_ context.Context, q specialty.TrainedQuery) ([]specialty.Ability, error) {
	granted := t.Gorm().Table("grants d").Select("DISTINCT d.therapist_id").Where("d.organization_id = ?", q.Organization).
		Where("EXISTS (?)", grantdb.Open(t.Gorm(), q.Organization, "d.therapist_id", access.ScopeSpecialties, q.Now))
	if !q.After.IsZero() {
		granted = granted.Where("d.therapist_id > ?", q.After)
	}
	best := good(t.Gorm().Table("(?) granted", granted), q.Now).Select(`b.*, ROW_NUMBER() OVER (PARTITION BY b.therapist_id
			ORDER BY (CASE WHEN b.valid_until IS NULL THEN 0 ELSE 1 END), b.valid_until DESC, b.credential_id DESC) AS place`).
		Joins("JOIN abilities b ON b.therapist_id = granted.therapist_id AND b.condition = ? AND b.means = ?", q.Condition, q.Means)
	if q.Area != "" {
		best = best.Where("b.area = ?", q.Area)
	}
	found, err := store.All[shownAbility](shown(t.Gorm().Table("(?) b", best)).Where("b.place = 1").Order("b.therapist_id").Limit(q.Limit))
	return store.Each(found, shownAbility.toCore), err
}

// AbilitiesOf are what a therapist is or was trained for, by condition and
// means.
func (t Abilities) AbilitiesOf(_ context.Context, therapist core.TherapistID) ([]specialty.Ability, error) {
	found, err := store.All[shownAbility](shown(t.Gorm().Table("abilities b")).Where(accountdb.OfPerson("b.therapist_id", therapist)).
		Order("b.condition, b.means, b.organization_id"))
	return store.Each(found, shownAbility.toCore), err
}

// ConditionsOf are the conditions that certificates of therapists attest now.
func (t Abilities) ConditionsOf(_ context.Context, therapists []core.TherapistID, now time.Time) ([]specialty.Ability, error) {
	if len(therapists) == 0 {
		return nil, nil
	}
	found, err := store.All[shownAbility](good(shown(t.Gorm().Table("abilities b")), now).Where(store.In(t.Tx, "b.therapist_id", therapists)).
		Where("b.condition <> '' AND b.means = ''").Order("b.therapist_id, b.condition, b.organization_id"))
	return store.Each(found, shownAbility.toCore), err
}

// UnsoundAbilities are how many rows of what therapists are trained for do not
// follow from their certificates, or are missing.
func (t Abilities) UnsoundAbilities(context.Context) (int64, error) {
	const (
		columns = "organization_id, condition, means, therapist_id, area, credential_id"
		made    = "SELECT " + columns + " FROM (" + held + ") h WHERE place = 1"
		kept    = "SELECT " + columns + " FROM abilities"
	)
	all := t.Gorm().Table("therapists").Select("id")
	return store.One[int64](t.Gorm().Raw(`SELECT (SELECT COUNT(*) FROM (`+made+` EXCEPT `+kept+`) m) + (SELECT COUNT(*) FROM (`+kept+` EXCEPT `+made+`) k)`, all, all), "count")
}
