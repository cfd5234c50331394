package accountapi

import (
	"context"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/edge"
)

var sessionRoutes = edge.Routes{
	"signIn":            {Action: edge.Public},
	"listSessions":      {Action: access.SelfRead},
	"signOutEverywhere": {Action: access.SelfWrite},
	"signOut":           {Action: access.SelfWrite},
	"confirmPassword":   {Action: access.SelfWrite},
	"changePassword":    {Action: access.SelfWrite},
	"chooseLanguage":    {Action: access.SelfWrite},
	"getMe":             {Action: access.SelfRead},

	"askAddress":     {Action: access.SelfWrite},
	"confirmAddress": {Action: edge.Public, Guessable: true},
	"askReset":       {Action: edge.Public, Guessable: true},
	"resetPassword":  {Action: edge.Public, Guessable: true},
}

func (o operations) SignIn(c echo.Context) error {
	return edge.Take(c, func(ctx context.Context, in SignIn) (account.Signed, error) {
		return o.service.SignIn(ctx, account.SignIn{Email: in.Email, Password: in.Password, Agent: c.Request().UserAgent()})
	}, begun)
}

func (o operations) ListSessions(c echo.Context) error {
	who := edge.Actor(c)
	return edge.Do(c, func(ctx context.Context) ([]account.UserSession, error) {
		return o.service.Sessions(ctx, who)
	}, func(all []account.UserSession) edge.Reply {
		return edge.OK(SessionInfos{Items: edge.Each(all, func(s account.UserSession) SessionInfo {
			return SessionInfo{
				Id: s.ID, CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, ExpiresAt: s.ExpiresAt,
				Address: s.Address, Agent: s.Agent, Current: s.ID == who.SessionID,
			}
		})})
	})
}

func (o operations) SignOutEverywhere(c echo.Context) error {
	return edge.Drop(c, func(ctx context.Context) error { return o.service.SignOutEverywhere(ctx, edge.Actor(c)) })
}

func (o operations) SignOut(c echo.Context) error {
	return edge.Drop(c, func(ctx context.Context) error { return o.service.SignOut(ctx, edge.Actor(c)) })
}

func (o operations) ConfirmPassword(c echo.Context) error {
	return edge.Take(c, func(ctx context.Context, in Password) (account.Signed, error) {
		return o.service.Confirm(ctx, edge.Actor(c), in.Password)
	}, signed)
}

func (o operations) ChangePassword(c echo.Context) error {
	return edge.Take(c, func(ctx context.Context, in PasswordChange) (account.Signed, error) {
		return o.service.ChangePassword(ctx, edge.Actor(c), in.OldPassword, in.NewPassword)
	}, signed)
}

func (o operations) GetMe(c echo.Context) error { return edge.Send(c, edge.OK(me(edge.Actor(c)))) }

func (o operations) ChooseLanguage(c echo.Context) error {
	return edge.TakeDrop(c, func(ctx context.Context, in ChooseLanguageJSONBody) error {
		return o.service.ChooseLanguage(ctx, edge.Actor(c), *in.Language)
	})
}

func (o operations) AskAddress(c echo.Context) error {
	return edge.TakeDrop(c, func(ctx context.Context, in AskAddressJSONBody) error {
		return o.service.AskAddress(ctx, edge.Actor(c), in.Email, in.Password)
	})
}

func (o operations) ConfirmAddress(c echo.Context) error {
	return edge.TakeDrop(c, func(ctx context.Context, in InvitationToken) error {
		_, err := o.service.ConfirmAddress(ctx, in.Token)
		return err
	})
}

func (o operations) AskReset(c echo.Context) error {
	return edge.TakeDrop(c, func(ctx context.Context, in AskResetJSONBody) error {
		return o.service.AskReset(ctx, in.Email)
	})
}

func (o operations) ResetPassword(c echo.Context) error {
	return edge.TakeDrop(c, func(ctx context.Context, in ResetPasswordJSONBody) error {
		return o.service.Reset(ctx, in.Token, in.Password)
	})
}

// begun answers with a session that was not there before.
func begun(s account.Signed) edge.Reply { return edge.Created(session(s)) }

func signed(s account.Signed) edge.Reply { return edge.OK(session(s)) }

func session(s account.Signed) Session {
	return Session{Token: s.Token, ExpiresAt: s.ExpiresAt, Account: me(s.Actor)}
}

func me(a access.Actor) Me {
	return Me{
		AccountId: a.AccountID, TherapistId: a.TherapistID, Name: a.Name, Email: a.Email, Operator: a.Operator, Language: a.Language,
		AuthenticatedAt: a.AuthenticatedAt,
		Memberships: edge.Each(a.Memberships, func(m access.Membership) Membership {
			return Membership{
				OrganizationId: m.OrganizationID, OrganizationName: m.OrganizationName,
				OrganizationKind: m.OrganizationKind, MemberId: m.MemberID, Role: m.Role,
			}
		}),
	}
}
