package logbookdb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Transfer is hours of another school.
type Transfer struct {
	ID             core.TransferID                    `gorm:"primaryKey"`
	OrganizationID core.OrganizationID                `gorm:"not null"`
	EnrollmentID   core.EnrollmentID                  `gorm:"not null"`
	TherapistID    core.TherapistID                   `gorm:"not null"`
	State          logbook.TransferState              `gorm:"not null"`
	School         string                             `gorm:"not null"`
	SchoolLicense  string                             `gorm:"not null"`
	Transcript     string                             `gorm:"not null"`
	CompletedOn    core.Date                          `gorm:"not null"`
	Lines          store.JSON[[]logbook.TransferLine] `gorm:"not null" of:"transfers"`
	DocumentID     core.DocumentID
	ProposedBy     core.AccountID `gorm:"not null"`
	ProposedAt     store.Moment   `gorm:"not null"`
	DecidedBy      core.AccountID
	DecidedAt      store.Moment
	Reason         string `gorm:"not null"`
	Version        int    `gorm:"not null"`

	SourceOrganizationID core.OrganizationID
	SourceEnrollmentID   core.EnrollmentID
	GrantID              core.GrantID
	SourceDigest         string `gorm:"not null"`
	StoodAt              store.Moment
	StoodBy              core.AccountID
	StoodReason          string `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Transfer) TableName() string { return "transfers" }

type namedTransfer struct {
	Transfer
	Name           string
	DocumentName   string
	MediaType      string
	ProposedByName string
	DecidedByName  string
	StoodByName    string
	Lost           core.Minutes
	LostAt         store.Moment
}

func (f namedTransfer) toCore() logbook.TransferRequest {
	return logbook.TransferRequest{
		ID: f.ID, OrganizationID: f.OrganizationID, EnrollmentID: f.EnrollmentID, TherapistID: f.TherapistID, Name: f.Name, State: f.State,
		Origin:      core.Transfer{School: f.School, License: f.SchoolLicense, Transcript: f.Transcript},
		CompletedOn: f.CompletedOn, Document: core.Document{ID: f.DocumentID, Name: f.DocumentName, MediaType: f.MediaType},
		ProposedBy: f.ProposedBy, ProposedByName: f.ProposedByName, ProposedAt: f.ProposedAt.Time,
		DecidedBy: f.DecidedBy, DecidedByName: f.DecidedByName, DecidedAt: f.DecidedAt.Time, Reason: f.Reason, Version: f.Version,
		Lines: f.Lines.V, Source: f.source(),
	}
}

// source is what of another school it stands on. What was lost matters until the
// transfer is over.
func (f namedTransfer) source() logbook.TransferSource {
	s := logbook.TransferSource{
		OrganizationID: f.SourceOrganizationID, EnrollmentID: f.SourceEnrollmentID, GrantID: f.GrantID, Digest: f.SourceDigest,
		StoodBy: f.StoodBy, StoodByName: f.StoodByName, StoodAt: f.StoodAt.Time, StoodReason: f.StoodReason,
	}
	if f.State == logbook.TransferProposed || f.State == logbook.TransferAccepted {
		s.Lost, s.LostAt = f.Lost, f.LostAt.Time
	}
	return s
}

func (t Transfers) named() *gorm.DB {
	return t.Gorm().Select(`transfers.*, sa.name, COALESCE(d.name, '') AS document_name, COALESCE(d.media_type, '') AS media_type,
			pa.name AS proposed_by_name, COALESCE(da.name, '') AS decided_by_name, COALESCE(ba.name, '') AS stood_by_name,
			(SELECT COALESCE(SUM(l.minutes), 0) FROM lost_sources l WHERE l.transfer_id = transfers.id) AS lost,
			(SELECT MAX(l.lost_at) FROM lost_sources l WHERE l.transfer_id = transfers.id) AS lost_at`).
		Joins("JOIN people sa ON sa.id = transfers.therapist_id").
		Joins("JOIN accounts pa ON pa.id = transfers.proposed_by LEFT JOIN accounts da ON da.id = transfers.decided_by LEFT JOIN accounts ba ON ba.id = transfers.stood_by").
		Joins("LEFT JOIN documents d ON d.id = transfers.document_id")
}

// InsertTransfer writes a proposed transfer.
func (t Transfers) InsertTransfer(_ context.Context, f logbook.TransferRequest) error {
	return store.Insert(t.Gorm(), &Transfer{
		ID: f.ID, OrganizationID: f.OrganizationID, EnrollmentID: f.EnrollmentID, TherapistID: f.TherapistID, State: f.State,
		School: f.Origin.School, SchoolLicense: f.Origin.License, Transcript: f.Origin.Transcript, CompletedOn: f.CompletedOn,
		Lines: store.JSON[[]logbook.TransferLine]{V: f.Lines}, DocumentID: f.Document.ID, ProposedBy: f.ProposedBy, ProposedAt: store.At(f.ProposedAt), Version: f.Version,
		SourceOrganizationID: f.Source.OrganizationID, SourceEnrollmentID: f.Source.EnrollmentID, GrantID: f.Source.GrantID, SourceDigest: f.Source.Digest,
	})
}

// Transfer finds one transfer.
func (t Transfers) Transfer(_ context.Context, id core.TransferID) (logbook.TransferRequest, error) {
	f, err := store.One[namedTransfer](t.named().Where("transfers.id = ?", id), "transfer")
	return f.toCore(), err
}

// FindTransfers lists transfers, newest first.
func (t Transfers) FindTransfers(_ context.Context, q logbook.TransferQuery) ([]logbook.TransferRequest, error) {
	g := t.named().Where("transfers.organization_id = ?", q.Organization)
	if !q.Enrollment.IsZero() {
		g = g.Where("transfers.enrollment_id = ?", q.Enrollment)
	}
	if !q.After.IsZero() {
		g = g.Where("transfers.id < ?", q.After)
	}
	found, err := store.All[namedTransfer](g.Order("transfers.id DESC").Limit(q.Limit))
	return store.Each(found, namedTransfer.toCore), err
}

// UpdateTransfer writes state, document and decision over the version before;
// another version is stale.
func (t Transfers) UpdateTransfer(_ context.Context, f logbook.TransferRequest) error {
	return store.ChangeOne(t.Gorm().Model(&Transfer{}).Where("id = ? AND version = ?", f.ID, f.Version).Updates(map[string]any{
		"state": f.State, "document_id": f.Document.ID, "decided_by": f.DecidedBy, "decided_at": store.At(f.DecidedAt),
		"reason": f.Reason, "stood_by": f.Source.StoodBy, "stood_at": store.At(f.Source.StoodAt), "stood_reason": f.Source.StoodReason,
		"version": store.Next,
	}))
}
