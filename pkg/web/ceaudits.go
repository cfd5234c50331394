package web

import (
	"net/http"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var ceAuditRoutes = []Route{
	{http.MethodGet, "/o/:organization/ce/audits", access.CEAuditRead, (*request).showCEAudits},
	{http.MethodPost, "/o/:organization/ce/audits", access.CEAuditRun, (*request).beginAudit},
	{http.MethodGet, "/ce/audits/:audit", access.CEAuditRead, (*request).showCEAudit},
	{http.MethodPost, "/ce/audits/:audit/draw", access.CEAuditRun, (*request).drawAudit},
	{http.MethodGet, "/ce/audits/:audit/draw.json", access.CEAuditRead, (*request).downloadDraw},
	{http.MethodGet, "/ce/audits/:audit/people/:license", access.CEAuditRead, (*request).showEvidence},
	{http.MethodPost, "/ce/audits/:audit/people/:license/decision", access.CEAuditDecide, (*request).decideAudit},
}

type ceAuditsPage struct {
	Base          string
	Items         []core.CEAudit
	Pager         render.Pager
	MayRun, Stale bool
	States        []render.Option
	Form          render.Form
}

func (r *request) ceAuditsPage(org core.OrganizationID, form render.Form) (ceAuditsPage, error) {
	list, err := r.web.Continuing.Audits(r.ctx(), r.actor, org, r.part())
	p := ceAuditsPage{
		Base: "/o/" + org.String(), Items: list.Items, Pager: r.pager(list.Next, "Pages of audits"), MayRun: r.can(access.CEAuditRun, org),
		Stale: !r.fresh(), Form: form,
	}
	for _, j := range licensure.Jurisdictions {
		if _, known := standard.CE(j.Code); known {
			p.States = append(p.States, render.Option{Value: j.Code, Label: j.Name})
		}
	}
	return p, err
}

func (r *request) showCEAudits() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.ceAuditsPage(org, render.Form{})
	if err != nil {
		return err
	}
	return r.page("continuing/audits", "Audits", p)
}

func (r *request) beginAudit() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	in := continuing.AuditInput{Jurisdiction: f.Get("jurisdiction"), EndsFrom: f.date("ends_from"), EndsTo: f.date("ends_to")}
	if percent := f.text("percent"); percent != "" {
		if in.Percent, err = strconv.Atoi(percent); err != nil {
			f.Add("percent", "bad_percent", "Write a number such as 10.")
		}
	}
	fault := f.Err()
	if fault == nil {
		fault = r.confirm(f.Values)
	}
	if fault == nil {
		var a core.CEAudit
		if a, fault = r.web.Continuing.BeginAudit(r.ctx(), r.actor, org, in); fault == nil {
			return r.done("/ce/audits/"+a.ID.String(), "The audit is begun. Tell the digest of the seed to those who want to check the draw.")
		}
	}
	p, err := r.ceAuditsPage(org, render.NewForm(f.Values, fault))
	if err != nil {
		return err
	}
	return r.refill(fault, "continuing/audits", "Audits", p)
}

type ceAuditPage struct {
	core.CEAudit
	Path, Base, Zone string
	MayRun, Stale    bool
	Verified         bool
	Sample           []core.CEAuditPerson
	Pager            render.Pager
	Draw             render.Form
}

func (r *request) ceAuditPage(form render.Form) (ceAuditPage, error) {
	at, err := id[core.CEAuditID](r, "audit")
	if err != nil {
		return ceAuditPage{}, err
	}
	a, err := r.web.Continuing.Audit(r.ctx(), r.actor, at)
	if err != nil {
		return ceAuditPage{}, err
	}
	r.place = a.OrganizationID
	p := ceAuditPage{
		CEAudit: a, Path: "/ce/audits/" + at.String(), Base: "/o/" + a.OrganizationID.String(), Zone: r.zone(a.OrganizationID),
		MayRun: r.can(access.CEAuditRun, a.OrganizationID), Stale: !r.fresh(), Draw: form,
	}
	if a.DrawnAt.IsZero() {
		return p, nil
	}
	list, err := r.web.Continuing.Sample(r.ctx(), r.actor, at, r.part())
	if err != nil {
		return p, err
	}
	d, err := r.web.Continuing.Draw(r.ctx(), r.actor, at)
	p.Sample, p.Pager, p.Verified = list.Items, r.pager(list.Next, "Pages of people"), d.Verify() == nil
	return p, err
}

func (r *request) showCEAudit() error {
	p, err := r.ceAuditPage(render.Form{})
	if err != nil {
		return err
	}
	return r.page("continuing/audit", "Audit of "+p.Jurisdiction, p)
}

func (r *request) drawAudit() error {
	at, err := id[core.CEAuditID](r, "audit")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	fault := r.confirm(f.Values)
	if fault == nil {
		_, fault = r.web.Continuing.DrawAudit(r.ctx(), r.actor, at, f.version(), f.Get("word"))
	}
	if fault == nil {
		return r.done("/ce/audits/"+at.String(), "The sample is drawn.")
	}
	p, err := r.ceAuditPage(render.NewForm(f.Values, fault))
	if err != nil {
		return err
	}
	return r.refill(fault, "continuing/audit", "Audit of "+p.Jurisdiction, p)
}

func (r *request) downloadDraw() error {
	at, err := id[core.CEAuditID](r, "audit")
	if err != nil {
		return err
	}
	d, err := r.web.Continuing.Draw(r.ctx(), r.actor, at)
	if err != nil {
		return err
	}
	body, err := jsonText(d)
	if err != nil {
		return err
	}
	return r.sendFile("draw.json", body)
}

type evidencePage struct {
	Own              bool
	Path, Audit      string
	Zone             string
	Person           core.CEAuditPerson
	Cycle            ceCycle
	MayDecide, Stale bool
	Outcomes         []render.Option
	Form             render.Form
}

func (r *request) evidencePage(form render.Form) (evidencePage, error) {
	at, err := id[core.CEAuditID](r, "audit")
	if err != nil {
		return evidencePage{}, err
	}
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return evidencePage{}, err
	}
	a, err := r.web.Continuing.Audit(r.ctx(), r.actor, at)
	if err != nil {
		return evidencePage{}, err
	}
	r.place = a.OrganizationID
	person, cycle, err := r.web.Continuing.Evidence(r.ctx(), r.actor, at, license)
	audit := "/ce/audits/" + at.String()
	may := access.Can(r.actor, access.CEAuditDecide, access.Target{Organization: a.OrganizationID, Therapist: person.TherapistID}) == nil
	return evidencePage{
		Path: audit + "/people/" + license.String(), Audit: audit, Zone: r.zone(a.OrganizationID), Person: person, Cycle: ceCycle{cycle}, MayDecide: may,
		Stale: !r.fresh(), Form: form,
		Outcomes: []render.Option{{Value: string(core.CEAccepted), Label: "Proven"}, {Value: string(core.CERejected), Label: "Not proven"}},
	}, err
}

func (r *request) showEvidence() error {
	p, err := r.evidencePage(render.Form{})
	if err != nil {
		return err
	}
	return r.page("continuing/evidence", p.Person.Name, p)
}

func (r *request) decideAudit() error {
	f, err := r.read()
	if err != nil {
		return err
	}
	p, err := r.evidencePage(render.Form{})
	if err != nil {
		return err
	}
	fault := r.confirm(f.Values)
	if fault == nil {
		_, fault = r.web.Continuing.DecideAudit(r.ctx(), r.actor, p.Person.AuditID, p.Person.LicenseID, core.CEState(f.Get("outcome")), f.Get("reason"))
	}
	if fault == nil {
		return r.done(p.Path, "It is decided.")
	}
	p.Form = render.NewForm(f.Values, fault)
	return r.refill(fault, "continuing/evidence", p.Person.Name, p)
}
