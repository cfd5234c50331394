package employerweb

import (
	"errors"
	"net/http"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure/licensurepage"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/words"
)

type checksPage struct {
	Base    string
	Staff   string
	MayMake bool
	Form    render.Form
	Items   []core.Disclosure
	Zone    string
	Pager   render.Pager
}

func (p *Pages) checks(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	list, err := p.Employer.Checks(r.Ctx(), r.Actor, org, r.Part())
	return page.View{Name: "employer/checks", Title: r.Say("employer.checks.checks"), Content: checksPage{
		Base: page.OrganizationPath(org, "checks"), Staff: page.OrganizationPath(org, "staff-readiness"), MayMake: r.Can(access.CheckMake, org),
		Form: form, Items: list.Items, Zone: r.Zone(org), Pager: r.Pager(list.Next, r.Say("employer.checks.pages_of_checks")),
	}}, err
}

func (p *Pages) showChecks(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.checks(r, org, render.Form{}))
}

// makeCheck shows the whole answer, or the form again with a word on a code that
// leads to nothing. What the actor may not even see stays not found.
func (p *Pages) makeCheck(r *page.Request, org core.OrganizationID) error {
	zone := core.Organization{Zone: r.Zone(org)}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			q := license.Asked{On: f.Date("on")}
			q.KnownAt = f.KnownAt("known", zone, r.Now())
			return func() (page.Next, error) {
				full, err := p.Employer.Inspect(r.Ctx(), r.Actor, org, codeIn(f.Get("code")), q)
				if errors.Is(err, core.ErrNotFound) && r.Can(access.CheckMake, org) {
					v, err := p.checks(r, org, page.FormOf(r, f.Values, errNoCode))
					return v.As(http.StatusNotFound), err
				}
				if err != nil {
					return nil, err
				}
				content := resultOf(r.Language(), full, r.Site.PublicURL, r.Now(), zone)
				content.Base, content.Ask = page.OrganizationPath(org, "checks"), page.OrganizationPath(org, "grants")
				content.Asked, content.Past = render.Form{Values: f.Values}, !q.On.IsZero() || !q.KnownAt.IsZero()
				return page.View{Name: "employer/result", Title: r.Say("employer.checks.check_of", "name", content.Name), Content: content}, nil
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.checks(r, org, form) },
	})
}

var errNoCode = core.InvalidField("code", "not_found.code")

// resultPage is the whole answer to an employer: the certificate, what it and
// others certify, and whether the person may practice today.
type resultPage struct {
	certificatePage
	Base         string
	Certificates []credentialLine
	Certified    core.Minutes
	Specialties  []credentialLine
	Doubtful     []employer.Doubt
	Places       []licensurepage.Place
	Untold       []words.Sentence // why nothing of them is told
	Licenses     []employer.LicenseView
	Holdings     []licensurepage.Holding
	Zone         string
	Today        core.Date
	Asked        render.Form
	Past         bool
	Shown        map[string]bool // the parts that a grant opens
	Ask          string          // where the person is asked to share more
}

type credentialLine struct {
	core.Credential
	Href    string
	Checked bool
}

func resultOf(l *words.Language, full employer.FullCheck, publicURL string, now time.Time, org core.Organization) resultPage {
	today := org.Today(now)
	out := resultPage{
		certificatePage: checkPage(l, full.Check, publicURL, now), Certified: full.CertifiedMinutes, Zone: org.Zone, Today: today,
		Certificates: credentialLines(full.Certificates, full.Credential.ID), Specialties: credentialLines(full.Specialties, full.Credential.ID),
		Doubtful: full.Doubtful, Holdings: licensurepage.Holdings(full.Holdings, today),
		Places: licensurepage.Places(full.Places), Untold: full.Untold, Licenses: full.Licenses,
		Shown: map[string]bool{},
	}
	for _, part := range full.Disclosure.Shown {
		out.Shown[part] = true
	}
	return out
}

func credentialLines(list []core.Credential, checked core.CredentialID) []credentialLine {
	var out []credentialLine
	for _, c := range list {
		out = append(out, credentialLine{c, page.CertificatePath(c.Code), c.ID == checked})
	}
	return out
}
