package specialtyweb

import (
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Sections are the pages of courses as they are given: who has a seat, what is
// taught when, exams, and forms by competency.
type Sections struct {
	Specialty *specialty.Service
	Account   *account.Service
}

// Routes implements page.Pages.
func (p *Sections) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/sections", access.SectionRead, page.On("organization", p.showAll)),
		page.Get("/record/sections", access.SelfRead, p.showMine),
		page.Get("/courses/:course/sections/new", access.SectionPlan, page.On("course", p.showNew)),
		page.Post("/courses/:course/sections/new", access.SectionPlan, page.On("course", p.plan)),
		page.Get("/sections/:section", access.SectionRead, page.On("section", p.show)),
		page.Get("/sections/:section/edit", access.SectionPlan, page.On("section", p.showEdit)),
		page.Post("/sections/:section/edit", access.SectionPlan, page.On("section", p.change)),
		page.Post("/sections/:section/cancel", access.SectionPlan, page.On("section", p.cancel)),
		page.Post("/sections/:section/finish", access.CourseRecord, page.On("section", p.finish)),
		page.Post("/sections/:section/join", access.SectionJoin, page.On("section", p.join)),
		page.Post("/sections/:section/withdraw", access.SectionJoin, page.On("section", p.withdraw)),
		page.Post("/sections/:section/sessions", access.SectionTeach, page.On("section", p.addSession)),
		page.Post("/sections/:section/marks", access.SectionTeach, page.On("section", p.markSession)),
		page.Get("/sections/:section/people/:therapist", access.SectionTeach, page.On("section", p.showPerson)),
		page.Post("/sections/:section/people/:therapist/exam", access.SectionTeach, page.On("section", p.recordExam)),
		page.Post("/sections/:section/people/:therapist/assess", access.SectionTeach, page.On("section", p.assess)),
		page.Get("/o/:organization/assessment-forms", access.FormRead, page.On("organization", p.showForms)),
		page.Post("/o/:organization/assessment-forms", access.PathwayWrite, page.On("organization", p.createForm)),
	}
}

// Menu implements page.Pages.
func (*Sections) Menu() []page.MenuItem { return nil }

func sectionPath(id core.SectionID) string { return "/sections/" + id.String() }

type sectionsPage struct {
	Base, New string
	Items     []specialty.Section
	Pager     render.Pager
}

func (p *Sections) showAll(r *page.Request, org core.OrganizationID) error {
	var course core.CourseID
	if text := r.QueryParam("course"); text != "" {
		var err error
		if course, err = core.ParseID[core.CourseID](text); err != nil {
			return core.NotFound("page")
		}
	}
	list, err := p.Specialty.Sections(r.Ctx(), r.Actor, org, course, r.Part())
	content := sectionsPage{Base: "/o/" + org.String(), Items: list.Items, Pager: r.Pager(list.Next, r.Say("specialty.sections.pages_of_sections"))}
	if !course.IsZero() && r.Can(access.SectionPlan, org) {
		content.New = page.CoursePath(course) + "/sections/new"
	}
	return r.Show(page.View{Name: "specialty/sections", Title: r.Say("shared.sections"), Content: content}, err)
}

func (p *Sections) showMine(r *page.Request) error {
	list, err := p.Specialty.MySections(r.Ctx(), r.Actor, r.Part())
	return r.Show(page.View{Name: "specialty/mine", Title: r.Say("specialty.sections.my_courses"), Content: struct {
		Tabs  page.RecordTabs
		Items []specialty.MySection
		Pager render.Pager
	}{page.TabsOf("sections"), list.Items, r.Pager(list.Next, r.Say("specialty.sections.pages_of_my_courses"))}}, err)
}

type sectionForm struct {
	Title, Action, Back string
	New                 bool
	Instructors         []render.Option
	Form                render.Form
}

func (p *Sections) form(r *page.Request, org core.OrganizationID, content sectionForm) (page.View, error) {
	if err := access.Can(r.Actor, access.SectionPlan, access.Target{Organization: org}); err != nil {
		return page.View{}, err
	}
	members, err := p.Account.Supervisors(r.Ctx(), r.Actor, org)
	for _, m := range members {
		content.Instructors = append(content.Instructors, render.Option{Value: m.ID.String(), Label: m.Name})
	}
	content.Action = r.Request().URL.Path
	return page.View{Name: "specialty/section-form", Title: content.Title, Content: content}, err
}

func (p *Sections) newForm(r *page.Request, c core.Course, form render.Form) (page.View, error) {
	return p.form(r, c.OrganizationID, sectionForm{Title: r.Say("specialty.sections.plan_a_section_of", "title", c.Title), Back: page.CoursePath(c.ID), New: true, Form: form})
}

func (p *Sections) showNew(r *page.Request, id core.CourseID) error {
	c, err := course(r, p.Specialty, id, access.SectionPlan)
	if err != nil {
		return err
	}
	return r.Show(p.newForm(r, c, render.Form{}))
}

func sectionIn(f *page.Reading) specialty.SectionInput {
	return specialty.SectionInput{
		InstructorID: page.Chosen[core.MemberID](f, "instructor_id"), StartsOn: f.Date("starts_on"), EndsOn: f.Date("ends_on"), Place: f.Get("place"),
		Seats: f.Number("seats"), Exam: f.Get("exam") != "",
	}
}

func (p *Sections) plan(r *page.Request, id core.CourseID) error {
	c, err := course(r, p.Specialty, id, access.SectionPlan)
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := sectionIn(f)
			return func() (page.Next, error) {
				made, err := p.Specialty.PlanSection(r.Ctx(), r.Actor, c.ID, in, nil)
				return page.To(sectionPath(made.ID), r.Say("specialty.sections.section_planned_add_its_sessions")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.newForm(r, c, form) },
	})
}

func sectionValues(s specialty.Section) url.Values {
	values := url.Values{
		"version": {strconv.Itoa(s.Version)}, "instructor_id": {s.InstructorID.String()}, "starts_on": {s.StartsOn.String()}, "ends_on": {s.EndsOn.String()},
		"place": {s.Place}, "seats": {strconv.Itoa(s.Seats)},
	}
	if s.Exam {
		values.Set("exam", "true")
	}
	return values
}

func (p *Sections) edit(r *page.Request, s specialty.Section, form render.Form) (page.View, error) {
	return p.form(r, s.OrganizationID, sectionForm{Title: r.Say("specialty.sections.change_the_section"), Back: sectionPath(s.ID), Form: form})
}

func (p *Sections) showEdit(r *page.Request, id core.SectionID) error {
	d, err := p.section(r, id)
	if err != nil {
		return err
	}
	return r.Show(p.edit(r, d.Section, render.Form{Values: sectionValues(d.Section)}))
}

func (p *Sections) change(r *page.Request, id core.SectionID) error {
	d, err := p.section(r, id)
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := sectionIn(f)
			return func() (page.Next, error) {
				_, err := p.Specialty.ChangeSection(r.Ctx(), r.Actor, id, f.Version(), in)
				return page.To(sectionPath(id), r.Say("specialty.sections.section_changed")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.edit(r, d.Section, form) },
	})
}
