package grantweb

import (
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type grantsPage struct {
	Items    []officeGrant
	Pager    render.Pager
	Asked    []officeRequest
	Form     render.Form
	Scopes   []scope
	Purposes []render.Option
	Ask      bool // the form to ask is open
	MayAsk   bool
	Requests bool   // the page is of requests alone
	More     string // the page with all requests, where there are more
	Base     string
	Now      time.Time
}

// officeGrant is a grant with the pages that it opens.
type officeGrant struct {
	grant.Grant
	Live  bool
	Parts string
	Links []link
	Ended core.Date // of one that is not live
	Again string    // where to ask once more
}

type link struct{ Href, Label string }

type officeRequest struct {
	grant.Request
	Parts string
	Open  bool
}

func (p *Pages) office(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	title := r.Say("grant.office.shared_records")
	given, err := p.Grants.GivenTo(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return page.View{}, err
	}
	asked, err := p.Grants.Asked(r.Ctx(), r.Actor, org, core.Page{Limit: fewRequests})
	if err != nil {
		return page.View{}, err
	}
	ask := form.Values != nil
	if !ask {
		form = chosen(grant.Usual[r.CurrentOrganization().OrganizationKind], grant.UsualMonths)
	}
	content := grantsPage{
		Pager: r.Pager(given.Next, title), Form: form, Scopes: boxes(r, access.Scopes), Purposes: purposes(r),
		Ask: ask, MayAsk: r.Can(access.GrantAsk, org), Base: page.OrganizationPath(org, "grants"), Now: r.Now(),
	}
	for _, g := range given.Items {
		one := officeGrant{Grant: g, Live: g.Live(r.Now()), Parts: grant.Parts(r.Language(), g.Scopes), Links: links(r, g)}
		if !one.Live {
			one.Ended, one.Again = endedOn(r, g), content.Base+"?again="+g.ID.String()
		}
		content.Items = append(content.Items, one)
	}
	content.Asked = askedOf(r, asked.Items)
	if asked.Next != "" {
		content.More = content.Base + "?requests=all"
	}
	return page.View{Name: "grant/office", Title: title, Content: content}, nil
}

// endedOn is the day on which one side ended a grant, or its time was over.
func endedOn(r *page.Request, g grant.Grant) core.Date {
	over := g.Until
	if !g.EndedAt.IsZero() {
		over = g.EndedAt
	}
	place := core.Organization{Zone: r.Zone(g.OrganizationID)}
	return place.Today(over)
}

// fewRequests is how many requests stand below the grants.
const fewRequests = 10

// requests is the page of all requests of an organization.
func (p *Pages) requests(r *page.Request, org core.OrganizationID) (page.View, error) {
	title := r.Say("grant.office.requests")
	asked, err := p.Grants.Asked(r.Ctx(), r.Actor, org, r.Part())
	return page.View{Name: "grant/office", Title: title, Content: grantsPage{
		Requests: true, Asked: askedOf(r, asked.Items), Pager: r.Pager(asked.Next, title), MayAsk: r.Can(access.GrantAsk, org),
		Base: page.OrganizationPath(org, "grants"), Now: r.Now(),
	}}, err
}

func askedOf(r *page.Request, asked []grant.Request) []officeRequest {
	all := make([]officeRequest, len(asked))
	for i, a := range asked {
		all[i] = officeRequest{a, grant.Parts(r.Language(), a.Scopes), a.State == grant.RequestOpen && a.WithdrawnAt.IsZero()}
	}
	return all
}

// links are the pages of a record that a live grant opens.
func links(r *page.Request, g grant.Grant) (all []link) {
	if !g.Live(r.Now()) {
		return nil
	}
	base := page.TherapistPath(g.TherapistID)
	opens := func(scopes ...access.Scope) bool {
		for _, s := range scopes {
			if (access.Grant{Scopes: g.Scopes, Until: g.Until}).Opens(s, r.Now()) {
				return true
			}
		}
		return false
	}
	for _, l := range []struct {
		path, label string
		scopes      []access.Scope
	}{
		{"", "grant.office.licenses", []access.Scope{access.ScopeLicenses}},
		{"/qualifications", "grant.office.qualifications", []access.Scope{
			access.ScopeInsurance, access.ScopeCPR, access.ScopeCertification, access.ScopeExam, access.ScopeImmunization, access.ScopeNPI,
		}},
		{"/hours", "grant.office.hours", []access.Scope{access.ScopeHoursSummary}},
		{"/ce", "grant.office.ce", []access.Scope{access.ScopeCE}},
		{"/readiness", "grant.office.readiness", []access.Scope{access.ScopeSpecialties}},
	} {
		if opens(l.scopes...) {
			all = append(all, link{base + l.path, r.Say(l.label)})
		}
	}
	return all
}

func (p *Pages) showGrants(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	if r.QueryParam("requests") != "" {
		return r.Show(p.requests(r, org))
	}
	form, err := p.asked(r, org)
	if err != nil {
		return err
	}
	return r.Show(p.office(r, org, form))
}

// asked is the form as a page that leads to it fills it in: a part, what for, and of which
// student; or what an ended grant opened. Addresses of pages hold nobody's own.
func (p *Pages) asked(r *page.Request, org core.OrganizationID) (form render.Form, err error) {
	if id, err := core.ParseID[core.GrantID](r.QueryParam("again")); err == nil {
		in, err := p.Grants.Again(r.Ctx(), r.Actor, id)
		form = chosen(in.Scopes, in.Months)
		form.Values.Set("purpose", string(in.Purpose))
		form.Values.Set("email", in.Email)
		return form, err
	}
	s := access.Scope(r.QueryParam("scope"))
	if !slices.Contains(access.Scopes, s) {
		return form, nil
	}
	form = chosen([]access.Scope{s}, grant.UsualMonths)
	form.Values.Set("purpose", r.QueryParam("purpose"))
	if file, err := core.ParseID[core.TherapistID](r.QueryParam("student")); err == nil {
		email, err := p.Grants.StudentAddress(r.Ctx(), r.Actor, org, file)
		form.Values.Set("email", email)
		return form, err
	}
	return form, nil
}

func (p *Pages) ask(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := grant.AskInput{Email: f.Get("email"), Note: f.Get("note"), Terms: terms(f)}
			return func() (page.Next, error) {
				asked, err := p.Grants.Ask(r.Ctx(), r.Actor, org, in)
				return page.To(page.OrganizationPath(org, "grants"), r.Say("grant.office.asked", "email", asked.Email)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.office(r, org, form) },
	})
}

func (p *Pages) endTheirs(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	return p.end(r, page.OrganizationPath(org, "grants"))
}

func (p *Pages) withdraw(r *page.Request) error {
	org, err := r.Organization()
	if err != nil {
		return err
	}
	id, err := page.ID[core.GrantRequestID](r, "request")
	if err != nil {
		return err
	}
	if _, err := p.Grants.Withdraw(r.Ctx(), r.Actor, id); err != nil {
		return err
	}
	return r.Done(page.OrganizationPath(org, "grants"), r.Say("grant.office.withdrawn"))
}
