package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// Moment is a time in a column: UTC, and NULL where there is none.
type Moment struct{ time.Time }

// At is t as a column's value.
func At(t time.Time) Moment { return Moment{t.UTC()} }

// Value stores UTC, or NULL for the zero time.
func (m Moment) Value() (driver.Value, error) {
	if m.IsZero() {
		return nil, nil
	}
	return m.UTC(), nil
}

// Scan reads a column of either database, or a time that SQLite computed and
// therefore gives as text.
func (m *Moment) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		m.Time = time.Time{}
		return nil
	case time.Time:
		m.Time = v.UTC()
		return nil
	case string:
		for _, layout := range []string{"2006-01-02 15:04:05.999999999-07:00", "2006-01-02 15:04:05.999999999", time.RFC3339Nano} {
			if t, err := time.Parse(layout, v); err == nil {
				m.Time = t.UTC()
				return nil
			}
		}
	case []byte:
		return m.Scan(string(v))
	}
	return fmt.Errorf("store: cannot read a time from %T", src)
}

// GormDataType tells GORM that this is a time, and none that GORM may set.
func (Moment) GormDataType() string { return "moment" }

// jsonOf writes texts as a JSON array, a statement's one argument.
func jsonOf(texts []string) string {
	b, _ := json.Marshal(texts)
	return string(b)
}
