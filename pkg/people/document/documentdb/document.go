// Package documentdb keeps files that someone handed in. It knows nothing of
// what they prove; the tables that refer to them drop them with the last
// reference.
package documentdb

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Documents keeps files.
type Documents struct{ *store.Tx }

// On keeps within a transaction.
func On(tx *store.Tx) Documents { return Documents{tx} }

// Models are the models by table.
func Models() []any { return []any{Document{}} }

// Document is a file with its body.
type Document struct {
	ID             core.DocumentID     `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Name           string              `gorm:"not null"`
	MediaType      string              `gorm:"not null"`
	Digest         string              `gorm:"not null"`
	Body           []byte              `gorm:"not null"`
	CreatedAt      store.Moment        `gorm:"not null"`
	CreatedBy      core.AccountID      `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Document) TableName() string { return "documents" }

func (d Document) toCore() core.Document {
	return core.Document{
		ID: d.ID, OrganizationID: d.OrganizationID, Name: d.Name, MediaType: d.MediaType, Digest: d.Digest, Body: d.Body,
		CreatedAt: d.CreatedAt.Time, CreatedBy: d.CreatedBy,
	}
}

// InsertDocument keeps a file.
func (t Documents) InsertDocument(_ context.Context, d core.Document) error {
	return store.Insert(t.Gorm(), &Document{
		ID: d.ID, OrganizationID: d.OrganizationID, Name: d.Name, MediaType: d.MediaType, Digest: d.Digest, Body: d.Body,
		CreatedAt: store.At(d.CreatedAt), CreatedBy: d.CreatedBy,
	})
}

// Document is a kept file with its body, or not_found.
func (t Documents) Document(_ context.Context, id core.DocumentID) (core.Document, error) {
	d, err := store.One[Document](t.Gorm().Where("id = ?", id), "document")
	return d.toCore(), err
}
