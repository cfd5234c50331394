package licensure

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// CompletionInput says who finished a course, and when. The therapist is named
// by TherapistID, if the school knows them, or by Email; Name is needed where
// the address is new to Palmar. Minutes 0 are the course's own.
type CompletionInput struct {
	Email       string
	Name        string
	TherapistID core.TherapistID
	CompletedOn core.Date
	Minutes     core.Minutes
	Instructor  string
	Note        string
}

// RecordCompletion records that a therapist finished a course. Somebody who is
// not known yet gets an account without a password and becomes a student of the
// school. A record never changes. Permission: course_completion.record, not on
// one's own record. Codes: those of the fields (required, bad_email, bad_date,
// date_in_future, too_few_minutes, too_long, bad_character), duplicate,
// not_found.
func (s *Service) RecordCompletion(ctx context.Context, a access.Actor, course core.CourseID, in CompletionInput) (core.CourseCompletion, error) {
	now := s.src.Now()
	var recorded core.CourseCompletion
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Course(ctx, course)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.CourseRecord, access.Target{Organization: c.OrganizationID}); err != nil {
			return err
		}
		if err := s.checkCompletion(ctx, tx, c, &in, now); err != nil {
			return err
		}
		therapist, err := s.student(ctx, tx, c.OrganizationID, in, now)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.CourseRecord, access.Target{Organization: c.OrganizationID, Therapist: therapist}); err != nil {
			return err
		}
		id := core.NewID[core.CourseCompletionID](s.src)
		err = tx.InsertCourseCompletion(ctx, core.CourseCompletion{
			ID: id, OrganizationID: c.OrganizationID, CourseID: c.ID, TherapistID: therapist, CompletedOn: in.CompletedOn,
			Minutes: in.Minutes, Instructor: in.Instructor, Note: in.Note, RecordedBy: a.AccountID, RecordedAt: now,
		})
		if err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, c.OrganizationID, "course_completion.record", "course_completion", id.String()); err != nil {
			return err
		}
		recorded, err = tx.CourseCompletion(ctx, id)
		return err
	})
	if errors.Is(err, core.ErrDuplicate) {
		err = core.Conflict("duplicate", "This completion is recorded already.")
	}
	return recorded, err
}

func (s *Service) checkCompletion(ctx context.Context, tx Tx, c core.Course, in *CompletionInput, now time.Time) error {
	org, err := tx.Organization(ctx, c.OrganizationID)
	if err != nil {
		return err
	}
	if in.Minutes == 0 {
		in.Minutes = c.Minutes
	}
	var f form
	f.day("completed_on", in.CompletedOn, org.Today(now))
	f.line("instructor", &in.Instructor, 1, 120)
	f.note("note", &in.Note)
	f.line("name", &in.Name, 0, 120)
	if in.Minutes < c.Minutes || in.Minutes > mostMinutes {
		f.Add("minutes", "too_few_minutes", "The course has %s; whoever completes it has at least that.", c.Minutes)
	}
	if in.TherapistID.IsZero() {
		f.keep("email", &in.Email, core.NormalizeEmail)
	}
	return f.Err()
}

// student finds or makes the therapist whom an input names.
func (s *Service) student(ctx context.Context, tx Tx, org core.OrganizationID, in CompletionInput, now time.Time) (core.TherapistID, error) {
	if !in.TherapistID.IsZero() {
		orgs, err := tx.TherapistOrganizations(ctx, in.TherapistID)
		if err == nil && !slices.Contains(orgs, org) {
			err = core.NotFound("therapist")
		}
		return in.TherapistID, err
	}
	known, err := tx.PersonByEmail(ctx, in.Email)
	switch {
	case errors.Is(err, core.NotFound("person")):
		if in.Name == "" {
			return core.TherapistID{}, core.InvalidField("name", "required", "Nobody has this e-mail address yet: a name is needed.")
		}
	case err != nil:
		return core.TherapistID{}, err
	default:
		in.Name = known.Name
	}
	return tx.EnsureStudent(ctx, org, core.NewID[core.MemberID](s.src), core.Therapist{
		ID: core.NewID[core.TherapistID](s.src), AccountID: core.NewID[core.AccountID](s.src), Name: in.Name, Email: in.Email,
	}, now)
}

// Completions lists a school's recorded completions, newest first; students see
// their own. Permission: course_completion.read. Code: bad_cursor.
func (s *Service) Completions(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.CourseCompletion], error) {
	scope, err := access.Scope(a, access.CourseCompletionRead, org)
	if err != nil {
		return core.List[core.CourseCompletion]{}, err
	}
	after, err := core.AfterID[core.CourseCompletionID](page.Cursor)
	if err != nil {
		return core.List[core.CourseCompletion]{}, err
	}
	var rows []core.CourseCompletion
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.CourseCompletions(ctx, org, scope.Therapist, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(c core.CourseCompletion) string { return c.ID.String() }), err
}

// Completion finds a completion. Permission: course_completion.read. Code:
// not_found.
func (s *Service) Completion(ctx context.Context, a access.Actor, id core.CourseCompletionID) (core.CourseCompletion, error) {
	var c core.CourseCompletion
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if c, err = tx.CourseCompletion(ctx, id); err != nil {
			return err
		}
		return access.Can(a, access.CourseCompletionRead, access.Target{Organization: c.OrganizationID, Therapist: c.TherapistID})
	})
	if err != nil {
		return core.CourseCompletion{}, err
	}
	return c, nil
}
