package grantweb

import (
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type sharingPage struct {
	Tabs      page.RecordTabs
	Files     []account.File // of schools, that wait for an answer
	Requests  []grant.Request
	Relations []relation
	Past      []grant.Grant
	Looks     []look // by organization or link, and day
	Links     linksPart
	Pager     render.Pager
	Form      render.Form
	Scopes    []scope
	Purposes  []render.Option
	Stale     bool // the password has to be given again
	Now       time.Time
}

// relation is an organization that keeps or sees something, with its grants in words.
type relation struct {
	grant.Relation
	Sees  []shownGrant
	Leave string // where to leave the school, for its student
}

type shownGrant struct {
	grant.Grant
	Parts string
	End   string
}

// sharing is the page with a form that has to be fixed: that of a link by its id, or that
// of a grant.
func (p *Pages) sharing(r *page.Request, form render.Form) (page.View, error) {
	title := r.Say("grant.sharing.who_can_see_my_record")
	requests, err := p.Grants.Received(r.Ctx(), r.Actor, core.Page{})
	if err != nil {
		return page.View{}, err
	}
	files, err := p.Grants.Files(r.Ctx(), r.Actor)
	if err != nil {
		return page.View{}, err
	}
	relations, err := p.Grants.Relations(r.Ctx(), r.Actor)
	if err != nil {
		return page.View{}, err
	}
	given, err := p.Grants.Given(r.Ctx(), r.Actor, core.Page{})
	if err != nil {
		return page.View{}, err
	}
	looks, err := p.Grants.Looks(r.Ctx(), r.Actor, r.Part())
	if err != nil {
		return page.View{}, err
	}
	links, err := p.links(r, form)
	if err != nil {
		return page.View{}, err
	}
	made := page.TakeOnce(r, 2)
	links.Label, links.Made = made[0], made[1]
	if form.Values == nil || form.ID == linkForm {
		form = chosen(grant.Usual[core.Employer], grant.UsualMonths)
	}
	content := sharingPage{
		Tabs: page.TabsOf("sharing"), Files: files, Requests: requests.Items, Pager: r.Pager(looks.Next, title), Form: form, Looks: folded(r, looks.Items), Links: links,
		Scopes: boxes(r, access.Scopes), Purposes: purposes(r), Stale: !r.Fresh(), Now: r.Now(),
	}
	for _, one := range relations {
		shown := relation{Relation: one}
		if _, student := r.Actor.Member(one.OrganizationID, core.RoleStudent); student {
			shown.Leave = grant.SharingPath + "/schools/" + one.OrganizationID.String() + "/leave"
		}
		for _, g := range one.Grants {
			shown.Sees = append(shown.Sees, shownGrant{g, grant.Parts(r.Language(), g.Scopes), grant.SharingPath + "/" + g.ID.String() + "/end"})
		}
		content.Relations = append(content.Relations, shown)
	}
	for _, g := range given.Items {
		if !g.Live(r.Now()) {
			content.Past = append(content.Past, g)
		}
	}
	return page.View{Name: "grant/sharing", Title: title, Content: content}, nil
}

// look is what an organization, or anyone with a link, saw on one day.
type look struct {
	Organization string
	Day          core.Date
	Parts        string
	Times        int // that a link was opened
}

// folded are looks by organization or link, and day, on the clock of the actor's school.
func folded(r *page.Request, looks []grant.Look) (all []look) {
	zone, err := time.LoadLocation(r.Zone(r.CurrentOrganization().OrganizationID))
	if err != nil {
		zone = time.UTC
	}
	type key struct {
		org   core.OrganizationID
		label string
		day   core.Date
	}
	at, scopes := map[key]int{}, [][]access.Scope{}
	for _, l := range looks {
		who := l.OrganizationName
		if l.OrganizationID.IsZero() {
			who = r.Say("grant.sharing.by_link", "label", l.Label)
		}
		k := key{l.OrganizationID, l.Label, core.DateOf(l.At.In(zone))}
		i, known := at[k]
		if !known {
			i, at[k] = len(all), len(all)
			all, scopes = append(all, look{Organization: who, Day: k.day}), append(scopes, nil)
		}
		if l.OrganizationID.IsZero() {
			all[i].Times++
		}
		for _, s := range l.Parts() {
			if !slices.Contains(scopes[i], s) {
				scopes[i] = append(scopes[i], s)
			}
		}
	}
	for i := range all {
		all[i].Parts = grant.Parts(r.Language(), scopes[i])
	}
	return all
}

func (p *Pages) showSharing(r *page.Request) error { return r.Show(p.sharing(r, render.Form{})) }

func (p *Pages) give(r *page.Request) error {
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			to, in := f.Get("organization"), terms(f)
			return func() (page.Next, error) {
				g, err := p.Grants.Give(r.Ctx(), r.Actor, to, in)
				return page.To(grant.SharingPath, r.Say("grant.sharing.now_sees", "organization", g.OrganizationName)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.sharing(r, form) },
	})
}

func (p *Pages) endOwn(r *page.Request) error { return p.end(r, grant.SharingPath) }

// end ends the grant in the address.
func (p *Pages) end(r *page.Request, to string) error {
	id, err := page.ID[core.GrantID](r, "grant")
	if err != nil {
		return err
	}
	g, err := p.Grants.End(r.Ctx(), r.Actor, id, 0)
	if err != nil {
		return err
	}
	return r.Done(to, r.Say("grant.sharing.ended", "organization", g.OrganizationName))
}

type requestPage struct {
	grant.Request
	Form   render.Form
	Scopes []scope
	Parts  string
	For    string    // what for
	Until  time.Time // for an answer
	Waits  bool
	Stale  bool // the password has to be given again
	Path   string
}

func (p *Pages) request(r *page.Request, id core.GrantRequestID, form render.Form) (page.View, error) {
	asked, err := p.Grants.ReceivedRequest(r.Ctx(), r.Actor, id)
	if err != nil {
		return page.View{}, err
	}
	if form.Values == nil {
		form = chosen(asked.Scopes, asked.Months)
	}
	return page.View{Name: "grant/request", Title: r.Say("grant.request.share_your_record"), Content: requestPage{
		Request: asked, Form: form, Scopes: boxes(r, asked.Scopes), Parts: grant.Parts(r.Language(), asked.Scopes),
		For:   r.Say("purpose." + string(asked.Purpose)),
		Until: asked.AskedAt.Add(grant.OpenFor), Waits: asked.Waits(r.Now()), Stale: !r.Fresh(), Path: grant.SharingPath + "/requests/" + id.String(),
	}}, nil
}

func (p *Pages) showRequest(r *page.Request) error {
	id, err := page.ID[core.GrantRequestID](r, "request")
	if err != nil {
		return err
	}
	return r.Show(p.request(r, id, render.Form{}))
}

func (p *Pages) accept(r *page.Request) error {
	id, err := page.ID[core.GrantRequestID](r, "request")
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			in := terms(f)
			return func() (page.Next, error) {
				g, err := p.Grants.Accept(r.Ctx(), r.Actor, id, in)
				return page.To(grant.SharingPath, r.Say("grant.sharing.now_sees", "organization", g.OrganizationName)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.request(r, id, form) },
	})
}

func (p *Pages) refuse(r *page.Request) error {
	id, err := page.ID[core.GrantRequestID](r, "request")
	if err != nil {
		return err
	}
	if _, err := p.Grants.Refuse(r.Ctx(), r.Actor, id); err != nil {
		return err
	}
	return r.Done(grant.SharingPath, r.Say("grant.request.refused"))
}
