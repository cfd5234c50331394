package specialtyweb

import (
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure/licensurepage"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/words"
)

// Readiness are the pages of who is trained for what.
type Readiness struct{ Specialty *specialty.Service }

// Routes implements page.Pages.
func (p *Readiness) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/readiness", access.ReadinessRead, page.On("organization", p.showTrained)),
		page.Get("/o/:organization/staff-readiness", access.CheckMake, page.On("organization", p.showStaff)),
		page.Post("/o/:organization/staff-readiness", access.CheckMake, page.On("organization", p.askStaff)),
		page.Get("/record/readiness", access.AbilityRead, p.showOwn),
		page.Get("/therapists/:therapist/readiness", access.AbilityRead, page.On("therapist", p.show)),
		page.Get("/therapists/:therapist/specialties", access.AbilityRead, page.On("therapist", p.showStandings)),
	}
}

// Menu implements page.Pages.
func (*Readiness) Menu() []page.MenuItem { return nil }

type trainedPage struct {
	Title, Text, Action, Method string
	Conditions, Means           []render.Option
	Asked, Links                bool
	Items                       []specialty.Ability
	Next                        string // cursor of a form that posts
	Form                        render.Form
	Pager                       render.Pager
	Today                       core.Date
	Zone                        string // the organization's
}

// ready reads what is asked for.
func ready(v url.Values) specialty.Ready {
	return specialty.Ready{Condition: v.Get("condition"), Means: v.Get("means"), Area: v.Get("area")}
}

func (p *Readiness) showTrained(r *page.Request, org core.OrganizationID) error {
	if err := access.Can(r.Actor, access.ReadinessRead, access.Target{Organization: org}); err != nil {
		return err
	}
	all, err := p.Specialty.Topics(r.Ctx(), r.Actor, org)
	if err != nil {
		return err
	}
	content := trainedPage{
		Today: r.Today(), Zone: r.Zone(org),
		Title: r.Say("specialty.readiness.trained_staff"), Text: r.Say("specialty.readiness.by_certificates_of_your_school"), Action: page.OrganizationPath(org, "readiness"), Method: "get",
		Links: r.Can(access.AbilityRead, org), Form: render.Form{Values: r.QueryParams()},
	}
	content.Conditions, content.Means = topicOptions(all)
	if in := ready(r.QueryParams()); in.Condition != "" || in.Means != "" {
		list, err := p.Specialty.Trained(r.Ctx(), r.Actor, org, in, r.Part())
		if err != nil {
			return err
		}
		content.Asked, content.Items, content.Pager = true, list.Items, r.Pager(list.Next, r.Say("specialty.readiness.pages_of_people"))
	}
	return r.Show(trained(content), nil)
}

func trained(content trainedPage) page.View {
	return page.View{Name: "specialty/trained", Title: content.Title, Content: content}
}

func staff(r *page.Request, org core.OrganizationID, form render.Form) (trainedPage, error) {
	content := trainedPage{
		Today: r.Today(), Zone: r.Zone(org),
		Title: r.Say("specialty.readiness.staff_training"), Action: page.OrganizationPath(org, "staff-readiness"), Method: "post", Form: form,
		Text: r.Say("specialty.readiness.among_people_whose_certificates_you"),
	}
	content.Conditions, content.Means = topicOptions(specialty.Shipped())
	return content, access.Can(r.Actor, access.CheckMake, access.Target{Organization: org})
}

func (p *Readiness) showStaff(r *page.Request, org core.OrganizationID) error {
	content, err := staff(r, org, render.Form{})
	return r.Show(trained(content), err)
}

func (p *Readiness) askStaff(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				list, err := p.Specialty.StaffReady(r.Ctx(), r.Actor, org, ready(f.Values), core.Page{Cursor: f.Get("cursor")})
				if err != nil {
					return nil, err
				}
				content, err := staff(r, org, render.Form{Values: f.Values})
				content.Asked, content.Items, content.Next = true, list.Items, list.Next
				return trained(content), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			content, err := staff(r, org, form)
			return trained(content), err
		},
	})
}

type readinessPage struct {
	specialty.Readiness
	Places    []licensurepage.Place
	Tabs      page.RecordTabs
	Own       bool
	Standings string
	Person    string
	Today     core.Date
}

func (p *Readiness) showOwn(r *page.Request) error {
	if r.Actor.TherapistID.IsZero() {
		return core.NotFound("page")
	}
	return p.show(r, r.Actor.TherapistID)
}

func (p *Readiness) show(r *page.Request, therapist core.TherapistID) error {
	found, err := p.Specialty.Readiness(r.Ctx(), r.Actor, therapist)
	return r.Show(page.View{Name: "specialty/readiness", Title: r.Say("specialty.readiness.what_may_treat", "name", found.Therapist.Name), Content: readinessPage{
		Readiness: found, Places: licensurepage.Places(found.Places), Tabs: page.TabsOf("readiness"), Own: r.Owns(therapist), Standings: page.TherapistPath(therapist) + "/specialties", Person: page.TherapistPath(therapist), Today: r.Today(),
	}}, err)
}

func (p *Readiness) showStandings(r *page.Request, therapist core.TherapistID) error {
	all, err := p.Specialty.Standings(r.Ctx(), r.Actor, therapist)
	if err != nil {
		return err
	}
	bars, err := p.Specialty.Bars(r.Ctx(), r.Actor, therapist)
	back := page.TherapistPath(therapist) + "/readiness"
	if r.Owns(therapist) {
		back = "/record/readiness"
	}
	return r.Show(page.View{Name: "specialty/standings", Title: r.Say("specialty.readiness.specialties_and_what_is_missing"), Content: struct {
		Back  string
		Items []specialty.Judged
		Bars  []words.Sentence
	}{back, all, bars}}, err)
}
