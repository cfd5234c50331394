package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type draftRow struct {
	ID             core.DraftID        `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Code           string              `gorm:"not null"`
	Title          string              `gorm:"not null"`
	Body           string              `gorm:"not null"`
	PublishedID    core.ProgramVersionID
	CreatedAt      moment         `gorm:"not null"`
	CreatedBy      core.AccountID `gorm:"not null"`
	UpdatedAt      moment         `gorm:"not null"`
	UpdatedBy      core.AccountID `gorm:"not null"`
	Version        int            `gorm:"not null"`
}

type draftView struct {
	draftRow      `gorm:"embedded"`
	UpdatedByName string
}

func (r draftView) noun() core.Draft {
	return core.Draft{
		ID: r.ID, OrganizationID: r.OrganizationID, Code: r.Code, Title: r.Title, Body: r.Body, Published: r.PublishedID,
		CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy, UpdatedAt: r.UpdatedAt.Time, UpdatedBy: r.UpdatedBy,
		UpdatedByName: r.UpdatedByName, Version: r.Version,
	}
}

const draftSelect = "SELECT d.*, a.name AS updated_by_name FROM drafts d JOIN accounts a ON a.id = d.updated_by WHERE "

// InsertDraft writes a draft.
func (tx *Tx) InsertDraft(_ context.Context, d core.Draft) error {
	return tx.insert("drafts", &draftRow{
		ID: d.ID, OrganizationID: d.OrganizationID, Code: d.Code, Title: d.Title, Body: d.Body, CreatedAt: at(d.CreatedAt),
		CreatedBy: d.CreatedBy, UpdatedAt: at(d.UpdatedAt), UpdatedBy: d.UpdatedBy, Version: d.Version,
	})
}

// Draft finds one draft.
func (tx *Tx) Draft(_ context.Context, id core.DraftID) (core.Draft, error) {
	r, err := one[draftView](tx.g, "draft", draftSelect+"d.id = ?", id)
	return r.noun(), err
}

// FindDrafts lists a school's drafts, newest first.
func (tx *Tx) FindDrafts(_ context.Context, org core.OrganizationID, after core.DraftID, limit int) ([]core.Draft, error) {
	condition, args := "d.organization_id = ?", []any{org}
	if !after.IsZero() {
		condition, args = condition+" AND d.id < ?", append(args, after)
	}
	rows, err := many[draftView](tx.g, draftSelect+condition+" ORDER BY d.id DESC LIMIT ?", append(args, limit)...)
	return mapped(rows, draftView.noun), err
}

// UpdateDraft writes a draft that is not published over the version before;
// another version is stale.
func (tx *Tx) UpdateDraft(_ context.Context, d core.Draft) error {
	return tx.changeOne(`UPDATE drafts SET code = ?, title = ?, body = ?, published_id = ?, updated_at = ?, updated_by = ?, version = version + 1
		WHERE id = ? AND version = ? AND published_id IS NULL`, d.Code, d.Title, d.Body, d.Published, at(d.UpdatedAt), d.UpdatedBy, d.ID, d.Version)
}

// DeleteDraft removes a draft that is not published.
func (tx *Tx) DeleteDraft(_ context.Context, id core.DraftID, version int) error {
	return tx.changeOne("DELETE FROM drafts WHERE id = ? AND version = ? AND published_id IS NULL", id, version)
}
