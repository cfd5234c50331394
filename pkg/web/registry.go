package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/registry"
	"github.com/palmar/palmar/pkg/web/render"
)

var registryRoutes = []Route{
	{http.MethodGet, "/o/:organization/calendar", access.CalendarRead, (*request).showCalendar},
	{http.MethodPost, "/o/:organization/calendar", access.CalendarWrite, (*request).closeDays},
	{http.MethodPost, "/closed-days/:closed_days/reopen", access.CalendarWrite, (*request).reopenDays},
	{http.MethodGet, "/o/:organization/at-risk", access.RiskRead, (*request).showAtRisk},
	{http.MethodGet, "/o/:organization/cohorts", access.RiskRead, (*request).showCohorts},
	{http.MethodGet, "/o/:organization/hours.csv", access.HoursExport, (*request).exportHours},
	{http.MethodGet, "/enrollments/:enrollment/pauses", access.PauseRead, (*request).showPauses},
	{http.MethodPost, "/enrollments/:enrollment/pauses", access.PauseWrite, (*request).pause},
	{http.MethodPost, "/enrollments/:enrollment/resume", access.PauseWrite, (*request).resume},
}

type calendarPage struct {
	Base     string
	Year     int
	Items    core.Calendar
	MayWrite bool
	Form     render.Form
}

func (r *request) calendarPage(org core.OrganizationID) (calendarPage, error) {
	year, _ := strconv.Atoi(r.QueryParam("year"))
	if year < 1900 || year > 2200 {
		year = 0
	}
	days, year, err := r.web.Registry.Calendar(r.ctx(), r.actor, org, year)
	return calendarPage{Base: orgPath(org, "calendar"), Year: year, Items: days, MayWrite: r.can(access.CalendarWrite, org)}, err
}

func (r *request) showCalendar() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	page, err := r.calendarPage(org)
	if err != nil {
		return err
	}
	return r.page("registrar/calendar", "Calendar", page)
}

func (r *request) closeDays() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := registry.Close{First: form.date("first"), Last: form.date("last"), Reason: form.Get("reason")}
	if err = form.Err(); err == nil {
		var days core.ClosedDays
		if days, err = r.web.Registry.Close(r.ctx(), r.actor, org, in); err == nil {
			return r.done(orgPath(org, "calendar")+"?year="+strconv.Itoa(days.First.Year), "The days are closed. Sessions on them raise a flag before certification.")
		}
	}
	page, readErr := r.calendarPage(org)
	if readErr != nil {
		return readErr
	}
	page.Form = render.NewForm(form.Values, err)
	return r.refill(err, "registrar/calendar", "Calendar", page)
}

func (r *request) reopenDays() error {
	closed, err := id[core.ClosedDaysID](r, "closed_days")
	if err != nil {
		return err
	}
	days, err := r.web.Registry.Reopen(r.ctx(), r.actor, closed)
	if err != nil {
		return err
	}
	return r.done(orgPath(days.OrganizationID, "calendar")+"?year="+strconv.Itoa(days.First.Year), "The days are school days again.")
}

type atRiskPage struct {
	Base  string
	Month string
	Items []registry.Risk
	Pager render.Pager
}

func (r *request) showAtRisk() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Registry.AtRisk(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return err
	}
	return r.page("registrar/at-risk", "At risk", atRiskPage{"/o/" + org.String(), core.DateOf(r.now()).String()[:7], list.Items, r.pager(list.Next, "More students")})
}

type cohortsPage struct {
	Base  string
	Items []cohortRow
}

// cohortRow is a cohort with what its program's newest standard requires.
type cohortRow struct {
	registry.Cohort
	Required core.Minutes
}

func (r *request) showCohorts() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	all, err := r.web.Registry.Cohorts(r.ctx(), r.actor, org)
	if err != nil {
		return err
	}
	list, err := r.web.Logbook.Programs(r.ctx(), r.actor, org, core.Page{Limit: 100})
	if err != nil {
		return err
	}
	programs, err := versionsOf(list.Items)
	if err != nil {
		return err
	}
	required := map[core.ProgramID]core.Minutes{}
	for _, p := range programs {
		required[p.ProgramID] = p.Standard.Required()
	}
	page := cohortsPage{Base: "/o/" + org.String()}
	for _, c := range all {
		page.Items = append(page.Items, cohortRow{c, required[c.ProgramID]})
	}
	return r.page("registrar/cohorts", "Cohorts", page)
}

// exportHours is the file of a month's hours that a school reports.
func (r *request) exportHours() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	month := r.QueryParam("month")
	rows, err := r.web.Registry.MonthlyHours(r.ctx(), r.actor, org, month)
	if err != nil {
		return err
	}
	r.Response().Header().Set("Content-Type", "text/csv; charset=utf-8")
	r.Response().Header().Set("Content-Disposition", `attachment; filename="hours-`+month+`.csv"`)
	return registry.WriteHours(r.Response(), rows)
}

type pausesPage struct {
	Path       string
	Own        bool
	Enrollment core.Enrollment
	Items      []core.Pause
	MayWrite   bool
	Open       bool
	Kinds      []render.Option
	Form       render.Form
	Resume     render.Form
	Absences   []core.Absence
	Excuse     render.Form
	MayExcuse  bool
}

func (r *request) pausesPage() (pausesPage, error) {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return pausesPage{}, err
	}
	e, err := r.web.Logbook.Enrollment(r.ctx(), r.actor, enrollment)
	if err != nil {
		return pausesPage{}, err
	}
	r.place = e.OrganizationID
	pauses, err := r.web.Registry.Pauses(r.ctx(), r.actor, enrollment)
	page := pausesPage{
		Path: enrollmentPath(enrollment), Own: r.owns(e.TherapistID), Enrollment: e, Items: pauses,
		MayWrite: access.Can(r.actor, access.PauseWrite, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}) == nil,
		Open:     len(pauses) > 0 && pauses[0].Open(), Kinds: render.Options([]core.PauseKind{core.PauseLeave, core.PauseWithdrawal}),
		Resume: render.Form{ID: "resume", Values: url.Values{"on": {core.DateOf(r.now()).String()}}},
	}
	if err != nil {
		return page, err
	}
	page.Excuse.ID = "excuse"
	page.MayExcuse = access.Can(r.actor, access.AbsenceWrite, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}) == nil
	page.Absences, err = r.web.Registry.Absences(r.ctx(), r.actor, enrollment)
	page.MayWrite = page.MayWrite && e.State != core.EnrollmentCompleted
	return page, err
}

func (r *request) showPauses() error {
	page, err := r.pausesPage()
	if err != nil {
		return err
	}
	return r.page("registrar/pauses", "Leave and withdrawal", page)
}

func (r *request) pause() error {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := registry.Pause{Kind: core.PauseKind(form.Get("kind")), First: form.date("first"), Last: form.date("last"), Reason: form.Get("reason")}
	if err = form.Err(); err == nil {
		if _, err = r.web.Registry.Pause(r.ctx(), r.actor, enrollment, in); err == nil {
			return r.done(enrollmentPath(enrollment)+"/pauses", "It is recorded.")
		}
	}
	page, readErr := r.pausesPage()
	if readErr != nil {
		return readErr
	}
	page.Form = render.NewForm(form.Values, err)
	return r.refill(err, "registrar/pauses", "Leave and withdrawal", page)
}

func (r *request) resume() error {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	on := form.date("on")
	if err = form.Err(); err == nil {
		if err = r.web.Registry.Resume(r.ctx(), r.actor, enrollment, on); err == nil {
			return r.done(enrollmentPath(enrollment)+"/pauses", "The student takes the program up again.")
		}
	}
	page, readErr := r.pausesPage()
	if readErr != nil {
		return readErr
	}
	page.Resume = render.NewForm(form.Values, err)
	page.Resume.ID = "resume"
	return r.refill(err, "registrar/pauses", "Leave and withdrawal", page)
}
