package specialty

import (
	"context"
	"fmt"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/notice"
)

var teachesSection = act.Declare(access.SectionTeach, act.NewEvent("section.teach", "section"))

// AddSession adds a meeting to an open section. Permission: section.teach, of
// one's own section or by the office. Codes by field as for PlanSection;
// other_supervisor, not_open, too_many, not_found.
func (s *sections) AddSession(ctx context.Context, a access.Actor, id core.SectionID, in SessionInput) (SectionSession, error) {
	return act.Do(ctx, s.act, a, teachesSection, act.Command[Tx, Section, SectionSession]{
		Find: findSection(id),
		Change: func(ctx context.Context, x act.Step[Tx], section Section) (SectionSession, error) {
			if err := taught(a, section); err != nil {
				return SectionSession{}, err
			}
			all, err := x.Tx.SectionSessions(ctx, id)
			if err != nil {
				return SectionSession{}, err
			}
			var c core.Collect
			made := in.session(&c, "", section)
			made.ID = core.NewID[core.SectionSessionID](s.src)
			if len(all) >= mostSessions {
				c.Add("date", "too_many.sessions", "mostSessions", mostSessions)
			}
			return made, c.Err()
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ Section, made SectionSession) error {
			return x.Tx.InsertSectionSessions(ctx, []SectionSession{made})
		},
		Tell: tellSection[SectionSession](nil),
	})
}

// taught wants a section to be open, and the actor to run it.
func taught(a access.Actor, section Section) error {
	if err := stillOpen(section); err != nil {
		return err
	}
	return runs(a, section)
}

// MarkInput says of one person whether they were at a session, and for how long;
// 0 minutes of someone present are all of it.
type MarkInput struct {
	TherapistID core.TherapistID
	Mark        core.Mark
	Minutes     core.Minutes
}

// MarkSession writes who was at a session, over what was written before.
// Permission: section.teach, of one's own section or by the office, not on one's
// own record. Codes by field: unknown_student, unknown_mark, bad_minutes;
// own_record, other_supervisor, not_open, not_found.
func (s *sections) MarkSession(ctx context.Context, a access.Actor, id core.SectionSessionID, in []MarkInput) (SectionDetail, error) {
	var session SectionSession
	return act.Do(ctx, s.act, a, teachesSection, act.Command[Tx, Section, SectionDetail]{
		Find: func(ctx context.Context, tx Tx) (found act.Found[Section], err error) {
			if session, err = tx.SectionSession(ctx, id); err != nil {
				return found, err
			}
			return findSection(session.SectionID)(ctx, tx)
		},
		Change: func(ctx context.Context, x act.Step[Tx], section Section) (SectionDetail, error) {
			if err := taught(a, section); err != nil {
				return SectionDetail{}, err
			}
			places, err := x.Tx.PlacesOf(ctx, section.ID)
			if err != nil {
				return SectionDetail{}, err
			}
			marks, err := marksOf(a, session, places, in)
			if err != nil {
				return SectionDetail{}, err
			}
			for i := range marks {
				marks[i].MarkedBy, marks[i].MarkedAt = a.AccountID, x.Now
			}
			if err := x.Tx.SaveSessionMarks(ctx, marks); err != nil {
				return SectionDetail{}, err
			}
			return sectionNow(ctx, x, section.ID)
		},
		Tell: tellSection[SectionDetail](map[string]string{"marked": fmt.Sprint(len(in))}),
	})
}

// sectionNow is a section as a command leaves it.
func sectionNow(ctx context.Context, x act.Step[Tx], id core.SectionID) (SectionDetail, error) {
	section, err := x.Tx.Section(ctx, id)
	if err != nil {
		return SectionDetail{}, err
	}
	return sectionDetail(ctx, x.Tx, x.Actor, section)
}

func marksOf(a access.Actor, session SectionSession, places []Place, in []MarkInput) ([]SessionMark, error) {
	var c core.Collect
	var marks []SessionMark
	seen := map[core.TherapistID]bool{}
	for i, m := range in {
		field := func(name string) string { return fmt.Sprintf("marks[%d].%s", i, name) }
		seated := slices.ContainsFunc(places, func(p Place) bool { return p.TherapistID == m.TherapistID && p.State == PlaceSeated })
		switch {
		case a.MayBe(m.TherapistID):
			return nil, core.Forbidden("own_record.access")
		case !seated || seen[m.TherapistID]:
			c.Add(field("therapist_id"), "unknown_student.seat")
		case m.Mark != core.MarkPresent && m.Mark != core.MarkAbsent:
			c.Add(field("mark"), "unknown_mark.specialty")
		case m.Minutes < 0 || m.Minutes > session.Minutes:
			c.Add(field("minutes"), "bad_minutes.attended", "minutes", session.Minutes)
		}
		seen[m.TherapistID] = true
		switch {
		case m.Mark == core.MarkAbsent:
			m.Minutes = 0
		case m.Minutes == 0:
			m.Minutes = session.Minutes
		}
		marks = append(marks, SessionMark{SessionID: session.ID, TherapistID: m.TherapistID, Mark: m.Mark, Minutes: m.Minutes})
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

var examines = act.Declare(access.SectionTeach, act.NewEvent("exam.record", "section"))

// RecordExam records an attempt at the practical examination of a section, the
// next after those recorded. It never changes. Permission: section.teach, of
// one's own section or by the office, not on one's own record. Codes by field:
// unknown_student, bad_score, outside_section, date_in_future, too_long;
// passed_already, own_record, other_supervisor, not_open, not_found.
func (s *sections) RecordExam(ctx context.Context, a access.Actor, id core.SectionID, therapist core.TherapistID, in ExamInput) (ExamResult, error) {
	return act.Do(ctx, s.act, a, examines, act.Command[Tx, Section, ExamResult]{
		Find: findSection(id),
		Change: func(ctx context.Context, x act.Step[Tx], section Section) (ExamResult, error) {
			place, err := taughtPlace(ctx, x, section, therapist)
			if err != nil {
				return ExamResult{}, err
			}
			org, err := x.Tx.Organization(ctx, section.OrganizationID)
			if err != nil {
				return ExamResult{}, err
			}
			if place.Passed {
				return ExamResult{}, core.Conflict("passed_already", "name", place.Name)
			}
			err = in.check(section, org.Today(x.Now))
			return ExamResult{
				SectionID: id, TherapistID: therapist, Attempt: place.Attempts + 1, Passed: in.Passed, Scored: in.Scored, Score: in.Score,
				TakenOn: in.TakenOn, Note: in.Note, RecordedBy: a.AccountID, RecordedAt: x.Now,
			}, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ Section, r ExamResult) error {
			return x.Tx.InsertExamResult(ctx, r)
		},
		Tell: func(_ Section, r ExamResult) []act.Told {
			return act.Of(id.String(), map[string]string{"attempt": fmt.Sprint(r.Attempt)})
		},
	})
}

func (in *ExamInput) check(section Section, today core.Date) error {
	var c core.Collect
	note(&c, "note", &in.Note)
	if in.Scored && (in.Score < 0 || in.Score > 100) {
		c.Add("score", "bad_score.score")
	}
	switch {
	case in.TakenOn.IsZero() || in.TakenOn.Before(section.StartsOn):
		c.Add("taken_on", "outside_section.taken_on")
	case in.TakenOn.After(today):
		c.Add("taken_on", "date_in_future.taken_on", "takenOn", in.TakenOn)
	}
	return c.Err()
}

// taughtPlace is the place of someone seated in an open section that the actor
// runs.
func taughtPlace(ctx context.Context, x act.Step[Tx], section Section, therapist core.TherapistID) (Place, error) {
	if err := taught(x.Actor, section); err != nil {
		return Place{}, err
	}
	if x.Actor.MayBe(therapist) {
		return Place{}, core.Forbidden("own_record.access")
	}
	places, err := x.Tx.PlacesOf(ctx, section.ID)
	if err != nil {
		return Place{}, err
	}
	i := slices.IndexFunc(places, func(p Place) bool { return p.TherapistID == therapist && p.State == PlaceSeated })
	if i < 0 {
		return Place{}, core.InvalidField("therapist_id", "unknown_student.therapist_id")
	}
	return places[i], nil
}

var (
	sectionFinished = act.NewEvent("section.finish", "section")
	finishesSection = act.Declare(access.CourseRecord, sectionFinished)
)

// Finish ends a section. Who has attended as much as the course is long, and
// passed where there is an examination, has completed the course with the
// attended minutes on the section's last day: then the certificate can be
// proposed. The others have not, and the reason is kept; who still waits is
// withdrawn. Permission: course_completion.record, not with one's own place in
// it. Codes: not_over, own_record, duplicate (a completion of that day is
// recorded already), not_open, stale, not_found.
func (s *sections) Finish(ctx context.Context, a access.Actor, id core.SectionID, version int) (SectionDetail, error) {
	var completed []notice.Added
	return act.Do(ctx, s.act, a, finishesSection, act.Command[Tx, Section, SectionDetail]{
		Version: version,
		Find:    findSection(id),
		Change: func(ctx context.Context, x act.Step[Tx], section Section) (SectionDetail, error) {
			if err := stillOpen(section); err != nil {
				return SectionDetail{}, err
			}
			org, err := x.Tx.Organization(ctx, section.OrganizationID)
			if err != nil {
				return SectionDetail{}, err
			}
			if section.EndsOn.After(org.Today(x.Now)) {
				return SectionDetail{}, core.Conflict("not_over.specialty", "endsOn", section.EndsOn)
			}
			places, err := x.Tx.PlacesOf(ctx, id)
			if err != nil {
				return SectionDetail{}, err
			}
			closed, completions, err := s.outcome(x, section, places)
			if err != nil {
				return SectionDetail{}, err
			}
			completed = nil
			for _, c := range completions {
				completed = append(completed, aboutCompletion(c, section.CourseTitle))
			}
			if err := finish(ctx, x.Tx, section, closed, completions); err != nil {
				return SectionDetail{}, err
			}
			return sectionNow(ctx, x, id)
		},
		Tell: func(Section, SectionDetail) []act.Told {
			return []act.Told{{Subject: id.String(), Details: map[string]string{"completed": fmt.Sprint(len(completed))}, About: completed}}
		},
	})
}

// finish keeps what came of each place of a section, and that it is over.
func finish(ctx context.Context, tx Tx, section Section, closed []Place, completions []core.CourseCompletion) error {
	if err := tx.InsertCourseCompletions(ctx, completions); err != nil {
		return err
	}
	if err := tx.ClosePlaces(ctx, closed); err != nil {
		return err
	}
	section.State = SectionFinished
	return tx.UpdateSection(ctx, section)
}

// outcome judges every place of a section.
func (s *sections) outcome(x act.Step[Tx], section Section, places []Place) (closed []Place, completions []core.CourseCompletion, err error) {
	for _, p := range places {
		switch {
		case p.State == PlaceWaiting:
			p.State = PlaceWithdrawn
		case p.State != PlaceSeated:
			continue
		case x.Actor.MayBe(p.TherapistID):
			return nil, nil, core.Forbidden("own_record.access")
		case p.Attended < section.Minutes:
			p.State, p.Reason = PlaceNotCompleted, fmt.Sprintf("Attended %s of %s.", p.Attended, section.Minutes)
		case section.Exam && !p.Passed:
			p.State, p.Reason = PlaceNotCompleted, "Has not passed the examination."
		default:
			p.State, p.CompletionID = PlaceCompleted, core.NewID[core.CourseCompletionID](s.src)
			completions = append(completions, core.CourseCompletion{
				ID: p.CompletionID, OrganizationID: section.OrganizationID, CourseID: section.CourseID, TherapistID: p.TherapistID,
				CompletedOn: section.EndsOn, Minutes: p.Attended, Instructor: section.InstructorName, RecordedBy: x.Actor.AccountID,
				RecordedAt: x.Now,
			})
		}
		closed = append(closed, p)
	}
	return closed, completions, nil
}
