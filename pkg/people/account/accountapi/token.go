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

var tokenRoutes = edge.Routes{
	"listTokens":              {Action: access.SelfRead},
	"createToken":             {Action: access.SelfWrite},
	"listOrganizationTokens":  {Action: access.TokenManage},
	"createOrganizationToken": {Action: access.TokenManage},
	"revokeToken":             {Action: access.SelfWrite},
}

func (o operations) ListTokens(c echo.Context, p ListTokensParams) error {
	return o.listTokens(c, core.OrganizationID{}, edge.Page(p.Limit, p.Cursor))
}

func (o operations) ListOrganizationTokens(c echo.Context, organization common.OrganizationID, p ListOrganizationTokensParams) error {
	return o.listTokens(c, organization, edge.Page(p.Limit, p.Cursor))
}

// listTokens are those of an organization, or of the actor where it is none.
func (o operations) listTokens(c echo.Context, organization core.OrganizationID, page core.Page) error {
	return edge.Do(c, func(ctx context.Context) (core.List[account.Token], error) {
		return o.service.Tokens(ctx, edge.Actor(c), organization, page)
	}, func(list core.List[account.Token]) edge.Reply {
		return edge.List(c, list.Next, TokenList{Items: edge.Each(list.Items, token), NextCursor: list.Next})
	})
}

func (o operations) CreateToken(c echo.Context) error {
	return o.createToken(c, core.OrganizationID{})
}

func (o operations) CreateOrganizationToken(c echo.Context, organization common.OrganizationID) error {
	return o.createToken(c, organization)
}

func (o operations) createToken(c echo.Context, organization core.OrganizationID) error {
	return edge.Take(c, func(ctx context.Context, in NewToken) (Token, error) {
		made, secret, err := o.service.CreateToken(ctx, edge.Actor(c), account.NewToken{
			OrganizationID: organization, Name: in.Name, Role: in.Role, Days: in.Days,
			Scopes: edge.Each(in.Scopes, func(s NewTokenScopes) string { return string(s) }),
		})
		out := token(made)
		out.Secret = secret
		return out, err
	}, func(t Token) edge.Reply { return edge.Created(t) })
}

func (o operations) RevokeToken(c echo.Context, token TokenID, _ RevokeTokenParams) error {
	return edge.Drop(c, func(ctx context.Context) error {
		_, err := o.service.RevokeToken(ctx, edge.Actor(c), token)
		return err
	})
}

func token(t account.Token) Token {
	return Token{
		Id: t.ID, Name: t.Name, Scopes: edge.Texts(t.Scopes), Role: t.Role, CreatedAt: t.CreatedAt,
		ExpiresAt: t.ExpiresAt, UsedAt: t.UsedAt, RevokedAt: t.RevokedAt,
	}
}
