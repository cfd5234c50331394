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

const selectLicenseEvents = `SELECT e.*, a.name AS recorded_by_name
	FROM license_events e JOIN accounts a ON a.id = e.recorded_by`

// License finds a licence with its events, in the order of their recording.
func (tx *Tx) License(_ context.Context, id core.LicenseID) (core.License, error) {
	r, err := one[licenseRow](tx.g, "licence", `SELECT * FROM licenses WHERE id = ?`, id)
	if err != nil {
		return core.License{}, err
	}
	events, err := many[licenseEventView](tx.g, selectLicenseEvents+` WHERE e.license_id = ? ORDER BY e.id`, id)
	l := r.noun()
	l.Events = mapped(events, licenseEventView.noun)
	return l, err
}

// LicensesOf are all licences of a therapist with their events, oldest record
// first, in two queries.
func (tx *Tx) LicensesOf(_ context.Context, therapist core.TherapistID) ([]core.License, error) {
	rows, err := many[licenseRow](tx.g, `SELECT * FROM licenses WHERE therapist_id = ? ORDER BY id`, therapist)
	if err != nil {
		return nil, err
	}
	events, err := many[licenseEventView](tx.g, selectLicenseEvents+`
		JOIN licenses l ON l.id = e.license_id WHERE l.therapist_id = ? ORDER BY e.id`, therapist)
	if err != nil {
		return nil, err
	}
	licenses := mapped(rows, licenseRow.noun)
	at := make(map[core.LicenseID]int, len(licenses))
	for i := range licenses {
		at[licenses[i].ID] = i
	}
	for _, e := range events {
		l := &licenses[at[e.LicenseID]]
		l.Events = append(l.Events, e.noun())
	}
	return licenses, nil
}
