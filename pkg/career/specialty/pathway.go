package specialty

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// mostSteps is as many as a course has prerequisites.
const mostSteps = 10

// PathwayInput is a pathway as a school writes it. Code, Title, Specialty and
// Description are those of the certificate that its completion earns, Lasts is
// how long that is good. Steps are the codes of courses in their order.
type PathwayInput struct {
	Code, Title, Specialty, Description, Standard string
	Lasts                                         core.Lasting
	Steps                                         []StepInput
}

// StepInput is a course of a pathway.
type StepInput struct {
	CourseCode string
	Level      Level
}

var writesPathway = act.Declare(access.PathwayWrite, act.NewEvent("pathway.write", "pathway"))

// CreatePathway makes a pathway, and the course that is completed with its last
// step: it asks for each step's course, has their minutes together and is about
// all that they are about. Permission: pathway.write. Codes by field: required,
// too_long, bad_character, bad_code, bad_specialty, bad_number,
// unknown_standard, bad_steps, unknown_level, bad_level, unknown_course,
// repeated; duplicate.
func (s *courses) CreatePathway(ctx context.Context, a access.Actor, org core.OrganizationID, in PathwayInput) (Pathway, error) {
	return act.Do(ctx, s.act, a, writesPathway, act.Command[Tx, struct{}, Pathway]{
		At: access.Target{Organization: org},
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (Pathway, error) {
			p := Pathway{
				ID: core.NewID[core.PathwayID](s.src), OrganizationID: org, CreatedAt: x.Now, CreatedBy: a.AccountID, Version: 1,
				Course: core.Course{ID: core.NewID[core.CourseID](s.src), OrganizationID: org, Code: strings.TrimSpace(in.Code), CreatedAt: x.Now, Version: 1},
			}
			return p, in.fill(ctx, x.Tx, &p)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, p Pathway) error {
			err := x.Tx.InsertCourse(ctx, p.Course)
			if err == nil {
				err = x.Tx.InsertPathway(ctx, p)
			}
			if errors.Is(err, core.ErrDuplicate) {
				return core.InvalidField("code", "duplicate.pathway_code")
			}
			if err != nil {
				return err
			}
			return x.Tx.LinkPathway(ctx, p.ID)
		},
		Tell: tellPathway[struct{}],
	})
}

func tellPathway[N any](_ N, p Pathway) []act.Told { return act.Of(p.ID.String(), nil) }

// UpdatePathway changes a pathway but for its code. What was certified stays.
// Permission: pathway.write. Codes: those of CreatePathway, stale, not_found.
func (s *courses) UpdatePathway(ctx context.Context, a access.Actor, id core.PathwayID, version int, in PathwayInput) (Pathway, error) {
	return act.Do(ctx, s.act, a, writesPathway, act.Command[Tx, Pathway, Pathway]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[Pathway], error) {
			p, err := tx.Pathway(ctx, id)
			return act.Found[Pathway]{Thing: p, Owner: access.Target{Organization: p.OrganizationID}, Version: p.Version}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], p Pathway) (Pathway, error) {
			if err := in.fill(ctx, x.Tx, &p); err != nil {
				return p, err
			}
			if err := rewrite(ctx, x.Tx, p); err != nil {
				return p, err
			}
			return x.Tx.Pathway(ctx, id)
		},
		Tell: tellPathway[Pathway],
	})
}

// rewrite keeps a pathway and the course that is completed with it.
func rewrite(ctx context.Context, tx Tx, p Pathway) error {
	if err := tx.UpdateCourse(ctx, p.Course); err != nil {
		return err
	}
	p.Course.Version++
	if err := tx.SetCourseDetails(ctx, p.Course); err != nil {
		return err
	}
	if err := tx.UpdatePathway(ctx, p); err != nil {
		return err
	}
	return tx.LinkPathway(ctx, p.ID)
}

// fill validates an input and writes it into a pathway.
func (in PathwayInput) fill(ctx context.Context, tx Courses, p *Pathway) error {
	var c core.Collect
	line(&c, "title", &in.Title, 1, 120)
	note(&c, "description", &in.Description)
	if !courseCode.MatchString(p.Course.Code) {
		c.Add("code", "bad_code.pathway")
	}
	if len(in.Specialty) > 60 || !topicCode.MatchString(in.Specialty) {
		c.Add("specialty", "bad_specialty")
	}
	if in.Lasts.Months < 0 || in.Lasts.Months > 240 || in.Lasts.YearEnd && in.Lasts.Months == 0 {
		c.Add("valid_months", "bad_number.valid_months")
	}
	if err := checkStandard(&c, in.Standard); err != nil {
		return err
	}
	if err := in.steps(ctx, tx, &c, p); err != nil {
		return err
	}
	p.Course.Title, p.Course.Specialty, p.Course.Description = in.Title, in.Specialty, in.Description
	p.Course.Lasts, p.Course.Standard = in.Lasts, in.Standard
	return c.Err()
}

// steps finds the courses of an input's steps and writes them into a pathway.
func (in PathwayInput) steps(ctx context.Context, tx Courses, c *core.Collect, p *Pathway) error {
	if len(in.Steps) < 2 || len(in.Steps) > mostSteps {
		c.Add("steps", "bad_steps", "mostSteps", mostSteps)
		return nil
	}
	all, err := tx.CoursesOf(ctx, []core.OrganizationID{p.OrganizationID}, mostCourses)
	if err != nil {
		return err
	}
	p.Steps, p.Course.Prerequisites, p.Course.Minutes = nil, nil, 0
	reached := 0
	for i, step := range in.Steps {
		field := fmt.Sprintf("steps[%d]", i)
		level := slices.Index(Levels, step.Level)
		if level < 0 {
			c.Add(field+".level", "unknown_level")
		} else if level < reached {
			c.Add(field+".level", "bad_level", "levels", Levels[reached], "level", step.Level)
		}
		reached = max(reached, level)
		j := slices.IndexFunc(all, func(course core.Course) bool { return course.Code == step.CourseCode })
		switch {
		case j < 0 || all[j].ID == p.Course.ID:
			c.Add(field+".course_code", "unknown_course.code", "courseCode", step.CourseCode)
			continue
		case slices.ContainsFunc(p.Steps, func(s PathwayStep) bool { return s.CourseID == all[j].ID }):
			c.Add(field+".course_code", "repeated.specialty", "courseCode", step.CourseCode)
		}
		p.Steps = append(p.Steps, PathwayStep{
			PathwayID: p.ID, Number: i + 1, CourseID: all[j].ID, Code: all[j].Code, Title: all[j].Title, Minutes: all[j].Minutes, Level: step.Level,
		})
		p.Course.Minutes += all[j].Minutes
		p.Course.Prerequisites = append(p.Course.Prerequisites, core.Prerequisite{CourseCode: all[j].Code})
	}
	return nil
}

// Pathways lists a school's pathways, oldest first. Permission: pathway.read.
// Code: bad_cursor.
func (s *courses) Pathways(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Pathway], error) {
	all := act.ByID(access.PathwayRead, access.Target{Organization: org}, func(ctx context.Context, tx Tx, after core.PathwayID, limit int) ([]Pathway, error) {
		return tx.Pathways(ctx, org, after, limit)
	}, func(p Pathway) core.PathwayID { return p.ID })
	all.Alone = false // their steps are a statement of their own
	return act.List(ctx, s.act, a, page, all)
}

// Pathway finds a pathway. Permission: pathway.read. Code: not_found.
func (s *courses) Pathway(ctx context.Context, a access.Actor, id core.PathwayID) (Pathway, error) {
	return act.Read(ctx, s.act, a, access.PathwayRead, func(ctx context.Context, r act.Reader[Tx]) (Pathway, error) {
		p, err := r.Tx.Pathway(ctx, id)
		if err != nil {
			return Pathway{}, err
		}
		return p, r.May(ctx, access.Target{Organization: p.OrganizationID})
	})
}

// StepDone is a step of a pathway and how far someone is with it: Done is the
// last day of completion that counts, zero where there is none; Until the last
// day on which it counts, zero without end.
type StepDone struct {
	PathwayStep
	Done, Until core.Date
	Lapsed      bool
}

// Progress is how far someone is with a pathway. Completed is their completion
// of the whole, with no ID where there is none. Ready says that every step
// counts today.
type Progress struct {
	Pathway   Pathway
	Therapist core.Therapist
	Steps     []StepDone
	Ready     bool
	Completed core.CourseCompletion
}

// Progress tells how far a therapist is with a pathway. Permission: ability.read
// at the pathway's school. Code: not_found.
func (s *courses) Progress(ctx context.Context, a access.Actor, id core.PathwayID, therapist core.TherapistID) (Progress, error) {
	return act.Read(ctx, s.act, a, access.AbilityRead, func(ctx context.Context, r act.Reader[Tx]) (Progress, error) {
		pathway, err := r.Tx.Pathway(ctx, id)
		if err == nil {
			err = r.May(ctx, access.Target{Organization: pathway.OrganizationID, Therapist: therapist})
		}
		if err != nil {
			return Progress{}, err
		}
		return progressOf(ctx, r.Tx, a, pathway, therapist, core.DateOf(r.Now))
	})
}

func progressOf(ctx context.Context, tx Tx, a access.Actor, pathway Pathway, therapist core.TherapistID, today core.Date) (Progress, error) {
	p := Progress{Pathway: pathway, Ready: true}
	if !a.Is(therapist) {
		if _, err := tx.FileAt(ctx, pathway.OrganizationID, therapist); err != nil {
			return Progress{}, err
		}
	}
	var err error
	if p.Therapist, err = tx.Therapist(ctx, therapist); err != nil {
		return Progress{}, err
	}
	completions, courses, err := coursesOf(ctx, tx, therapist, []core.OrganizationID{pathway.OrganizationID})
	if err != nil {
		return Progress{}, err
	}
	for _, step := range pathway.Steps {
		done := stepDone(step, completions, courses, today)
		p.Ready = p.Ready && !done.Done.IsZero() && !done.Lapsed
		p.Steps = append(p.Steps, done)
	}
	for _, done := range completions {
		if done.CourseID == pathway.Course.ID {
			p.Completed = done
		}
	}
	return p, nil
}

// stepDone takes of a course's completions and those of its refreshers the one
// that counts for longest.
func stepDone(step PathwayStep, completions []core.CourseCompletion, courses map[core.CourseID]core.Course, today core.Date) StepDone {
	out := StepDone{PathwayStep: step}
	completed := slices.ContainsFunc(completions, func(c core.CourseCompletion) bool { return c.CourseID == step.CourseID })
	for _, done := range completions {
		c := courses[done.CourseID]
		if done.CourseID != step.CourseID && (!completed || c.Refreshes != step.Code) {
			continue
		}
		until := c.Lasts.Until(done.CompletedOn)
		if out.Done.IsZero() || !out.Until.IsZero() && (until.IsZero() || until.After(out.Until)) {
			out.Done, out.Until = done.CompletedOn, until
		}
	}
	out.Lapsed = !out.Until.IsZero() && out.Until.Before(today)
	return out
}

// CompletePathway records that a therapist has completed all of a pathway; then
// its certificate can be proposed. Permission: course_completion.record, not on
// one's own record. Codes: steps_missing (a field for each), duplicate,
// required, too_long, not_found.
func (s *courses) CompletePathway(ctx context.Context, a access.Actor, id core.PathwayID, therapist core.TherapistID, instructor string) (core.CourseCompletion, error) {
	return act.Do(ctx, s.act, a, recordsCompletion, act.Command[Tx, Pathway, core.CourseCompletion]{
		Prepare: func(context.Context) error {
			var c core.Collect
			line(&c, "instructor", &instructor, 1, 120)
			return c.Err()
		},
		Find: func(ctx context.Context, tx Tx) (act.Found[Pathway], error) {
			p, err := tx.Pathway(ctx, id)
			return act.Found[Pathway]{Thing: p, Owner: access.Target{Organization: p.OrganizationID, Therapist: therapist}}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], pathway Pathway) (core.CourseCompletion, error) {
			today := core.DateOf(x.Now)
			p, err := progressOf(ctx, x.Tx, a, pathway, therapist, today)
			switch {
			case err != nil:
				return core.CourseCompletion{}, err
			case !p.Completed.ID.IsZero() && !lapsed(p, today):
				return core.CourseCompletion{}, core.Conflict("duplicate.pathway_completion", "name", p.Therapist.Name)
			case !p.Ready:
				return core.CourseCompletion{}, p.missing()
			}
			org, err := x.Tx.Organization(ctx, pathway.OrganizationID)
			if err != nil {
				return core.CourseCompletion{}, err
			}
			return complete(ctx, x.Tx, core.CourseCompletion{
				ID: core.NewID[core.CourseCompletionID](s.src), OrganizationID: org.ID, CourseID: pathway.Course.ID, TherapistID: therapist,
				CompletedOn: org.Today(x.Now), Minutes: pathway.Course.Minutes, Instructor: instructor, RecordedBy: a.AccountID, RecordedAt: x.Now,
			})
		},
		Tell: func(_ Pathway, c core.CourseCompletion) []act.Told {
			return tellCompletion(c, map[string]string{"pathway": id.String()})
		},
	})
}

func lapsed(p Progress, today core.Date) bool {
	until := p.Pathway.Course.Lasts.Until(p.Completed.CompletedOn)
	return !until.IsZero() && until.Before(today)
}

// missing says which steps are not completed, or count no more.
func (p Progress) missing() error {
	fault := core.Conflict("steps_missing", "name", p.Therapist.Name)
	for i, step := range p.Steps {
		switch {
		case step.Done.IsZero():
			fault.Fields = append(fault.Fields, core.Field{Name: fmt.Sprintf("steps[%d]", i), Code: "steps_missing", ID: "steps_missing.step", Args: []any{"title", step.Title}})
		case step.Lapsed:
			fault.Fields = append(fault.Fields, core.Field{Name: fmt.Sprintf("steps[%d]", i), Code: "steps_missing",
				ID: "steps_missing.lapsed", Args: []any{"title", step.Title, "until", step.Until}})
		}
	}
	return fault
}
