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
	errLocked    = core.Conflict("entry_locked", "A signed entry does not change. Make a correction of it instead.")
	errFrozen    = core.Conflict("frozen", "What was recorded here never changes.")
	errClosed    = core.Conflict("school_closed", "This school has closed. It attests nothing any more.")
	errReference = core.Invalid("unknown_reference", "Something that this refers to does not exist.")
	errSeats     = core.Conflict("seats_taken", "All seats of this section are taken.")
	errCheck     = core.Conflict("constraint", "The record does not allow this.")
)

// seatsCheck is the check that keeps a section from being overbooked.
const seatsCheck = "sections_seats"

// uniqueFaults names the unique constraints whose breach has a meaning of its
// own, as PostgreSQL calls them and as SQLite describes them.
var uniqueFaults = map[string]*core.Fault{
	"credits_entry_once":                                         core.ErrAlreadyPosted,
	"credits.entry_id":                                           core.ErrAlreadyPosted,
	"credits_reverses_id_key":                                    core.ErrAlreadyPosted,
	"credits.reverses_id":                                        core.ErrAlreadyPosted,
	"entries_one_correction":                                     errCorrected,
	"entries.corrects_id":                                        errCorrected,
	"proposals_enrollment_once":                                  errProposed,
	"proposals.enrollment_id":                                    errProposed,
	"proposals_course_once":                                      errProposed,
	"proposals.course_completion_id":                             errProposed,
	"proposals_transcript_open":                                  errProposed,
	"proposals_license_open":                                     errProposed,
	"proposals.license_id":                                       errProposed,
	"proposals_target_open":                                      errProposed,
	"proposals.target_id":                                        errProposed,
	"licenses_jurisdiction_title_number_key":                     errLicense,
	"licenses.jurisdiction, licenses.title, licenses.number":     errLicense,
	"license_events_withdraws_id_key":                            errWithdrawn,
	"license_events.withdraws_id":                                errWithdrawn,
	"holdings_npi_once":                                          errNPI,
	"holdings.number":                                            errNPI,
	"adverse_actions_license_id_authority_order_number_kind_key": errAdverse,
	"adverse_actions.license_id, adverse_actions.authority, adverse_actions.order_number, adverse_actions.kind": errAdverse,
	"ce_activities_once": errActivity,
	"ce_activities.therapist_id, ce_activities.course, ce_activities.held_on": errActivity,
}

var (
	errActivity  = core.Conflict("activity_exists", "This course of that day is recorded already.")
	errCorrected = core.Conflict("correction_pending", "A correction of this entry exists already.")
	errProposed  = core.Conflict("already_proposed", "This was proposed already.")
	errLicense   = core.Conflict("license_exists", "A licence with this jurisdiction, title and number is recorded already.")
	errNPI       = core.Conflict("npi_taken", "This NPI is recorded already.")
	errAdverse   = core.Conflict("adverse_exists", "This order is recorded already.")
	errWithdrawn = core.Conflict("already_withdrawn", "This record was withdrawn already.")
)

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

func orSelf(f *core.Fault, err error) error {
	if f == nil {
		return err
	}
	return f
}

func postgresFault(e *pgconn.PgError) *core.Fault {
	switch e.Code {
	case "23505":
		return uniqueFault(e.ConstraintName)
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

func sqliteFault(e *moderncsqlite.Error) *core.Fault {
	switch text := e.Error(); e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		_, columns, _ := strings.Cut(text, "UNIQUE constraint failed: ")
		columns, _, _ = strings.Cut(columns, " (")
		return uniqueFault(columns)
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

func uniqueFault(constraint string) *core.Fault {
	if f := uniqueFaults[constraint]; f != nil {
		return f
	}
	return core.ErrDuplicate
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
