package certifyweb

import (
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// CourseCompletions are who has completed courses, of whom specialty certificates
// are proposed.
type CourseCompletions struct {
	Certify   *certify.Service
	Specialty *specialty.Service
}

// Routes lists every page and form.
func (p *CourseCompletions) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/course-completions", access.CourseCompletionRead, page.On("organization", p.showCompletions)),
		page.Post("/course-completions/:completion/propose", access.ProposalMake, page.On("completion", p.propose)),
	}
}

// Menu is empty: courses lead to these.
func (p *CourseCompletions) Menu() []page.MenuItem { return nil }

type courseCompletionsPage struct {
	Base         string
	Items        []completionLine
	MayPropose   bool
	MayTherapist bool
	Form         render.Form
	Pager        render.Pager
	Now          time.Time
}

// completionLine is a completion with its proposal, where that is known.
type completionLine struct {
	core.CourseCompletion
	Proposal certify.Proposal
	Own      bool
}

func (p *CourseCompletions) completions(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	list, err := p.Specialty.Completions(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return page.View{}, err
	}
	content := courseCompletionsPage{
		Base: "/o/" + org.String(), MayPropose: r.Can(access.ProposalMake, org), MayTherapist: r.Can(access.LicenseRead, org),
		Form: form, Pager: r.Pager(list.Next, r.Say("certify.coursecompletions.pages_of_completions")), Now: r.Now(),
	}
	if form.Wrong() && list.Next != "" {
		content.Pager = render.Pager{Next: page.OrganizationPath(org, "course-completions"), Label: r.Say("certify.coursecompletions.all_completions")}
	}
	proposed, err := p.recentProposals(r, org)
	for _, c := range list.Items {
		content.Items = append(content.Items, completionLine{c, proposed[c.ID], r.Owns(c.TherapistID)})
	}
	return page.View{Name: "certify/course-completions", Title: r.Say("certify.coursecompletions.course_completions"), Content: content}, err
}

// recentProposals are the newest proposals that stand, by their completion.
// What is missing there can at worst be proposed again, which is refused.
func (p *CourseCompletions) recentProposals(r *page.Request, org core.OrganizationID) (map[core.CourseCompletionID]certify.Proposal, error) {
	if !r.Can(access.ProposalRead, org) {
		return nil, nil
	}
	list, err := p.Certify.Proposals(r.Ctx(), r.Actor, org, "", core.Page{Limit: 100})
	of := map[core.CourseCompletionID]certify.Proposal{}
	for _, one := range list.Items {
		if !one.CourseCompletionID.IsZero() && one.State != certify.ProposalDeclined {
			of[one.CourseCompletionID] = one
		}
	}
	return of, err
}

func (p *CourseCompletions) showCompletions(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.completions(r, org, render.Form{}))
}

func (p *CourseCompletions) propose(r *page.Request, completion core.CourseCompletionID) error {
	return r.Submit(page.Form{
		Read: func(*page.Reading) page.Command {
			return func() (page.Next, error) {
				made, err := p.Certify.ProposeSpecialty(r.Ctx(), r.Actor, completion)
				return page.To(page.ProposalPath(made.ID), r.Say("certify.coursecompletions.certificate_proposed_a_second_person")), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			c, err := p.Specialty.Completion(r.Ctx(), r.Actor, completion)
			if err != nil {
				return page.View{}, err
			}
			r.Place = c.OrganizationID
			return p.completions(r, c.OrganizationID, unproposed(r, c, form))
		},
	})
}

// unproposed names who cannot be proposed, and why; the reasons belong to no field
// of the page.
func unproposed(r *page.Request, c core.CourseCompletion, form render.Form) render.Form {
	out := render.Form{Message: r.Say("certify.coursecompletions.cannot_be_proposed", "name", c.Name, "course", c.CourseTitle)}
	for _, missing := range form.Errors {
		out.Errors = append(out.Errors, render.FieldError{Message: r.Say("certify.coursecompletions.still_missing", "missing", missing.Message)})
	}
	if len(form.Errors) == 0 {
		out.Errors = []render.FieldError{{Message: form.Message}}
	}
	return out
}
