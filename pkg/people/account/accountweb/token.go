package accountweb

import (
	"net/url"
	"strconv"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// tokenList is the part of a page that shows API tokens and makes new ones.
type tokenList struct {
	madeToken
	Items  []account.Token
	Pager  render.Pager
	Form   render.Form
	Roles  []render.Option
	Scopes []render.Option
	Action string
	Now    time.Time
}

// madeToken is a token that was just made; the secret is shown once.
type madeToken struct {
	Made   account.Token
	Secret string
}

// Active tells whether a token still lets someone in.
func (l tokenList) Active(t account.Token) bool {
	return t.RevokedAt.IsZero() && l.Now.Before(t.ExpiresAt)
}

var tokenScopes = []render.Option{
	{Value: account.ScopeRead, Label: "choice.scope_read"}, {Value: account.ScopeWrite, Label: "choice.scope_write"},
}

// tokens lists the tokens of an organization; of none, the actor's own.
func (p *Pages) tokens(r *page.Request, org core.OrganizationID, form render.Form, made madeToken) (tokenList, error) {
	list, err := p.Account.Tokens(r.Ctx(), r.Actor, org, r.Part())
	form = formOf(form, "token")
	if form.Values == nil {
		form.Values = url.Values{"days": {"90"}, "scope": {account.ScopeRead}}
	}
	tokens := tokenList{madeToken: made, Items: list.Items, Pager: r.Pager(list.Next, r.Say("account.token.pages_of_tokens")), Form: form, Action: "/account/tokens", Now: r.Now(), Scopes: page.Choices(r, tokenScopes)}
	if !org.IsZero() {
		tokens.Action = page.OrganizationPath(org, "tokens")
		tokens.Roles = page.OptionsOf(r, []core.Role{core.TokenRole(r.CurrentOrganization().OrganizationKind)})
	}
	return tokens, err
}

// newToken reads a new token from a form.
func newToken(f *page.Reading, org core.OrganizationID) account.NewToken {
	in := account.NewToken{OrganizationID: org, Name: f.Get("name"), Role: core.Role(f.Get("role")), Scopes: []string{account.ScopeRead}}
	if f.Get("scope") == account.ScopeWrite {
		in.Scopes = append(in.Scopes, account.ScopeWrite)
	}
	in.Days, _ = strconv.Atoi(f.Get("days"))
	return in
}

// makeToken makes a token and shows it, or what has to be fixed.
func (p *Pages) makeToken(r *page.Request, org core.OrganizationID, view func(render.Form, madeToken) (page.View, error)) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := newToken(f, org)
			return func() (page.Next, error) {
				made, secret, err := p.Account.CreateToken(r.Ctx(), r.Actor, in)
				if err != nil {
					return nil, err
				}
				return view(render.Form{}, madeToken{made, secret})
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form = form.Renamed("scopes", "scope")
			form.ID = "token"
			return view(form, madeToken{})
		},
	})
}

// revoke ends the token in the address.
func (p *Pages) revoke(r *page.Request, to string) error {
	token, err := page.ID[core.TokenID](r, "token")
	if err != nil {
		return err
	}
	if _, err := p.Account.RevokeToken(r.Ctx(), r.Actor, token); err != nil {
		return err
	}
	return r.Done(to, r.Say("account.token.token_revoked"))
}

type organizationTokensPage struct {
	Tab    page.OrganizationTabs
	Tokens tokenList
}

func (o organizations) organizationTokens(r *page.Request, org core.OrganizationID, form render.Form, made madeToken) (page.View, error) {
	list, err := o.tokens(r, org, form, made)
	return page.View{Name: "account/tokens", Title: r.Say("account.token.api_tokens"), Content: organizationTokensPage{r.OrganizationTabs(org, "tokens"), list}}, err
}

func (o organizations) showTokens(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	return r.Show(o.organizationTokens(r, org, render.Form{}, madeToken{}))
}

func (o organizations) createToken(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	return o.makeToken(r, org, func(form render.Form, made madeToken) (page.View, error) {
		return o.organizationTokens(r, org, form, made)
	})
}

func (o organizations) revokeToken(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	return o.revoke(r, page.OrganizationPath(org, "tokens"))
}
