package core

import "time"

// CertifyRun is the certification of a cohort in the background, by the word of
// one person, and how far it is.
type CertifyRun struct {
	ID             CertifyRunID
	OrganizationID OrganizationID
	AccountID      AccountID
	AccountName    string
	Total          int
	Certified      int
	Refused        int
	BegunAt        time.Time
	FinishedAt     time.Time // zero: it goes on
}

// Done is how many proposals were looked at.
func (r CertifyRun) Done() int { return r.Certified + r.Refused }

// Running tells whether proposals wait.
func (r CertifyRun) Running() bool { return r.FinishedAt.IsZero() }

// CertifyRunItem is one proposal of a run. Code and Message say why it was not
// certified; with no DoneAt it waits.
type CertifyRunItem struct {
	RunID        CertifyRunID
	Position     int
	ProposalID   ProposalID
	Version      int
	DoneAt       time.Time
	Code         string
	Message      string
	CredentialID CredentialID

	// Of the run.
	OrganizationID OrganizationID
	AccountID      AccountID
	BegunAt        time.Time

	// Of the proposal and the credential, where they are to be shown.
	Name           string
	Title          string
	CredentialCode string
}
