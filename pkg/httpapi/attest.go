package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
)

func (h *handlers) ProposeCompletion(ctx context.Context, r api.ProposeCompletionRequestObject) (api.ProposeCompletionResponseObject, error) {
	p, err := h.Services.Certify.Propose(ctx, callOf(ctx).actor, r.Enrollment)
	if err != nil {
		return nil, err
	}
	return api.ProposeCompletion201JSONResponse{
		Body: proposalOf(p), Headers: api.ProposeCompletion201ResponseHeaders{ETag: etag(p.Version)},
	}, nil
}

func (h *handlers) ProposeSpecialty(ctx context.Context, r api.ProposeSpecialtyRequestObject) (api.ProposeSpecialtyResponseObject, error) {
	p, err := h.Services.Certify.ProposeSpecialty(ctx, callOf(ctx).actor, r.CourseCompletion)
	if err != nil {
		return nil, err
	}
	return api.ProposeSpecialty201JSONResponse{
		Body: proposalOf(p), Headers: api.ProposeSpecialty201ResponseHeaders{ETag: etag(p.Version)},
	}, nil
}

func (h *handlers) ListProposals(ctx context.Context, r api.ListProposalsRequestObject) (api.ListProposalsResponseObject, error) {
	list, err := h.Services.Certify.Proposals(ctx, callOf(ctx).actor, r.Organization, r.Params.State, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListProposals200JSONResponse{
		Body:    api.ProposalList{Items: each(list.Items, proposalOf), NextCursor: list.Next},
		Headers: api.ListProposals200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) GetProposal(ctx context.Context, r api.GetProposalRequestObject) (api.GetProposalResponseObject, error) {
	p, err := h.Services.Certify.Proposal(ctx, callOf(ctx).actor, r.Proposal)
	if err != nil {
		return nil, err
	}
	return api.GetProposal200JSONResponse{Body: proposalOf(p), Headers: api.GetProposal200ResponseHeaders{ETag: etag(p.Version)}}, nil
}

func (h *handlers) Certify(ctx context.Context, r api.CertifyRequestObject) (api.CertifyResponseObject, error) {
	one := callOf(ctx)
	c, err := h.Services.Certify.Certify(ctx, one.actor, r.Proposal, one.version)
	if err != nil {
		return nil, err
	}
	return api.Certify201JSONResponse(h.credentialOf(c)), nil
}

func (h *handlers) DeclineProposal(ctx context.Context, r api.DeclineProposalRequestObject) (api.DeclineProposalResponseObject, error) {
	one := callOf(ctx)
	p, err := h.Services.Certify.Decline(ctx, one.actor, r.Proposal, one.version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.DeclineProposal200JSONResponse{
		Body: proposalOf(p), Headers: api.DeclineProposal200ResponseHeaders{ETag: etag(p.Version)},
	}, nil
}

func (h *handlers) ClearFlag(ctx context.Context, r api.ClearFlagRequestObject) (api.ClearFlagResponseObject, error) {
	p, err := h.Services.Certify.ClearFlag(ctx, callOf(ctx).actor, r.Proposal, r.Flag, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.ClearFlag200JSONResponse{Body: proposalOf(p), Headers: api.ClearFlag200ResponseHeaders{ETag: etag(p.Version)}}, nil
}

func flagOf(f core.Flag) api.Flag {
	return api.Flag{
		Code: f.Code, Text: f.Text, Dates: f.Dates, Occurrences: f.Occurrences,
		ClearedBy: f.ClearedBy, ClearedByName: f.ClearedByName, ClearedAt: f.ClearedAt, Reason: f.Reason,
	}
}

func (h *handlers) ListCredentials(ctx context.Context, r api.ListCredentialsRequestObject) (api.ListCredentialsResponseObject, error) {
	list, err := h.Services.Certify.IssuedBy(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListCredentials200JSONResponse{
		Body:    api.CredentialList{Items: each(list.Items, h.credentialOf), NextCursor: list.Next},
		Headers: api.ListCredentials200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) ListTherapistCredentials(ctx context.Context, r api.ListTherapistCredentialsRequestObject) (api.ListTherapistCredentialsResponseObject, error) {
	credentials, err := h.Services.Certify.Credentials(ctx, callOf(ctx).actor, r.Therapist)
	if err != nil {
		return nil, err
	}
	return api.ListTherapistCredentials200JSONResponse{Items: each(credentials, h.credentialOf)}, nil
}

// proposalOf adds what was seen when it was proposed; what cannot be read is
// left out.
func proposalOf(p core.Proposal) api.Proposal {
	out := api.Proposal{
		Id: p.ID, Action: p.Action, Kind: p.Kind, LicenseId: p.LicenseID, TargetId: p.TargetID, TargetCode: p.TargetCode,
		HolderName: p.HolderName, Cause: p.Cause, TherapistId: p.TherapistID, Name: p.Name, Title: p.Title, EnrollmentId: p.EnrollmentID,
		CourseCompletionId: p.CourseCompletionID, State: p.State, ProposedBy: p.ProposedBy, ProposedByName: p.ProposedByName,
		ProposedAt: p.ProposedAt, DecidedBy: p.DecidedBy, DecidedByName: p.DecidedByName, DecidedAt: p.DecidedAt,
		Reason: p.Reason, CredentialId: p.CredentialID, Code: p.Code, Version: p.Version,
	}
	out.Flags = each(p.Flags, flagOf)
	seen, err := certify.SeenOf(p)
	if err != nil {
		return out
	}
	if p.Kind == core.CredentialCompletion || p.Kind == core.CredentialTranscript {
		out.Standing = standingOf(seen.Standing)
	}
	out.Prerequisites = each(seen.Prerequisites, func(x certify.PrerequisiteSeen) api.PrerequisiteSeen {
		return api.PrerequisiteSeen{Text: x.Text, Met: x.Met, Detail: x.Detail}
	})
	return out
}

func (h *handlers) credentialOf(c core.Credential) api.Credential {
	return api.Credential{
		Id: c.ID, OrganizationId: c.OrganizationID, OrganizationName: c.OrganizationName, TherapistId: c.TherapistID,
		Kind: c.Kind, Code: c.Code, Title: c.Title, SubjectName: c.SubjectName, Issuer: c.IssuerDID, Minutes: c.Minutes,
		IssuedAt: c.IssuedAt, ValidUntil: c.ValidUntil, Url: h.page(c.Code),
		State: c.State, StateSince: c.StateSince, Cause: c.Cause, ReplacedByUrl: h.replacement(c.ReplacedByCode),
	}
}

func (h *handlers) CertifyMany(ctx context.Context, r api.CertifyManyRequestObject) (api.CertifyManyResponseObject, error) {
	chosen := each(r.Body.Proposals, func(p api.ChosenProposal) certify.Chosen { return certify.Chosen{ID: p.Id, Version: p.Version} })
	outcomes, err := h.Services.Certify.CertifyMany(ctx, callOf(ctx).actor, r.Organization, chosen, nil)
	if err != nil {
		return nil, err
	}
	var out api.CertifyMany200JSONResponse
	for _, o := range outcomes {
		item := api.CertifyOutcome{ProposalId: o.ID}
		if f := core.AsFault(o.Err); f != nil {
			item.Code, item.Message = f.Code, f.Message
		} else {
			item.Credential = h.credentialOf(o.Credential)
			out.Certified++
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}
