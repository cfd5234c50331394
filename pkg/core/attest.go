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

// ProposalAction is what two persons decide on.
type ProposalAction string

// Certify issues a new credential; the others change one. Reissue signs what
// was certified once more under a new name, Supersede judges again.
const (
	ActionCertify   ProposalAction = "certify"
	ActionReissue   ProposalAction = "reissue"
	ActionSupersede ProposalAction = "supersede"
	ActionRevoke    ProposalAction = "revoke"
	ActionSuspend   ProposalAction = "suspend"
	ActionReinstate ProposalAction = "reinstate"
)

// ProposalState is where a proposal to certify stands.
type ProposalState string

// The states of a proposal.
const (
	ProposalOpen      ProposalState = "proposed"
	ProposalCertified ProposalState = "certified"
	ProposalDeclined  ProposalState = "declined"
)

// Proposal is the first of the two persons' word on what is to be issued or to
// change: that somebody has met the standard of a program (EnrollmentID) or
// completed a course (CourseCompletionID), what a register says of a licence
// (LicenseID), the hours on record (a transcript, EnrollmentID), or, with
// another Action than ActionCertify, a change of the credential TargetID, with
// its Cause and for a reissue the new HolderName.
// ProposedBy and DecidedBy are never the same account when it is certified.
// Standing is the JSON of the standing that was seen when it was proposed.
type Proposal struct {
	ID                 ProposalID
	OrganizationID     OrganizationID
	Action             ProposalAction
	Kind               CredentialKind
	TherapistID        TherapistID
	Name               string
	Title              string
	EnrollmentID       EnrollmentID
	CourseCompletionID CourseCompletionID
	LicenseID          LicenseID
	TargetID           CredentialID
	TargetCode         string
	HolderName         string
	Cause              string
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

// Credential is a signed attestation; Document is the very bytes that were
// signed and are downloaded, JWT the same in another form (empty: issued before
// there was one). Minutes are the certified valid minutes. What a credential
// says never changes; State is what stands in its way since then.
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
	JWT                string
	KeyID              string // that signed Document
	JWTKeyID           string
	SignedAt           time.Time
	Resigned           int // how often it was signed anew because a key was lost
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
}

// CredentialRecord is what opens a credential's commitment to its record: the
// seed of the salts, and the credits that stood then.
type CredentialRecord struct {
	CredentialID CredentialID
	Seed         []byte
	Credits      []CreditID
	Lines        int64
	Root         []byte
}

// StatusList is a list that says of a school's credentials whether they were
// revoked, as it was last signed. Address is where the credentials say that it
// is, Used are the entries given out.
type StatusList struct {
	ID             StatusListID
	OrganizationID OrganizationID
	IssuerDID      string
	Address        string
	Used           int
	CreatedAt      time.Time
	Document       []byte
	Suspensions    []byte // the list beside it that says what is suspended
	SignedAt       time.Time
	ValidUntil     time.Time
}

// StatusSet are the entries of a status list that are set: of credentials that
// were revoked or replaced, and of those that are suspended.
type StatusSet struct{ Revoked, Suspended []int }

// KeyAlgorithm is what a key signs with.
type KeyAlgorithm string

// Ed25519 signs documents with a proof, P-256 signs JWTs.
const (
	Ed25519 KeyAlgorithm = "Ed25519"
	P256    KeyAlgorithm = "P-256"
)

// SigningKey is a school's key; Sealed is the private part, encrypted with the
// installation's secret. A retired key signs no more, and what it signed stays
// good. A revoked key was lost: from LostSince on somebody else may have had it,
// and nothing that it signed is good any more.
type SigningKey struct {
	ID             string
	OrganizationID OrganizationID
	Algorithm      KeyAlgorithm
	DID            string
	Public         []byte
	Sealed         []byte
	CreatedAt      time.Time
	RetiredAt      time.Time
	RevokedAt      time.Time
	LostSince      time.Time
	Cause          string
	Loss           KeyLoss // of a key that was lost, where its school's keys are listed
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

// LoggedDay is what opens the root that the log holds of the credits which were
// posted at a school on one day of UTC. Number is that of the log's entry.
type LoggedDay struct {
	OrganizationID OrganizationID
	Day            Date
	Ends           time.Time
	Seed           []byte
	Lines          int64
	Root           []byte
	Number         int64
}

// IssuerKey is a public key with the name of its school.
type IssuerKey struct {
	ID           string
	DID          string
	Organization string
}
