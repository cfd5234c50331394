package documentdb

import (
	"context"

	"github.com/palmar/palmar/pkg/platform/store"
)

// orphaned is a document that nothing refers to. The database lets none be left.
const orphaned = "NOT EXISTS (SELECT 1 FROM document_uses u WHERE u.document_id = documents.id)"

// CountOrphans is how many documents nothing refers to.
func (t Documents) CountOrphans(context.Context) (int, error) {
	return store.One[int](t.Gorm().Table("documents").Select("COUNT(*)").Where(orphaned), "documents")
}

// Clean removes documents that nothing refers to, should there be any, and returns
// how many.
func (t Documents) Clean(context.Context) (map[string]int64, error) {
	return store.Swept(t.Gorm(), store.Sweep{Table: "documents", Where: orphaned})
}
