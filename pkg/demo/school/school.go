package school

import (
	"context"
	"fmt"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/demo"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/dispute"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/words"
)

// Zone is the school's time zone.
const Zone = "America/New_York"

// ProgramCode is the code of the school's program.
const ProgramCode = "medical-massage"

const seed = 20260901

// Services are what the demo is told through. Their clock is Clock.Now.
type Services struct {
	Account    *account.Service
	Logbook    *logbook.Service
	Certify    *certify.Service
	Licensure  *licensure.Service
	Continuing *continuing.Service
	Employer   *employer.Service
	Grants     *grant.Service
	Disputes   *dispute.Service
	Specialty  *specialty.Service
}

// Clock is the moment at which the demo's next event happens.
type Clock struct{ at time.Time }

// NewClock starts at a moment.
func NewClock(at time.Time) *Clock { return &Clock{at} }

// Now is the moment; each look at it is a millisecond later.
func (c *Clock) Now() time.Time {
	c.at = c.at.Add(time.Millisecond)
	return c.at
}

func (c *Clock) set(at time.Time) { c.at = at }

// Made is what the demo has to show.
type Made struct {
	Accounts    []Account `json:"accounts"`
	Certificate string    `json:"certificate"` // the code of one
	Entries     int       `json:"entries"`
	Students    int       `json:"students"`
}

// builder tells the demo's story.
type builder struct {
	Services
	clock        *Clock
	today        core.Date
	zone         *time.Location
	passwordHash string

	school, employer core.Organization
	program          logbook.ProgramVersion
	supervisors      map[string]core.MemberID
	actors           map[string]access.Actor
	students         []student
	graduates        []student
	codes            []string
	entries          int
}

type student struct {
	demo.Student
	account    core.AccountID
	therapist  core.TherapistID
	enrollment core.EnrollmentID
	finished   time.Time
}

// Fill tells the story up to now, which clock shows, and leaves clock there.
// progress is told of each chapter when it is over.
func Fill(ctx context.Context, s Services, clock *Clock, progress func(chapter words.Sentence)) (Made, error) {
	now := clock.Now()
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		return Made{}, err
	}
	hash, err := s.Account.HashPassword(ctx, Password)
	if err != nil {
		return Made{}, err
	}
	b := &builder{
		Services: s, clock: clock, today: core.DateOf(now.In(zone)), zone: zone, passwordHash: hash,
		supervisors: map[string]core.MemberID{}, actors: map[string]access.Actor{},
	}
	ctx = core.WithOrigin(ctx, core.Origin{Via: "command"})
	for _, chapter := range []struct {
		tell func(context.Context) error
		text func() words.Sentence
	}{
		{b.found, func() words.Sentence { return words.S("demo.school") }},
		{b.enroll, func() words.Sentence { return words.S("demo.students", "count", len(b.students)) }},
		{b.history, func() words.Sentence { return words.S("demo.sessions", "count", b.entries) }},
		{b.graduate, func() words.Sentence { return words.S("demo.certificates", "count", len(b.codes)) }},
		{func(ctx context.Context) error { return b.pathway(ctx, now.Add(-6*24*time.Hour)) }, func() words.Sentence { return words.S("demo.pathway") }},
		{func(ctx context.Context) error { return b.present(ctx, now) }, func() words.Sentence { return words.S("demo.open_work") }},
	} {
		if err := chapter.tell(ctx); err != nil {
			return Made{}, fmt.Errorf("%s: %w", chapter.text().ID, err)
		}
		progress(chapter.text())
	}
	clock.set(now)
	return Made{Accounts: b.accounts(), Certificate: b.codes[0], Entries: b.entries, Students: len(b.students)}, nil
}

// at moves the clock to a time of day, days before today.
func (b *builder) at(daysAgo int, hour int) {
	b.clock.set(b.today.AddDays(-daysAgo).In(b.zone).Add(time.Duration(hour) * time.Hour))
}

// found founds the school.
func (b *builder) found(ctx context.Context) error {
	b.at(560, 9)
	if err := b.people(ctx); err != nil {
		return err
	}
	std := standard.Demo()
	std.Claims = []string{"NJ", "TX"} // of which one is met
	body, err := std.Marshal()
	if err != nil {
		return err
	}
	b.program, err = b.Logbook.PublishProgram(ctx, b.as(registrars[0]), b.school.ID, logbook.PublishProgram{
		Code: ProgramCode, Title: "Medical Massage Foundations", Standard: body,
	})
	if err != nil {
		return err
	}
	if b.program, err = b.Logbook.ConfirmProgram(ctx, b.as(registrars[1]), b.program.ID); err != nil {
		return err
	}
	return b.courses(ctx)
}

// toSchool is what every student lets the school see, beside its own file.
var toSchool = grant.Terms{Purpose: grant.PurposeEducation, Months: grant.MostMonths, Scopes: []access.Scope{
	access.ScopeCertificates, access.ScopeHoursDetail, access.ScopeSpecialties, access.ScopeLicenses, access.ScopeDiscipline, access.ScopeCE,
	access.ScopeInsurance, access.ScopeCPR, access.ScopeCertification, access.ScopeExam, access.ScopeNPI,
}}

// enroll takes in the students, each on the first day of their program.
func (b *builder) enroll(ctx context.Context) error {
	for _, s := range demo.Generate(seed, demo.DefaultStudents, b.today, b.zone, standard.Demo()) {
		b.clock.set(s.EnrolledOn.In(b.zone).Add(8 * time.Hour))
		made, err := b.person(ctx, s.Person, b.school.ID)
		if err != nil {
			return err
		}
		e, err := b.Logbook.Enroll(ctx, b.as(registrars[0]), b.school.ID, logbook.Enroll{
			Email: s.Email, Name: s.Name, ProgramID: b.program.ProgramID, EnrolledOn: s.EnrolledOn,
		})
		if err != nil {
			return err
		}
		if err := b.Grants.SeedFile(ctx, made.AccountID, b.school.ID, e.TherapistID); err != nil {
			return err
		}
		if err := b.Grants.Seed(ctx, e.TherapistID, b.school, toSchool); err != nil {
			return err
		}
		b.students = append(b.students, student{Student: s, account: made.AccountID, therapist: e.TherapistID, enrollment: e.ID})
	}
	return nil
}

// history logs and signs what the students did.
func (b *builder) history(ctx context.Context) error {
	b.at(0, 0)
	var all []logbook.SeedEntry
	for i := range b.students {
		s := &b.students[i]
		for _, r := range s.Rows {
			e := logbook.SeedEntry{
				EnrollmentID: s.enrollment, SupervisorID: b.supervisors[r.Supervisor.Email], State: core.EntrySubmitted,
				Session: r.Session, Note: r.Note, At: r.LoggedAt,
			}
			if !r.SignedAt.IsZero() {
				e.State, e.At = core.EntrySigned, r.SignedAt
			}
			if e.At.After(s.finished) {
				s.finished = e.At
			}
			all = append(all, e)
		}
		if s.Stage == demo.Met {
			b.graduates = append(b.graduates, *s)
		}
	}
	b.entries = len(all)
	return b.Logbook.Seed(ctx, access.System, b.school.ID, all)
}
