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

// TransferLine is what was earned in one subject at another school. Grade is a
// percentage and 0 where the transcript has none.
type TransferLine struct {
	Subject string       `json:"subject"`
	Setting core.Setting `json:"setting"`
	Minutes core.Minutes `json:"minutes"`
	Grade   int          `json:"grade,omitempty"`
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
	Document       core.Document // without its body
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
