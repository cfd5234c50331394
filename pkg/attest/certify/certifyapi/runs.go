package certifyapi

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/certify/certifyview"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type runs struct {
	service *certify.Service
	site    certifyview.Site
}

var runRoutes = edge.Routes{
	"certifyMany":               {Action: access.ProposalDecide, Around: true},
	"beginCertificationRun":     {Action: access.ProposalDecide, Time: 10 * time.Minute},
	"listCertificationRuns":     {Action: access.ProposalRead},
	"getCertificationRun":       {Action: access.ProposalRead},
	"listCertificationRunItems": {Action: access.ProposalRead},
}

func (o runs) CertifyMany(c echo.Context, org common.OrganizationID, _ CertifyManyParams) error {
	return edge.Take(c, func(ctx context.Context, in CertifyManyInput) ([]certify.Outcome, error) {
		return o.service.CertifyMany(ctx, edge.Actor(c), org, edge.Each(in.Proposals, chosenOf), nil)
	}, func(all []certify.Outcome) edge.Reply {
		out := CertifyOutcomes{Items: edge.Each(all, o.outcomeOf)}
		for _, one := range all {
			if one.Err == nil {
				out.Certified++
			}
		}
		return edge.OK(out)
	})
}

func chosenOf(p ChosenProposal) certify.Chosen { return certify.Chosen{ID: p.Id, Version: p.Version} }

func (o runs) outcomeOf(one certify.Outcome) CertifyOutcome {
	if f := core.AsFault(one.Err); f != nil {
		return CertifyOutcome{ProposalId: one.ID, Code: f.Code, Message: f.Message()}
	}
	return CertifyOutcome{ProposalId: one.ID, Credential: o.site.Credential(one.Credential)}
}

func (o runs) BeginCertificationRun(c echo.Context, org common.OrganizationID, _ BeginCertificationRunParams) error {
	return edge.Take(c, func(ctx context.Context, in CertificationRunInput) (certify.Run, error) {
		if in.All {
			return o.service.BeginRunOfAll(ctx, edge.Actor(c), org, in.ProgramId)
		}
		return o.service.BeginRun(ctx, edge.Actor(c), org, edge.Each(in.Proposals, chosenOf))
	}, func(r certify.Run) edge.Reply { return edge.Created(runOf(r)) })
}

func (o runs) ListCertificationRuns(c echo.Context, org common.OrganizationID, p ListCertificationRunsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[certify.Run], error) {
		return o.service.Runs(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[certify.Run]) edge.Reply {
		return edge.List(c, l.Next, CertificationRunList{Items: edge.Each(l.Items, runOf), NextCursor: l.Next})
	})
}

func (o runs) GetCertificationRun(c echo.Context, id CertificationRunID) error {
	return edge.Do(c, func(ctx context.Context) (certify.Run, error) {
		return o.service.Run(ctx, edge.Actor(c), id)
	}, func(r certify.Run) edge.Reply { return edge.OK(runOf(r)) })
}

func (o runs) ListCertificationRunItems(c echo.Context, id CertificationRunID, p ListCertificationRunItemsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[certify.RunItem], error) {
		return o.service.RunItems(ctx, edge.Actor(c), id, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[certify.RunItem]) edge.Reply {
		return edge.List(c, l.Next, CertificationRunItemList{Items: edge.Each(l.Items, o.itemOf), NextCursor: l.Next})
	})
}

func runOf(r certify.Run) CertificationRun {
	return CertificationRun{
		Id: r.ID, OrganizationId: r.OrganizationID, BegunBy: r.AccountID, BegunByName: r.AccountName, BegunAt: r.BegunAt, FinishedAt: r.FinishedAt,
		Total: r.Total, Certified: r.Certified, Refused: r.Refused, Running: r.Running(),
	}
}

func (o runs) itemOf(i certify.RunItem) CertificationRunItem {
	return CertificationRunItem{
		Position: i.Position, ProposalId: i.ProposalID, Name: i.Name, Title: i.Title, Done: !i.DoneAt.IsZero(), Code: i.Code, Message: i.Message,
		CredentialId: i.CredentialID, Url: o.site.Page(i.CredentialCode),
	}
}
