package licensureweb

import (
	"net/url"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

var ofLook = part{access.LicenseLook, access.ScopeLicenses}

// look is the form of what someone saw on the board's page. It begins with what looking
// does not tell: the last day that is known, today, and the address where the organization
// saw the license last, or else where its board is asked. What is to be looked for, the
// status and the discipline, nobody is given beforehand.
func (p *Licenses) look(r *page.Request, id core.LicenseID, form render.Form) (page.View, error) {
	fresh := form.Values == nil
	content, err := p.about(r, ofLook, r.Say("licensure.look.title"), id, form, "checked_on")
	if err != nil {
		return page.View{}, err
	}
	content.Statuses = page.OptionsOf(r, core.LifecycleStatuses)
	content.Kinds = page.OptionsOf(r, core.DisciplineStatuses)
	content.Board = standard.SearchOf(content.License.Jurisdiction)
	at := slices.IndexFunc(content.License.Checks, func(c core.LicenseCheck) bool {
		return c.Address != "" && c.OrganizationID == r.CurrentOrganization().OrganizationID
	})
	if at >= 0 {
		content.Board = content.License.Checks[at].Address
	}
	content.Number = render.Form{ID: "copy", Values: url.Values{"number": {content.License.Number}}}
	if fresh {
		content.Form.Values.Set("address", content.Board)
	}
	return page.View{Name: "licensure/look", Title: content.Title, Content: content}, nil
}

func (p *Licenses) showLook(r *page.Request, id core.LicenseID) error {
	return r.Show(p.look(r, id, render.Form{}))
}

func (p *Licenses) recordLook(r *page.Request, id core.LicenseID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			name, copied, fileErr := page.Upload(r, "evidence")
			in := licensure.LookInput{
				NotListed: f.Get("not_listed") != "", Lifecycle: f.Get("status"), ExpiresOn: f.Date("expires_on"), Discipline: f.Get("discipline"),
				Address: f.Get("address"), CheckedOn: f.Date("checked_on"), Filename: name, Evidence: copied,
			}
			fileErr = f.Check("evidence", fileErr)
			return func() (page.Next, error) {
				if fileErr != nil {
					return nil, fileErr
				}
				if _, err := p.Licensure.RecordLook(r.Ctx(), r.Actor, id, f.Version(), in); err != nil {
					return nil, err
				}
				l, err := p.Licensure.License(r.Ctx(), r.Actor, id)
				return page.To(r.LicensesPath(l.TherapistID), r.Say("licensure.look.recorded")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.look(r, id, form) },
	})
}

func (p *Licenses) downloadEvidence(r *page.Request, license core.LicenseID) error {
	look, err := page.ID[core.LicenseCheckID](r, "look")
	if err != nil {
		return err
	}
	d, err := p.Licensure.LookEvidence(r.Ctx(), r.Actor, license, look)
	if err != nil {
		return err
	}
	return r.SendFile(d.Name, d.Body)
}
