package accountapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accountview"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var organizationRoutes = edge.Routes{
	"createOrganization": {Action: access.OrganizationCreate},
	"getOrganization":    {Action: access.OrganizationRead},
	"updateOrganization": {Action: access.OrganizationUpdate},
	"listMembers":        {Action: access.MemberRead},
	"listSupervisors":    {Action: access.SupervisorRead},
	"endMember":          {Action: access.MemberEnd},
}

func (o operations) CreateOrganization(c echo.Context, _ CreateOrganizationParams) error {
	return edge.Take(c, func(ctx context.Context, in NewOrganization) (core.Organization, error) {
		return o.service.CreateOrganization(ctx, edge.Actor(c), account.NewOrganization{
			Kind: in.Kind, Name: in.Name, Slug: in.Slug, Zone: in.Zone, URL: in.Url, AdminEmail: in.AdminEmail, AdminName: in.AdminName,
		})
	}, func(org core.Organization) edge.Reply {
		return edge.Created(accountview.Organization(org)).Version(org.Version)
	})
}

func (o operations) GetOrganization(c echo.Context, organization common.OrganizationID) error {
	return edge.Do(c, func(ctx context.Context) (core.Organization, error) {
		return o.service.Organization(ctx, edge.Actor(c), organization)
	}, shown)
}

func (o operations) UpdateOrganization(c echo.Context, organization common.OrganizationID, _ UpdateOrganizationParams) error {
	return edge.Take(c, func(ctx context.Context, in OrganizationChange) (core.Organization, error) {
		return o.service.UpdateOrganization(ctx, edge.Actor(c), organization, edge.Version(c), account.OrganizationChange{
			Name: in.Name, Zone: in.Zone, URL: in.Url, Language: in.Language, CheckpointRecipient: in.CheckpointRecipient,
			Jurisdiction: in.Jurisdiction, LookDays: in.LookDays, AcceptsLooks: in.AcceptsLooks,
		})
	}, shown)
}

func shown(org core.Organization) edge.Reply {
	return edge.OK(accountview.Organization(org)).Version(org.Version)
}

func (o operations) ListMembers(c echo.Context, organization common.OrganizationID, p ListMembersParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[core.Member], error) {
		return o.service.Members(ctx, edge.Actor(c), organization, p.Role, edge.Page(p.Limit, p.Cursor))
	}, func(list core.List[core.Member]) edge.Reply {
		return edge.List(c, list.Next, MemberList{Items: edge.Each(list.Items, member), NextCursor: list.Next})
	})
}

func (o operations) ListSupervisors(c echo.Context, organization common.OrganizationID) error {
	return edge.Do(c, func(ctx context.Context) ([]core.Member, error) {
		return o.service.Supervisors(ctx, edge.Actor(c), organization)
	}, func(all []core.Member) edge.Reply { return edge.OK(Supervisors{Items: edge.Each(all, member)}) })
}

func member(m core.Member) Member {
	return Member{
		Id: m.ID, OrganizationId: m.OrganizationID, AccountId: m.AccountID, Role: m.Role, Name: m.Name,
		Email: m.Email, CreatedAt: m.CreatedAt, EndedAt: m.EndedAt,
	}
}

func (o operations) EndMember(c echo.Context, member common.MemberID, _ EndMemberParams) error {
	return edge.Drop(c, func(ctx context.Context) error {
		_, err := o.service.EndMember(ctx, edge.Actor(c), member)
		return err
	})
}
