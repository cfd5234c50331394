package continuingdb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Leave is a waiver or an extension.
type Leave struct {
	ID             core.CELeaveID   `gorm:"primaryKey"`
	LicenseID      core.LicenseID   `gorm:"not null"`
	TherapistID    core.TherapistID `gorm:"not null"`
	OrganizationID core.OrganizationID
	Kind           continuing.CELeaveKind `gorm:"not null"`
	CycleFrom      core.Date              `gorm:"not null"`
	CycleTo        core.Date              `gorm:"not null"`
	Minutes        core.Minutes           `gorm:"not null"`
	Until          core.Date
	Reason         string                  `gorm:"not null"`
	State          continuing.CELeaveState `gorm:"not null"`
	RequestedAt    store.Moment            `gorm:"not null"`
	RequestedBy    core.AccountID          `gorm:"not null"`
	Authority      string                  `gorm:"not null"`
	GrantedOn      core.Date
	DecidedBy      core.AccountID
	DecidedAt      store.Moment
	Note           string `gorm:"not null"`
	Version        int    `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Leave) TableName() string { return "ce_leaves" }

type namedLeave struct {
	Leave
	DecidedByName, OrganizationName string
}

func (l namedLeave) toCore() continuing.CELeave {
	return continuing.CELeave{
		ID: l.ID, LicenseID: l.LicenseID, TherapistID: l.TherapistID, OrganizationID: l.OrganizationID, OrganizationName: l.OrganizationName,
		Kind: l.Kind, CycleFrom: l.CycleFrom, CycleTo: l.CycleTo, Minutes: l.Minutes,
		Until: l.Until, Reason: l.Reason, State: l.State, RequestedAt: l.RequestedAt.Time, RequestedBy: l.RequestedBy, Authority: l.Authority,
		GrantedOn: l.GrantedOn, DecidedBy: l.DecidedBy, DecidedByName: l.DecidedByName, DecidedAt: l.DecidedAt.Time, Note: l.Note, Version: l.Version,
	}
}

func (t Leaves) leaves() *gorm.DB {
	return t.Gorm().Select("ce_leaves.*, COALESCE(a.name, '') AS decided_by_name, COALESCE(o.name, '') AS organization_name").
		Joins("LEFT JOIN accounts a ON a.id = ce_leaves.decided_by").Joins("LEFT JOIN organizations o ON o.id = ce_leaves.organization_id")
}

// InsertCELeave gives duplicate where one of the kind is open or approved for the
// cycle already.
func (t Leaves) InsertCELeave(_ context.Context, l continuing.CELeave) error {
	return store.Insert(t.Gorm(), &Leave{
		ID: l.ID, LicenseID: l.LicenseID, TherapistID: l.TherapistID, OrganizationID: l.OrganizationID, Kind: l.Kind, CycleFrom: l.CycleFrom, CycleTo: l.CycleTo, Minutes: l.Minutes,
		Until: l.Until, Reason: l.Reason, State: l.State, RequestedAt: store.At(l.RequestedAt), RequestedBy: l.RequestedBy, Version: l.Version,
	})
}

// DecideCELeave writes a decision over the version before; another is stale.
func (t Leaves) DecideCELeave(_ context.Context, l continuing.CELeave) error {
	return store.ChangeOne(t.Gorm().Model(&Leave{}).Where("id = ? AND version = ?", l.ID, l.Version).Updates(map[string]any{
		"state": l.State, "authority": l.Authority, "granted_on": l.GrantedOn, "decided_by": l.DecidedBy, "decided_at": store.At(l.DecidedAt),
		"note": l.Note, "version": store.Next,
	}))
}

// CELeave finds a waiver or an extension.
func (t Leaves) CELeave(_ context.Context, id core.CELeaveID) (continuing.CELeave, error) {
	l, err := store.One[namedLeave](t.leaves().Where("ce_leaves.id = ?", id), "waiver")
	return l.toCore(), err
}

// CELeavesOf are a therapist's waivers and extensions, newest first.
func (t Leaves) CELeavesOf(_ context.Context, therapist core.TherapistID) ([]continuing.CELeave, error) {
	found, err := store.All[namedLeave](t.leaves().Where(accountdb.OfPerson("ce_leaves.therapist_id", therapist)).Order("ce_leaves.id DESC"))
	return store.Each(found, namedLeave.toCore), err
}
