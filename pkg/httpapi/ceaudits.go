package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/continuing"
	"github.com/palmar/palmar/pkg/core"
)

func (h *handlers) BeginCEAudit(ctx context.Context, r api.BeginCEAuditRequestObject) (api.BeginCEAuditResponseObject, error) {
	a, err := h.Continuing.BeginAudit(ctx, callOf(ctx).actor, r.Organization, continuing.AuditInput{
		Jurisdiction: r.Body.Jurisdiction, EndsFrom: r.Body.EndsFrom, EndsTo: r.Body.EndsTo, Percent: r.Body.Percent,
	})
	if err != nil {
		return nil, err
	}
	return api.BeginCEAudit201JSONResponse{Body: ceAuditOf(a), Headers: api.BeginCEAudit201ResponseHeaders{ETag: etag(a.Version)}}, nil
}

func (h *handlers) ListCEAudits(ctx context.Context, r api.ListCEAuditsRequestObject) (api.ListCEAuditsResponseObject, error) {
	list, err := h.Continuing.Audits(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListCEAudits200JSONResponse{
		Body:    api.CEAuditList{Items: each(list.Items, ceAuditOf), NextCursor: list.Next},
		Headers: api.ListCEAudits200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) GetCEAudit(ctx context.Context, r api.GetCEAuditRequestObject) (api.GetCEAuditResponseObject, error) {
	a, err := h.Continuing.Audit(ctx, callOf(ctx).actor, r.Audit)
	if err != nil {
		return nil, err
	}
	return api.GetCEAudit200JSONResponse{Body: ceAuditOf(a), Headers: api.GetCEAudit200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

func (h *handlers) DrawCEAudit(ctx context.Context, r api.DrawCEAuditRequestObject) (api.DrawCEAuditResponseObject, error) {
	one := callOf(ctx)
	a, err := h.Continuing.DrawAudit(ctx, one.actor, r.Audit, one.version, r.Body.Word)
	if err != nil {
		return nil, err
	}
	return api.DrawCEAudit200JSONResponse{Body: ceAuditOf(a), Headers: api.DrawCEAudit200ResponseHeaders{ETag: etag(a.Version)}}, nil
}

func (h *handlers) GetCEDraw(ctx context.Context, r api.GetCEDrawRequestObject) (api.GetCEDrawResponseObject, error) {
	d, err := h.Continuing.Draw(ctx, callOf(ctx).actor, r.Audit)
	if err != nil {
		return nil, err
	}
	return api.GetCEDraw200JSONResponse{
		Audit: d.Audit, Percent: d.Percent, Commitment: d.Commitment, Seed: d.Seed, Word: d.Word, PopulationDigest: d.PopulationDigest,
		Licenses: d.Licenses, Sample: d.Sample,
	}, nil
}

func (h *handlers) ListCESample(ctx context.Context, r api.ListCESampleRequestObject) (api.ListCESampleResponseObject, error) {
	list, err := h.Continuing.Sample(ctx, callOf(ctx).actor, r.Audit, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListCESample200JSONResponse{
		Body:    api.CESample{Items: each(list.Items, ceAuditPersonOf), NextCursor: list.Next},
		Headers: api.ListCESample200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) GetCEEvidence(ctx context.Context, r api.GetCEEvidenceRequestObject) (api.GetCEEvidenceResponseObject, error) {
	p, c, err := h.Continuing.Evidence(ctx, callOf(ctx).actor, r.Audit, r.License)
	if err != nil {
		return nil, err
	}
	return api.GetCEEvidence200JSONResponse{Person: ceAuditPersonOf(p), Cycle: ceCycleOf(c)}, nil
}

func (h *handlers) DecideCEAudit(ctx context.Context, r api.DecideCEAuditRequestObject) (api.DecideCEAuditResponseObject, error) {
	p, err := h.Continuing.DecideAudit(ctx, callOf(ctx).actor, r.Audit, r.License, core.CEState(r.Body.Outcome), r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.DecideCEAudit200JSONResponse(ceAuditPersonOf(p)), nil
}

func ceAuditOf(a core.CEAudit) api.CEAudit {
	return api.CEAudit{
		Id: a.ID, OrganizationId: a.OrganizationID, Jurisdiction: a.Jurisdiction, EndsFrom: a.EndsFrom, EndsTo: a.EndsTo, Percent: a.Percent,
		Commitment: a.Commitment, Seed: a.Seed, Population: a.Population, PopulationDigest: a.PopulationDigest, CreatedAt: a.CreatedAt,
		CreatedByName: a.CreatedByName, Word: a.Word, DrawnAt: a.DrawnAt, Version: a.Version,
	}
}

func ceAuditPersonOf(p core.CEAuditPerson) api.CEAuditPerson {
	return api.CEAuditPerson{
		LicenseId: p.LicenseID, TherapistId: p.TherapistID, Name: p.Name, Number: p.Number, CycleFrom: p.CycleFrom, CycleTo: p.CycleTo, Place: p.Place,
		Outcome: api.CEAuditPersonOutcome(p.Outcome), Reason: p.Reason, DecidedByName: p.DecidedByName, DecidedAt: p.DecidedAt,
	}
}

func (h *handlers) RequestCELeave(ctx context.Context, r api.RequestCELeaveRequestObject) (api.RequestCELeaveResponseObject, error) {
	l, err := h.Continuing.RequestLeave(ctx, callOf(ctx).actor, r.License, continuing.LeaveInput{
		Kind: core.CELeaveKind(r.Body.Kind), On: r.Body.On, Minutes: r.Body.Minutes, Until: r.Body.Until, Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return api.RequestCELeave201JSONResponse{Body: ceLeaveOf(l), Headers: api.RequestCELeave201ResponseHeaders{ETag: etag(l.Version)}}, nil
}

func (h *handlers) GetCELeave(ctx context.Context, r api.GetCELeaveRequestObject) (api.GetCELeaveResponseObject, error) {
	l, err := h.Continuing.Leave(ctx, callOf(ctx).actor, r.Leave)
	if err != nil {
		return nil, err
	}
	return api.GetCELeave200JSONResponse{Body: ceLeaveOf(l), Headers: api.GetCELeave200ResponseHeaders{ETag: etag(l.Version)}}, nil
}

func (h *handlers) ApproveCELeave(ctx context.Context, r api.ApproveCELeaveRequestObject) (api.ApproveCELeaveResponseObject, error) {
	one := callOf(ctx)
	l, err := h.Continuing.ApproveLeave(ctx, one.actor, r.Leave, one.version, continuing.LeaveDecision{
		Authority: r.Body.Authority, GrantedOn: r.Body.GrantedOn, Note: r.Body.Note,
	})
	if err != nil {
		return nil, err
	}
	return api.ApproveCELeave200JSONResponse{Body: ceLeaveOf(l), Headers: api.ApproveCELeave200ResponseHeaders{ETag: etag(l.Version)}}, nil
}

func (h *handlers) DeclineCELeave(ctx context.Context, r api.DeclineCELeaveRequestObject) (api.DeclineCELeaveResponseObject, error) {
	one := callOf(ctx)
	l, err := h.Continuing.DeclineLeave(ctx, one.actor, r.Leave, one.version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return api.DeclineCELeave200JSONResponse{Body: ceLeaveOf(l), Headers: api.DeclineCELeave200ResponseHeaders{ETag: etag(l.Version)}}, nil
}

func ceLeaveOf(l core.CELeave) api.CELeave {
	return api.CELeave{
		Id: l.ID, LicenseId: l.LicenseID, Kind: l.Kind, CycleFrom: l.CycleFrom, CycleTo: l.CycleTo, Minutes: l.Minutes, Until: l.Until, Reason: l.Reason,
		State: l.State, RequestedAt: l.RequestedAt, Authority: l.Authority, GrantedOn: l.GrantedOn, DecidedByName: l.DecidedByName, DecidedAt: l.DecidedAt,
		Note: l.Note, Version: l.Version,
	}
}

func ceProviderInput(in *api.CEProviderInput) continuing.ProviderInput {
	return continuing.ProviderInput{
		Name: in.Name, Contact: in.Contact, HandsOnPercent: in.HandsOnPercent,
		Numbers: each(in.Numbers, func(n api.CEApproval) core.CEApproval {
			return core.CEApproval{Body: n.Body, Number: n.Number, From: n.From, To: n.To}
		}),
	}
}

func (h *handlers) ListCEProviders(ctx context.Context, r api.ListCEProvidersRequestObject) (api.ListCEProvidersResponseObject, error) {
	list, err := h.Continuing.Providers(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListCEProviders200JSONResponse{
		Body:    api.CEProviderList{Items: each(list.Items, ceProviderOf), NextCursor: list.Next},
		Headers: api.ListCEProviders200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) AddCEProvider(ctx context.Context, r api.AddCEProviderRequestObject) (api.AddCEProviderResponseObject, error) {
	p, err := h.Continuing.AddProvider(ctx, callOf(ctx).actor, r.Organization, ceProviderInput(r.Body))
	if err != nil {
		return nil, err
	}
	return api.AddCEProvider201JSONResponse{Body: ceProviderOf(p), Headers: api.AddCEProvider201ResponseHeaders{ETag: etag(p.Version)}}, nil
}

func (h *handlers) AddCommonCEProvider(ctx context.Context, r api.AddCommonCEProviderRequestObject) (api.AddCommonCEProviderResponseObject, error) {
	p, err := h.Continuing.AddProvider(ctx, callOf(ctx).actor, core.OrganizationID{}, ceProviderInput(r.Body))
	if err != nil {
		return nil, err
	}
	return api.AddCommonCEProvider201JSONResponse{Body: ceProviderOf(p), Headers: api.AddCommonCEProvider201ResponseHeaders{ETag: etag(p.Version)}}, nil
}

func (h *handlers) UpdateCEProvider(ctx context.Context, r api.UpdateCEProviderRequestObject) (api.UpdateCEProviderResponseObject, error) {
	one := callOf(ctx)
	p, err := h.Continuing.UpdateProvider(ctx, one.actor, r.Provider, one.version, ceProviderInput(r.Body))
	if err != nil {
		return nil, err
	}
	return api.UpdateCEProvider200JSONResponse{Body: ceProviderOf(p), Headers: api.UpdateCEProvider200ResponseHeaders{ETag: etag(p.Version)}}, nil
}

func ceProviderOf(p core.CEProvider) api.CEProvider {
	return api.CEProvider{
		Id: p.ID, Common: p.OrganizationID.IsZero(), Name: p.Name, Contact: p.Contact, HandsOnPercent: p.HandsOnPercent, Version: p.Version,
		Numbers: each(p.Numbers, func(n core.CEApproval) api.CEApproval {
			return api.CEApproval{Body: n.Body, Number: n.Number, From: n.From, To: n.To}
		}),
	}
}

func (h *handlers) SetCourseCE(ctx context.Context, r api.SetCourseCERequestObject) (api.SetCourseCEResponseObject, error) {
	c, err := h.Continuing.SetCourse(ctx, callOf(ctx).actor, r.Course, continuing.CourseCE{
		Type: core.CEType(r.Body.Type), HandsOn: r.Body.HandsOn, Lines: each(r.Body.Lines, ceLineOf),
	})
	if err != nil {
		return nil, err
	}
	return api.SetCourseCE200JSONResponse{Type: string(c.Type), HandsOn: c.HandsOn, Lines: each(c.Lines, apiCELine)}, nil
}
