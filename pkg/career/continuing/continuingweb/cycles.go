package continuingweb

import (
	"bytes"
	"net/http"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Cycles are the pages of where someone stands in a cycle, of past ones, and of
// waivers and extensions.
type Cycles struct {
	Continuing *continuing.Service
	Licensure  *licensure.Service
}

// Routes implements page.Pages.
func (p *Cycles) Routes() []page.Route {
	return []page.Route{
		page.Get("/record/ce", access.CERead, p.showOwn),
		page.Get("/therapists/:therapist/ce", access.CERead, page.On("therapist", p.show)),
		page.Get("/licenses/:license/ce", access.CERead, page.On("license", p.showPast)),
		page.Get("/licenses/:license/ce/proof.zip", access.CERead, page.On("license", p.downloadProof)),
		page.Post("/licenses/:license/ce/leaves", access.CEReport, page.On("license", p.requestLeave)),
		page.Get("/ce/leaves/:leave", access.CERead, page.On("leave", p.showLeave)),
		page.Post("/ce/leaves/:leave/approve", access.CEDecide, page.On("leave", p.approveLeave)),
		page.Post("/ce/leaves/:leave/decline", access.CEDecide, page.On("leave", p.declineLeave)),
	}
}

// Menu implements page.Pages.
func (*Cycles) Menu() []page.MenuItem { return nil }

type cyclesPage struct {
	Tabs       *page.RecordTabs
	Own        bool
	Name       string
	Path       string
	Record     string
	Add        bool // the actor may add to the courses
	Cycles     []cycle
	Activities []continuing.CEActivity
	Pager      render.Pager
}

func (p *Cycles) showOwn(r *page.Request) error {
	if err := r.OwnRecord(); err != nil {
		return err
	}
	content, err := p.cycles(r, r.Actor.TherapistID)
	tabs := page.TabsOf("ce")
	content.Tabs = &tabs
	return r.Show(page.View{Name: "continuing/cycles", Title: r.Say("shared.continuing_education"), Content: content}, err)
}

func (p *Cycles) show(r *page.Request, therapist core.TherapistID) error {
	if r.Owns(therapist) {
		return r.Redirect(http.StatusSeeOther, "/record/ce")
	}
	content, err := p.cycles(r, therapist)
	return r.Show(page.View{Name: "continuing/cycles", Title: r.Say("continuing.cycles.continuing_education_of", "name", content.Name), Content: content}, err)
}

func (p *Cycles) cycles(r *page.Request, therapist core.TherapistID) (cyclesPage, error) {
	cycles, err := p.Continuing.Cycles(r.Ctx(), r.Actor, therapist, r.Today())
	if err != nil {
		return cyclesPage{}, err
	}
	list, err := p.Continuing.Activities(r.Ctx(), r.Actor, therapist, "", r.Part())
	if err != nil {
		return cyclesPage{}, err
	}
	person, err := p.Licensure.Therapist(r.Ctx(), r.Actor, therapist)
	if err != nil {
		return cyclesPage{}, err
	}
	add, err := page.Opens(p.Licensure.Form(r.Ctx(), r.Actor, access.CEReport, therapist, access.ScopeCE))
	return cyclesPage{
		Own: r.Owns(therapist), Name: person.Name, Path: page.TherapistPath(therapist) + "/ce", Record: r.LicensesPath(therapist), Cycles: cyclesOf(cycles),
		Activities: list.Items, Pager: r.Pager(list.Next, r.Say("continuing.cycles.pages_of_courses")),
		Add: add,
	}, err
}

func (p *Cycles) downloadProof(r *page.Request, license core.LicenseID) error {
	on, err := core.ParseDate(r.QueryParam("on"))
	if err != nil {
		on = r.Today()
	}
	var file bytes.Buffer
	if err := p.Continuing.WriteProof(r.Ctx(), r.Actor, license, on, &file); err != nil {
		return err
	}
	return r.SendFile("continuing-education-"+on.String()+".zip", file.Bytes())
}

type pastPage struct {
	Name      string
	Path, Ask string
	License   core.License
	Cycles    []cycle
	MayAsk    bool
	Terms     []string
	Kinds     []render.Option
	Deciders  []render.Option // where there is a choice
	Form      render.Form
}

func (p *Cycles) past(r *page.Request, license core.LicenseID, form render.Form) (page.View, error) {
	cycles, err := p.Continuing.History(r.Ctx(), r.Actor, license, r.Today())
	if err != nil {
		return page.View{}, err
	}
	l := cycles[0].License
	person, err := p.Licensure.Therapist(r.Ctx(), r.Actor, l.TherapistID)
	if err != nil {
		return page.View{}, err
	}
	content := pastPage{
		Name: person.Name, Path: page.CEPath(r, l.TherapistID), Ask: page.LicensePath(license) + "/ce/leaves", License: l,
		Cycles: cyclesOf(cycles), Form: form,
		Kinds: []render.Option{{Value: string(continuing.CEWaiver), Label: r.Say("continuing.cycles.a_waiver_fewer_hours")}, {Value: string(continuing.CEExtension), Label: r.Say("continuing.cycles.an_extension_more_time")}},
	}
	if content.MayAsk, err = page.Opens(p.Licensure.Form(r.Ctx(), r.Actor, access.CEReport, l.TherapistID, access.ScopeCE)); err != nil {
		return page.View{}, err
	}
	if content.MayAsk = content.MayAsk && cycles[0].Known; content.MayAsk {
		if content.Deciders, err = p.deciders(r, l); err != nil {
			return page.View{}, err
		}
		for _, t := range []*standard.Terms{cycles[0].Pack.Cycle.Waiver, cycles[0].Pack.Cycle.Extension} {
			if t != nil {
				content.Terms = append(content.Terms, t.Text)
			}
		}
	}
	return page.View{Name: "continuing/past", Title: r.Say("continuing.cycles.cycles_of", "jurisdiction", l.Jurisdiction, "number", l.Number), Content: content}, err
}

// deciders are the schools among which a therapist chooses; none where there is no choice.
func (p *Cycles) deciders(r *page.Request, l core.License) (options []render.Option, err error) {
	if !r.Owns(l.TherapistID) {
		return nil, nil
	}
	schools, err := p.Continuing.Deciders(r.Ctx(), r.Actor, l.ID)
	for _, org := range schools {
		options = append(options, render.Option{Value: org.ID.String(), Label: org.Name})
	}
	if len(options) < 2 {
		return nil, err
	}
	return options, err
}

func (p *Cycles) showPast(r *page.Request, license core.LicenseID) error {
	return r.Show(p.past(r, license, render.Form{}))
}

func (p *Cycles) requestLeave(r *page.Request, license core.LicenseID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := continuing.LeaveInput{Kind: continuing.CELeaveKind(f.Get("kind")), Minutes: f.Minutes("minutes"), Until: f.Date("until"), Reason: f.Get("reason")}
			in.Organization, _ = core.ParseID[core.OrganizationID](f.Get("organization_id")) // none, or none that there is: the service says so
			return func() (page.Next, error) {
				l, err := p.Continuing.RequestLeave(r.Ctx(), r.Actor, license, in)
				return page.To(leavePath(l.ID), r.Say("continuing.cycles.requested")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.past(r, license, form) },
	})
}

func leavePath(id core.CELeaveID) string { return "/ce/leaves/" + id.String() }

type leavePage struct {
	continuing.CELeave
	Path, Back, Zone string
	MayDecide, Stale bool
	Approve, Decline render.Form
}

// leave is the page of a waiver or extension. again is a form of it that has to be
// fixed, by its id.
func (p *Cycles) leave(r *page.Request, id core.CELeaveID, again render.Form) (page.View, error) {
	l, err := p.Continuing.Leave(r.Ctx(), r.Actor, id)
	return page.View{Name: "continuing/leave", Title: r.Say("continuing.cycles.waiver_or_extension"), Content: leavePage{
		CELeave: l, Path: leavePath(id), Back: page.LicensePath(l.LicenseID) + "/ce", Zone: r.Zone(r.CurrentOrganization().OrganizationID),
		MayDecide: l.State == continuing.CELeaveRequested && r.CanFor(access.CEDecide, l.OrganizationID, l.TherapistID), Stale: !r.Fresh(),
		Approve: again.At("approve"), Decline: again.At("decline"),
	}}, err
}

func (p *Cycles) showLeave(r *page.Request, id core.CELeaveID) error {
	return r.Show(p.leave(r, id, render.Form{}))
}

// decide is the form of a decision about a leave, by its id.
func (p *Cycles) decide(r *page.Request, id core.CELeaveID, form string, read func(f *page.Reading) page.Command) error {
	return r.Submit(page.Form{Confirm: true, Read: read, Again: func(again render.Form) (page.View, error) {
		again.ID = form
		return p.leave(r, id, again)
	}})
}

func (p *Cycles) approveLeave(r *page.Request, id core.CELeaveID) error {
	return p.decide(r, id, "approve", func(f *page.Reading) page.Command {
		in := continuing.LeaveDecision{Authority: f.Get("authority"), GrantedOn: f.Date("granted_on"), Note: f.Get("note")}
		return func() (page.Next, error) {
			_, err := p.Continuing.ApproveLeave(r.Ctx(), r.Actor, id, f.Version(), in)
			return page.To(leavePath(id), r.Say("continuing.cycles.recorded_it_now_applies_to")), err
		}
	})
}

func (p *Cycles) declineLeave(r *page.Request, id core.CELeaveID) error {
	return p.decide(r, id, "decline", func(f *page.Reading) page.Command {
		return func() (page.Next, error) {
			_, err := p.Continuing.DeclineLeave(r.Ctx(), r.Actor, id, f.Version(), f.Get("reason"))
			return page.To(leavePath(id), r.Say("continuing.cycles.recorded_as_refused")), err
		}
	})
}
