package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/account"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

var accountRoutes = []Route{
	{http.MethodPost, "/sign-out", access.SelfRead, (*request).signOut},
	{http.MethodGet, "/account", access.SelfRead, (*request).showAccount},
	{http.MethodPost, "/account/password", access.SelfWrite, (*request).changePassword},
	{http.MethodPost, "/account/address", access.SelfWrite, (*request).askAddress},
	{http.MethodGet, "/account/address/:token", Public, (*request).showAddress},
	{http.MethodPost, "/account/address/:token", Public, (*request).confirmAddress},
	{http.MethodGet, "/reset", Public, (*request).showAskReset},
	{http.MethodPost, "/reset", Public, (*request).askReset},
	{http.MethodGet, "/reset/:token", Public, (*request).showReset},
	{http.MethodPost, "/reset/:token", Public, (*request).reset},
	{http.MethodPost, "/account/sign-out-everywhere", access.SelfWrite, (*request).signOutEverywhere},
	{http.MethodPost, "/account/tokens", access.SelfWrite, (*request).createOwnToken},
	{http.MethodPost, "/account/tokens/:token/revoke", access.SelfWrite, (*request).revokeOwnToken},
	{http.MethodGet, "/confirm", access.SelfRead, (*request).showConfirm},
	{http.MethodPost, "/confirm", access.SelfRead, (*request).confirmPassword},
}

func (r *request) signOut() error {
	if err := r.web.Account.SignOut(r.ctx(), r.actor); err != nil {
		return err
	}
	r.web.clearSession(r)
	return r.done("/", "You are signed out.")
}

func (r *request) signOutEverywhere() error {
	if err := r.web.Account.SignOutEverywhere(r.ctx(), r.actor); err != nil {
		return err
	}
	r.web.clearSession(r)
	return r.done("/sign-in", "You are signed out on every device.")
}

type accountPage struct {
	Name, Email string
	Memberships []membershipLine
	Sessions    []sessionLine
	Password    render.Form
	Address     render.Form
	Tokens      tokenList
	Record      bool
	Now         time.Time
}

type membershipLine struct {
	Organization string
	Role         core.Role
}

type sessionLine struct {
	core.UserSession
	Current bool
}

// Browser names the browser as its user does, as well as it can be told.
func (l sessionLine) Browser() string {
	first := func(names ...[2]string) string {
		for _, n := range names {
			if strings.Contains(l.Agent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	browser := first([2]string{"Edg", "Edge"}, [2]string{"OPR/", "Opera"}, [2]string{"Firefox/", "Firefox"}, [2]string{"FxiOS/", "Firefox"},
		[2]string{"Chrome/", "Chrome"}, [2]string{"CriOS/", "Chrome"}, [2]string{"Safari/", "Safari"})
	system := first([2]string{"Android", "Android"}, [2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"},
		[2]string{"Windows", "Windows"}, [2]string{"Mac OS X", "Mac"}, [2]string{"CrOS", "ChromeOS"}, [2]string{"Linux", "Linux"})
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	case browser != "":
		return browser
	case l.Agent != "":
		name, _, _ := strings.Cut(l.Agent, " ")
		return name
	}
	return "Unknown browser"
}

// tokenList is the part of a page that shows API tokens and makes new ones.
// Made and Secret are the token that was just made; the secret is shown once.
type tokenList struct {
	Items  []core.Token
	Pager  render.Pager
	Form   render.Form
	Roles  []render.Option
	Action string
	Made   core.Token
	Secret string
	Now    time.Time
}

// Active tells whether a token still lets somebody in.
func (l tokenList) Active(t core.Token) bool {
	return t.RevokedAt.IsZero() && l.Now.Before(t.ExpiresAt)
}

var tokenScopes = []render.Option{
	{Value: core.ScopeRead, Label: "Read only"}, {Value: core.ScopeWrite, Label: "Read and write"},
}

// Scopes are the choices of a new token.
func (tokenList) Scopes() []render.Option { return tokenScopes }

// tokens lists the actor's own tokens, or those of an organization.
func (r *request) tokens(org core.OrganizationID, action string) (tokenList, error) {
	list, err := r.web.Account.Tokens(r.ctx(), r.actor, org, r.part())
	form := render.Form{ID: "token", Values: url.Values{"days": {"90"}, "scope": {core.ScopeRead}}}
	return tokenList{Items: list.Items, Pager: r.pager(list.Next, "Pages of tokens"), Form: form, Action: action, Now: r.now()}, err
}

func (r *request) accountPage() (accountPage, error) {
	p := accountPage{
		Name: r.actor.Name, Email: r.actor.Email, Password: render.Form{ID: "change"}, Address: render.Form{ID: "address"}, Now: r.now(),
		Record: !r.actor.TherapistID.IsZero(),
	}
	for _, m := range r.actor.Memberships {
		p.Memberships = append(p.Memberships, membershipLine{m.OrganizationName, m.Role})
	}
	sessions, err := r.web.Account.Sessions(r.ctx(), r.actor)
	if err != nil {
		return p, err
	}
	for _, s := range sessions {
		p.Sessions = append(p.Sessions, sessionLine{s, s.ID == r.actor.SessionID})
	}
	p.Tokens, err = r.tokens(core.OrganizationID{}, "/account/tokens")
	return p, err
}

func (r *request) showAccount() error {
	p, err := r.accountPage()
	if err != nil {
		return err
	}
	return r.page("account/account", "Your account", p)
}

func (r *request) changePassword() error {
	form, err := r.form()
	if err != nil {
		return err
	}
	signed, err := r.web.Account.ChangePassword(r.ctx(), r.actor, form.Get("old"), form.Get("new"))
	if err == nil {
		r.web.keepSession(r, signed)
		return r.done("/account", "Your password is changed. Every other device was signed out.")
	}
	p, pageErr := r.accountPage()
	if pageErr != nil {
		return pageErr
	}
	p.Password = render.NewForm(nil, renamed(err, "password", "new"))
	p.Password.ID = "change"
	return r.refill(err, "account/account", "Your account", p)
}

// renamed gives the fields of a fault the names that they have in a form; from
// and to take turns.
func renamed(err error, names ...string) error {
	f := core.AsFault(err)
	if f == nil {
		return err
	}
	out := *f
	out.Fields = append([]core.Field(nil), f.Fields...)
	for i := range out.Fields {
		for n := 0; n+1 < len(names); n += 2 {
			if out.Fields[i].Name == names[n] {
				out.Fields[i].Name = names[n+1]
				break
			}
		}
	}
	return &out
}

// newToken reads a new token from a form.
func newToken(form url.Values, org core.OrganizationID) account.NewToken {
	in := account.NewToken{OrganizationID: org, Name: form.Get("name"), Role: core.Role(form.Get("role")), Scopes: []string{core.ScopeRead}}
	if form.Get("scope") == core.ScopeWrite {
		in.Scopes = append(in.Scopes, core.ScopeWrite)
	}
	in.Days, _ = strconv.Atoi(form.Get("days"))
	return in
}

// makeToken makes a token and puts it, or what has to be mended, into the list.
// The error is that of the command.
func (r *request) makeToken(org core.OrganizationID, list func() (tokenList, error)) (tokenList, error) {
	form, err := r.form()
	if err != nil {
		return tokenList{}, err
	}
	made, secret, err := r.web.Account.CreateToken(r.ctx(), r.actor, newToken(form, org))
	tokens, listErr := list()
	if listErr != nil {
		return tokens, listErr
	}
	if err != nil {
		tokens.Form = render.NewForm(form, renamed(err, "scopes", "scope"))
		tokens.Form.ID = "token"
		return tokens, err
	}
	tokens.Made, tokens.Secret = made, secret
	return tokens, nil
}

func (r *request) createOwnToken() error {
	var p accountPage
	tokens, err := r.makeToken(core.OrganizationID{}, func() (tokenList, error) {
		var listErr error
		p, listErr = r.accountPage()
		return p.Tokens, listErr
	})
	p.Tokens = tokens
	if err != nil {
		return r.refill(err, "account/account", "Your account", p)
	}
	return r.page("account/account", "Your account", p)
}

func (r *request) revokeOwnToken() error {
	token, err := id[core.TokenID](r, "token")
	if err != nil {
		return err
	}
	if err := r.web.Account.RevokeToken(r.ctx(), r.actor, token); err != nil {
		return err
	}
	return r.done("/account", "The token is revoked.")
}

type confirmPage struct {
	Form render.Form
	Next string
}

func (r *request) showConfirm() error {
	next := localPath(r.QueryParam("next"), "/")
	return r.page("account/confirm", "Confirm that it is you", confirmPage{Next: next})
}

func (r *request) confirmPassword() error {
	form, err := r.form()
	if err != nil {
		return err
	}
	next := localPath(form.Get("next"), "/")
	if form.Get("password") == "" {
		err = core.InvalidField("password", "required", "Enter your password.")
	} else {
		err = r.confirm(form)
	}
	if err != nil {
		return r.refill(err, "account/confirm", "Confirm that it is you", confirmPage{render.NewForm(nil, err), next})
	}
	return r.done(next, "Thank you. Now you can sign for the next 15 minutes.")
}
