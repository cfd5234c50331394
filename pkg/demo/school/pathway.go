package school

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/demo"
)

// pathway makes a small pathway in lymphatic drainage: its second course begins
// in some weeks, with one seat, and the second graduate waits for it. The first
// graduate is in the public directory.
func (b *builder) pathway(ctx context.Context, at time.Time) error {
	b.clock.set(at)
	office := b.as(registrars[0])
	_, err := b.Specialty.CreateCourse(ctx, office, b.school.ID, specialty.CourseInput{
		Code: "MLD-80", Title: "Lymphatic Drainage for Lymphedema", Specialty: lymphatic, Minutes: core.Hours(80),
		Description: "Decongestive therapy, bandaging, and the long care of lymphedema and lipedema.",
		Prerequisites: []core.Prerequisite{
			{CourseCode: "MLD-40"}, {Licensed: true},
		},
	})
	if err != nil {
		return err
	}
	courses, err := b.Specialty.Courses(ctx, office, b.school.ID, core.Page{})
	if err != nil {
		return err
	}
	var second core.CourseID
	for _, c := range courses.Items {
		if in, ok := about[c.Code]; ok {
			if _, err := b.Specialty.SetCourseDetails(ctx, office, c.ID, 0, in); err != nil {
				return err
			}
		}
		if c.Code == "MLD-80" {
			second = c.ID
		}
	}
	_, err = b.Specialty.CreatePathway(ctx, office, b.school.ID, specialty.PathwayInput{
		Code: "MLD-120", Title: "Lymphatic Drainage Therapist", Specialty: lymphatic, Lasts: core.Lasting{Months: 36},
		Description: "From the basic strokes to the care of lymphedema.",
		Steps: []specialty.StepInput{
			{CourseCode: "MLD-40", Level: specialty.LevelFoundation}, {CourseCode: "MLD-80", Level: specialty.LevelAdvanced},
		},
	})
	if err != nil {
		return err
	}
	if err := b.section(ctx, second); err != nil {
		return err
	}
	return b.listed(ctx)
}

// about is what the courses treat, and how.
var about = map[string]specialty.DetailsInput{
	"MLD-40": {Topics: topics("after-surgery", lymphatic)},
	"MLD-80": {Topics: append(topics("lymphedema", lymphatic), topics("lipedema", "compression-bandaging")...)},
	"ONC-24": {Topics: topics("oncology", "swedish")},
}

func topics(condition, technique string) []specialty.TopicRef {
	return []specialty.TopicRef{{Kind: specialty.TopicCondition, Code: condition}, {Kind: specialty.TopicTechnique, Code: technique}}
}

// section plans the second course for a cohort of one, with someone waiting.
func (b *builder) section(ctx context.Context, course core.CourseID) error {
	office, first := b.as(registrars[0]), b.today.AddDays(21)
	made, err := b.Specialty.PlanSection(ctx, office, course, specialty.SectionInput{
		InstructorID: b.supervisors[demo.Supervisors[2].Email], StartsOn: first, EndsOn: first.AddDays(11), Place: "Room 3", Seats: 1, Exam: true,
	}, []specialty.SessionInput{
		{Date: first, Minutes: 480, Part: "theory", Setting: core.Classroom, Delivery: core.InPerson},
		{Date: first.AddDays(1), Minutes: 480, Part: "lab", Setting: core.Lab, Delivery: core.InPerson},
	})
	if err != nil {
		return err
	}
	for _, s := range b.graduates[:2] {
		b.clock.set(b.clock.Now().Add(time.Hour))
		if _, err := b.Specialty.Join(ctx, office, made.ID, specialty.JoinInput{Other: true, Email: s.Email}); err != nil {
			return err
		}
	}
	return nil
}

// own is a student at their own record.
func (b *builder) own(s student) access.Actor {
	actor := b.as(s.Person)
	actor.AccountID, actor.TherapistID, actor.Name, actor.Email = s.account, s.therapist, s.Name, s.Email
	return actor
}

// listed puts the first graduate into the public directory.
func (b *builder) listed(ctx context.Context) error {
	s := b.graduates[0]
	_, err := b.Specialty.SaveProfile(ctx, b.own(s), 0, specialty.DirectoryProfile{
		Listed: true, Area: "NY", Place: "Brightwater", Languages: []string{"English", "Spanish"}, Insurances: []string{}, Mentor: true,
		Shown: []specialty.DirectoryField{specialty.ShowArea, specialty.ShowPlace, specialty.ShowLanguages, specialty.ShowMentor, specialty.ShowConditions},
	})
	return err
}
