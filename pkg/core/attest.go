package core

import "time"

// CredentialKind is what a credential attests.
type CredentialKind string

// The kinds of credentials.
const (
	CredentialCompletion CredentialKind = "completion"
	CredentialSpecialty  CredentialKind = "specialty"
	CredentialLicense    CredentialKind = "license"
	CredentialTranscript CredentialKind = "transcript"
)

// CredentialState is what stands in the way of a credential. Active is every
// credential that nobody has said anything against.
type CredentialState string

// The states of a credential. A revoked one may be replaced, nothing more.
const (
	CredentialActive    CredentialState = "active"
	CredentialSuspended CredentialState = "suspended"
	CredentialRevoked   CredentialState = "revoked"
	CredentialReplaced  CredentialState = "replaced"
)

// Credential is a signed attestation; Document is the very bytes that were
// signed and are downloaded, JWT the same in another form (empty: issued before
// there was one). Minutes are the certified valid minutes. What a credential
// says never changes; State is what stands in its way since then.
type Credential struct {
	ID                 CredentialID
	OrganizationID     OrganizationID
	OrganizationName   string
	Zone               string // of its school; empty: UTC
	Language           string // of its school's papers, by tag; empty: English
	TherapistID        TherapistID
	Kind               CredentialKind
	Code               string
	Title              string
	SubjectName        string
	IssuerDID          string
	Minutes            Minutes
	Document           []byte
	JWT                string
	KeyID              string // that signed Document
	JWTKeyID           string
	SignedAt           time.Time
	Resigned           int // how often it was signed again because a key was lost
	IssuedAt           time.Time
	ValidUntil         time.Time
	EnrollmentID       EnrollmentID
	CourseCompletionID CourseCompletionID
	LicenseID          LicenseID
	ProposalID         ProposalID
	StatusListID       StatusListID // zero: issued before there were status lists
	StatusIndex        int

	State          CredentialState
	StateSince     time.Time
	Cause          string
	ReplacedBy     CredentialID
	ReplacedByCode string
	Disputed
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
