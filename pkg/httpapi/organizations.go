package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/account"
	"github.com/palmar/palmar/pkg/core"
)

func (h *handlers) CreateOrganization(ctx context.Context, r api.CreateOrganizationRequestObject) (api.CreateOrganizationResponseObject, error) {
	o, err := h.Account.CreateOrganization(ctx, callOf(ctx).actor, account.NewOrganization{
		Kind: r.Body.Kind, Name: r.Body.Name, Slug: r.Body.Slug, Zone: r.Body.Zone, URL: r.Body.Url,
		AdminEmail: r.Body.AdminEmail, AdminName: r.Body.AdminName,
	})
	if err != nil {
		return nil, err
	}
	return api.CreateOrganization201JSONResponse{
		Body: organizationOf(o), Headers: api.CreateOrganization201ResponseHeaders{ETag: etag(o.Version)},
	}, nil
}

func (h *handlers) GetOrganization(ctx context.Context, r api.GetOrganizationRequestObject) (api.GetOrganizationResponseObject, error) {
	o, err := h.Account.Organization(ctx, callOf(ctx).actor, r.Organization)
	if err != nil {
		return nil, err
	}
	return api.GetOrganization200JSONResponse{
		Body: organizationOf(o), Headers: api.GetOrganization200ResponseHeaders{ETag: etag(o.Version)},
	}, nil
}

func (h *handlers) UpdateOrganization(ctx context.Context, r api.UpdateOrganizationRequestObject) (api.UpdateOrganizationResponseObject, error) {
	one := callOf(ctx)
	o, err := h.Account.UpdateOrganization(ctx, one.actor, r.Organization, one.version, account.OrganizationChange{
		Name: r.Body.Name, Zone: r.Body.Zone, URL: r.Body.Url,
	})
	if err != nil {
		return nil, err
	}
	return api.UpdateOrganization200JSONResponse{
		Body: organizationOf(o), Headers: api.UpdateOrganization200ResponseHeaders{ETag: etag(o.Version)},
	}, nil
}

func (h *handlers) ListMembers(ctx context.Context, r api.ListMembersRequestObject) (api.ListMembersResponseObject, error) {
	list, err := h.Account.Members(ctx, callOf(ctx).actor, r.Organization, r.Params.Role, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListMembers200JSONResponse{
		Body:    api.MemberList{Items: each(list.Items, memberOf), NextCursor: list.Next},
		Headers: api.ListMembers200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) ListSupervisors(ctx context.Context, r api.ListSupervisorsRequestObject) (api.ListSupervisorsResponseObject, error) {
	members, err := h.Account.Supervisors(ctx, callOf(ctx).actor, r.Organization)
	if err != nil {
		return nil, err
	}
	return api.ListSupervisors200JSONResponse{Items: each(members, memberOf)}, nil
}

func (h *handlers) EndMember(ctx context.Context, r api.EndMemberRequestObject) (api.EndMemberResponseObject, error) {
	if err := h.Account.EndMember(ctx, callOf(ctx).actor, r.Member); err != nil {
		return nil, err
	}
	return api.EndMember204Response{}, nil
}

func (h *handlers) Invite(ctx context.Context, r api.InviteRequestObject) (api.InviteResponseObject, error) {
	i, err := h.Account.Invite(ctx, callOf(ctx).actor, r.Organization, account.Invite{
		Email: r.Body.Email, Name: r.Body.Name, Role: r.Body.Role,
	})
	if err != nil {
		return nil, err
	}
	return api.Invite201JSONResponse(invitationOf(i)), nil
}

func (h *handlers) ListInvitations(ctx context.Context, r api.ListInvitationsRequestObject) (api.ListInvitationsResponseObject, error) {
	list, err := h.Account.Invitations(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListInvitations200JSONResponse{
		Body:    api.InvitationList{Items: each(list.Items, invitationOf), NextCursor: list.Next},
		Headers: api.ListInvitations200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func organizationOf(o core.Organization) api.Organization {
	return api.Organization{Id: o.ID, Kind: o.Kind, Name: o.Name, Slug: o.Slug, Zone: o.Zone, Url: o.URL, Version: o.Version, ClosedAt: o.ClosedAt, ClosedCause: o.ClosedCause}
}

func memberOf(m core.Member) api.Member {
	return api.Member{
		Id: m.ID, OrganizationId: m.OrganizationID, AccountId: m.AccountID, Role: m.Role, Name: m.Name,
		Email: m.Email, CreatedAt: m.CreatedAt, EndedAt: m.EndedAt,
	}
}

func invitationOf(i core.Invitation) api.Invitation {
	return api.Invitation{
		Id: i.ID, Email: i.Email, Name: i.Name, Role: i.Role,
		CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, AcceptedAt: i.AcceptedAt,
	}
}
