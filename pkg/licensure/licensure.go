package licensure

import (
	"context"
	"errors"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Service keeps courses and licences.
type Service struct {
	store core.Transactor[Tx]
	src   core.Source
}

// Tx is what the service needs of a transaction.
type Tx interface{}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source) *Service { return &Service{store, src} }

// CourseInput is what a school says of a course. Specialty is the topic, such
// as "manual-lymphatic-drainage"; Minutes are its length, set by the school.
type CourseInput struct {
	Code, Title, Specialty, Description string
	Minutes                             core.Minutes
	Prerequisites                       []core.Prerequisite
}

// CompletionInput says who finished a course, and when. The therapist is named
// by TherapistID or by Email; Name is needed where the address is new here.
// Minutes 0 are the course's own.
type CompletionInput struct {
	Email       string
	Name        string
	TherapistID core.TherapistID
	CompletedOn core.Date
	Minutes     core.Minutes
	Instructor  string
	Note        string
}

// LicenseInput is a licence with the first event of its lifecycle. Title is
// "Massage Therapist" where it is empty.
type LicenseInput struct {
	Jurisdiction, Title, Number string
	IssuedOn, ExpiresOn         core.Date
	Status                      string
	EffectiveOn                 core.Date
	Method, Source              string
	CheckedOn                   core.Date
	Note                        string
}

// EventInput is a dated fact of one axis and how it is known.
type EventInput struct {
	Axis           core.Axis
	Status         string
	EffectiveOn    core.Date
	Method, Source string
	CheckedOn      core.Date
	Note           string
}

// Jurisdiction is a place that licenses massage therapists.
type Jurisdiction struct{ Code, Name string }

var errUnfinished = errors.New("licensure: unfinished")


func (s *Service) CreateCourse(ctx context.Context, a access.Actor, org core.OrganizationID, in CourseInput) (core.Course, error) {
	return core.Course{}, errUnfinished
}

func (s *Service) UpdateCourse(ctx context.Context, a access.Actor, id core.CourseID, version int, in CourseInput) (core.Course, error) {
	return core.Course{}, errUnfinished
}

func (s *Service) Courses(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Course], error) {
	return core.List[core.Course]{}, errUnfinished
}

func (s *Service) Course(ctx context.Context, a access.Actor, id core.CourseID) (core.Course, error) {
	return core.Course{}, errUnfinished
}

func (s *Service) RecordCompletion(ctx context.Context, a access.Actor, course core.CourseID, in CompletionInput) (core.CourseCompletion, error) {
	return core.CourseCompletion{}, errUnfinished
}

func (s *Service) Completions(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.CourseCompletion], error) {
	return core.List[core.CourseCompletion]{}, errUnfinished
}

func (s *Service) Completion(ctx context.Context, a access.Actor, id core.CourseCompletionID) (core.CourseCompletion, error) {
	return core.CourseCompletion{}, errUnfinished
}

func (s *Service) RecordLicense(ctx context.Context, a access.Actor, therapist core.TherapistID, in LicenseInput) (core.License, error) {
	return core.License{}, errUnfinished
}

func (s *Service) RecordEvent(ctx context.Context, a access.Actor, license core.LicenseID, version int, in EventInput) (core.License, error) {
	return core.License{}, errUnfinished
}

func (s *Service) Licenses(ctx context.Context, a access.Actor, therapist core.TherapistID) ([]core.License, error) {
	return nil, errUnfinished
}

func (s *Service) License(ctx context.Context, a access.Actor, id core.LicenseID) (core.License, error) {
	return core.License{}, errUnfinished
}

func (s *Service) Therapist(ctx context.Context, a access.Actor, id core.TherapistID) (core.Therapist, error) {
	return core.Therapist{}, errUnfinished
}
