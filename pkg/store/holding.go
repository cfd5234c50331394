package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type holdingRow struct {
	ID             core.HoldingID   `gorm:"primaryKey"`
	TherapistID    core.TherapistID `gorm:"not null"`
	OrganizationID core.OrganizationID
	Kind           core.HoldingKind `gorm:"not null"`
	Name           string           `gorm:"not null"`
	Issuer         string           `gorm:"not null"`
	Number         string           `gorm:"not null"`
	Jurisdiction   string           `gorm:"not null"`
	ObtainedOn     core.Date
	ExpiresOn      core.Date
	Passed         bool           `gorm:"not null"`
	Attempt        int            `gorm:"not null"`
	EachClaim      int            `gorm:"not null"`
	Aggregate      int            `gorm:"not null"`
	Taxonomy       string         `gorm:"not null"`
	Method         string         `gorm:"not null"`
	Source         string         `gorm:"not null"`
	CheckedOn      core.Date      `gorm:"not null"`
	CheckedBy      core.AccountID `gorm:"not null"`
	NextCheck      core.Date
	DocumentID     core.DocumentID
	Note           string         `gorm:"not null"`
	RecordedBy     core.AccountID `gorm:"not null"`
	RecordedAt     moment         `gorm:"not null"`
	EndedAt        moment
	Version        int `gorm:"not null"`
}

type holdingView struct {
	holdingRow     `gorm:"embedded"`
	TherapistName  string
	CheckedByName  string
	RecordedByName string
	DocumentName   string
}

func (r holdingView) noun() core.Holding {
	return core.Holding{
		ID: r.ID, TherapistID: r.TherapistID, TherapistName: r.TherapistName, OrganizationID: r.OrganizationID, Kind: r.Kind, Name: r.Name,
		Issuer: r.Issuer, Number: r.Number, Jurisdiction: r.Jurisdiction, ObtainedOn: r.ObtainedOn, ExpiresOn: r.ExpiresOn, Passed: r.Passed,
		Attempt: r.Attempt, EachClaim: r.EachClaim, Aggregate: r.Aggregate, Taxonomy: r.Taxonomy, Method: r.Method, Source: r.Source,
		CheckedOn: r.CheckedOn, CheckedBy: r.CheckedBy, CheckedByName: r.CheckedByName, NextCheck: r.NextCheck, DocumentID: r.DocumentID,
		DocumentName: r.DocumentName, Note: r.Note, RecordedBy: r.RecordedBy, RecordedByName: r.RecordedByName, RecordedAt: r.RecordedAt.Time,
		EndedAt: r.EndedAt.Time, Version: r.Version,
	}
}

const holdingSelect = `SELECT h.*, ta.name AS therapist_name, ca.name AS checked_by_name, ra.name AS recorded_by_name, COALESCE(d.name, '') AS document_name
	FROM holdings h JOIN therapists t ON t.id = h.therapist_id JOIN accounts ta ON ta.id = t.account_id
	JOIN accounts ca ON ca.id = h.checked_by JOIN accounts ra ON ra.id = h.recorded_by LEFT JOIN documents d ON d.id = h.document_id `

// InsertHolding gives npi_taken where somebody else has the number.
func (tx *Tx) InsertHolding(_ context.Context, h core.Holding) error {
	return tx.insert("holdings", &holdingRow{
		ID: h.ID, TherapistID: h.TherapistID, OrganizationID: h.OrganizationID, Kind: h.Kind, Name: h.Name, Issuer: h.Issuer, Number: h.Number,
		Jurisdiction: h.Jurisdiction, ObtainedOn: h.ObtainedOn, ExpiresOn: h.ExpiresOn, Passed: h.Passed, Attempt: h.Attempt, EachClaim: h.EachClaim,
		Aggregate: h.Aggregate, Taxonomy: h.Taxonomy, Method: h.Method, Source: h.Source, CheckedOn: h.CheckedOn, CheckedBy: h.CheckedBy,
		NextCheck: h.NextCheck, DocumentID: h.DocumentID, Note: h.Note, RecordedBy: h.RecordedBy, RecordedAt: at(h.RecordedAt), Version: h.Version,
	})
}

// UpdateHolding keeps how a holding is known, its evidence and its end.
func (tx *Tx) UpdateHolding(_ context.Context, h core.Holding) error {
	return tx.changeOne(`UPDATE holdings SET method = ?, source = ?, checked_on = ?, checked_by = ?, next_check = ?, document_id = ?, ended_at = ?,
		version = version + 1 WHERE id = ? AND version = ?`,
		h.Method, h.Source, h.CheckedOn, h.CheckedBy, h.NextCheck, h.DocumentID, at(h.EndedAt), h.ID, h.Version)
}

// Holding finds a holding.
func (tx *Tx) Holding(_ context.Context, id core.HoldingID) (core.Holding, error) {
	r, err := one[holdingView](tx.g, "qualification", holdingSelect+`WHERE h.id = ?`, id)
	return r.noun(), err
}

// HoldingsOf are what a therapist holds, newest first, without what was taken
// back.
func (tx *Tx) HoldingsOf(_ context.Context, therapist core.TherapistID, after core.HoldingID, limit int) ([]core.Holding, error) {
	query, args := holdingSelect+"WHERE h.therapist_id = ? AND h.ended_at IS NULL", []any{therapist}
	if !after.IsZero() {
		query, args = query+" AND h.id < ?", append(args, after)
	}
	rows, err := many[holdingView](tx.g, query+" ORDER BY h.id DESC LIMIT ?", append(args, limit)...)
	return mapped(rows, holdingView.noun), err
}

// LongestHeld is, of what a therapist holds of a kind since a day, the one that
// ends last, if any.
func (tx *Tx) LongestHeld(_ context.Context, therapist core.TherapistID, kind core.HoldingKind, on core.Date) ([]core.Holding, error) {
	rows, err := many[holdingView](tx.g, holdingSelect+`WHERE h.therapist_id = ? AND h.ended_at IS NULL AND h.kind = ? AND (h.obtained_on IS NULL OR h.obtained_on <= ?)
		ORDER BY h.expires_on DESC, h.id DESC LIMIT 1`, therapist, kind, on)
	return mapped(rows, holdingView.noun), err
}

// HoldingsDue are what therapists of a school hold and has to be looked at again
// by a day, oldest record first.
func (tx *Tx) HoldingsDue(_ context.Context, org core.OrganizationID, by core.Date, after core.HoldingID, limit int) ([]core.Holding, error) {
	rows, err := many[holdingView](tx.g, holdingSelect+`WHERE h.ended_at IS NULL AND h.next_check <= ? AND h.id > ?
		AND (EXISTS (SELECT 1 FROM enrollments e WHERE e.therapist_id = h.therapist_id AND e.organization_id = ?)
			OR EXISTS (SELECT 1 FROM course_completions c WHERE c.therapist_id = h.therapist_id AND c.organization_id = ?))
		ORDER BY h.id LIMIT ?`, by, keyOf(after), org, org, limit)
	return mapped(rows, holdingView.noun), err
}

type adverseRow struct {
	ID             core.AdverseID      `gorm:"primaryKey"`
	LicenseID      core.LicenseID      `gorm:"not null"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Kind           core.AdverseKind    `gorm:"not null"`
	Authority      string              `gorm:"not null"`
	OrderNumber    string              `gorm:"not null"`
	StartsOn       core.Date           `gorm:"not null"`
	EndsOn         core.Date
	EventID        core.LicenseEventID
	DocumentID     core.DocumentID
	Note           string         `gorm:"not null"`
	RecordedBy     core.AccountID `gorm:"not null"`
	RecordedAt     moment         `gorm:"not null"`
}

type adverseView struct {
	adverseRow     `gorm:"embedded"`
	RecordedByName string
	DocumentName   string
}

func (r adverseView) noun() core.Adverse {
	return core.Adverse{
		ID: r.ID, LicenseID: r.LicenseID, OrganizationID: r.OrganizationID, Kind: r.Kind, Authority: r.Authority, OrderNumber: r.OrderNumber,
		StartsOn: r.StartsOn, EndsOn: r.EndsOn, EventID: r.EventID, DocumentID: r.DocumentID, DocumentName: r.DocumentName, Note: r.Note,
		RecordedBy: r.RecordedBy, RecordedByName: r.RecordedByName, RecordedAt: r.RecordedAt.Time,
	}
}

const adverseSelect = `SELECT v.*, a.name AS recorded_by_name, COALESCE(d.name, '') AS document_name FROM adverse_actions v
	JOIN accounts a ON a.id = v.recorded_by LEFT JOIN documents d ON d.id = v.document_id `

// InsertAdverse gives adverse_exists where the order is recorded already.
func (tx *Tx) InsertAdverse(_ context.Context, v core.Adverse) error {
	return tx.insert("adverse_actions", &adverseRow{
		ID: v.ID, LicenseID: v.LicenseID, OrganizationID: v.OrganizationID, Kind: v.Kind, Authority: v.Authority, OrderNumber: v.OrderNumber,
		StartsOn: v.StartsOn, EndsOn: v.EndsOn, EventID: v.EventID, DocumentID: v.DocumentID, Note: v.Note, RecordedBy: v.RecordedBy, RecordedAt: at(v.RecordedAt),
	})
}

// Adverse finds an adverse action.
func (tx *Tx) Adverse(_ context.Context, id core.AdverseID) (core.Adverse, error) {
	r, err := one[adverseView](tx.g, "adverse action", adverseSelect+`WHERE v.id = ?`, id)
	return r.noun(), err
}

// AdverseOf are the adverse actions against a therapist's licences, newest first.
func (tx *Tx) AdverseOf(_ context.Context, therapist core.TherapistID, after core.AdverseID, limit int) ([]core.Adverse, error) {
	query, args := adverseSelect+"JOIN licenses l ON l.id = v.license_id WHERE l.therapist_id = ?", []any{therapist}
	if !after.IsZero() {
		query, args = query+" AND v.id < ?", append(args, after)
	}
	rows, err := many[adverseView](tx.g, query+" ORDER BY v.id DESC LIMIT ?", append(args, limit)...)
	return mapped(rows, adverseView.noun), err
}

// AttachAdverse adds the document of an action that has none; it gives stale
// where it has one.
func (tx *Tx) AttachAdverse(_ context.Context, id core.AdverseID, document core.DocumentID) error {
	return tx.changeOne(`UPDATE adverse_actions SET document_id = ? WHERE id = ? AND document_id IS NULL`, document, id)
}
