package store

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	moderncsqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/palmar/palmar/pkg/core"
)

var (
	errLocked    = core.Conflict("entry_locked")
	errFrozen    = core.Conflict("frozen")
	errClosed    = core.Conflict("school_closed.store")
	errReference = core.Invalid("unknown_reference.store")
	errSeats     = core.Conflict("seats_taken.store")
	errCheck     = core.Conflict("constraint")
)

// seatsCheck is the check that keeps a section from being overbooked.
const seatsCheck = "sections_seats"

// translate turns a driver's error into a fault of core where a person can do
// something about it; everything else stays as it is and is our own failure.
func translate(err error) error {
	if err == nil || core.AsFault(err) != nil {
		return err
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return orSelf(postgresFault(pg), err)
	}
	var lite *moderncsqlite.Error
	if errors.As(err, &lite) {
		return orSelf(sqliteFault(lite), err)
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return core.NotFound("record")
	}
	return err
}

func orSelf(fault, err error) error {
	if fault == nil {
		return err
	}
	return fault
}

func postgresFault(e *pgconn.PgError) error {
	switch e.Code {
	case "23505":
		return &breachError{core.ErrDuplicate, e.ConstraintName}
	case "23P01":
		return core.ErrOverlap
	case "23503":
		return errReference
	case "23514":
		if e.ConstraintName == seatsCheck {
			return errSeats
		}
		return errCheck
	case "PA001":
		return errLocked
	case "PA002":
		return errFrozen
	case "PA003":
		return errClosed
	}
	return nil
}

func sqliteFault(e *moderncsqlite.Error) error {
	switch text := e.Error(); e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		_, columns, _ := strings.Cut(text, "UNIQUE constraint failed: ")
		columns, _, _ = strings.Cut(columns, " (")
		return &breachError{core.ErrDuplicate, columns}
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return errReference
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		if strings.Contains(text, seatsCheck) {
			return errSeats
		}
		return errCheck
	case sqlite3.SQLITE_CONSTRAINT_TRIGGER:
		switch {
		case strings.Contains(text, "entries_no_overlap"):
			return core.ErrOverlap
		case strings.Contains(text, "entry_locked"):
			return errLocked
		case strings.Contains(text, "school_closed"):
			return errClosed
		case strings.Contains(text, "frozen"):
			return errFrozen
		}
	}
	return nil
}

// abortedBefore is said when a command that joined an outer transaction failed
// at a race, such as a duplicate, and then went on with the winner's result: it
// finds that at once when the whole transaction runs again.
const abortedBefore = "25P02"

// repeatable tells whether the database asks for the transaction to be run
// again.
func repeatable(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01" || pg.Code == abortedBefore
	}
	var lite *moderncsqlite.Error
	return errors.As(err, &lite) && (lite.Code()&0xff == sqlite3.SQLITE_BUSY || lite.Code()&0xff == sqlite3.SQLITE_LOCKED)
}
