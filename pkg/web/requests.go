package web

import (
	"net/http"
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/classroom"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/registry"
	"github.com/palmar/palmar/pkg/web/render"
)

var requestRoutes = []Route{
	{http.MethodGet, "/o/:organization/requests", access.RequestRead, (*request).showRequests},
	{http.MethodGet, "/enrollments/:enrollment/requests", access.RequestRead, (*request).showRequestsOf},
	{http.MethodPost, "/enrollments/:enrollment/requests", access.RequestMake, (*request).ask},
	{http.MethodGet, "/requests/:request", access.RequestRead, (*request).showRequest},
	{http.MethodPost, "/requests/:request/grant", access.RequestDecide, (*request).grantRequest},
	{http.MethodPost, "/requests/:request/decline", access.RequestDecide, (*request).declineRequest},
	{http.MethodPost, "/requests/:request/withdraw", access.RequestMake, (*request).withdrawRequest},
	{http.MethodPost, "/enrollments/:enrollment/absences", access.AbsenceWrite, (*request).excuse},
	{http.MethodPost, "/absences/:absence/withdraw", access.AbsenceWrite, (*request).unexcuse},
}

func requestPath(id core.RequestID) string { return "/requests/" + id.String() }

type requestsPage struct {
	Base  string
	All   bool
	Today core.Date
	Items []core.Request
	Pager render.Pager
}

func (r *request) showRequests() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	all := r.QueryParam("all") != ""
	list, err := r.web.Registry.Requests(r.ctx(), r.actor, org, !all, r.part())
	if err != nil {
		return err
	}
	return r.page("registrar/requests", "Requests", requestsPage{orgPath(org, "requests"), all, r.today(), list.Items, r.pager(list.Next, "More requests")})
}

type requestsOfPage struct {
	Path       string
	Own        bool
	Enrollment core.Enrollment
	Items      []core.Request
	Today      core.Date
	Pager      render.Pager
	Missed     []render.Option
	Entry      string
	Punch      render.Form
	Dispute    render.Form
	Within     int
}

func (r *request) requestsOfPage() (requestsOfPage, error) {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return requestsOfPage{}, err
	}
	list, err := r.web.Registry.RequestsOf(r.ctx(), r.actor, enrollment, r.part())
	if err != nil {
		return requestsOfPage{}, err
	}
	e, err := r.web.Logbook.Enrollment(r.ctx(), r.actor, enrollment)
	if err != nil {
		return requestsOfPage{}, err
	}
	r.place = e.OrganizationID
	page := requestsOfPage{
		Path: enrollmentPath(enrollment), Own: r.owns(e.TherapistID), Enrollment: e, Items: list.Items, Today: r.today(),
		Pager: r.pager(list.Next, "More requests"), Within: registry.AnswerWithin,
		Punch: render.Form{ID: "punch"}, Dispute: render.Form{ID: "dispute", Values: url.Values{"entry_id": {r.QueryParam("entry")}}},
	}
	if !page.Own {
		return page, nil
	}
	missed, err := r.web.Classroom.Missed(r.ctx(), r.actor, enrollment)
	for _, m := range missed {
		page.Missed = append(page.Missed, render.Option{Value: m.ID.String(), Label: classLabel(m)})
	}
	return page, err
}

func classLabel(m classroom.Mine) string {
	s := m.Session
	return render.Day(s.Date) + ", " + render.Clock(s.Start, s.Zone) + " to " + render.Clock(s.End, s.Zone) + ", " + m.InstructorName
}

func (r *request) showRequestsOf() error {
	page, err := r.requestsOfPage()
	if err != nil {
		return err
	}
	return r.page("student/requests", "Requests to the office", page)
}

func (r *request) ask() error {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	in := registry.RequestInput{
		Kind: core.RequestKind(f.Get("kind")), ClassID: chosen[core.ClassID](f, "class_id"), EntryID: chosen[core.EntryID](f, "entry_id"),
		In: f.text("in"), Out: f.text("out"), Text: f.Get("text"),
	}
	if err = f.Err(); err == nil {
		var made core.Request
		if made, err = r.web.Registry.Ask(r.ctx(), r.actor, enrollment, in); err == nil {
			return r.done(enrollmentPath(enrollment)+"/requests", "The office has your request and answers by "+render.Day(made.DueOn)+".")
		}
	}
	page, readErr := r.requestsOfPage()
	if readErr != nil {
		return readErr
	}
	form := &page.Punch
	if in.Kind == core.RequestDispute {
		form = &page.Dispute
	}
	name := form.ID
	*form = render.NewForm(f.Values, err)
	form.ID = name
	return r.refill(err, "student/requests", "Requests to the office", page)
}

type requestPage struct {
	core.Request
	Path      string
	Zone      string
	Class     *core.Class
	Late      bool
	MayDecide bool
	MayTake   bool
	Form      render.Form
}

func (r *request) requestPage() (requestPage, error) {
	at, err := id[core.RequestID](r, "request")
	if err != nil {
		return requestPage{}, err
	}
	one, err := r.web.Registry.Request(r.ctx(), r.actor, at)
	if err != nil {
		return requestPage{}, err
	}
	r.place = one.OrganizationID
	can := func(action access.Action) bool {
		return access.Can(r.actor, action, access.Target{Organization: one.OrganizationID, Therapist: one.TherapistID}) == nil
	}
	open := one.State == core.RequestOpen
	page := requestPage{
		Request: one, Path: requestPath(at), Zone: r.zone(one.OrganizationID), Late: one.Overdue(r.today()),
		MayDecide: open && can(access.RequestDecide), MayTake: open && r.owns(one.TherapistID),
	}
	if !one.ClassID.IsZero() && r.can(access.ClassRead, one.OrganizationID) {
		d, err := r.web.Classroom.Class(r.ctx(), r.actor, one.ClassID)
		if err != nil {
			return page, err
		}
		page.Class = &d.Class
	}
	return page, nil
}

func (r *request) showRequest() error {
	page, err := r.requestPage()
	if err != nil {
		return err
	}
	return r.page("registrar/request", "A request", page)
}

func (r *request) grantRequest() error {
	return r.answerRequest("Granted.", func(at core.RequestID, f *reading) error {
		_, err := r.web.Registry.Grant(r.ctx(), r.actor, at, f.version(), f.Get("answer"))
		return err
	})
}

func (r *request) declineRequest() error {
	return r.answerRequest("Declined.", func(at core.RequestID, f *reading) error {
		_, err := r.web.Registry.Decline(r.ctx(), r.actor, at, f.version(), f.Get("answer"))
		return err
	})
}

func (r *request) withdrawRequest() error {
	return r.answerRequest("Taken back.", func(at core.RequestID, f *reading) error {
		_, err := r.web.Registry.TakeBack(r.ctx(), r.actor, at, f.version())
		return err
	})
}

func (r *request) answerRequest(said string, command func(core.RequestID, *reading) error) error {
	at, err := id[core.RequestID](r, "request")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	if err = command(at, f); err == nil {
		return r.done(requestPath(at), said)
	}
	page, readErr := r.requestPage()
	if readErr != nil {
		return readErr
	}
	page.Form = render.NewForm(f.Values, err)
	return r.refill(err, "registrar/request", "A request", page)
}

func (r *request) excuse() error {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	in := registry.AbsenceInput{First: f.date("first"), Last: f.date("last"), Reason: f.Get("reason")}
	if err = f.Err(); err == nil {
		if _, err = r.web.Registry.Excuse(r.ctx(), r.actor, enrollment, in); err == nil {
			return r.done(enrollmentPath(enrollment)+"/pauses", "The absence is excused. It raises no hours.")
		}
	}
	page, readErr := r.pausesPage()
	if readErr != nil {
		return readErr
	}
	page.Excuse = render.NewForm(f.Values, err)
	page.Excuse.ID = "excuse"
	return r.refill(err, "registrar/pauses", "Leave and withdrawal", page)
}

func (r *request) unexcuse() error {
	at, err := id[core.AbsenceID](r, "absence")
	if err != nil {
		return err
	}
	absence, err := r.web.Registry.Unexcuse(r.ctx(), r.actor, at)
	if err != nil {
		return err
	}
	return r.done(enrollmentPath(absence.EnrollmentID)+"/pauses", "The absence is not excused any more.")
}
