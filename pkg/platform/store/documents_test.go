package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// referring are the tables that refer to documents, by the database's own word.
func referring(t *testing.T, db *store.DB) (tables []string) {
	t.Helper()
	query := `SELECT m.name FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f ON f."table" = 'documents' WHERE m.type = 'table' ORDER BY m.name`
	if db.Postgres() {
		query = `SELECT c.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
			WHERE k.contype = 'f' AND k.confrelid = 'documents'::regclass ORDER BY c.relname`
	}
	if err := db.Gorm().Raw(query).Scan(&tables).Error; err != nil {
		t.Fatal(err)
	}
	if len(tables) < 5 {
		t.Fatalf("only %q refer to documents", tables)
	}
	return tables
}

// TestDocuments_Uses replaces and drops a document in every table that refers to
// one: it goes with the last that refers to it, and not before.
func TestDocuments_Uses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		tables := referring(t, db)
		loose(t, db)
		for _, table := range tables {
			for _, end := range []string{"UPDATE " + table + " SET document_id = ?", "DELETE FROM " + table} {
				if table == "adverse_actions" || table == "license_checks" || table == "transfers" && strings.HasPrefix(end, "DELETE") {
					continue // the database does not let it be replaced or dropped; TestLocks
				}
				t.Run(table+" "+end[:6], func(t *testing.T) {
					first, second := keepDocument(t, db), keepDocument(t, db)
					one := referTo(t, db, table, first)
					other := referTo(t, db, table, first)
					run(t, db, end+one.where, one.args(end, second)...)
					if kept := documents(t, db); !slices.Contains(kept, first) || !slices.Contains(kept, second) {
						t.Errorf("while something refers to it: %q are kept", kept)
					}
					run(t, db, end+other.where, other.args(end, second)...)
					if kept := documents(t, db); slices.Contains(kept, first) || !slices.Contains(kept, second) {
						t.Errorf("at the end: %q are kept, not %q alone", kept, second)
					}
				})
			}
		}
	})
}

// TestDocuments_View wants every table that refers to documents among their uses,
// so that nobody takes its document for one that is left behind.
func TestDocuments_View(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		tables := referring(t, db)
		loose(t, db)
		for _, table := range tables {
			referTo(t, db, table, keepDocument(t, db))
		}
		keepDocument(t, db)
		var left int
		var removed map[string]int64
		for range 2 {
			err := db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) (err error) {
				if left, err = kept.On(tx).CountOrphans(ctx); err != nil {
					return err
				}
				removed, err = kept.On(tx).Clean(ctx, time.Unix(0, 0), time.Unix(0, 0))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if left == 0 {
				break
			}
			if left != 1 || removed["documents"] != 1 {
				t.Errorf("%d are left behind, %d are cleaned away", left, removed["documents"])
			}
		}
		if kept := documents(t, db); len(kept) != len(tables) || left != 0 {
			t.Errorf("%d documents are kept of %q", len(kept), tables)
		}
	})
}

// reference is a row that refers to a document.
type reference struct {
	where string
	keys  []any
}

func (r reference) args(statement, document string) []any {
	if strings.HasPrefix(statement, "DELETE") {
		return r.keys
	}
	return append([]any{document}, r.keys...)
}

func referTo(t *testing.T, db *store.DB, table, document string) reference {
	t.Helper()
	values := row{"document_id": document}
	switch table {
	case "transfers":
		values["state"], values["source_digest"], values["stood_reason"] = "proposed", "", ""
	case "ce_activities":
		values["state"], values["type"], values["hour"], values["course"] = "completed", "live", 60, id()
	case "holdings":
		values["kind"], values["method"] = "cpr", "document"
	case "adverse_actions":
		values["kind"] = "probation"
	case "license_checks":
		values["outcome"] = "same"
	}
	where, keys := insertSettled(t, db, lock{table: table, row: values}, columnsOf(t, db, table))
	return reference{where, keys}
}

func keepDocument(t *testing.T, db *store.DB) string {
	t.Helper()
	kept := id()
	insertSettled(t, db, lock{table: "documents", row: row{"id": kept, "media_type": "image/png"}}, columnsOf(t, db, "documents"))
	return kept
}

func documents(t *testing.T, db *store.DB) (kept []string) {
	t.Helper()
	if err := db.Gorm().Raw("SELECT id FROM documents ORDER BY id").Scan(&kept).Error; err != nil {
		t.Fatal(err)
	}
	return kept
}

func run(t *testing.T, db *store.DB, statement string, args ...any) {
	t.Helper()
	if err := db.Gorm().Exec(statement, args...).Error; err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
