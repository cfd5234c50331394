package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
)

func (h *handlers) BeginCertificationRun(ctx context.Context, r api.BeginCertificationRunRequestObject) (api.BeginCertificationRunResponseObject, error) {
	a := callOf(ctx).actor
	chosen := each(r.Body.Proposals, func(p api.ChosenProposal) certify.Chosen { return certify.Chosen{ID: p.Id, Version: p.Version} })
	if r.Body.All {
		waiting, err := h.Services.Certify.Decidable(ctx, a, r.Organization, r.Body.ProgramId, core.ProposalID{})
		if err != nil {
			return nil, err
		}
		chosen = certify.ChosenOf(waiting)
	}
	run, err := h.Services.Certify.BeginRun(ctx, a, r.Organization, chosen)
	if err != nil {
		return nil, err
	}
	return api.BeginCertificationRun201JSONResponse(runOf(run)), nil
}

func (h *handlers) ListCertificationRuns(ctx context.Context, r api.ListCertificationRunsRequestObject) (api.ListCertificationRunsResponseObject, error) {
	list, err := h.Services.Certify.Runs(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListCertificationRuns200JSONResponse{
		Body:    api.CertificationRunList{Items: each(list.Items, runOf), NextCursor: list.Next},
		Headers: api.ListCertificationRuns200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) GetCertificationRun(ctx context.Context, r api.GetCertificationRunRequestObject) (api.GetCertificationRunResponseObject, error) {
	run, err := h.Services.Certify.Run(ctx, callOf(ctx).actor, r.Run)
	if err != nil {
		return nil, err
	}
	return api.GetCertificationRun200JSONResponse(runOf(run)), nil
}

func (h *handlers) ListCertificationRunItems(ctx context.Context, r api.ListCertificationRunItemsRequestObject) (api.ListCertificationRunItemsResponseObject, error) {
	list, err := h.Services.Certify.RunItems(ctx, callOf(ctx).actor, r.Run, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListCertificationRunItems200JSONResponse{
		Body:    api.CertificationRunItemList{Items: each(list.Items, h.runItemOf), NextCursor: list.Next},
		Headers: api.ListCertificationRunItems200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func runOf(r core.CertifyRun) api.CertificationRun {
	return api.CertificationRun{
		Id: r.ID, OrganizationId: r.OrganizationID, BegunBy: r.AccountID, BegunByName: r.AccountName, BegunAt: r.BegunAt, FinishedAt: r.FinishedAt,
		Total: r.Total, Certified: r.Certified, Refused: r.Refused, Running: r.Running(),
	}
}

func (h *handlers) runItemOf(i core.CertifyRunItem) api.CertificationRunItem {
	out := api.CertificationRunItem{
		Position: i.Position, ProposalId: i.ProposalID, Name: i.Name, Title: i.Title, Done: !i.DoneAt.IsZero(), Code: i.Code, Message: i.Message,
		CredentialId: i.CredentialID,
	}
	if i.CredentialCode != "" {
		out.Url = h.page(i.CredentialCode)
	}
	return out
}
