package web

import (
	"net/http"
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/web/render"
)

var registrarRoutes = append([]Route{
	{http.MethodGet, "/o/:organization/students", access.EnrollmentRead, (*request).showStudents},
	{http.MethodGet, "/o/:organization/students/enroll", access.EnrollmentCreate, (*request).showEnroll},
	{http.MethodPost, "/o/:organization/students/enroll", access.EnrollmentCreate, (*request).enroll},
}, programRoutes...)

type studentsPage struct {
	Base      string
	AtRisk    string
	Expiring  string
	Cohorts   string
	Query     string
	State     core.EnrollmentState
	States    []core.EnrollmentState
	Items     []logbook.EnrollmentRow
	MayEnroll bool
	Pager     render.Pager
}

// showStudents lists the enrollments of a school.
func (r *request) showStudents() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	page := studentsPage{
		Base: orgPath(org, "students"), AtRisk: orgPath(org, "at-risk"), Expiring: orgPath(org, "expiring"), Cohorts: orgPath(org, "cohorts"), Query: r.QueryParam("q"), State: core.EnrollmentState(r.QueryParam("state")),
		States:    []core.EnrollmentState{core.EnrollmentActive, core.EnrollmentCompleted, core.EnrollmentWithdrawn},
		MayEnroll: r.can(access.EnrollmentCreate, org),
	}
	list, err := r.web.Logbook.Enrollments(r.ctx(), r.actor, org, logbook.EnrollmentFilter{State: page.State, Query: page.Query}, r.part())
	if err != nil {
		return err
	}
	page.Items, page.Pager = list.Items, r.pager(list.Next, "Pages of students")
	return r.page("registrar/students", "Students", page)
}

type enrollPage struct {
	Base     string
	Programs []render.Option
	Form     render.Form
}

func (r *request) enrollPage(org core.OrganizationID, form render.Form) (enrollPage, error) {
	page := enrollPage{Base: orgPath(org, "students"), Form: form}
	if err := access.Can(r.actor, access.EnrollmentCreate, access.Target{Organization: org}); err != nil {
		return page, err
	}
	programs, err := r.programs(org)
	page.Programs = programs
	return page, err
}

// programs are a school's programs to choose from.
func (r *request) programs(org core.OrganizationID) ([]render.Option, error) {
	list, err := r.web.Logbook.Programs(r.ctx(), r.actor, org, core.Page{Limit: 100})
	options := make([]render.Option, len(list.Items))
	for i, p := range list.Items {
		options[i] = render.Option{Value: p.ProgramID.String(), Label: p.Title}
	}
	return options, err
}

func (r *request) showEnroll() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	page, err := r.enrollPage(org, render.Form{})
	if err != nil {
		return err
	}
	page.Form.Values = url.Values{"enrolled_on": {r.today().String()}, "invite": {"true"}}
	if len(page.Programs) == 1 {
		page.Form.Values.Set("program_id", page.Programs[0].Value)
	}
	return r.page("registrar/enroll", "Enrol a student", page)
}

func (r *request) enroll() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := logbook.Enroll{
		Email: form.text("email"), Name: form.text("name"), ProgramID: chosen[core.ProgramID](form, "program_id"),
		EnrolledOn: form.date("enrolled_on"), Invite: form.Get("invite") != "",
	}
	if err = form.Err(); err == nil {
		var e core.Enrollment
		if e, err = r.web.Logbook.Enroll(r.ctx(), r.actor, org, in); err == nil {
			return r.done(enrollmentPath(e.ID), e.Name+" is enrolled.")
		}
	}
	page, readErr := r.enrollPage(org, render.NewForm(form.Values, err))
	if readErr != nil {
		return readErr
	}
	return r.refill(err, "registrar/enroll", "Enrol a student", page)
}
