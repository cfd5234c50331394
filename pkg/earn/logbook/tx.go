package logbook

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
)

// Tx is what the service does with the database.
type Tx interface {
	act.Tx
	People
	Programs
	Enrollments
	Entries
	Waiting
	Ledger
	Standings
	Imports
	Staging
	Transfers
	Sources
	Drafts
	Doubts
	Mailed
	Examination
}

// People finds and makes students, and finds supervisors.
type People interface {
	account.Students
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	DropOpenInvitations(ctx context.Context, org core.OrganizationID, email string, role core.Role) error
	// CorrectFile is stale where the record is the person's own.
	CorrectFile(ctx context.Context, org core.OrganizationID, file core.TherapistID, name, email string) error
	// SupervisorsOf are the school's acting supervisors.
	SupervisorsOf(ctx context.Context, org core.OrganizationID) ([]core.Member, error)
}

// Programs keeps programs, their versions and standards. A miss is not_found.
type Programs interface {
	StandardBody(ctx context.Context, id core.StandardID) ([]byte, error)
	ProgramByCode(ctx context.Context, org core.OrganizationID, code string) (Program, error)
	// ClosedDays are those that touch the days from one to another; limit 0 is
	// all.
	ClosedDays(ctx context.Context, org core.OrganizationID, from, to core.Date, limit int) ([]core.ClosedDays, error)
	// LockProgram lets one command at a time work on a program.
	LockProgram(ctx context.Context, id core.ProgramID) error
	InsertProgram(ctx context.Context, p Program) error
	// InsertStandard numbers a standard within its name.
	InsertStandard(ctx context.Context, id core.StandardID, org core.OrganizationID, name, title string, body []byte, digest string, now time.Time) error
	InsertProgramVersion(ctx context.Context, v ProgramVersion) error
	// ProgramVersions are all versions of a program, newest first.
	ProgramVersions(ctx context.Context, id core.ProgramID) ([]ProgramVersion, error)
	// NewestVersions are the newest version of each program of a school after a
	// program, by id.
	NewestVersions(ctx context.Context, org core.OrganizationID, after core.ProgramID, limit int) ([]ProgramVersion, error)
}

// Place is an enrollment with what a command on it needs to know. Supervisor is
// set when the asked-for member is an acting supervisor of the school.
type Place struct {
	Enrollment
	Zone       string
	StandardID core.StandardID
	Supervisor core.Member
}

// Found is an enrollment with its kept standing, if there is one, and the
// minutes that wait.
type Found struct {
	Enrollment
	StandardID core.StandardID
	Kept       KeptStanding
	Waiting    core.Minutes
	School     string // the name of the school, of RecordEnrollments alone
	Doubts     int    // of its sessions, those that were decided twice: it grows when one is found or decided
	Language   string // that the student has chosen, of StatementDue alone
	Reach      string // the student's address for mail, as Language
}

// EnrollmentQuery asks for enrollments by name, those that follow After. A zero
// field does not narrow.
type EnrollmentQuery struct {
	Organization core.OrganizationID
	Therapist    core.TherapistID
	Program      core.ProgramID
	State        core.EnrollmentState
	Query        string
	After        core.EnrollmentID
	Limit        int
}

// Enrollments keeps who is in which program. A miss is not_found.
type Enrollments interface {
	InsertEnrollments(ctx context.Context, e []Enrollment) error
	EnrollmentPlace(ctx context.Context, id core.EnrollmentID, supervisor core.MemberID) (Place, error)
	FindEnrollments(ctx context.Context, q EnrollmentQuery) ([]Found, error)
	// LeftOpen are the open enrollments in a program of who left the school and has an
	// address there: one, or none.
	LeftOpen(ctx context.Context, org core.OrganizationID, program core.ProgramID, email string) ([]Enrollment, error)
	// RecordEnrollments are those of a person at all schools, with the schools' names,
	// by the day of enrollment; at most limit.
	RecordEnrollments(ctx context.Context, therapist core.TherapistID, limit int) ([]Found, error)
	// EnrollmentStanding is one enrollment with its kept standing, but for the
	// body.
	EnrollmentStanding(ctx context.Context, id core.EnrollmentID) (Found, error)
	// LockEnrollments keeps postings to these enrollments waiting until the
	// transaction ends and returns them, in the order of their ids.
	LockEnrollments(ctx context.Context, ids []core.EnrollmentID) ([]Enrollment, error)
	// RenewEnrollments gives an enrollment, and others in the same file, another version,
	// since what they show of the student changed; stale where it is not of the version
	// that it has.
	RenewEnrollments(ctx context.Context, e Enrollment) error
	// EnrollmentsOf are the enrollments in a program that were not withdrawn,
	// by the student's email.
	EnrollmentsOf(ctx context.Context, program core.ProgramID) (map[string]Enrollment, error)
}

// EntryQuery asks for entries, newest date first. A zero field does not narrow.
type EntryQuery struct {
	Enrollment core.EnrollmentID
	State      core.EntryState
	AfterDate  core.Date
	After      core.EntryID
	Limit      int
}

// Entries keeps the entries. A miss is not_found; a change of another version
// or state than the one given is stale. The database refuses sessions of one
// student that overlap with entry_overlap.
type Entries interface {
	// InsertEntry writes an entry and, when it is submitted, moves the totals.
	InsertEntry(ctx context.Context, e core.Entry) error
	// UpdateEntry writes session, supervisor, note, state and times over the
	// entry that is in state and version from, and moves the totals.
	UpdateEntry(ctx context.Context, from core.Entry, e core.Entry) error
	Entry(ctx context.Context, id core.EntryID) (core.Entry, error)
	// EntriesByID finds entries and locks them for the transaction.
	EntriesByID(ctx context.Context, ids []core.EntryID) ([]core.Entry, error)
	FindEntries(ctx context.Context, q EntryQuery) ([]core.Entry, error)
	// EntryChain are the entry and all that it corrects or that correct it,
	// oldest first.
	EntryChain(ctx context.Context, id core.EntryID) ([]core.Entry, error)
	LastEntry(ctx context.Context, enrollment core.EnrollmentID) (core.Entry, error)
	// Overlapping is the live entry of a therapist that shares time with a
	// session.
	Overlapping(ctx context.Context, org core.OrganizationID, t core.TherapistID, s core.Session, except core.EntryID) (core.Entry, error)
}

// WaitingWeek is a student's week of which something waits for a supervisor.
type WaitingWeek struct {
	EnrollmentID core.EnrollmentID
	StudentName  string
	Week         core.Date
	Exceptional  bool
}

// WaitingQuery asks for at most Limit weeks after one, or from the beginning.
type WaitingQuery struct {
	Supervisor core.MemberID
	After      WaitingWeek
	Limit      int
}

// WaitingEntry is an entry that waits. It may overlap where it is a correction,
// or minutes without times, beside another live session of the student.
type WaitingEntry struct {
	core.Entry
	MayOverlap bool
}

// Waiting knows what waits for a supervisor, without what an import waits for.
type Waiting interface {
	// WaitingWeeks are ordered: those with exceptions first, then by the week and
	// the student's name.
	WaitingWeeks(ctx context.Context, q WaitingQuery) ([]WaitingWeek, error)
	// WaitingIn are the entries of some of these weeks, by their days.
	WaitingIn(ctx context.Context, supervisor core.MemberID, weeks []WaitingWeek) ([]WaitingEntry, error)
	CountWaiting(ctx context.Context, supervisor core.MemberID) (int, error)
}

// Ledger signs entries and posts credits. A second posting of an entry is
// already_posted.
type Ledger interface {
	// SupersedeEntries marks signed entries as superseded by corrections.
	SupersedeEntries(ctx context.Context, corrections []core.Entry) error
	// SignEntries signs submitted entries in the versions given.
	SignEntries(ctx context.Context, entries []core.Entry, by core.MemberID, now time.Time) error
	// PostCredits appends to the ledger and moves totals and sequences.
	PostCredits(ctx context.Context, credits []core.Credit) error
	// CreditsOf are an enrollment's credits after one, in the order of posting;
	// limit 0 is all.
	CreditsOf(ctx context.Context, enrollment core.EnrollmentID, after core.CreditID, limit int) ([]core.Credit, error)
	// FindCredits are at most limit credits after one: the newest day first, and of
	// a day what was posted last.
	FindCredits(ctx context.Context, enrollment core.EnrollmentID, after core.CreditID, limit int) ([]core.Credit, error)
	CreditsOfMany(ctx context.Context, enrollments []core.EnrollmentID) ([]core.Credit, error)
	// CreditsOfEntries are the unreversed credits of entries.
	CreditsOfEntries(ctx context.Context, entries []core.EntryID) ([]core.Credit, error)
	// PostedFor are all credits of one entry, reversals included.
	PostedFor(ctx context.Context, entry core.EntryID) ([]core.Credit, error)
	Totals(ctx context.Context, enrollment core.EnrollmentID) ([]Total, error)
}

// Standings keeps evaluated standings; an older one never replaces a newer.
type Standings interface {
	KeepStandings(ctx context.Context, kept []KeptStanding) error
	KeptStanding(ctx context.Context, id core.EnrollmentID) (KeptStanding, error)
}

// Imports keeps attendance imports. A miss is not_found, a change of another
// version is stale, the same file for the same program version a duplicate.
type Imports interface {
	InsertImport(ctx context.Context, i Import) error
	ImportByDigest(ctx context.Context, version core.ProgramVersionID, digest string) (Import, error)
	Import(ctx context.Context, id core.ImportID) (Import, error)
	FindImports(ctx context.Context, org core.OrganizationID, after core.ImportID, limit int) ([]Import, error)
	DecideImport(ctx context.Context, i Import) error
	// InsertImported writes submitted entries and moves the totals, in bulk.
	InsertImported(ctx context.Context, entries []core.Entry) error
	// PendingOf are an import's entries that wait, ordered by id.
	PendingOf(ctx context.Context, id core.ImportID) ([]core.Entry, error)
	// PendingAfter are an import's entries that wait after one, by id.
	PendingAfter(ctx context.Context, id core.ImportID, after core.EntryID, limit int) ([]core.Entry, error)
	// InImport tells whether an import has waiting entries of some therapists.
	InImport(ctx context.Context, id core.ImportID, therapists []core.TherapistID) (bool, error)
	// Applying are imports that are being applied, after one.
	Applying(ctx context.Context, after core.ImportID, limit int) ([]core.ImportID, error)
	// WithdrawPending withdraws an import's waiting entries.
	WithdrawPending(ctx context.Context, id core.ImportID) error
	// LiveSessions are the timed sessions of a program's students that are
	// submitted or signed, by email.
	LiveSessions(ctx context.Context, org core.OrganizationID, emails []string) (map[string][]core.Session, error)
}

// Staging keeps the credits of an import that is being applied. They count for
// nothing.
type Staging interface {
	// StagedThrough is the last of an import's entries, by id, whose credit is
	// staged; zero where none is.
	StagedThrough(ctx context.Context, id core.ImportID) (core.EntryID, error)
	StageCredits(ctx context.Context, id core.ImportID, credits []core.Credit) error
	DropStaged(ctx context.Context, id core.ImportID) error
	// LockStaged locks the enrollments that an import posts to.
	LockStaged(ctx context.Context, id core.ImportID) ([]Enrollment, error)
	// PostStaged signs an import's waiting entries and posts what is staged for
	// them, all at one moment. Entries and credits that are not as many are stale.
	PostStaged(ctx context.Context, id core.ImportID, by core.MemberID, now time.Time) error
	ActorOf(ctx context.Context, account core.AccountID) (access.Actor, error)
}

// Examination recomputes what is kept, set by set.
type Examination interface {
	Examine(ctx context.Context) ([]Difference, error)
	// StandingsAfter are kept standings that claim to be current, by enrollment.
	StandingsAfter(ctx context.Context, after core.EnrollmentID, limit int) ([]Found, error)
}
