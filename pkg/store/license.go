package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type licenseRow struct {
	ID             core.LicenseID   `gorm:"primaryKey"`
	TherapistID    core.TherapistID `gorm:"not null"`
	OrganizationID core.OrganizationID
	Jurisdiction   string `gorm:"not null"`
	Title          string `gorm:"not null"`
	Number         string `gorm:"not null"`
	IssuedOn       core.Date
	ExpiresOn      core.Date
	CreatedAt      moment         `gorm:"not null"`
	CreatedBy      core.AccountID `gorm:"not null"`
	Version        int            `gorm:"not null"`
}

func (r licenseRow) noun() core.License {
	return core.License{
		ID: r.ID, TherapistID: r.TherapistID, OrganizationID: r.OrganizationID, Jurisdiction: r.Jurisdiction, Title: r.Title,
		Number: r.Number, IssuedOn: r.IssuedOn, ExpiresOn: r.ExpiresOn, CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy,
		Version: r.Version,
	}
}

type licenseEventRow struct {
	ID          core.LicenseEventID `gorm:"primaryKey"`
	LicenseID   core.LicenseID      `gorm:"not null"`
	Axis        core.Axis           `gorm:"not null"`
	Status      string              `gorm:"not null"`
	EffectiveOn core.Date           `gorm:"not null"`
	Until       core.Date
	Method      string    `gorm:"not null"`
	Source      string    `gorm:"not null"`
	CheckedOn   core.Date `gorm:"not null"`
	Note        string    `gorm:"not null"`
	WithdrawsID core.LicenseEventID
	RecordedAt  moment         `gorm:"not null"`
	RecordedBy  core.AccountID `gorm:"not null"`
}

type licenseEventView struct {
	licenseEventRow `gorm:"embedded"`
	RecordedByName  string
}

func (r licenseEventView) noun() core.LicenseEvent {
	return core.LicenseEvent{
		ID: r.ID, LicenseID: r.LicenseID, Axis: r.Axis, Status: r.Status, EffectiveOn: r.EffectiveOn, Until: r.Until, Method: r.Method,
		Source: r.Source, CheckedOn: r.CheckedOn, Note: r.Note, Withdraws: r.WithdrawsID, RecordedAt: r.RecordedAt.Time, RecordedBy: r.RecordedBy,
		RecordedByName: r.RecordedByName,
	}
}

// InsertLicense gives license_exists where jurisdiction, title and number are
// recorded already. Its events are inserted on their own.
func (tx *Tx) InsertLicense(_ context.Context, l core.License) error {
	return tx.insert("licenses", &licenseRow{
		ID: l.ID, TherapistID: l.TherapistID, OrganizationID: l.OrganizationID, Jurisdiction: l.Jurisdiction, Title: l.Title,
		Number: l.Number, IssuedOn: l.IssuedOn, ExpiresOn: l.ExpiresOn, CreatedAt: at(l.CreatedAt), CreatedBy: l.CreatedBy,
		Version: l.Version,
	})
}

// InsertLicenseEvent adds to a licence's histories. A second withdrawal of one
// record gives already_withdrawn.
func (tx *Tx) InsertLicenseEvent(_ context.Context, e core.LicenseEvent) error {
	return tx.insert("license_events", &licenseEventRow{
		ID: e.ID, LicenseID: e.LicenseID, Axis: e.Axis, Status: e.Status, EffectiveOn: e.EffectiveOn, Until: e.Until, Method: e.Method,
		Source: e.Source, CheckedOn: e.CheckedOn, Note: e.Note, WithdrawsID: e.Withdraws, RecordedAt: at(e.RecordedAt), RecordedBy: e.RecordedBy,
	})
}

// TouchLicense raises a licence's version and keeps the last day of its terms;
// it gives stale where the version is another.
func (tx *Tx) TouchLicense(_ context.Context, id core.LicenseID, version int, expiresOn core.Date) error {
	return tx.changeOne(`UPDATE licenses SET version = version + 1, expires_on = ? WHERE id = ? AND version = ?`, expiresOn, id, version)
}

// License finds a licence with its events, in the order of their recording, and
// its newest checks.
func (tx *Tx) License(_ context.Context, id core.LicenseID) (core.License, error) {
	found, err := tx.licensesWhere("l.id = ?", id)
	if err == nil && len(found) == 0 {
		err = core.NotFound("licence")
	}
	if err != nil {
		return core.License{}, err
	}
	return found[0], nil
}

// LicensesOf are all licences of a therapist with their events and newest
// checks, oldest record first.
func (tx *Tx) LicensesOf(_ context.Context, therapist core.TherapistID) ([]core.License, error) {
	return tx.licensesWhere("l.therapist_id = ?", therapist)
}

// licensesWhere reads licences in three queries, whatever their number.
func (tx *Tx) licensesWhere(condition string, args ...any) ([]core.License, error) {
	rows, err := many[licenseRow](tx.g, `SELECT l.* FROM licenses l WHERE `+condition+` ORDER BY l.id`, args...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	licenses := mapped(rows, licenseRow.noun)
	at, ids := make(map[core.LicenseID]int, len(licenses)), make([]core.LicenseID, len(licenses))
	for i, l := range licenses {
		at[l.ID], ids[i] = i, l.ID
	}
	these, arg := in(tx, "e.license_id", ids)
	events, err := many[licenseEventView](tx.g, `SELECT e.*, a.name AS recorded_by_name
		FROM license_events e JOIN accounts a ON a.id = e.recorded_by WHERE `+these+` ORDER BY e.id`, arg)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		l := &licenses[at[e.LicenseID]]
		l.Events = append(l.Events, e.noun())
	}
	these, arg = in(tx, "c.license_id", ids)
	checks, err := many[licenseCheckRow](tx.g, `SELECT c.* FROM license_checks c WHERE `+these+` AND NOT EXISTS (
		SELECT 1 FROM license_checks n WHERE n.license_id = c.license_id AND n.outcome = c.outcome AND n.id > c.id) ORDER BY c.id`, arg)
	for _, c := range checks {
		l := &licenses[at[c.LicenseID]]
		l.Checks = append(l.Checks, c.noun())
	}
	return licenses, err
}
