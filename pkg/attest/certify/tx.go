package certify

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// Tx is what the service needs of a transaction.
type Tx interface {
	act.Tx
	Proposals
	Flags
	Credentials
	Ledger
	Courses
	Issuers
	Losses
	Runs
	Statuses
	Days
	AuditDays
	Seals
	Examination
	Escrows
	Closings
	Papers
	CheckpointMails
	Outbox
	translog.ReadTx
}

// Proposals are what waits for a decision, and what was decided.
type Proposals interface {
	InsertProposal(ctx context.Context, p Proposal) error
	Proposal(ctx context.Context, id core.ProposalID) (Proposal, error)
	LockProposal(ctx context.Context, id core.ProposalID) (Proposal, error)
	DecideProposal(ctx context.Context, p Proposal) error
	Proposals(ctx context.Context, org core.OrganizationID, state ProposalState, after core.ProposalID, limit int) ([]Proposal, error)
}

// Flags are what someone has to look at before it is certified.
type Flags interface {
	ClosedDays(ctx context.Context, org core.OrganizationID, from, to core.Date, limit int) ([]core.ClosedDays, error)
	SignedSessions(ctx context.Context, enrollment core.EnrollmentID) ([]SignedSession, error)
	InsertFlags(ctx context.Context, proposal core.ProposalID, flags []Flag) error
	FlagsOf(ctx context.Context, proposal core.ProposalID) ([]Flag, error)
	// LostTransfers are an enrollment's accepted transfers some of whose source was
	// reversed since, and that nobody stood by.
	LostTransfers(ctx context.Context, enrollment core.EnrollmentID) ([]logbook.TransferRequest, error)
	// LostTransfersAt are those of a school's students who are enrolled.
	LostTransfersAt(ctx context.Context, org core.OrganizationID, limit int) ([]logbook.TransferRequest, error)
	ClearFlag(ctx context.Context, proposal core.ProposalID, code FlagCode, by core.AccountID, now time.Time, reason string) error
}

// Credentials are what was issued.
type Credentials interface {
	InsertCredential(ctx context.Context, c core.Credential) error
	AddDocument(ctx context.Context, c core.Credential) error
	Credential(ctx context.Context, id core.CredentialID) (core.Credential, error)
	CheckedCredential(ctx context.Context, code string) (core.Credential, []SigningKey, error)
	InsertCredentialRecord(ctx context.Context, r CredentialRecord) error
	CredentialRecord(ctx context.Context, id core.CredentialID) (CredentialRecord, error)
	EraseCredentialRecord(ctx context.Context, id core.CredentialID) error
	SetCredentialState(ctx context.Context, c core.Credential, proposal core.ProposalID) error
	CredentialsOf(ctx context.Context, therapist core.TherapistID) ([]core.Credential, error)
	CredentialsIssuedBy(ctx context.Context, org core.OrganizationID, after core.CredentialID, limit int) ([]core.Credential, error)
	// Attestations are those of licenses that stand at an instant.
	Attestations(ctx context.Context, licenses []core.LicenseID, now time.Time) ([]core.Credential, error)
	// AttestationsTurning are those that stand, of licenses of which something that began
	// since says otherwise than when they were certified, or may.
	AttestationsTurning(ctx context.Context, now time.Time, after core.CredentialID, limit int) ([]core.CredentialID, error)
}

// Ledger is what an enrollment earned and the standard that judges it.
type Ledger interface {
	// JudgedEnrollment is an enrollment with the JSON of its own standard; in a
	// command nothing is posted to it until the end.
	JudgedEnrollment(ctx context.Context, id core.EnrollmentID) (logbook.Enrollment, []byte, error)
	// ProgramVersion is a version of a program, with whether a second person confirmed it.
	ProgramVersion(ctx context.Context, id core.ProgramVersionID) (logbook.ProgramVersion, error)
	CompleteEnrollment(ctx context.Context, id core.EnrollmentID, on core.Date) error
	// CreditsOf are credits after one, in the order of posting; limit 0 is all.
	CreditsOf(ctx context.Context, enrollment core.EnrollmentID, after core.CreditID, limit int) ([]core.Credit, error)
	Totals(ctx context.Context, enrollment core.EnrollmentID) ([]logbook.Total, error)
}

// Courses are the specialty courses and what their prerequisites look at.
type Courses interface {
	Course(ctx context.Context, id core.CourseID) (core.Course, error)
	CourseCompletion(ctx context.Context, id core.CourseCompletionID) (core.CourseCompletion, error)
	CourseCompletionsOf(ctx context.Context, therapist core.TherapistID) ([]core.CourseCompletion, error)
	LicensesOf(ctx context.Context, therapist core.TherapistID) ([]core.License, error)
	License(ctx context.Context, id core.LicenseID) (core.License, error)
	LicensesIn(ctx context.Context, licenses []core.LicenseID) ([]core.License, error)
	Therapist(ctx context.Context, id core.TherapistID) (core.Therapist, error)
}

// Issuers are the schools and their signing keys.
type Issuers interface {
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	OrganizationBySlug(ctx context.Context, slug string) (core.Organization, error)
	LockOrganization(ctx context.Context, id core.OrganizationID) error
	// StopOrganization keeps since when a school enrolls nobody and takes no sessions.
	StopOrganization(ctx context.Context, id core.OrganizationID, at time.Time) error
	CloseOrganization(ctx context.Context, o core.Organization) error
	ClosedSchools(ctx context.Context) ([]core.Organization, error)
	SigningKey(ctx context.Context, org core.OrganizationID, algorithm KeyAlgorithm) (SigningKey, error)
	KeysOfOrganization(ctx context.Context, org core.OrganizationID) ([]SigningKey, error)
	AddSigningKey(ctx context.Context, k SigningKey) error
	RevokeSigningKey(ctx context.Context, k SigningKey) error
	RetireSigningKey(ctx context.Context, id string, now time.Time) error
	SigningKeysOf(ctx context.Context, did string) ([]SigningKey, error)
}

// Losses are the keys that were lost, and the credentials that they had signed.
type Losses interface {
	CountSignedBy(ctx context.Context, key string) (int, error)
	CredentialsSignedBy(ctx context.Context, key string, after core.CredentialID, limit int) ([]core.Credential, error)
	TherapistsByID(ctx context.Context, ids []core.TherapistID) (map[core.TherapistID]core.Therapist, error)
	AddDocuments(ctx context.Context, credentials []core.Credential) error
	InsertKeyLoss(ctx context.Context, l KeyLoss) error
	// KeyLoss is the loss of a key, or not_found. In a command nobody else works on
	// it until the end.
	KeyLoss(ctx context.Context, key string) (KeyLoss, error)
	// RunningKeyLosses are lost keys after one that are not worked off.
	RunningKeyLosses(ctx context.Context, after string, limit int) ([]string, error)
	RunningKeyLossesOf(ctx context.Context, org core.OrganizationID) ([]string, error)
	SetKeyLoss(ctx context.Context, l KeyLoss) error
	InsertDoubts(ctx context.Context, key string, doubts []Doubt) error
	Doubts(ctx context.Context, org core.OrganizationID, key string, after core.CredentialID, limit int) ([]Doubt, error)
	// LogSizeAt is how many entries the log had before an instant.
	LogSizeAt(ctx context.Context, before time.Time) (int64, error)
}

// Runs are the cohorts that are certified in the background.
type Runs interface {
	DecidablePage(ctx context.Context, org core.OrganizationID, a access.Actor, program core.ProgramID, after core.ProposalID, limit int) ([]Proposal, error)
	InsertCertifyRun(ctx context.Context, r Run, items []RunItem) error
	CertifyRun(ctx context.Context, id core.CertifyRunID) (Run, error)
	CertifyRuns(ctx context.Context, org core.OrganizationID, after core.CertifyRunID, limit int) ([]Run, error)
	RunItems(ctx context.Context, run core.CertifyRunID, after, limit int) ([]RunItem, error)
	RunItem(ctx context.Context, run core.CertifyRunID, position int) (RunItem, error)
	// WaitingRunItems are those that wait of all runs, after one; each with nothing
	// but where it stands.
	WaitingRunItems(ctx context.Context, after RunItem, limit int) ([]RunItem, error)
	// FinishRunItem keeps what became of a proposal of a run: once, or after it was
	// given up.
	FinishRunItem(ctx context.Context, item RunItem, now time.Time) error
	ActorOf(ctx context.Context, account core.AccountID) (access.Actor, error)
}

// Statuses are the lists that say which credentials were revoked.
type Statuses interface {
	OpenStatusList(ctx context.Context, org core.OrganizationID, did string, full int) (StatusList, error)
	InsertStatusList(ctx context.Context, l StatusList) error
	StatusList(ctx context.Context, id core.StatusListID) (StatusList, error)
	StatusTaken(ctx context.Context, id core.StatusListID, indexes []int) ([]int, error)
	CountStatus(ctx context.Context, id core.StatusListID, n int) error
	// EntriesOf are how many entries of which lists were given out to some credentials.
	EntriesOf(ctx context.Context, ids []core.CredentialID) (map[core.StatusListID]int, error)
	// StatusSets are the entries of lists whose credentials are revoked or
	// replaced, by their states or as the log tells, or suspended.
	StatusSets(ctx context.Context, ids []core.StatusListID) (map[core.StatusListID]StatusSet, error)
	KeepStatusLists(ctx context.Context, lists []StatusList) error
	// KeysOfSchools are the keys of some schools, oldest first.
	KeysOfSchools(ctx context.Context, orgs []core.OrganizationID) (map[core.OrganizationID][]SigningKey, error)
	// StatusListsDue are lists after one that run out before an instant, of schools
	// that have not closed.
	StatusListsDue(ctx context.Context, before time.Time, after core.StatusListID, limit int) ([]core.StatusListID, error)
	StatusListsOf(ctx context.Context, org core.OrganizationID, after core.StatusListID, limit int) ([]StatusList, error)
	// MarkStatusLists has lists signed again when they are next asked for.
	MarkStatusLists(ctx context.Context, ids []core.StatusListID) error
	UnsignStatusLists(ctx context.Context, org core.OrganizationID, did, by string) error
}

// Days are the days of sign-offs that were logged.
type Days interface {
	// FirstUnlogged is when the first credit was posted at a school after its last
	// logged day and before an instant, else zero.
	FirstUnlogged(ctx context.Context, org core.OrganizationID, before time.Time) (time.Time, error)
	// UnloggedSchools are schools after one that have a FirstUnlogged.
	UnloggedSchools(ctx context.Context, before time.Time, after core.OrganizationID, limit int) ([]core.OrganizationID, error)
	// EachPosted gives do the credits that were posted at a school from an instant
	// to another, in the order of their ids. Do reads nothing.
	EachPosted(ctx context.Context, org core.OrganizationID, from, to time.Time, do func(core.Credit) error) error
	InsertLoggedDays(ctx context.Context, days []LoggedDay) error
	// DaysToldAfter are the days of a school that the log tells of after the newest
	// that is kept: none unless someone has taken that out.
	DaysToldAfter(ctx context.Context, org core.OrganizationID) ([]translog.Opening, error)
}

// AuditDays are the days of the audit that were logged.
type AuditDays interface {
	// FirstAudit is when the first row of the audit was written from a moment on.
	FirstAudit(ctx context.Context, from time.Time) (time.Time, error)
	AuditDigest(ctx context.Context, begins time.Time) (Rows, error)
	InsertAuditDay(ctx context.Context, d AuditDay) error
	// AuditDays are all that are logged, by day.
	AuditDays(ctx context.Context) ([]AuditDay, error)
	// LastAuditDay is the newest of them, or not_found.
	LastAuditDay(ctx context.Context) (AuditDay, error)
}

// Seals are what rows are under, so that nobody changes them with the database
// alone.
type Seals interface {
	// HoldSeals names what differs; before are the rows that are older than seals.
	HoldSeals(ctx context.Context, before map[string]Rows, days []AuditDay) ([]words.Sentence, error)
	AnyUnsealed(ctx context.Context) (bool, error)
	Unsealed(ctx context.Context) (map[string]Rows, error)
	SealRest(ctx context.Context) error
}

// Examination is what the doctor reads besides.
type Examination interface {
	CredentialsFrom(ctx context.Context, after core.CredentialID, limit int) ([]core.Credential, error)
	CredentialRecords(ctx context.Context, ids []core.CredentialID) ([]CredentialRecord, error)
	CreditsOfMany(ctx context.Context, enrollments []core.EnrollmentID) ([]core.Credit, error)
	OpeningsOfMany(ctx context.Context, subjects []string) ([]translog.Opening, error)
	AllSigningKeys(ctx context.Context) ([]SigningKey, error)
	// LastAudited is when something was last written down here; zero: never.
	LastAudited(ctx context.Context) (time.Time, error)
	// IssuerKeys are the keys of all schools that were not lost.
	IssuerKeys(ctx context.Context) ([]IssuerKey, error)
	StatusListsFrom(ctx context.Context, after core.StatusListID, limit int) ([]StatusList, error)
	LoggedDays(ctx context.Context, after int64, limit int) ([]LoggedDay, error)
	LoggedDaysAt(ctx context.Context, numbers []int64) (map[int64]bool, error)
	KnownCredentials(ctx context.Context, ids []core.CredentialID) (map[core.CredentialID]bool, error)
	// FormerForms are the signed forms of credentials that another took the place
	// of, oldest first, each with nothing but what was signed.
	FormerForms(ctx context.Context, ids []core.CredentialID) (map[core.CredentialID][]core.Credential, error)
	OpeningsAt(ctx context.Context, numbers []int64) ([]translog.Opening, error)
	OpeningsFrom(ctx context.Context, next int64, limit int) ([]translog.Opening, error)
	// ChangesLinked are the changes of the credential with a code that the log
	// tells of, whatever they are kept under.
	ChangesLinked(ctx context.Context, code string) ([]translog.Opening, error)
}

// Escrows are the certificates of schools that have closed elsewhere.
type Escrows interface {
	InsertEscrow(ctx context.Context, e Escrow) error
	Escrows(ctx context.Context) ([]Escrow, error)
	// EscrowedFrom are certificates in escrow after one, by their codes.
	EscrowedFrom(ctx context.Context, after string, limit int) ([]EscrowedCredential, error)
	InsertEscrowKeys(ctx context.Context, e Escrow) error
	EscrowedKeys(ctx context.Context, did string) (school string, keys []SigningKey, err error)
	InsertEscrowed(ctx context.Context, e Escrow, credentials []EscrowedCredential) error
	CodesTaken(ctx context.Context, codes []string) ([]string, error)
	// EscrowedCredential is the body of a certificate in escrow, with its school's
	// name and keys.
	EscrowedCredential(ctx context.Context, code string) (body []byte, school string, keys []SigningKey, err error)
	EscrowedList(ctx context.Context, id core.StatusListID) (StatusList, error)
	EscrowedSlug(ctx context.Context, slug string) ([]SigningKey, error)
	EscrowedIssuers(ctx context.Context) (keys []IssuerKey, logs []string, err error)
}

// Closings are schools that close, and their students.
type Closings interface {
	InsertClosing(ctx context.Context, c Closing) error
	// Closing is the closing of a school, or not_found.
	Closing(ctx context.Context, org core.OrganizationID) (Closing, error)
	DropClosing(ctx context.Context, org core.OrganizationID) error
	ConfirmClosing(ctx context.Context, c Closing) error
	// RunningClosings are schools after one that were confirmed to close and have
	// not.
	RunningClosings(ctx context.Context, after core.OrganizationID, limit int) ([]core.OrganizationID, error)
	ActiveEnrollments(ctx context.Context, org core.OrganizationID, after core.EnrollmentID, limit int) ([]core.EnrollmentID, error)
	InsertClosingStudents(ctx context.Context, students []ClosingStudent) error
	LockClosingStudent(ctx context.Context, enrollment core.EnrollmentID) (ClosingStudent, error)
	FinishClosingStudent(ctx context.Context, s ClosingStudent) error
	WaitingClosingStudents(ctx context.Context, after core.EnrollmentID, limit int) ([]core.EnrollmentID, error)
	OpenTranscripts(ctx context.Context, enrollment core.EnrollmentID) ([]Proposal, error)
}

// CheckpointMails are which checkpoints of the log were mailed for schools, and to
// whom the next goes.
type CheckpointMails interface {
	// UnmailedSchools are schools after one for which the newest checkpoint was not
	// mailed, each with nothing but what tells whether it is due.
	UnmailedSchools(ctx context.Context, after core.OrganizationID, limit int) ([]Reach, error)
	// CheckpointReach is how far a school was mailed, without the school.
	CheckpointReach(ctx context.Context, org core.OrganizationID) (Reach, error)
	// WhichIssued are the schools for which what is asked was issued.
	WhichIssued(ctx context.Context, asked []IssuedWithin) ([]core.OrganizationID, error)
	// MarkCheckpoint tells whether nothing was mailed for the school on the day or
	// later; others who do it wait.
	MarkCheckpoint(ctx context.Context, m CheckpointMail) (bool, error)
	Administrators(ctx context.Context, org core.OrganizationID) ([]core.Account, error)
	AccountByEmail(ctx context.Context, email string) (core.Account, error)
}

// Outbox takes what leaves with the transaction.
type Outbox interface {
	SendMail(ctx context.Context, m core.Mail) error
	// Enqueue asks for items to be worked on once the transaction has committed.
	Enqueue(ctx context.Context, items ...act.Item) error
}
