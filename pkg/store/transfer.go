package store

import (
	"context"
	"encoding/json"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
)

type documentRow struct {
	ID             core.DocumentID     `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Name           string              `gorm:"not null"`
	MediaType      string              `gorm:"not null"`
	Digest         string              `gorm:"not null"`
	Body           []byte              `gorm:"not null"`
	CreatedAt      moment              `gorm:"not null"`
	CreatedBy      core.AccountID      `gorm:"not null"`
}

// InsertDocument keeps a file.
func (tx *Tx) InsertDocument(_ context.Context, d core.Document) error {
	return tx.insert("documents", &documentRow{
		ID: d.ID, OrganizationID: d.OrganizationID, Name: d.Name, MediaType: d.MediaType, Digest: d.Digest, Body: d.Body,
		CreatedAt: at(d.CreatedAt), CreatedBy: d.CreatedBy,
	})
}

// Document is a kept file with its body.
func (tx *Tx) Document(_ context.Context, id core.DocumentID) (core.Document, error) {
	r, err := one[documentRow](tx.g, "document", "SELECT * FROM documents WHERE id = ?", id)
	return core.Document{
		ID: r.ID, OrganizationID: r.OrganizationID, Name: r.Name, MediaType: r.MediaType, Digest: r.Digest, Body: r.Body,
		CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy,
	}, err
}

type transferRow struct {
	ID             core.TransferID     `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	EnrollmentID   core.EnrollmentID   `gorm:"not null"`
	TherapistID    core.TherapistID    `gorm:"not null"`
	State          core.TransferState  `gorm:"not null"`
	School         string              `gorm:"not null"`
	SchoolLicense  string              `gorm:"not null"`
	Transcript     string              `gorm:"not null"`
	CompletedOn    core.Date           `gorm:"not null"`
	Lines          string              `gorm:"not null"`
	DocumentID     core.DocumentID
	ProposedBy     core.AccountID `gorm:"not null"`
	ProposedAt     moment         `gorm:"not null"`
	DecidedBy      core.AccountID
	DecidedAt      moment
	Reason         string `gorm:"not null"`
	Version        int    `gorm:"not null"`
}

type transferView struct {
	transferRow    `gorm:"embedded"`
	Name           string
	DocumentName   string
	MediaType      string
	ProposedByName string
	DecidedByName  string
}

func (r transferView) noun() core.TransferRequest {
	t := core.TransferRequest{
		ID: r.ID, OrganizationID: r.OrganizationID, EnrollmentID: r.EnrollmentID, TherapistID: r.TherapistID, Name: r.Name, State: r.State,
		Origin:      core.Transfer{School: r.School, License: r.SchoolLicense, Transcript: r.Transcript},
		CompletedOn: r.CompletedOn, Document: core.Document{ID: r.DocumentID, Name: r.DocumentName, MediaType: r.MediaType},
		ProposedBy: r.ProposedBy, ProposedByName: r.ProposedByName, ProposedAt: r.ProposedAt.Time,
		DecidedBy: r.DecidedBy, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt.Time, Reason: r.Reason, Version: r.Version,
	}
	_ = json.Unmarshal([]byte(r.Lines), &t.Lines) // the column is written below alone
	return t
}

const transferSelect = `SELECT f.*, sa.name AS name, COALESCE(d.name, '') AS document_name, COALESCE(d.media_type, '') AS media_type,
		pa.name AS proposed_by_name, COALESCE(da.name, '') AS decided_by_name
	FROM transfers f JOIN therapists t ON t.id = f.therapist_id JOIN accounts sa ON sa.id = t.account_id
	JOIN accounts pa ON pa.id = f.proposed_by LEFT JOIN accounts da ON da.id = f.decided_by
	LEFT JOIN documents d ON d.id = f.document_id WHERE `

// InsertTransfer writes a proposed transfer.
func (tx *Tx) InsertTransfer(_ context.Context, t core.TransferRequest) error {
	lines, err := json.Marshal(t.Lines)
	if err != nil {
		return err
	}
	return tx.insert("transfers", &transferRow{
		ID: t.ID, OrganizationID: t.OrganizationID, EnrollmentID: t.EnrollmentID, TherapistID: t.TherapistID, State: t.State,
		School: t.Origin.School, SchoolLicense: t.Origin.License, Transcript: t.Origin.Transcript, CompletedOn: t.CompletedOn,
		Lines: string(lines), DocumentID: t.Document.ID, ProposedBy: t.ProposedBy, ProposedAt: at(t.ProposedAt), Version: t.Version,
	})
}

// Transfer finds one transfer.
func (tx *Tx) Transfer(_ context.Context, id core.TransferID) (core.TransferRequest, error) {
	r, err := one[transferView](tx.g, "transfer", transferSelect+"f.id = ?", id)
	return r.noun(), err
}

// FindTransfers lists transfers, newest first.
func (tx *Tx) FindTransfers(_ context.Context, q logbook.TransferQuery) ([]core.TransferRequest, error) {
	condition, args := "f.organization_id = ?", []any{q.Organization}
	if !q.Enrollment.IsZero() {
		condition, args = condition+" AND f.enrollment_id = ?", append(args, q.Enrollment)
	}
	if !q.After.IsZero() {
		condition, args = condition+" AND f.id < ?", append(args, q.After)
	}
	rows, err := many[transferView](tx.g, transferSelect+condition+" ORDER BY f.id DESC LIMIT ?", append(args, q.Limit)...)
	return mapped(rows, transferView.noun), err
}

// UpdateTransfer writes state, document and decision over the version before;
// another version is stale.
func (tx *Tx) UpdateTransfer(_ context.Context, t core.TransferRequest) error {
	return tx.changeOne(`UPDATE transfers SET state = ?, document_id = ?, decided_by = ?, decided_at = ?, reason = ?, version = version + 1
		WHERE id = ? AND version = ?`, t.State, t.Document.ID, t.DecidedBy, at(t.DecidedAt), t.Reason, t.ID, t.Version)
}

// CreditsOfTransfer are the unreversed credits of a transfer.
func (tx *Tx) CreditsOfTransfer(_ context.Context, t core.TransferRequest) ([]core.Credit, error) {
	return tx.credits(`c.enrollment_id = ? AND c.transfer_id = ? AND c.reverses_id IS NULL
		AND NOT EXISTS (SELECT 1 FROM credits r WHERE r.reverses_id = c.id) ORDER BY c.id`, t.EnrollmentID, t.ID)
}
