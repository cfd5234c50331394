package continuing

import (
	"context"
	"errors"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

var describesCourse = act.Declare(access.CECourse, act.NewEvent("ce_course.write", "course"))

// SetCourse says what a school's course counts for; completions of before count
// alike from then on. Permission: ce_course.write. Codes by field: unknown_type,
// unknown_subject, repeated, bad_minutes, not_the_amount, more_than_amount.
func (s *Service) SetCourse(ctx context.Context, a access.Actor, course core.CourseID, in CourseCE) (CourseCE, error) {
	return act.Do(ctx, s.act, a, describesCourse, act.Command[Tx, core.Course, CourseCE]{
		Find: func(ctx context.Context, tx Tx) (act.Found[core.Course], error) {
			c, err := tx.Course(ctx, course)
			return act.Found[core.Course]{Thing: c, Owner: access.Target{Organization: c.OrganizationID}}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], c core.Course) (CourseCE, error) {
			said, err := in.of(c)
			if err != nil {
				return CourseCE{}, err
			}
			before, err := courseCE(ctx, x.Tx, course)
			said.Version = before.Version + 1
			return said, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ core.Course, said CourseCE) error {
			return x.Tx.PutCourseCE(ctx, said)
		},
		Tell: func(c core.Course, _ CourseCE) []act.Told { return act.Of(c.ID.String(), nil) },
	})
}

// of checks what someone says of a course, all faults at once.
func (in CourseCE) of(c core.Course) (CourseCE, error) {
	var f form
	kind, err := ParseCEType(string(in.Type))
	_ = f.Check("type", err)
	ce := CEActivity{Amount: CEAmount{Minutes: c.Minutes}}
	f.lines(&ce, in.Lines)
	if in.HandsOn < 0 || in.HandsOn > c.Minutes {
		f.Add("hands_on", "more_than_amount")
	}
	return CourseCE{CourseID: c.ID, Type: kind, HandsOn: in.HandsOn, Lines: ce.Lines}, f.Err()
}

// courseCE is what a course counts for; one of which nobody said anything is live.
func courseCE(ctx context.Context, tx Tx, id core.CourseID) (CourseCE, error) {
	said, err := tx.CourseCE(ctx, id)
	if errors.Is(err, core.ErrNotFound) {
		return CourseCE{CourseID: id, Type: CELive}, nil
	}
	return said, err
}

// Course is what a school's course counts for; one of which nobody said anything
// is live, and all of it about massage. Permission: ce_course.write.
func (s *Service) Course(ctx context.Context, a access.Actor, id core.CourseID) (CourseCE, core.Course, error) {
	var c core.Course
	ce, err := act.Read(ctx, s.act, a, access.CECourse, func(ctx context.Context, r act.Reader[Tx]) (ce CourseCE, err error) {
		if c, err = r.Tx.Course(ctx, id); err == nil {
			err = r.May(ctx, access.Target{Organization: c.OrganizationID})
		}
		if err != nil {
			return ce, err
		}
		return courseCE(ctx, r.Tx, id)
	})
	if err != nil {
		return CourseCE{}, core.Course{}, err
	}
	return ce, c, nil
}
