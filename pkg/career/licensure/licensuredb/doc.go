// Package licensuredb keeps licenses with their histories, what therapists hold
// beside them, and the lists of boards. It writes their tables alone, and must
// never know a rule of the record.
package licensuredb

import "github.com/palmar/palmar/pkg/platform/store"

// Licenses keeps licenses, their events, and what sources said of them.
type Licenses struct{ *store.Tx }

// Holdings keeps what therapists hold beside licenses, and what authorities did
// about licenses.
type Holdings struct{ *store.Tx }

// Rosters keeps how boards' lists are read, and what came of them.
type Rosters struct{ *store.Tx }

// Tx is all of them on one connection.
type Tx struct {
	Licenses
	Holdings
	Rosters
}

// On keeps within a transaction.
func On(tx *store.Tx) Tx { return Tx{Licenses{tx}, Holdings{tx}, Rosters{tx}} }

// Models are the models by table.
func Models() []any {
	return []any{Adverse{}, Check{}, Event{}, Holding{}, License{}, Match{}, Part{}, Roster{}, SetAside{}, Source{}}
}
