package store

import (
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// many runs a query for all of its rows. T is a value, for a query of one
// column, or a struct whose fields are named like the columns or carry a gorm
// column tag; those of embedded structs count too, unexported ones included,
// which GORM's own Scan leaves empty without a word. A column without a field
// is left out, NULL is a field's zero value.
func many[T any](g *gorm.DB, query string, args ...any) ([]T, error) {
	rows, err := g.Raw(query, args...).Rows()
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close()
	found, err := scanAll[T](rows)
	return found, translate(err)
}

func scanAll[T any](rows *sql.Rows) ([]T, error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	fields := fieldsOf(reflect.TypeFor[T](), columns)
	into := make([]any, len(columns))
	var found []T
	for rows.Next() {
		var row T
		v := reflect.ValueOf(&row).Elem()
		for i, column := range columns {
			into[i] = destination(v, fields[column])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("read a row as %s: %w", v.Type(), err)
		}
		found = append(found, row)
	}
	return found, rows.Err()
}

// destination is where a column's value goes.
func destination(row reflect.Value, f *field) any {
	if f == nil {
		return new(any)
	}
	at := row.Addr()
	if len(f.index) > 0 {
		at = row.FieldByIndex(f.index).Addr()
	}
	if f.scans {
		return at.Interface()
	}
	return &orZero{at}
}

// orZero leaves its field as it is, which is zero, where the column is NULL.
type orZero struct{ field reflect.Value }

// Scan implements sql.Scanner.
func (o *orZero) Scan(src any) error {
	if src == nil {
		return nil
	}
	switch to := o.field.Interface().(type) {
	case *string:
		return scanAs(to, src)
	case *[]byte:
		return scanAs(to, src)
	}
	switch e := o.field.Elem(); e.Kind() {
	case reflect.String:
		var s string
		err := scanAs(&s, src)
		e.SetString(s)
		return err
	case reflect.Int, reflect.Int64:
		var n int64
		err := scanAs(&n, src)
		e.SetInt(n)
		return err
	case reflect.Bool:
		var b bool
		err := scanAs(&b, src)
		e.SetBool(b)
		return err
	}
	return fmt.Errorf("store: no column is read into a %s", o.field.Type().Elem())
}

func scanAs[V any](to *V, src any) error {
	var n sql.Null[V]
	err := n.Scan(src)
	*to = n.V
	return err
}

type field struct {
	index []int
	scans bool // takes NULL itself
}

var knownFields sync.Map // of map[string]*field by reflect.Type

var scanner = reflect.TypeFor[sql.Scanner]()

// fieldsOf are a row's fields by column; a row that is a value, not a struct of
// columns, is its one column.
func fieldsOf(row reflect.Type, columns []string) map[string]*field {
	if scans := reflect.PointerTo(row).Implements(scanner); scans || row.Kind() != reflect.Struct {
		return map[string]*field{columns[0]: {scans: scans}}
	}
	if known, ok := knownFields.Load(row); ok {
		return known.(map[string]*field)
	}
	fields := map[string]*field{}
	for _, f := range reflect.VisibleFields(row) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		name, ok := strings.CutPrefix(strings.Split(f.Tag.Get("gorm"), ";")[0], "column:")
		if !ok {
			name = schema.NamingStrategy{}.ColumnName("", f.Name)
		}
		if outer := fields[name]; outer == nil || len(f.Index) < len(outer.index) {
			fields[name] = &field{f.Index, reflect.PointerTo(f.Type).Implements(scanner)}
		}
	}
	known, _ := knownFields.LoadOrStore(row, fields)
	return known.(map[string]*field)
}
