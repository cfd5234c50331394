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
