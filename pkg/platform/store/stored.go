package store

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
)

// JSON is a column that keeps a T as JSON. What cannot be read is a fault of
// our own, never an empty value. The tag of its field says of which table it is,
// and which column names the row where that is not the id: anyone who has to fix
// it is told all three.
type JSON[T any] struct{ V T }

// Value writes the JSON; nothing in a list or a map is an empty one.
func (s JSON[T]) Value() (driver.Value, error) {
	switch v := reflect.ValueOf(s.V); {
	case v.Kind() == reflect.Slice && v.Len() == 0:
		return "[]", nil
	case v.Kind() == reflect.Map && v.Len() == 0:
		return "{}", nil
	}
	b, err := json.Marshal(s.V)
	return string(b), err
}

// Scan reads the JSON; NULL, of a row that is not there, is the zero T.
func (s *JSON[T]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		s.V = *new(T)
		return nil
	case string:
		return json.Unmarshal([]byte(v), &s.V)
	case []byte:
		return json.Unmarshal(v, &s.V)
	}
	return fmt.Errorf("JSON is kept as text, not as %T", src)
}

// GormDataType tells GORM that this is a text.
func (JSON[T]) GormDataType() string { return "text" }

// unreadableError is a value of the database that is not what it should be.
type unreadableError struct {
	table, column, key, row string
	err                     error
}

// Error names table, column and row, and nothing of the value.
func (e *unreadableError) Error() string {
	return fmt.Sprintf("%s.%s of %s %s cannot be read: %v", e.table, e.column, e.key, e.row, e.err)
}

// rowNamed is what the key column of the row that rows stands at holds.
func rowNamed(rows *sql.Rows, columns []string, key string) string {
	into := make([]any, len(columns))
	for i := range into {
		into[i] = new(any)
	}
	if rows.Scan(into...) != nil {
		return "that cannot be read either"
	}
	for i, column := range columns {
		if column != key {
			continue
		}
		switch v := (*into[i].(*any)).(type) {
		case []byte:
			return string(v)
		default:
			return fmt.Sprint(v)
		}
	}
	return "that was not asked for"
}
