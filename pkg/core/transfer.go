package core

import "time"

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
	Subject string  `json:"subject"`
	Setting Setting `json:"setting"`
	Minutes Minutes `json:"minutes"`
	Grade   int     `json:"grade,omitempty"`
}

// TransferRequest is hours of another school that one member proposes and
// another accepts; ProposedBy and DecidedBy are never the same account when it
// is accepted. CompletedOn is the last day of attendance there, and the local
// date of the credits. What of it counts is the standard's to say.
type TransferRequest struct {
	ID             TransferID
	OrganizationID OrganizationID
	EnrollmentID   EnrollmentID
	TherapistID    TherapistID
	Name           string
	State          TransferState
	Origin         Transfer
	CompletedOn    Date
	Lines          []TransferLine
	Document       Document // without its body
	ProposedBy     AccountID
	ProposedByName string
	ProposedAt     time.Time
	DecidedBy      AccountID
	DecidedByName  string
	DecidedAt      time.Time
	Reason         string
	Version        int
}

// Minutes are those of all lines.
func (t TransferRequest) Minutes() (sum Minutes) {
	for _, line := range t.Lines {
		sum += line.Minutes
	}
	return sum
}
