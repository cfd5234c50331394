package httpapi

import (
	"context"

	"github.com/palmar/palmar/api"
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/account"
	"github.com/palmar/palmar/pkg/core"
)

func (h *handlers) SignIn(ctx context.Context, r api.SignInRequestObject) (api.SignInResponseObject, error) {
	signed, err := h.Account.SignIn(ctx, account.SignIn{
		Email: r.Body.Email, Password: r.Body.Password, Agent: callOf(ctx).request.UserAgent(),
	})
	if err != nil {
		return nil, err
	}
	return api.SignIn201JSONResponse(sessionOf(signed)), nil
}

func (h *handlers) ListSessions(ctx context.Context, _ api.ListSessionsRequestObject) (api.ListSessionsResponseObject, error) {
	who := callOf(ctx).actor
	sessions, err := h.Account.Sessions(ctx, who)
	if err != nil {
		return nil, err
	}
	return api.ListSessions200JSONResponse{Items: each(sessions, func(s core.UserSession) api.SessionInfo {
		return api.SessionInfo{
			Id: s.ID, CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, ExpiresAt: s.ExpiresAt,
			Address: s.Address, Agent: s.Agent, Current: s.ID == who.SessionID,
		}
	})}, nil
}

func (h *handlers) SignOutEverywhere(ctx context.Context, _ api.SignOutEverywhereRequestObject) (api.SignOutEverywhereResponseObject, error) {
	if err := h.Account.SignOutEverywhere(ctx, callOf(ctx).actor); err != nil {
		return nil, err
	}
	return api.SignOutEverywhere204Response{}, nil
}

func (h *handlers) SignOut(ctx context.Context, _ api.SignOutRequestObject) (api.SignOutResponseObject, error) {
	if err := h.Account.SignOut(ctx, callOf(ctx).actor); err != nil {
		return nil, err
	}
	return api.SignOut204Response{}, nil
}

func (h *handlers) ConfirmPassword(ctx context.Context, r api.ConfirmPasswordRequestObject) (api.ConfirmPasswordResponseObject, error) {
	signed, err := h.Account.Confirm(ctx, callOf(ctx).actor, r.Body.Password)
	if err != nil {
		return nil, err
	}
	return api.ConfirmPassword200JSONResponse(sessionOf(signed)), nil
}

func (h *handlers) ChangePassword(ctx context.Context, r api.ChangePasswordRequestObject) (api.ChangePasswordResponseObject, error) {
	signed, err := h.Account.ChangePassword(ctx, callOf(ctx).actor, r.Body.OldPassword, r.Body.NewPassword)
	if err != nil {
		return nil, err
	}
	return api.ChangePassword200JSONResponse(sessionOf(signed)), nil
}

func (h *handlers) AskAddress(ctx context.Context, r api.AskAddressRequestObject) (api.AskAddressResponseObject, error) {
	return api.AskAddress204Response{}, h.Account.AskAddress(ctx, callOf(ctx).actor, r.Body.Email, r.Body.Password)
}

func (h *handlers) ConfirmAddress(ctx context.Context, r api.ConfirmAddressRequestObject) (api.ConfirmAddressResponseObject, error) {
	_, err := h.Account.ConfirmAddress(ctx, r.Body.Token)
	return api.ConfirmAddress204Response{}, err
}

func (h *handlers) AskReset(ctx context.Context, r api.AskResetRequestObject) (api.AskResetResponseObject, error) {
	return api.AskReset204Response{}, h.Account.AskReset(ctx, r.Body.Email)
}

func (h *handlers) ResetPassword(ctx context.Context, r api.ResetPasswordRequestObject) (api.ResetPasswordResponseObject, error) {
	return api.ResetPassword204Response{}, h.Account.Reset(ctx, r.Body.Token, r.Body.Password)
}

func (h *handlers) GetMe(ctx context.Context, _ api.GetMeRequestObject) (api.GetMeResponseObject, error) {
	return api.GetMe200JSONResponse(meOf(callOf(ctx).actor)), nil
}

func (h *handlers) LookUpInvitation(ctx context.Context, r api.LookUpInvitationRequestObject) (api.LookUpInvitationResponseObject, error) {
	v, err := h.Account.LookUpInvitation(ctx, r.Body.Token)
	if err != nil {
		return nil, err
	}
	return api.LookUpInvitation200JSONResponse{
		Email: v.Email, Name: v.Name, OrganizationName: v.OrganizationName, Role: v.Role,
		First: v.First, KnownAccount: v.KnownAccount, ExpiresAt: v.ExpiresAt,
	}, nil
}

func (h *handlers) AcceptInvitation(ctx context.Context, r api.AcceptInvitationRequestObject) (api.AcceptInvitationResponseObject, error) {
	signed, err := h.Account.Accept(ctx, account.Accept{
		Token: r.Body.Token, Name: r.Body.Name, Email: r.Body.Email, Password: r.Body.Password,
		OrganizationName: r.Body.OrganizationName, Kind: string(r.Body.OrganizationKind), Zone: r.Body.Zone,
	})
	if err != nil {
		return nil, err
	}
	return api.AcceptInvitation201JSONResponse(sessionOf(signed)), nil
}

func (h *handlers) ListTokens(ctx context.Context, r api.ListTokensRequestObject) (api.ListTokensResponseObject, error) {
	list, err := h.Account.Tokens(ctx, callOf(ctx).actor, core.OrganizationID{}, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListTokens200JSONResponse{
		Body:    api.TokenList{Items: each(list.Items, tokenOf), NextCursor: list.Next},
		Headers: api.ListTokens200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) CreateToken(ctx context.Context, r api.CreateTokenRequestObject) (api.CreateTokenResponseObject, error) {
	token, err := h.createToken(ctx, core.OrganizationID{}, r.Body)
	if err != nil {
		return nil, err
	}
	return api.CreateToken201JSONResponse(token), nil
}

func (h *handlers) ListOrganizationTokens(ctx context.Context, r api.ListOrganizationTokensRequestObject) (api.ListOrganizationTokensResponseObject, error) {
	list, err := h.Account.Tokens(ctx, callOf(ctx).actor, r.Organization, pageOf(r.Params.Limit, r.Params.Cursor))
	if err != nil {
		return nil, err
	}
	return api.ListOrganizationTokens200JSONResponse{
		Body:    api.TokenList{Items: each(list.Items, tokenOf), NextCursor: list.Next},
		Headers: api.ListOrganizationTokens200ResponseHeaders{Link: link(ctx, list.Next)},
	}, nil
}

func (h *handlers) CreateOrganizationToken(ctx context.Context, r api.CreateOrganizationTokenRequestObject) (api.CreateOrganizationTokenResponseObject, error) {
	token, err := h.createToken(ctx, r.Organization, r.Body)
	if err != nil {
		return nil, err
	}
	return api.CreateOrganizationToken201JSONResponse(token), nil
}

func (h *handlers) createToken(ctx context.Context, org core.OrganizationID, in *api.NewToken) (api.Token, error) {
	token, secret, err := h.Account.CreateToken(ctx, callOf(ctx).actor, account.NewToken{
		OrganizationID: org, Name: in.Name, Role: in.Role, Days: in.Days,
		Scopes: each(in.Scopes, func(s api.NewTokenScopes) string { return string(s) }),
	})
	out := tokenOf(token)
	out.Secret = secret
	return out, err
}

func (h *handlers) RevokeToken(ctx context.Context, r api.RevokeTokenRequestObject) (api.RevokeTokenResponseObject, error) {
	if err := h.Account.RevokeToken(ctx, callOf(ctx).actor, r.Token); err != nil {
		return nil, err
	}
	return api.RevokeToken204Response{}, nil
}

func sessionOf(s account.Signed) api.Session {
	return api.Session{Token: s.Token, ExpiresAt: s.ExpiresAt, Account: meOf(s.Actor)}
}

func meOf(a access.Actor) api.Me {
	return api.Me{
		AccountId: a.AccountID, TherapistId: a.TherapistID, Name: a.Name, Email: a.Email, Operator: a.Operator,
		AuthenticatedAt: a.AuthenticatedAt,
		Memberships: each(a.Memberships, func(m access.Membership) api.Membership {
			return api.Membership{
				OrganizationId: m.OrganizationID, OrganizationName: m.OrganizationName,
				OrganizationKind: m.OrganizationKind, MemberId: m.MemberID, Role: m.Role,
			}
		}),
	}
}

func tokenOf(t core.Token) api.Token {
	return api.Token{
		Id: t.ID, Name: t.Name, Scopes: texts(t.Scopes), Role: t.Role, CreatedAt: t.CreatedAt,
		ExpiresAt: t.ExpiresAt, UsedAt: t.UsedAt, RevokedAt: t.RevokedAt,
	}
}
