package logbookdb

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
)

// ProgramConfirmation is a second person's word on a version of a program, or none
// where nobody was asked.
type ProgramConfirmation struct {
	ProgramVersionID core.ProgramVersionID `gorm:"primaryKey"`
	OrganizationID   core.OrganizationID   `gorm:"not null"`
	ConfirmedBy      core.AccountID
	ConfirmedAt      store.Moment
}

// TableName implements schema.Tabler.
func (ProgramConfirmation) TableName() string { return "program_confirmations" }

// ProgramVersion finds a version of a program.
func (t Programs) ProgramVersion(_ context.Context, id core.ProgramVersionID) (logbook.ProgramVersion, error) {
	v, err := store.One[fullVersion](t.versions().Where("program_versions.id = ?", id), "program")
	return v.toCore(), err
}

// UnconfirmedVersions are the versions of a school's programs that nobody has
// confirmed, the newest first.
func (t Programs) UnconfirmedVersions(_ context.Context, org core.OrganizationID, limit int) ([]logbook.ProgramVersion, error) {
	found, err := store.All[fullVersion](t.versions().Where("program_versions.organization_id = ? AND c.program_version_id IS NULL", org).
		Order("program_versions.published_at DESC, program_versions.id DESC").Limit(limit))
	return store.Each(found, fullVersion.toCore), err
}

var errConfirmed = core.Conflict("already_decided.program")

// InsertConfirmation keeps who confirmed a version, and when. A version is confirmed
// once: else it is already_decided.
func (t Programs) InsertConfirmation(_ context.Context, v logbook.ProgramVersion) error {
	err := store.Insert(t.Gorm(), &ProgramConfirmation{
		ProgramVersionID: v.ID, OrganizationID: v.OrganizationID, ConfirmedBy: v.ConfirmedBy, ConfirmedAt: store.At(v.ConfirmedAt),
	})
	return store.Breach(err, errConfirmed, "program_confirmations_pkey", "program_confirmations.program_version_id")
}
