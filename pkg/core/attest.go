package core

import "time"

// CredentialKind is what a credential attests.
type CredentialKind string

// The kinds of credentials.
const (
	CredentialCompletion CredentialKind = "completion"
	CredentialSpecialty  CredentialKind = "specialty"
)

// ProposalState is where a proposal to certify stands.
type ProposalState string

// The states of a proposal.
const (
	ProposalOpen      ProposalState = "proposed"
	ProposalCertified ProposalState = "certified"
	ProposalDeclined  ProposalState = "declined"
)

// Proposal is the first of the two persons' word that somebody has met a
// standard: a program (EnrollmentID) or a course (CourseCompletionID).
// ProposedBy and DecidedBy are never the same account when it is certified.
// Standing is the JSON of the standing that was seen when it was proposed.
type Proposal struct {
	ID                 ProposalID
	OrganizationID     OrganizationID
	Kind               CredentialKind
	TherapistID        TherapistID
	Name               string
	Title              string
	EnrollmentID       EnrollmentID
	CourseCompletionID CourseCompletionID
	State              ProposalState
	Standing           []byte
	ProposedBy         AccountID
	ProposedByName     string
	ProposedAt         time.Time
	DecidedBy          AccountID
	DecidedByName      string
	DecidedAt          time.Time
	Reason             string
	CredentialID       CredentialID
	Code               string
	Version            int
	Flags              []Flag // only of one proposal by itself, not in lists
}

// Credential is a signed attestation as it was issued; Document is the very
// bytes that were signed and are downloaded. Minutes are the certified valid
// minutes. A credential never changes.
type Credential struct {
	ID                 CredentialID
	OrganizationID     OrganizationID
	OrganizationName   string
	TherapistID        TherapistID
	Kind               CredentialKind
	Code               string
	Title              string
	SubjectName        string
	IssuerDID          string
	Minutes            Minutes
	Document           []byte
	IssuedAt           time.Time
	ValidUntil         time.Time
	EnrollmentID       EnrollmentID
	CourseCompletionID CourseCompletionID
	ProposalID         ProposalID
}

// SigningKey is a school's key; Sealed is the private part, encrypted with the
// installation's secret.
type SigningKey struct {
	ID             string
	OrganizationID OrganizationID
	DID            string
	Public         []byte
	Sealed         []byte
	CreatedAt      time.Time
	RetiredAt      time.Time
}

// Disclosure is the record that a member of an organization saw a part of a
// therapist's record. Shown names the parts.
type Disclosure struct {
	ID               DisclosureID
	TherapistID      TherapistID
	OrganizationID   OrganizationID
	OrganizationName string
	CredentialID     CredentialID
	Title            string
	Name             string
	AccountID        AccountID
	At               time.Time
	Shown            []string
	Outcome          string
}
