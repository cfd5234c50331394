package core

import "time"

// Program is a school's course of study.
type Program struct {
	ID             ProgramID
	OrganizationID OrganizationID
	Code           string
	Title          string
	CreatedAt      time.Time
}

// ProgramVersion is a published state of a program and never changes; an
// enrollment keeps its own. StandardBody is the standard's JSON, as published.
type ProgramVersion struct {
	ID             ProgramVersionID
	ProgramID      ProgramID
	OrganizationID OrganizationID
	Code           string // the program's
	Number         int
	Title          string
	StandardID     StandardID
	StandardBody   []byte
	PublishedAt    time.Time
}

// EnrollmentState is where an enrollment stands.
type EnrollmentState string

// The states of an enrollment.
const (
	EnrollmentActive    EnrollmentState = "active"
	EnrollmentCompleted EnrollmentState = "completed"
	EnrollmentWithdrawn EnrollmentState = "withdrawn"
)

// Enrollment is a therapist in a program version. LedgerSeq grows by one with
// every posting to its ledger, so that a kept standing can be told from a stale
// one.
type Enrollment struct {
	ID               EnrollmentID
	OrganizationID   OrganizationID
	ProgramID        ProgramID
	ProgramVersionID ProgramVersionID
	ProgramTitle     string
	TherapistID      TherapistID
	AccountID        AccountID
	Name             string
	Email            string
	State            EnrollmentState
	EnrolledOn       Date
	CompletedOn      Date
	LedgerSeq        int64
	Version          int
	CreatedAt        time.Time
}

// Total is what an enrollment has in one subject, setting and delivery.
// Waiting counts submitted entries, Signed the ledger. Kept by the same
// transaction that changes either.
type Total struct {
	EnrollmentID   EnrollmentID
	Subject        string
	Setting        Setting
	Delivery       Delivery
	WaitingMinutes Minutes
	WaitingEntries int
	SignedMinutes  Minutes
	SignedEntries  int
}

// KeptStanding is an evaluated standing with the ledger sequence it was
// evaluated at; Body is the standing's JSON.
type KeptStanding struct {
	EnrollmentID EnrollmentID
	StandardID   StandardID
	LedgerSeq    int64
	Body         []byte
	EvaluatedAt  time.Time
}

// ImportState is where an import stands.
type ImportState string

// The states of an import.
const (
	ImportProposed ImportState = "proposed"
	ImportApproved ImportState = "approved"
	ImportRejected ImportState = "rejected"
)

// Import is an attendance file that was taken in. Its hours count once another
// member has approved it. Report is JSON: the tally by code and every refused
// record.
type Import struct {
	ID               ImportID
	OrganizationID   OrganizationID
	ProgramVersionID ProgramVersionID
	ProgramTitle     string
	State            ImportState
	Filename         string
	Digest           string
	AsOf             Date
	Records          int
	Accepted         int
	Unchanged        int
	Refused          int
	Report           []byte
	ProposedBy       AccountID
	ProposedByName   string
	ProposedAt       time.Time
	DecidedBy        AccountID
	DecidedByName    string
	DecidedAt        time.Time
	Reason           string
	Version          int
}
