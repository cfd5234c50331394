package store_test

import (
	"database/sql"
	"database/sql/driver"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm/schema"

	"github.com/palmar/palmar/pkg/attest/certify/certifydb"
	"github.com/palmar/palmar/pkg/career/continuing/continuingdb"
	"github.com/palmar/palmar/pkg/career/licensure/licensuredb"
	"github.com/palmar/palmar/pkg/career/renewal/renewaldb"
	"github.com/palmar/palmar/pkg/career/specialty/specialtydb"
	"github.com/palmar/palmar/pkg/check/employer/employerdb"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom/classroomdb"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookdb"
	"github.com/palmar/palmar/pkg/earn/registry/registrydb"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/dispute/disputedb"
	"github.com/palmar/palmar/pkg/people/document/documentdb"
	"github.com/palmar/palmar/pkg/people/grant/grantdb"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/translog/translogdb"
)

// TestRows holds the row structs against the migrated columns of both
// databases: names, types and nullability, and that no table is without one.
func TestRows(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		rows := rowsByTable()
		tables, err := db.Gorm().Migrator().GetTables()
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range tables {
			if _, known := rows[table]; !known && !others(table) {
				t.Errorf("the table %s has no row struct", table)
			}
		}
		for table, row := range rows {
			compare(t, db, table, reflect.TypeOf(row))
		}
	})
}

// others tells whether a table is not ours but of who migrates or of the queue.
func others(table string) bool {
	return table == "schema_versions" || slices.ContainsFunc([]string{"goose_", "river_", "sqlite_"}, func(prefix string) bool { return strings.HasPrefix(table, prefix) })
}

// models are those of the kernel and of the packages below the subjects.
func models() []any {
	return slices.Concat(
		store.Models(), accountdb.Models(), documentdb.Models(), logbookdb.Models(), classroomdb.Models(), registrydb.Models(),
		licensuredb.Models(), specialtydb.Models(), continuingdb.Models(), renewaldb.Models(),
		translogdb.Models(), certifydb.Models(), employerdb.Models(), grantdb.Models(), disputedb.Models(),
	)
}

// rowsByTable are they by table.
func rowsByTable() map[string]any {
	rows := map[string]any{}
	for _, model := range models() {
		rows[model.(schema.Tabler).TableName()] = model
	}
	return rows
}

func compare(t *testing.T, db *store.DB, table string, row reflect.Type) {
	t.Helper()
	by := columnsOf(t, db, table)
	for _, f := range reflect.VisibleFields(row) {
		if f.Anonymous {
			continue
		}
		tag := schema.ParseTagSetting(f.Tag.Get("gorm"), ";")
		name := tag["COLUMN"]
		if name == "" {
			name = schema.NamingStrategy{}.ColumnName("", f.Name)
		}
		c, ok := by[name]
		if !ok {
			t.Errorf("%s.%s: there is no column %s", table, f.Name, name)
			continue
		}
		delete(by, name)
		if kinds := kindsOf(f.Type); !slices.Contains(kinds, c.kind) {
			t.Errorf("%s.%s is %s, %s in the row", table, name, c.kind, f.Type)
		}
		_, key := tag["PRIMARYKEY"]
		_, required := tag["NOT NULL"]
		if key != c.key {
			t.Errorf("%s.%s: part of the key %t, in the row %t", table, name, c.key, key)
		}
		if !key && required == c.nullable {
			t.Errorf("%s.%s: nullable %t, required in the row %t", table, name, c.nullable, required)
		}
	}
	for name := range by {
		t.Errorf("%s.%s is in no field", table, name)
	}
}

type column struct {
	kind          string
	nullable, key bool
}

// columnsOf asks the database. On SQLite it asks for its own description, since
// GORM reads the CREATE TABLE text there and stumbles over comments.
func columnsOf(t *testing.T, db *store.DB, table string) map[string]column {
	t.Helper()
	by := map[string]column{}
	if !db.Postgres() {
		var infos []struct {
			Name, Type  string
			Notnull, Pk int
		}
		if err := db.Gorm().Raw("SELECT name, type, \"notnull\", pk FROM pragma_table_info(?)", table).Scan(&infos).Error; err != nil {
			t.Fatal(err)
		}
		for _, c := range infos {
			by[c.Name] = column{strings.ToLower(c.Type), c.Notnull == 0, c.Pk > 0}
		}
		return by
	}
	types, err := db.Gorm().Migrator().ColumnTypes(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range types {
		nullable, _ := c.Nullable()
		key, _ := c.PrimaryKey()
		by[c.Name()] = column{strings.ToLower(c.DatabaseTypeName()), nullable, key}
	}
	return by
}

// kindsOf are the column types of both databases that a field is kept in.
func kindsOf(f reflect.Type) []string {
	switch reflect.Zero(f).Interface().(type) {
	case core.Date:
		return []string{"date"}
	case interface{ GormDataType() string }:
		if reflect.Zero(f).Interface().(interface{ GormDataType() string }).GormDataType() == "text" {
			return []string{"text"} // JSON
		}
		return []string{"timestamptz", "datetime"}
	case time.Time:
		return []string{"timestamptz", "datetime"}
	case sql.NullInt64:
		return []string{"bigint", "int8", "integer"}
	case []byte:
		return []string{"bytea", "blob"}
	case driver.Valuer:
		return []string{"uuid", "text"}
	}
	switch f.Kind() {
	case reflect.Bool:
		return []string{"boolean", "bool"}
	case reflect.Int, reflect.Int64:
		return []string{"bigint", "int8", "integer"}
	case reflect.String:
		return []string{"text"}
	}
	return nil
}
