package specialty

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// CourseInput is what a school says of a course. Specialty is the topic, such
// as "manual-lymphatic-drainage"; Minutes are its length, set by the school.
type CourseInput struct {
	Code, Title, Specialty, Description string
	Minutes                             core.Minutes
	Prerequisites                       []core.Prerequisite
}

var courseCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,39}$`)

const (
	mostMinutes       = 5_000 * 60
	mostPrerequisites = 10
	mostNote          = 2_000 // characters
)

var createsCourse = act.Declare(access.CourseWrite, act.NewEvent("course.create", "course"))

// CreateCourse adds a course. Permission: course.write. Codes: those of the
// fields (required, too_long, bad_character, bad_code, bad_specialty,
// bad_minutes, bad_prerequisite, unknown_course), duplicate.
func (s *courses) CreateCourse(ctx context.Context, a access.Actor, org core.OrganizationID, in CourseInput) (core.Course, error) {
	return act.Do(ctx, s.act, a, createsCourse, act.Command[Tx, struct{}, core.Course]{
		At: access.Target{Organization: org},
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (core.Course, error) {
			c := core.Course{ID: core.NewID[core.CourseID](s.src), OrganizationID: org, CreatedAt: x.Now, Version: 1}
			return c, in.fill(ctx, x.Tx, &c)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, c core.Course) error {
			err := x.Tx.InsertCourse(ctx, c)
			if errors.Is(err, core.ErrDuplicate) {
				return core.InvalidField("code", "duplicate.course_code")
			}
			return err
		},
		Tell: tellCourse[struct{}],
	})
}

var updatesCourse = act.Declare(access.CourseWrite, act.NewEvent("course.update", "course"))

func tellCourse[N any](_ N, c core.Course) []act.Told { return act.Of(c.ID.String(), nil) }

// UpdateCourse changes a course but for its code. What was certified already
// stays as it is. Permission: course.write. Codes: those of CreateCourse,
// code_fixed, stale.
func (s *courses) UpdateCourse(ctx context.Context, a access.Actor, id core.CourseID, version int, in CourseInput) (core.Course, error) {
	return act.Do(ctx, s.act, a, updatesCourse, act.Command[Tx, core.Course, core.Course]{
		Version: version,
		Find:    findCourse(id),
		Change: func(ctx context.Context, x act.Step[Tx], c core.Course) (core.Course, error) {
			if in.Code == "" {
				in.Code = c.Code
			}
			if in.Code != c.Code {
				return c, core.InvalidField("code", "code_fixed")
			}
			err := in.fill(ctx, x.Tx, &c)
			c.Version++
			return c, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to core.Course) error {
			to.Version = from.Version
			return x.Tx.UpdateCourse(ctx, to)
		},
		Tell: tellCourse[core.Course],
	})
}

func findCourse(id core.CourseID) func(context.Context, Tx) (act.Found[core.Course], error) {
	return func(ctx context.Context, tx Tx) (act.Found[core.Course], error) {
		c, err := tx.Course(ctx, id)
		return act.Found[core.Course]{Thing: c, Owner: access.Target{Organization: c.OrganizationID}, Version: c.Version}, err
	}
}

// fill validates an input and writes it into a course.
func (in CourseInput) fill(ctx context.Context, tx Courses, course *core.Course) error {
	var c core.Collect
	in.Code, in.Specialty = strings.TrimSpace(in.Code), strings.TrimSpace(in.Specialty)
	in.Description = strings.ReplaceAll(in.Description, "\t", " ")
	line(&c, "title", &in.Title, 1, 120)
	note(&c, "description", &in.Description)
	if !courseCode.MatchString(in.Code) {
		c.Add("code", "bad_code.course")
	}
	if !topicCode.MatchString(in.Specialty) || len(in.Specialty) > 60 {
		c.Add("specialty", "bad_specialty")
	}
	if in.Minutes < 1 || in.Minutes > mostMinutes {
		c.Add("minutes", "bad_minutes.course", "mostMinutes", core.Minutes(mostMinutes))
	}
	if len(in.Prerequisites) > mostPrerequisites {
		c.Add("prerequisites", "too_many.prerequisites", "mostPrerequisites", mostPrerequisites)
	}
	for i, p := range in.Prerequisites {
		if err := checkPrerequisite(ctx, tx, course.OrganizationID, in.Code, p); err != nil {
			if err := c.Check(fmt.Sprintf("prerequisites[%d]", i), err); err != nil {
				return err
			}
		}
	}
	course.Code, course.Title, course.Specialty, course.Description = in.Code, in.Title, in.Specialty, in.Description
	course.Minutes, course.Prerequisites = in.Minutes, slices.Clone(in.Prerequisites)
	return c.Err()
}

// checkPrerequisite wants exactly one part of a prerequisite to be set, and a
// course that it names to exist.
func checkPrerequisite(ctx context.Context, tx Courses, org core.OrganizationID, self string, p core.Prerequisite) error {
	parts := 0
	for _, set := range []bool{p.Licensed, p.Minutes != 0, p.CourseCode != ""} {
		if set {
			parts++
		}
	}
	switch {
	case parts != 1 || p.Minutes < 0 || p.Minutes > mostMinutes:
		return core.Invalid("bad_prerequisite.kind")
	case p.CourseCode == "":
		return nil
	case p.CourseCode == self:
		return core.Invalid("bad_prerequisite.self")
	}
	_, err := tx.CourseByCode(ctx, org, p.CourseCode)
	if errors.Is(err, core.NotFound("course")) {
		return core.Invalid("unknown_course.code", "courseCode", p.CourseCode)
	}
	return err
}

// Courses lists a school's courses by code. Permission: course.read. Code:
// bad_cursor.
func (s *courses) Courses(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Course], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, core.Course]{
		Action: access.CourseRead, Parts: 1, Alone: true,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]core.Course, error) {
			if err := r.May(ctx, access.Target{Organization: org}); err != nil {
				return nil, err
			}
			return r.Tx.Courses(ctx, org, strings.Join(part.After, ""), part.Limit)
		},
		Key: func(c core.Course) []string { return []string{c.Code} },
	})
}

// Course finds a course. Permission: course.read. Code: not_found.
func (s *courses) Course(ctx context.Context, a access.Actor, id core.CourseID) (core.Course, error) {
	return act.Look(ctx, s.act, a, access.CourseRead, func(ctx context.Context, r act.Reader[Tx]) (core.Course, error) {
		c, err := r.Tx.Course(ctx, id)
		if err != nil {
			return core.Course{}, err
		}
		return c, r.May(ctx, access.Target{Organization: c.OrganizationID})
	})
}
