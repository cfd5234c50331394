package logbook

import (
	"io"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/attendance"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/words"
)

// Enroll is a student who begins a program, and whom the school gets a file of. Invite
// sends the link to accept it. SamePerson says whether a student whom the school has
// with that address, under another name, is meant; nil asks.
type Enroll struct {
	Email      string
	Name       string
	SamePerson *bool
	ProgramID  core.ProgramID
	EnrolledOn core.Date
	Invite     bool
}

// Corrected are the name and the address of a student as the school writes them.
type Corrected struct{ Name, Email string }

// EnrollmentRow is an enrollment with where it stands, in minutes. Valid and
// Recorded are of the ledger, Waiting is submitted and not signed yet.
type EnrollmentRow struct {
	Enrollment
	Valid    core.Minutes
	Recorded core.Minutes
	Waiting  core.Minutes
	Required core.Minutes
	Met      bool
}

// EnrollmentFilter narrows a list of enrollments; Query is the beginning of a
// name or an email address.
type EnrollmentFilter struct {
	State core.EnrollmentState
	Query string
}

// Progress is where an enrollment stands. Totals are of the ledger and of what
// waits, by subject, setting and delivery.
type Progress struct {
	Enrollment       Enrollment
	Standing         standard.Standing
	Totals           []Total
	Waiting          core.Minutes
	WaitingEntries   int
	WaitingBySubject map[string]core.Minutes
}

// PublishProgram is a program's new version; Standard is the standard's JSON.
// The title of a program that exists is kept and may be left out.
type PublishProgram struct {
	Code     string
	Title    string
	Standard []byte
}

// LogEntry is a session as its student logs it. Submit sends it to the
// supervisor at once, otherwise it is a draft.
type LogEntry struct {
	core.SessionInput
	SupervisorID core.MemberID
	Note         string
	Submit       bool
}

// Correction is what a signed session should have said, and why.
type Correction struct {
	LogEntry
	Reason string
}

// EntryRef names an entry in the version that someone saw; version 0 is any.
type EntryRef struct {
	ID      core.EntryID
	Version int
}

// EntryDetail is an entry with the entries that it corrects or that correct it,
// oldest first, with what was posted to the ledger for it, and with the doubts about it.
type EntryDetail struct {
	Entry   core.Entry
	History []core.Entry
	Posted  []core.Credit
	Doubts  []Doubt
}

// EntryFilter narrows a list of entries.
type EntryFilter struct{ State core.EntryState }

// The codes of exceptions in an inbox.
const (
	ExceptionLong    = "long"
	ExceptionLate    = "late"
	ExceptionOverlap = "overlap"
)

// What makes a session an exception: more than LongSession of it, or submitted
// more than LateDays days after it.
const (
	LongSession = core.Minutes(480)
	LateDays    = 14
)

// Exception is why a supervisor should look twice.
type Exception struct {
	Code string
	Says words.Sentence
}

// InboxItem is an entry that waits for the supervisor.
type InboxItem struct {
	Entry      core.Entry
	Exceptions []Exception
}

// InboxGroup is what one student did in one week, which begins on Week, a
// Monday.
type InboxGroup struct {
	EnrollmentID core.EnrollmentID
	StudentName  string
	Week         core.Date
	Exceptional  bool
	Minutes      core.Minutes
	Items        []InboxItem
}

// ImportRequest is an attendance file for a program. AsOf is the import's day,
// by default today in the school's zone.
type ImportRequest struct {
	ProgramID core.ProgramID
	Filename  string
	File      io.Reader
	AsOf      core.Date
}

// ImportReport is what became of a file. Of a dry run, Import has no ID.
type ImportReport struct {
	Import Import
	Report attendance.Report
}

// Difference is something kept that does not equal what the ledger and the
// entries say.
type Difference struct {
	Enrollment core.EnrollmentID
	What       words.Sentence
	Kept       words.Sentence
	Recomputed words.Sentence
}

// SeedEntry is an entry of a made-up history, already in State: draft,
// submitted or signed. At is when it was logged, and signed.
type SeedEntry struct {
	EnrollmentID core.EnrollmentID
	SupervisorID core.MemberID
	State        core.EntryState
	Session      core.Session
	Note         string
	At           time.Time
}
