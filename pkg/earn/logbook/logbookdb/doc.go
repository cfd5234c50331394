// Package logbookdb keeps programs and their standards, enrollments, entries,
// the ledger with its totals, imports and transfers. It writes their tables
// alone, and must never know a rule of the record.
package logbookdb

import "github.com/palmar/palmar/pkg/platform/store"

// Programs keeps programs, their versions, standards and drafts.
type Programs struct{ *store.Tx }

// Enrollments keeps who is in which program, and where they stand.
type Enrollments struct{ *store.Tx }

// Entries keeps what students log, with the sums of what waits and counts.
type Entries struct{ *store.Tx }

// Credits keeps the ledger, and what is staged for it.
type Credits struct{ *store.Tx }

// Imports keeps files of attendance.
type Imports struct{ *store.Tx }

// Transfers keeps hours of other schools.
type Transfers struct{ *store.Tx }

// Tx is all of them on one connection.
type Tx struct {
	Programs
	Enrollments
	Entries
	Credits
	Imports
	Transfers
}

// On keeps within a transaction.
func On(tx *store.Tx) Tx {
	return Tx{Programs{tx}, Enrollments{tx}, Entries{tx}, Credits{tx}, Imports{tx}, Transfers{tx}}
}

// Models are the models by table.
func Models() []any {
	return []any{
		Credit{}, Doubt{}, Draft{}, Enrollment{}, Entry{}, Import{}, Program{}, ProgramVersion{}, ProgramConfirmation{}, StagedCredit{}, Standard{}, Standing{},
		Statement{}, Total{}, Transfer{}, TransferCredit{}, WaitingWeek{},
	}
}
