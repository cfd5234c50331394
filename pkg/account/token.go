package account

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

const longestToken = 366 // days

// tokenRoles are what an organization's token may act as.
var tokenRoles = map[core.OrganizationKind]core.Role{
	core.School:   core.RoleRegistrar,
	core.Employer: core.RoleVerifier,
}

// CreateToken makes an API token; the secret is shown this once. A personal
// one acts as the person and wants self.write; an organization's wants
// token.manage there, and is good for only as long as whoever made it is an
// administrator there. Codes by field: required, too_long, unknown_scope,
// bad_days, role_not_here.
func (s *Service) CreateToken(ctx context.Context, a access.Actor, in NewToken) (core.Token, string, error) {
	if err := s.mayManage(a, in.OrganizationID); err != nil {
		return core.Token{}, "", err
	}
	var t core.Token
	var secret string
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var kind core.OrganizationKind
		if !in.OrganizationID.IsZero() {
			o, err := tx.Organization(ctx, in.OrganizationID)
			if err != nil {
				return err
			}
			kind = o.Kind
		}
		var err error
		if t, err = s.token(a, kind, in); err != nil {
			return err
		}
		secret, t.TokenHash = s.newSecret(tokenPrefix)
		if err := tx.InsertToken(ctx, t); err != nil {
			return err
		}
		return tx.Audit(ctx, s.event(ctx, a, t.CreatedAt, onToken("token.create", t)))
	})
	if err != nil {
		return core.Token{}, "", err
	}
	return t, secret, nil
}

func (s *Service) mayManage(a access.Actor, org core.OrganizationID) error {
	if org.IsZero() {
		return access.Can(a, access.SelfWrite, access.Target{})
	}
	return access.Can(a, access.TokenManage, access.Target{Organization: org})
}

func (s *Service) token(a access.Actor, kind core.OrganizationKind, in NewToken) (core.Token, error) {
	var c core.Collect
	name, err := core.CleanText(in.Name, 1, 100)
	if err := c.Check("name", err); err != nil {
		return core.Token{}, err
	}
	if in.Days < 1 || in.Days > longestToken {
		c.Add("days", "bad_days", "A token is good for 1 to %d days.", longestToken)
	}
	scopes := slices.Compact(slices.Sorted(slices.Values(in.Scopes)))
	if len(scopes) == 0 {
		c.Add("scopes", "required", "Name what the token may do: read, or read and write.")
	}
	for _, scope := range scopes {
		if scope != core.ScopeRead && scope != core.ScopeWrite {
			c.Add("scopes", "unknown_scope", "The scopes are read and write.")
			break
		}
	}
	if in.OrganizationID.IsZero() {
		in.Role = ""
	} else if in.Role != tokenRoles[kind] {
		c.Add("role", "role_not_here", "A token of this organization acts as %s.", tokenRoles[kind])
	}
	now := s.src.Now()
	return core.Token{
		ID: newID[core.TokenID](s), AccountID: a.AccountID, OrganizationID: in.OrganizationID, Role: in.Role, Name: name,
		Scopes: scopes, CreatedAt: now, ExpiresAt: now.Add(time.Duration(in.Days) * 24 * time.Hour),
	}, c.Err()
}

func onToken(action string, t core.Token) core.AuditEvent {
	return core.AuditEvent{OrganizationID: t.OrganizationID, Action: action, TargetKind: "token", TargetID: t.ID.String()}
}

// Tokens are an organization's, which wants token.manage there, or the actor's
// own when org is zero, which wants self.read and a person; newest first. Code:
// bad_cursor.
func (s *Service) Tokens(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Token], error) {
	allowed := own(a)
	if !org.IsZero() {
		allowed = access.Can(a, access.TokenManage, access.Target{Organization: org})
	}
	if allowed != nil {
		return core.List[core.Token]{}, allowed
	}
	return listed(s, ctx, page, func(ctx context.Context, tx Tx, after core.TokenID, limit int) ([]core.Token, error) {
		return tx.TokensOf(ctx, a.AccountID, org, after, limit)
	}, func(t core.Token) core.TokenID { return t.ID })
}

// RevokeToken ends a token at once; doing it twice is no fault. It wants what
// CreateToken wants. Another person's token is not_found.
func (s *Service) RevokeToken(ctx context.Context, a access.Actor, id core.TokenID) error {
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		t, err := tx.Token(ctx, id)
		if err != nil && core.AsFault(err) == nil {
			return err
		}
		if err := s.mayManage(a, t.OrganizationID); err != nil {
			return err
		}
		if err != nil || t.OrganizationID.IsZero() && t.AccountID != a.AccountID {
			return core.NotFound("token")
		}
		now := s.src.Now()
		if err := tx.RevokeToken(ctx, id, now); err != nil {
			return err
		}
		return tx.Audit(ctx, s.event(ctx, a, now, onToken("token.revoke", t)))
	})
}
