package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/account"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

var organizationRoutes = []Route{
	{http.MethodGet, "/organizations", access.SelfRead, (*request).showOrganizations},
	{http.MethodPost, "/organizations", access.OrganizationCreate, (*request).createOrganization},
	{http.MethodGet, "/o/:organization/settings", access.OrganizationRead, (*request).showSettings},
	{http.MethodPost, "/o/:organization/settings", access.OrganizationUpdate, (*request).changeSettings},
	{http.MethodGet, "/o/:organization/members", access.MemberRead, (*request).showMembers},
	{http.MethodPost, "/o/:organization/members", access.MemberInvite, (*request).invite},
	{http.MethodPost, "/o/:organization/members/:member/end", access.MemberEnd, (*request).endMember},
	{http.MethodGet, "/o/:organization/tokens", access.TokenManage, (*request).showTokens},
	{http.MethodPost, "/o/:organization/tokens", access.TokenManage, (*request).createToken},
	{http.MethodPost, "/o/:organization/tokens/:token/revoke", access.TokenManage, (*request).revokeToken},
	{http.MethodGet, "/o/:organization/audit", access.AuditRead, (*request).showAudit},
	{http.MethodGet, "/o/:organization/audit.csv", access.AuditRead, (*request).exportAudit},
}

type organizationsPage struct {
	Items     []organizationLine
	MayCreate bool
	Form      render.Form
	Kinds     []render.Option
}

type organizationLine struct {
	Name  string
	Kind  core.OrganizationKind
	Href  string
	Roles []core.Role
}

func (r *request) organizationsPage() organizationsPage {
	p := organizationsPage{Kinds: organizationKinds, MayCreate: access.Can(r.actor, access.OrganizationCreate, access.Target{}) == nil}
	p.Form = render.Form{Values: url.Values{"zone": {"America/New_York"}, "kind": {string(core.School)}}}
	for _, m := range organizations(r.actor) {
		in := access.Actor{TherapistID: r.actor.TherapistID}
		for _, other := range r.actor.Memberships {
			if other.OrganizationID == m.OrganizationID {
				in.Memberships = append(in.Memberships, other)
			}
		}
		p.Items = append(p.Items, organizationLine{m.OrganizationName, m.OrganizationKind, startOf(in), in.Roles(m.OrganizationID)})
	}
	return p
}

func (r *request) showOrganizations() error {
	return r.page("organization/organizations", "Your organizations", r.organizationsPage())
}

func (r *request) createOrganization() error {
	form, err := r.form()
	if err != nil {
		return err
	}
	org, err := r.web.Account.CreateOrganization(r.ctx(), r.actor, account.NewOrganization{
		Kind: core.OrganizationKind(form.Get("kind")), Name: form.Get("name"), Slug: form.Get("slug"), Zone: form.Get("zone"),
		URL: form.Get("url"), AdminEmail: form.Get("admin_email"), AdminName: form.Get("admin_name"),
	})
	if err != nil {
		p := r.organizationsPage()
		p.Form = render.NewForm(form, err)
		return r.refill(err, "organization/organizations", "Your organizations", p)
	}
	return r.done("/organizations", org.Name+" is set up, and "+form.Get("admin_email")+" is invited to administer it.")
}

// organization is the one in the address; its existence is the services' to
// tell.
func (r *request) organization() (core.OrganizationID, error) {
	return id[core.OrganizationID](r, "organization")
}

func (r *request) can(action access.Action, org core.OrganizationID) bool {
	return access.Can(r.actor, action, access.Target{Organization: org}) == nil
}

type settingsPage struct {
	Organization core.Organization
	MayChange    bool
	MayTokens    bool
	Tab          orgTabs
	Form         render.Form
}

// orgTabs leads between the pages about an organization itself.
type orgTabs struct {
	Current, Base string
	Tokens, Audit bool
	Members       bool
	Keys, Paper   bool
}

func (r *request) tabs(org core.OrganizationID, current string) orgTabs {
	return orgTabs{
		Current: current, Base: "/o/" + org.String(), Members: r.can(access.MemberRead, org),
		Tokens: r.can(access.TokenManage, org), Audit: r.can(access.AuditRead, org),
		Keys: r.schoolOf(org) && r.can(access.KeyRead, org), Paper: r.schoolOf(org) && r.can(access.PaperRead, org),
	}
}

// schoolOf tells whether the actor is a member of a school.
func (r *request) schoolOf(org core.OrganizationID) bool {
	return slices.ContainsFunc(r.actor.Memberships, func(m access.Membership) bool {
		return m.OrganizationID == org && m.OrganizationKind == core.School
	})
}

func (r *request) showSettings() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	o, err := r.web.Account.Organization(r.ctx(), r.actor, org)
	if err != nil {
		return err
	}
	form := render.Form{Values: url.Values{"name": {o.Name}, "zone": {o.Zone}, "url": {o.URL}}}
	return r.page("organization/settings", o.Name, settingsPage{
		Organization: o, MayChange: r.can(access.OrganizationUpdate, org), Tab: r.tabs(org, "settings"), Form: form,
	})
}

func (r *request) changeSettings() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.form()
	if err != nil {
		return err
	}
	change := account.OrganizationChange{Name: form.Get("name"), Zone: form.Get("zone"), URL: form.Get("url")}
	_, err = r.web.Account.UpdateOrganization(r.ctx(), r.actor, org, 0, change)
	if err == nil {
		return r.done(orgPath(org, "settings"), "The settings are saved.")
	}
	o, readErr := r.web.Account.Organization(r.ctx(), r.actor, org)
	if readErr != nil {
		return readErr
	}
	return r.refill(err, "organization/settings", o.Name, settingsPage{
		Organization: o, MayChange: true, Tab: r.tabs(org, "settings"), Form: render.NewForm(form, err),
	})
}

type membersPage struct {
	Tab         orgTabs
	Base        string
	Role        core.Role
	Roles       []roleTab
	Items       []core.Member
	Invitations []core.Invitation
	MayInvite   bool
	MayEnd      bool
	Own         core.AccountID
	InviteRoles []render.Option
	Form        render.Form
	Pager       render.Pager
	Now         time.Time
}

type roleTab struct {
	Label, Href string
	Current     bool
}

// rolesOf are the roles that an organization of a kind has.
func rolesOf(kind core.OrganizationKind) []core.Role {
	if kind == core.Employer {
		return []core.Role{core.RoleVerifier, core.RoleAdmin}
	}
	return []core.Role{core.RoleStudent, core.RoleSupervisor, core.RoleRegistrar, core.RoleAdmin}
}

// invitedRoles are the roles that an invitation gives; students are enrolled.
func invitedRoles(kind core.OrganizationKind) []core.Role {
	roles := rolesOf(kind)
	if kind == core.School {
		return roles[1:]
	}
	return roles
}

func (r *request) membersPage(org core.OrganizationID) (membersPage, error) {
	base := orgPath(org, "members")
	p := membersPage{
		Tab: r.tabs(org, "members"), Base: base, Role: core.Role(r.QueryParam("role")), Own: r.actor.AccountID, Now: r.now(),
		MayInvite: r.can(access.MemberInvite, org), MayEnd: r.can(access.MemberEnd, org),
	}
	list, err := r.web.Account.Members(r.ctx(), r.actor, org, p.Role, r.part())
	if err != nil {
		return p, err
	}
	p.Items, p.Pager = list.Items, r.pager(list.Next, "Pages of members")
	kind := r.currentOrganization().OrganizationKind
	p.InviteRoles = render.Options(invitedRoles(kind))
	p.Roles = append(p.Roles, roleTab{"All", base, p.Role == ""})
	for _, role := range rolesOf(kind) {
		p.Roles = append(p.Roles, roleTab{roleWords[role], base + "?role=" + string(role), role == p.Role})
	}
	if p.MayInvite && r.QueryParam("cursor") == "" {
		waiting, err := r.web.Account.Invitations(r.ctx(), r.actor, org, core.Page{Limit: 100})
		if err != nil {
			return p, err
		}
		for _, i := range waiting.Items {
			if i.AcceptedAt.IsZero() && p.Now.Before(i.ExpiresAt) {
				p.Invitations = append(p.Invitations, i)
			}
		}
	}
	return p, nil
}

var roleWords = map[core.Role]string{
	core.RoleStudent: "Students", core.RoleSupervisor: "Supervisors", core.RoleRegistrar: "Registrars",
	core.RoleVerifier: "Verifiers", core.RoleAdmin: "Administrators",
}

func (r *request) showMembers() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.membersPage(org)
	if err != nil {
		return err
	}
	return r.page("organization/members", "Members", p)
}

func (r *request) invite() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.form()
	if err != nil {
		return err
	}
	invited, err := r.web.Account.Invite(r.ctx(), r.actor, org, account.Invite{
		Email: form.Get("email"), Name: form.Get("name"), Role: core.Role(form.Get("role")),
	})
	if err == nil {
		return r.done(orgPath(org, "members"), "An invitation is on its way to "+invited.Email+".")
	}
	p, pageErr := r.membersPage(org)
	if pageErr != nil {
		return pageErr
	}
	p.Form = render.NewForm(form, err)
	return r.refill(err, "organization/members", "Members", p)
}

func (r *request) endMember() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	member, err := id[core.MemberID](r, "member")
	if err != nil {
		return err
	}
	if err := r.web.Account.EndMember(r.ctx(), r.actor, member); err != nil {
		return err
	}
	return r.done(orgPath(org, "members"), "The membership has ended. What was signed keeps the name.")
}

type orgTokensPage struct {
	Tab    orgTabs
	Tokens tokenList
}

func (r *request) orgTokens(org core.OrganizationID) func() (tokenList, error) {
	return func() (tokenList, error) {
		list, err := r.tokens(org, orgPath(org, "tokens"))
		roles := []core.Role{core.RoleRegistrar}
		if r.currentOrganization().OrganizationKind == core.Employer {
			roles = []core.Role{core.RoleVerifier}
		}
		list.Roles = render.Options(roles)
		return list, err
	}
}

func (r *request) showTokens() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.orgTokens(org)()
	if err != nil {
		return err
	}
	return r.page("organization/tokens", "API tokens", orgTokensPage{r.tabs(org, "tokens"), list})
}

func (r *request) createToken() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.makeToken(org, r.orgTokens(org))
	p := orgTokensPage{r.tabs(org, "tokens"), list}
	if err != nil {
		return r.refill(err, "organization/tokens", "API tokens", p)
	}
	return r.page("organization/tokens", "API tokens", p)
}

func (r *request) revokeToken() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	token, err := id[core.TokenID](r, "token")
	if err != nil {
		return err
	}
	if err := r.web.Account.RevokeToken(r.ctx(), r.actor, token); err != nil {
		return err
	}
	return r.done(orgPath(org, "tokens"), "The token is revoked.")
}

type auditPage struct {
	Tab   orgTabs
	Items []core.AuditEvent
	Zone  string
	Pager render.Pager
	Now   time.Time
}

func (r *request) showAudit() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Account.Audit(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return err
	}
	o, err := r.web.Account.Organization(r.ctx(), r.actor, org)
	if err != nil {
		return err
	}
	return r.page("organization/audit", "Audit", auditPage{
		r.tabs(org, "audit"), list.Items, o.Zone, r.pager(list.Next, "Pages of the audit"), r.now(),
	})
}

var auditColumns = []string{"at", "actor", "account_id", "via", "address", "action", "target_kind", "target_id", "detail"}

// exportAudit streams the audit as CSV, oldest first. An export that breaks off
// ends the connection, so that half a file is not taken for the whole.
func (r *request) exportAudit() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	w := csv.NewWriter(r.Response())
	begin := func() error {
		r.Response().Header().Set("Content-Type", "text/csv; charset=utf-8")
		r.Response().Header().Set("Content-Disposition", `attachment; filename="audit-`+core.DateOf(r.now()).String()+`.csv"`)
		r.Response().WriteHeader(http.StatusOK)
		return w.Write(auditColumns)
	}
	begun := false
	err = r.web.Account.ExportAudit(r.ctx(), r.actor, org, func(e core.AuditEvent) error {
		if !begun {
			begun = true
			if err := begin(); err != nil {
				return err
			}
		}
		detail, err := json.Marshal(e.Detail)
		if err != nil {
			return err
		}
		row := []string{
			e.At.UTC().Format(time.RFC3339Nano), e.ActorName, e.AccountID.String(), e.Via, e.Address, e.Action, e.TargetKind, e.TargetID, string(detail),
		}
		for i := range row {
			row[i] = core.InertCell(row[i])
		}
		return w.Write(row)
	})
	switch {
	case err != nil && !begun:
		return err
	case err != nil:
		r.web.Log.ErrorContext(r.ctx(), "audit export broke off", "organization", org.String(), "error", err)
		panic(http.ErrAbortHandler)
	case !begun:
		err = begin()
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	return err
}
