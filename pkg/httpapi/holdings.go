package httpapi

import (
	"bytes"
	"context"
	"io"
	"mime"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/licensure"
)

func (h *handlers) ListHoldings(ctx context.Context, r api.ListHoldingsRequestObject) (api.ListHoldingsResponseObject, error) {
	list, err := h.Licensure.Holdings(ctx, callOf(ctx).actor, r.Therapist, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListHoldings200JSONResponse{
		Body:    api.HoldingList{Items: each(list.Items, h.holdingOf), NextCursor: list.Next},
		Headers: api.ListHoldings200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) RecordHolding(ctx context.Context, r api.RecordHoldingRequestObject) (api.RecordHoldingResponseObject, error) {
	in := r.Body
	made, err := h.Licensure.RecordHolding(ctx, callOf(ctx).actor, r.Therapist, licensure.HoldingInput{
		Kind: core.HoldingKind(in.Kind), Name: in.Name, Issuer: in.Issuer, Number: in.Number, Jurisdiction: in.Jurisdiction, Note: in.Note,
		ObtainedOn: in.ObtainedOn, ExpiresOn: in.ExpiresOn, Passed: in.Passed, Attempt: in.Attempt, EachClaim: in.EachClaim, Aggregate: in.Aggregate,
		Taxonomy:     in.Taxonomy,
		Verification: licensure.Verification{Method: string(in.Method), Source: in.Source, CheckedOn: in.CheckedOn, NextCheck: in.NextCheck},
	})
	if err != nil {
		return nil, err
	}
	return api.RecordHolding201JSONResponse{Body: h.holdingOf(made), Headers: api.RecordHolding201ResponseHeaders{ETag: etag(made.Version)}}, nil
}

func (h *handlers) GetHolding(ctx context.Context, r api.GetHoldingRequestObject) (api.GetHoldingResponseObject, error) {
	found, err := h.Licensure.Holding(ctx, callOf(ctx).actor, r.Holding)
	if err != nil {
		return nil, err
	}
	return api.GetHolding200JSONResponse{Body: h.holdingOf(found), Headers: api.GetHolding200ResponseHeaders{ETag: etag(found.Version)}}, nil
}

func (h *handlers) EndHolding(ctx context.Context, r api.EndHoldingRequestObject) (api.EndHoldingResponseObject, error) {
	one := callOf(ctx)
	if _, err := h.Licensure.EndHolding(ctx, one.actor, r.Holding, one.version); err != nil {
		return nil, err
	}
	return api.EndHolding204Response{}, nil
}

func (h *handlers) VerifyHolding(ctx context.Context, r api.VerifyHoldingRequestObject) (api.VerifyHoldingResponseObject, error) {
	one, in := callOf(ctx), r.Body
	made, err := h.Licensure.Verify(ctx, one.actor, r.Holding, one.version, licensure.Verification{
		Method: string(in.Method), Source: in.Source, CheckedOn: in.CheckedOn, NextCheck: in.NextCheck,
	})
	if err != nil {
		return nil, err
	}
	return api.VerifyHolding200JSONResponse{Body: h.holdingOf(made), Headers: api.VerifyHolding200ResponseHeaders{ETag: etag(made.Version)}}, nil
}

// GetHoldingDocument hands the file out as a download of no type, so that no
// browser shows it within the school's origin.
func (h *handlers) GetHoldingDocument(ctx context.Context, r api.GetHoldingDocumentRequestObject) (api.GetHoldingDocumentResponseObject, error) {
	d, err := h.Licensure.HoldingDocument(ctx, callOf(ctx).actor, r.Holding)
	if err != nil {
		return nil, err
	}
	return api.GetHoldingDocument200ApplicationoctetStreamResponse{
		Body: bytes.NewReader(d.Body), ContentLength: int64(len(d.Body)),
		Headers: api.GetHoldingDocument200ResponseHeaders{ContentDisposition: attachment(d)},
	}, nil
}

func attachment(d core.Document) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": d.Name})
}

func (h *handlers) AttachHoldingDocument(ctx context.Context, r api.AttachHoldingDocumentRequestObject) (api.AttachHoldingDocumentResponseObject, error) {
	one := callOf(ctx)
	body, err := io.ReadAll(io.LimitReader(r.Body, core.MostDocument+1))
	if err != nil {
		return nil, err
	}
	made, err := h.Licensure.AttachHoldingDocument(ctx, one.actor, r.Holding, one.version, r.Params.Filename, body)
	if err != nil {
		return nil, err
	}
	return api.AttachHoldingDocument200JSONResponse{Body: h.holdingOf(made), Headers: api.AttachHoldingDocument200ResponseHeaders{ETag: etag(made.Version)}}, nil
}

func (h *handlers) ListHoldingsDue(ctx context.Context, r api.ListHoldingsDueRequestObject) (api.ListHoldingsDueResponseObject, error) {
	list, err := h.Licensure.HoldingsDue(ctx, callOf(ctx).actor, r.Organization, r.Params.By, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListHoldingsDue200JSONResponse{
		Body:    api.HoldingList{Items: each(list.Items, h.holdingOf), NextCursor: list.Next},
		Headers: api.ListHoldingsDue200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) holdingOf(d core.Holding) api.Holding {
	return api.Holding{
		Id: d.ID, TherapistId: d.TherapistID, TherapistName: d.TherapistName, Kind: api.HoldingKind(d.Kind), Name: d.Name, Issuer: d.Issuer,
		Number: d.Number, Jurisdiction: d.Jurisdiction, Taxonomy: d.Taxonomy, ObtainedOn: d.ObtainedOn, ExpiresOn: d.ExpiresOn,
		Good: d.Good(core.DateOf(h.o.Source.Now())), Passed: d.Passed, Attempt: d.Attempt, EachClaim: d.EachClaim, Aggregate: d.Aggregate,
		Method: d.Method, Source: d.Source, CheckedOn: d.CheckedOn, CheckedByName: d.CheckedByName, NextCheck: d.NextCheck,
		DocumentName: d.DocumentName, Note: d.Note, RecordedByName: d.RecordedByName, RecordedAt: d.RecordedAt, Version: d.Version,
	}
}

func (h *handlers) ListAdverseActions(ctx context.Context, r api.ListAdverseActionsRequestObject) (api.ListAdverseActionsResponseObject, error) {
	list, err := h.Licensure.AdverseActions(ctx, callOf(ctx).actor, r.Therapist, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListAdverseActions200JSONResponse{
		Body:    api.AdverseList{Items: each(list.Items, adverseOf), NextCursor: list.Next},
		Headers: api.ListAdverseActions200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) RecordAdverseAction(ctx context.Context, r api.RecordAdverseActionRequestObject) (api.RecordAdverseActionResponseObject, error) {
	one, in := callOf(ctx), r.Body
	made, err := h.Licensure.RecordAdverse(ctx, one.actor, r.License, one.version, licensure.AdverseInput{
		Kind: core.AdverseKind(in.Kind), Authority: in.Authority, OrderNumber: in.OrderNumber, Note: in.Note, StartsOn: in.StartsOn, EndsOn: in.EndsOn,
		Method: string(in.Method), CheckedOn: in.CheckedOn,
	})
	if err != nil {
		return nil, err
	}
	return api.RecordAdverseAction201JSONResponse(adverseOf(made)), nil
}

// GetOrderDocument hands the file out as GetHoldingDocument does.
func (h *handlers) GetOrderDocument(ctx context.Context, r api.GetOrderDocumentRequestObject) (api.GetOrderDocumentResponseObject, error) {
	d, err := h.Licensure.OrderDocument(ctx, callOf(ctx).actor, r.Adverse)
	if err != nil {
		return nil, err
	}
	return api.GetOrderDocument200ApplicationoctetStreamResponse{
		Body: bytes.NewReader(d.Body), ContentLength: int64(len(d.Body)),
		Headers: api.GetOrderDocument200ResponseHeaders{ContentDisposition: attachment(d)},
	}, nil
}

func (h *handlers) AttachOrderDocument(ctx context.Context, r api.AttachOrderDocumentRequestObject) (api.AttachOrderDocumentResponseObject, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, core.MostDocument+1))
	if err != nil {
		return nil, err
	}
	made, err := h.Licensure.AttachOrder(ctx, callOf(ctx).actor, r.Adverse, r.Params.Filename, body)
	if err != nil {
		return nil, err
	}
	return api.AttachOrderDocument200JSONResponse(adverseOf(made)), nil
}

func adverseOf(v core.Adverse) api.Adverse {
	return api.Adverse{
		Id: v.ID, LicenseId: v.LicenseID, Kind: api.AdverseKind(v.Kind), Authority: v.Authority, OrderNumber: v.OrderNumber, StartsOn: v.StartsOn,
		EndsOn: v.EndsOn, EventId: v.EventID, DocumentName: v.DocumentName, Note: v.Note, RecordedByName: v.RecordedByName, RecordedAt: v.RecordedAt,
	}
}
