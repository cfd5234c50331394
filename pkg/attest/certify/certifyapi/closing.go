package certifyapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type closings struct{ service *certify.Service }

var closingRoutes = edge.Routes{
	"getClosing":      {Action: access.KeyRead},
	"proposeClosing":  {Action: access.SchoolClose},
	"withdrawClosing": {Action: access.SchoolClose},
	"confirmClosing":  {Action: access.SchoolClose},
}

func (o closings) GetClosing(c echo.Context, org common.OrganizationID) error {
	return edge.Do(c, func(ctx context.Context) (certify.Closing, error) {
		return o.service.Closing(ctx, edge.Actor(c), org)
	}, func(c certify.Closing) edge.Reply { return edge.OK(closingOf(c)) })
}

func (o closings) ProposeClosing(c echo.Context, org common.OrganizationID, _ ProposeClosingParams) error {
	return edge.Take(c, func(ctx context.Context, in ClosingInput) (certify.Closing, error) {
		return o.service.ProposeClosing(ctx, edge.Actor(c), org, certify.CloseInput{Slug: in.Slug, Cause: in.Cause})
	}, func(c certify.Closing) edge.Reply { return edge.Created(closingOf(c)) })
}

func (o closings) WithdrawClosing(c echo.Context, org common.OrganizationID) error {
	return edge.Do(c, func(ctx context.Context) (certify.Closing, error) {
		return o.service.WithdrawClosing(ctx, edge.Actor(c), org)
	}, func(certify.Closing) edge.Reply { return edge.Nothing() })
}

func (o closings) ConfirmClosing(c echo.Context, org common.OrganizationID, _ ConfirmClosingParams) error {
	return edge.Take(c, func(ctx context.Context, in ClosingConfirmation) (certify.Closing, error) {
		return o.service.ConfirmClosing(ctx, edge.Actor(c), org, in.Slug)
	}, func(c certify.Closing) edge.Reply { return edge.OK(closingOf(c)) })
}

func closingOf(c certify.Closing) Closing {
	return Closing{
		Cause: c.Cause, ProposedBy: c.ProposedByName, ProposedAt: c.ProposedAt, ConfirmedBy: c.ConfirmedByName, ConfirmedAt: c.ConfirmedAt,
		Students: c.Students, Waiting: c.Waiting, Signed: c.Signed,
	}
}
