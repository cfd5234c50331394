package accountapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var invitationRoutes = edge.Routes{
	"lookUpInvitation": {Action: edge.Public, Guessable: true},
	"acceptInvitation": {Action: edge.Public, Guessable: true},
	"invite":           {Action: access.MemberInvite},
	"listInvitations":  {Action: access.MemberInvite},
}

func (o operations) Invite(c echo.Context, organization common.OrganizationID, _ InviteParams) error {
	return edge.Take(c, func(ctx context.Context, in NewInvitation) (account.Invitation, error) {
		return o.service.Invite(ctx, edge.Actor(c), organization, account.Invite{Email: in.Email, Name: in.Name, Role: in.Role})
	}, func(i account.Invitation) edge.Reply { return edge.Created(invitation(i)) })
}

func (o operations) ListInvitations(c echo.Context, organization common.OrganizationID, p ListInvitationsParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[account.Invitation], error) {
		return o.service.Invitations(ctx, edge.Actor(c), organization, edge.Page(p.Limit, p.Cursor))
	}, func(list core.List[account.Invitation]) edge.Reply {
		return edge.List(c, list.Next, InvitationList{Items: edge.Each(list.Items, invitation), NextCursor: list.Next})
	})
}

func invitation(i account.Invitation) Invitation {
	return Invitation{
		Id: i.ID, Email: i.Email, Name: i.Name, Role: i.Role,
		CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt, AcceptedAt: i.AcceptedAt,
	}
}

func (o operations) LookUpInvitation(c echo.Context) error {
	return edge.Take(c, func(ctx context.Context, in InvitationToken) (account.InvitationView, error) {
		return o.service.LookUpInvitation(ctx, in.Token)
	}, func(v account.InvitationView) edge.Reply {
		return edge.OK(InvitationView{
			Email: v.Email, Name: v.Name, OrganizationName: v.OrganizationName, Role: v.Role,
			First: v.First, KnownAccount: v.KnownAccount, ExpiresAt: v.ExpiresAt,
		})
	})
}

func (o operations) AcceptInvitation(c echo.Context) error {
	return edge.Take(c, func(ctx context.Context, in AcceptInvitation) (account.Signed, error) {
		return o.service.Accept(ctx, account.Accept{
			Token: in.Token, Name: in.Name, Email: in.Email, Password: in.Password,
			OrganizationName: in.OrganizationName, Kind: string(in.OrganizationKind), Zone: in.Zone,
		})
	}, begun)
}
