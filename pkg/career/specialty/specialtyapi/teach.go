package specialtyapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type teaching struct{ service *specialty.Service }

var teachRoutes = edge.Routes{
	"addSession":           {Action: access.SectionTeach},
	"markSession":          {Action: access.SectionTeach},
	"recordExam":           {Action: access.SectionTeach},
	"assess":               {Action: access.SectionTeach},
	"listAssessments":      {Action: access.SectionRead},
	"listAssessmentForms":  {Action: access.FormRead},
	"createAssessmentForm": {Action: access.PathwayWrite},
}

func (o teaching) AddSession(c echo.Context, section SectionID, _ AddSessionParams) error {
	return edge.Take(c, func(ctx context.Context, in NewSectionSession) (specialty.SectionSession, error) {
		return o.service.AddSession(ctx, edge.Actor(c), section, sessionInput(in))
	}, func(s specialty.SectionSession) edge.Reply { return edge.Created(sessionOf(s)) })
}

func (o teaching) MarkSession(c echo.Context, session SectionSessionID, _ MarkSessionParams) error {
	return edge.Take(c, func(ctx context.Context, in SessionMarks) (specialty.SectionDetail, error) {
		return o.service.MarkSession(ctx, edge.Actor(c), session, edge.Each(in.Marks, func(m MarkLine) specialty.MarkInput {
			return specialty.MarkInput{TherapistID: m.TherapistId, Mark: m.Mark, Minutes: m.Minutes}
		}))
	}, func(d specialty.SectionDetail) edge.Reply { return edge.OK(detailOf(c, d)) })
}

func (o teaching) RecordExam(c echo.Context, section SectionID, therapist common.TherapistID, _ RecordExamParams) error {
	return edge.Take(c, func(ctx context.Context, in ExamInput) (specialty.ExamResult, error) {
		return o.service.RecordExam(ctx, edge.Actor(c), section, therapist, specialty.ExamInput{
			Passed: in.Passed, Scored: in.Scored, Score: in.Score, TakenOn: in.TakenOn, Note: in.Note,
		})
	}, func(x specialty.ExamResult) edge.Reply { return edge.Created(examOf(x)) })
}

func (o teaching) Assess(c echo.Context, section SectionID, therapist common.TherapistID, _ AssessParams) error {
	return edge.Take(c, func(ctx context.Context, in AssessInput) (specialty.Assessment, error) {
		return o.service.Assess(ctx, edge.Actor(c), section, therapist, specialty.AssessInput{FormID: in.FormId, Scores: in.Scores, Remark: in.Remark})
	}, func(x specialty.Assessment) edge.Reply { return edge.Created(assessmentOf(x)) })
}

func (o teaching) ListAssessments(c echo.Context, section SectionID, p ListAssessmentsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[specialty.Assessment], error) {
		return o.service.Assessments(ctx, edge.Actor(c), section, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[specialty.Assessment]) edge.Reply {
		return edge.List(c, l.Next, AssessmentList{Items: edge.Each(l.Items, assessmentOf), NextCursor: l.Next})
	})
}

func (o teaching) ListAssessmentForms(c echo.Context, org common.OrganizationID, p ListAssessmentFormsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[specialty.AssessmentForm], error) {
		return o.service.Forms(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[specialty.AssessmentForm]) edge.Reply {
		return edge.List(c, l.Next, AssessmentFormList{Items: edge.Each(l.Items, formOf), NextCursor: l.Next})
	})
}

func (o teaching) CreateAssessmentForm(c echo.Context, org common.OrganizationID, _ CreateAssessmentFormParams) error {
	return edge.Take(c, func(ctx context.Context, in NewAssessmentForm) (specialty.AssessmentForm, error) {
		return o.service.CreateForm(ctx, edge.Actor(c), org, in.Title, in.Scale, in.Competencies)
	}, func(f specialty.AssessmentForm) edge.Reply { return edge.Created(formOf(f)) })
}

func sessionInput(in NewSectionSession) specialty.SessionInput {
	return specialty.SessionInput{Date: in.Date, Minutes: in.Minutes, Part: in.Part, Setting: in.Setting, Delivery: in.Delivery}
}

func sessionOf(s specialty.SectionSession) SectionSession {
	return SectionSession{Id: s.ID, Date: s.Date, Minutes: s.Minutes, Part: s.Part, Setting: s.Setting, Delivery: s.Delivery}
}

func examOf(x specialty.ExamResult) ExamResult {
	return ExamResult{TherapistId: x.TherapistID, Attempt: x.Attempt, Passed: x.Passed, Scored: x.Scored, Score: x.Score, TakenOn: x.TakenOn, Note: x.Note}
}

func formOf(f specialty.AssessmentForm) AssessmentForm {
	return AssessmentForm{Id: f.ID, Title: f.Title, Scale: f.Scale, Competencies: f.Competencies}
}

func assessmentOf(x specialty.Assessment) Assessment {
	return Assessment{Id: x.ID, Form: formOf(x.Form), TherapistId: x.TherapistID, Name: x.Name, Scores: x.Scores, Remark: x.Remark, RecordedAt: x.RecordedAt}
}
