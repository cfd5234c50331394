package specialtyweb

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Courses are the pages of a school's courses and of who completed them.
type Courses struct{ Specialty *specialty.Service }

// Routes implements page.Pages.
func (p *Courses) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/courses", access.CourseRead, page.On("organization", p.showAll)),
		page.Get("/o/:organization/courses/new", access.CourseWrite, page.On("organization", p.showNew)),
		page.Post("/o/:organization/courses/new", access.CourseWrite, page.On("organization", p.create)),
		page.Get("/courses/:course", access.CourseRead, page.On("course", p.show)),
		page.Get("/courses/:course/edit", access.CourseWrite, page.On("course", p.showEdit)),
		page.Post("/courses/:course/edit", access.CourseWrite, page.On("course", p.update)),
		page.Get("/courses/:course/record", access.CourseRecord, page.On("course", p.showRecord)),
		page.Post("/courses/:course/record", access.CourseRecord, page.On("course", p.record)),
	}
}

// Menu implements page.Pages.
func (*Courses) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 90, Path: "courses", Label: "menu.courses", Shown: page.Allowed(access.CourseWrite)}}
}

type coursesPage struct {
	Base           string
	Items          []core.Course
	MayWrite       bool
	MayCompletions bool
	MayTrained     bool
	Pager          render.Pager
}

func (p *Courses) showAll(r *page.Request, org core.OrganizationID) error {
	list, err := p.Specialty.Courses(r.Ctx(), r.Actor, org, r.Part())
	return r.Show(page.View{Name: "specialty/courses", Title: r.Say("shared.courses"), Content: coursesPage{
		Base: "/o/" + org.String(), Items: list.Items, Pager: r.Pager(list.Next, r.Say("specialty.courses.pages_of_courses")),
		MayWrite: r.Can(access.CourseWrite, org), MayCompletions: r.Can(access.CourseCompletionRead, org), MayTrained: r.Can(access.ReadinessRead, org),
	}}, err)
}

type coursePage struct {
	core.Course
	Path, Base     string
	MayWrite       bool
	MayRecord      bool
	MayCompletions bool
	MayTherapist   bool
	About          []specialty.Topic
	SchoolHours    bool
	Completions    []core.CourseCompletion
	Pager          render.Pager
}

func (p *Courses) show(r *page.Request, id core.CourseID) error {
	c, err := course(r, p.Specialty, id, access.CourseRead)
	if err != nil {
		return err
	}
	org := c.OrganizationID
	content := coursePage{
		Course: c, Path: page.CoursePath(c.ID), Base: "/o/" + org.String(), MayWrite: r.Can(access.CourseWrite, org),
		MayRecord: r.Can(access.CourseRecord, org), MayCompletions: r.Can(access.CourseCompletionRead, org), MayTherapist: r.Can(access.LicenseRead, org),
	}
	d, err := p.Specialty.CourseDetails(r.Ctx(), r.Actor, c.ID)
	if err != nil {
		return err
	}
	content.About, content.SchoolHours = d.Topics, d.SchoolHours
	if content.MayCompletions {
		list, err := p.Specialty.Completions(r.Ctx(), r.Actor, org, core.Page{Limit: searched, Cursor: r.QueryParam("cursor")})
		if err != nil {
			return err
		}
		content.Completions = slices.DeleteFunc(list.Items, func(done core.CourseCompletion) bool { return done.CourseID != c.ID })
		content.Pager = r.Pager(list.Next, r.Say("specialty.courses.pages_of_completions"))
	}
	return r.Page("specialty/course", c.Title, content)
}

type courseForm struct {
	Title, Action, Back string
	New                 bool
	Form                render.Form
}

func newCourse(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	return page.View{Name: "specialty/course-form", Title: r.Say("specialty.courses.new_course"), Content: courseForm{
		Title: r.Say("specialty.courses.new_course"), Action: r.Request().URL.Path, Back: page.OrganizationPath(org, "courses"), New: true, Form: form,
	}}, access.Can(r.Actor, access.CourseWrite, access.Target{Organization: org})
}

func (p *Courses) showNew(r *page.Request, org core.OrganizationID) error {
	return r.Show(newCourse(r, org, render.Form{}))
}

func (p *Courses) create(r *page.Request, org core.OrganizationID) error {
	var fields []string
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			var in specialty.CourseInput
			in, fields = courseIn(f)
			return func() (page.Next, error) {
				c, err := p.Specialty.CreateCourse(r.Ctx(), r.Actor, org, in)
				return page.To(page.CoursePath(c.ID), r.Say("specialty.courses.is_added_with", "title", c.Title, "minutes", c.Minutes.String())), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return newCourse(r, org, courseFault(form, fields)) },
	})
}

func (p *Courses) edit(r *page.Request, id core.CourseID, form render.Form) (page.View, error) {
	c, err := course(r, p.Specialty, id, access.CourseWrite)
	if form.Values == nil {
		form.Values = courseValues(c)
	}
	title := r.Say("specialty.courses.change", "title", c.Title)
	return page.View{Name: "specialty/course-form", Title: title, Content: courseForm{
		Title: title, Action: r.Request().URL.Path, Back: page.CoursePath(c.ID), Form: form,
	}}, err
}

func (p *Courses) showEdit(r *page.Request, id core.CourseID) error {
	return r.Show(p.edit(r, id, render.Form{}))
}

func (p *Courses) update(r *page.Request, id core.CourseID) error {
	var fields []string
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			var in specialty.CourseInput
			in, fields = courseIn(f)
			return func() (page.Next, error) {
				c, err := p.Specialty.UpdateCourse(r.Ctx(), r.Actor, id, f.Version(), in)
				return page.To(page.CoursePath(c.ID), r.Say("specialty.courses.course_changed_certificates_already_issued")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.edit(r, id, courseFault(form, fields)) },
	})
}

// courseIn reads the form of a course, and which of its fields each prerequisite
// comes from.
func courseIn(f *page.Reading) (in specialty.CourseInput, fields []string) {
	in = specialty.CourseInput{
		Code: f.Text("code"), Title: f.Get("title"), Specialty: strings.Join(strings.Fields(strings.ToLower(f.Get("specialty"))), "-"),
		Description: f.Get("description"), Minutes: length(f, "minutes"),
	}
	add := func(field string, p core.Prerequisite) {
		in.Prerequisites, fields = append(in.Prerequisites, p), append(fields, field)
	}
	if f.Get("licensed") != "" {
		add("licensed", core.Prerequisite{Licensed: true})
	}
	if m := length(f, "certified"); m > 0 {
		add("certified", core.Prerequisite{Minutes: m})
	}
	for code := range strings.FieldsFuncSeq(f.Get("courses"), func(c rune) bool { return c == ',' || c == ' ' }) {
		add("courses", core.Prerequisite{CourseCode: code})
	}
	return in, fields
}

func courseValues(c core.Course) url.Values {
	v := url.Values{
		"code": {c.Code}, "title": {c.Title}, "specialty": {strings.ReplaceAll(c.Specialty, "-", " ")}, "description": {c.Description},
		"minutes": {c.Minutes.String()}, "version": {strconv.Itoa(c.Version)},
	}
	var courses []string
	for _, p := range c.Prerequisites {
		switch {
		case p.Licensed:
			v.Set("licensed", "true")
		case p.Minutes > 0:
			v.Set("certified", p.Minutes.String())
		default:
			courses = append(courses, p.CourseCode)
		}
	}
	v.Set("courses", strings.Join(courses, ", "))
	return v
}

// courseFault is the form with each fault of a prerequisite at the field that
// it comes from.
func courseFault(form render.Form, fields []string) render.Form {
	return renamed(form, func(name string) string {
		for n, field := range fields {
			if name == fmt.Sprintf("prerequisites[%d]", n) {
				return field
			}
		}
		return name
	})
}

type recordPage struct {
	core.Course
	Path  string
	Today core.Date
	Form  render.Form
}

func (p *Courses) completion(r *page.Request, id core.CourseID, form render.Form) (page.View, error) {
	c, err := course(r, p.Specialty, id, access.CourseRecord)
	if err != nil {
		return page.View{}, err
	}
	content := recordPage{Course: c, Path: page.CoursePath(c.ID), Today: r.Today(), Form: form}
	if form.Values == nil {
		content.Form.Values = url.Values{"completed_on": {content.Today.String()}}
	}
	return page.View{Name: "specialty/record", Title: r.Say("specialty.courses.record_a_completion"), Content: content}, nil
}

func (p *Courses) showRecord(r *page.Request, id core.CourseID) error {
	return r.Show(p.completion(r, id, render.Form{}))
}

func (p *Courses) record(r *page.Request, id core.CourseID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := specialty.CompletionInput{
				Email: f.Get("email"), Name: f.Get("name"), SamePerson: f.Choice("same_person"), CompletedOn: f.Date("completed_on"), Minutes: length(f, "minutes"),
				Instructor: f.Get("instructor"), Note: f.Get("note"),
			}
			return func() (page.Next, error) {
				done, err := p.Specialty.RecordCompletion(r.Ctx(), r.Actor, id, in)
				return page.To(page.OrganizationPath(done.OrganizationID, "course-completions"), r.Say("specialty.courses.recorded", "name", done.Name, "course", done.CourseTitle)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.completion(r, id, form) },
	})
}
