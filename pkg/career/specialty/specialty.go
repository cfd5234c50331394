package specialty

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Service keeps specialties: courses and what they are about, sections, who is
// trained, and who wants to be found.
type Service struct {
	*courses
	*sections
	act *act.Kernel[Tx]
	src core.Source
}

// New makes the service.
func New(store act.Store[Tx], src core.Source) *Service {
	kernel := act.New(store, src, nil)
	return &Service{&courses{kernel, src}, &sections{kernel, src}, kernel, src}
}

// courses keeps the catalog, courses, pathways, and who completed what.
type courses struct {
	act *act.Kernel[Tx]
	src core.Source
}

// sections keeps courses as they are held.
type sections struct {
	act *act.Kernel[Tx]
	src core.Source
}

// The deeds of specialties.
var (
	createsCourse     = act.Declare(access.CourseWrite, act.CourseCreated)
	updatesCourse     = act.Declare(access.CourseWrite, act.CourseUpdated)
	recordsCompletion = act.Declare(access.CourseRecord, act.CompletionRecorded)
	writesTopic       = act.Declare(access.TopicWrite, act.TopicWritten)
	writesPathway     = act.Declare(access.PathwayWrite, act.PathwayWritten)
	writesForm        = act.Declare(access.PathwayWrite, act.FormWritten)
	plansSection      = act.Declare(access.SectionPlan, act.SectionPlanned)
	joinsSection      = act.Declare(access.SectionJoin, act.SectionJoined)
	leavesSection     = act.Declare(access.SectionJoin, act.SectionLeft)
	teachesSection    = act.Declare(access.SectionTeach, act.SectionTaught)
	examines          = act.Declare(access.SectionTeach, act.ExamRecorded)
	assesses          = act.Declare(access.SectionTeach, act.AssessmentRecorded)
	finishesSection   = act.Declare(access.CourseRecord, act.SectionFinished)
	writesDirectory   = act.Declare(access.SelfWrite, act.DirectoryWritten)
	seesStaff         = act.Declare(access.CheckMake, act.ReadinessShown)
)

// seen asks whether the actor may read of a therapist, and gives the schools of
// which they may see what was earned there: all, where it is their own record.
func seen(ctx context.Context, r act.Reader[Tx], therapist core.TherapistID) ([]core.OrganizationID, error) {
	if err := r.May(ctx, access.Target{Therapist: therapist, Granted: true}); err != nil {
		return nil, err
	}
	orgs, err := r.Tx.TherapistOrganizations(ctx, therapist)
	if err != nil || r.Actor.TherapistID == therapist {
		return orgs, err
	}
	return slices.DeleteFunc(orgs, func(org core.OrganizationID) bool {
		return !r.Can(access.Target{Organization: org, Therapist: therapist})
	}), nil
}

// newcomer is someone with an email address; Name is that of the account where
// there is one.
type newcomer struct{ Name, Email string }

// enroll makes someone a student of a school, with what is absent of account and
// therapist. Without a name it gives required (name).
func enroll(ctx context.Context, tx People, src core.Source, org core.OrganizationID, who newcomer, now time.Time) (core.TherapistID, error) {
	if who.Name == "" {
		return core.TherapistID{}, core.InvalidField("name", "required.name")
	}
	return tx.EnsureStudent(ctx, org, core.NewID[core.MemberID](src), core.Therapist{
		ID: core.NewID[core.TherapistID](src), AccountID: core.NewID[core.AccountID](src), Name: who.Name, Email: who.Email,
	}, now)
}

// line cleans a text of one line and notes what is wrong with it.
func line(c *core.Collect, name string, text *string, least, most int) {
	cleaned, err := core.CleanText(*text, least, most)
	_ = c.Check(name, err) // cleaning gives faults alone
	*text = cleaned
}

// note is line for a text of several lines.
func note(c *core.Collect, name string, text *string) {
	cleaned, err := core.CleanNote(*text, 0, mostNote)
	_ = c.Check(name, err)
	*text = cleaned
}
