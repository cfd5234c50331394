package continuingweb

import (
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Audits are the pages of audits by a sample that nobody can choose.
type Audits struct{ Continuing *continuing.Service }

// Routes implements page.Pages.
func (p *Audits) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/ce/audits", access.CEAuditRead, page.On("organization", p.showAll)),
		page.Post("/o/:organization/ce/audits", access.CEAuditRun, page.On("organization", p.begin)),
		page.Get("/ce/audits/:audit", access.CEAuditRead, page.On("audit", p.show)),
		page.Post("/ce/audits/:audit/draw", access.CEAuditRun, page.On("audit", p.draw)),
		page.Get("/ce/audits/:audit/draw.json", access.CEAuditRead, page.On("audit", p.downloadDraw)),
		page.Get("/ce/audits/:audit/people/:license", access.CEAuditRead, page.On("audit", p.showEvidence)),
		page.Post("/ce/audits/:audit/people/:license/decision", access.CEAuditDecide, page.On("audit", p.decide)),
	}
}

// Menu implements page.Pages.
func (*Audits) Menu() []page.MenuItem { return nil }

func auditPath(id core.CEAuditID) string { return "/ce/audits/" + id.String() }

type auditsPage struct {
	Base          string
	Items         []continuing.CEAudit
	Pager         render.Pager
	MayRun, Stale bool
	States        []render.Option
	Form          render.Form
}

func (p *Audits) audits(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	list, err := p.Continuing.Audits(r.Ctx(), r.Actor, org, r.Part())
	content := auditsPage{
		Base: "/o/" + org.String(), Items: list.Items, Pager: r.Pager(list.Next, r.Say("continuing.audits.pages_of_audits")), MayRun: r.Can(access.CEAuditRun, org),
		Stale: !r.Fresh(), Form: form,
	}
	for _, j := range core.Jurisdictions {
		if _, known := standard.CE(j.Code); known {
			content.States = append(content.States, render.Option{Value: j.Code, Label: j.Name})
		}
	}
	return page.View{Name: "continuing/audits", Title: r.Say("shared.audits"), Content: content}, err
}

func (p *Audits) showAll(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.audits(r, org, render.Form{}))
}

func (p *Audits) begin(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			in := continuing.AuditInput{Jurisdiction: f.Get("jurisdiction"), EndsFrom: f.Date("ends_from"), EndsTo: f.Date("ends_to")}
			if percent := f.Text("percent"); percent != "" {
				var err error
				if in.Percent, err = strconv.Atoi(percent); err != nil {
					f.Add("percent", "bad_percent.number")
				}
			}
			return func() (page.Next, error) {
				a, err := p.Continuing.BeginAudit(r.Ctx(), r.Actor, org, in)
				return page.To(auditPath(a.ID), r.Say("continuing.audits.audit_started_share_the_seeds")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.audits(r, org, form) },
	})
}

type auditPage struct {
	continuing.CEAudit
	Path, Base, Zone string
	MayRun, Stale    bool
	Verified         bool
	Sample           []continuing.CEAuditPerson
	Pager            render.Pager
	Draw             render.Form
}

func (p *Audits) audit(r *page.Request, id core.CEAuditID, form render.Form) (page.View, error) {
	a, err := p.Continuing.Audit(r.Ctx(), r.Actor, id)
	if err != nil {
		return page.View{}, err
	}
	r.Place = a.OrganizationID
	content := auditPage{
		CEAudit: a, Path: auditPath(id), Base: "/o/" + a.OrganizationID.String(), Zone: r.Zone(a.OrganizationID),
		MayRun: r.Can(access.CEAuditRun, a.OrganizationID), Stale: !r.Fresh(), Draw: form,
	}
	if !a.DrawnAt.IsZero() {
		if err := p.drawn(r, &content); err != nil {
			return page.View{}, err
		}
	}
	return page.View{Name: "continuing/audit", Title: r.Say("continuing.audits.audit_of", "jurisdiction", a.Jurisdiction), Content: content}, nil
}

// drawn adds the sample, and whether the draw can be done again with its result.
func (p *Audits) drawn(r *page.Request, content *auditPage) error {
	list, err := p.Continuing.Sample(r.Ctx(), r.Actor, content.ID, r.Part())
	if err != nil {
		return err
	}
	d, err := p.Continuing.Draw(r.Ctx(), r.Actor, content.ID)
	content.Sample, content.Pager, content.Verified = list.Items, r.Pager(list.Next, r.Say("continuing.audits.pages_of_people")), d.Verify() == nil
	return err
}

func (p *Audits) show(r *page.Request, id core.CEAuditID) error {
	return r.Show(p.audit(r, id, render.Form{}))
}

func (p *Audits) draw(r *page.Request, id core.CEAuditID) error {
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				_, err := p.Continuing.DrawAudit(r.Ctx(), r.Actor, id, f.Version(), f.Get("word"))
				return page.To(auditPath(id), r.Say("continuing.audits.sample_drawn")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.audit(r, id, form) },
	})
}

func (p *Audits) downloadDraw(r *page.Request, id core.CEAuditID) error {
	d, err := p.Continuing.Draw(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	body, err := page.JSONText(d)
	if err != nil {
		return err
	}
	return r.SendFile("draw.json", body)
}

type evidencePage struct {
	Path, Audit      string
	Zone             string
	Person           continuing.CEAuditPerson
	Cycle            cycle
	MayDecide, Stale bool
	Outcomes         []render.Option
	Form             render.Form
}

func (p *Audits) evidence(r *page.Request, id core.CEAuditID, form render.Form) (page.View, error) {
	license, err := page.ID[core.LicenseID](r, "license")
	if err != nil {
		return page.View{}, err
	}
	a, err := p.Continuing.Audit(r.Ctx(), r.Actor, id)
	if err != nil {
		return page.View{}, err
	}
	r.Place = a.OrganizationID
	person, judged, err := p.Continuing.Evidence(r.Ctx(), r.Actor, id, license)
	return page.View{Name: "continuing/evidence", Title: person.Name, Content: evidencePage{
		Path: evidencePath(id, license), Audit: auditPath(id), Zone: r.Zone(a.OrganizationID), Person: person, Cycle: cycle{judged},
		MayDecide: r.CanFor(access.CEAuditDecide, a.OrganizationID, person.TherapistID), Stale: !r.Fresh(), Form: form,
		Outcomes: []render.Option{{Value: string(continuing.CEAccepted), Label: r.Say("continuing.audits.proven")}, {Value: string(continuing.CERejected), Label: r.Say("continuing.audits.not_proven")}},
	}}, err
}

func evidencePath(id core.CEAuditID, license core.LicenseID) string {
	return auditPath(id) + "/people/" + license.String()
}

func (p *Audits) showEvidence(r *page.Request, id core.CEAuditID) error {
	return r.Show(p.evidence(r, id, render.Form{}))
}

func (p *Audits) decide(r *page.Request, id core.CEAuditID) error {
	license, err := page.ID[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	if _, err := p.evidence(r, id, render.Form{}); err != nil {
		return err
	}
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				_, err := p.Continuing.DecideAudit(r.Ctx(), r.Actor, id, license, continuing.CEState(f.Get("outcome")), f.Get("reason"))
				return page.To(evidencePath(id, license), r.Say("continuing.audits.decision_recorded")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.evidence(r, id, form) },
	})
}
