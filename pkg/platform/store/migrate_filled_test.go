package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/career/licensure/licensuredb"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// The rows of testdata/filled come through every migration that was added after
// them: the database before it migrates, each value stays what it was, every
// reference leads somewhere, and each table has rows that it was tried with. What
// a migration changes on purpose is said in meant.
func TestMigrate_Filled(t *testing.T) {
	t.Parallel()
	// version, and table or table.column, to why it loses or changes what it had
	meant := map[int64]map[string]string{
		13: {"therapists.account_id": "what one school alone wrote, of an account that nobody has signed in with, is that school's file"},
		24: {"standings": "a standing is judged again when it is looked at, with the sentences of its rules"},
	}
	eachEmpty(t, func(t *testing.T, address string) {
		before := content{}
		for _, version := range versions(t) {
			db := open(t, address)
			if err := db.MigrateTo(t.Context(), version); err != nil {
				t.Fatalf("with rows of before it, the database does not migrate to %d: %v", version, err)
			}
			before.hold(t, version, contentOf(t, db), meant[version])
			load(t, db, version)
			before = contentOf(t, db)
		}
		db := open(t, address)
		if err := db.Migrate(t.Context(), func(words.Sentence) {}); err != nil {
			t.Fatal(err)
		}
		if err := db.CheckSchema(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := accountdb.FillNames(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		for _, table := range slices.Sorted(maps.Keys(before)) {
			if len(before[table]) == 0 && !others(table) {
				t.Errorf("%s has no rows that migrations are tried with: add some to testdata/filled", table)
			}
		}
		holdReferences(t, db)
		holdFiles(t, db)
		err := db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if numbers, err := licensuredb.On(tx).UnsoundNumbers(ctx); err != nil || len(numbers) > 0 {
				t.Errorf("licenses whose number a migration compares as another one than the program: %v, %v", numbers, err)
			}
			if names, err := accountdb.On(tx).UnsoundNames(ctx); err != nil || len(names) > 0 {
				t.Errorf("enrollments that are found by other words than their names': %v, %v", names, err)
			}
			for table, read := range readers() {
				if err := read(tx); err != nil {
					t.Errorf("%s cannot be read: %v", table, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// holdFiles wants what one school alone wrote of an account without a password to be
// the school's file, and the record of one that signs in to be that person's own.
func holdFiles(t *testing.T, db *store.DB) {
	t.Helper()
	for _, row := range contentOf(t, db)["therapists"] {
		file := row["organization_id"] != "<nil>"
		switch name := row["name"]; {
		case file != (row["account_id"] == "<nil>"), file && (name != "Ana Student" && name != "Ivy Lane"), !file && name != "":
			t.Errorf("%v", row)
		}
	}
}

// load runs the statements of a version's file of testdata/filled, one a line.
func load(t *testing.T, db *store.DB, version int64) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "filled", fmt.Sprintf("%04d.sql", version)))
	if errors.Is(err, fs.ErrNotExist) {
		return // it adds no rows
	}
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "--") {
			continue
		}
		if !db.Postgres() {
			line = strings.ReplaceAll(line, `'\x`, `x'`)
		}
		exec(t, db, line)
	}
}

// hold wants everything to be there after a migration that was there before it.
func (c content) hold(t *testing.T, version int64, after content, meant map[string]string) {
	t.Helper()
	for table, rows := range c {
		if others(table) || meant[table] != "" {
			continue
		}
		if _, there := after[table]; !there {
			t.Errorf("migration %d drops %s", version, table)
			continue
		}
		if len(rows) == 0 {
			continue
		}
		columns := []string{}
		for column := range rows[0] {
			switch {
			case meant[table+"."+column] != "":
			case len(after[table]) > 0 && !has(after[table][0], column):
				t.Errorf("migration %d drops %s.%s", version, table, column)
			default:
				columns = append(columns, column)
			}
		}
		if had, have := lines(rows, columns), lines(after[table], columns); !slices.Equal(had, have) {
			t.Errorf("migration %d changes rows of %s: it had\n%s\nand has\n%s", version, table, strings.Join(had, "\n"), strings.Join(have, "\n"))
		}
	}
}

func has(row map[string]string, column string) bool {
	_, there := row[column]
	return there
}

// lines are rows in an order of their own, with some columns.
func lines(rows []map[string]string, columns []string) (all []string) {
	slices.Sort(columns)
	for _, row := range rows {
		line := ""
		for _, column := range columns {
			line += column + "=" + row[column] + " "
		}
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

// holdReferences wants every reference to lead to a row.
func holdReferences(t *testing.T, db *store.DB) {
	t.Helper()
	query := `SELECT "table" || ' to ' || "parent" FROM pragma_foreign_key_check`
	if db.Postgres() {
		query = "SELECT conrelid::regclass || ' ' || conname FROM pg_constraint WHERE NOT convalidated"
	}
	var loose []string
	if err := db.Gorm().Raw(query).Scan(&loose).Error; err != nil {
		t.Fatal(err)
	}
	for _, reference := range loose {
		t.Errorf("a reference leads nowhere: %s", reference)
	}
}
