package licensure

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// CourseInput is what a school says of a course. Specialty is the topic, such
// as "manual-lymphatic-drainage"; Minutes are its length, set by the school.
type CourseInput struct {
	Code, Title, Specialty, Description string
	Minutes                             core.Minutes
	Prerequisites                       []core.Prerequisite
}

var (
	courseCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,39}$`)
	topic      = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

const (
	mostMinutes       = 5_000 * 60
	mostPrerequisites = 10
)

// CreateCourse adds a course. Permission: course.write. Codes: those of the
// fields (required, too_long, bad_character, bad_code, bad_specialty,
// bad_minutes, bad_prerequisite, unknown_course), duplicate.
func (s *Service) CreateCourse(ctx context.Context, a access.Actor, org core.OrganizationID, in CourseInput) (core.Course, error) {
	if err := access.Can(a, access.CourseWrite, access.Target{Organization: org}); err != nil {
		return core.Course{}, err
	}
	now := s.src.Now()
	c := core.Course{ID: core.NewID[core.CourseID](s.src), OrganizationID: org, CreatedAt: now, Version: 1}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := fill(ctx, tx, &c, in); err != nil {
			return err
		}
		if err := tx.InsertCourse(ctx, c); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, "course.create", "course", c.ID.String())
	})
	if errors.Is(err, core.ErrDuplicate) {
		err = core.InvalidField("code", "duplicate", "There is a course with this code already.")
	}
	if err != nil {
		return core.Course{}, err
	}
	return c, nil
}

// UpdateCourse changes a course but for its code. What was certified already
// stays as it is. Permission: course.write. Codes: those of CreateCourse,
// code_fixed, stale.
func (s *Service) UpdateCourse(ctx context.Context, a access.Actor, id core.CourseID, version int, in CourseInput) (core.Course, error) {
	now := s.src.Now()
	var c core.Course
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if c, err = tx.Course(ctx, id); err != nil {
			return err
		}
		if err := access.Can(a, access.CourseWrite, access.Target{Organization: c.OrganizationID}); err != nil {
			return err
		}
		if version != 0 && version != c.Version {
			return core.ErrStale
		}
		if in.Code == "" {
			in.Code = c.Code
		}
		if in.Code != c.Code {
			return core.InvalidField("code", "code_fixed", "A course keeps its code; make a new course instead.")
		}
		if err := fill(ctx, tx, &c, in); err != nil {
			return err
		}
		if err := tx.UpdateCourse(ctx, c); err != nil {
			return err
		}
		c.Version++
		return s.audit(ctx, tx, a, now, c.OrganizationID, "course.update", "course", c.ID.String())
	})
	if err != nil {
		return core.Course{}, err
	}
	return c, nil
}

// fill validates an input and writes it into a course.
func fill(ctx context.Context, tx Tx, c *core.Course, in CourseInput) error {
	var f form
	in.Code, in.Specialty = strings.TrimSpace(in.Code), strings.TrimSpace(in.Specialty)
	in.Description = strings.ReplaceAll(in.Description, "\t", " ")
	f.line("title", &in.Title, 1, 120)
	f.note("description", &in.Description)
	if !courseCode.MatchString(in.Code) {
		f.Add("code", "bad_code", "A code has 1 to 40 letters, digits and hyphens, such as MLD-1.")
	}
	if !topic.MatchString(in.Specialty) || len(in.Specialty) > 60 {
		f.Add("specialty", "bad_specialty", "A specialty is written in lower case with hyphens, such as manual-lymphatic-drainage.")
	}
	if in.Minutes < 1 || in.Minutes > mostMinutes {
		f.Add("minutes", "bad_minutes", "A course has between 1 minute and %s.", core.Minutes(mostMinutes))
	}
	if len(in.Prerequisites) > mostPrerequisites {
		f.Add("prerequisites", "too_many", "A course has at most %d prerequisites.", mostPrerequisites)
	}
	for i, p := range in.Prerequisites {
		if err := checkPrerequisite(ctx, tx, c.OrganizationID, in.Code, p); err != nil {
			if err := f.Check(fmt.Sprintf("prerequisites[%d]", i), err); err != nil {
				return err
			}
		}
	}
	c.Code, c.Title, c.Specialty, c.Description = in.Code, in.Title, in.Specialty, in.Description
	c.Minutes, c.Prerequisites = in.Minutes, slices.Clone(in.Prerequisites)
	return f.Err()
}

// checkPrerequisite wants exactly one part of a prerequisite to be set, and a
// course that it names to exist.
func checkPrerequisite(ctx context.Context, tx Tx, org core.OrganizationID, self string, p core.Prerequisite) error {
	parts := 0
	for _, set := range []bool{p.Licensed, p.Minutes != 0, p.CourseCode != ""} {
		if set {
			parts++
		}
	}
	switch {
	case parts != 1 || p.Minutes < 0 || p.Minutes > mostMinutes:
		return core.Invalid("bad_prerequisite", "A prerequisite is one of: licensed, a number of certified minutes, another course.")
	case p.CourseCode == "":
		return nil
	case p.CourseCode == self:
		return core.Invalid("bad_prerequisite", "A course cannot be its own prerequisite.")
	}
	_, err := tx.CourseByCode(ctx, org, p.CourseCode)
	if errors.Is(err, core.NotFound("course")) {
		return core.Invalid("unknown_course", "There is no course with the code %s.", p.CourseCode)
	}
	return err
}

// Courses lists a school's courses by code. Permission: course.read. Code:
// bad_cursor.
func (s *Service) Courses(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Course], error) {
	if err := access.Can(a, access.CourseRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Course]{}, err
	}
	parts, err := core.DecodeCursor(page.Cursor, 1)
	if err != nil {
		return core.List[core.Course]{}, err
	}
	var rows []core.Course
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.Courses(ctx, org, strings.Join(parts, ""), page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(c core.Course) string { return c.Code }), err
}

// Course finds a course. Permission: course.read. Code: not_found.
func (s *Service) Course(ctx context.Context, a access.Actor, id core.CourseID) (core.Course, error) {
	var c core.Course
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if c, err = tx.Course(ctx, id); err != nil {
			return err
		}
		return access.Can(a, access.CourseRead, access.Target{Organization: c.OrganizationID})
	})
	if err != nil {
		return core.Course{}, err
	}
	return c, nil
}
