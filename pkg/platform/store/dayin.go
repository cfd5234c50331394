package store

import (
	"database/sql/driver"

	moderncsqlite "modernc.org/sqlite"

	"github.com/palmar/palmar/pkg/core"
)

// SQLite knows no zones.
func init() {
	moderncsqlite.MustRegisterDeterministicScalarFunction("day_in", 2, dayIn)
}

// dayIn is the date of an instant in a zone, both as SQLite keeps them.
func dayIn(_ *moderncsqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	var at Moment
	zone, _ := args[1].(string)
	if err := at.Scan(args[0]); err != nil || at.IsZero() {
		return nil, err
	}
	return core.Organization{Zone: zone}.Today(at.Time).String(), nil
}
