package renewalweb

import (
	"net/http"
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type checklistPage struct {
	renewal.Checklist
	State string // the jurisdiction's name
	Back  string
	Path  string
	Renew string
	Forms map[string]render.Form // by step
}

// checklist is the renewal of a license step by step; form is that of the step
// whose key is its ID.
func (p *Pages) checklist(r *page.Request, license core.LicenseID, form render.Form) (page.View, error) {
	c, err := p.Renewal.Checklist(r.Ctx(), r.Actor, license)
	if err != nil {
		return page.View{}, err
	}
	r.StandIn(c.License.OrganizationID, access.LicenseRead)
	forms := make(map[string]render.Form, len(c.Steps))
	for _, s := range c.Steps {
		forms[s.Key] = render.Form{ID: s.Key, Values: url.Values{"done_on": {c.Today.String()}}}
	}
	if form.ID != "" {
		forms[form.ID] = form
	}
	return page.View{Name: "renewal/checklist", Title: r.Say("renewal.checklist.renewal_of_a_license"), Content: checklistPage{
		Checklist: c, State: core.JurisdictionName(c.License.Jurisdiction), Back: r.LicensesPath(c.License.TherapistID),
		Path: page.RenewalPath(c.License.ID), Renew: renewPath(c.License.ID),
		Forms: forms,
	}}, nil
}

// renewPath is where it is recorded that a license is renewed.
func renewPath(id core.LicenseID) string { return page.LicensePath(id) + "/renew" }

func (p *Pages) showChecklist(r *page.Request) error {
	license, err := page.ID[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	v, err := p.checklist(r, license, render.Form{})
	if core.CodeOf(err) == "no_last_day" {
		return r.Redirect(http.StatusSeeOther, renewPath(license))
	}
	return r.Show(v, err)
}

func (p *Pages) tick(r *page.Request) error {
	license, err := page.ID[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	step := r.Param("step")
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := renewal.TickInput{DoneOn: f.Date("done_on"), Note: f.Get("note")}
			return func() (page.Next, error) {
				_, err := p.Renewal.Tick(r.Ctx(), r.Actor, license, step, in)
				return page.To(page.RenewalPath(license), r.Say("renewal.checklist.noted")), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.ID = step
			return p.checklist(r, license, form)
		},
	})
}

func (p *Pages) untick(r *page.Request) error {
	license, err := page.ID[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	if _, err := p.Renewal.Untick(r.Ctx(), r.Actor, license, r.Param("step")); err != nil {
		return err
	}
	return r.Done(page.RenewalPath(license), r.Say("renewal.checklist.withdrawn"))
}
