package logbook

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Program is a school's course of study.
type Program struct {
	ID             core.ProgramID
	OrganizationID core.OrganizationID
	Code           string
	Title          string
	CreatedAt      time.Time
}

// ProgramVersion is a published state of a program and never changes; an
// enrollment keeps its own. StandardBody is the standard's JSON, as published.
type ProgramVersion struct {
	ID             core.ProgramVersionID
	ProgramID      core.ProgramID
	OrganizationID core.OrganizationID
	Code           string // the program's
	Number         int
	Title          string
	StandardID     core.StandardID
	StandardBody   []byte
	PublishedAt    time.Time
}

// Enrollment is a therapist in a program version. LedgerSeq grows by one with
// every posting to its ledger, so that a kept standing can be told from a stale
// one.
type Enrollment struct {
	ID               core.EnrollmentID
	OrganizationID   core.OrganizationID
	ProgramID        core.ProgramID
	ProgramVersionID core.ProgramVersionID
	ProgramTitle     string
	TherapistID      core.TherapistID
	AccountID        core.AccountID
	Name             string
	Email            string
	LeftAt           time.Time // since when the student is none of the school any more; zero: is one
	State            core.EnrollmentState
	EnrolledOn       core.Date
	CompletedOn      core.Date
	LedgerSeq        int64
	Version          int
	CreatedAt        time.Time
}

// Total is what an enrollment has in one subject, setting and delivery.
// Waiting counts submitted entries, Signed the ledger. Kept by the same
// transaction that changes either.
type Total struct {
	EnrollmentID   core.EnrollmentID
	Subject        string
	Setting        core.Setting
	Delivery       core.Delivery
	WaitingMinutes core.Minutes
	WaitingEntries int
	SignedMinutes  core.Minutes
	SignedEntries  int
}

// KeptStanding is an evaluated standing with the ledger sequence it was
// evaluated at; Body is the standing's JSON.
type KeptStanding struct {
	EnrollmentID core.EnrollmentID
	StandardID   core.StandardID
	LedgerSeq    int64
	Doubts       int // see Found
	Body         []byte
	EvaluatedAt  time.Time
}

// ImportState is where an import stands.
type ImportState string

// The states of an import.
const (
	ImportProposed ImportState = "proposed"
	ImportApplying ImportState = "applying" // approved; none of it counts until all of it does
	ImportApproved ImportState = "approved"
	ImportRejected ImportState = "rejected"
)

// Import is an attendance file that was taken in. Its hours count once another
// member has approved it. Report is JSON: the tally by code and every refused
// record.
type Import struct {
	ID               core.ImportID
	OrganizationID   core.OrganizationID
	ProgramVersionID core.ProgramVersionID
	ProgramTitle     string
	State            ImportState
	Filename         string
	Digest           string
	AsOf             core.Date
	Records          int
	Accepted         int
	Unchanged        int
	Refused          int
	Report           []byte
	ProposedBy       core.AccountID
	ProposedByName   string
	ProposedAt       time.Time
	DecidedBy        core.AccountID
	DecidedByName    string
	DecidedAt        time.Time
	Reason           string
	Version          int
}
