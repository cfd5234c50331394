// Package accountweb are the pages of who is who: signing in and out, one's
// account, links that were mailed, and an organization's settings, members,
// invitations, tokens and audit.
package accountweb

import (
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
)

// Pages are the pages of accounts. Demo are the accounts that the sign-in page
// offers.
type Pages struct {
	Account *account.Service
	Demo    []DemoAccount
}

// DemoAccount is an account that the demo's sign-in page offers.
type DemoAccount struct{ Who, Email, Password string }

// Routes lists every page and form.
func (p *Pages) Routes() []page.Route {
	o := organizations{p}
	return []page.Route{
		page.Get("/sign-in", page.Public, p.showSignIn),
		page.Post("/sign-in", page.Public, p.signIn),
		page.Post("/sign-out", access.SelfRead, p.signOut),
		page.Get("/confirm", access.SelfRead, p.showConfirm),
		page.Post("/confirm", access.SelfRead, p.confirmPassword),

		page.Get("/account", access.SelfRead, p.showAccount),
		page.Post("/account/password", access.SelfWrite, p.changePassword),
		page.Post("/account/language", access.SelfWrite, p.chooseLanguage),
		page.Post("/account/sign-out-everywhere", access.SelfWrite, p.signOutEverywhere),
		page.Post("/account/tokens", access.SelfWrite, p.createOwnToken),
		page.Post("/account/tokens/:token/revoke", access.SelfWrite, p.revokeOwnToken),

		page.Post("/account/address", access.SelfWrite, p.askAddress),
		page.Get("/account/address/:token", page.Public, p.showAddress).Guarded(),
		page.Post("/account/address/:token", page.Public, p.confirmAddress),
		page.Get("/reset", page.Public, p.showAskReset).Guarded(),
		page.Post("/reset", page.Public, p.askReset),
		page.Get("/reset/:token", page.Public, p.showReset).Guarded(),
		page.Post("/reset/:token", page.Public, p.reset),
		page.Get("/invitations/:token", page.Public, p.showInvitation).Guarded(),
		page.Post("/invitations/:token", page.Public, p.acceptInvitation),

		page.Get("/organizations", access.SelfRead, o.showOrganizations),
		page.Post("/organizations", access.OrganizationCreate, o.createOrganization),
		page.Get("/o/:organization/settings", access.OrganizationRead, o.showSettings),
		page.Post("/o/:organization/settings", access.OrganizationUpdate, o.changeSettings),
		page.Get("/o/:organization/members", access.MemberRead, o.showMembers),
		page.Post("/o/:organization/members", access.MemberInvite, o.invite),
		page.Post("/o/:organization/members/:member/end", access.MemberEnd, o.endMember),
		page.Get("/o/:organization/tokens", access.TokenManage, o.showTokens),
		page.Post("/o/:organization/tokens", access.TokenManage, o.createToken),
		page.Post("/o/:organization/tokens/:token/revoke", access.TokenManage, o.revokeToken),
		page.Get("/o/:organization/audit", access.AuditRead, o.showAudit),
		page.Get("/o/:organization/audit.csv", access.AuditRead, o.exportAudit).Within(10 * time.Minute),
	}
}

// Menu is the line of the organization itself.
func (p *Pages) Menu() []page.MenuItem {
	return []page.MenuItem{{
		Rank: 120, Path: "members", Label: "menu.organization", Shown: page.Allowed(access.AuditRead),
		Also: []string{"settings", "tokens", "audit"},
	}}
}
