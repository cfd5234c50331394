package account

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

const longestToken = 366 // days

// made is a token and its secret.
type made struct {
	Token
	secret string
}

var (
	tokenCreated   = act.NewEvent("token.create", "token")
	tokenRevoked   = act.NewEvent("token.revoke", "token")
	writesOwnToken = act.Declare(access.SelfWrite, tokenCreated, tokenRevoked)
	writesToken    = act.Declare(access.TokenManage, tokenCreated, tokenRevoked)
)

// CreateToken makes an API token; the secret is shown this once. A personal
// one acts as the person and wants self.write; an organization's wants
// token.manage there, and is good for only as long as the person who made it is an
// administrator there. Codes by field: required, too_long, unknown_scope,
// bad_days, role_not_here.
func (s *APITokens) CreateToken(ctx context.Context, a access.Actor, in NewToken) (Token, string, error) {
	t, err := act.Do(ctx, s.act, a, writing(in.OrganizationID), act.Command[Tx, core.Organization, made]{
		Find: func(ctx context.Context, tx Tx) (act.Found[core.Organization], error) {
			if in.OrganizationID.IsZero() {
				return act.Found[core.Organization]{}, nil
			}
			return findOrganization(in.OrganizationID)(ctx, tx)
		},
		Change: func(_ context.Context, x act.Step[Tx], o core.Organization) (t made, err error) {
			if t.Token, err = s.token(x, o.Kind, in); err == nil {
				t.secret, t.TokenHash = s.newSecret(tokenPrefix)
			}
			return t, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ core.Organization, t made) error {
			return x.Tx.InsertToken(ctx, t.Token)
		},
		Tell: func(_ core.Organization, t made) []act.Told {
			return []act.Told{{Event: tokenCreated, Subject: t.ID.String()}}
		},
	})
	return t.Token, t.secret, err
}

// writing is the deed of an organization's tokens, or of a person's own.
func writing(org core.OrganizationID) act.Deed {
	if org.IsZero() {
		return writesOwnToken
	}
	return writesToken
}

func (s *APITokens) token(x act.Step[Tx], kind core.OrganizationKind, in NewToken) (Token, error) {
	var c core.Collect
	name, err := core.CleanText(in.Name, 1, 100)
	if err := c.Check("name", err); err != nil {
		return Token{}, err
	}
	if in.Days < 1 || in.Days > longestToken {
		c.Add("days", "bad_days.account", "longestToken", longestToken)
	}
	scopes := slices.Compact(slices.Sorted(slices.Values(in.Scopes)))
	if len(scopes) == 0 {
		c.Add("scopes", "required.scopes")
	}
	for _, scope := range scopes {
		if scope != ScopeRead && scope != ScopeWrite {
			c.Add("scopes", "unknown_scope")
			break
		}
	}
	if in.OrganizationID.IsZero() {
		in.Role = ""
	} else if acts := core.TokenRole(kind); in.Role != acts {
		c.Add("role", "role_not_here.token", "acts", acts)
	}
	return Token{
		ID: newID[core.TokenID](s.desk), AccountID: x.Actor.AccountID, OrganizationID: in.OrganizationID, Role: in.Role, Name: name,
		Scopes: scopes, CreatedAt: x.Now, ExpiresAt: x.Now.Add(time.Duration(in.Days) * 24 * time.Hour),
	}, c.Err()
}

// Tokens are an organization's, which wants token.manage there, or the actor's
// own when org is zero, which wants self.read and a person; newest first. Code:
// bad_cursor.
func (s *APITokens) Tokens(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Token], error) {
	action := access.TokenManage
	if org.IsZero() {
		action = access.SelfRead
	}
	return act.List(ctx, s.act, a, page, act.ByID(action, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.TokenID, limit int) ([]Token, error) {
			if err := person(a); err != nil {
				return nil, err
			}
			return tx.TokensOf(ctx, a.AccountID, org, after, limit)
		}, func(t Token) core.TokenID { return t.ID }))
}

// RevokeToken ends a token at once; doing it twice is no fault. It wants what
// CreateToken wants. Another person's token is not_found.
func (s *APITokens) RevokeToken(ctx context.Context, a access.Actor, id core.TokenID) (Token, error) {
	org, err := s.organizationOf(ctx, id)
	if err != nil {
		return Token{}, err
	}
	return act.Do(ctx, s.act, a, writing(org), act.Command[Tx, Token, Token]{
		Find: func(ctx context.Context, tx Tx) (act.Found[Token], error) {
			t, err := tx.Token(ctx, id)
			if err == nil && org.IsZero() && t.AccountID != a.AccountID {
				err = core.NotFound("token")
			}
			return act.Found[Token]{Thing: t, Owner: access.Target{Organization: org}}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], t Token) (Token, error) {
			if t.RevokedAt.IsZero() {
				t.RevokedAt = x.Now
			}
			return t, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, t Token) error {
			return x.Tx.RevokeToken(ctx, id, t.RevokedAt)
		},
		Tell: func(_, t Token) []act.Told {
			return []act.Told{{Event: tokenRevoked, Subject: t.ID.String()}}
		},
	})
}

// organizationOf is whose a token is, zero for a person's own or none at all: it
// says under which deed the token is written, and never changes.
func (s *APITokens) organizationOf(ctx context.Context, id core.TokenID) (core.OrganizationID, error) {
	t, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) (Token, error) { return tx.Token(ctx, id) })
	if core.AsFault(err) != nil {
		err = nil
	}
	return t.OrganizationID, err
}
