package registryapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var requestRoutes = edge.Routes{
	"listEnrollmentRequests": {Action: access.RequestRead},
	"makeRequest":            {Action: access.RequestMake},
	"listRequests":           {Action: access.RequestRead},
	"getRequest":             {Action: access.RequestRead},
	"grantRequest":           {Action: access.RequestDecide},
	"declineRequest":         {Action: access.RequestDecide},
	"withdrawRequest":        {Action: access.RequestMake},
}

func (o operations) ListEnrollmentRequests(c echo.Context, enrollment common.EnrollmentID, p ListEnrollmentRequestsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[registry.Request], error) {
		return o.service.RequestsOf(ctx, edge.Actor(c), enrollment, edge.Page(p.Limit, p.Cursor))
	}, requestList(c))
}

func (o operations) ListRequests(c echo.Context, org common.OrganizationID, p ListRequestsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[registry.Request], error) {
		return o.service.Requests(ctx, edge.Actor(c), org, !p.All, edge.Page(p.Limit, p.Cursor))
	}, requestList(c))
}

func (o operations) MakeRequest(c echo.Context, enrollment common.EnrollmentID, _ MakeRequestParams) error {
	return edge.Take(c, func(ctx context.Context, in NewRequest) (registry.Request, error) {
		return o.service.Ask(ctx, edge.Actor(c), enrollment, registry.RequestInput{
			Kind: in.Kind, ClassID: in.ClassId, EntryID: in.EntryId, In: in.In, Out: in.Out, Text: in.Text,
		})
	}, func(r registry.Request) edge.Reply { return edge.Created(requestOf(r)).Version(r.Version) })
}

func (o operations) GetRequest(c echo.Context, id RequestID) error {
	return edge.Do(c, func(ctx context.Context) (registry.Request, error) {
		return o.service.Request(ctx, edge.Actor(c), id)
	}, okRequest)
}

func (o operations) GrantRequest(c echo.Context, id RequestID, _ GrantRequestParams) error {
	return edge.Take(c, func(ctx context.Context, in AnswerInput) (registry.Request, error) {
		return o.service.Grant(ctx, edge.Actor(c), id, edge.Version(c), in.Answer)
	}, okRequest)
}

func (o operations) DeclineRequest(c echo.Context, id RequestID, _ DeclineRequestParams) error {
	return edge.Take(c, func(ctx context.Context, in AnswerInput) (registry.Request, error) {
		return o.service.Decline(ctx, edge.Actor(c), id, edge.Version(c), in.Answer)
	}, okRequest)
}

func (o operations) WithdrawRequest(c echo.Context, id RequestID, _ WithdrawRequestParams) error {
	return edge.Do(c, func(ctx context.Context) (registry.Request, error) {
		return o.service.TakeBack(ctx, edge.Actor(c), id, edge.Version(c))
	}, okRequest)
}

func requestList(c echo.Context) func(core.List[registry.Request]) edge.Reply {
	return func(l core.List[registry.Request]) edge.Reply {
		return edge.List(c, l.Next, RequestList{Items: edge.Each(l.Items, requestOf), NextCursor: l.Next})
	}
}

func okRequest(r registry.Request) edge.Reply { return edge.OK(requestOf(r)).Version(r.Version) }

func requestOf(r registry.Request) Request {
	return Request{
		Id: r.ID, OrganizationId: r.OrganizationID, EnrollmentId: r.EnrollmentID, TherapistId: r.TherapistID, Name: r.Name, Kind: r.Kind,
		State: r.State, ClassId: r.ClassID, EntryId: r.EntryID, InAt: r.In, OutAt: r.Out, Text: r.Text, DueOn: r.DueOn, Answer: r.Answer,
		CreatedAt: r.CreatedAt, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt, Version: r.Version,
	}
}
