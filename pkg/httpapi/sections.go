package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
)

func (h *handlers) ListSections(ctx context.Context, r api.ListSectionsRequestObject) (api.ListSectionsResponseObject, error) {
	list, err := h.Specialty.Sections(ctx, callOf(ctx).actor, r.Organization, r.Params.Course, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListSections200JSONResponse{
		Body:    api.SectionList{Items: each(list.Items, sectionOf), NextCursor: list.Next},
		Headers: api.ListSections200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) ListMySections(ctx context.Context, r api.ListMySectionsRequestObject) (api.ListMySectionsResponseObject, error) {
	list, err := h.Specialty.MySections(ctx, callOf(ctx).actor, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListMySections200JSONResponse{
		Body: api.MySectionList{Items: each(list.Items, func(m core.MySection) api.MySection {
			return api.MySection{Section: sectionOf(m.Section), Place: m.Place}
		}), NextCursor: list.Next},
		Headers: api.ListMySections200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) PlanSection(ctx context.Context, r api.PlanSectionRequestObject) (api.PlanSectionResponseObject, error) {
	in := r.Body
	s, err := h.Specialty.PlanSection(ctx, callOf(ctx).actor, r.Course, specialty.SectionInput{
		InstructorID: in.InstructorId, StartsOn: in.StartsOn, EndsOn: in.EndsOn, Place: in.Place, Seats: in.Seats, Exam: in.Exam,
	}, each(in.Sessions, sessionInputOf))
	if err != nil {
		return nil, err
	}
	return api.PlanSection201JSONResponse{Body: sectionOf(s), Headers: api.PlanSection201ResponseHeaders{ETag: etag(s.Version)}}, nil
}

func (h *handlers) ChangeSection(ctx context.Context, r api.ChangeSectionRequestObject) (api.ChangeSectionResponseObject, error) {
	one, in := callOf(ctx), r.Body
	s, err := h.Specialty.ChangeSection(ctx, one.actor, r.Section, one.version, specialty.SectionInput{
		InstructorID: in.InstructorId, StartsOn: in.StartsOn, EndsOn: in.EndsOn, Place: in.Place, Seats: in.Seats, Exam: in.Exam,
	})
	if err != nil {
		return nil, err
	}
	return api.ChangeSection200JSONResponse{Body: sectionOf(s), Headers: api.ChangeSection200ResponseHeaders{ETag: etag(s.Version)}}, nil
}

func (h *handlers) CancelSection(ctx context.Context, r api.CancelSectionRequestObject) (api.CancelSectionResponseObject, error) {
	one := callOf(ctx)
	s, err := h.Specialty.CancelSection(ctx, one.actor, r.Section, one.version)
	if err != nil {
		return nil, err
	}
	return api.CancelSection200JSONResponse{Body: sectionOf(s), Headers: api.CancelSection200ResponseHeaders{ETag: etag(s.Version)}}, nil
}

func (h *handlers) GetSection(ctx context.Context, r api.GetSectionRequestObject) (api.GetSectionResponseObject, error) {
	d, err := h.Specialty.Section(ctx, callOf(ctx).actor, r.Section)
	if err != nil {
		return nil, err
	}
	return api.GetSection200JSONResponse{Body: sectionDetailOf(d), Headers: api.GetSection200ResponseHeaders{ETag: etag(d.Section.Version)}}, nil
}

func (h *handlers) FinishSection(ctx context.Context, r api.FinishSectionRequestObject) (api.FinishSectionResponseObject, error) {
	one := callOf(ctx)
	d, err := h.Specialty.Finish(ctx, one.actor, r.Section, one.version)
	if err != nil {
		return nil, err
	}
	return api.FinishSection200JSONResponse{Body: sectionDetailOf(d), Headers: api.FinishSection200ResponseHeaders{ETag: etag(d.Section.Version)}}, nil
}

func (h *handlers) AddSession(ctx context.Context, r api.AddSessionRequestObject) (api.AddSessionResponseObject, error) {
	s, err := h.Specialty.AddSession(ctx, callOf(ctx).actor, r.Section, sessionInputOf(*r.Body))
	if err != nil {
		return nil, err
	}
	return api.AddSession201JSONResponse(sectionSessionOf(s)), nil
}

func (h *handlers) MarkSession(ctx context.Context, r api.MarkSessionRequestObject) (api.MarkSessionResponseObject, error) {
	d, err := h.Specialty.MarkSession(ctx, callOf(ctx).actor, r.Session, each(r.Body.Marks, func(m api.MarkLine) specialty.MarkInput {
		return specialty.MarkInput{TherapistID: m.TherapistId, Mark: m.Mark, Minutes: m.Minutes}
	}))
	if err != nil {
		return nil, err
	}
	return api.MarkSession200JSONResponse(sectionDetailOf(d)), nil
}

func (h *handlers) JoinSection(ctx context.Context, r api.JoinSectionRequestObject) (api.JoinSectionResponseObject, error) {
	p, err := h.Specialty.Join(ctx, callOf(ctx).actor, r.Section, specialty.JoinInput{Other: r.Body.Whom == "somebody", Email: r.Body.Email, Name: r.Body.Name})
	if err != nil {
		return nil, err
	}
	return api.JoinSection201JSONResponse(placeOf(p)), nil
}

func (h *handlers) WithdrawPlace(ctx context.Context, r api.WithdrawPlaceRequestObject) (api.WithdrawPlaceResponseObject, error) {
	p, err := h.Specialty.Withdraw(ctx, callOf(ctx).actor, r.Section, r.Therapist)
	if err != nil {
		return nil, err
	}
	return api.WithdrawPlace200JSONResponse(placeOf(p)), nil
}

func (h *handlers) RecordExam(ctx context.Context, r api.RecordExamRequestObject) (api.RecordExamResponseObject, error) {
	in := r.Body
	x, err := h.Specialty.RecordExam(ctx, callOf(ctx).actor, r.Section, r.Therapist, specialty.ExamInput{
		Passed: in.Passed, Scored: in.Scored, Score: in.Score, TakenOn: in.TakenOn, Note: in.Note,
	})
	if err != nil {
		return nil, err
	}
	return api.RecordExam201JSONResponse(examOf(x)), nil
}

func (h *handlers) Assess(ctx context.Context, r api.AssessRequestObject) (api.AssessResponseObject, error) {
	x, err := h.Specialty.Assess(ctx, callOf(ctx).actor, r.Section, r.Therapist, specialty.AssessInput{
		FormID: r.Body.FormId, Scores: r.Body.Scores, Remark: r.Body.Remark,
	})
	if err != nil {
		return nil, err
	}
	return api.Assess201JSONResponse(assessmentOf(x)), nil
}

func (h *handlers) ListAssessments(ctx context.Context, r api.ListAssessmentsRequestObject) (api.ListAssessmentsResponseObject, error) {
	list, err := h.Specialty.Assessments(ctx, callOf(ctx).actor, r.Section, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListAssessments200JSONResponse{
		Body:    api.AssessmentList{Items: each(list.Items, assessmentOf), NextCursor: list.Next},
		Headers: api.ListAssessments200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) ListAssessmentForms(ctx context.Context, r api.ListAssessmentFormsRequestObject) (api.ListAssessmentFormsResponseObject, error) {
	list, err := h.Specialty.Forms(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListAssessmentForms200JSONResponse{
		Body:    api.AssessmentFormList{Items: each(list.Items, formOf), NextCursor: list.Next},
		Headers: api.ListAssessmentForms200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) CreateAssessmentForm(ctx context.Context, r api.CreateAssessmentFormRequestObject) (api.CreateAssessmentFormResponseObject, error) {
	f, err := h.Specialty.CreateForm(ctx, callOf(ctx).actor, r.Organization, r.Body.Title, r.Body.Scale, r.Body.Competencies)
	if err != nil {
		return nil, err
	}
	return api.CreateAssessmentForm201JSONResponse(formOf(f)), nil
}

func sessionInputOf(in api.NewSectionSession) specialty.SessionInput {
	return specialty.SessionInput{Date: in.Date, Minutes: in.Minutes, Part: in.Part, Setting: in.Setting, Delivery: in.Delivery}
}

func sectionOf(s core.Section) api.Section {
	return api.Section{
		Id: s.ID, CourseId: s.CourseID, CourseCode: s.CourseCode, CourseTitle: s.CourseTitle, Minutes: s.Minutes, InstructorId: s.InstructorID,
		InstructorName: s.InstructorName, State: s.State, StartsOn: s.StartsOn, EndsOn: s.EndsOn, Place: s.Place, Seats: s.Seats, Taken: s.Taken,
		Waiting: s.Waiting, Exam: s.Exam, Version: s.Version,
	}
}

func sectionSessionOf(s core.SectionSession) api.SectionSession {
	return api.SectionSession{Id: s.ID, Date: s.Date, Minutes: s.Minutes, Part: s.Part, Setting: s.Setting, Delivery: s.Delivery}
}

func placeOf(p core.Place) api.Place {
	return api.Place{
		TherapistId: p.TherapistID, Name: p.Name, State: p.State, Queued: int(p.Queued), Since: p.Since, Attended: p.Attended, Passed: p.Passed,
		Attempts: p.Attempts, Reason: p.Reason, CompletionId: p.CompletionID,
	}
}

func examOf(x core.ExamResult) api.ExamResult {
	return api.ExamResult{TherapistId: x.TherapistID, Attempt: x.Attempt, Passed: x.Passed, Scored: x.Scored, Score: x.Score, TakenOn: x.TakenOn, Note: x.Note}
}

func sectionDetailOf(d specialty.SectionDetail) api.SectionDetail {
	return api.SectionDetail{
		Section: sectionOf(d.Section), Sessions: each(d.Sessions, sectionSessionOf), Places: each(d.Places, placeOf), Exams: each(d.Exams, examOf), Teaches: d.Teaches,
		Marks: each(d.Marks, func(m core.SessionMark) api.SessionMark {
			return api.SessionMark{SessionId: m.SessionID, TherapistId: m.TherapistID, Mark: m.Mark, Minutes: m.Minutes}
		}),
	}
}

func formOf(f core.AssessmentForm) api.AssessmentForm {
	return api.AssessmentForm{Id: f.ID, Title: f.Title, Scale: f.Scale, Competencies: f.Competencies}
}

func assessmentOf(x core.Assessment) api.Assessment {
	return api.Assessment{Id: x.ID, Form: formOf(x.Form), TherapistId: x.TherapistID, Name: x.Name, Scores: x.Scores, Remark: x.Remark, RecordedAt: x.RecordedAt}
}
