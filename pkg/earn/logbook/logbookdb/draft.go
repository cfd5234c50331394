package logbookdb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Draft is a school's own pack of rules while it is written.
type Draft struct {
	ID             core.DraftID        `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Code           string              `gorm:"not null"`
	Title          string              `gorm:"not null"`
	Body           string              `gorm:"not null"`
	PublishedID    core.ProgramVersionID
	CreatedAt      store.Moment   `gorm:"not null"`
	CreatedBy      core.AccountID `gorm:"not null"`
	UpdatedAt      store.Moment   `gorm:"not null"`
	UpdatedBy      core.AccountID `gorm:"not null"`
	Version        int            `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Draft) TableName() string { return "drafts" }

type namedDraft struct {
	Draft
	UpdatedByName string
}

func (d namedDraft) toCore() logbook.Draft {
	return logbook.Draft{
		ID: d.ID, OrganizationID: d.OrganizationID, Code: d.Code, Title: d.Title, Body: d.Body, Published: d.PublishedID,
		CreatedAt: d.CreatedAt.Time, CreatedBy: d.CreatedBy, UpdatedAt: d.UpdatedAt.Time, UpdatedBy: d.UpdatedBy,
		UpdatedByName: d.UpdatedByName, Version: d.Version,
	}
}

func (t Programs) drafts() *gorm.DB {
	return t.Gorm().Select("drafts.*, a.name AS updated_by_name").Joins("JOIN accounts a ON a.id = drafts.updated_by")
}

// InsertDraft writes a draft.
func (t Programs) InsertDraft(_ context.Context, d logbook.Draft) error {
	return store.Insert(t.Gorm(), &Draft{
		ID: d.ID, OrganizationID: d.OrganizationID, Code: d.Code, Title: d.Title, Body: d.Body, CreatedAt: store.At(d.CreatedAt),
		CreatedBy: d.CreatedBy, UpdatedAt: store.At(d.UpdatedAt), UpdatedBy: d.UpdatedBy, Version: d.Version,
	})
}

// Draft finds one draft.
func (t Programs) Draft(_ context.Context, id core.DraftID) (logbook.Draft, error) {
	d, err := store.One[namedDraft](t.drafts().Where("drafts.id = ?", id), "draft")
	return d.toCore(), err
}

// FindDrafts lists a school's drafts, newest first.
func (t Programs) FindDrafts(_ context.Context, org core.OrganizationID, after core.DraftID, limit int) ([]logbook.Draft, error) {
	q := t.drafts().Where("drafts.organization_id = ?", org)
	if !after.IsZero() {
		q = q.Where("drafts.id < ?", after)
	}
	found, err := store.All[namedDraft](q.Order("drafts.id DESC").Limit(limit))
	return store.Each(found, namedDraft.toCore), err
}

// unpublished is a version of a draft that may still be changed.
func (t Programs) unpublished(id core.DraftID, version int) *gorm.DB {
	return t.Gorm().Model(&Draft{}).Where("id = ? AND version = ? AND published_id IS NULL", id, version)
}

// UpdateDraft writes a draft that is not published over the version before;
// another version is stale.
func (t Programs) UpdateDraft(_ context.Context, d logbook.Draft) error {
	return store.ChangeOne(t.unpublished(d.ID, d.Version).Updates(map[string]any{
		"code": d.Code, "title": d.Title, "body": d.Body, "published_id": d.Published,
		"updated_at": store.At(d.UpdatedAt), "updated_by": d.UpdatedBy, "version": store.Next,
	}))
}

// DeleteDraft removes a draft that is not published.
func (t Programs) DeleteDraft(_ context.Context, id core.DraftID, version int) error {
	return store.ChangeOne(t.unpublished(id, version).Delete(&Draft{}))
}
