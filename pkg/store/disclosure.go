package store

import (
	"context"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

type disclosureRow struct {
	ID             core.DisclosureID   `gorm:"primaryKey"`
	TherapistID    core.TherapistID    `gorm:"not null"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	CredentialID   core.CredentialID   `gorm:"not null"`
	AccountID      core.AccountID      `gorm:"not null"`
	At             moment              `gorm:"not null"`
	Shown          string              `gorm:"not null"`
	Outcome        string              `gorm:"not null"`
}

type disclosureView struct {
	disclosureRow    `gorm:"embedded"`
	OrganizationName string
	Title            string
	Name             string
}

func (r disclosureView) noun() core.Disclosure {
	return core.Disclosure{
		ID: r.ID, TherapistID: r.TherapistID, OrganizationID: r.OrganizationID, OrganizationName: r.OrganizationName,
		CredentialID: r.CredentialID, Title: r.Title, Name: r.Name, AccountID: r.AccountID, At: r.At.Time,
		Shown: strings.Fields(r.Shown), Outcome: r.Outcome,
	}
}

const selectDisclosures = `SELECT d.*, o.name AS organization_name, c.title, c.subject_name AS name
	FROM disclosures d
	JOIN organizations o ON o.id = d.organization_id
	JOIN credentials c ON c.id = d.credential_id`

// InsertDisclosure records who was shown what.
func (tx *Tx) InsertDisclosure(_ context.Context, d core.Disclosure) error {
	row := disclosureRowOf(d)
	return tx.insert("disclosures", &row)
}

// InsertDisclosures is InsertDisclosure for many at once.
func (tx *Tx) InsertDisclosures(_ context.Context, all []core.Disclosure) error {
	if len(all) == 0 {
		return nil
	}
	return tx.insert("disclosures", mapped(all, disclosureRowOf))
}

func disclosureRowOf(d core.Disclosure) disclosureRow {
	return disclosureRow{
		ID: d.ID, TherapistID: d.TherapistID, OrganizationID: d.OrganizationID, CredentialID: d.CredentialID,
		AccountID: d.AccountID, At: at(d.At), Shown: strings.Join(d.Shown, " "), Outcome: d.Outcome,
	}
}

// DisclosuresTo are at most limit disclosures to an organization, newest first,
// that follow the disclosure after.
func (tx *Tx) DisclosuresTo(_ context.Context, org core.OrganizationID, after core.DisclosureID, limit int) ([]core.Disclosure, error) {
	return tx.disclosures(`d.organization_id = ?`, org, after, limit)
}

// DisclosuresOf are at most limit disclosures of a therapist's record, newest
// first, that follow the disclosure after.
func (tx *Tx) DisclosuresOf(_ context.Context, therapist core.TherapistID, after core.DisclosureID, limit int) ([]core.Disclosure, error) {
	return tx.disclosures(`d.therapist_id = ?`, therapist, after, limit)
}

func (tx *Tx) disclosures(of string, id any, after core.DisclosureID, limit int) ([]core.Disclosure, error) {
	query, args := selectDisclosures+` WHERE `+of, []any{id}
	if !after.IsZero() {
		query, args = query+` AND d.id < ?`, append(args, after)
	}
	rows, err := many[disclosureView](tx.g, query+` ORDER BY d.id DESC LIMIT ?`, append(args, limit)...)
	return mapped(rows, disclosureView.noun), err
}
