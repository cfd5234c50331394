package web

import (
	"net/http"
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
	"github.com/palmar/palmar/pkg/web/render"
)

var readinessRoutes = []Route{
	{http.MethodGet, "/o/:organization/readiness", access.ReadinessRead, (*request).showTrained},
	{http.MethodGet, "/o/:organization/staff-readiness", access.CheckMake, (*request).showStaffReady},
	{http.MethodPost, "/o/:organization/staff-readiness", access.CheckMake, (*request).askStaffReady},
	{http.MethodGet, "/record/readiness", access.AbilityRead, (*request).showOwnReadiness},
	{http.MethodGet, "/therapists/:therapist/readiness", access.AbilityRead, (*request).showReadiness},
	{http.MethodGet, "/therapists/:therapist/specialties", access.AbilityRead, (*request).showStandings},
}

type trainedPage struct {
	Title, Text, Action, Method string
	Conditions, Means           []render.Option
	Asked, Links                bool
	Items                       []core.Ability
	Next                        string // cursor of a form that posts
	Form                        render.Form
	Pager                       render.Pager
}

// ready reads what is asked for.
func ready(v url.Values) specialty.Ready {
	return specialty.Ready{Condition: v.Get("condition"), Means: v.Get("means"), Area: v.Get("area")}
}

func topicOptions(all []core.Topic) (conditions, means []render.Option) {
	for _, t := range all {
		switch t.Kind {
		case core.TopicCondition:
			conditions = append(conditions, render.Option{Value: t.Code, Label: t.Title})
		case core.TopicTechnique, core.TopicModality:
			means = append(means, render.Option{Value: t.Code, Label: t.Title})
		}
	}
	return conditions, means
}

func (r *request) showTrained() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	if err := access.Can(r.actor, access.ReadinessRead, access.Target{Organization: org}); err != nil {
		return err
	}
	all, err := r.web.Specialty.Topics(r.ctx(), r.actor, org)
	if err != nil {
		return err
	}
	p := trainedPage{
		Title: "Who is trained", Text: "By certificates of your school that are good today.", Action: orgPath(org, "readiness"), Method: "get",
		Links: r.can(access.AbilityRead, org), Form: render.Form{Values: r.QueryParams()},
	}
	p.Conditions, p.Means = topicOptions(all)
	if in := ready(r.QueryParams()); in.Condition != "" || in.Means != "" {
		list, err := r.web.Specialty.Trained(r.ctx(), r.actor, org, in, r.part())
		if err != nil {
			return err
		}
		p.Asked, p.Items, p.Pager = true, list.Items, r.pager(list.Next, "Pages of people")
	}
	return r.page("specialty/trained", p.Title, p)
}

func (r *request) staffPage(org core.OrganizationID, form render.Form) (trainedPage, error) {
	p := trainedPage{
		Title: "Who of your people is trained", Action: orgPath(org, "staff-readiness"), Method: "post", Form: form,
		Text: "Of the people whose certificates you have checked before. Each of them sees that you asked.",
	}
	p.Conditions, p.Means = topicOptions(specialty.Shipped())
	return p, access.Can(r.actor, access.CheckMake, access.Target{Organization: org})
}

func (r *request) showStaffReady() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.staffPage(org, render.Form{})
	if err != nil {
		return err
	}
	return r.page("specialty/trained", p.Title, p)
}

func (r *request) askStaffReady() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	list, err := r.web.Specialty.StaffReady(r.ctx(), r.actor, org, ready(form.Values), core.Page{Cursor: form.Get("cursor")})
	p, pageErr := r.staffPage(org, render.NewForm(form.Values, err))
	if pageErr != nil {
		return pageErr
	}
	if err != nil {
		return r.refill(err, "specialty/trained", p.Title, p)
	}
	p.Asked, p.Items, p.Next = true, list.Items, list.Next
	return r.page("specialty/trained", p.Title, p)
}

type readinessPage struct {
	specialty.Readiness
	Tabs      recordTabs
	Own       bool
	Standings string
}

func (r *request) showOwnReadiness() error {
	if r.actor.TherapistID.IsZero() {
		return core.NotFound("page")
	}
	return r.readiness(r.actor.TherapistID)
}

func (r *request) showReadiness() error {
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return err
	}
	return r.readiness(therapist)
}

func (r *request) readiness(therapist core.TherapistID) error {
	found, err := r.web.Specialty.Readiness(r.ctx(), r.actor, therapist)
	if err != nil {
		return err
	}
	p := readinessPage{Readiness: found, Tabs: tabsOf("readiness"), Own: r.owns(therapist), Standings: therapistPath(therapist) + "/specialties"}
	return r.page("specialty/readiness", "What "+found.Therapist.Name+" may treat", p)
}

func (r *request) showStandings() error {
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return err
	}
	all, err := r.web.Specialty.Standings(r.ctx(), r.actor, therapist)
	if err != nil {
		return err
	}
	back := therapistPath(therapist) + "/readiness"
	if r.owns(therapist) {
		back = "/record/readiness"
	}
	return r.page("specialty/standings", "Specialties and what is missing", struct {
		Back  string
		Items []specialty.Judged
	}{back, all})
}

// condition is the title of a condition's code, as templates need it.
func conditionTitle(code string) string { return specialty.TitleOf(core.TopicCondition, code) }
