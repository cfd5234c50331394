package specialty

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/notice"
)

// Tx is what the service needs of a transaction.
type Tx interface {
	act.Tx
	Catalog
	Courses
	Abilities
	Earned
	Pathways
	Sections
	Places
	Teaching
	Assessing
	Directory
	Moderation
	People
}

// Catalog is what courses are about.
type Catalog interface {
	Topics(ctx context.Context, org core.OrganizationID) ([]Topic, error)
	// TopicTitles are the titles of what some schools added to the catalog.
	TopicTitles(ctx context.Context, orgs []core.OrganizationID) (map[TopicRef]string, error)
	SaveTopic(ctx context.Context, org core.OrganizationID, t Topic) error
	CourseTopics(ctx context.Context, courses []core.CourseID) (map[core.CourseID][]TopicRef, error)
	// SetCourseTopics writes again what those who hold its certificate are trained for.
	SetCourseTopics(ctx context.Context, course core.CourseID, topics []TopicRef) error
	SetCourseDetails(ctx context.Context, c core.Course) error
}

// Courses are what a school teaches beside its programs.
type Courses interface {
	InsertCourse(ctx context.Context, c core.Course) error
	UpdateCourse(ctx context.Context, c core.Course) error
	Course(ctx context.Context, id core.CourseID) (core.Course, error)
	CourseByCode(ctx context.Context, org core.OrganizationID, code string) (core.Course, error)
	// Courses are those of a school by code, after a code.
	Courses(ctx context.Context, org core.OrganizationID, after string, limit int) ([]core.Course, error)
	// CoursesOf are the courses of some schools by code, limit at the most.
	CoursesOf(ctx context.Context, orgs []core.OrganizationID, limit int) ([]core.Course, error)
}

// Abilities are what therapists are trained for, by their certificates.
type Abilities interface {
	Trained(ctx context.Context, q TrainedQuery) ([]Ability, error)
	GrantedTrained(ctx context.Context, q TrainedQuery) ([]Ability, error)
	AbilitiesOf(ctx context.Context, therapist core.TherapistID) ([]Ability, error)
	// UnsoundAbilities are how many rows do not follow from the certificates,
	// UnsoundSections how many sections count their seats wrong.
	UnsoundAbilities(ctx context.Context) (int64, error)
	UnsoundSections(ctx context.Context) (int64, error)
	InsertDisclosures(ctx context.Context, all []core.Disclosure) error
}

// Earned is what someone did at schools, and what they hold.
type Earned interface {
	// CreditsAt are the credits of programs at some schools.
	CreditsAt(ctx context.Context, therapist core.TherapistID, orgs []core.OrganizationID) ([]core.Credit, error)
	// SectionCredits are the attended sessions of sections at some schools; Program
	// is the pathway of the course, or the course.
	SectionCredits(ctx context.Context, therapist core.TherapistID, orgs []core.OrganizationID) ([]core.Credit, error)
	ExamsPassed(ctx context.Context, therapist core.TherapistID, orgs []core.OrganizationID) ([]ExamResult, error)
	CourseCompletionsOf(ctx context.Context, therapist core.TherapistID) ([]core.CourseCompletion, error)
	InsertCourseCompletions(ctx context.Context, all []core.CourseCompletion) error
	CourseCompletion(ctx context.Context, id core.CourseCompletionID) (core.CourseCompletion, error)
	CourseCompletions(ctx context.Context, org core.OrganizationID, therapist core.TherapistID, after core.CourseCompletionID, limit int) ([]core.CourseCompletion, error)
	LicensesOf(ctx context.Context, therapist core.TherapistID) ([]core.License, error)
	HoldingsOf(ctx context.Context, therapist core.TherapistID, after core.HoldingID, limit int) ([]licensure.Holding, error)
}

// Pathways are successions of courses.
type Pathways interface {
	InsertPathway(ctx context.Context, p Pathway) error
	UpdatePathway(ctx context.Context, p Pathway) error
	// LinkPathway makes a pathway's certificate be about all that its steps are
	// about, LinkPathwaysOf those of which a course is a step.
	LinkPathway(ctx context.Context, id core.PathwayID) error
	LinkPathwaysOf(ctx context.Context, course core.CourseID) error
	Pathway(ctx context.Context, id core.PathwayID) (Pathway, error)
	Pathways(ctx context.Context, org core.OrganizationID, after core.PathwayID, limit int) ([]Pathway, error)
}

// SectionQuery asks for sections, those that begin last first: of a school, with
// Course of one course; or, for MySections, those in which a Therapist is.
type SectionQuery struct {
	Organization core.OrganizationID
	Course       core.CourseID
	Therapist    core.TherapistID
	AfterDate    core.Date
	After        core.SectionID
	Limit        int
}

// Sections are courses as they are held. A miss is not_found, a change of
// another version stale; more places than seats are refused with seats_taken.
type Sections interface {
	InsertSection(ctx context.Context, s Section) error
	UpdateSection(ctx context.Context, s Section) error
	Section(ctx context.Context, id core.SectionID) (Section, error)
	// LockSection is Section, locked until the transaction ends.
	LockSection(ctx context.Context, id core.SectionID) (Section, error)
	FindSections(ctx context.Context, q SectionQuery) ([]Section, error)
	MySections(ctx context.Context, q SectionQuery) ([]MySection, error)
}

// Places are who is in a section and who waits.
type Places interface {
	PlacesOf(ctx context.Context, section core.SectionID) ([]Place, error)
	Place(ctx context.Context, section core.SectionID, therapist core.TherapistID) (Place, error)
	// QueuePlace puts someone at the end of the line.
	QueuePlace(ctx context.Context, p Place) error
	SetPlaces(ctx context.Context, section core.SectionID, therapists []core.TherapistID, state PlaceState, now time.Time) error
	ClosePlaces(ctx context.Context, all []Place) error
	// FirstWaiting are those who wait longest.
	FirstWaiting(ctx context.Context, section core.SectionID, limit int) ([]Place, error)
}

// Teaching is what was done in a section.
type Teaching interface {
	InsertSectionSessions(ctx context.Context, all []SectionSession) error
	SectionSessions(ctx context.Context, section core.SectionID) ([]SectionSession, error)
	SectionSession(ctx context.Context, id core.SectionSessionID) (SectionSession, error)
	SaveSessionMarks(ctx context.Context, marks []SessionMark) error
	SessionMarks(ctx context.Context, section core.SectionID) ([]SessionMark, error)
	InsertExamResult(ctx context.Context, r ExamResult) error
	ExamResults(ctx context.Context, section core.SectionID) ([]ExamResult, error)
}

// Assessing is forms by competency and what was written in them.
type Assessing interface {
	InsertAssessmentForm(ctx context.Context, f AssessmentForm) error
	AssessmentForm(ctx context.Context, id core.AssessmentFormID) (AssessmentForm, error)
	AssessmentForms(ctx context.Context, org core.OrganizationID, after core.AssessmentFormID, limit int) ([]AssessmentForm, error)
	InsertAssessment(ctx context.Context, a Assessment) error
	// Assessments are those of a section, newest first, of one therapist, if one is given.
	Assessments(ctx context.Context, section core.SectionID, therapist core.TherapistID, after core.AssessmentID, limit int) ([]Assessment, error)
}

// Directory is who wants to be found.
type Directory interface {
	DirectoryProfile(ctx context.Context, therapist core.TherapistID) (DirectoryProfile, error)
	SaveDirectoryProfile(ctx context.Context, p DirectoryProfile) error
	// SetDirectoryFacets replaces what the search looks into.
	SetDirectoryFacets(ctx context.Context, therapist core.TherapistID, facets []Facet) error
	// MayBeListed tells whether a therapist has a certificate that is good, or a license
	// that is known from more than their own word. SearchDirectory finds no others.
	MayBeListed(ctx context.Context, therapist core.TherapistID, now time.Time) (bool, error)
	SearchDirectory(ctx context.Context, q DirectoryQuery) ([]DirectoryProfile, error)
	// LicensesOfPeople are all licenses of people, by person.
	LicensesOfPeople(ctx context.Context, people []core.TherapistID) (map[core.TherapistID][]core.License, error)
	// LicensesShared are those of people who let an organization see them.
	LicensesShared(ctx context.Context, org core.OrganizationID, people []core.TherapistID, now time.Time) (map[core.TherapistID][]core.License, error)
	// ConditionsOf are the conditions that therapists' certificates attest now.
	ConditionsOf(ctx context.Context, therapists []core.TherapistID, now time.Time) ([]Ability, error)
	RefreshAbilities(ctx context.Context, therapist core.TherapistID) error
}

// People are the therapists and the schools that know them.
type People interface {
	account.Students
	notice.Tx
	SupervisorsOf(ctx context.Context, org core.OrganizationID) ([]core.Member, error)
	// FileAt is the file that a school has of a person; not_found where it has none.
	FileAt(ctx context.Context, org core.OrganizationID, therapist core.TherapistID) (core.TherapistID, error)
}
