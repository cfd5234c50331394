package renewaldb

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Due is what ends on a day; triggers write it.
type Due struct {
	SubjectID       core.SubjectID   `gorm:"primaryKey"`
	Kind            renewal.DueKind  `gorm:"not null"`
	TherapistID     core.TherapistID `gorm:"not null"`
	OrganizationID  core.OrganizationID
	Jurisdiction    string `gorm:"not null"`
	Label           string `gorm:"not null"`
	ExpiresOn       core.Date
	Revision        int `gorm:"not null"`
	PlannedRevision int `gorm:"not null"`
	PlannedAt       store.Moment
}

// TableName implements schema.Tabler.
func (Due) TableName() string { return "due_things" }

func (d Due) toCore() renewal.Due {
	return renewal.Due{
		Kind: d.Kind, Subject: d.SubjectID, TherapistID: d.TherapistID, OrganizationID: d.OrganizationID, Jurisdiction: d.Jurisdiction,
		Label: d.Label, ExpiresOn: d.ExpiresOn, Revision: d.Revision, PlannedAt: d.PlannedAt.Time,
	}
}

// claimed locks the rows of a table that a query returns, and leaves out what is
// locked already, so that several servers share the work. SQLite has one writer
// and needs none of it.
func (t Reminders) claimed(table string) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		if !t.Postgres() {
			return q
		}
		return q.Clauses(clause.Locking{
			Strength: clause.LockingStrengthUpdate, Table: clause.Table{Name: table}, Options: clause.LockingOptionsSkipLocked,
		})
	}
}

// UnplannedFrom are at most limit due things after one that changed since their
// reminders were made.
func (t Reminders) UnplannedFrom(_ context.Context, after core.SubjectID, limit int) ([]renewal.Due, error) {
	found, err := store.All[Due](t.Gorm().Select("subject_id, therapist_id").Where("revision <> planned_revision AND subject_id > ?", after.String()).
		Order("subject_id").Limit(limit))
	return store.Each(found, Due.toCore), err
}

// UnplannedDue are due things of a therapist that changed since their reminders
// were made. What another server has locked is left out.
func (t Reminders) UnplannedDue(_ context.Context, therapist core.TherapistID, limit int) ([]renewal.Due, error) {
	found, err := store.All[Due](t.Gorm().Where("therapist_id = ? AND revision <> planned_revision", therapist).
		Order("subject_id").Limit(limit).Scopes(t.claimed("due_things")))
	return store.Each(found, Due.toCore), err
}

// MarkPlanned notes that the reminders of some subjects are made.
func (t Reminders) MarkPlanned(_ context.Context, subjects []core.SubjectID, now time.Time) error {
	_, err := store.Change(t.Gorm().Model(&Due{}).Where(store.In(t.Tx, "subject_id", subjects)).
		Updates(map[string]any{"planned_revision": gorm.Expr("revision"), "planned_at": store.At(now)}))
	return err
}

// MissedDue are at most limit licenses after one that end on another day than
// their due thing says, or have none.
func (t Reminders) MissedDue(_ context.Context, after core.LicenseID, limit int) ([]core.LicenseID, error) {
	return store.All[core.LicenseID](t.Gorm().Table("licenses l").Select("l.id").Joins("LEFT JOIN due_things d ON d.subject_id = l.id").
		Where("l.id > ?", after.String()).
		Where(`d.subject_id IS NULL OR d.therapist_id <> l.therapist_id
			OR COALESCE(CAST(d.expires_on AS text), '') <> COALESCE(CAST(l.expires_on AS text), '')`).
		Order("l.id").Limit(limit))
}

// DueOf are at most limit due things of a therapist that end on a day or later,
// by that day.
func (t Reminders) DueOf(_ context.Context, therapist core.TherapistID, from core.Date, after renewal.DueKey, limit int) ([]renewal.Due, error) {
	q := t.Gorm().Where(accountdb.OfPerson("therapist_id", therapist)).Where("expires_on >= ?", from)
	if !after.Subject.IsZero() {
		q = q.Where("(expires_on, subject_id) > (?, ?)", after.ExpiresOn, after.Subject)
	}
	found, err := store.All[Due](q.Order("expires_on, subject_id").Limit(limit))
	return store.Each(found, Due.toCore), err
}
