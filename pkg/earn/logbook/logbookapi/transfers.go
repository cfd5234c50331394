package logbookapi

import (
	"context"
	"io"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type transfers struct{ service *logbook.Service }

var transferRoutes = edge.Routes{
	"listTransfers":           {Action: access.TransferRead},
	"listEnrollmentTransfers": {Action: access.TransferRead},
	"getTransfer":             {Action: access.TransferRead},
	"getTransferDocument":     {Action: access.TransferRead},
	"proposeTransfer":         {Action: access.TransferPropose},
	"attachDocument":          {Action: access.TransferPropose, Body: core.MostDocument + 1<<10},
	"acceptTransfer":          {Action: access.TransferDecide},
	"declineTransfer":         {Action: access.TransferDecide},
	"reverseTransfer":         {Action: access.TransferDecide},
}

func (o transfers) ListTransfers(c echo.Context, org common.OrganizationID, p ListTransfersParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[logbook.TransferRequest], error) {
		return o.service.Transfers(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, transferList(c))
}

func (o transfers) ListEnrollmentTransfers(c echo.Context, enrollment common.EnrollmentID, p ListEnrollmentTransfersParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[logbook.TransferRequest], error) {
		return o.service.TransfersOf(ctx, edge.Actor(c), enrollment, edge.Page(p.Limit, p.Cursor))
	}, transferList(c))
}

func (o transfers) ProposeTransfer(c echo.Context, enrollment common.EnrollmentID, _ ProposeTransferParams) error {
	return edge.Take(c, func(ctx context.Context, in TransferInput) (logbook.TransferRequest, error) {
		return o.service.ProposeTransfer(ctx, edge.Actor(c), enrollment, logbook.TransferInput{
			School: in.School, License: in.SchoolLicense, Transcript: in.Transcript, CompletedOn: in.CompletedOn,
			Lines: edge.Each(in.Lines, func(l TransferLine) logbook.TransferLine {
				return logbook.TransferLine{Subject: l.Subject, Setting: l.Setting, Delivery: l.Delivery, Minutes: l.Minutes, Grade: l.Grade}
			}),
		})
	}, func(t logbook.TransferRequest) edge.Reply { return edge.Created(transferOf(t)).Version(t.Version) })
}

func (o transfers) GetTransfer(c echo.Context, id TransferID) error {
	return edge.Do(c, func(ctx context.Context) (logbook.TransferRequest, error) {
		return o.service.Transfer(ctx, edge.Actor(c), id)
	}, okTransfer)
}

func (o transfers) GetTransferDocument(c echo.Context, id TransferID) error {
	return edge.Do(c, func(ctx context.Context) (core.Document, error) {
		return o.service.TransferDocument(ctx, edge.Actor(c), id)
	}, func(d core.Document) edge.Reply { return edge.Document(d.Name, d.Body) })
}

func (o transfers) AttachDocument(c echo.Context, id TransferID, p AttachDocumentParams) error {
	body, err := io.ReadAll(io.LimitReader(c.Request().Body, core.MostDocument+1))
	if err != nil {
		return err
	}
	return edge.Do(c, func(ctx context.Context) (logbook.TransferRequest, error) {
		return o.service.AttachDocument(ctx, edge.Actor(c), id, edge.Version(c), p.Filename, body)
	}, okTransfer)
}

func (o transfers) AcceptTransfer(c echo.Context, id TransferID, _ AcceptTransferParams) error {
	return edge.Do(c, func(ctx context.Context) (logbook.TransferRequest, error) {
		return o.service.AcceptTransfer(ctx, edge.Actor(c), id, edge.Version(c))
	}, okTransfer)
}

func (o transfers) DeclineTransfer(c echo.Context, id TransferID, _ DeclineTransferParams) error {
	return edge.Take(c, func(ctx context.Context, in common.ReasonInput) (logbook.TransferRequest, error) {
		return o.service.DeclineTransfer(ctx, edge.Actor(c), id, edge.Version(c), in.Reason)
	}, okTransfer)
}

func (o transfers) ReverseTransfer(c echo.Context, id TransferID, _ ReverseTransferParams) error {
	return edge.Take(c, func(ctx context.Context, in common.ReasonInput) (logbook.TransferRequest, error) {
		return o.service.ReverseTransfer(ctx, edge.Actor(c), id, edge.Version(c), in.Reason)
	}, okTransfer)
}

func transferList(c echo.Context) func(core.List[logbook.TransferRequest]) edge.Reply {
	return func(l core.List[logbook.TransferRequest]) edge.Reply {
		return edge.List(c, l.Next, TransferList{Items: edge.Each(l.Items, transferOf), NextCursor: l.Next})
	}
}

func okTransfer(t logbook.TransferRequest) edge.Reply {
	return edge.OK(transferOf(t)).Version(t.Version)
}

func transferOf(t logbook.TransferRequest) Transfer {
	return Transfer{
		Id: t.ID, OrganizationId: t.OrganizationID, EnrollmentId: t.EnrollmentID, TherapistId: t.TherapistID, Name: t.Name, State: t.State,
		School: t.Origin.School, SchoolLicense: t.Origin.License, Transcript: t.Origin.Transcript, CompletedOn: t.CompletedOn,
		Lines: edge.Each(t.Lines, transferLineOf), Minutes: t.Minutes(), HasDocument: !t.Document.ID.IsZero(),
		DocumentName: t.Document.Name, DocumentType: t.Document.MediaType, Source: transferSourceOf(t),
		ProposedByName: t.ProposedByName, ProposedAt: t.ProposedAt, DecidedByName: t.DecidedByName, DecidedAt: t.DecidedAt,
		Reason: t.Reason, Version: t.Version,
	}
}

func transferLineOf(l logbook.TransferLine) TransferLine {
	return TransferLine{Subject: l.Subject, Setting: l.Setting, Delivery: l.Delivery, Minutes: l.Minutes, Grade: l.Grade}
}
