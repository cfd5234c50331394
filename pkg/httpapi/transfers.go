package httpapi

import (
	"bytes"
	"context"
	"io"
	"mime"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
)

func (h *handlers) ListTransfers(ctx context.Context, r api.ListTransfersRequestObject) (api.ListTransfersResponseObject, error) {
	list, err := h.Logbook.Transfers(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListTransfers200JSONResponse{
		Body:    api.TransferList{Items: each(list.Items, transferOf), NextCursor: list.Next},
		Headers: api.ListTransfers200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) ListEnrollmentTransfers(ctx context.Context, r api.ListEnrollmentTransfersRequestObject) (api.ListEnrollmentTransfersResponseObject, error) {
	list, err := h.Logbook.TransfersOf(ctx, callOf(ctx).actor, r.Enrollment, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListEnrollmentTransfers200JSONResponse{
		Body:    api.TransferList{Items: each(list.Items, transferOf), NextCursor: list.Next},
		Headers: api.ListEnrollmentTransfers200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) ProposeTransfer(ctx context.Context, r api.ProposeTransferRequestObject) (api.ProposeTransferResponseObject, error) {
	t, err := h.Logbook.ProposeTransfer(ctx, callOf(ctx).actor, r.Enrollment, logbook.TransferInput{
		School: r.Body.School, License: r.Body.SchoolLicense, Transcript: r.Body.Transcript, CompletedOn: r.Body.CompletedOn,
		Lines: each(r.Body.Lines, func(l api.TransferLine) core.TransferLine {
			return core.TransferLine{Subject: l.Subject, Setting: l.Setting, Minutes: l.Minutes, Grade: l.Grade}
		}),
	})
	if err != nil {
		return nil, err
	}
	return api.ProposeTransfer201JSONResponse{Body: transferOf(t), Headers: api.ProposeTransfer201ResponseHeaders{ETag: etag(t.Version)}}, nil
}

func (h *handlers) GetTransfer(ctx context.Context, r api.GetTransferRequestObject) (api.GetTransferResponseObject, error) {
	t, err := h.Logbook.Transfer(ctx, callOf(ctx).actor, r.Transfer)
	if err != nil {
		return nil, err
	}
	return api.GetTransfer200JSONResponse{Body: transferOf(t), Headers: api.GetTransfer200ResponseHeaders{ETag: etag(t.Version)}}, nil
}

// GetTransferDocument hands the file out as a download of no type, so that no
// browser shows it within the school's origin.
func (h *handlers) GetTransferDocument(ctx context.Context, r api.GetTransferDocumentRequestObject) (api.GetTransferDocumentResponseObject, error) {
	d, err := h.Logbook.TransferDocument(ctx, callOf(ctx).actor, r.Transfer)
	if err != nil {
		return nil, err
	}
	return api.GetTransferDocument200ApplicationoctetStreamResponse{
		Body: bytes.NewReader(d.Body), ContentLength: int64(len(d.Body)),
		Headers: api.GetTransferDocument200ResponseHeaders{ContentDisposition: mime.FormatMediaType("attachment", map[string]string{"filename": d.Name})},
	}, nil
}

func (h *handlers) AttachDocument(ctx context.Context, r api.AttachDocumentRequestObject) (api.AttachDocumentResponseObject, error) {
	one := callOf(ctx)
	body, err := io.ReadAll(io.LimitReader(r.Body, core.MostDocument+1))
	if err != nil {
		return nil, err
	}
	t, err := h.Logbook.AttachDocument(ctx, one.actor, r.Transfer, one.version, r.Params.Filename, body)
	if err != nil {
		return nil, err
	}
	return api.AttachDocument200JSONResponse{Body: transferOf(t), Headers: api.AttachDocument200ResponseHeaders{ETag: etag(t.Version)}}, nil
}

func (h *handlers) AcceptTransfer(ctx context.Context, r api.AcceptTransferRequestObject) (api.AcceptTransferResponseObject, error) {
	one := callOf(ctx)
	t, err := h.Logbook.AcceptTransfer(ctx, one.actor, r.Transfer, one.version)
	if err != nil {
		return nil, err
	}
	return api.AcceptTransfer200JSONResponse{Body: transferOf(t), Headers: api.AcceptTransfer200ResponseHeaders{ETag: etag(t.Version)}}, nil
}

func (h *handlers) DeclineTransfer(ctx context.Context, r api.DeclineTransferRequestObject) (api.DeclineTransferResponseObject, error) {
	one := callOf(ctx)
	t, err := h.Logbook.DeclineTransfer(ctx, one.actor, r.Transfer, one.version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.DeclineTransfer200JSONResponse{Body: transferOf(t), Headers: api.DeclineTransfer200ResponseHeaders{ETag: etag(t.Version)}}, nil
}

func (h *handlers) ReverseTransfer(ctx context.Context, r api.ReverseTransferRequestObject) (api.ReverseTransferResponseObject, error) {
	one := callOf(ctx)
	t, err := h.Logbook.ReverseTransfer(ctx, one.actor, r.Transfer, one.version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.ReverseTransfer200JSONResponse{Body: transferOf(t), Headers: api.ReverseTransfer200ResponseHeaders{ETag: etag(t.Version)}}, nil
}

func transferOf(t core.TransferRequest) api.Transfer {
	return api.Transfer{
		Id: t.ID, OrganizationId: t.OrganizationID, EnrollmentId: t.EnrollmentID, TherapistId: t.TherapistID, Name: t.Name, State: t.State,
		School: t.Origin.School, SchoolLicense: t.Origin.License, Transcript: t.Origin.Transcript, CompletedOn: t.CompletedOn,
		Lines: each(t.Lines, transferLineOf), Minutes: t.Minutes(), HasDocument: !t.Document.ID.IsZero(),
		DocumentName: t.Document.Name, DocumentType: t.Document.MediaType,
		ProposedByName: t.ProposedByName, ProposedAt: t.ProposedAt, DecidedByName: t.DecidedByName, DecidedAt: t.DecidedAt,
		Reason: t.Reason, Version: t.Version,
	}
}

func transferLineOf(l core.TransferLine) api.TransferLine {
	return api.TransferLine{Subject: l.Subject, Setting: l.Setting, Minutes: l.Minutes, Grade: l.Grade}
}
