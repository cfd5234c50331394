package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/standard"
)

func (h *handlers) ListDrafts(ctx context.Context, r api.ListDraftsRequestObject) (api.ListDraftsResponseObject, error) {
	list, err := h.Logbook.Drafts(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListDrafts200JSONResponse{
		Body: api.DraftList{NextCursor: list.Next, Items: each(list.Items, func(d core.Draft) api.DraftSummary {
			return api.DraftSummary{
				Id: d.ID, Code: d.Code, Title: d.Title, PublishedId: d.Published, UpdatedAt: d.UpdatedAt, UpdatedByName: d.UpdatedByName, Version: d.Version,
			}
		})},
		Headers: api.ListDrafts200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) CreateDraft(ctx context.Context, r api.CreateDraftRequestObject) (api.CreateDraftResponseObject, error) {
	d, err := h.Logbook.NewDraft(ctx, callOf(ctx).actor, r.Organization, logbook.DraftInput{Code: r.Body.Code, Title: r.Body.Title, Body: r.Body.Body})
	if err != nil {
		return nil, err
	}
	return api.CreateDraft201JSONResponse{Body: draftOf(d), Headers: api.CreateDraft201ResponseHeaders{ETag: etag(d.Version)}}, nil
}

func (h *handlers) GetDraft(ctx context.Context, r api.GetDraftRequestObject) (api.GetDraftResponseObject, error) {
	d, err := h.Logbook.Draft(ctx, callOf(ctx).actor, r.Draft)
	if err != nil {
		return nil, err
	}
	return api.GetDraft200JSONResponse{Body: draftOf(d), Headers: api.GetDraft200ResponseHeaders{ETag: etag(d.Version)}}, nil
}

func (h *handlers) SaveDraft(ctx context.Context, r api.SaveDraftRequestObject) (api.SaveDraftResponseObject, error) {
	one := callOf(ctx)
	d, err := h.Logbook.SaveDraft(ctx, one.actor, r.Draft, one.version, logbook.DraftInput{Code: r.Body.Code, Title: r.Body.Title, Body: r.Body.Body})
	if err != nil {
		return nil, err
	}
	return api.SaveDraft200JSONResponse{Body: draftOf(d), Headers: api.SaveDraft200ResponseHeaders{ETag: etag(d.Version)}}, nil
}

func (h *handlers) DropDraft(ctx context.Context, r api.DropDraftRequestObject) (api.DropDraftResponseObject, error) {
	one := callOf(ctx)
	if _, err := h.Logbook.DropDraft(ctx, one.actor, r.Draft, one.version); err != nil {
		return nil, err
	}
	return api.DropDraft204Response{}, nil
}

func (h *handlers) BackTestDraft(ctx context.Context, r api.BackTestDraftRequestObject) (api.BackTestDraftResponseObject, error) {
	b, err := h.Logbook.BackTestDraft(ctx, callOf(ctx).actor, r.Draft)
	if err != nil {
		return nil, err
	}
	return api.BackTestDraft200JSONResponse{Enrollments: b.Enrollments, Changed: each(b.Changed, func(s logbook.Shift) api.Shift {
		return api.Shift{
			EnrollmentId: s.Enrollment.ID, Name: s.Enrollment.Name, Recorded: s.Old.Recorded, ValidBefore: s.Old.Valid, ValidAfter: s.New.Valid,
			MetBefore: s.Old.Met, MetAfter: s.New.Met, Now: texts(s.Gained), Before: texts(s.Lost),
		}
	})}, nil
}

func (h *handlers) PublishDraft(ctx context.Context, r api.PublishDraftRequestObject) (api.PublishDraftResponseObject, error) {
	one := callOf(ctx)
	v, err := h.Logbook.PublishDraft(ctx, one.actor, r.Draft, one.version)
	if err != nil {
		return nil, err
	}
	return api.PublishDraft201JSONResponse(programVersionOf(v)), nil
}

func draftOf(d logbook.Judged) api.Draft {
	return api.Draft{
		Id: d.ID, OrganizationId: d.OrganizationID, Code: d.Code, Title: d.Title, Body: d.Body, Cases: d.Cases, Ready: d.Ready(),
		Problems: each(d.Problems, func(f core.Field) api.DraftProblem {
			return api.DraftProblem{Field: f.Name, Code: f.Code, Message: f.Message}
		}),
		Failures: each(d.Failures, func(f standard.Failure) api.CaseFailure {
			return api.CaseFailure{Case: f.Case, Line: f.Line, What: f.What}
		}),
		PublishedId: d.Published, UpdatedAt: d.UpdatedAt, UpdatedByName: d.UpdatedByName, Version: d.Version,
	}
}
