package logbookweb

import (
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Students are the pages of who is enrolled in a school.
type Students struct{ Logbook *logbook.Service }

// Routes lists every page and form.
func (p *Students) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/students", access.EnrollmentRead, page.On("organization", p.showStudents)),
		page.Get("/o/:organization/students/enroll", access.EnrollmentCreate, page.On("organization", p.showEnroll)),
		page.Post("/o/:organization/students/enroll", access.EnrollmentCreate, page.On("organization", p.enroll)),
		page.Get("/enrollments/:enrollment/student", access.EnrollmentCreate, page.On("enrollment", p.showStudent)),
		page.Post("/enrollments/:enrollment/student", access.EnrollmentCreate, page.On("enrollment", p.correct)),
		page.Post("/enrollments/:enrollment/invitation", access.EnrollmentCreate, page.On("enrollment", p.invite)),
	}
}

// Menu leads the office to its students.
func (p *Students) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 40, Path: "students", Label: "menu.students", Shown: page.Allowed(access.EnrollmentRead)}}
}

type studentsPage struct {
	Base      string
	AtRisk    string
	Expiring  string
	Cohorts   string
	Transfers string
	Query     string
	State     core.EnrollmentState
	States    []core.EnrollmentState
	Items     []logbook.EnrollmentRow
	MayEnroll bool
	Pager     render.Pager
	Waits     []logbook.ProgramVersion // for a second person, for those who may be that
}

// showStudents lists the enrollments of a school.
func (p *Students) showStudents(r *page.Request, org core.OrganizationID) error {
	filter := logbook.EnrollmentFilter{State: core.EnrollmentState(r.QueryParam("state")), Query: r.QueryParam("q")}
	list, err := p.Logbook.Enrollments(r.Ctx(), r.Actor, org, filter, r.Part())
	if err != nil {
		return err
	}
	waits, err := logbookpage.Unconfirmed(r, p.Logbook, org)
	if err != nil {
		return err
	}
	return r.Page("logbook/students", r.Say("shared.students"), studentsPage{
		Base: page.OrganizationPath(org, "students"), AtRisk: page.OrganizationPath(org, "at-risk"), Expiring: page.OrganizationPath(org, "expiring"),
		Cohorts: page.OrganizationPath(org, "cohorts"), Transfers: page.OrganizationPath(org, "transfers"), Query: filter.Query, State: filter.State,
		States: []core.EnrollmentState{core.EnrollmentActive, core.EnrollmentCompleted, core.EnrollmentWithdrawn},
		Items:  list.Items, MayEnroll: r.Can(access.EnrollmentCreate, org), Pager: r.Pager(list.Next, r.Say("logbook.students.pages_of_students")),
		Waits: waits,
	})
}

type enrollPage struct {
	Base     string
	Programs []render.Option
	Form     render.Form
}

func (p *Students) enrolling(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	if err := access.Can(r.Actor, access.EnrollmentCreate, access.Target{Organization: org}); err != nil {
		return page.View{}, err
	}
	choice, err := programs(r, p.Logbook, org)
	if form.Values == nil {
		form.Values = url.Values{"enrolled_on": {r.Today().String()}, "invite": {"true"}}
		if len(choice) == 1 {
			form.Values.Set("program_id", choice[0].Value)
		}
	}
	return page.View{Name: "logbook/enroll", Title: r.Say("logbook.students.enroll_a_student"), Content: enrollPage{page.OrganizationPath(org, "students"), choice, form}}, err
}

func (p *Students) showEnroll(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.enrolling(r, org, render.Form{}))
}

func (p *Students) enroll(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := logbook.Enroll{
				Email: f.Text("email"), Name: f.Text("name"), SamePerson: f.Choice("same_person"), ProgramID: page.Chosen[core.ProgramID](f, "program_id"),
				EnrolledOn: f.Date("enrolled_on"), Invite: f.Get("invite") != "",
			}
			return func() (page.Next, error) {
				e, err := p.Logbook.Enroll(r.Ctx(), r.Actor, org, in)
				return page.To(page.EnrollmentPath(e.ID), r.Say("logbook.students.is_enrolled", "name", e.Name)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.enrolling(r, org, form) },
	})
}

func (p *Students) student(r *page.Request, id core.EnrollmentID, form render.Form) (page.View, error) {
	e, err := p.Logbook.Enrollment(r.Ctx(), r.Actor, id)
	if err != nil {
		return page.View{}, err
	}
	r.Place = e.OrganizationID
	if err := access.Can(r.Actor, access.EnrollmentCreate, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}); err != nil {
		return page.View{}, err
	}
	if form.Values == nil {
		form.Values = url.Values{"name": {e.Name}, "email": {e.Email}, "version": {strconv.Itoa(e.Version)}}
	}
	back := page.EnrollmentPath(id)
	return page.Forms{
		Title: r.Say("logbook.student.correct"), Lead: r.Say("logbook.student.note"), Back: page.Link{Path: back, Label: e.Name},
		Forms: []page.ShortForm{{
			Action: back + "/student", Form: form, Send: r.Say("shared.save"), Cancel: page.Link{Path: back, Label: r.Say("shared.cancel")},
			Fields: []render.Field{
				page.Field(form, "name", r.Say("shared.name"), "required", true, "maxlength", 200, "hint", r.Say("logbook.enroll.as_stand_certificate")),
				page.Field(form, "email", r.Say("shared.email_address"), "type", "email", "required", true, "maxlength", 254, "autocomplete", "off"),
			},
		}},
	}.View(), nil
}

func (p *Students) showStudent(r *page.Request, id core.EnrollmentID) error {
	return r.Show(p.student(r, id, render.Form{}))
}

func (p *Students) correct(r *page.Request, id core.EnrollmentID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := logbook.Corrected{Name: f.Text("name"), Email: f.Text("email")}
			return func() (page.Next, error) {
				e, err := p.Logbook.CorrectStudent(r.Ctx(), r.Actor, id, f.Version(), in)
				return page.To(page.EnrollmentPath(id), r.Say("logbook.student.corrected", "name", e.Name)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.student(r, id, form) },
	})
}

func (p *Students) invite(r *page.Request, id core.EnrollmentID) error {
	return r.Submit(page.Form{
		Read: func(*page.Reading) page.Command {
			return func() (page.Next, error) {
				e, err := p.Logbook.InviteStudent(r.Ctx(), r.Actor, id)
				return page.To(page.EnrollmentPath(id), r.Say("logbook.student.invited", "email", e.Email)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return logbookpage.Enrollment(r, p.Logbook, form) },
	})
}
