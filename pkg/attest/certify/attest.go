package certify

import (
	"time"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
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
// change: that someone has met the standard of a program (EnrollmentID) or
// completed a course (CourseCompletionID), what a register says of a license
// (LicenseID), the hours on record (a transcript, EnrollmentID), or, with
// another Action than ActionCertify, a change of the credential TargetID, with
// its Cause and for a reissue the new HolderName.
// ProposedBy and DecidedBy are never the same account when it is certified.
// Standing is the JSON of the standing that was seen when it was proposed.
type Proposal struct {
	ID                 core.ProposalID
	OrganizationID     core.OrganizationID
	Action             ProposalAction
	Kind               core.CredentialKind
	TherapistID        core.TherapistID
	Name               string
	Title              string
	EnrollmentID       core.EnrollmentID
	CourseCompletionID core.CourseCompletionID
	LicenseID          core.LicenseID
	TargetID           core.CredentialID
	TargetCode         string
	HolderName         string
	Cause              string
	State              ProposalState
	Standing           []byte
	ProposedBy         core.AccountID
	ProposedByName     string
	ProposedAt         time.Time
	DecidedBy          core.AccountID
	DecidedByName      string
	DecidedAt          time.Time
	Reason             string
	CredentialID       core.CredentialID
	Code               string
	Version            int
	Flags              []Flag // only of one proposal by itself, not in lists
}

// CredentialRecord is what opens a credential's commitment to its record: the
// seed of the salts, and the credits that stood then.
type CredentialRecord struct {
	CredentialID core.CredentialID
	Seed         []byte
	Credits      []core.CreditID
	Lines        int64
	Root         []byte
}

// StatusList is a list that says of a school's credentials whether they were
// revoked, as it was last signed. Address is where the credentials say that it
// is, Used are the entries given out.
type StatusList struct {
	ID             core.StatusListID
	OrganizationID core.OrganizationID
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
// good. A revoked key was lost: from LostSince on someone else may have had it,
// and nothing that it signed is good any more.
type SigningKey struct {
	ID             string
	OrganizationID core.OrganizationID
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

// Dated is the key with when it signs. A key of whose beginning nothing is known has
// none.
func (k SigningKey) Dated() (credential.DatedKey, error) {
	public, err := credential.PublicKey(k.ID)
	return credential.DatedKey{Public: public, Created: k.CreatedAt, Retired: k.RetiredAt}, err
}

// LoggedDay is what opens the root that the log holds of the credits which were
// posted at a school on one day of UTC. Number is that of the log's entry.
type LoggedDay struct {
	OrganizationID core.OrganizationID
	Day            core.Date
	Ends           time.Time
	Seed           []byte
	Lines          int64
	Root           []byte
	Number         int64
}

// Rows are how many rows there are of something, and a digest of them in their order.
type Rows struct {
	Lines  int64  `json:"lines"`
	Digest []byte `json:"digest"`
}

// AuditDay is what the log commits to of the audit of one day of UTC. Number is
// that of the log's entry.
type AuditDay struct {
	Day  core.Date
	Ends time.Time
	Rows
	Number int64
}

// IssuerKey is a public key with the name of its school.
type IssuerKey struct {
	SigningKey
	Organization string
}
