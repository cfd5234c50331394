package certify

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Run is the certification of a cohort in the background, by the word of
// one person, and how far it is.
type Run struct {
	ID             core.CertifyRunID
	OrganizationID core.OrganizationID
	AccountID      core.AccountID
	AccountName    string
	Total          int
	Certified      int
	Refused        int
	BegunAt        time.Time
	FinishedAt     time.Time // zero: it goes on
}

// Done is how many proposals were looked at.
func (r Run) Done() int { return r.Certified + r.Refused }

// Running tells whether proposals wait.
func (r Run) Running() bool { return r.FinishedAt.IsZero() }

// RunItemGivenUp is the code of a proposal of a run that the program failed to
// certify. It is certified after all if the operator has that tried again.
const RunItemGivenUp = "given_up"

// RunItem is one proposal of a run. Code and Message say why it was not
// certified; with no DoneAt it waits.
type RunItem struct {
	RunID        core.CertifyRunID
	Position     int
	ProposalID   core.ProposalID
	Version      int
	DoneAt       time.Time
	Code         string
	Message      string
	CredentialID core.CredentialID

	// Of the run.
	OrganizationID core.OrganizationID
	AccountID      core.AccountID
	BegunAt        time.Time

	// Of the proposal and the credential, where they are to be shown.
	Name           string
	Title          string
	CredentialCode string
}
