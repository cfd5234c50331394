package certify

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// Tx is what the service needs of a transaction.
type Tx interface {
	Proposals
	Flags
	Credentials
	Ledger
	Courses
	Issuers
	Statuses
	Days
	Examination
	Escrows
	Outbox
	translog.ReadTx
}

// Proposals are what waits for a decision, and what was decided.
type Proposals interface {
	InsertProposal(ctx context.Context, p core.Proposal) error
	Proposal(ctx context.Context, id core.ProposalID) (core.Proposal, error)
	LockProposal(ctx context.Context, id core.ProposalID) (core.Proposal, error)
	DecideProposal(ctx context.Context, p core.Proposal) error
	Proposals(ctx context.Context, org core.OrganizationID, state core.ProposalState, after core.ProposalID, limit int) ([]core.Proposal, error)
}

// Flags are what somebody has to look at before it is certified.
type Flags interface {
	ClosedDays(ctx context.Context, org core.OrganizationID, from, to core.Date, limit int) ([]core.ClosedDays, error)
	SignedSessions(ctx context.Context, enrollment core.EnrollmentID) ([]core.SignedSession, error)
	InsertFlags(ctx context.Context, proposal core.ProposalID, flags []core.Flag) error
	FlagsOf(ctx context.Context, proposal core.ProposalID) ([]core.Flag, error)
	ClearFlag(ctx context.Context, proposal core.ProposalID, code core.FlagCode, by core.AccountID, now time.Time, reason string) error
}

// Credentials are what was issued.
type Credentials interface {
	InsertCredential(ctx context.Context, c core.Credential) error
	AddDocument(ctx context.Context, c core.Credential) error
	Credential(ctx context.Context, id core.CredentialID) (core.Credential, error)
	CheckedCredential(ctx context.Context, code string) (core.Credential, []core.SigningKey, error)
	InsertCredentialRecord(ctx context.Context, r core.CredentialRecord) error
	CredentialRecord(ctx context.Context, id core.CredentialID) (core.CredentialRecord, error)
	SetCredentialState(ctx context.Context, c core.Credential, proposal core.ProposalID) error
	CredentialsOf(ctx context.Context, therapist core.TherapistID) ([]core.Credential, error)
	CredentialsIssuedBy(ctx context.Context, org core.OrganizationID, after core.CredentialID, limit int) ([]core.Credential, error)
	TherapistOrganizations(ctx context.Context, therapist core.TherapistID) ([]core.OrganizationID, error)
}

// Ledger is what an enrollment earned and the standard that judges it.
type Ledger interface {
	// JudgedEnrollment is an enrollment with the JSON of its own standard; in a
	// command nothing is posted to it until the end.
	JudgedEnrollment(ctx context.Context, id core.EnrollmentID) (core.Enrollment, []byte, error)
	CompleteEnrollment(ctx context.Context, id core.EnrollmentID, on core.Date) error
	// CreditsOf are credits after one, in the order of posting; limit 0 is all.
	CreditsOf(ctx context.Context, enrollment core.EnrollmentID, after core.CreditID, limit int) ([]core.Credit, error)
	Totals(ctx context.Context, enrollment core.EnrollmentID) ([]core.Total, error)
}

// Courses are the specialty courses and what their prerequisites look at.
type Courses interface {
	Course(ctx context.Context, id core.CourseID) (core.Course, error)
	CourseCompletion(ctx context.Context, id core.CourseCompletionID) (core.CourseCompletion, error)
	CourseCompletionsOf(ctx context.Context, therapist core.TherapistID) ([]core.CourseCompletion, error)
	LicensesOf(ctx context.Context, therapist core.TherapistID) ([]core.License, error)
	License(ctx context.Context, id core.LicenseID) (core.License, error)
	Therapist(ctx context.Context, id core.TherapistID) (core.Therapist, error)
}

// Issuers are the schools and their signing keys.
type Issuers interface {
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	OrganizationBySlug(ctx context.Context, slug string) (core.Organization, error)
	LockOrganization(ctx context.Context, id core.OrganizationID) error
	CloseOrganization(ctx context.Context, o core.Organization) error
	SigningKey(ctx context.Context, org core.OrganizationID, algorithm core.KeyAlgorithm) (core.SigningKey, error)
	KeysOfOrganization(ctx context.Context, org core.OrganizationID) ([]core.SigningKey, error)
	AddSigningKey(ctx context.Context, k core.SigningKey) error
	RevokeSigningKey(ctx context.Context, k core.SigningKey) error
	CredentialsSignedBy(ctx context.Context, key string) ([]core.Credential, error)
	RetireSigningKey(ctx context.Context, id string, now time.Time) error
	SigningKeysOf(ctx context.Context, did string) ([]core.SigningKey, error)
}

// Statuses are the lists that say which credentials were revoked.
type Statuses interface {
	OpenStatusList(ctx context.Context, org core.OrganizationID, did string, full int) (core.StatusList, error)
	InsertStatusList(ctx context.Context, l core.StatusList) error
	StatusList(ctx context.Context, id core.StatusListID) (core.StatusList, error)
	StatusTaken(ctx context.Context, id core.StatusListID, indexes []int) ([]int, error)
	CountStatus(ctx context.Context, id core.StatusListID, n int) error
	StatusSet(ctx context.Context, id core.StatusListID) (revoked, suspended []int, err error)
	KeepStatusList(ctx context.Context, l core.StatusList) error
	StatusListsDue(ctx context.Context, before time.Time, limit int) ([]core.StatusList, error)
	StatusListsOf(ctx context.Context, org core.OrganizationID, after core.StatusListID, limit int) ([]core.StatusList, error)
	UnsignStatusLists(ctx context.Context, org core.OrganizationID, did, by string) error
}

// Days are the days of sign-offs that were logged.
type Days interface {
	FirstUnlogged(ctx context.Context, before time.Time) (map[core.OrganizationID]time.Time, error)
	PostedBetween(ctx context.Context, org core.OrganizationID, from, to time.Time) ([]core.Credit, error)
	InsertLoggedDay(ctx context.Context, d core.LoggedDay) error
}

// Examination is what the doctor reads besides.
type Examination interface {
	CredentialsFrom(ctx context.Context, after core.CredentialID, limit int) ([]core.Credential, error)
	CredentialRecords(ctx context.Context, ids []core.CredentialID) ([]core.CredentialRecord, error)
	CreditsOfMany(ctx context.Context, enrollments []core.EnrollmentID) ([]core.Credit, error)
	OpeningsOfMany(ctx context.Context, subjects []string) ([]translog.Opening, error)
	AllSigningKeys(ctx context.Context) ([]core.SigningKey, error)
	// IssuerKeys are the keys of all schools that were not lost.
	IssuerKeys(ctx context.Context) ([]core.IssuerKey, error)
	StatusListsFrom(ctx context.Context, after core.StatusListID, limit int) ([]core.StatusList, error)
	LoggedDays(ctx context.Context, after int64, limit int) ([]core.LoggedDay, error)
}

// Escrows are the certificates of schools that have closed elsewhere.
type Escrows interface {
	InsertEscrow(ctx context.Context, e core.Escrow) error
	Escrows(ctx context.Context) ([]core.Escrow, error)
	// EscrowedFrom are certificates in escrow after one, by their codes.
	EscrowedFrom(ctx context.Context, after string, limit int) ([]core.EscrowedCredential, error)
	InsertEscrowKeys(ctx context.Context, e core.Escrow) error
	EscrowedKeys(ctx context.Context, did string) (school string, keys []core.SigningKey, err error)
	InsertEscrowed(ctx context.Context, e core.Escrow, credentials []core.EscrowedCredential) error
	CodesTaken(ctx context.Context, codes []string) ([]string, error)
	// EscrowedCredential is the body of a certificate in escrow, with its school's
	// name and keys.
	EscrowedCredential(ctx context.Context, code string) (body []byte, school string, keys []core.SigningKey, err error)
	EscrowedList(ctx context.Context, id core.StatusListID) (core.StatusList, error)
	EscrowedSlug(ctx context.Context, slug string) ([]core.SigningKey, error)
	EscrowedIssuers(ctx context.Context) (keys []core.IssuerKey, logs []string, err error)
}

// Outbox takes what leaves with the transaction.
type Outbox interface {
	Audit(ctx context.Context, e core.AuditEvent) error
	SendMail(ctx context.Context, m core.Mail) error
}
