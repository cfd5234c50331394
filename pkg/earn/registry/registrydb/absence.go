package registrydb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Absence is days on which a student was excused.
type Absence struct {
	ID           core.AbsenceID    `gorm:"primaryKey"`
	EnrollmentID core.EnrollmentID `gorm:"not null"`
	FirstDay     core.Date         `gorm:"not null"`
	LastDay      core.Date         `gorm:"not null"`
	Reason       string            `gorm:"not null"`
	CreatedAt    store.Moment      `gorm:"not null"`
	CreatedBy    core.AccountID    `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Absence) TableName() string { return "absences" }

type namedAbsence struct {
	Absence
	CreatedByName string
}

func (a namedAbsence) toCore() registry.Absence {
	return registry.Absence{
		ID: a.ID, EnrollmentID: a.EnrollmentID, First: a.FirstDay, Last: a.LastDay, Reason: a.Reason,
		CreatedAt: a.CreatedAt.Time, CreatedBy: a.CreatedBy, CreatedByName: a.CreatedByName,
	}
}

func (t Registry) absences() *gorm.DB {
	return t.Gorm().Select("absences.*, a.name AS created_by_name").Joins("JOIN accounts a ON a.id = absences.created_by")
}

// InsertAbsence writes an excused absence.
func (t Registry) InsertAbsence(_ context.Context, a registry.Absence) error {
	return store.Insert(t.Gorm(), &Absence{
		ID: a.ID, EnrollmentID: a.EnrollmentID, FirstDay: a.First, LastDay: a.Last, Reason: a.Reason,
		CreatedAt: store.At(a.CreatedAt), CreatedBy: a.CreatedBy,
	})
}

// Absence finds one absence.
func (t Registry) Absence(_ context.Context, id core.AbsenceID) (registry.Absence, error) {
	a, err := store.One[namedAbsence](t.absences().Where("absences.id = ?", id), "absence")
	return a.toCore(), err
}

// DeleteAbsence takes an excuse back.
func (t Registry) DeleteAbsence(_ context.Context, id core.AbsenceID) error {
	return store.ChangeOne(t.Gorm().Where("id = ?", id).Delete(&Absence{}))
}

// AbsencesOf are the excused absences of enrollments, newest first.
func (t Registry) AbsencesOf(_ context.Context, enrollments []core.EnrollmentID) ([]registry.Absence, error) {
	found, err := store.All[namedAbsence](t.absences().Where(store.In(t.Tx, "absences.enrollment_id", enrollments)).
		Order("absences.first_day DESC, absences.id DESC"))
	return store.Each(found, namedAbsence.toCore), err
}
