package licensureapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type adverse struct{ service *licensure.Service }

var adverseRoutes = edge.Routes{
	"listAdverseActions":  {Action: access.LicenseRead},
	"recordAdverseAction": {Action: access.AdverseRecord, Body: core.MostDocument + 1<<20},
	"getOrderDocument":    {Action: access.LicenseRead},
	"attachOrderDocument": {Action: access.AdverseRecord, Body: core.MostDocument + 1<<10},
}

func (o adverse) ListAdverseActions(c echo.Context, therapist common.TherapistID, p ListAdverseActionsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[licensure.Adverse], error) {
		return o.service.AdverseActions(ctx, edge.Actor(c), therapist, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[licensure.Adverse]) edge.Reply {
		return edge.List(c, l.Next, AdverseList{Items: edge.Each(l.Items, adverseOf), NextCursor: l.Next})
	})
}

func (o adverse) RecordAdverseAction(c echo.Context, license common.LicenseID, _ RecordAdverseActionParams) error {
	return edge.TakeWith(c, "action", "document", func(ctx context.Context, in AdverseInput, order edge.File) (licensure.Adverse, error) {
		return o.service.RecordAdverse(ctx, edge.Actor(c), license, edge.Version(c), licensure.AdverseInput{
			Kind: core.AdverseKind(in.Kind), Authority: in.Authority, OrderNumber: in.OrderNumber, Note: in.Note, StartsOn: in.StartsOn, EndsOn: in.EndsOn,
			Method: string(in.Method), CheckedOn: in.CheckedOn, Filename: order.Name, Order: order.Body,
		})
	}, func(v licensure.Adverse) edge.Reply { return edge.Created(adverseOf(v)) })
}

func (o adverse) GetOrderDocument(c echo.Context, id AdverseID) error {
	return edge.Do(c, func(ctx context.Context) (core.Document, error) {
		return o.service.OrderDocument(ctx, edge.Actor(c), id)
	}, okDocument)
}

func (o adverse) AttachOrderDocument(c echo.Context, id AdverseID, p AttachOrderDocumentParams) error {
	return edge.TakeDocument(c, func(ctx context.Context, body []byte) (licensure.Adverse, error) {
		return o.service.AttachOrder(ctx, edge.Actor(c), id, p.Filename, body)
	}, func(v licensure.Adverse) edge.Reply { return edge.OK(adverseOf(v)) })
}

func adverseOf(v licensure.Adverse) Adverse {
	return Adverse{
		Id: v.ID, LicenseId: v.LicenseID, Kind: AdverseKind(v.Kind), Authority: v.Authority, OrderNumber: v.OrderNumber, StartsOn: v.StartsOn,
		EndsOn: v.EndsOn, EventId: v.EventID, DocumentName: v.DocumentName, Note: v.Note, RecordedByName: v.RecordedByName, RecordedAt: v.RecordedAt,
		DisputedAt: v.DisputedAt, AnswerDueAt: v.AnswerDue(),
	}
}

func okDocument(d core.Document) edge.Reply { return edge.Document(d.Name, d.Body) }
