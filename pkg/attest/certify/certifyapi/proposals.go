package certifyapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/certify/certifyview"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard/standardview"
	"github.com/palmar/palmar/pkg/platform/edge"
)

type proposals struct {
	service *certify.Service
	site    certifyview.Site
}

var proposalRoutes = edge.Routes{
	"proposeCompletion": {Action: access.ProposalMake},
	"proposeSpecialty":  {Action: access.ProposalMake},
	"proposeTranscript": {Action: access.ProposalMake},
	"proposeLicense":    {Action: access.ProposalMake},
	"proposeChange":     {Action: access.ProposalMake},
	"listProposals":     {Action: access.ProposalRead},
	"getProposal":       {Action: access.ProposalRead},
	"certify":           {Action: access.ProposalDecide},
	"declineProposal":   {Action: access.ProposalDecline},
	"clearFlag":         {Action: access.FlagClear},
}

func (o proposals) ProposeCompletion(c echo.Context, enrollment common.EnrollmentID, _ ProposeCompletionParams) error {
	return edge.Do(c, func(ctx context.Context) (certify.Proposal, error) {
		return o.service.Propose(ctx, edge.Actor(c), enrollment)
	}, createdProposal)
}

func (o proposals) ProposeSpecialty(c echo.Context, completion common.CourseCompletionID, _ ProposeSpecialtyParams) error {
	return edge.Do(c, func(ctx context.Context) (certify.Proposal, error) {
		return o.service.ProposeSpecialty(ctx, edge.Actor(c), completion)
	}, createdProposal)
}

func (o proposals) ProposeTranscript(c echo.Context, enrollment common.EnrollmentID, _ ProposeTranscriptParams) error {
	return edge.Do(c, func(ctx context.Context) (certify.Proposal, error) {
		return o.service.ProposeTranscript(ctx, edge.Actor(c), enrollment)
	}, createdProposal)
}

func (o proposals) ProposeLicense(c echo.Context, license common.LicenseID, _ ProposeLicenseParams) error {
	return edge.Do(c, func(ctx context.Context) (certify.Proposal, error) {
		return o.service.ProposeLicense(ctx, edge.Actor(c), license)
	}, createdProposal)
}

func (o proposals) ProposeChange(c echo.Context, id common.CredentialID, _ ProposeChangeParams) error {
	return edge.Take(c, func(ctx context.Context, in ChangeInput) (certify.Proposal, error) {
		return o.service.ProposeChange(ctx, edge.Actor(c), id, certify.ChangeInput(in))
	}, createdProposal)
}

func (o proposals) ListProposals(c echo.Context, org common.OrganizationID, p ListProposalsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[certify.Proposal], error) {
		return o.service.Proposals(ctx, edge.Actor(c), org, p.State, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[certify.Proposal]) edge.Reply {
		return edge.List(c, l.Next, ProposalList{Items: edge.Each(l.Items, proposalOf), NextCursor: l.Next})
	})
}

func (o proposals) GetProposal(c echo.Context, id ProposalID) error {
	return edge.Do(c, func(ctx context.Context) (certify.Proposal, error) {
		return o.service.Proposal(ctx, edge.Actor(c), id)
	}, okProposal)
}

func (o proposals) Certify(c echo.Context, id ProposalID, _ CertifyParams) error {
	return edge.Do(c, func(ctx context.Context) (core.Credential, error) {
		return o.service.Certify(ctx, edge.Actor(c), id, edge.Version(c))
	}, func(made core.Credential) edge.Reply { return edge.Created(o.site.Credential(made)) })
}

func (o proposals) DeclineProposal(c echo.Context, id ProposalID, _ DeclineProposalParams) error {
	return edge.Take(c, func(ctx context.Context, in common.ReasonInput) (certify.Proposal, error) {
		return o.service.Decline(ctx, edge.Actor(c), id, edge.Version(c), in.Reason)
	}, okProposal)
}

func (o proposals) ClearFlag(c echo.Context, id ProposalID, flag FlagCode, _ ClearFlagParams) error {
	return edge.Take(c, func(ctx context.Context, in common.ReasonInput) (certify.Proposal, error) {
		return o.service.ClearFlag(ctx, edge.Actor(c), id, flag, in.Reason)
	}, okProposal)
}

func okProposal(p certify.Proposal) edge.Reply { return edge.OK(proposalOf(p)).Version(p.Version) }

func createdProposal(p certify.Proposal) edge.Reply {
	return edge.Created(proposalOf(p)).Version(p.Version)
}

// proposalOf adds what was seen when it was proposed; what cannot be read is
// left out.
func proposalOf(p certify.Proposal) Proposal {
	out := Proposal{
		Id: p.ID, Action: p.Action, Kind: p.Kind, LicenseId: p.LicenseID, TargetId: p.TargetID, TargetCode: p.TargetCode,
		HolderName: p.HolderName, Cause: p.Cause, TherapistId: p.TherapistID, Name: p.Name, Title: p.Title, EnrollmentId: p.EnrollmentID,
		CourseCompletionId: p.CourseCompletionID, State: p.State, ProposedBy: p.ProposedBy, ProposedByName: p.ProposedByName,
		ProposedAt: p.ProposedAt, DecidedBy: p.DecidedBy, DecidedByName: p.DecidedByName, DecidedAt: p.DecidedAt,
		Reason: p.Reason, CredentialId: p.CredentialID, Code: p.Code, Version: p.Version, Flags: edge.Each(p.Flags, flagOf),
	}
	seen, err := certify.SeenOf(p)
	if err != nil {
		return out
	}
	if p.Kind == core.CredentialCompletion || p.Kind == core.CredentialTranscript {
		out.Standing = standardview.Standing(seen.Standing)
	}
	out.Claims = standardview.Claims(seen.Claims)
	out.Prerequisites = edge.Each(seen.Prerequisites, func(x certify.PrerequisiteSeen) PrerequisiteSeen {
		return PrerequisiteSeen{Text: x.Text, Met: x.Met, Detail: x.Detail}
	})
	return out
}

func flagOf(f certify.Flag) Flag {
	return Flag{
		Code: f.Code, Text: f.Text, Dates: f.Dates, Occurrences: f.Occurrences,
		ClearedBy: f.ClearedBy, ClearedByName: f.ClearedByName, ClearedAt: f.ClearedAt, Reason: f.Reason,
	}
}
