package registryweb

import (
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

func requestPath(id core.RequestID) string { return "/requests/" + id.String() }

type requestsPage struct {
	Base  string
	All   bool
	Today core.Date
	Items []registry.Request
	Pager render.Pager
	// Within is how many days the office has to answer.
	Within int
}

func (p *Pages) showRequests(r *page.Request, org core.OrganizationID) error {
	all := r.QueryParam("all") != ""
	list, err := p.Registry.Requests(r.Ctx(), r.Actor, org, !all, r.Part())
	if err != nil {
		return err
	}
	return r.Page("registry/requests", r.Say("registry.requests.requests"), requestsPage{page.OrganizationPath(org, "requests"), all, r.Today(), list.Items, r.Pager(list.Next, r.Say("registry.requests.more_requests")), registry.AnswerWithin})
}

type requestsOfPage struct {
	Path       string
	Own        bool
	Enrollment logbook.Enrollment
	Items      []registry.Request
	Today      core.Date
	Pager      render.Pager
	Missed     []render.Option
	Punch      render.Form
	Dispute    render.Form
	Within     int
}

// The forms of a student's requests.
const (
	punchForm   = "punch"
	disputeForm = "dispute"
)

// requestsOf are the requests of an enrollment; form is the one
// of the page's forms that has to be fixed, by its ID.
func (p *Pages) requestsOf(r *page.Request, enrollment core.EnrollmentID, form render.Form) (page.View, error) {
	list, err := p.Registry.RequestsOf(r.Ctx(), r.Actor, enrollment, r.Part())
	if err != nil {
		return page.View{}, err
	}
	e, err := p.enrollment(r, enrollment)
	if err != nil {
		return page.View{}, err
	}
	content := requestsOfPage{
		Path: page.EnrollmentPath(enrollment), Own: r.Owns(e.TherapistID), Enrollment: e, Items: list.Items, Today: r.Today(),
		Pager: r.Pager(list.Next, r.Say("registry.requests.more_requests")), Within: registry.AnswerWithin, Punch: form.At(punchForm), Dispute: form.At(disputeForm),
	}
	if content.Dispute.Values == nil {
		content.Dispute.Values = url.Values{"entry_id": {r.QueryParam("entry")}}
	}
	if content.Own {
		content.Missed, err = p.missed(r, enrollment)
	}
	return page.View{Name: "registry/requests-of", Title: r.Say("registry.requests.requests_to_the_office"), Content: content}, err
}

// missed are the classes that a student can say to have been in.
func (p *Pages) missed(r *page.Request, enrollment core.EnrollmentID) ([]render.Option, error) {
	missed, err := p.Classroom.Missed(r.Ctx(), r.Actor, enrollment)
	var options []render.Option
	for _, m := range missed {
		options = append(options, render.Option{Value: m.ID.String(), Label: classLabel(r, m)})
	}
	return options, err
}

func classLabel(r *page.Request, m classroom.Mine) string {
	s := m.Session
	l, zone := r.Language(), core.Organization{Zone: s.Zone}.Location()
	return r.Say("registry.requests.class", "date", s.Date, "start", l.Clock(s.Start.In(zone)), "end", l.Clock(s.End.In(zone)), "instructor", m.InstructorName)
}

func (p *Pages) showRequestsOf(r *page.Request, enrollment core.EnrollmentID) error {
	return r.Show(p.requestsOf(r, enrollment, render.Form{}))
}

func (p *Pages) ask(r *page.Request, enrollment core.EnrollmentID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := registry.RequestInput{
				Kind: registry.RequestKind(f.Get("kind")), ClassID: page.Chosen[core.ClassID](f, "class_id"), EntryID: page.Chosen[core.EntryID](f, "entry_id"),
				In: f.Text("in"), Out: f.Text("out"), Text: f.Get("text"),
			}
			return func() (page.Next, error) {
				made, err := p.Registry.Ask(r.Ctx(), r.Actor, enrollment, in)
				return page.To(page.EnrollmentPath(enrollment)+"/requests", r.Say("registry.requests.the_office_has_your_request", "dueOn", made.DueOn)), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.ID = punchForm
			if form.Get("kind") == string(registry.RequestDispute) {
				form.ID = disputeForm
			}
			return p.requestsOf(r, enrollment, form)
		},
	})
}

type requestPage struct {
	registry.Request
	Path      string
	Zone      string
	Class     *classroom.Class
	Late      bool
	MayDecide bool
	MayTake   bool
	Form      render.Form
}

func (p *Pages) request(r *page.Request, at core.RequestID, form render.Form) (page.View, error) {
	one, err := p.Registry.Request(r.Ctx(), r.Actor, at)
	if err != nil {
		return page.View{}, err
	}
	r.Place = one.OrganizationID
	open := one.State == registry.RequestOpen
	content := requestPage{
		Request: one, Path: requestPath(at), Zone: r.Zone(one.OrganizationID), Late: one.Overdue(r.Today()), Form: form,
		MayDecide: open && r.CanFor(access.RequestDecide, one.OrganizationID, one.TherapistID), MayTake: open && r.Owns(one.TherapistID),
	}
	if !one.ClassID.IsZero() && r.Can(access.ClassRead, one.OrganizationID) {
		d, err := p.Classroom.Class(r.Ctx(), r.Actor, one.ClassID)
		if err != nil {
			return page.View{}, err
		}
		content.Class = &d.Class
	}
	return page.View{Name: "registry/request", Title: r.Say("registry.requests.request"), Content: content}, nil
}

func (p *Pages) showRequest(r *page.Request, at core.RequestID) error {
	return r.Show(p.request(r, at, render.Form{}))
}

func (p *Pages) grantRequest(r *page.Request, at core.RequestID) error {
	return p.answer(r, at, r.Say("registry.requests.granted"), func(f *page.Reading) error {
		_, err := p.Registry.Grant(r.Ctx(), r.Actor, at, f.Version(), f.Get("answer"))
		return err
	})
}

func (p *Pages) declineRequest(r *page.Request, at core.RequestID) error {
	return p.answer(r, at, r.Say("registry.requests.declined"), func(f *page.Reading) error {
		_, err := p.Registry.Decline(r.Ctx(), r.Actor, at, f.Version(), f.Get("answer"))
		return err
	})
}

func (p *Pages) withdrawRequest(r *page.Request, at core.RequestID) error {
	return p.answer(r, at, r.Say("registry.requests.withdrawn"), func(f *page.Reading) error {
		_, err := p.Registry.TakeBack(r.Ctx(), r.Actor, at, f.Version())
		return err
	})
}

func (p *Pages) answer(r *page.Request, at core.RequestID, said string, command func(*page.Reading) error) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) { return page.To(requestPath(at), said), command(f) }
		},
		Again: func(form render.Form) (page.View, error) { return p.request(r, at, form) },
	})
}
