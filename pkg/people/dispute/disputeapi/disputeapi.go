// Package disputeapi serves what people dispute of their records, as api/dispute
// describes it.
package disputeapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/dispute"
	"github.com/palmar/palmar/pkg/platform/edge"
)

// New are the operations of disputes.
func New(s *dispute.Service, src core.Source) edge.Part {
	return edge.Part{
		Routes: edge.Routes{
			"openDispute":     {Action: access.DisputeOpen},
			"listMyDisputes":  {Action: access.SelfRead},
			"getDispute":      {Action: access.DisputeRead},
			"withdrawDispute": {Action: access.DisputeOpen},
			"answerDispute":   {Action: access.DisputeAnswer},
			"listDisputes":    {Action: access.DisputeRead},
		},
		Register: func(e *echo.Echo, guards edge.Guards) {
			RegisterHandlersWithOptions(e, operations{s, src}, RegisterHandlersOptions{OperationMiddlewares: guards})
		},
	}
}

type operations struct {
	service *dispute.Service
	src     core.Source
}

func (o operations) OpenDispute(c echo.Context, _ OpenDisputeParams) error {
	return edge.Take(c, func(ctx context.Context, in DisputeInput) (dispute.Dispute, error) {
		return o.service.Open(ctx, edge.Actor(c), core.ItemKind(in.Kind), in.ItemId, in.Reason)
	}, func(d dispute.Dispute) edge.Reply { return edge.Created(o.dispute(d)) })
}

func (o operations) ListMyDisputes(c echo.Context, p ListMyDisputesParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[dispute.Dispute], error) {
		return o.service.Mine(ctx, edge.Actor(c), edge.Page(p.Limit, p.Cursor))
	}, o.list(c))
}

func (o operations) ListDisputes(c echo.Context, org common.OrganizationID, p ListDisputesParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[dispute.Dispute], error) {
		return o.service.With(ctx, edge.Actor(c), org, p.State != "closed", edge.Page(p.Limit, p.Cursor))
	}, o.list(c))
}

func (o operations) list(c echo.Context) func(core.List[dispute.Dispute]) edge.Reply {
	return func(l core.List[dispute.Dispute]) edge.Reply {
		return edge.List(c, l.Next, DisputeList{Items: edge.Each(l.Items, o.dispute), NextCursor: l.Next})
	}
}

func (o operations) GetDispute(c echo.Context, id DisputeID) error {
	return edge.Do(c, func(ctx context.Context) (dispute.Dispute, error) {
		return o.service.Dispute(ctx, edge.Actor(c), id)
	}, o.one)
}

func (o operations) WithdrawDispute(c echo.Context, id DisputeID, _ WithdrawDisputeParams) error {
	return edge.Do(c, func(ctx context.Context) (dispute.Dispute, error) {
		return o.service.Withdraw(ctx, edge.Actor(c), id)
	}, o.one)
}

func (o operations) AnswerDispute(c echo.Context, id DisputeID, _ AnswerDisputeParams) error {
	return edge.Take(c, func(ctx context.Context, in DisputeAnswer) (dispute.Dispute, error) {
		return o.service.Answer(ctx, edge.Actor(c), id, edge.Version(c), dispute.State(in.Answer), in.Reason)
	}, o.one)
}

func (o operations) one(d dispute.Dispute) edge.Reply {
	return edge.OK(o.dispute(d)).Version(d.Version)
}

func (o operations) dispute(d dispute.Dispute) Dispute {
	return Dispute{
		Id: d.ID, Kind: d.Item.Kind, ItemId: d.Item.ID, ItemName: d.Item.Name, TherapistId: d.Item.Therapist, TherapistName: d.TherapistName,
		OrganizationId: d.Item.Organization, OrganizationName: d.OrganizationName, Reason: d.Reason, OpenedAt: d.OpenedAt, AnswerDueAt: d.Due(),
		State: DisputeState(d.State), Late: d.Disputed().AnswerLate(o.src.Now()), Answer: d.Answer, ClosedByName: d.ClosedByName, ClosedAt: d.ClosedAt, Version: d.Version,
	}
}
