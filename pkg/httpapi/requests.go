package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/registry"
)

func (h *handlers) ListEnrollmentRequests(ctx context.Context, r api.ListEnrollmentRequestsRequestObject) (api.ListEnrollmentRequestsResponseObject, error) {
	list, err := h.Registry.RequestsOf(ctx, callOf(ctx).actor, r.Enrollment, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListEnrollmentRequests200JSONResponse{
		Body:    api.RequestList{Items: each(list.Items, requestOf), NextCursor: list.Next},
		Headers: api.ListEnrollmentRequests200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) ListRequests(ctx context.Context, r api.ListRequestsRequestObject) (api.ListRequestsResponseObject, error) {
	list, err := h.Registry.Requests(ctx, callOf(ctx).actor, r.Organization, !r.Params.All, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListRequests200JSONResponse{
		Body:    api.RequestList{Items: each(list.Items, requestOf), NextCursor: list.Next},
		Headers: api.ListRequests200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) MakeRequest(ctx context.Context, r api.MakeRequestRequestObject) (api.MakeRequestResponseObject, error) {
	in := r.Body
	made, err := h.Registry.Ask(ctx, callOf(ctx).actor, r.Enrollment, registry.RequestInput{
		Kind: in.Kind, ClassID: in.ClassId, EntryID: in.EntryId, In: in.In, Out: in.Out, Text: in.Text,
	})
	if err != nil {
		return nil, err
	}
	return api.MakeRequest201JSONResponse{Body: requestOf(made), Headers: api.MakeRequest201ResponseHeaders{ETag: etag(made.Version)}}, nil
}

func (h *handlers) GetRequest(ctx context.Context, r api.GetRequestRequestObject) (api.GetRequestResponseObject, error) {
	one, err := h.Registry.Request(ctx, callOf(ctx).actor, r.RequestId)
	if err != nil {
		return nil, err
	}
	return api.GetRequest200JSONResponse{Body: requestOf(one), Headers: api.GetRequest200ResponseHeaders{ETag: etag(one.Version)}}, nil
}

func (h *handlers) GrantRequest(ctx context.Context, r api.GrantRequestRequestObject) (api.GrantRequestResponseObject, error) {
	one := callOf(ctx)
	done, err := h.Registry.Grant(ctx, one.actor, r.RequestId, one.version, r.Body.Answer)
	if err != nil {
		return nil, err
	}
	return api.GrantRequest200JSONResponse{Body: requestOf(done), Headers: api.GrantRequest200ResponseHeaders{ETag: etag(done.Version)}}, nil
}

func (h *handlers) DeclineRequest(ctx context.Context, r api.DeclineRequestRequestObject) (api.DeclineRequestResponseObject, error) {
	one := callOf(ctx)
	done, err := h.Registry.Decline(ctx, one.actor, r.RequestId, one.version, r.Body.Answer)
	if err != nil {
		return nil, err
	}
	return api.DeclineRequest200JSONResponse{Body: requestOf(done), Headers: api.DeclineRequest200ResponseHeaders{ETag: etag(done.Version)}}, nil
}

func (h *handlers) WithdrawRequest(ctx context.Context, r api.WithdrawRequestRequestObject) (api.WithdrawRequestResponseObject, error) {
	one := callOf(ctx)
	done, err := h.Registry.TakeBack(ctx, one.actor, r.RequestId, one.version)
	if err != nil {
		return nil, err
	}
	return api.WithdrawRequest200JSONResponse{Body: requestOf(done), Headers: api.WithdrawRequest200ResponseHeaders{ETag: etag(done.Version)}}, nil
}

func (h *handlers) ListAbsences(ctx context.Context, r api.ListAbsencesRequestObject) (api.ListAbsencesResponseObject, error) {
	all, err := h.Registry.Absences(ctx, callOf(ctx).actor, r.Enrollment)
	if err != nil {
		return nil, err
	}
	return api.ListAbsences200JSONResponse{Items: each(all, absenceOf)}, nil
}

func (h *handlers) ExcuseAbsence(ctx context.Context, r api.ExcuseAbsenceRequestObject) (api.ExcuseAbsenceResponseObject, error) {
	a, err := h.Registry.Excuse(ctx, callOf(ctx).actor, r.Enrollment, registry.AbsenceInput{First: r.Body.First, Last: r.Body.Last, Reason: r.Body.Reason})
	if err != nil {
		return nil, err
	}
	return api.ExcuseAbsence201JSONResponse(absenceOf(a)), nil
}

func (h *handlers) UnexcuseAbsence(ctx context.Context, r api.UnexcuseAbsenceRequestObject) (api.UnexcuseAbsenceResponseObject, error) {
	if _, err := h.Registry.Unexcuse(ctx, callOf(ctx).actor, r.Absence); err != nil {
		return nil, err
	}
	return api.UnexcuseAbsence204Response{}, nil
}

func requestOf(r core.Request) api.Request {
	return api.Request{
		Id: r.ID, OrganizationId: r.OrganizationID, EnrollmentId: r.EnrollmentID, TherapistId: r.TherapistID, Name: r.Name, Kind: r.Kind,
		State: r.State, ClassId: r.ClassID, EntryId: r.EntryID, InAt: r.In, OutAt: r.Out, Text: r.Text, DueOn: r.DueOn, Answer: r.Answer,
		CreatedAt: r.CreatedAt, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt, Version: r.Version,
	}
}

func absenceOf(a core.Absence) api.Absence {
	return api.Absence{Id: a.ID, First: a.First, Last: a.Last, Reason: a.Reason, CreatedByName: a.CreatedByName}
}
