package continuingweb

import (
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Activities are the pages of courses that someone plans, takes and reports.
type Activities struct {
	Continuing *continuing.Service
	Licensure  *licensure.Service
}

// Routes implements page.Pages.
func (p *Activities) Routes() []page.Route {
	return []page.Route{
		page.Get("/therapists/:therapist/ce/new", access.CEReport, page.On("therapist", p.showNew)),
		page.Post("/therapists/:therapist/ce/new", access.CEReport, page.On("therapist", p.add)),
		page.Get("/ce/activities/:activity", access.CERead, page.On("activity", p.show)),
		page.Get("/ce/activities/:activity/edit", access.CEReport, page.On("activity", p.showEdit)),
		page.Post("/ce/activities/:activity/edit", access.CEReport, page.On("activity", p.save)),
		page.Get("/ce/activities/:activity/document", access.CERead, page.On("activity", p.download)),
		page.Post("/ce/activities/:activity/document", access.CEReport, page.On("activity", p.attach)).Takes(page.MostForm),
		page.Post("/ce/activities/:activity/report", access.CEReport, page.On("activity", p.report)),
		page.Post("/ce/activities/:activity/drop", access.CEReport, page.On("activity", p.drop)),
		page.Post("/ce/activities/:activity/accept", access.CEDecide, page.On("activity", p.accept)),
		page.Post("/ce/activities/:activity/reject", access.CEDecide, page.On("activity", p.reject)),
	}
}

// Menu implements page.Pages.
func (*Activities) Menu() []page.MenuItem { return nil }

func activityPath(id core.CEActivityID) string { return "/ce/activities/" + id.String() }

type activityForm struct {
	Title, Action, Back string
	Form                render.Form
	Types, Hours        []render.Option
	Subjects            []standard.Subject
}

func formView(r *page.Request, title string, therapist core.TherapistID, form render.Form) page.View {
	return page.View{Name: "continuing/form", Title: title, Content: activityForm{
		Title: title, Action: r.Request().URL.Path, Back: page.CEPath(r, therapist), Form: form, Types: page.OptionsOf(r, continuing.CETypes),
		Hours:    []render.Option{{Value: "60", Label: r.Say("continuing.activities.minutes", "count", 60)}, {Value: "50", Label: r.Say("continuing.activities.minutes", "count", 50)}},
		Subjects: standard.CESubjects(),
	}}
}

func (p *Activities) showNew(r *page.Request, therapist core.TherapistID) error {
	if err := p.Licensure.Form(r.Ctx(), r.Actor, access.CEReport, therapist, access.ScopeCE); err != nil {
		return err
	}
	person, err := p.Licensure.Therapist(r.Ctx(), r.Actor, therapist)
	return r.Show(formView(r, r.Say("continuing.activities.plan_or_record"), therapist, render.Form{
		Values: url.Values{"participant": {person.Name}, "type": {string(continuing.CELive)}, "hour": {"60"}},
	}), err)
}

// activityIn reads the form of a course.
func activityIn(f *page.Reading) continuing.ActivityInput {
	hour, _ := strconv.Atoi(f.Get("hour"))
	return continuing.ActivityInput{
		Completed: f.Get("completed") == "true", Title: f.Get("title"), Type: f.Get("type"), On: f.Date("on"), Amount: f.Get("amount"), Hour: core.Minutes(hour), CEUMeant: f.Get("ceu_meant") == "true",
		Approved: f.Text("approved"), HandsOn: f.Text("hands_on"), Lines: linesIn(f, core.Minutes(hour)), Participant: f.Get("participant"),
		ProviderName: f.Get("provider_name"), ProviderBody: f.Get("provider_body"), ProviderNumber: f.Get("provider_number"),
		ProviderContact: f.Get("provider_contact"), Signed: f.Get("signed") == "true", LicenseNumber: f.Get("license_number"), ProgramNumber: f.Get("program_number"),
	}
}

func (p *Activities) add(r *page.Request, therapist core.TherapistID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := activityIn(f)
			return func() (page.Next, error) {
				a, err := p.Continuing.AddActivity(r.Ctx(), r.Actor, therapist, in)
				return page.To(activityPath(a.ID), savedWords(r, a)), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			return formView(r, r.Say("continuing.activities.plan_or_record"), therapist, form), nil
		},
	})
}

func savedWords(r *page.Request, a continuing.CEActivity) string {
	if a.State == continuing.CEPlanned {
		return r.Say("continuing.activities.planned")
	}
	return r.Say("continuing.activities.recorded")
}

func activityValues(a continuing.CEActivity) url.Values {
	values := url.Values{
		"version": {strconv.Itoa(a.Version)}, "title": {a.Title}, "type": {string(a.Type)}, "on": {a.On.String()}, "amount": {a.Amount.Words},
		"hour": {strconv.Itoa(int(a.Amount.Hour))}, "participant": {a.Participant}, "provider_name": {a.ProviderName}, "provider_body": {a.ProviderBody},
		"provider_number": {a.ProviderNumber}, "provider_contact": {a.ProviderContact}, "license_number": {a.LicenseNumber}, "program_number": {a.ProgramNumber},
	}
	fill := func(name string, m core.Minutes) {
		if m > 0 {
			values.Set(name, m.String())
		}
	}
	fill("approved", a.Approved)
	fill("hands_on", a.HandsOn)
	for _, line := range a.Lines {
		fill("subject-"+line.Subject, line.Minutes)
	}
	for name, is := range map[string]bool{"completed": a.State != continuing.CEPlanned, "signed": a.Signed, "ceu_meant": a.Amount.Unit == continuing.UnitCEU} {
		if is {
			values.Set(name, "true")
		}
	}
	return values
}

func (p *Activities) showEdit(r *page.Request, id core.CEActivityID) error {
	a, err := p.activity(r, id)
	if err == nil {
		err = access.Can(r.Actor, access.CEReport, ownerOf(a))
	}
	return r.Show(formView(r, r.Say("continuing.activities.change", "title", a.Title), a.TherapistID, render.Form{Values: activityValues(a)}), err)
}

func (p *Activities) save(r *page.Request, id core.CEActivityID) error {
	before, err := p.activity(r, id)
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := activityIn(f)
			return func() (page.Next, error) {
				a, err := p.Continuing.SaveActivity(r.Ctx(), r.Actor, id, f.Version(), in)
				return page.To(activityPath(id), savedWords(r, a)), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			return formView(r, r.Say("continuing.activities.change", "title", form.Get("title")), before.TherapistID, form), nil
		},
	})
}

// ownerOf is who changes and decides an activity: the therapist, and to whom it was handed in.
func ownerOf(a continuing.CEActivity) access.Target {
	return access.Target{Organization: a.OrganizationID, Therapist: a.TherapistID}
}

func (p *Activities) activity(r *page.Request, id core.CEActivityID) (continuing.CEActivity, error) {
	a, err := p.Continuing.Activity(r.Ctx(), r.Actor, id)
	if err == nil && len(r.Actor.Roles(a.OrganizationID)) > 0 {
		r.Place = a.OrganizationID
	}
	return a, err
}

type activityPage struct {
	continuing.CEActivity
	Path, Back, Zone               string
	Own, Stale                     bool
	MayEdit, MayDrop, MayDecide    bool
	Lacks                          []string
	Duties                         []continuing.Duty
	Attach, Report, Accept, Reject render.Form
}

// Subject is the title of a subject's code.
func (activityPage) Subject(code string) string {
	for _, s := range standard.CESubjects() {
		if s.Code == code {
			return s.Title
		}
	}
	return code
}

// page is that of an activity. again is a form of it that has to be fixed, by its
// id.
func (p *Activities) page(r *page.Request, id core.CEActivityID, again render.Form) (page.View, error) {
	a, err := p.activity(r, id)
	if err != nil {
		return page.View{}, err
	}
	licenses, err := p.Licensure.Licenses(r.Ctx(), r.Actor, a.TherapistID)
	if err != nil {
		return page.View{}, err
	}
	own, may := r.Owns(a.TherapistID), access.Can(r.Actor, access.CEReport, ownerOf(a)) == nil
	open := a.State == continuing.CEPlanned || a.State == continuing.CECompleted || a.State == continuing.CERejected
	content := activityPage{
		CEActivity: a, Path: activityPath(a.ID), Back: page.CEPath(r, a.TherapistID), Zone: r.Zone(a.OrganizationID), Own: own, Stale: !r.Fresh(),
		MayEdit: may && open, MayDrop: may && (a.State == continuing.CEPlanned || a.State == continuing.CECompleted), Duties: continuing.Duties(a, licenses),
		MayDecide: a.State == continuing.CEReported && access.Can(r.Actor, access.CEDecide, ownerOf(a)) == nil,
		Attach:    again.At("attach"), Report: again.At("report"), Accept: again.At("accept"), Reject: again.At("reject"),
	}
	if f := core.AsFault(continuing.Lacks(a, licenses)); f != nil {
		for _, field := range f.Fields {
			content.Lacks = append(content.Lacks, r.Language().Write(field.Sentence()))
		}
	}
	return page.View{Name: "continuing/activity", Title: content.Title, Content: content}, nil
}

func (p *Activities) show(r *page.Request, id core.CEActivityID) error {
	return r.Show(p.page(r, id, render.Form{}))
}

// change runs a command of an activity's page, whose form has an id.
func (p *Activities) change(r *page.Request, id core.CEActivityID, form, said string, command func(f *page.Reading) error) error {
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) { return page.To(activityPath(id), said), command(f) }
		},
		Again: func(again render.Form) (page.View, error) {
			again.ID = form
			return p.page(r, id, again)
		},
	})
}

func (p *Activities) attach(r *page.Request, id core.CEActivityID) error {
	name, body, fileErr := page.Upload(r, "document")
	return p.change(r, id, "attach", r.Say("continuing.activities.certificate_attached"), func(f *page.Reading) error {
		if fileErr != nil {
			return fileErr
		}
		_, err := p.Continuing.Attach(r.Ctx(), r.Actor, id, f.Version(), name, body)
		return err
	})
}

func (p *Activities) report(r *page.Request, id core.CEActivityID) error {
	return p.change(r, id, "report", r.Say("continuing.activities.reported"), func(f *page.Reading) error {
		_, err := p.Continuing.Report(r.Ctx(), r.Actor, id, f.Version())
		return err
	})
}

func (p *Activities) accept(r *page.Request, id core.CEActivityID) error {
	return p.change(r, id, "accept", r.Say("continuing.activities.accepted"), func(f *page.Reading) error {
		_, err := p.Continuing.Accept(r.Ctx(), r.Actor, id, f.Version())
		return err
	})
}

func (p *Activities) reject(r *page.Request, id core.CEActivityID) error {
	return p.change(r, id, "reject", r.Say("continuing.activities.rejected_the_therapist_can_fix"), func(f *page.Reading) error {
		_, err := p.Continuing.Reject(r.Ctx(), r.Actor, id, f.Version(), f.Get("reason"))
		return err
	})
}

func (p *Activities) drop(r *page.Request, id core.CEActivityID) error {
	a, err := p.activity(r, id)
	if err != nil {
		return err
	}
	f, err := r.Read()
	if err != nil {
		return err
	}
	if err := p.Continuing.DropActivity(r.Ctx(), r.Actor, a.ID, f.Version()); err != nil {
		return err
	}
	return r.Done(page.CEPath(r, a.TherapistID), r.Say("continuing.activities.removed"))
}

func (p *Activities) download(r *page.Request, id core.CEActivityID) error {
	d, err := p.Continuing.Certificate(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.SendFile(d.Name, d.Body)
}
