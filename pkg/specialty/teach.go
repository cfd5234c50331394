package specialty

import (
	"context"
	"fmt"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// AddSession adds a meeting to an open section. Permission: section.teach, of
// one's own section or by the office. Codes by field as for PlanSection;
// other_supervisor, not_open, too_many, not_found.
func (s *Service) AddSession(ctx context.Context, a access.Actor, id core.SectionID, in SessionInput) (core.SectionSession, error) {
	now := s.src.Now()
	var made core.SectionSession
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		section, err := taught(ctx, tx, a, id)
		if err != nil {
			return err
		}
		all, err := tx.SectionSessions(ctx, id)
		if err != nil {
			return err
		}
		var c core.Collect
		made = in.session(&c, "", section)
		made.ID = core.NewID[core.SectionSessionID](s.src)
		if len(all) >= mostSessions {
			c.Add("date", "too_many", "A section has at most %d sessions.", mostSessions)
		}
		if err := c.Err(); err != nil {
			return err
		}
		if err := tx.InsertSectionSessions(ctx, []core.SectionSession{made}); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, section.OrganizationID, "section.teach", "section", id.String(), nil)
	})
	return made, err
}

// taught locks an open section that the actor runs.
func taught(ctx context.Context, tx Sections, a access.Actor, id core.SectionID) (core.Section, error) {
	section, err := openSection(ctx, tx, a, access.SectionTeach, id, 0)
	if err != nil {
		return section, err
	}
	return section, teaches(a, section)
}

// MarkInput says of one person whether they were at a session, and for how long;
// 0 minutes of somebody present are all of it.
type MarkInput struct {
	TherapistID core.TherapistID
	Mark        core.Mark
	Minutes     core.Minutes
}

// MarkSession writes who was at a session, over what was written before.
// Permission: section.teach, of one's own section or by the office, not on one's
// own record. Codes by field: unknown_student, unknown_mark, bad_minutes;
// own_record, other_supervisor, not_open, not_found.
func (s *Service) MarkSession(ctx context.Context, a access.Actor, id core.SectionSessionID, in []MarkInput) (SectionDetail, error) {
	now := s.src.Now()
	var d SectionDetail
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		session, err := tx.SectionSession(ctx, id)
		if err != nil {
			return err
		}
		section, err := taught(ctx, tx, a, session.SectionID)
		if err != nil {
			return err
		}
		places, err := tx.PlacesOf(ctx, section.ID)
		if err != nil {
			return err
		}
		marks, err := marksOf(a, session, places, in)
		if err != nil {
			return err
		}
		for i := range marks {
			marks[i].MarkedBy, marks[i].MarkedAt = a.AccountID, now
		}
		if err := tx.SaveSessionMarks(ctx, marks); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, section.OrganizationID, "section.teach", "section", section.ID.String(), map[string]string{"marked": fmt.Sprint(len(marks))}); err != nil {
			return err
		}
		d, err = sectionDetail(ctx, tx, a, section.ID)
		return err
	})
	return d, err
}

func marksOf(a access.Actor, session core.SectionSession, places []core.Place, in []MarkInput) ([]core.SessionMark, error) {
	var c core.Collect
	var marks []core.SessionMark
	seen := map[core.TherapistID]bool{}
	for i, m := range in {
		field := func(name string) string { return fmt.Sprintf("marks[%d].%s", i, name) }
		seated := slices.ContainsFunc(places, func(p core.Place) bool { return p.TherapistID == m.TherapistID && p.State == core.PlaceSeated })
		switch {
		case m.TherapistID == a.TherapistID && !a.TherapistID.IsZero():
			return nil, core.Forbidden("own_record", "Nobody decides on a record of their own.")
		case !seated || seen[m.TherapistID]:
			c.Add(field("therapist_id"), "unknown_student", "This person has no seat in the section, or is named twice.")
		case m.Mark != core.MarkPresent && m.Mark != core.MarkAbsent:
			c.Add(field("mark"), "unknown_mark", "The mark is present or absent.")
		case m.Minutes < 0 || m.Minutes > session.Minutes:
			c.Add(field("minutes"), "bad_minutes", "The session has %s; nobody was there for longer.", session.Minutes)
		}
		seen[m.TherapistID] = true
		switch {
		case m.Mark == core.MarkAbsent:
			m.Minutes = 0
		case m.Minutes == 0:
			m.Minutes = session.Minutes
		}
		marks = append(marks, core.SessionMark{SessionID: session.ID, TherapistID: m.TherapistID, Mark: m.Mark, Minutes: m.Minutes})
	}
	return marks, c.Err()
}

// ExamInput is the outcome of one attempt. Score is a percentage where Scored.
type ExamInput struct {
	Passed, Scored bool
	Score          int
	TakenOn        core.Date
	Note           string
}

// RecordExam records an attempt at the practical examination of a section, the
// next after those recorded. It never changes. Permission: section.teach, of
// one's own section or by the office, not on one's own record. Codes by field:
// unknown_student, bad_score, outside_section, date_in_future, too_long;
// passed_already, own_record, other_supervisor, not_open, not_found.
func (s *Service) RecordExam(ctx context.Context, a access.Actor, id core.SectionID, therapist core.TherapistID, in ExamInput) (core.ExamResult, error) {
	now := s.src.Now()
	var result core.ExamResult
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		section, place, err := taughtPlace(ctx, tx, a, id, therapist)
		if err != nil {
			return err
		}
		org, err := tx.Organization(ctx, section.OrganizationID)
		if err != nil {
			return err
		}
		if place.Passed {
			return core.Conflict("passed_already", "%s has passed already.", place.Name)
		}
		var c core.Collect
		note(&c, "note", &in.Note, 2000)
		if in.Scored && (in.Score < 0 || in.Score > 100) {
			c.Add("score", "bad_score", "A score is a percentage from 0 to 100.")
		}
		switch {
		case in.TakenOn.IsZero() || in.TakenOn.Before(section.StartsOn):
			c.Add("taken_on", "outside_section", "An examination is taken on the first day of the section or later.")
		case in.TakenOn.After(org.Today(now)):
			c.Add("taken_on", "date_in_future", "%s has not come yet.", in.TakenOn)
		}
		if err := c.Err(); err != nil {
			return err
		}
		result = core.ExamResult{
			SectionID: id, TherapistID: therapist, Attempt: place.Attempts + 1, Passed: in.Passed, Scored: in.Scored, Score: in.Score,
			TakenOn: in.TakenOn, Note: in.Note, RecordedBy: a.AccountID, RecordedAt: now,
		}
		if err := tx.InsertExamResult(ctx, result); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, section.OrganizationID, "exam.record", "section", id.String(), map[string]string{"attempt": fmt.Sprint(result.Attempt)})
	})
	return result, err
}

// taughtPlace is the place of somebody seated in an open section that the actor
// runs.
func taughtPlace(ctx context.Context, tx Tx, a access.Actor, id core.SectionID, therapist core.TherapistID) (core.Section, core.Place, error) {
	section, err := taught(ctx, tx, a, id)
	if err != nil {
		return section, core.Place{}, err
	}
	if therapist == a.TherapistID && !therapist.IsZero() {
		return section, core.Place{}, core.Forbidden("own_record", "Nobody decides on a record of their own.")
	}
	places, err := tx.PlacesOf(ctx, id)
	if err != nil {
		return section, core.Place{}, err
	}
	i := slices.IndexFunc(places, func(p core.Place) bool { return p.TherapistID == therapist && p.State == core.PlaceSeated })
	if i < 0 {
		return section, core.Place{}, core.InvalidField("therapist_id", "unknown_student", "This person has no seat in the section.")
	}
	return section, places[i], nil
}

// Finish ends a section. Who has attended as much as the course is long, and
// passed where there is an examination, has completed the course with the
// attended minutes on the section's last day: then the certificate can be
// proposed. The others have not, and the reason is kept; who still waits is
// withdrawn. Permission: course_completion.record, not with one's own place in
// it. Codes: not_over, own_record, duplicate (a completion of that day is
// recorded already), not_open, stale, not_found.
func (s *Service) Finish(ctx context.Context, a access.Actor, id core.SectionID, version int) (SectionDetail, error) {
	now := s.src.Now()
	var d SectionDetail
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		section, err := openSection(ctx, tx, a, access.CourseRecord, id, version)
		if err != nil {
			return err
		}
		org, err := tx.Organization(ctx, section.OrganizationID)
		if err != nil {
			return err
		}
		if section.EndsOn.After(org.Today(now)) {
			return core.Conflict("not_over", "The section ends on %s; finish it then.", section.EndsOn)
		}
		places, err := tx.PlacesOf(ctx, id)
		if err != nil {
			return err
		}
		closed, completions, err := s.outcome(a, section, places)
		if err != nil {
			return err
		}
		for i := range completions {
			completions[i].RecordedAt = now
		}
		if err := tx.InsertCourseCompletions(ctx, completions); err != nil {
			return err
		}
		if err := tx.ClosePlaces(ctx, closed); err != nil {
			return err
		}
		section.State = core.SectionFinished
		if err := tx.UpdateSection(ctx, section); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, org.ID, "section.finish", "section", id.String(), map[string]string{"completed": fmt.Sprint(len(completions))}); err != nil {
			return err
		}
		d, err = sectionDetail(ctx, tx, a, id)
		return err
	})
	return d, err
}

// outcome judges every place of a section.
func (s *Service) outcome(a access.Actor, section core.Section, places []core.Place) (closed []core.Place, completions []core.CourseCompletion, err error) {
	for _, p := range places {
		switch {
		case p.State == core.PlaceWaiting:
			p.State = core.PlaceWithdrawn
		case p.State != core.PlaceSeated:
			continue
		case p.TherapistID == a.TherapistID && !a.TherapistID.IsZero():
			return nil, nil, core.Forbidden("own_record", "Nobody decides on a record of their own.")
		case p.Attended < section.Minutes:
			p.State, p.Reason = core.PlaceNotCompleted, fmt.Sprintf("Attended %s of %s.", p.Attended, section.Minutes)
		case section.Exam && !p.Passed:
			p.State, p.Reason = core.PlaceNotCompleted, "Has not passed the examination."
		default:
			p.State, p.CompletionID = core.PlaceCompleted, core.NewID[core.CourseCompletionID](s.src)
			completions = append(completions, core.CourseCompletion{
				ID: p.CompletionID, OrganizationID: section.OrganizationID, CourseID: section.CourseID, TherapistID: p.TherapistID,
				CompletedOn: section.EndsOn, Minutes: p.Attended, Instructor: section.InstructorName, RecordedBy: a.AccountID,
			})
		}
		closed = append(closed, p)
	}
	return closed, completions, nil
}
