package web

import (
	"net/http"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/employer"
	"github.com/palmar/palmar/pkg/web/render"
)

var employerRoutes = []Route{
	{http.MethodGet, "/o/:organization/checks", access.CheckRead, (*request).showChecks},
	{http.MethodPost, "/o/:organization/checks", access.CheckMake, (*request).makeCheck},
}

type checksPage struct {
	Base    string
	Staff   string
	MayMake bool
	Form    render.Form
	Items   []core.Disclosure
	Zone    string
	Pager   render.Pager
}

func (r *request) checksPage(org core.OrganizationID) (checksPage, error) {
	p := checksPage{Base: orgPath(org, "checks"), Staff: orgPath(org, "staff-readiness"), MayMake: r.can(access.CheckMake, org)}
	list, err := r.web.Employer.Checks(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return p, err
	}
	p.Items, p.Pager = list.Items, r.pager(list.Next, "Pages of checks")
	o, err := r.web.Account.Organization(r.ctx(), r.actor, org)
	p.Zone = o.Zone
	return p, err
}

func (r *request) showChecks() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.checksPage(org)
	if err != nil {
		return err
	}
	return r.page("employer/checks", "Checks", p)
}

// resultPage is the whole answer to an employer: the certificate, what it and
// others certify, and whether the person may practise today.
type resultPage struct {
	certificatePage
	Base         string
	Certificates []credentialLine
	Certified    core.Minutes
	Specialties  []credentialLine
	Doubtful     []string
	Practise     practise
	Licenses     []licenseLine
	Holdings     []holdingLine
	Zone         string
	Today        core.Date
	Asked        render.Form
	Past         bool
}

type credentialLine struct {
	core.Credential
	Href    string
	Checked bool
}

type practise struct{ Outcome, Answer, Reason string }

type licenseLine struct {
	core.License
	May      bool
	Reason   string
	Practice core.Practice
	Sources  []sourceLine
}

// sourceLine is how a state of a licence is known.
type sourceLine struct {
	Axis   core.Axis
	Status string
	Since  core.Date
	How    string
	Weak   bool
	Source string
	Looked core.Date
}

var methodWords = map[string]string{
	core.MethodPrimarySource: "Looked up at the licensing authority itself",
	core.MethodDocument:      "Read from a document that was shown",
	core.MethodSelfReport:    "The person’s own word, not verified",
}

func (r *request) makeCheck() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.form()
	if err != nil {
		return err
	}
	f := reading{Values: form}
	q := core.Asked{On: f.date("on")}
	if known := f.date("known"); !known.IsZero() {
		q.KnownAt = known.AddDays(1).In(core.Organization{Zone: r.zone(org)}.Location()).Add(-time.Microsecond)
	}
	if err := f.Err(); err != nil {
		return r.refuseCheck(org, err)
	}
	full, err := r.web.Employer.InspectAt(r.ctx(), r.actor, org, codeIn(form.Get("code")), q)
	if err != nil {
		return r.refuseCheck(org, err)
	}
	p := resultOf(full, r.web.PublicURL, r)
	p.Asked = render.Form{Values: form}
	p.Past = !q.On.IsZero() || !q.KnownAt.IsZero()
	p.Base = orgPath(org, "checks")
	o, err := r.web.Account.Organization(r.ctx(), r.actor, org)
	if err != nil {
		return err
	}
	p.Zone, p.Today = o.Zone, o.Today(r.now())
	p.Holdings = holdingLines(full.Holdings, p.Today)
	return r.page("employer/result", "Check of "+p.Name, p)
}

// refuseCheck shows the form again with a word on a code that leads to nothing.
// What the actor may not even see stays not found.
func (r *request) refuseCheck(org core.OrganizationID, err error) error {
	form, formErr := r.form()
	if formErr != nil {
		return formErr
	}
	f := core.AsFault(err)
	if f == nil || !r.can(access.CheckMake, org) {
		return err
	}
	p, pageErr := r.checksPage(org)
	if pageErr != nil {
		return pageErr
	}
	status := StatusOf(f)
	if f.Kind == core.KindNotFound {
		err = core.InvalidField("code", "not_found", "No certificate has this code. Compare it with the certificate once more.")
	}
	p.Form = render.NewForm(form, err)
	return r.answer(status, "employer/checks", "Checks", p)
}

func resultOf(full employer.FullCheck, publicURL string, r *request) resultPage {
	p := resultPage{
		certificatePage: checkPage(full.Check, publicURL, r.now()), Certified: full.CertifiedMinutes,
		Certificates: credentialLines(full.Certificates, full.Credential.ID), Specialties: credentialLines(full.Specialties, full.Credential.ID),
		Doubtful: full.Doubtful,
		Practise: practise{Outcome: employer.CouldNotCheck, Answer: "Could not check", Reason: full.PractiseReason},
	}
	switch full.Practise {
	case employer.PractiseYes:
		p.Practise.Outcome, p.Practise.Answer = "valid", "Yes"
	case employer.PractiseNo:
		p.Practise.Outcome, p.Practise.Answer = "not_valid", "No"
	}
	for _, l := range full.Licenses {
		p.Licenses = append(p.Licenses, licenseLineOf(l))
	}
	return p
}

func credentialLines(list []core.Credential, checked core.CredentialID) []credentialLine {
	var out []credentialLine
	for _, c := range list {
		out = append(out, credentialLine{c, certificatePath(c.Code), c.ID == checked})
	}
	return out
}

func licenseLineOf(v employer.LicenseView) licenseLine {
	line := licenseLine{License: v.License, May: v.Practice.May, Reason: v.Practice.Reason, Practice: v.Practice}
	for _, e := range v.Sources {
		line.Sources = append(line.Sources, sourceLine{
			e.Axis, e.Status, e.EffectiveOn, methodWords[e.Method], e.Method == core.MethodSelfReport, e.Source, e.CheckedOn,
		})
	}
	return line
}
