package specialty

import (
	"context"
	"fmt"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

const mostCompetencies = 30

// CreateForm makes a form by competency: each gets a mark from 1 to scale (2 to
// 10). A form never changes. Permission: pathway.write. Codes by field: required,
// too_long, bad_character, bad_number, too_many.
func (s *Service) CreateForm(ctx context.Context, a access.Actor, org core.OrganizationID, title string, scale int, competencies []string) (core.AssessmentForm, error) {
	if err := access.Can(a, access.PathwayWrite, access.Target{Organization: org}); err != nil {
		return core.AssessmentForm{}, err
	}
	now := s.src.Now()
	var c core.Collect
	line(&c, "title", &title, 1, 120)
	if scale < 2 || scale > 10 {
		c.Add("scale", "bad_number", "A scale goes from 1 to a number between 2 and 10.")
	}
	if len(competencies) == 0 || len(competencies) > mostCompetencies {
		c.Add("competencies", "too_many", "A form has between 1 and %d competencies.", mostCompetencies)
	}
	kept := append([]string{}, competencies...)
	for i := range kept {
		line(&c, fmt.Sprintf("competencies[%d]", i), &kept[i], 1, 200)
	}
	if err := c.Err(); err != nil {
		return core.AssessmentForm{}, err
	}
	f := core.AssessmentForm{ID: core.NewID[core.AssessmentFormID](s.src), OrganizationID: org, Title: title, Scale: scale, Competencies: kept, CreatedAt: now}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.InsertAssessmentForm(ctx, f); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, org, "pathway.write", "assessment_form", f.ID.String(), nil)
	})
	return f, err
}

// Forms lists a school's forms, newest first. Permission: assessment_form.read. Code:
// bad_cursor.
func (s *Service) Forms(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.AssessmentForm], error) {
	if err := access.Can(a, access.FormRead, access.Target{Organization: org}); err != nil {
		return core.List[core.AssessmentForm]{}, err
	}
	after, err := core.AfterID[core.AssessmentFormID](page.Cursor)
	if err != nil {
		return core.List[core.AssessmentForm]{}, err
	}
	var rows []core.AssessmentForm
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.AssessmentForms(ctx, org, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(f core.AssessmentForm) string { return f.ID.String() }), err
}

// AssessInput is a filled-in form: one mark for each competency.
type AssessInput struct {
	FormID core.AssessmentFormID
	Scores []int
	Remark string
}

// Assess fills in a form about somebody seated in a section. It never changes.
// Permission: section.teach, of one's own section or by the office, not on one's
// own record. Codes by field: unknown_form, unknown_student, bad_score, too_long;
// own_record, other_supervisor, not_open, not_found.
func (s *Service) Assess(ctx context.Context, a access.Actor, id core.SectionID, therapist core.TherapistID, in AssessInput) (core.Assessment, error) {
	now := s.src.Now()
	var made core.Assessment
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		section, place, err := taughtPlace(ctx, tx, a, id, therapist)
		if err != nil {
			return err
		}
		form, err := tx.AssessmentForm(ctx, in.FormID)
		if core.CodeOf(err) == "not_found" || err == nil && form.OrganizationID != section.OrganizationID {
			return core.InvalidField("form_id", "unknown_form", "Choose a form of the school.")
		}
		if err != nil {
			return err
		}
		var c core.Collect
		note(&c, "remark", &in.Remark, 2000)
		if len(in.Scores) != len(form.Competencies) {
			c.Add("scores", "bad_score", "The form has %d competencies; give each a mark.", len(form.Competencies))
		}
		for i, score := range in.Scores {
			if score < 1 || score > form.Scale {
				c.Add(fmt.Sprintf("scores[%d]", i), "bad_score", "A mark of this form lies between 1 and %d.", form.Scale)
			}
		}
		if err := c.Err(); err != nil {
			return err
		}
		made = core.Assessment{
			ID: core.NewID[core.AssessmentID](s.src), FormID: form.ID, SectionID: id, TherapistID: therapist, Name: place.Name, Form: form,
			Scores: in.Scores, Remark: in.Remark, RecordedBy: a.AccountID, RecordedAt: now,
		}
		if err := tx.InsertAssessment(ctx, made); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, section.OrganizationID, "assessment.record", "section", id.String(), nil)
	})
	return made, err
}

// Assessments lists what was written in a section, newest first: all of it for
// who runs it, their own for everybody else. Permission: section.read. Codes:
// bad_cursor, not_found.
func (s *Service) Assessments(ctx context.Context, a access.Actor, id core.SectionID, page core.Page) (core.List[core.Assessment], error) {
	after, err := core.AfterID[core.AssessmentID](page.Cursor)
	if err != nil {
		return core.List[core.Assessment]{}, err
	}
	var rows []core.Assessment
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		section, err := tx.Section(ctx, id)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.SectionRead, access.Target{Organization: section.OrganizationID}); err != nil {
			return err
		}
		var of core.TherapistID
		if teaches(a, section) != nil {
			if of = a.TherapistID; of.IsZero() {
				return nil
			}
		}
		rows, err = tx.Assessments(ctx, id, of, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(x core.Assessment) string { return x.ID.String() }), err
}
