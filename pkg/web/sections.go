package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
	"github.com/palmar/palmar/pkg/web/render"
)

var sectionRoutes = []Route{
	{http.MethodGet, "/o/:organization/sections", access.SectionRead, (*request).showSections},
	{http.MethodGet, "/record/sections", access.SelfRead, (*request).showMySections},
	{http.MethodGet, "/courses/:course/sections/new", access.SectionPlan, (*request).showNewSection},
	{http.MethodPost, "/courses/:course/sections/new", access.SectionPlan, (*request).planSection},
	{http.MethodGet, "/sections/:section", access.SectionRead, (*request).showSection},
	{http.MethodGet, "/sections/:section/edit", access.SectionPlan, (*request).showSectionEdit},
	{http.MethodPost, "/sections/:section/edit", access.SectionPlan, (*request).changeSection},
	{http.MethodPost, "/sections/:section/cancel", access.SectionPlan, (*request).cancelSection},
	{http.MethodPost, "/sections/:section/finish", access.CourseRecord, (*request).finishSection},
	{http.MethodPost, "/sections/:section/join", access.SectionJoin, (*request).joinSection},
	{http.MethodPost, "/sections/:section/withdraw", access.SectionJoin, (*request).withdrawPlace},
	{http.MethodPost, "/sections/:section/sessions", access.SectionTeach, (*request).addSession},
	{http.MethodPost, "/sections/:section/marks", access.SectionTeach, (*request).markSession},
	{http.MethodGet, "/sections/:section/people/:therapist", access.SectionTeach, (*request).showPerson},
	{http.MethodPost, "/sections/:section/people/:therapist/exam", access.SectionTeach, (*request).recordExam},
	{http.MethodPost, "/sections/:section/people/:therapist/assess", access.SectionTeach, (*request).assess},
	{http.MethodGet, "/o/:organization/assessment-forms", access.FormRead, (*request).showForms},
	{http.MethodPost, "/o/:organization/assessment-forms", access.PathwayWrite, (*request).createForm},
}

func sectionPath(id core.SectionID) string { return "/sections/" + id.String() }

type sectionsPage struct {
	Base, New string
	Items     []core.Section
	Pager     render.Pager
}

func (r *request) showSections() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	var course core.CourseID
	if text := r.QueryParam("course"); text != "" {
		if course, err = core.ParseID[core.CourseID](text); err != nil {
			return core.NotFound("page")
		}
	}
	list, err := r.web.Specialty.Sections(r.ctx(), r.actor, org, course, r.part())
	if err != nil {
		return err
	}
	p := sectionsPage{Base: "/o/" + org.String(), Items: list.Items, Pager: r.pager(list.Next, "Pages of sections")}
	if !course.IsZero() && r.can(access.SectionPlan, org) {
		p.New = coursePath(course) + "/sections/new"
	}
	return r.page("specialty/sections", "Sections", p)
}

func (r *request) showMySections() error {
	list, err := r.web.Specialty.MySections(r.ctx(), r.actor, r.part())
	if err != nil {
		return err
	}
	return r.page("specialty/mine", "My courses", struct {
		Tabs  recordTabs
		Items []core.MySection
		Pager render.Pager
	}{tabsOf("sections"), list.Items, r.pager(list.Next, "Pages of my courses")})
}

type sectionForm struct {
	Title, Action, Back string
	New, Stale          bool
	Instructors         []render.Option
	Form                render.Form
}

func (r *request) sectionForm(org core.OrganizationID, p sectionForm) (sectionForm, error) {
	if err := access.Can(r.actor, access.SectionPlan, access.Target{Organization: org}); err != nil {
		return p, err
	}
	members, err := r.web.Account.Supervisors(r.ctx(), r.actor, org)
	for _, m := range members {
		p.Instructors = append(p.Instructors, render.Option{Value: m.ID.String(), Label: m.Name})
	}
	p.Action = r.Request().URL.Path
	return p, err
}

func (r *request) showNewSection() error {
	c, err := r.course(access.SectionPlan)
	if err != nil {
		return err
	}
	p, err := r.sectionForm(c.OrganizationID, sectionForm{Title: "Plan a section of " + c.Title, Back: coursePath(c.ID), New: true})
	if err != nil {
		return err
	}
	return r.page("specialty/section-form", p.Title, p)
}

func (f *reading) section() specialty.SectionInput {
	return specialty.SectionInput{
		InstructorID: chosen[core.MemberID](f, "instructor_id"), StartsOn: f.date("starts_on"), EndsOn: f.date("ends_on"), Place: f.Get("place"),
		Seats: f.number("seats"), Exam: f.Get("exam") != "",
	}
}

func (r *request) planSection() error {
	c, err := r.course(access.SectionPlan)
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := form.section()
	if err = form.Err(); err == nil {
		var made core.Section
		if made, err = r.web.Specialty.PlanSection(r.ctx(), r.actor, c.ID, in, nil); err == nil {
			return r.done(sectionPath(made.ID), "The section is planned. Add its sessions next.")
		}
	}
	p, pageErr := r.sectionForm(c.OrganizationID, sectionForm{
		Title: "Plan a section of " + c.Title, Back: coursePath(c.ID), New: true, Form: render.NewForm(form.Values, err),
	})
	if pageErr != nil {
		return pageErr
	}
	return r.refill(err, "specialty/section-form", p.Title, p)
}

type sectionPage struct {
	specialty.SectionDetail
	Path, Base               string
	MayPlan, MayRecord, Seat bool
	Own                      *core.Place
	Person                   bool // who asks has a record of their own
	Settings, Deliveries     []render.Option
	Form, JoinForm, MarkForm render.Form
	SessionForm              render.Form
	Assessments              []core.Assessment
	Pager                    render.Pager
}

// MarkOf is what is marked of somebody at a session.
func (p sectionPage) MarkOf(s core.SectionSession, who core.Place) string {
	for _, m := range p.Marks {
		if m.SessionID == s.ID && m.TherapistID == who.TherapistID {
			return string(m.Mark)
		}
	}
	return ""
}

func (r *request) section() (specialty.SectionDetail, error) {
	section, err := id[core.SectionID](r, "section")
	if err != nil {
		return specialty.SectionDetail{}, err
	}
	d, err := r.web.Specialty.Section(r.ctx(), r.actor, section)
	r.place = d.Section.OrganizationID
	return d, err
}

func (r *request) sectionPage(d specialty.SectionDetail) (sectionPage, error) {
	org := d.Section.OrganizationID
	p := sectionPage{
		SectionDetail: d, Path: sectionPath(d.Section.ID), Base: "/o/" + org.String(), MayPlan: r.can(access.SectionPlan, org), MayRecord: r.can(access.CourseRecord, org),
		Settings: render.Options(core.Settings), Deliveries: render.Options(core.Deliveries), Seat: d.Section.Taken < d.Section.Seats && d.Section.Waiting == 0,
		SessionForm: render.Form{ID: "s", Values: url.Values{"setting": {string(core.Classroom)}, "delivery": {string(core.InPerson)}}},
		JoinForm:    render.Form{ID: "j"},
	}
	for i := range d.Places {
		if r.owns(d.Places[i].TherapistID) {
			p.Own = &d.Places[i]
		}
	}
	p.Person = !r.actor.TherapistID.IsZero()
	list, err := r.web.Specialty.Assessments(r.ctx(), r.actor, d.Section.ID, r.part())
	p.Assessments, p.Pager = list.Items, r.pager(list.Next, "Pages of filled-in forms")
	return p, err
}

func (r *request) showSection() error {
	d, err := r.section()
	if err != nil {
		return err
	}
	p, err := r.sectionPage(d)
	if err != nil {
		return err
	}
	return r.page("specialty/section", d.Section.CourseTitle, p)
}

// sectionAgain shows the section with what was wrong with one of its forms.
func (r *request) sectionAgain(err error, put func(*sectionPage)) error {
	d, readErr := r.section()
	if readErr != nil {
		return readErr
	}
	p, pageErr := r.sectionPage(d)
	if pageErr != nil {
		return pageErr
	}
	put(&p)
	return r.refill(err, "specialty/section", d.Section.CourseTitle, p)
}

func (r *request) showSectionEdit() error {
	d, err := r.section()
	if err != nil {
		return err
	}
	s := d.Section
	values := url.Values{
		"version": {strconv.Itoa(s.Version)}, "instructor_id": {s.InstructorID.String()}, "starts_on": {s.StartsOn.String()}, "ends_on": {s.EndsOn.String()},
		"place": {s.Place}, "seats": {strconv.Itoa(s.Seats)},
	}
	if s.Exam {
		values.Set("exam", "true")
	}
	p, err := r.sectionForm(s.OrganizationID, sectionForm{Title: "Change the section", Back: sectionPath(s.ID), Form: render.Form{Values: values}})
	if err != nil {
		return err
	}
	return r.page("specialty/section-form", p.Title, p)
}

func (r *request) changeSection() error {
	d, err := r.section()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := form.section()
	if err = form.Err(); err == nil {
		if _, err = r.web.Specialty.ChangeSection(r.ctx(), r.actor, d.Section.ID, form.version(), in); err == nil {
			return r.done(sectionPath(d.Section.ID), "The section is changed.")
		}
	}
	p, pageErr := r.sectionForm(d.Section.OrganizationID, sectionForm{
		Title: "Change the section", Back: sectionPath(d.Section.ID), Stale: core.CodeOf(err) == core.ErrStale.Code, Form: render.NewForm(form.Values, err),
	})
	if pageErr != nil {
		return pageErr
	}
	return r.refill(err, "specialty/section-form", p.Title, p)
}

// ends carries out what ends a section.
func (r *request) ends(do func(core.SectionID, int) error, said string) error {
	section, err := id[core.SectionID](r, "section")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	if err = do(section, form.version()); err == nil {
		return r.done(sectionPath(section), said)
	}
	return r.sectionAgain(err, func(p *sectionPage) { p.Form = render.NewForm(form.Values, err) })
}

func (r *request) cancelSection() error {
	return r.ends(func(id core.SectionID, version int) error {
		_, err := r.web.Specialty.CancelSection(r.ctx(), r.actor, id, version)
		return err
	}, "The section is called off. Everybody in it was told.")
}

func (r *request) finishSection() error {
	return r.ends(func(id core.SectionID, version int) error {
		_, err := r.web.Specialty.Finish(r.ctx(), r.actor, id, version)
		return err
	}, "The section is finished. Propose the certificates of who completed it next.")
}

func (r *request) joinSection() error {
	section, err := id[core.SectionID](r, "section")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	place, err := r.web.Specialty.Join(r.ctx(), r.actor, section, specialty.JoinInput{Other: form.Get("whom") == "somebody", Email: form.Get("email"), Name: form.Get("name")})
	if err == nil {
		return r.done(sectionPath(section), map[bool]string{true: place.Name + " has a seat.", false: place.Name + " is on the waiting list."}[place.State == core.PlaceSeated])
	}
	return r.sectionAgain(err, func(p *sectionPage) {
		p.JoinForm = render.NewForm(form.Values, err)
		p.JoinForm.ID = "j"
		if f := core.AsFault(err); f != nil && f.Code == "prerequisite_missing" {
			p.JoinForm = render.Form{ID: "j", Values: form.Values, Message: f.Message + " " + sentences(f.Fields)}
		}
	})
}

func sentences(fields []core.Field) string {
	texts := make([]string, len(fields))
	for i, field := range fields {
		texts[i] = field.Message
	}
	return strings.Join(texts, " ")
}

func (r *request) withdrawPlace() error {
	section, err := id[core.SectionID](r, "section")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	place, err := r.web.Specialty.Withdraw(r.ctx(), r.actor, section, chosen[core.TherapistID](form, "therapist"))
	if err == nil {
		return r.done(sectionPath(section), place.Name+" is out of the section.")
	}
	return r.sectionAgain(err, func(p *sectionPage) { p.Form = render.NewForm(form.Values, err) })
}

func (r *request) addSession() error {
	section, err := id[core.SectionID](r, "section")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := specialty.SessionInput{
		Date: form.date("date"), Minutes: form.length("minutes"), Part: dashed(form.Get("part")), Setting: core.Setting(form.Get("setting")), Delivery: core.Delivery(form.Get("delivery")),
	}
	if err = form.Err(); err == nil {
		if _, err = r.web.Specialty.AddSession(r.ctx(), r.actor, section, in); err == nil {
			return r.done(sectionPath(section), "The session is added.")
		}
	}
	return r.sectionAgain(err, func(p *sectionPage) {
		p.SessionForm = render.NewForm(form.Values, err)
		p.SessionForm.ID = "s"
	})
}

// markSession reads the marks of one session: a field for each person.
func (r *request) markSession() error {
	section, err := id[core.SectionID](r, "section")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	session := chosen[core.SectionSessionID](form, "session")
	var marks []specialty.MarkInput
	for name := range form.Values {
		if who, found := strings.CutPrefix(name, "mark-"); found && form.Get(name) != "" {
			therapist, err := core.ParseID[core.TherapistID](who)
			if err != nil {
				continue
			}
			marks = append(marks, specialty.MarkInput{TherapistID: therapist, Mark: core.Mark(form.Get(name)), Minutes: form.minutes("minutes-" + who)})
		}
	}
	if err = form.Err(); err == nil {
		if _, err = r.web.Specialty.MarkSession(r.ctx(), r.actor, session, marks); err == nil {
			return r.done(sectionPath(section), fmt.Sprintf("%d of the session are marked.", len(marks)))
		}
	}
	return r.sectionAgain(err, func(p *sectionPage) { p.MarkForm = render.NewForm(form.Values, err) })
}
