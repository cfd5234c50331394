package specialtydb

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Profile is what a therapist wrote for the directory.
type Profile struct {
	TherapistID core.TherapistID     `gorm:"primaryKey"`
	Listed      bool                 `gorm:"not null"`
	Name        string               `gorm:"not null"`
	Area        string               `gorm:"not null"`
	Place       string               `gorm:"not null"`
	Contact     string               `gorm:"not null"`
	Languages   store.JSON[[]string] `gorm:"not null" of:"directory_profiles.therapist_id"`
	Insurances  store.JSON[[]string] `gorm:"not null" of:"directory_profiles.therapist_id"`
	Mentor      bool                 `gorm:"not null"`
	Shown       string               `gorm:"not null"`
	UpdatedAt   store.Moment         `gorm:"not null"`
	Version     int                  `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Profile) TableName() string { return "directory_profiles" }

func (p Profile) toCore() specialty.DirectoryProfile {
	return specialty.DirectoryProfile{
		TherapistID: p.TherapistID, Listed: p.Listed, Name: p.Name, Area: p.Area, Place: p.Place, Contact: p.Contact, Mentor: p.Mentor,
		Languages: p.Languages.V, Insurances: p.Insurances.V, UpdatedAt: p.UpdatedAt.Time, Version: p.Version,
		Shown: fieldsOf(p.Shown),
	}
}

func fieldsOf(shown string) (fields []specialty.DirectoryField) {
	for _, field := range strings.Fields(shown) {
		fields = append(fields, specialty.DirectoryField(field))
	}
	return fields
}

// Facet is by what a therapist is found.
type Facet struct {
	Facet       string           `gorm:"primaryKey"`
	Value       string           `gorm:"primaryKey"`
	TherapistID core.TherapistID `gorm:"primaryKey"`
}

// TableName implements schema.Tabler.
func (Facet) TableName() string { return "directory_facets" }

// DirectoryProfile finds what a therapist wrote for the directory.
func (t Directory) DirectoryProfile(_ context.Context, therapist core.TherapistID) (specialty.DirectoryProfile, error) {
	p, err := store.One[Profile](t.Gorm().Where("therapist_id = ?", therapist), "directory entry")
	return p.toCore(), err
}

// SaveDirectoryProfile writes a profile over the version before its own; another
// is stale.
func (t Directory) SaveDirectoryProfile(_ context.Context, p specialty.DirectoryProfile) error {
	before := clause.OnConflict{
		Columns: []clause.Column{{Name: "therapist_id"}},
		DoUpdates: clause.AssignmentColumns([]string{
			"listed", "name", "area", "place", "contact", "languages", "insurances", "mentor", "shown", "updated_at", "version",
		}),
		Where: clause.Where{Exprs: []clause.Expression{gorm.Expr("directory_profiles.version = excluded.version - 1")}},
	}
	fields := store.Each(p.Shown, func(field specialty.DirectoryField) string { return string(field) })
	return store.ChangeOne(t.Gorm().Clauses(before).Create(&Profile{
		TherapistID: p.TherapistID, Listed: p.Listed, Name: p.Name, Area: p.Area, Place: p.Place, Contact: p.Contact,
		Languages: store.JSON[[]string]{V: p.Languages}, Insurances: store.JSON[[]string]{V: p.Insurances}, Mentor: p.Mentor,
		Shown: strings.Join(fields, " "), UpdatedAt: store.At(p.UpdatedAt), Version: p.Version,
	}))
}

// SetDirectoryFacets replaces by what a therapist is found.
func (t Directory) SetDirectoryFacets(_ context.Context, therapist core.TherapistID, facets []specialty.Facet) error {
	if _, err := store.Change(t.Gorm().Where("therapist_id = ?", therapist).Delete(&Facet{})); err != nil {
		return err
	}
	return store.Insert(t.Gorm(), store.Each(facets, func(f specialty.Facet) Facet { return Facet{f.Name, f.Value, therapist} }))
}

// What an entry stands on: certificates c that are good at a moment, and events e of
// licenses l that are known from more than the own word of t, whose license it is.
const (
	goodCertificates = `FROM credentials c LEFT JOIN credential_states s ON s.credential_id = c.id
			WHERE s.credential_id IS NULL AND (c.valid_until IS NULL OR c.valid_until > ?)`
	knownLicenses = `FROM licenses l JOIN license_events e ON e.license_id = l.id JOIN therapists t ON t.id = l.therapist_id
			WHERE e.method <> 'self_report' AND e.status <> 'withdrawn' AND NOT EXISTS (SELECT 1 FROM license_events w WHERE w.withdraws_id = e.id)`
	recordedBy = "COALESCE(e.organization_id, CASE WHEN e.recorded_by IS DISTINCT FROM t.account_id THEN l.organization_id END)"
)

// attested is the condition that the therapist of a column has something on which an
// entry stands.
func attested(column string) string { return attestedBut(column, "", "") }

// attestedBut is attested with further conditions on certificates and on licenses.
func attestedBut(column, certificates, licenses string) string {
	whole := " IN (SELECT w.id FROM therapists w WHERE w.person_id = " + column + ")"
	return "(EXISTS (SELECT 1 " + goodCertificates + " AND c.therapist_id" + whole + certificates + ") OR EXISTS (SELECT 1 " + knownLicenses + " AND l.therapist_id" + whole + licenses + "))"
}

// down is the condition that the entry of the therapist of a column was taken down.
func down(column string) string {
	return "EXISTS (SELECT 1 FROM directory_take_downs y WHERE y.therapist_id = " + column + " AND y.lifted_at IS NULL)"
}

// MayBeListed tells whether a therapist has something by which to be listed.
func (t Directory) MayBeListed(_ context.Context, therapist core.TherapistID, now time.Time) (bool, error) {
	return store.Found(t.Gorm().Table("therapists t").Where("t.id = ?", therapist).Where(attested("t.id"), store.At(now)))
}

// SearchDirectory are at most q.Limit listed therapists who have every facet, with the
// names of their records.
func (t Directory) SearchDirectory(_ context.Context, q specialty.DirectoryQuery) ([]specialty.DirectoryProfile, error) {
	type row struct {
		Profile
		RecordName string
	}
	listed := t.Gorm().Table("directory_facets f").Select("p.*, a.name AS record_name").
		Joins("JOIN directory_profiles p ON p.therapist_id = f.therapist_id AND p.listed").
		Joins("JOIN people a ON a.id = f.therapist_id").
		Where(attested("f.therapist_id"), store.At(q.Now)).Where("NOT "+down("f.therapist_id")).
		Where("f.facet = ? AND f.value = ?", q.Facets[0].Name, q.Facets[0].Value)
	for _, facet := range q.Facets[1:] {
		listed = listed.Where("EXISTS (SELECT 1 FROM directory_facets g WHERE g.facet = ? AND g.value = ? AND g.therapist_id = f.therapist_id)",
			facet.Name, facet.Value)
	}
	if q.Condition != "" {
		listed = listed.Where(`EXISTS (SELECT 1 FROM abilities b WHERE b.therapist_id = f.therapist_id AND b.condition = ? AND b.means = ''
			AND (b.valid_until IS NULL OR b.valid_until > ?))`, q.Condition, store.At(q.Now))
	}
	if !q.Only.IsZero() {
		listed = listed.Where("f.therapist_id = ?", q.Only)
	}
	found, err := store.All[row](listed.Order("f.therapist_id").Limit(q.Limit))
	return store.Each(found, func(r row) specialty.DirectoryProfile {
		p := r.toCore()
		p.Name = r.RecordName
		return p
	}), err
}
