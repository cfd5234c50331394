package licensureapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensureview"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type holdings struct {
	service *licensure.Service
	src     core.Source
}

var holdingRoutes = edge.Routes{
	"listHoldings":          {Action: access.HoldingRead},
	"recordHolding":         {Action: access.HoldingRecord},
	"getHolding":            {Action: access.HoldingRead},
	"endHolding":            {Action: access.HoldingRecord},
	"verifyHolding":         {Action: access.HoldingVerify},
	"getHoldingDocument":    {Action: access.HoldingRead},
	"attachHoldingDocument": {Action: access.HoldingRecord, Body: core.MostDocument + 1<<10},
	"listHoldingsDue":       {Action: access.HoldingRead},
}

func (o holdings) ListHoldings(c echo.Context, therapist common.TherapistID, p ListHoldingsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[licensure.Holding], error) {
		return o.service.Holdings(ctx, edge.Actor(c), therapist, edge.Page(p.Limit, p.Cursor))
	}, o.list(c))
}

func (o holdings) ListHoldingsDue(c echo.Context, org common.OrganizationID, p ListHoldingsDueParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[licensure.Holding], error) {
		return o.service.HoldingsDue(ctx, edge.Actor(c), org, p.By, edge.Page(p.Limit, p.Cursor))
	}, o.list(c))
}

func (o holdings) RecordHolding(c echo.Context, therapist common.TherapistID, _ RecordHoldingParams) error {
	return edge.Take(c, func(ctx context.Context, in HoldingInput) (licensure.Holding, error) {
		return o.service.RecordHolding(ctx, edge.Actor(c), therapist, licensure.HoldingInput{
			Kind: licensure.HoldingKind(in.Kind), Name: in.Name, Issuer: in.Issuer, Number: in.Number, Jurisdiction: in.Jurisdiction, Note: in.Note,
			ObtainedOn: in.ObtainedOn, ExpiresOn: in.ExpiresOn, Passed: in.Passed, Attempt: in.Attempt, EachClaim: in.EachClaim, Aggregate: in.Aggregate,
			Taxonomy:     in.Taxonomy,
			Verification: licensure.Verification{Method: string(in.Method), Source: in.Source, CheckedOn: in.CheckedOn, NextCheck: in.NextCheck},
		})
	}, func(d licensure.Holding) edge.Reply { return edge.Created(o.view(d)).Version(d.Version) })
}

func (o holdings) GetHolding(c echo.Context, id common.HoldingID) error {
	return edge.Do(c, func(ctx context.Context) (licensure.Holding, error) {
		return o.service.Holding(ctx, edge.Actor(c), id)
	}, o.ok)
}

func (o holdings) EndHolding(c echo.Context, id common.HoldingID, _ EndHoldingParams) error {
	return edge.Drop(c, func(ctx context.Context) error {
		_, err := o.service.EndHolding(ctx, edge.Actor(c), id, edge.Version(c))
		return err
	})
}

func (o holdings) VerifyHolding(c echo.Context, id common.HoldingID, _ VerifyHoldingParams) error {
	return edge.Take(c, func(ctx context.Context, in VerificationInput) (licensure.Holding, error) {
		return o.service.Verify(ctx, edge.Actor(c), id, edge.Version(c), licensure.Verification{
			Method: string(in.Method), Source: in.Source, CheckedOn: in.CheckedOn, NextCheck: in.NextCheck,
		})
	}, o.ok)
}

func (o holdings) GetHoldingDocument(c echo.Context, id common.HoldingID) error {
	return edge.Do(c, func(ctx context.Context) (core.Document, error) {
		return o.service.HoldingDocument(ctx, edge.Actor(c), id)
	}, okDocument)
}

func (o holdings) AttachHoldingDocument(c echo.Context, id common.HoldingID, p AttachHoldingDocumentParams) error {
	return edge.TakeDocument(c, func(ctx context.Context, body []byte) (licensure.Holding, error) {
		return o.service.AttachHoldingDocument(ctx, edge.Actor(c), id, edge.Version(c), p.Filename, body)
	}, o.ok)
}

func (o holdings) list(c echo.Context) func(core.List[licensure.Holding]) edge.Reply {
	return func(l core.List[licensure.Holding]) edge.Reply {
		return edge.List(c, l.Next, HoldingList{Items: edge.Each(l.Items, o.view), NextCursor: l.Next})
	}
}

func (o holdings) ok(d licensure.Holding) edge.Reply { return edge.OK(o.view(d)).Version(d.Version) }

func (o holdings) view(d licensure.Holding) common.Holding {
	return licensureview.Holding(d, core.DateOf(o.src.Now()))
}
