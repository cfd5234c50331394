package store_test

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"reflect"
	"testing"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// Every column of every row can be set back to its zero value, and is read again as
// that: GORM leaves nothing out that is named. The rows are tried in temporary
// tables of the same columns, which no constraint or trigger of the schema holds.
func TestRows_Zero(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		undone := errors.New("nothing of this stays")
		err := db.Gorm().Transaction(func(tx *gorm.DB) error {
			for table, row := range rowsByTable() {
				for _, statement := range []string{
					"CREATE TEMPORARY TABLE tried AS SELECT * FROM " + table + " WHERE 1 = 0",
					"CREATE TEMPORARY TABLE " + table + " AS SELECT * FROM tried",
				} {
					if err := tx.Exec(statement).Error; err != nil {
						return err
					}
				}
				zeroes(t, tx, table, reflect.TypeOf(row))
				if err := tx.Exec("DROP TABLE tried").Error; err != nil {
					return err
				}
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
	})
}

// zeroes keeps a row of which nothing is zero, and sets one field after the other
// back.
func zeroes(t *testing.T, tx *gorm.DB, table string, kind reflect.Type) {
	t.Helper()
	full := reflect.New(kind)
	for _, f := range fieldsOf(kind) {
		if !fill(full.Elem().FieldByIndex(f.Index)) {
			t.Errorf("%s.%s: this test knows no value of %s", table, f.Name, f.Type)
			return
		}
	}
	if err := store.Insert(tx, full.Interface()); err != nil {
		t.Errorf("%s: %v", table, err)
		return
	}
	same(t, tx, table, "as it was kept", full)
	for _, f := range fieldsOf(kind) {
		column := columnOf(f)
		changed := reflect.New(kind)
		changed.Elem().Set(full.Elem())
		changed.Elem().FieldByIndex(f.Index).SetZero()
		zero := changed.Elem().FieldByIndex(f.Index).Interface()
		if err := tx.Table(table).Where("1 = 1").Updates(map[string]any{column: zero}).Error; err != nil {
			t.Errorf("%s.%s: %v", table, column, err)
			return
		}
		same(t, tx, table, column, changed)
		back := full.Elem().FieldByIndex(f.Index).Interface()
		if err := tx.Table(table).Where("1 = 1").Updates(map[string]any{column: back}).Error; err != nil {
			t.Errorf("%s.%s: %v", table, column, err)
			return
		}
	}
}

func same(t *testing.T, tx *gorm.DB, table, what string, want reflect.Value) {
	t.Helper()
	found := reflect.New(reflect.SliceOf(want.Type().Elem()))
	if err := tx.Find(found.Interface()).Error; err != nil {
		t.Errorf("%s, %s: %v", table, what, err)
		return
	}
	if found.Elem().Len() != 1 {
		t.Errorf("%s, %s: %d rows", table, what, found.Elem().Len())
		return
	}
	for _, f := range fieldsOf(want.Type().Elem()) {
		got, wanted := asKept(found.Elem().Index(0).FieldByIndex(f.Index)), asKept(want.Elem().FieldByIndex(f.Index))
		if !reflect.DeepEqual(got, wanted) {
			t.Errorf("%s, %s: read %s as %v, want %v", table, what, f.Name, got, wanted)
		}
	}
}

// asKept is what a field is in the database: no list and an empty one are the same.
func asKept(v reflect.Value) any {
	if valuer, ok := v.Interface().(driver.Valuer); ok {
		kept, err := valuer.Value()
		if err != nil {
			return err
		}
		return kept
	}
	if v.Kind() == reflect.Slice && v.Len() == 0 {
		return nil
	}
	return v.Interface()
}

func fieldsOf(kind reflect.Type) (all []reflect.StructField) {
	for _, f := range reflect.VisibleFields(kind) {
		if !f.Anonymous && f.IsExported() {
			all = append(all, f)
		}
	}
	return all
}

func columnOf(f reflect.StructField) string {
	if name := schema.ParseTagSetting(f.Tag.Get("gorm"), ";")["COLUMN"]; name != "" {
		return name
	}
	return schema.NamingStrategy{}.ColumnName("", f.Name)
}

// fill gives a field a value that is not zero.
func fill(v reflect.Value) bool {
	if s, ok := v.Addr().Interface().(sql.Scanner); ok {
		moment := time.Date(2026, 9, 1, 16, 30, 0, 0, time.UTC)
		for _, kept := range []any{
			"01890a5d-ac96-774b-bcce-b302099a8057", int64(7), moment, "2026-09-01", "09:30", `["a"]`, `{"a":"b"}`, `[{}]`, `[7]`, `{}`, `"a"`, `[]`, []byte{1, 2},
		} {
			if s.Scan(kept) == nil && !v.IsZero() {
				return true
			}
			v.SetZero()
		}
		return false
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(3)
	case reflect.String:
		v.SetString("a")
	case reflect.Slice:
		v.SetBytes([]byte{1, 2})
	default:
		return false
	}
	return true
}
