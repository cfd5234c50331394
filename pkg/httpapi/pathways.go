package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
)

func (h *handlers) ListPathways(ctx context.Context, r api.ListPathwaysRequestObject) (api.ListPathwaysResponseObject, error) {
	list, err := h.Specialty.Pathways(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListPathways200JSONResponse{
		Body:    api.PathwayList{Items: each(list.Items, pathwayOf), NextCursor: list.Next},
		Headers: api.ListPathways200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) CreatePathway(ctx context.Context, r api.CreatePathwayRequestObject) (api.CreatePathwayResponseObject, error) {
	p, err := h.Specialty.CreatePathway(ctx, callOf(ctx).actor, r.Organization, pathwayInputOf(*r.Body))
	if err != nil {
		return nil, err
	}
	return api.CreatePathway201JSONResponse{Body: pathwayOf(p), Headers: api.CreatePathway201ResponseHeaders{ETag: etag(p.Version)}}, nil
}

func (h *handlers) GetPathway(ctx context.Context, r api.GetPathwayRequestObject) (api.GetPathwayResponseObject, error) {
	p, err := h.Specialty.Pathway(ctx, callOf(ctx).actor, r.Pathway)
	if err != nil {
		return nil, err
	}
	return api.GetPathway200JSONResponse{Body: pathwayOf(p), Headers: api.GetPathway200ResponseHeaders{ETag: etag(p.Version)}}, nil
}

func (h *handlers) UpdatePathway(ctx context.Context, r api.UpdatePathwayRequestObject) (api.UpdatePathwayResponseObject, error) {
	one := callOf(ctx)
	p, err := h.Specialty.UpdatePathway(ctx, one.actor, r.Pathway, one.version, pathwayInputOf(*r.Body))
	if err != nil {
		return nil, err
	}
	return api.UpdatePathway200JSONResponse{Body: pathwayOf(p), Headers: api.UpdatePathway200ResponseHeaders{ETag: etag(p.Version)}}, nil
}

func pathwayInputOf(in api.PathwayInput) specialty.PathwayInput {
	return specialty.PathwayInput{
		Code: in.Code, Title: in.Title, Specialty: in.Specialty, Description: in.Description, Standard: in.Standard,
		Lasts: core.Lasting{Months: in.ValidMonths, YearEnd: in.YearEnd},
		Steps: each(in.Steps, func(s api.StepInput) specialty.StepInput {
			return specialty.StepInput{CourseCode: s.CourseCode, Level: s.Level}
		}),
	}
}

func pathwayOf(p core.Pathway) api.Pathway {
	c := p.Course
	return api.Pathway{
		Id: p.ID, CourseId: c.ID, Code: c.Code, Title: c.Title, Specialty: c.Specialty, Description: c.Description, Standard: c.Standard,
		Minutes: c.Minutes, ValidMonths: c.Lasts.Months, YearEnd: c.Lasts.YearEnd, Steps: each(p.Steps, pathwayStepOf), Version: p.Version,
	}
}

func pathwayStepOf(s core.PathwayStep) api.PathwayStep {
	return api.PathwayStep{Number: s.Number, CourseId: s.CourseID, Code: s.Code, Title: s.Title, Minutes: s.Minutes, Level: s.Level}
}

func (h *handlers) GetPathwayProgress(ctx context.Context, r api.GetPathwayProgressRequestObject) (api.GetPathwayProgressResponseObject, error) {
	p, err := h.Specialty.Progress(ctx, callOf(ctx).actor, r.Pathway, r.Therapist)
	if err != nil {
		return nil, err
	}
	return api.GetPathwayProgress200JSONResponse{
		Pathway: pathwayOf(p.Pathway), TherapistId: p.Therapist.ID, Name: p.Therapist.Name, Ready: p.Ready, CompletionId: p.Completed.ID,
		Steps: each(p.Steps, func(s specialty.StepDone) api.StepProgress {
			return api.StepProgress{Step: pathwayStepOf(s.PathwayStep), Done: s.Done, Until: s.Until, Lapsed: s.Lapsed}
		}),
	}, nil
}

func (h *handlers) CompletePathway(ctx context.Context, r api.CompletePathwayRequestObject) (api.CompletePathwayResponseObject, error) {
	c, err := h.Specialty.CompletePathway(ctx, callOf(ctx).actor, r.Pathway, r.Body.TherapistId, r.Body.Instructor)
	if err != nil {
		return nil, err
	}
	return api.CompletePathway201JSONResponse(completionOf(c)), nil
}
