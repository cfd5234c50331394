package specialty

import (
	"context"
	"errors"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/notice"
	"github.com/palmar/palmar/pkg/words"
)

// CompletionInput says who finished a course, and when. The therapist is named
// by TherapistID, if the school knows them, or by Email; Name is needed where the
// address is new to the school, and SamePerson where it has it under another name.
// Minutes 0 are the course's own.
type CompletionInput struct {
	Email       string
	Name        string
	SamePerson  *bool
	TherapistID core.TherapistID
	CompletedOn core.Date
	Minutes     core.Minutes
	Instructor  string
	Note        string
}

var (
	completionRecorded = act.NewEvent("course_completion.record", "course_completion")
	recordsCompletion  = act.Declare(access.CourseRecord, completionRecorded)
)

// RecordCompletion records that a therapist finished a course. Of someone who is new
// to the school it gets a file. A record never changes. Permission: course_completion.record, not on
// one's own record. Codes: those of the fields (required, bad_email, bad_date,
// date_in_future, too_few_minutes, too_long, bad_character), duplicate,
// not_found.
func (s *courses) RecordCompletion(ctx context.Context, a access.Actor, course core.CourseID, in CompletionInput) (core.CourseCompletion, error) {
	return act.Do(ctx, s.act, a, recordsCompletion, act.Command[Tx, core.Course, core.CourseCompletion]{
		Find: func(ctx context.Context, tx Tx) (act.Found[core.Course], error) { return in.find(ctx, tx, a, course) },
		Change: func(ctx context.Context, x act.Step[Tx], of core.Course) (core.CourseCompletion, error) {
			if err := in.check(ctx, x.Tx, of, x.Now); err != nil {
				return core.CourseCompletion{}, err
			}
			therapist, err := s.student(ctx, x.Tx, of.OrganizationID, in, x.Now)
			if err != nil {
				return core.CourseCompletion{}, err
			}
			return complete(ctx, x.Tx, core.CourseCompletion{
				ID: core.NewID[core.CourseCompletionID](s.src), OrganizationID: of.OrganizationID, CourseID: course, TherapistID: therapist,
				CompletedOn: in.CompletedOn, Minutes: in.Minutes, Instructor: in.Instructor, Note: in.Note, RecordedBy: a.AccountID, RecordedAt: x.Now,
			})
		},
		Tell: func(_ core.Course, c core.CourseCompletion) []act.Told { return tellCompletion(c, nil) },
	})
}

// complete keeps a completion and gives it with the names of course and person.
func complete(ctx context.Context, tx Earned, c core.CourseCompletion) (core.CourseCompletion, error) {
	err := tx.InsertCourseCompletions(ctx, []core.CourseCompletion{c})
	if errors.Is(err, core.ErrDuplicate) {
		return c, core.Conflict("duplicate.completion")
	}
	if err != nil {
		return c, err
	}
	return tx.CourseCompletion(ctx, c.ID)
}

func tellCompletion(c core.CourseCompletion, details map[string]string) []act.Told {
	return []act.Told{{
		Owner: access.Target{Organization: c.OrganizationID, Therapist: c.TherapistID}, Subject: c.ID.String(), Details: details,
		About: aboutCompletion(c, c.CourseTitle),
	}}
}

// aboutCompletion is a completion that a school added to a record.
func aboutCompletion(c core.CourseCompletion, course string) notice.Added {
	return notice.Added{
		Therapist: c.TherapistID, What: words.S("added.completion", "name", course, "on", c.CompletedOn),
		Path: "/record/readiness", RecordPath: "/therapists/" + c.TherapistID.String() + "/readiness",
	}
}

// find finds the course, and the person whom an input names as far as they are
// known: nobody records for themselves.
func (in CompletionInput) find(ctx context.Context, tx Tx, a access.Actor, course core.CourseID) (act.Found[core.Course], error) {
	c, err := tx.Course(ctx, course)
	found := act.Found[core.Course]{Thing: c, Owner: access.Target{Organization: c.OrganizationID}}
	if err != nil {
		return found, err
	}
	therapist := in.TherapistID
	if therapist.IsZero() {
		email, err := core.NormalizeEmail(in.Email)
		if err != nil {
			return found, nil //nolint:nilerr // what is wrong with it is told to who may record
		}
		known, err := tx.StudentsByEmail(ctx, c.OrganizationID, []string{email})
		if err != nil {
			return found, err
		}
		therapist = known[email].TherapistID
		if email == a.Email && !a.MayBe(therapist) {
			return found, core.Forbidden("own_record.access")
		}
	}
	if !therapist.IsZero() {
		found.Others = []access.Target{{Organization: c.OrganizationID, Therapist: therapist}}
	}
	return found, nil
}

func (in *CompletionInput) check(ctx context.Context, tx People, course core.Course, now time.Time) error {
	org, err := tx.Organization(ctx, course.OrganizationID)
	if err != nil {
		return err
	}
	if in.Minutes == 0 {
		in.Minutes = course.Minutes
	}
	var c core.Collect
	switch {
	case in.CompletedOn.IsZero():
		c.Add("completed_on", "required.date_needed")
	case in.CompletedOn.Year < 1900 || in.CompletedOn.Year > 2200:
		c.Add("completed_on", "bad_date.completed_on", "completedOn", in.CompletedOn)
	case in.CompletedOn.After(org.Today(now)):
		c.Add("completed_on", "date_in_future.completed_on", "completedOn", in.CompletedOn)
	}
	line(&c, "instructor", &in.Instructor, 1, 120)
	note(&c, "note", &in.Note)
	line(&c, "name", &in.Name, 0, 120)
	if in.Minutes < course.Minutes || in.Minutes > mostMinutes {
		c.Add("minutes", "too_few_minutes", "minutes", course.Minutes)
	}
	if in.TherapistID.IsZero() {
		email, err := core.NormalizeEmail(in.Email)
		_ = c.Check("email", err) // a fault
		in.Email = email
	}
	return c.Err()
}

// student finds the record, or makes the file, of whom an input names.
func (s *courses) student(ctx context.Context, tx People, org core.OrganizationID, in CompletionInput, now time.Time) (core.TherapistID, error) {
	if !in.TherapistID.IsZero() {
		return tx.FileAt(ctx, org, in.TherapistID)
	}
	return fileFor(ctx, tx, s.src, org, in.Email, in.Name, in.SamePerson, now)
}

// Completions lists a school's recorded completions, newest first; students see
// their own. Permission: course_completion.read. Code: bad_cursor.
func (s *courses) Completions(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.CourseCompletion], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, core.CourseCompletion]{
		Action: access.CourseCompletionRead, Parts: 1, Alone: true,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]core.CourseCompletion, error) {
			after, err := act.AfterID[core.CourseCompletionID](part, 0)
			if err != nil {
				return nil, err
			}
			scope, err := r.Scope(org)
			if err != nil {
				return nil, err
			}
			return r.Tx.CourseCompletions(ctx, org, scope.Therapist, after, part.Limit)
		},
		Key: func(c core.CourseCompletion) []string { return []string{c.ID.String()} },
	})
}

// Completion finds a completion. Permission: course_completion.read. Code:
// not_found.
func (s *courses) Completion(ctx context.Context, a access.Actor, id core.CourseCompletionID) (core.CourseCompletion, error) {
	return act.Look(ctx, s.act, a, access.CourseCompletionRead, func(ctx context.Context, r act.Reader[Tx]) (core.CourseCompletion, error) {
		c, err := r.Tx.CourseCompletion(ctx, id)
		if err != nil {
			return core.CourseCompletion{}, err
		}
		return c, r.May(ctx, access.Target{Organization: c.OrganizationID, Therapist: c.TherapistID})
	})
}
