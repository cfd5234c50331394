package licensureweb

import (
	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Contests are the pages of licenses that several people's records name: to a school of
// those that it recorded, to the operator of all.
type Contests struct{ Licensure *licensure.Service }

const contestsPath = "/license-contests"

// Routes implements page.Pages.
func (p *Contests) Routes() []page.Route {
	return []page.Route{
		page.Get(contestsPath, access.SourceRead, func(r *page.Request) error { return p.show(r, core.OrganizationID{}) }),
		page.Get("/o/:organization/license-contests", access.RosterRead, page.On("organization", p.show)),
		page.Post("/licenses/:license/set-aside", access.LicenseSettle, page.On("license", p.setAside)),
		page.Post("/licenses/:license/lift-aside", access.LicenseSettle, page.On("license", p.liftAside)),
	}
}

// Menu implements page.Pages.
func (*Contests) Menu() []page.MenuItem { return nil }

type contestsPage struct {
	Organization core.OrganizationID
	Back         page.Link
	Items        []licensure.Contest
	Form         render.Form
	Pager        render.Pager
	Operator     bool
}

// HasOrganization tells whether the page is a school's.
func (p contestsPage) HasOrganization() bool { return !p.Operator }

func (p *Contests) contests(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	list, err := p.Licensure.Contests(r.Ctx(), r.Actor, org, r.Part())
	back := page.Link{Path: sourcesPath, Label: r.Say("licensure.approved.sources")}
	if !org.IsZero() {
		back = page.Link{Path: rostersPath(org), Label: r.Say("shared.boards_lists")}
	}
	return page.View{Name: "licensure/contests", Title: r.Say("licensure.contests.contested_licenses"), Content: contestsPage{
		org, back, list.Items, form, r.Pager(list.Next, r.Say("licensure.contests.contested_licenses")), org.IsZero(),
	}}, err
}

func (p *Contests) show(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.contests(r, org, render.Form{}))
}

func (p *Contests) setAside(r *page.Request, id core.LicenseID) error {
	return p.settle(r, r.Say("licensure.contests.was_set_aside"), func(f *page.Reading) error {
		_, err := p.Licensure.SetLicenseAside(r.Ctx(), r.Actor, id, f.Get("reason"))
		return err
	})
}

func (p *Contests) liftAside(r *page.Request, id core.LicenseID) error {
	return p.settle(r, r.Say("licensure.contests.was_lifted"), func(*page.Reading) error {
		_, err := p.Licensure.LiftLicenseAside(r.Ctx(), r.Actor, id)
		return err
	})
}

// settle decides about a record; the form names the school for the page that comes after,
// none for the operator's.
func (p *Contests) settle(r *page.Request, done string, decide func(*page.Reading) error) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			to := contestsPath
			if org := f.Text("organization"); org != "" {
				to = page.OrganizationPath(page.Chosen[core.OrganizationID](f, "organization"), "license-contests")
			}
			return func() (page.Next, error) { return page.To(to, done), decide(f) }
		},
		Again: func(form render.Form) (page.View, error) {
			return p.contests(r, page.Chosen[core.OrganizationID](&page.Reading{Values: form.Values}, "organization"), form)
		},
	})
}
