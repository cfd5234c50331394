package licensure

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Tx is what the service needs of a transaction.
type Tx interface {
	Courses
	Completions
	Licenses
	Rosters
	Holdings
	Adverses
	People
}

// Courses are what a school teaches beside its programs.
type Courses interface {
	InsertCourse(ctx context.Context, c core.Course) error
	UpdateCourse(ctx context.Context, c core.Course) error
	Course(ctx context.Context, id core.CourseID) (core.Course, error)
	CourseByCode(ctx context.Context, org core.OrganizationID, code string) (core.Course, error)
	Courses(ctx context.Context, org core.OrganizationID, after string, limit int) ([]core.Course, error)
}

// Completions are who finished which course.
type Completions interface {
	InsertCourseCompletion(ctx context.Context, c core.CourseCompletion) error
	CourseCompletion(ctx context.Context, id core.CourseCompletionID) (core.CourseCompletion, error)
	CourseCompletions(ctx context.Context, org core.OrganizationID, therapist core.TherapistID, after core.CourseCompletionID, limit int) ([]core.CourseCompletion, error)
}

// Licenses are the licences and their histories.
type Licenses interface {
	InsertLicense(ctx context.Context, l core.License) error
	InsertLicenseEvent(ctx context.Context, e core.LicenseEvent) error
	// TouchLicense keeps the last day of the terms too.
	TouchLicense(ctx context.Context, id core.LicenseID, version int, expiresOn core.Date) error
	License(ctx context.Context, id core.LicenseID) (core.License, error)
	LicensesOf(ctx context.Context, therapist core.TherapistID) ([]core.License, error)
	CredentialsOf(ctx context.Context, therapist core.TherapistID) ([]core.Credential, error)
}

// Rosters are the lists of boards: how they are read, what came of them, and the
// lines that a person has to decide.
type Rosters interface {
	RosterSources
	RosterMatches
	InsertRoster(ctx context.Context, r core.Roster) error
	UpdateRoster(ctx context.Context, r core.Roster) error
	BoardRoster(ctx context.Context, id core.RosterID) (core.Roster, error)
	BoardRosters(ctx context.Context, org core.OrganizationID, after core.RosterID, limit int) ([]core.Roster, error)
	// RosterPeople are the therapists whom a school knows, by id.
	RosterPeople(ctx context.Context, org core.OrganizationID, after core.TherapistID, limit int) ([]core.RosterPerson, error)
	Bulk
}

// Bulk reads and writes many licences at once. What a source said of one day is
// kept once; RefreshTerms keeps the last day of the terms.
type Bulk interface {
	LicensesByNumber(ctx context.Context, jurisdiction string, numbers []string) ([]core.License, error)
	LicensesOfMany(ctx context.Context, jurisdiction string, therapists []core.TherapistID) ([]core.License, error)
	InsertLicenses(ctx context.Context, licenses []core.License) error
	InsertLicenseEvents(ctx context.Context, events []core.LicenseEvent) error
	InsertLicenseChecks(ctx context.Context, checks []core.LicenseCheck) error
	RefreshTerms(ctx context.Context, licenses []core.LicenseID) error
}

// RosterSources are how a school reads each board's lists.
type RosterSources interface {
	InsertRosterSource(ctx context.Context, s core.RosterSource) error
	UpdateRosterSource(ctx context.Context, s core.RosterSource) error
	RosterSource(ctx context.Context, id core.RosterSourceID) (core.RosterSource, error)
	RosterSources(ctx context.Context, org core.OrganizationID, after core.RosterSourceID, limit int) ([]core.RosterSource, error)
}

// RosterMatches are lines that a person has to decide. One that is known with
// the same doubt is not inserted again.
type RosterMatches interface {
	InsertRosterMatches(ctx context.Context, matches []core.RosterMatch) error
	RosterMatchesOf(ctx context.Context, org core.OrganizationID, jurisdiction string, numbers []string) ([]core.RosterMatch, error)
	RosterMatch(ctx context.Context, id core.RosterMatchID) (core.RosterMatch, error)
	RosterMatches(ctx context.Context, org core.OrganizationID, state core.MatchState, after core.RosterMatchID, limit int) ([]core.RosterMatch, error)
	DecideRosterMatch(ctx context.Context, m core.RosterMatch) error
}

// Holdings are what therapists hold beside licences, with their evidence.
type Holdings interface {
	InsertHolding(ctx context.Context, h core.Holding) error
	UpdateHolding(ctx context.Context, h core.Holding) error
	Holding(ctx context.Context, id core.HoldingID) (core.Holding, error)
	HoldingsOf(ctx context.Context, therapist core.TherapistID, after core.HoldingID, limit int) ([]core.Holding, error)
	LongestHeld(ctx context.Context, therapist core.TherapistID, kind core.HoldingKind, on core.Date) ([]core.Holding, error)
	HoldingsDue(ctx context.Context, org core.OrganizationID, by core.Date, after core.HoldingID, limit int) ([]core.Holding, error)
	InsertDocument(ctx context.Context, d core.Document) error
	Document(ctx context.Context, id core.DocumentID) (core.Document, error)
}

// Adverses are what authorities did about licences. AttachAdverse is stale where
// there is a document already.
type Adverses interface {
	InsertAdverse(ctx context.Context, v core.Adverse) error
	AttachAdverse(ctx context.Context, id core.AdverseID, document core.DocumentID) error
	Adverse(ctx context.Context, id core.AdverseID) (core.Adverse, error)
	AdverseOf(ctx context.Context, therapist core.TherapistID, after core.AdverseID, limit int) ([]core.Adverse, error)
}

// People are the therapists, the schools that know them, and what was done.
type People interface {
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	Therapist(ctx context.Context, id core.TherapistID) (core.Therapist, error)
	SetTherapistDetails(ctx context.Context, t core.Therapist) error
	TherapistOrganizations(ctx context.Context, therapist core.TherapistID) ([]core.OrganizationID, error)
	// PersonByEmail has no ID for an account that is no therapist yet.
	PersonByEmail(ctx context.Context, email string) (core.Therapist, error)
	// EnsureStudent makes what is absent of account, therapist and student
	// membership, with the identifiers given.
	EnsureStudent(ctx context.Context, org core.OrganizationID, member core.MemberID, t core.Therapist, now time.Time) (core.TherapistID, error)
	Audit(ctx context.Context, e core.AuditEvent) error
}
