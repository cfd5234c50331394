package continuingapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/api/common"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var providerRoutes = edge.Routes{
	"listCEProviders":     {Action: access.CEProviderRead},
	"addCEProvider":       {Action: access.CEProviderWrite},
	"addCommonCEProvider": {Action: access.CEProviderWrite},
	"updateCEProvider":    {Action: access.CEProviderWrite},
}

func (o operations) ListCEProviders(c echo.Context, org common.OrganizationID, p ListCEProvidersParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[continuing.CEProvider], error) {
		return o.service.Providers(ctx, edge.Actor(c), org, edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[continuing.CEProvider]) edge.Reply {
		return edge.List(c, l.Next, CEProviderList{Items: edge.Each(l.Items, providerOf), NextCursor: l.Next})
	})
}

func (o operations) AddCEProvider(c echo.Context, org common.OrganizationID, _ AddCEProviderParams) error {
	return o.addProvider(c, org)
}

// AddCommonCEProvider adds a provider of every school.
func (o operations) AddCommonCEProvider(c echo.Context, _ AddCommonCEProviderParams) error {
	return o.addProvider(c, common.OrganizationID{})
}

func (o operations) addProvider(c echo.Context, org common.OrganizationID) error {
	return edge.Take(c, func(ctx context.Context, in CEProviderInput) (continuing.CEProvider, error) {
		return o.service.AddProvider(ctx, edge.Actor(c), org, providerInput(in))
	}, func(p continuing.CEProvider) edge.Reply { return edge.Created(providerOf(p)).Version(p.Version) })
}

func (o operations) UpdateCEProvider(c echo.Context, id CEProviderID, _ UpdateCEProviderParams) error {
	return edge.Take(c, func(ctx context.Context, in CEProviderInput) (continuing.CEProvider, error) {
		return o.service.UpdateProvider(ctx, edge.Actor(c), id, edge.Version(c), providerInput(in))
	}, func(p continuing.CEProvider) edge.Reply { return edge.OK(providerOf(p)).Version(p.Version) })
}

func providerInput(in CEProviderInput) continuing.ProviderInput {
	return continuing.ProviderInput{
		Name: in.Name, Contact: in.Contact, HandsOnPercent: in.HandsOnPercent,
		Numbers: edge.Each(in.Numbers, func(n CEApproval) continuing.CEApproval {
			return continuing.CEApproval{Body: n.Body, Number: n.Number, From: n.From, To: n.To}
		}),
	}
}

func providerOf(p continuing.CEProvider) CEProvider {
	return CEProvider{
		Id: p.ID, Common: p.OrganizationID.IsZero(), Name: p.Name, Contact: p.Contact, HandsOnPercent: p.HandsOnPercent, Version: p.Version,
		Numbers: edge.Each(p.Numbers, func(n continuing.CEApproval) CEApproval {
			return CEApproval{Body: n.Body, Number: n.Number, From: n.From, To: n.To}
		}),
	}
}
