package continuing

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/notice"
)

// Tx is what the service needs of a transaction.
type Tx interface {
	act.Tx
	Activities
	Courses
	Providers
	Leaves
	Audits
	AuditPeople
	People
	Documents
}

// ActivityQuery asks for activities, the newest record first. A zero field does
// not narrow.
type ActivityQuery struct {
	Therapist    core.TherapistID
	Organization core.OrganizationID
	State        CEState
	After        core.CEActivityID
	Limit        int
}

// Activities are courses that therapists plan, took and reported.
type Activities interface {
	InsertCEActivity(ctx context.Context, a CEActivity) error
	SaveCEActivity(ctx context.Context, a CEActivity) error
	MoveCEActivity(ctx context.Context, a CEActivity) error
	DropCEActivity(ctx context.Context, id core.CEActivityID, version int) error
	CEActivity(ctx context.Context, id core.CEActivityID) (CEActivity, error)
	CEActivitiesOf(ctx context.Context, therapist core.TherapistID) ([]CEActivity, error)
	FindCEActivities(ctx context.Context, q ActivityQuery) ([]CEActivity, error)
	AuditCEActivities(ctx context.Context, therapist core.TherapistID, from, to core.Date) error
}

// CourseCE is what a school's course counts for as continuing education. Without
// it a course is live, and all of it about massage.
type CourseCE struct {
	CourseID core.CourseID
	Type     CEType
	HandsOn  core.Minutes
	Lines    []CELine
	Version  int
}

// CompletedCE is a completed course of a school with what it counts for.
type CompletedCE struct {
	core.CourseCompletion
	School string
	CE     CourseCE
}

// Courses are schools' own courses.
type Courses interface {
	Course(ctx context.Context, id core.CourseID) (core.Course, error)
	PutCourseCE(ctx context.Context, c CourseCE) error
	CourseCE(ctx context.Context, id core.CourseID) (CourseCE, error)
	CompletedCEOf(ctx context.Context, therapist core.TherapistID) ([]CompletedCE, error)
}

// Providers are who gives continuing education.
type Providers interface {
	InsertCEProvider(ctx context.Context, p CEProvider) error
	UpdateCEProvider(ctx context.Context, p CEProvider) error
	CEProvider(ctx context.Context, id core.CEProviderID) (CEProvider, error)
	CEProviders(ctx context.Context, org core.OrganizationID, after core.CEProviderID, limit int) ([]CEProvider, error)
	CEProviderByNumber(ctx context.Context, org core.OrganizationID, body, number string) (CEProvider, error)
}

// Leaves are waivers and extensions.
type Leaves interface {
	InsertCELeave(ctx context.Context, l CELeave) error
	DecideCELeave(ctx context.Context, l CELeave) error
	CELeave(ctx context.Context, id core.CELeaveID) (CELeave, error)
	CELeavesOf(ctx context.Context, therapist core.TherapistID) ([]CELeave, error)
}

// Audits are random checks.
type Audits interface {
	InsertCEAudit(ctx context.Context, a CEAudit, people []CEAuditPerson) error
	DrawCEAudit(ctx context.Context, a CEAudit, sample []core.LicenseID) error
	CEAudit(ctx context.Context, id core.CEAuditID) (CEAudit, error)
	CEAudits(ctx context.Context, org core.OrganizationID, after core.CEAuditID, limit int) ([]CEAudit, error)
}

// AuditPeople are those whom an audit can draw, or drew.
type AuditPeople interface {
	LicensesAudited(ctx context.Context, org core.OrganizationID, jurisdiction string, now time.Time) ([]core.License, map[core.TherapistID]core.Date, error)
	CEAuditSample(ctx context.Context, audit core.CEAuditID, after, limit int) ([]CEAuditPerson, error)
	CEAuditPerson(ctx context.Context, audit core.CEAuditID, license core.LicenseID) (CEAuditPerson, error)
	CEAuditLicenses(ctx context.Context, audit core.CEAuditID) (all, sample []core.LicenseID, err error)
	DecideCEAuditPerson(ctx context.Context, p CEAuditPerson) error
}

// People are therapists with their licenses, and the schools.
type People interface {
	notice.Tx
	License(ctx context.Context, id core.LicenseID) (core.License, error)
	LicensesOf(ctx context.Context, therapist core.TherapistID) ([]core.License, error)
}

// Documents are the certificates. One goes with the last that refers to it.
type Documents interface {
	InsertDocument(ctx context.Context, d core.Document) error
	Document(ctx context.Context, id core.DocumentID) (core.Document, error)
	ActivityDocuments(ctx context.Context, ids []core.DocumentID) ([]core.Document, error)
}
