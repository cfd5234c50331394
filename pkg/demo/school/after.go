package school

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/demo"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/people/grant"
)

const (
	lymphatic = "manual-lymphatic-drainage"
	oncology  = "oncology-massage"
)

// courses are the school's specialty courses.
func (b *builder) courses(ctx context.Context) error {
	for _, in := range []specialty.CourseInput{
		{
			Code: "MLD-40", Title: "Manual Lymphatic Drainage", Specialty: lymphatic, Minutes: core.Hours(40),
			Description:   "Anatomy of the lymphatic system, basic strokes and sequences, indications and contraindications.",
			Prerequisites: []core.Prerequisite{{Minutes: core.Hours(600)}},
		},
		{
			Code: "ONC-24", Title: "Oncology Massage", Specialty: oncology, Minutes: core.Hours(24),
			Description:   "Massage for people with a history of cancer: adaptations of pressure, site and position.",
			Prerequisites: []core.Prerequisite{{Licensed: true}, {Minutes: core.Hours(600)}},
		},
	} {
		if _, err := b.Specialty.CreateCourse(ctx, b.as(registrars[0]), b.school.ID, in); err != nil {
			return err
		}
	}
	return nil
}

// certified is how many of those who meet the standard have a certificate; the
// next one's proposal waits.
const certified = 5

// graduate certifies who is done, and tells what became of them.
func (b *builder) graduate(ctx context.Context) error {
	if len(b.graduates) <= certified {
		return fmt.Errorf("only %d students meet the standard", len(b.graduates))
	}
	for i, s := range b.graduates[:certified] {
		b.after(s, 5)
		p, err := b.Certify.Propose(ctx, b.as(registrars[0]), s.enrollment)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		if err := b.attest(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		if err := b.license(ctx, i, s); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	for _, done := range []struct {
		graduate int
		course   string
	}{{0, "MLD-40"}, {0, "ONC-24"}, {1, "MLD-40"}} {
		if err := b.complete(ctx, b.graduates[done.graduate], done.course); err != nil {
			return fmt.Errorf("%s: %w", done.course, err)
		}
	}
	return b.learn(ctx)
}

// after moves the clock to a morning, days after a student finished.
func (b *builder) after(s student, days int) {
	b.clock.set(core.DateOf(s.finished.In(b.zone)).AddDays(days).In(b.zone).Add(10 * time.Hour))
}

// attest is the second registrar's word, an hour later.
func (b *builder) attest(ctx context.Context, p certify.Proposal) error {
	b.clock.set(b.clock.Now().Add(time.Hour))
	c, err := b.Certify.Certify(ctx, b.as(registrars[1]), p.ID, p.Version)
	b.codes = append(b.codes, c.Code)
	return err
}

// license records what became of a graduate's license: active, ending soon, on
// probation, expired; the last one has none yet.
func (b *builder) license(ctx context.Context, i int, s student) error {
	if i >= 4 {
		return nil
	}
	b.clock.set(b.clock.Now().AddDate(0, 0, 24))
	today := core.DateOf(b.clock.Now().In(b.zone))
	issued := today.AddDays(-3)
	states := []string{"NY", "FL", "FL", "NJ"}
	in := licensure.LicenseInput{
		Jurisdiction: states[i], Number: fmt.Sprintf("MT-%05d", 41_207+131*i), IssuedOn: issued, ExpiresOn: issued.AddDays(730),
		Status: "active", Discipline: "none", Method: core.MethodPrimarySource, Source: "The board's public look-up", CheckedOn: today,
	}
	if i == 1 {
		in.Method, in.Source = core.MethodDocument, "Copy of the wall certificate"
		in.ExpiresOn = b.today.AddDays(45)
	}
	if i == 3 {
		in.ExpiresOn = b.today.AddDays(-12)
	}
	l, err := b.Licensure.RecordLicense(ctx, b.as(registrars[0]), s.therapist, in)
	if err != nil || i != 2 {
		return err
	}
	b.clock.set(b.clock.Now().AddDate(0, 0, 30))
	_, err = b.Licensure.RecordEvent(ctx, b.as(registrars[1]), l.ID, 0, licensure.EventInput{
		Axis: core.Discipline, Status: "probation", EffectiveOn: core.DateOf(b.clock.Now().In(b.zone)).AddDays(-2),
		Method: core.MethodPrimarySource, Source: "The board's public look-up", CheckedOn: core.DateOf(b.clock.Now().In(b.zone)),
		Note: "Late renewal of the liability insurance",
	})
	return err
}

// complete records a finished course and certifies it.
func (b *builder) complete(ctx context.Context, s student, code string) error {
	later := map[string]int{"MLD-40": 40, "ONC-24": 70}[code]
	b.after(s, later-2)
	if err := b.looks(ctx, b.as(registrars[0]), s, "none"); err != nil { // a course asks for a license
		return err
	}
	b.after(s, later)
	courses, err := b.Specialty.Courses(ctx, b.as(registrars[0]), b.school.ID, core.Page{})
	if err != nil {
		return err
	}
	for _, c := range courses.Items {
		if c.Code != code {
			continue
		}
		done, err := b.Specialty.RecordCompletion(ctx, b.as(registrars[0]), c.ID, specialty.CompletionInput{
			TherapistID: s.therapist, CompletedOn: core.DateOf(b.clock.Now().In(b.zone)).AddDays(-1), Instructor: demo.Supervisors[2].Name,
		})
		if err != nil {
			return err
		}
		p, err := b.Certify.ProposeSpecialty(ctx, b.as(registrars[0]), done.ID)
		if err != nil {
			return err
		}
		return b.attest(ctx, p)
	}
	return fmt.Errorf("there is no course %s", code)
}

// dispute has a graduate dispute the last record of a license.
func (b *builder) dispute(ctx context.Context, s student) error {
	licenses, err := b.Licensure.Licenses(ctx, b.own(s), s.therapist)
	if err != nil {
		return err
	}
	events := licenses[0].Events
	_, err = b.Disputes.Open(ctx, b.own(s), core.ItemEvent, core.ItemID(events[len(events)-1].ID), "The board lifted the probation last month. I sent you its letter.")
	return err
}

// looks records what someone saw of a graduate's license on the board's page.
func (b *builder) looks(ctx context.Context, who access.Actor, s student, discipline string) error {
	licenses, err := b.Licensure.Licenses(ctx, who, s.therapist)
	if err != nil {
		return err
	}
	l := licenses[0]
	_, err = b.Licensure.RecordLook(ctx, who, l.ID, 0, licensure.LookInput{
		Lifecycle: core.Active, ExpiresOn: l.ExpiresOn, Discipline: discipline, CheckedOn: core.DateOf(b.clock.Now().In(b.zone)),
		Address: "https://boards.example/" + l.Jurisdiction + "/" + l.Number,
	})
	return err
}

// present is what happened in the last days: a graduate shared the record with an
// employer, which looked; another disputes a record; a proposal and an import wait.
func (b *builder) present(ctx context.Context, now time.Time) error {
	b.clock.set(now.Add(-3 * 24 * time.Hour))
	terms := grant.Terms{Scopes: grant.Usual[core.Employer], Purpose: grant.PurposeEmployment}
	if err := b.Grants.Seed(ctx, b.graduates[0].therapist, b.employer, terms); err != nil {
		return err
	}
	if err := b.looks(ctx, b.as(verifier), b.graduates[0], "none"); err != nil {
		return err
	}
	if err := b.looks(ctx, b.as(registrars[0]), b.graduates[2], "probation"); err != nil {
		return err
	}
	if _, err := b.Employer.Inspect(ctx, b.as(verifier), b.employer.ID, b.codes[0], license.Asked{}); err != nil {
		return err
	}
	if err := b.dispute(ctx, b.graduates[2]); err != nil {
		return err
	}
	b.clock.set(now.Add(-26 * time.Hour))
	if _, err := b.Certify.Propose(ctx, b.as(registrars[0]), b.graduates[certified].enrollment); err != nil {
		return err
	}
	b.clock.set(now.Add(-2 * time.Hour))
	_, err := b.Logbook.Import(ctx, b.as(registrars[0]), b.school.ID, logbook.ImportRequest{
		ProgramID: b.program.ProgramID, Filename: "community-clinic.csv", File: strings.NewReader(b.sundays()),
	})
	return err
}

// sundays is an attendance file of the community clinic, open on days on which
// the school is not; one record has a mistake.
func (b *builder) sundays() string {
	var f strings.Builder
	f.WriteString("email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n")
	sunday := b.today.Week().AddDays(-1)
	for week := range 3 {
		for _, s := range b.students {
			if s.Stage != demo.Active || s.EnrolledOn.After(sunday.AddDays(-30)) {
				continue
			}
			fmt.Fprintf(&f, "%s,%s,%s,10:00,13:30,30,clinical-practice,clinic,in-person,%s,Community clinic\n",
				s.Email, s.Name, sunday.AddDays(-7*week), demo.Supervisors[2].Email)
		}
	}
	fmt.Fprintf(&f, "%s,%s,%s,14:00,13:00,0,clinical-practice,hallway,in-person,%s,\n",
		b.students[0].Email, b.students[0].Name, sunday, demo.Supervisors[2].Email)
	return f.String()
}
