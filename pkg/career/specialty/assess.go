package specialty

import (
	"context"
	"fmt"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

const mostCompetencies = 30

var writesForm = act.Declare(access.PathwayWrite, act.NewEvent("assessment_form.write", "assessment_form"))

// CreateForm makes a form by competency: each gets a mark from 1 to scale (2 to
// 10). A form never changes. Permission: pathway.write. Codes by field: required,
// too_long, bad_character, bad_number, too_many.
func (s *sections) CreateForm(ctx context.Context, a access.Actor, org core.OrganizationID, title string, scale int, competencies []string) (AssessmentForm, error) {
	form := AssessmentForm{OrganizationID: org, Title: title, Scale: scale, Competencies: append([]string{}, competencies...)}
	return act.Do(ctx, s.act, a, writesForm, act.Command[Tx, struct{}, AssessmentForm]{
		At:      access.Target{Organization: org},
		Prepare: func(context.Context) error { return checkForm(&form) },
		Change: func(_ context.Context, x act.Step[Tx], _ struct{}) (AssessmentForm, error) {
			form.ID, form.CreatedAt = core.NewID[core.AssessmentFormID](s.src), x.Now
			return form, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, f AssessmentForm) error {
			return x.Tx.InsertAssessmentForm(ctx, f)
		},
		Tell: func(_ struct{}, f AssessmentForm) []act.Told { return act.Of(f.ID.String(), nil) },
	})
}

func checkForm(f *AssessmentForm) error {
	var c core.Collect
	line(&c, "title", &f.Title, 1, 120)
	if f.Scale < 2 || f.Scale > 10 {
		c.Add("scale", "bad_number.scale")
	}
	if len(f.Competencies) == 0 || len(f.Competencies) > mostCompetencies {
		c.Add("competencies", "too_many.competencies", "mostCompetencies", mostCompetencies)
	}
	for i := range f.Competencies {
		line(&c, fmt.Sprintf("competencies[%d]", i), &f.Competencies[i], 1, 200)
	}
	return c.Err()
}

// Forms lists a school's forms, newest first. Permission: assessment_form.read. Code:
// bad_cursor.
func (s *sections) Forms(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[AssessmentForm], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.FormRead, access.Target{Organization: org}, func(ctx context.Context, tx Tx, after core.AssessmentFormID, limit int) ([]AssessmentForm, error) {
		return tx.AssessmentForms(ctx, org, after, limit)
	}, func(f AssessmentForm) core.AssessmentFormID { return f.ID }))
}

// AssessInput is a filled-in form: one mark for each competency.
type AssessInput struct {
	FormID core.AssessmentFormID
	Scores []int
	Remark string
}

var assesses = act.Declare(access.SectionTeach, act.NewEvent("assessment.record", "section"))

// Assess fills in a form about someone seated in a section. It never changes.
// Permission: section.teach, of one's own section or by the office, not on one's
// own record. Codes by field: unknown_form, unknown_student, bad_score, too_long;
// own_record, other_supervisor, not_open, not_found.
func (s *sections) Assess(ctx context.Context, a access.Actor, id core.SectionID, therapist core.TherapistID, in AssessInput) (Assessment, error) {
	return act.Do(ctx, s.act, a, assesses, act.Command[Tx, Section, Assessment]{
		Find: findSection(id),
		Change: func(ctx context.Context, x act.Step[Tx], section Section) (Assessment, error) {
			place, err := taughtPlace(ctx, x, section, therapist)
			if err != nil {
				return Assessment{}, err
			}
			form, err := x.Tx.AssessmentForm(ctx, in.FormID)
			if core.CodeOf(err) == "not_found" || err == nil && form.OrganizationID != section.OrganizationID {
				err = core.InvalidField("form_id", "unknown_form")
			}
			if err != nil {
				return Assessment{}, err
			}
			return in.check(Assessment{
				ID: core.NewID[core.AssessmentID](s.src), FormID: form.ID, SectionID: id, TherapistID: therapist, Name: place.Name, Form: form,
				RecordedBy: a.AccountID, RecordedAt: x.Now,
			})
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ Section, made Assessment) error {
			return x.Tx.InsertAssessment(ctx, made)
		},
		Tell: tellSection[Assessment](nil),
	})
}

// check writes what was filled in, if it is what the form asks for.
func (in AssessInput) check(made Assessment) (Assessment, error) {
	var c core.Collect
	note(&c, "remark", &in.Remark)
	if len(in.Scores) != len(made.Form.Competencies) {
		c.Add("scores", "bad_score.scores", "count", len(made.Form.Competencies))
	}
	for i, score := range in.Scores {
		if score < 1 || score > made.Form.Scale {
			c.Add(fmt.Sprintf("scores[%d]", i), "bad_score.mark", "scale", made.Form.Scale)
		}
	}
	made.Scores, made.Remark = in.Scores, in.Remark
	return made, c.Err()
}

// Assessments lists what was written in a section, newest first: all of it for
// who runs it, their own for everybody else. Permission: section.read. Codes:
// bad_cursor, not_found.
func (s *sections) Assessments(ctx context.Context, a access.Actor, id core.SectionID, page core.Page) (core.List[Assessment], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, Assessment]{
		Action: access.SectionRead, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]Assessment, error) {
			after, err := act.AfterID[core.AssessmentID](part, 0)
			if err != nil {
				return nil, err
			}
			section, err := readSection(ctx, r, id)
			if err != nil {
				return nil, err
			}
			var of core.TherapistID
			if runs(a, section) != nil {
				if of = a.TherapistID; of.IsZero() {
					return nil, nil
				}
			}
			return r.Tx.Assessments(ctx, id, of, after, part.Limit)
		},
		Key: func(x Assessment) []string { return []string{x.ID.String()} },
	})
}
