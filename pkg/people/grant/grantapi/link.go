package grantapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var linkRoutes = edge.Routes{
	"listMyLinks": {Action: access.GrantOwn},
	"makeLink":    {Action: access.GrantGive},
	"endLink":     {Action: access.GrantEnd},
}

func (o operations) ListMyLinks(c echo.Context, p ListMyLinksParams) error {
	return edge.Do(c, func(ctx context.Context) (core.List[grant.Link], error) {
		return o.service.Links(ctx, edge.Actor(c), edge.Page(p.Limit, p.Cursor))
	}, func(l core.List[grant.Link]) edge.Reply {
		return edge.List(c, l.Next, ShareLinkList{Items: edge.Each(l.Items, o.link), NextCursor: l.Next})
	})
}

func (o operations) MakeLink(c echo.Context, _ MakeLinkParams) error {
	return edge.Take(c, func(ctx context.Context, in ShareLinkInput) (grant.MadeLink, error) {
		return o.service.MakeLink(ctx, edge.Actor(c), grant.LinkTerms{
			Terms: grant.Terms{Scopes: in.Scopes, Purpose: in.Purpose, Months: given(in.Months)}, Label: in.Label, Uses: given(in.Uses),
		})
	}, func(made grant.MadeLink) edge.Reply {
		return edge.Created(MadeShareLink{Link: o.link(made.Link), Secret: made.Secret, Url: o.baseURL + grant.LinkPath(made.Secret)})
	})
}

func (o operations) EndLink(c echo.Context, id LinkID, _ EndLinkParams) error {
	return edge.Do(c, func(ctx context.Context) (grant.Link, error) {
		return o.service.EndLink(ctx, edge.Actor(c), id)
	}, func(l grant.Link) edge.Reply { return edge.OK(o.link(l)) })
}

func (o operations) link(l grant.Link) ShareLink {
	return ShareLink{
		Id: l.ID, Label: l.Label, Scopes: l.Scopes, Purpose: l.Purpose, Words: l.Words, Wording: l.Wording, Most: l.Most, Used: l.Used,
		GivenAt: l.GivenAt, Until: l.Until, EndedAt: l.EndedAt, UsedAt: l.UsedAt, Live: l.Live(o.now()),
	}
}
