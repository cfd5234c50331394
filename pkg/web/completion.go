package web

import (
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/web/render"
)

type recordCompletionPage struct {
	core.Course
	Path  string
	Today core.Date
	Form  render.Form
}

func (r *request) recordCompletionPage(form render.Form) (recordCompletionPage, error) {
	c, err := r.course(access.CourseRecord)
	if err != nil {
		return recordCompletionPage{}, err
	}
	return recordCompletionPage{Course: c, Path: coursePath(c.ID), Today: r.today(), Form: form}, nil
}

// today is the day in the organization that the page is about.
func (r *request) today() core.Date {
	org := core.Organization{Zone: r.zone(r.currentOrganization().OrganizationID)}
	return org.Today(r.now())
}

func (r *request) showRecordCompletion() error {
	p, err := r.recordCompletionPage(render.Form{})
	if err != nil {
		return err
	}
	p.Form.Values = url.Values{"completed_on": {p.Today.String()}}
	return r.page("afterschool/record", "Record a completion", p)
}

func (r *request) recordCompletion() error {
	course, err := id[core.CourseID](r, "course")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := licensure.CompletionInput{
		Email: form.Get("email"), Name: form.Get("name"), CompletedOn: form.date("completed_on"), Minutes: form.length("minutes"),
		Instructor: form.Get("instructor"), Note: form.Get("note"),
	}
	if err = form.Err(); err == nil {
		var done core.CourseCompletion
		if done, err = r.web.Licensure.RecordCompletion(r.ctx(), r.actor, course, in); err == nil {
			return r.done(orgPath(done.OrganizationID, "course-completions"),
				"It is recorded that "+done.Name+" completed "+done.CourseTitle+". Propose the certificate next.")
		}
	}
	p, pageErr := r.recordCompletionPage(render.NewForm(form.Values, err))
	if pageErr != nil {
		return pageErr
	}
	return r.refill(err, "afterschool/record", "Record a completion", p)
}

type completionsPage struct {
	Base         string
	Items        []completionLine
	MayPropose   bool
	MayTherapist bool
	Form         render.Form
	Pager        render.Pager
}

// completionLine is a completion with its proposal, where that is known.
type completionLine struct {
	core.CourseCompletion
	Proposal core.Proposal
	Own      bool
}

func (r *request) completionsPage(org core.OrganizationID, part core.Page) (completionsPage, error) {
	p := completionsPage{Base: "/o/" + org.String(), MayPropose: r.can(access.ProposalMake, org), MayTherapist: r.can(access.LicenseRead, org)}
	list, err := r.web.Licensure.Completions(r.ctx(), r.actor, org, part)
	if err != nil {
		return p, err
	}
	p.Pager = r.pager(list.Next, "Pages of completions")
	proposed, err := r.recentProposals(org)
	for _, c := range list.Items {
		p.Items = append(p.Items, completionLine{c, proposed[c.ID], r.owns(c.TherapistID)})
	}
	return p, err
}

// recentProposals are the newest proposals that stand, by their completion.
// What is missing there can at worst be proposed again, which is refused.
func (r *request) recentProposals(org core.OrganizationID) (map[core.CourseCompletionID]core.Proposal, error) {
	if !r.can(access.ProposalRead, org) {
		return nil, nil
	}
	list, err := r.web.Certify.Proposals(r.ctx(), r.actor, org, "", core.Page{Limit: 100})
	of := map[core.CourseCompletionID]core.Proposal{}
	for _, p := range list.Items {
		if !p.CourseCompletionID.IsZero() && p.State != core.ProposalDeclined {
			of[p.CourseCompletionID] = p
		}
	}
	return of, err
}

func (r *request) showCourseCompletions() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.completionsPage(org, r.part())
	if err != nil {
		return err
	}
	return r.page("afterschool/completions", "Course completions", p)
}

func (r *request) proposeSpecialty() error {
	completion, err := id[core.CourseCompletionID](r, "completion")
	if err != nil {
		return err
	}
	proposal, err := r.web.Certify.ProposeSpecialty(r.ctx(), r.actor, completion)
	if err == nil {
		return r.done("/completions/"+proposal.ID.String(), "The certificate is proposed. A second person certifies it.")
	}
	c, readErr := r.web.Licensure.Completion(r.ctx(), r.actor, completion)
	if readErr != nil {
		return readErr
	}
	r.place = c.OrganizationID
	p, pageErr := r.completionsPage(c.OrganizationID, core.Page{})
	if pageErr != nil {
		return pageErr
	}
	if p.Pager.Next != "" {
		p.Pager = render.Pager{Next: orgPath(c.OrganizationID, "course-completions"), Label: "All completions"}
	}
	p.Form = proposalFault(c, err)
	return r.refill(err, "afterschool/completions", "Course completions", p)
}

// proposalFault names who cannot be proposed, and why; the reasons belong to no
// field of the page.
func proposalFault(c core.CourseCompletion, err error) render.Form {
	f := core.AsFault(err)
	if f == nil {
		return render.Form{}
	}
	form := render.Form{Message: c.Name + " cannot be proposed for the certificate in " + c.CourseTitle}
	for _, missing := range f.Fields {
		form.Errors = append(form.Errors, core.Field{Message: "Still missing: " + missing.Message + "."})
	}
	if len(f.Fields) == 0 {
		form.Errors = []core.Field{{Message: f.Message}}
	}
	return form
}
