package attendance

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/sheet"
)

// Code says what became of a record.
type Code string

// The codes, in the order in which they are looked for.
const (
	OK                Code = "ok"
	Blank             Code = "blank"
	MissingField      Code = "missing_field"
	BadEmail          Code = "bad_email"
	Duplicate         Code = "duplicate"
	BadDate           Code = "bad_date"
	BadTime           Code = "bad_time"
	Future            Code = "future"
	UnknownSubject    Code = "unknown_subject"
	UnknownSetting    Code = "unknown_setting"
	UnknownDelivery   Code = "unknown_delivery"
	UnknownSupervisor Code = "unknown_supervisor"
	EmptySession      Code = "empty_session"
	NonexistentTime   Code = "nonexistent_time"
	TooLong           Code = "too_long"
	BadBreak          Code = "bad_break"
	Overlap           Code = "overlap"
)

// Columns of an attendance file; the header names each once, in any order and
// any case.
var Columns = []string{
	"email", "name", "date", "start", "end", "break_minutes", "subject", "setting", "delivery", "supervisor", "note",
}

// The most that is read: bytes of a file, bytes that a workbook unpacks to, bytes of one
// record, records.
const (
	MaxFile     = 64 << 20
	MaxUnpacked = 512 << 20
	MaxRecord   = 64 << 10
	MaxRecords  = 200_000
)

// Options are what a file is judged against.
type Options struct {
	// Written is what a person said of how the file is written, where it was asked.
	Written sheet.Choice
	// Location is the school's time zone.
	Location *time.Location
	// AsOf is the import's day: a later date is the future.
	AsOf core.Date
	// Subject finds the code of a subject by its code or its title, in any case.
	Subject func(codeOrTitle string) (code string, ok bool)
	// Supervisors of the school, by email in lower case.
	Supervisors map[string]bool
	// Existing gives the sessions that are recorded already for an email in
	// lower case; it is asked once for each student. It may be nil.
	Existing func(email string) []core.Session
}

// Report is what became of every record of a file.
type Report struct {
	Records  int
	Tally    map[Code]int
	Refused  []Refusal
	Accepted []Row
}

// Refusal is a record that was not accepted. Record counts from 1 after the
// header; Line is where the record begins in the file, from 1. Field is the
// column concerned, empty where it is the record as a whole.
type Refusal struct {
	Record  int    `json:"record"`
	Line    int    `json:"line"`
	Field   string `json:"field"`
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

// Row is an accepted record. Email, Name and Note are as written, trimmed;
// SupervisorEmail is in lower case. Unchanged tells that the very session is
// recorded already, so that nothing is left to do.
type Row struct {
	Record          int
	Email           string
	Name            string
	Session         core.Session
	SupervisorEmail string
	Note            string
	Unchanged       bool
}
