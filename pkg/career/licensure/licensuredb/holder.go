package licensuredb

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/platform/store"
)

// SetAside is that a license is not of whom it was recorded for.
type SetAside struct {
	ID             core.SetAsideID `gorm:"primaryKey"`
	LicenseID      core.LicenseID  `gorm:"not null"`
	OrganizationID core.OrganizationID
	Reason         string         `gorm:"not null"`
	SetBy          core.AccountID `gorm:"not null"`
	SetAt          store.Moment   `gorm:"not null"`
	LiftedBy       core.AccountID
	LiftedAt       store.Moment
	Version        int `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (SetAside) TableName() string { return "license_set_asides" }

// aside is that a license is set aside, rival that o is another person's record of the
// same license, which nobody has set aside, and vouched that more than the therapist's
// own word is known of a license.
const (
	aside = `EXISTS (SELECT 1 FROM license_set_asides sa WHERE sa.license_id = licenses.id AND sa.lifted_at IS NULL)`
	rival = `EXISTS (SELECT 1 FROM licenses o JOIN therapists ot ON ot.id = o.therapist_id JOIN therapists lt ON lt.id = licenses.therapist_id
		WHERE o.jurisdiction = licenses.jurisdiction AND o.canonical = licenses.canonical AND lower(o.title) = lower(licenses.title) AND ot.person_id <> lt.person_id
		AND NOT EXISTS (SELECT 1 FROM license_set_asides so WHERE so.license_id = o.id AND so.lifted_at IS NULL)`
	holder = `CASE WHEN EXISTS (SELECT 1 FROM license_set_asides sa WHERE sa.license_id = licenses.id AND sa.lifted_at IS NULL AND sa.organization_id IS NULL) THEN 'disowned'
		WHEN ` + aside + ` OR ` + rival + ` AND (` + vouchedOther + ` OR NOT (` + vouchedThis + `))) THEN 'contested' ELSE '' END AS holder`
	vouchedOther = `EXISTS (SELECT 1 FROM license_events e WHERE e.license_id = o.id AND e.method <> 'self_report' AND e.status <> 'withdrawn'
			AND NOT EXISTS (SELECT 1 FROM license_events w WHERE w.withdraws_id = e.id))
		OR EXISTS (SELECT 1 FROM license_checks c WHERE c.license_id = o.id AND c.outcome IN ('same', 'changed'))`
	vouchedThis = `EXISTS (SELECT 1 FROM license_events e WHERE e.license_id = licenses.id AND e.method <> 'self_report' AND e.status <> 'withdrawn'
			AND NOT EXISTS (SELECT 1 FROM license_events w WHERE w.withdraws_id = e.id))
		OR EXISTS (SELECT 1 FROM license_checks c WHERE c.license_id = licenses.id AND c.outcome IN ('same', 'changed'))`
)

// Contested are licenses that another person's record names too, by id: those that an
// organization recorded, or, where it is zero, one of each number. What was set aside is
// among the former alone.
func (t Licenses) Contested(_ context.Context, org core.OrganizationID, after core.LicenseID, limit int) ([]core.LicenseID, error) {
	q := t.Gorm().Model(&License{}).Select("licenses.id").Where("licenses.id > ?", after.String())
	if org.IsZero() {
		q = q.Where("NOT " + aside).Where(rival + ")").Where("NOT " + rival + " AND o.id < licenses.id)")
	} else {
		q = q.Where("licenses.organization_id = ?", org).Where(rival + ")")
	}
	return store.All[core.LicenseID](q.Order("licenses.id").Limit(limit))
}

// Claims are the records of one license, as numbers are compared: of whom they are, by
// whom recorded, and whether they were set aside.
func (t Licenses) Claims(_ context.Context, l core.License) ([]licensure.Claim, error) {
	found, err := store.All[claim](t.claims(t.Gorm().Model(&License{})).
		Where("licenses.jurisdiction = ? AND licenses.canonical = ? AND lower(licenses.title) = lower(CAST(? AS text))", l.Jurisdiction, license.Canonical(l.Jurisdiction, l.Number), l.Title).
		Order("licenses.id"))
	return store.Each(found, claim.toCore), err
}

// ClaimsOn are the records of each of some licenses, in one query.
func (t Licenses) ClaimsOn(_ context.Context, ids []core.LicenseID) (map[core.LicenseID][]licensure.Claim, error) {
	found, err := store.All[claim](t.claims(t.Gorm().Model(&License{}), "asked.id AS asked").
		Joins("JOIN licenses asked ON asked.jurisdiction = licenses.jurisdiction AND asked.canonical = licenses.canonical AND lower(asked.title) = lower(licenses.title)").
		Where(store.In(t.Tx, "asked.id", ids)).Order("asked.id, licenses.id"))
	by := make(map[core.LicenseID][]licensure.Claim, len(ids))
	for _, r := range found {
		by[r.Asked] = append(by[r.Asked], r.toCore())
	}
	return by, err
}

type claim struct {
	License
	HolderName       string
	OrganizationName string
	Vouched          bool
	AsideID          core.SetAsideID
	AsideBy          core.OrganizationID
	AsideReason      string
	AsideAt          store.Moment
	Asked            core.LicenseID // of which record it was asked, where it was of many
}

func (t Licenses) claims(q *gorm.DB, more ...string) *gorm.DB {
	columns := append([]string{"licenses.*", "p.name AS holder_name", "COALESCE(o.name, '') AS organization_name", "(" + vouchedThis + ") AS vouched",
		"s.id AS aside_id", "s.organization_id AS aside_by", "COALESCE(s.reason, '') AS aside_reason", "s.set_at AS aside_at"}, more...)
	return q.Select(strings.Join(columns, ", ")).
		Joins("JOIN people p ON p.id = licenses.therapist_id").Joins("LEFT JOIN organizations o ON o.id = licenses.organization_id").
		Joins("LEFT JOIN license_set_asides s ON s.license_id = licenses.id AND s.lifted_at IS NULL")
}

func (c claim) toCore() licensure.Claim {
	return licensure.Claim{
		License: c.License.toCore(), HolderName: c.HolderName, OrganizationName: c.OrganizationName, Vouched: c.Vouched,
		Aside: licensure.SetAside{ID: c.AsideID, LicenseID: c.ID, OrganizationID: c.AsideBy, Reason: c.AsideReason, SetAt: c.AsideAt.Time},
	}
}

// InsertSetAside gives set_aside_already where the license is set aside.
func (t Licenses) InsertSetAside(_ context.Context, s licensure.SetAside) error {
	return store.Breach(store.Insert(t.Gorm(), &SetAside{
		ID: s.ID, LicenseID: s.LicenseID, OrganizationID: s.OrganizationID, Reason: s.Reason, SetBy: s.SetBy, SetAt: store.At(s.SetAt), Version: 1,
	}), core.Conflict("set_aside_already"), "license_set_asides_license", "license_set_asides.license_id")
}

// LiftSetAside gives stale where it was lifted already.
func (t Licenses) LiftSetAside(_ context.Context, id core.SetAsideID, by core.AccountID, at time.Time) error {
	return store.ChangeOne(t.Gorm().Model(&SetAside{}).Where("id = ? AND lifted_at IS NULL", id).
		Updates(map[string]any{"lifted_by": by, "lifted_at": store.At(at), "version": store.Next}))
}

// UnsoundNumbers are licenses whose number is compared as another one.
func (t Licenses) UnsoundNumbers(context.Context) (unsound []core.LicenseID, err error) {
	after := core.LicenseID{}
	for {
		rows, err := store.All[License](t.Gorm().Where("id > ?", after.String()).Order("id").Limit(1_000))
		if err != nil || len(rows) == 0 {
			return unsound, err
		}
		for _, l := range rows {
			if l.Canonical != license.Canonical(l.Jurisdiction, l.Number) {
				unsound = append(unsound, l.ID)
			}
		}
		after = rows[len(rows)-1].ID
	}
}
