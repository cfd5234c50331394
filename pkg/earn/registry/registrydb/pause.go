package registrydb

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Pause is a leave or a withdrawal.
type Pause struct {
	ID           core.PauseID      `gorm:"primaryKey"`
	EnrollmentID core.EnrollmentID `gorm:"not null"`
	Kind         core.PauseKind    `gorm:"not null"`
	FirstDay     core.Date         `gorm:"not null"`
	LastDay      core.Date
	Reason       string         `gorm:"not null"`
	CreatedAt    store.Moment   `gorm:"not null"`
	CreatedBy    core.AccountID `gorm:"not null"`
	EndedOn      core.Date
	EndedBy      core.AccountID
	store.Sealed
}

// TableName implements schema.Tabler.
func (Pause) TableName() string { return "pauses" }

// Under implements store.Sealable.
func (p *Pause) Under(b *core.Sealed) {
	b.ID("id", p.ID[:])
	b.ID("enrollment", p.EnrollmentID[:])
	b.Text("kind", string(p.Kind))
	b.Date("first", p.FirstDay)
	b.Date("last", p.LastDay)
	b.Text("reason", p.Reason)
	b.Moment("created_at", p.CreatedAt.Time)
	b.ID("created_by", p.CreatedBy[:])
	b.Date("ended_on", p.EndedOn)
	b.ID("ended_by", p.EndedBy[:])
}

// Vouched implements store.Sealable: one that has ended is of a later version.
func (p *Pause) Vouched() string {
	version := "/1"
	if !p.EndedOn.IsZero() {
		version = "/2"
	}
	return "pauses/" + p.ID.String() + version
}

type namedPause struct {
	Pause
	CreatedByName string
}

func (p namedPause) toCore() core.Pause {
	return core.Pause{
		ID: p.ID, EnrollmentID: p.EnrollmentID, Kind: p.Kind, First: p.FirstDay, Last: p.LastDay, Reason: p.Reason,
		CreatedAt: p.CreatedAt.Time, CreatedBy: p.CreatedBy, CreatedByName: p.CreatedByName, EndedOn: p.EndedOn, EndedBy: p.EndedBy,
	}
}

// InsertPause writes a leave or a withdrawal.
func (t Registry) InsertPause(_ context.Context, p core.Pause) error {
	return store.InsertSealed(t.Tx, []Pause{{
		ID: p.ID, EnrollmentID: p.EnrollmentID, Kind: p.Kind, FirstDay: p.First, LastDay: p.Last, Reason: p.Reason,
		CreatedAt: store.At(p.CreatedAt), CreatedBy: p.CreatedBy,
	}})
}

// EndPause ends an open pause; it gives stale where it is over.
func (t Registry) EndPause(_ context.Context, id core.PauseID, on core.Date, by core.AccountID) error {
	if err := store.ChangeOne(t.Gorm().Model(&Pause{}).Where("id = ? AND ended_on IS NULL", id).
		Updates(map[string]any{"ended_on": on, "ended_by": by})); err != nil {
		return err
	}
	return store.Reseal[Pause](t.Tx, id)
}

// PausesOfMany are the pauses of enrollments, the first first.
func (t Registry) PausesOfMany(_ context.Context, enrollments []core.EnrollmentID) ([]core.Pause, error) {
	found, err := store.All[namedPause](t.Gorm().Select("pauses.*, '' AS created_by_name").
		Where(store.In(t.Tx, "pauses.enrollment_id", enrollments)).Order("pauses.first_day, pauses.id"))
	return store.Each(found, namedPause.toCore), err
}

// PausesOf are an enrollment's pauses, the open one first, then the newest.
func (t Registry) PausesOf(_ context.Context, enrollment core.EnrollmentID) ([]core.Pause, error) {
	found, err := store.All[namedPause](t.Gorm().Select("pauses.*, a.name AS created_by_name").Joins("JOIN accounts a ON a.id = pauses.created_by").
		Where("pauses.enrollment_id = ?", enrollment).Order("pauses.ended_on IS NULL DESC, pauses.id DESC"))
	return store.Each(found, namedPause.toCore), err
}
