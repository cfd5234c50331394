package specialtyweb

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Pathways are the pages of what courses lead to together.
type Pathways struct{ Specialty *specialty.Service }

// Routes implements page.Pages.
func (p *Pathways) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/pathways", access.PathwayRead, page.On("organization", p.showAll)),
		page.Get("/o/:organization/pathways/new", access.PathwayWrite, page.On("organization", p.showNew)),
		page.Post("/o/:organization/pathways/new", access.PathwayWrite, page.On("organization", p.create)),
		page.Get("/pathways/:pathway", access.PathwayRead, page.On("pathway", p.show)),
		page.Get("/pathways/:pathway/edit", access.PathwayWrite, page.On("pathway", p.showEdit)),
		page.Post("/pathways/:pathway/edit", access.PathwayWrite, page.On("pathway", p.update)),
		page.Get("/pathways/:pathway/progress/:therapist", access.AbilityRead, page.On("pathway", p.showProgress)),
		page.Post("/pathways/:pathway/progress/:therapist", access.CourseRecord, page.On("pathway", p.complete)),
	}
}

// Menu implements page.Pages.
func (*Pathways) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 95, Path: "pathways", Label: "menu.pathways", Shown: pathwaysAlone}}
}

// pathwaysAlone shows the pathways to those who have no courses, from which the
// others come to them.
func pathwaysAlone(a access.Actor, in access.Membership) bool {
	return page.Allowed(access.PathwayRead)(a, in) && !page.Allowed(access.CourseWrite)(a, in)
}

func pathwayPath(id core.PathwayID) string { return "/pathways/" + id.String() }

type pathwaysPage struct {
	Base            string
	Items           []specialty.Pathway
	MayWrite, Forms bool
	Pager           render.Pager
}

func (p *Pathways) showAll(r *page.Request, org core.OrganizationID) error {
	list, err := p.Specialty.Pathways(r.Ctx(), r.Actor, org, r.Part())
	return r.Show(page.View{Name: "specialty/pathways", Title: r.Say("shared.pathways"), Content: pathwaysPage{
		Base: "/o/" + org.String(), Items: list.Items, MayWrite: r.Can(access.PathwayWrite, org), Forms: r.Can(access.FormRead, org),
		Pager: r.Pager(list.Next, r.Say("specialty.pathways.pages_of_pathways")),
	}}, err)
}

// formSteps is how many steps the form of a pathway has room for.
const formSteps = 10

type pathwayForm struct {
	Title, Action, Back string
	New                 bool
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

func courseField(step int) string { return fmt.Sprintf("course-%d", step) }
func levelField(step int) string  { return fmt.Sprintf("level-%d", step) }

func (p *Pathways) form(r *page.Request, org core.OrganizationID, content pathwayForm) (page.View, error) {
	if err := access.Can(r.Actor, access.PathwayWrite, access.Target{Organization: org}); err != nil {
		return page.View{}, err
	}
	list, err := p.Specialty.Courses(r.Ctx(), r.Actor, org, core.Page{Limit: 100})
	if err != nil {
		return page.View{}, err
	}
	for _, c := range list.Items {
		content.Courses = append(content.Courses, render.Option{Value: c.Code, Label: c.Title + " (" + c.Code + ")"})
	}
	for i := range formSteps {
		content.Steps = append(content.Steps, stepFields{i + 1, courseField(i), levelField(i)})
	}
	content.Levels, content.Action = page.OptionsOf(r, specialty.Levels), r.Request().URL.Path
	content.Standards, err = standardOptions()
	return page.View{Name: "specialty/pathway-form", Title: content.Title, Content: content}, err
}

func (p *Pathways) newForm(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	return p.form(r, org, pathwayForm{Title: r.Say("specialty.pathways.new_pathway"), Back: page.OrganizationPath(org, "pathways"), New: true, Form: form})
}

func (p *Pathways) showNew(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.newForm(r, org, render.Form{}))
}

// pathwayIn reads the form of a pathway, and of which field each step comes.
func pathwayIn(f *page.Reading) (in specialty.PathwayInput, rows []int) {
	in = specialty.PathwayInput{
		Code: f.Text("code"), Title: f.Get("title"), Specialty: dashed(f.Get("specialty")), Description: f.Get("description"),
		Standard: f.Text("standard"), Lasts: lasting(f),
	}
	for i := range formSteps {
		if code := f.Text(courseField(i)); code != "" {
			in.Steps, rows = append(in.Steps, specialty.StepInput{CourseCode: code, Level: specialty.Level(f.Text(levelField(i)))}), append(rows, i)
		}
	}
	return in, rows
}

// stepFault shows what is wrong with a step at its own fields.
func stepFault(form render.Form, rows []int) render.Form {
	return renamed(form, func(name string) string {
		for n, row := range rows {
			switch name {
			case fmt.Sprintf("steps[%d].course_code", n):
				return courseField(row)
			case fmt.Sprintf("steps[%d].level", n):
				return levelField(row)
			}
		}
		if name == "steps" {
			return courseField(0)
		}
		return name
	})
}

func (p *Pathways) create(r *page.Request, org core.OrganizationID) error {
	var rows []int
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			var in specialty.PathwayInput
			in, rows = pathwayIn(f)
			return func() (page.Next, error) {
				made, err := p.Specialty.CreatePathway(r.Ctx(), r.Actor, org, in)
				return page.To(pathwayPath(made.ID), r.Say("specialty.pathways.is_made_with_in_all", "title", made.Course.Title, "minutes", made.Course.Minutes.String())), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.newForm(r, org, stepFault(form, rows)) },
	})
}

func (p *Pathways) pathway(r *page.Request, id core.PathwayID) (specialty.Pathway, error) {
	found, err := p.Specialty.Pathway(r.Ctx(), r.Actor, id)
	r.Place = found.OrganizationID
	return found, err
}

type pathwayPage struct {
	specialty.Pathway
	Path, Base string
	MayWrite   bool
	Own        string // where the actor's own progress is
	Students   []core.CourseCompletion
}

func (p *Pathways) show(r *page.Request, id core.PathwayID) error {
	found, err := p.pathway(r, id)
	if err != nil {
		return err
	}
	org := found.OrganizationID
	content := pathwayPage{Pathway: found, Path: pathwayPath(found.ID), Base: "/o/" + org.String(), MayWrite: r.Can(access.PathwayWrite, org)}
	if !r.Actor.TherapistID.IsZero() {
		content.Own = content.Path + "/progress/" + r.Actor.TherapistID.String()
	}
	if r.Can(access.CourseCompletionRead, org) {
		list, err := p.Specialty.Completions(r.Ctx(), r.Actor, org, core.Page{Limit: searched})
		if err != nil {
			return err
		}
		content.Students = onPathway(found, list.Items)
	}
	return r.Page("specialty/pathway", found.Course.Title, content)
}

// onPathway are the newest completions of a pathway's steps, one of each person.
func onPathway(p specialty.Pathway, completions []core.CourseCompletion) (out []core.CourseCompletion) {
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

func pathwayValues(p specialty.Pathway) url.Values {
	c := p.Course
	values := url.Values{
		"version": {strconv.Itoa(p.Version)}, "code": {c.Code}, "title": {c.Title}, "specialty": {c.Specialty}, "description": {c.Description}, "standard": {c.Standard},
	}
	putLasting(values, c.Lasts)
	for i, step := range p.Steps {
		values.Set(courseField(i), step.Code)
		values.Set(levelField(i), string(step.Level))
	}
	return values
}

func (p *Pathways) edit(r *page.Request, before specialty.Pathway, form render.Form) (page.View, error) {
	return p.form(r, before.OrganizationID, pathwayForm{Title: r.Say("specialty.courses.change", "title", before.Course.Title), Back: pathwayPath(before.ID), Form: form})
}

func (p *Pathways) showEdit(r *page.Request, id core.PathwayID) error {
	before, err := p.pathway(r, id)
	if err != nil {
		return err
	}
	return r.Show(p.edit(r, before, render.Form{Values: pathwayValues(before)}))
}

func (p *Pathways) update(r *page.Request, id core.PathwayID) error {
	before, err := p.pathway(r, id)
	if err != nil {
		return err
	}
	var rows []int
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			var in specialty.PathwayInput
			in, rows = pathwayIn(f)
			return func() (page.Next, error) {
				_, err := p.Specialty.UpdatePathway(r.Ctx(), r.Actor, id, f.Version(), in)
				return page.To(pathwayPath(id), r.Say("specialty.pathways.pathway_changed_certificates_already_issued")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.edit(r, before, stepFault(form, rows)) },
	})
}

type progressPage struct {
	specialty.Progress
	Path, Action, Completions string
	MayRecord                 bool
	Form                      render.Form
}

func (p *Pathways) progress(r *page.Request, id core.PathwayID, form render.Form) (page.View, error) {
	therapist, err := page.ID[core.TherapistID](r, "therapist")
	if err != nil {
		return page.View{}, err
	}
	found, err := p.Specialty.Progress(r.Ctx(), r.Actor, id, therapist)
	if err != nil {
		return page.View{}, err
	}
	org := found.Pathway.OrganizationID
	r.Place = org
	return page.View{Name: "specialty/progress", Title: found.Therapist.Name + ", " + found.Pathway.Course.Title, Content: progressPage{
		Progress: found, Path: pathwayPath(id), Action: r.Request().URL.Path, Completions: page.OrganizationPath(org, "course-completions"), Form: form,
		MayRecord: r.Can(access.CourseRecord, org) && !r.Owns(therapist),
	}}, nil
}

func (p *Pathways) showProgress(r *page.Request, id core.PathwayID) error {
	return r.Show(p.progress(r, id, render.Form{}))
}

func (p *Pathways) complete(r *page.Request, id core.PathwayID) error {
	therapist, err := page.ID[core.TherapistID](r, "therapist")
	if err != nil {
		return err
	}
	if _, err := p.progress(r, id, render.Form{}); err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				done, err := p.Specialty.CompletePathway(r.Ctx(), r.Actor, id, therapist, f.Get("instructor"))
				return page.To(page.OrganizationPath(done.OrganizationID, "course-completions"), r.Say("specialty.courses.recorded", "name", done.Name, "course", done.CourseTitle)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.progress(r, id, form) },
	})
}
