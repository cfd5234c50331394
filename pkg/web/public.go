package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/account"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

var publicRoutes = []Route{
	{http.MethodGet, "/", Public, (*request).showHome},
	{http.MethodGet, "/sign-in", Public, (*request).showSignIn},
	{http.MethodPost, "/sign-in", Public, (*request).signIn},
	{http.MethodGet, "/invitations/:token", Public, (*request).showInvitation},
	{http.MethodPost, "/invitations/:token", Public, (*request).acceptInvitation},
	{http.MethodGet, "/check", Public, (*request).checkCode},
	{http.MethodPost, "/check", Public, (*request).checkCode},
	{http.MethodGet, "/c/:code", Public, (*request).showCertificate},
	{http.MethodGet, "/c/:code/credential.json", Public, (*request).downloadCredential},
	{http.MethodPost, "/c/:code/wallet", Public, (*request).sendToWallet},
	{http.MethodGet, "/c/:code/credential.jwt", Public, (*request).downloadJWT},
	{http.MethodGet, "/c/:code/package.json", Public, (*request).downloadPackage},
	{http.MethodGet, "/c/:code/certificate.pdf", Public, (*request).downloadPaper},
	{http.MethodGet, "/c/:code/badge.png", Public, (*request).downloadPNG},
	{http.MethodGet, "/c/:code/badge.svg", Public, (*request).downloadSVG},
	{http.MethodGet, "/verify", Public, (*request).showVerify},
	{http.MethodGet, "/verify/offline", Public, (*request).showOffline},
	{http.MethodPost, "/verify", Public, (*request).verifyFile},
	{http.MethodGet, "/schools/:slug/did.json", Public, (*request).showIssuer},
}

// showHome tells a stranger what Palmar is, and takes anybody else to where
// their work is.
func (r *request) showHome() error {
	if !r.actor.AccountID.IsZero() {
		return r.Redirect(http.StatusSeeOther, startOf(r.actor))
	}
	return r.page("public/home", "The record of a massage therapist’s training", render.Form{})
}

// startOf is the page that an actor needs most: what waits for the role that
// they have in their first organization.
func startOf(a access.Actor) string {
	if len(a.Memberships) == 0 {
		switch {
		case !a.TherapistID.IsZero():
			return "/record"
		case a.Operator:
			return "/organizations"
		}
		return "/account"
	}
	org := a.Memberships[0].OrganizationID
	starts := []struct {
		role core.Role
		page string
	}{
		{core.RoleSupervisor, orgPath(org, "inbox")}, {core.RoleRegistrar, orgPath(org, "students")},
		{core.RoleVerifier, orgPath(org, "checks")}, {core.RoleStudent, "/record"},
	}
	for _, s := range starts {
		if _, has := a.Member(org, s.role); has {
			return s.page
		}
	}
	if a.Memberships[0].OrganizationKind == core.Employer {
		return orgPath(org, "checks")
	}
	return orgPath(org, "students")
}

type signInPage struct {
	Form render.Form
	Next string
	Demo []DemoAccount
}

func (r *request) showSignIn() error {
	next := localPath(r.QueryParam("next"), "")
	if !r.actor.AccountID.IsZero() {
		return r.Redirect(http.StatusSeeOther, localPath(next, "/"))
	}
	return r.page("public/sign-in", "Sign in", signInPage{Next: next, Demo: r.web.Demo})
}

func (r *request) signIn() error {
	form, err := r.form()
	if err != nil {
		return err
	}
	signed, err := r.web.Account.SignIn(r.ctx(), account.SignIn{
		Email: form.Get("email"), Password: form.Get("password"), Agent: r.Request().UserAgent(),
	})
	next := localPath(form.Get("next"), "")
	if err != nil {
		return r.refill(err, "public/sign-in", "Sign in", signInPage{render.NewForm(form, err), next, r.web.Demo})
	}
	r.web.keepSession(r, signed)
	return r.done(localPath(next, startOf(signed.Actor)), "")
}

type invitationPage struct {
	account.InvitationView
	Form  render.Form
	Kinds []render.Option
}

var organizationKinds = []render.Option{
	{Value: string(core.School), Label: "A school"}, {Value: string(core.Employer), Label: "An employer"},
}

func (r *request) showInvitation() error {
	v, err := r.web.Account.LookUpInvitation(r.ctx(), r.Param("token"))
	if err != nil {
		return r.refuseInvitation(err)
	}
	form := render.Form{Values: url.Values{"name": {v.Name}, "zone": {"America/New_York"}, "kind": {string(core.School)}}}
	return r.page("public/invitation", invitationTitle(v), invitationPage{v, form, organizationKinds})
}

// refuseInvitation says what can be done about a link that opens nothing.
func (r *request) refuseInvitation(err error) error {
	if f := core.AsFault(err); f == nil || f.Kind != core.KindNotFound {
		return err
	}
	return r.answer(http.StatusNotFound, "public/invitation-invalid", "This link opens nothing any more", nil)
}

func invitationTitle(v account.InvitationView) string {
	if v.First {
		return "Set up Palmar"
	}
	return "Join " + v.OrganizationName
}

func (r *request) acceptInvitation() error {
	form, err := r.form()
	if err != nil {
		return err
	}
	signed, err := r.web.Account.Accept(r.ctx(), account.Accept{
		Token: r.Param("token"), Name: form.Get("name"), Email: form.Get("email"), Password: form.Get("password"),
		OrganizationName: form.Get("organization_name"), Kind: form.Get("kind"), Zone: form.Get("zone"),
	})
	if f := core.AsFault(err); f != nil && f.Kind != core.KindNotFound {
		v, lookErr := r.web.Account.LookUpInvitation(r.ctx(), r.Param("token"))
		if lookErr != nil {
			return r.refuseInvitation(lookErr)
		}
		return r.refill(err, "public/invitation", invitationTitle(v), invitationPage{v, render.NewForm(form, err), organizationKinds})
	}
	if err != nil {
		return r.refuseInvitation(err)
	}
	r.web.keepSession(r, signed)
	return r.done(startOf(signed.Actor), "Welcome, "+signed.Actor.Name+". You are signed in.")
}

// showIssuer serves the document behind a school's did:web.
func (r *request) showIssuer() error {
	document, err := r.web.Certify.DIDDocument(r.ctx(), r.Request().Host, strings.ToLower(r.Param("slug")))
	if err != nil {
		return err
	}
	r.Response().Header().Set("Cache-Control", "public, max-age=300")
	r.Response().Header().Set("Access-Control-Allow-Origin", "*")
	r.Response().Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	return r.Blob(http.StatusOK, "application/did+json", document)
}
