package logbook

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// TransferState is where a transfer stands.
type TransferState string

// The states. Proposed -> accepted or declined; accepted -> reversed.
const (
	TransferProposed TransferState = "proposed"
	TransferAccepted TransferState = "accepted"
	TransferDeclined TransferState = "declined"
	TransferReversed TransferState = "reversed"
)

// TransferLine is what was earned in one subject at another school. Delivery is empty
// where it was in person. Grade is a percentage and 0 where the transcript has none.
type TransferLine struct {
	Subject  string        `json:"subject"`
	Setting  core.Setting  `json:"setting"`
	Delivery core.Delivery `json:"delivery,omitempty"`
	Minutes  core.Minutes  `json:"minutes"`
	Grade    int           `json:"grade,omitempty"`
}

// Way is how the line was taught.
func (l TransferLine) Way() core.Delivery {
	if l.Delivery == "" {
		return core.InPerson
	}
	return l.Delivery
}

// TransferRequest is hours of another school that one member proposes and
// another accepts; ProposedBy and DecidedBy are never the same account when it
// is accepted. CompletedOn is the last day of attendance there, and the local
// date of the credits. What of it counts is the standard's to say.
type TransferRequest struct {
	ID             core.TransferID
	OrganizationID core.OrganizationID
	EnrollmentID   core.EnrollmentID
	TherapistID    core.TherapistID
	Name           string
	State          TransferState
	Origin         core.Transfer
	CompletedOn    core.Date
	Lines          []TransferLine
	Document       core.Document  // without its body
	Source         TransferSource // zero: it stands on a document
	ProposedBy     core.AccountID
	ProposedByName string
	ProposedAt     time.Time
	DecidedBy      core.AccountID
	DecidedByName  string
	DecidedAt      time.Time
	Reason         string
	Version        int
}

// Minutes are those of all lines.
func (t TransferRequest) Minutes() (sum core.Minutes) {
	for _, line := range t.Lines {
		sum += line.Minutes
	}
	return sum
}

// Signed tells whether a transfer stands on signed credits of another school of this
// installation, and on no document.
func (t TransferRequest) Signed() bool { return t.Source.Digest != "" }

// TransferSource is what a transfer from another school of this installation stands
// on: signed credits of an enrollment there, a digest over them, and the grant that
// let the school see them. Lost is how much of them was reversed, or came into doubt,
// and was not stood by since; LostAt is when the last of it was.
type TransferSource struct {
	OrganizationID core.OrganizationID
	EnrollmentID   core.EnrollmentID
	GrantID        core.GrantID
	Digest         string
	Lost           core.Minutes
	LostAt         time.Time
	StoodBy        core.AccountID
	StoodByName    string
	StoodAt        time.Time // zero: nobody stood by it
	StoodReason    string
	Ended          bool            // the grant under which it was proposed opens nothing any more, where one transfer that waits is asked for
	Subjects       []SourceSubject // what became of what, where one transfer is asked for
}

// SourceSubject is a subject of another school, with the title that this gives it, and
// the school's own that it becomes.
type SourceSubject struct {
	From, Title, To string
	Minutes         core.Minutes
}

// SourceCredit is a signed credit of another school that a transfer stands on. Subject
// is that of the school which takes it over.
type SourceCredit struct {
	ID       core.CreditID
	Minutes  core.Minutes
	Subject  string
	Setting  core.Setting
	Delivery core.Delivery
	Date     core.Date
}

// Handed is that hours were handed on to another school, when they were proposed
// there: what has to be kept of it (34 CFR 99.32) as long as the record. It is never
// changed or deleted.
type Handed struct {
	ID       core.TransferID
	From, To string // schools
	Name     string // of the student, as From has it
	Program  string
	Minutes  core.Minutes
	Sessions int
	At       time.Time
}

// Interest is for what hours are handed on.
const Interest = "transfer"
