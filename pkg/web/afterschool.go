package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/web/render"
)

var afterSchoolRoutes = append([]Route{
	{http.MethodGet, "/o/:organization/courses", access.CourseRead, (*request).showCourses},
	{http.MethodGet, "/o/:organization/courses/new", access.CourseWrite, (*request).showNewCourse},
	{http.MethodPost, "/o/:organization/courses/new", access.CourseWrite, (*request).createCourse},
	{http.MethodGet, "/courses/:course", access.CourseRead, (*request).showCourse},
	{http.MethodGet, "/courses/:course/edit", access.CourseWrite, (*request).showCourseEdit},
	{http.MethodPost, "/courses/:course/edit", access.CourseWrite, (*request).updateCourse},
	{http.MethodGet, "/courses/:course/record", access.CourseRecord, (*request).showRecordCompletion},
	{http.MethodPost, "/courses/:course/record", access.CourseRecord, (*request).recordCompletion},
	{http.MethodGet, "/o/:organization/course-completions", access.CourseCompletionRead, (*request).showCourseCompletions},
	{http.MethodPost, "/course-completions/:completion/propose", access.ProposalMake, (*request).proposeSpecialty},
}, licenseRoutes...)

func coursePath(id core.CourseID) string { return "/courses/" + id.String() }

type coursesPage struct {
	Base           string
	Items          []core.Course
	MayWrite       bool
	MayCompletions bool
	MayTrained     bool
	Pager          render.Pager
}

func (r *request) showCourses() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Licensure.Courses(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return err
	}
	return r.page("afterschool/courses", "Courses", coursesPage{
		Base: "/o/" + org.String(), Items: list.Items, Pager: r.pager(list.Next, "Pages of courses"),
		MayWrite: r.can(access.CourseWrite, org), MayCompletions: r.can(access.CourseCompletionRead, org), MayTrained: r.can(access.ReadinessRead, org),
	})
}

// course reads the course in the address, for somebody who may do an action to
// it.
func (r *request) course(action access.Action) (core.Course, error) {
	course, err := id[core.CourseID](r, "course")
	if err != nil {
		return core.Course{}, err
	}
	c, err := r.web.Licensure.Course(r.ctx(), r.actor, course)
	if err != nil {
		return c, err
	}
	r.place = c.OrganizationID
	return c, access.Can(r.actor, action, access.Target{Organization: c.OrganizationID})
}

type coursePage struct {
	core.Course
	Path, Base     string
	MayWrite       bool
	MayRecord      bool
	MayCompletions bool
	MayTherapist   bool
	About          []core.Topic
	SchoolHours    bool
	Completions    []core.CourseCompletion
	Pager          render.Pager
}

// searched is how many of a school's completions one look for those of a course
// goes through.
const searched = 100

func (r *request) showCourse() error {
	c, err := r.course(access.CourseRead)
	if err != nil {
		return err
	}
	org := c.OrganizationID
	p := coursePage{
		Course: c, Path: coursePath(c.ID), Base: "/o/" + org.String(), MayWrite: r.can(access.CourseWrite, org),
		MayRecord: r.can(access.CourseRecord, org), MayCompletions: r.can(access.CourseCompletionRead, org), MayTherapist: r.can(access.LicenseRead, org),
	}
	d, err := r.web.Specialty.CourseDetails(r.ctx(), r.actor, c.ID)
	if err != nil {
		return err
	}
	p.About, p.SchoolHours = d.Topics, d.SchoolHours
	if p.MayCompletions {
		list, err := r.web.Licensure.Completions(r.ctx(), r.actor, org, core.Page{Limit: searched, Cursor: r.QueryParam("cursor")})
		if err != nil {
			return err
		}
		p.Completions = slices.DeleteFunc(list.Items, func(done core.CourseCompletion) bool { return done.CourseID != c.ID })
		p.Pager = r.pager(list.Next, "Pages of completions")
	}
	return r.page("afterschool/course", c.Title, p)
}

type courseForm struct {
	Title, Action, Back string
	New, Stale          bool
	Form                render.Form
}

func (r *request) showNewCourse() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	if err := access.Can(r.actor, access.CourseWrite, access.Target{Organization: org}); err != nil {
		return err
	}
	return r.page("afterschool/course-form", "New course", r.newCourse(org, render.Form{}))
}

func (r *request) newCourse(org core.OrganizationID, form render.Form) courseForm {
	return courseForm{Title: "New course", Action: r.Request().URL.Path, Back: orgPath(org, "courses"), New: true, Form: form}
}

func (r *request) createCourse() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in, fields := form.course()
	if err = form.Err(); err == nil {
		var c core.Course
		if c, err = r.web.Licensure.CreateCourse(r.ctx(), r.actor, org, in); err == nil {
			return r.done(coursePath(c.ID), c.Title+" is added, with "+c.Minutes.String()+".")
		}
	}
	return r.refill(err, "afterschool/course-form", "New course", r.newCourse(org, courseFault(form, fields, err)))
}

func (r *request) showCourseEdit() error {
	c, err := r.course(access.CourseWrite)
	if err != nil {
		return err
	}
	return r.page("afterschool/course-form", "Change "+c.Title, r.editCourse(c, render.Form{Values: courseValues(c)}))
}

func (r *request) editCourse(c core.Course, form render.Form) courseForm {
	return courseForm{Title: "Change " + c.Title, Action: r.Request().URL.Path, Back: coursePath(c.ID), Form: form}
}

func (r *request) updateCourse() error {
	course, err := id[core.CourseID](r, "course")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in, fields := form.course()
	if err = form.Err(); err == nil {
		var c core.Course
		if c, err = r.web.Licensure.UpdateCourse(r.ctx(), r.actor, course, form.version(), in); err == nil {
			return r.done(coursePath(c.ID), "The course is changed. Certificates that were issued stay as they are.")
		}
	}
	c, readErr := r.course(access.CourseWrite)
	if readErr != nil {
		return readErr
	}
	p := r.editCourse(c, courseFault(form, fields, err))
	p.Stale = core.CodeOf(err) == core.ErrStale.Code
	return r.refill(err, "afterschool/course-form", p.Title, p)
}

// course reads the form of a course, and which of its fields each prerequisite
// comes from.
func (f *reading) course() (in licensure.CourseInput, fields []string) {
	in = licensure.CourseInput{
		Code: f.text("code"), Title: f.Get("title"), Specialty: strings.Join(strings.Fields(strings.ToLower(f.Get("specialty"))), "-"),
		Description: f.Get("description"), Minutes: f.length("minutes"),
	}
	add := func(field string, p core.Prerequisite) {
		in.Prerequisites, fields = append(in.Prerequisites, p), append(fields, field)
	}
	if f.Get("licensed") != "" {
		add("licensed", core.Prerequisite{Licensed: true})
	}
	if m := f.length("certified"); m > 0 {
		add("certified", core.Prerequisite{Minutes: m})
	}
	for code := range strings.FieldsFuncSeq(f.Get("courses"), func(c rune) bool { return c == ',' || c == ' ' }) {
		add("courses", core.Prerequisite{CourseCode: code})
	}
	return in, fields
}

var noUnit = regexp.MustCompile(`^\d+$`)

// length reads minutes and wants their unit: a course of "40" could be 40 hours.
func (f *reading) length(name string) core.Minutes {
	if n := f.text(name); noUnit.MatchString(n) && n != "0" {
		f.Add(name, "bad_minutes", "Write the unit too: %s h, or %s min.", n, n)
		return 0
	}
	return f.minutes(name)
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
func courseFault(form *reading, fields []string, err error) render.Form {
	refilled := render.NewForm(form.Values, err)
	refilled.Errors = slices.Clone(refilled.Errors)
	for i := range refilled.Errors {
		for n, field := range fields {
			if refilled.Errors[i].Name == fmt.Sprintf("prerequisites[%d]", n) {
				refilled.Errors[i].Name = field
			}
		}
	}
	return refilled
}
