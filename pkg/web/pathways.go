package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
	"github.com/palmar/palmar/pkg/web/render"
)

var pathwayRoutes = []Route{
	{http.MethodGet, "/o/:organization/pathways", access.PathwayRead, (*request).showPathways},
	{http.MethodGet, "/o/:organization/pathways/new", access.PathwayWrite, (*request).showNewPathway},
	{http.MethodPost, "/o/:organization/pathways/new", access.PathwayWrite, (*request).createPathway},
	{http.MethodGet, "/pathways/:pathway", access.PathwayRead, (*request).showPathway},
	{http.MethodGet, "/pathways/:pathway/edit", access.PathwayWrite, (*request).showPathwayEdit},
	{http.MethodPost, "/pathways/:pathway/edit", access.PathwayWrite, (*request).updatePathway},
	{http.MethodGet, "/pathways/:pathway/progress/:therapist", access.AbilityRead, (*request).showPathwayProgress},
	{http.MethodPost, "/pathways/:pathway/progress/:therapist", access.CourseRecord, (*request).completePathway},
}

func pathwayPath(id core.PathwayID) string { return "/pathways/" + id.String() }

type pathwaysPage struct {
	Base            string
	Items           []core.Pathway
	MayWrite, Forms bool
	Pager           render.Pager
}

func (r *request) showPathways() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Specialty.Pathways(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return err
	}
	return r.page("specialty/pathways", "Pathways", pathwaysPage{
		Base: "/o/" + org.String(), Items: list.Items, MayWrite: r.can(access.PathwayWrite, org), Forms: r.can(access.FormRead, org),
		Pager: r.pager(list.Next, "Pages of pathways"),
	})
}

// formSteps is how many steps the form of a pathway has room for.
const formSteps = 10

type pathwayForm struct {
	Title, Action, Back string
	New, Stale          bool
	Steps               []stepFields
	Courses, Standards  []render.Option
	Levels              []render.Option
	Form                render.Form
}

// stepFields are the names of a step's fields.
type stepFields struct {
	Number        int
	Course, Level string
}

func (r *request) pathwayForm(org core.OrganizationID, p pathwayForm) (pathwayForm, error) {
	if err := access.Can(r.actor, access.PathwayWrite, access.Target{Organization: org}); err != nil {
		return p, err
	}
	list, err := r.web.Licensure.Courses(r.ctx(), r.actor, org, core.Page{Limit: 100})
	if err != nil {
		return p, err
	}
	for _, c := range list.Items {
		p.Courses = append(p.Courses, render.Option{Value: c.Code, Label: c.Title + " (" + c.Code + ")"})
	}
	for i := range formSteps {
		p.Steps = append(p.Steps, stepFields{i + 1, fmt.Sprintf("course-%d", i), fmt.Sprintf("level-%d", i)})
	}
	p.Levels = render.Options(core.Levels)
	p.Action = r.Request().URL.Path
	p.Standards, err = standardOptions()
	return p, err
}

func (r *request) showNewPathway() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.pathwayForm(org, pathwayForm{Title: "New pathway", Back: orgPath(org, "pathways"), New: true})
	if err != nil {
		return err
	}
	return r.page("specialty/pathway-form", p.Title, p)
}

// pathway reads the form of a pathway, and of which field each step comes.
func (f *reading) pathway() (in specialty.PathwayInput, rows []int) {
	in = specialty.PathwayInput{
		Code: f.text("code"), Title: f.Get("title"), Specialty: dashed(f.Get("specialty")), Description: f.Get("description"),
		Standard: f.text("standard"), Lasts: f.lasting(),
	}
	for i := range formSteps {
		if code := f.text(fmt.Sprintf("course-%d", i)); code != "" {
			in.Steps, rows = append(in.Steps, specialty.StepInput{CourseCode: code, Level: core.Level(f.text(fmt.Sprintf("level-%d", i)))}), append(rows, i)
		}
	}
	return in, rows
}

// stepFault shows what is wrong with a step at its own fields.
func stepFault(form render.Form, rows []int) render.Form {
	errors := append([]core.Field(nil), form.Errors...)
	for i := range errors {
		for n, row := range rows {
			switch errors[i].Name {
			case fmt.Sprintf("steps[%d].course_code", n):
				errors[i].Name = fmt.Sprintf("course-%d", row)
			case fmt.Sprintf("steps[%d].level", n):
				errors[i].Name = fmt.Sprintf("level-%d", row)
			}
		}
		if errors[i].Name == "steps" {
			errors[i].Name = "course-0"
		}
	}
	form.Errors = errors
	return form
}

func (r *request) createPathway() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in, rows := form.pathway()
	if err = form.Err(); err == nil {
		var made core.Pathway
		if made, err = r.web.Specialty.CreatePathway(r.ctx(), r.actor, org, in); err == nil {
			return r.done(pathwayPath(made.ID), made.Course.Title+" is made, with "+made.Course.Minutes.String()+" in all.")
		}
	}
	p, pageErr := r.pathwayForm(org, pathwayForm{Title: "New pathway", Back: orgPath(org, "pathways"), New: true, Form: stepFault(render.NewForm(form.Values, err), rows)})
	if pageErr != nil {
		return pageErr
	}
	return r.refill(err, "specialty/pathway-form", p.Title, p)
}

func (r *request) pathway() (core.Pathway, error) {
	pathway, err := id[core.PathwayID](r, "pathway")
	if err != nil {
		return core.Pathway{}, err
	}
	p, err := r.web.Specialty.Pathway(r.ctx(), r.actor, pathway)
	r.place = p.OrganizationID
	return p, err
}

type pathwayPage struct {
	core.Pathway
	Path, Base string
	MayWrite   bool
	Own        string // where the actor's own progress is
	Students   []core.CourseCompletion
}

func (r *request) showPathway() error {
	p, err := r.pathway()
	if err != nil {
		return err
	}
	page := pathwayPage{Pathway: p, Path: pathwayPath(p.ID), Base: "/o/" + p.OrganizationID.String(), MayWrite: r.can(access.PathwayWrite, p.OrganizationID)}
	if !r.actor.TherapistID.IsZero() {
		page.Own = page.Path + "/progress/" + r.actor.TherapistID.String()
	}
	if r.can(access.CourseCompletionRead, p.OrganizationID) {
		list, err := r.web.Licensure.Completions(r.ctx(), r.actor, p.OrganizationID, core.Page{Limit: searched})
		if err != nil {
			return err
		}
		page.Students = onPathway(p, list.Items)
	}
	return r.page("specialty/pathway", p.Course.Title, page)
}

// onPathway are the newest completions of a pathway's steps, one of each person.
func onPathway(p core.Pathway, completions []core.CourseCompletion) (out []core.CourseCompletion) {
	seen := map[core.TherapistID]bool{}
	for _, done := range completions {
		for _, step := range p.Steps {
			if step.CourseID == done.CourseID && !seen[done.TherapistID] {
				seen[done.TherapistID] = true
				out = append(out, done)
			}
		}
	}
	return out
}

func (r *request) showPathwayEdit() error {
	p, err := r.pathway()
	if err != nil {
		return err
	}
	c := p.Course
	values := url.Values{
		"version": {strconv.Itoa(p.Version)}, "code": {c.Code}, "title": {c.Title}, "specialty": {c.Specialty}, "description": {c.Description}, "standard": {c.Standard},
	}
	if c.Lasts.Months > 0 {
		values.Set("valid_months", strconv.Itoa(c.Lasts.Months))
	}
	if c.Lasts.YearEnd {
		values.Set("year_end", "true")
	}
	for i, step := range p.Steps {
		values.Set(fmt.Sprintf("course-%d", i), step.Code)
		values.Set(fmt.Sprintf("level-%d", i), string(step.Level))
	}
	page, err := r.pathwayForm(p.OrganizationID, pathwayForm{Title: "Change " + c.Title, Back: pathwayPath(p.ID), Form: render.Form{Values: values}})
	if err != nil {
		return err
	}
	return r.page("specialty/pathway-form", page.Title, page)
}

func (r *request) updatePathway() error {
	before, err := r.pathway()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in, rows := form.pathway()
	if err = form.Err(); err == nil {
		if _, err = r.web.Specialty.UpdatePathway(r.ctx(), r.actor, before.ID, form.version(), in); err == nil {
			return r.done(pathwayPath(before.ID), "The pathway is changed. Certificates that were issued stay as they are.")
		}
	}
	p, pageErr := r.pathwayForm(before.OrganizationID, pathwayForm{
		Title: "Change " + before.Course.Title, Back: pathwayPath(before.ID), Stale: core.CodeOf(err) == core.ErrStale.Code,
		Form: stepFault(render.NewForm(form.Values, err), rows),
	})
	if pageErr != nil {
		return pageErr
	}
	return r.refill(err, "specialty/pathway-form", p.Title, p)
}

type progressPage struct {
	specialty.Progress
	Path, Action, Completions string
	MayRecord                 bool
	Form                      render.Form
}

func (r *request) progressPage(form render.Form) (progressPage, error) {
	pathway, err := id[core.PathwayID](r, "pathway")
	if err != nil {
		return progressPage{}, err
	}
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return progressPage{}, err
	}
	found, err := r.web.Specialty.Progress(r.ctx(), r.actor, pathway, therapist)
	if err != nil {
		return progressPage{}, err
	}
	org := found.Pathway.OrganizationID
	r.place = org
	return progressPage{
		Progress: found, Path: pathwayPath(pathway), Action: r.Request().URL.Path, Completions: orgPath(org, "course-completions"), Form: form,
		MayRecord: r.can(access.CourseRecord, org) && !r.owns(therapist),
	}, nil
}

func (r *request) showPathwayProgress() error {
	p, err := r.progressPage(render.Form{})
	if err != nil {
		return err
	}
	return r.page("specialty/progress", p.Therapist.Name+", "+p.Pathway.Course.Title, p)
}

func (r *request) completePathway() error {
	p, err := r.progressPage(render.Form{})
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	done, err := r.web.Specialty.CompletePathway(r.ctx(), r.actor, p.Pathway.ID, p.Therapist.ID, form.Get("instructor"))
	if err == nil {
		return r.done(p.Completions, "It is recorded that "+done.Name+" completed "+done.CourseTitle+". Propose the certificate next.")
	}
	p.Form = render.NewForm(form.Values, err)
	return r.refill(err, "specialty/progress", p.Therapist.Name+", "+p.Pathway.Course.Title, p)
}
