package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/licensure"
)

func (h *handlers) ListCourses(ctx context.Context, r api.ListCoursesRequestObject) (api.ListCoursesResponseObject, error) {
	list, err := h.Licensure.Courses(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListCourses200JSONResponse{
		Body:    api.CourseList{Items: each(list.Items, courseOf), NextCursor: list.Next},
		Headers: api.ListCourses200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) CreateCourse(ctx context.Context, r api.CreateCourseRequestObject) (api.CreateCourseResponseObject, error) {
	c, err := h.Licensure.CreateCourse(ctx, callOf(ctx).actor, r.Organization, courseInputOf(*r.Body))
	if err != nil {
		return nil, err
	}
	return api.CreateCourse201JSONResponse{Body: courseOf(c), Headers: api.CreateCourse201ResponseHeaders{ETag: etag(c.Version)}}, nil
}

func (h *handlers) GetCourse(ctx context.Context, r api.GetCourseRequestObject) (api.GetCourseResponseObject, error) {
	c, err := h.Licensure.Course(ctx, callOf(ctx).actor, r.Course)
	if err != nil {
		return nil, err
	}
	return api.GetCourse200JSONResponse{Body: courseOf(c), Headers: api.GetCourse200ResponseHeaders{ETag: etag(c.Version)}}, nil
}

func (h *handlers) UpdateCourse(ctx context.Context, r api.UpdateCourseRequestObject) (api.UpdateCourseResponseObject, error) {
	one := callOf(ctx)
	c, err := h.Licensure.UpdateCourse(ctx, one.actor, r.Course, one.version, courseInputOf(*r.Body))
	if err != nil {
		return nil, err
	}
	return api.UpdateCourse200JSONResponse{Body: courseOf(c), Headers: api.UpdateCourse200ResponseHeaders{ETag: etag(c.Version)}}, nil
}

func (h *handlers) RecordCompletion(ctx context.Context, r api.RecordCompletionRequestObject) (api.RecordCompletionResponseObject, error) {
	in := r.Body
	c, err := h.Licensure.RecordCompletion(ctx, callOf(ctx).actor, r.Course, licensure.CompletionInput{
		Email: in.Email, Name: in.Name, TherapistID: in.TherapistId, CompletedOn: in.CompletedOn, Minutes: in.Minutes,
		Instructor: in.Instructor, Note: in.Note,
	})
	if err != nil {
		return nil, err
	}
	return api.RecordCompletion201JSONResponse(completionOf(c)), nil
}

func (h *handlers) ListCourseCompletions(ctx context.Context, r api.ListCourseCompletionsRequestObject) (api.ListCourseCompletionsResponseObject, error) {
	list, err := h.Licensure.Completions(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListCourseCompletions200JSONResponse{
		Body:    api.CourseCompletionList{Items: each(list.Items, completionOf), NextCursor: list.Next},
		Headers: api.ListCourseCompletions200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func courseInputOf(in api.CourseInput) licensure.CourseInput {
	return licensure.CourseInput{
		Code: in.Code, Title: in.Title, Specialty: in.Specialty, Description: in.Description, Minutes: in.Minutes,
		Prerequisites: each(in.Prerequisites, func(p api.Prerequisite) core.Prerequisite {
			return core.Prerequisite{Licensed: p.Licensed, Minutes: p.Minutes, CourseCode: p.CourseCode}
		}),
	}
}

func courseOf(c core.Course) api.Course {
	return api.Course{
		Id: c.ID, Code: c.Code, Title: c.Title, Specialty: c.Specialty, Description: c.Description, Minutes: c.Minutes,
		Prerequisites: each(c.Prerequisites, func(p core.Prerequisite) api.Prerequisite {
			return api.Prerequisite{Licensed: p.Licensed, Minutes: p.Minutes, CourseCode: p.CourseCode}
		}),
		Version: c.Version,
	}
}

func completionOf(c core.CourseCompletion) api.CourseCompletion {
	return api.CourseCompletion{
		Id: c.ID, CourseId: c.CourseID, CourseCode: c.CourseCode, CourseTitle: c.CourseTitle, TherapistId: c.TherapistID,
		Name: c.Name, CompletedOn: c.CompletedOn, Minutes: c.Minutes, Instructor: c.Instructor, Note: c.Note,
		RecordedAt: c.RecordedAt,
	}
}
