package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
)

type directoryProfileRow struct {
	TherapistID core.TherapistID `gorm:"primaryKey"`
	Listed      bool             `gorm:"not null"`
	Name        string           `gorm:"not null"`
	Area        string           `gorm:"not null"`
	Place       string           `gorm:"not null"`
	Contact     string           `gorm:"not null"`
	Languages   string           `gorm:"not null"`
	Insurances  string           `gorm:"not null"`
	Mentor      bool             `gorm:"not null"`
	Shown       string           `gorm:"not null"`
	UpdatedAt   moment           `gorm:"not null"`
	Version     int              `gorm:"not null"`
}

type directoryFacetRow struct {
	Facet       string           `gorm:"primaryKey"`
	Value       string           `gorm:"primaryKey"`
	TherapistID core.TherapistID `gorm:"primaryKey"`
}

func (r directoryProfileRow) noun() core.DirectoryProfile {
	p := core.DirectoryProfile{
		TherapistID: r.TherapistID, Listed: r.Listed, Name: r.Name, Area: r.Area, Place: r.Place, Contact: r.Contact, Mentor: r.Mentor,
		UpdatedAt: r.UpdatedAt.Time, Version: r.Version,
	}
	_ = json.Unmarshal([]byte(r.Languages), &p.Languages)
	_ = json.Unmarshal([]byte(r.Insurances), &p.Insurances)
	for _, field := range strings.Fields(r.Shown) {
		p.Shown = append(p.Shown, core.DirectoryField(field))
	}
	return p
}

// DirectoryProfile finds what a therapist wrote for the directory.
func (tx *Tx) DirectoryProfile(_ context.Context, therapist core.TherapistID) (core.DirectoryProfile, error) {
	r, err := one[directoryProfileRow](tx.g, "directory entry", `SELECT * FROM directory_profiles WHERE therapist_id = ?`, therapist)
	return r.noun(), err
}

// SaveDirectoryProfile writes a profile over the version before its own; another
// is stale.
func (tx *Tx) SaveDirectoryProfile(_ context.Context, p core.DirectoryProfile) error {
	shown := make([]string, len(p.Shown))
	for i, field := range p.Shown {
		shown[i] = string(field)
	}
	return tx.changeOne(`INSERT INTO directory_profiles (therapist_id, listed, name, area, place, contact, languages, insurances, mentor, shown, updated_at, version)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (therapist_id) DO UPDATE SET listed = excluded.listed, name = excluded.name, area = excluded.area, place = excluded.place,
			contact = excluded.contact, languages = excluded.languages, insurances = excluded.insurances, mentor = excluded.mentor,
			shown = excluded.shown, updated_at = excluded.updated_at, version = excluded.version
		WHERE directory_profiles.version = excluded.version - 1`,
		p.TherapistID, p.Listed, p.Name, p.Area, p.Place, p.Contact, jsonOf(p.Languages), jsonOf(p.Insurances), p.Mentor,
		strings.Join(shown, " "), at(p.UpdatedAt), p.Version)
}

// SetDirectoryFacets replaces by what a therapist is found.
func (tx *Tx) SetDirectoryFacets(_ context.Context, therapist core.TherapistID, facets []specialty.Facet) error {
	if _, err := tx.exec(`DELETE FROM directory_facets WHERE therapist_id = ?`, therapist); err != nil || len(facets) == 0 {
		return err
	}
	return tx.insert("directory_facets", mapped(facets, func(f specialty.Facet) directoryFacetRow {
		return directoryFacetRow{f.Name, f.Value, therapist}
	}))
}

// SearchDirectory are at most q.Limit listed therapists who have every facet.
func (tx *Tx) SearchDirectory(_ context.Context, q specialty.DirectoryQuery) ([]core.DirectoryProfile, error) {
	where, args := `f.facet = ? AND f.value = ?`, []any{q.Facets[0].Name, q.Facets[0].Value}
	for _, facet := range q.Facets[1:] {
		where += ` AND EXISTS (SELECT 1 FROM directory_facets g WHERE g.facet = ? AND g.value = ? AND g.therapist_id = f.therapist_id)`
		args = append(args, facet.Name, facet.Value)
	}
	if q.Condition != "" {
		where += ` AND EXISTS (SELECT 1 FROM abilities b WHERE b.therapist_id = f.therapist_id AND b.condition = ? AND b.means = ''
			AND (b.valid_until IS NULL OR b.valid_until > ?))`
		args = append(args, q.Condition, at(q.Now))
	}
	if !q.After.IsZero() {
		where, args = where+` AND f.therapist_id > ?`, append(args, q.After)
	}
	rows, err := many[directoryProfileRow](tx.g, `SELECT p.* FROM directory_facets f JOIN directory_profiles p ON p.therapist_id = f.therapist_id AND p.listed
		WHERE `+where+` ORDER BY f.therapist_id LIMIT ?`, append(args, q.Limit)...)
	return mapped(rows, directoryProfileRow.noun), err
}

// ConditionsOf are the conditions that certificates of therapists attest now.
func (tx *Tx) ConditionsOf(_ context.Context, therapists []core.TherapistID, now time.Time) ([]core.Ability, error) {
	if len(therapists) == 0 {
		return nil, nil
	}
	condition, arg := in(tx, "b.therapist_id", therapists)
	rows, err := many[abilityView](tx.g, `SELECT `+abilityColumns+` FROM abilities b`+abilityJoins+` WHERE `+condition+` AND b.condition <> '' AND b.means = ''
		AND (b.valid_until IS NULL OR b.valid_until > ?) ORDER BY b.therapist_id, b.condition, b.organization_id`, arg, at(now))
	return mapped(rows, abilityView.noun), err
}
