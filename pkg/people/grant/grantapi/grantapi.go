// Package grantapi serves what people let organizations see, as api/grant describes
// it.
package grantapi

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of grants.
func New(s *grant.Service, src core.Source, baseURL string) edge.Part {
	return edge.Part{
		Routes: edge.Join(grantRoutes, linkRoutes, fileRoutes),
		Register: func(e *echo.Echo, guards edge.Guards) {
			RegisterHandlersWithOptions(e, operations{s, src, baseURL}, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}
}

type operations struct {
	service *grant.Service
	src     core.Source
	baseURL string
}

var grantRoutes = edge.Routes{
	"listMyGrants":              {Action: access.GrantOwn},
	"giveGrant":                 {Action: access.GrantGive},
	"listMyRelations":           {Action: access.GrantOwn},
	"listMyLooks":               {Action: access.GrantOwn},
	"listReceivedGrantRequests": {Action: access.GrantOwn},
	"acceptGrantRequest":        {Action: access.GrantGive},
	"refuseGrantRequest":        {Action: access.GrantRefuse},
	"getGrant":                  {Action: access.GrantRead},
	"endGrant":                  {Action: access.GrantEnd},
	"listGrants":                {Action: access.GrantRead},
	"listGrantRequests":         {Action: access.GrantRead},
	"askForGrant":               {Action: access.GrantAsk},
	"withdrawGrantRequest":      {Action: access.GrantAsk},
}

func (o operations) ListMyGrants(c echo.Context, p ListMyGrantsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[grant.Grant], error) {
		return o.service.Given(ctx, edge.Actor(c), edge.Page(p.Limit, p.Cursor))
	}, o.grants(c))
}

func (o operations) ListGrants(c echo.Context, org common.OrganizationID, p ListGrantsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[grant.Grant], error) {
		return o.service.GivenTo(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, o.grants(c))
}

func (o operations) grants(c echo.Context) func(core.List[grant.Grant]) edge.Reply {
	return func(l core.List[grant.Grant]) edge.Reply {
		return edge.List(c, l.Next, GrantList{Items: edge.Each(l.Items, o.grant), NextCursor: l.Next})
	}
}

func (o operations) GiveGrant(c echo.Context, _ GiveGrantParams) error {
	return edge.Take(c, func(ctx context.Context, in GrantInput) (grant.Grant, error) {
		return o.service.Give(ctx, edge.Actor(c), in.Organization, grant.Terms{Scopes: in.Scopes, Purpose: in.Purpose, Months: given(in.Months)})
	}, o.made)
}

func (o operations) AcceptGrantRequest(c echo.Context, id GrantRequestID, _ AcceptGrantRequestParams) error {
	return edge.Take(c, func(ctx context.Context, in GrantAnswer) (grant.Grant, error) {
		return o.service.Accept(ctx, edge.Actor(c), id, grant.Terms{Scopes: in.Scopes, Months: given(in.Months)})
	}, o.made)
}

func (o operations) made(g grant.Grant) edge.Reply { return edge.Created(o.grant(g)) }

func (o operations) RefuseGrantRequest(c echo.Context, id GrantRequestID, _ RefuseGrantRequestParams) error {
	return edge.Do(c, func(ctx context.Context) (grant.Request, error) {
		return o.service.Refuse(ctx, edge.Actor(c), id)
	}, func(r grant.Request) edge.Reply { return edge.OK(o.received(r)) })
}

func (o operations) GetGrant(c echo.Context, id GrantID) error {
	return edge.Do(c, func(ctx context.Context) (grant.Grant, error) {
		return o.service.Grant(ctx, edge.Actor(c), id)
	}, func(g grant.Grant) edge.Reply { return edge.OK(o.grant(g)) })
}

func (o operations) EndGrant(c echo.Context, id GrantID, _ EndGrantParams) error {
	return edge.Do(c, func(ctx context.Context) (grant.Grant, error) {
		return o.service.End(ctx, edge.Actor(c), id, 0)
	}, func(g grant.Grant) edge.Reply { return edge.OK(o.grant(g)) })
}

func (o operations) ListMyRelations(c echo.Context) error {
	return edge.Do(c, func(ctx context.Context) ([]grant.Relation, error) {
		return o.service.Relations(ctx, edge.Actor(c))
	}, func(all []grant.Relation) edge.Reply {
		return edge.OK(RelationList{Items: edge.Each(all, func(r grant.Relation) Relation {
			return Relation{
				OrganizationId: r.OrganizationID, OrganizationName: r.OrganizationName, Kind: RelationKind(r.Kind), Since: r.Since,
				KeepsFile: r.Enrolled, LookedAt: r.LookedAt, LeftAt: r.LeftAt, Grants: edge.Each(r.Grants, o.grant),
			}
		})})
	})
}

func (o operations) ListMyLooks(c echo.Context, p ListMyLooksParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[grant.Look], error) {
		return o.service.Looks(ctx, edge.Actor(c), edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[grant.Look]) edge.Reply {
		return edge.List(c, l.Next, LookList{NextCursor: l.Next, Items: edge.Each(l.Items, func(l grant.Look) Look {
			return Look{Id: l.ID, OrganizationId: l.OrganizationID, OrganizationName: l.OrganizationName, Scope: l.Scope, LinkLabel: l.Label, Scopes: l.Scopes, At: l.At}
		})})
	})
}

func (o operations) ListReceivedGrantRequests(c echo.Context, p ListReceivedGrantRequestsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[grant.Request], error) {
		return o.service.Received(ctx, edge.Actor(c), edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[grant.Request]) edge.Reply {
		return edge.List(c, l.Next, ReceivedGrantRequestList{Items: edge.Each(l.Items, o.received), NextCursor: l.Next})
	})
}

func (o operations) ListGrantRequests(c echo.Context, org common.OrganizationID, p ListGrantRequestsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[grant.Request], error) {
		return o.service.Asked(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[grant.Request]) edge.Reply {
		return edge.List(c, l.Next, GrantRequestList{Items: edge.Each(l.Items, asked), NextCursor: l.Next})
	})
}

func (o operations) AskForGrant(c echo.Context, org common.OrganizationID, _ AskForGrantParams) error {
	return edge.Take(c, func(ctx context.Context, in GrantRequestInput) (grant.Request, error) {
		return o.service.Ask(ctx, edge.Actor(c), org, grant.AskInput{
			Email: in.Email, Note: in.Note, Terms: grant.Terms{Scopes: in.Scopes, Purpose: in.Purpose, Months: given(in.Months)},
		})
	}, func(r grant.Request) edge.Reply { return edge.Created(asked(r)) })
}

func (o operations) WithdrawGrantRequest(c echo.Context, id GrantRequestID, _ WithdrawGrantRequestParams) error {
	return edge.Do(c, func(ctx context.Context) (grant.Request, error) {
		return o.service.Withdraw(ctx, edge.Actor(c), id)
	}, func(r grant.Request) edge.Reply { return edge.OK(asked(r)) })
}

func (o operations) now() time.Time { return o.src.Now() }

func (o operations) grant(g grant.Grant) Grant {
	return Grant{
		Id: g.ID, TherapistId: g.TherapistID, TherapistName: g.TherapistName, TherapistEmail: g.TherapistEmail, OrganizationId: g.OrganizationID,
		OrganizationName: g.OrganizationName, Scopes: g.Scopes, Purpose: g.Purpose, Words: g.Words, Wording: g.Wording, GivenAt: g.GivenAt,
		Until: g.Until, EndedAt: g.EndedAt, EndedBy: GrantEndedBy(g.EndedBy), LookedAt: g.LookedAt, Live: g.Live(o.now()),
	}
}

func asked(r grant.Request) GrantRequest {
	answer := None
	switch {
	case r.State == grant.RequestAccepted:
		answer = Accepted
	case !r.WithdrawnAt.IsZero():
		answer = Withdrawn
	}
	return GrantRequest{
		Id: r.ID, Email: r.Email, Scopes: r.Scopes, Purpose: r.Purpose, Note: r.Note, Months: r.Months, AskedAt: r.AskedAt, Answer: answer,
	}
}

func (o operations) received(r grant.Request) ReceivedGrantRequest {
	return ReceivedGrantRequest{
		Id: r.ID, OrganizationId: r.OrganizationID, OrganizationName: r.OrganizationName, AskedBy: r.AskedByName, Scopes: r.Scopes, Purpose: r.Purpose,
		Note: r.Note, Months: r.Months, AskedAt: r.AskedAt, Open: r.Waits(o.now()),
	}
}

// given is a number as the service takes it: 0 where it was left out, and never where it
// was 0.
func given(n *int) int {
	switch {
	case n == nil:
		return 0
	case *n == 0:
		return -1
	}
	return *n
}
