package registrydb

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// ClosedDays are days on which a school is closed.
type ClosedDays struct {
	ID             core.ClosedDaysID   `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	FirstDay       core.Date           `gorm:"not null"`
	LastDay        core.Date           `gorm:"not null"`
	Reason         string              `gorm:"not null"`
	CreatedAt      store.Moment        `gorm:"not null"`
	CreatedBy      core.AccountID      `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (ClosedDays) TableName() string { return "closed_days" }

func (d ClosedDays) toCore() core.ClosedDays {
	return core.ClosedDays{
		ID: d.ID, OrganizationID: d.OrganizationID, First: d.FirstDay, Last: d.LastDay, Reason: d.Reason,
		CreatedAt: d.CreatedAt.Time, CreatedBy: d.CreatedBy,
	}
}

// InsertClosedDays writes days into a school's calendar.
func (t Registry) InsertClosedDays(_ context.Context, d core.ClosedDays) error {
	return store.Insert(t.Gorm(), &ClosedDays{
		ID: d.ID, OrganizationID: d.OrganizationID, FirstDay: d.First, LastDay: d.Last, Reason: d.Reason,
		CreatedAt: store.At(d.CreatedAt), CreatedBy: d.CreatedBy,
	})
}

// ClosedDaysByID finds days of a calendar.
func (t Registry) ClosedDaysByID(_ context.Context, id core.ClosedDaysID) (core.ClosedDays, error) {
	d, err := store.One[ClosedDays](t.Gorm().Where("id = ?", id), "calendar")
	return d.toCore(), err
}

// DeleteClosedDays takes days out of a calendar.
func (t Registry) DeleteClosedDays(_ context.Context, id core.ClosedDaysID) error {
	return store.ChangeOne(t.Gorm().Where("id = ?", id).Delete(&ClosedDays{}))
}

// ClosedDays are a school's closed days that touch the days from one to
// another, the first first; limit 0 is all.
func (t Registry) ClosedDays(_ context.Context, org core.OrganizationID, from, to core.Date, limit int) ([]core.ClosedDays, error) {
	q := t.Gorm().Where("organization_id = ? AND first_day <= ? AND last_day >= ?", org, to, from).Order("first_day, id")
	if limit > 0 {
		q = q.Limit(limit)
	}
	found, err := store.All[ClosedDays](q)
	return store.Each(found, ClosedDays.toCore), err
}
