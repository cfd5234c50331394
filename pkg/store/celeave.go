package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type ceLeaveRow struct {
	ID          core.CELeaveID   `gorm:"primaryKey"`
	LicenseID   core.LicenseID   `gorm:"not null"`
	TherapistID core.TherapistID `gorm:"not null"`
	Kind        core.CELeaveKind `gorm:"not null"`
	CycleFrom   core.Date        `gorm:"not null"`
	CycleTo     core.Date        `gorm:"not null"`
	Minutes     core.Minutes     `gorm:"not null"`
	Until       core.Date
	Reason      string            `gorm:"not null"`
	State       core.CELeaveState `gorm:"not null"`
	RequestedAt moment            `gorm:"not null"`
	RequestedBy core.AccountID    `gorm:"not null"`
	Authority   string            `gorm:"not null"`
	GrantedOn   core.Date
	DecidedBy   core.AccountID
	DecidedAt   moment
	Note        string `gorm:"not null"`
	Version     int    `gorm:"not null"`
}

type ceLeaveView struct {
	ceLeaveRow    `gorm:"embedded"`
	DecidedByName string
}

func (r ceLeaveView) noun() core.CELeave {
	return core.CELeave{
		ID: r.ID, LicenseID: r.LicenseID, TherapistID: r.TherapistID, Kind: r.Kind, CycleFrom: r.CycleFrom, CycleTo: r.CycleTo, Minutes: r.Minutes,
		Until: r.Until, Reason: r.Reason, State: r.State, RequestedAt: r.RequestedAt.Time, RequestedBy: r.RequestedBy, Authority: r.Authority,
		GrantedOn: r.GrantedOn, DecidedBy: r.DecidedBy, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt.Time, Note: r.Note, Version: r.Version,
	}
}

const selectCELeaves = `SELECT x.*, COALESCE(a.name, '') AS decided_by_name FROM ce_leaves x LEFT JOIN accounts a ON a.id = x.decided_by WHERE `

// InsertCELeave gives duplicate where one of the kind is open or approved for the
// cycle already.
func (tx *Tx) InsertCELeave(_ context.Context, l core.CELeave) error {
	return tx.insert("ce_leaves", &ceLeaveRow{
		ID: l.ID, LicenseID: l.LicenseID, TherapistID: l.TherapistID, Kind: l.Kind, CycleFrom: l.CycleFrom, CycleTo: l.CycleTo, Minutes: l.Minutes,
		Until: l.Until, Reason: l.Reason, State: l.State, RequestedAt: at(l.RequestedAt), RequestedBy: l.RequestedBy, Version: l.Version,
	})
}

// DecideCELeave writes a decision over the version before; another is stale.
func (tx *Tx) DecideCELeave(_ context.Context, l core.CELeave) error {
	return tx.changeOne(`UPDATE ce_leaves SET state = ?, authority = ?, granted_on = ?, decided_by = ?, decided_at = ?, note = ?, version = version + 1
		WHERE id = ? AND version = ?`, l.State, l.Authority, l.GrantedOn, l.DecidedBy, at(l.DecidedAt), l.Note, l.ID, l.Version)
}

// CELeave finds a waiver or an extension.
func (tx *Tx) CELeave(_ context.Context, id core.CELeaveID) (core.CELeave, error) {
	r, err := one[ceLeaveView](tx.g, "waiver", selectCELeaves+`x.id = ?`, id)
	return r.noun(), err
}

// CELeavesOf are a therapist's waivers and extensions, newest first.
func (tx *Tx) CELeavesOf(_ context.Context, therapist core.TherapistID) ([]core.CELeave, error) {
	rows, err := many[ceLeaveView](tx.g, selectCELeaves+`x.therapist_id = ? ORDER BY x.id DESC`, therapist)
	return mapped(rows, ceLeaveView.noun), err
}
