package web

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/classroom"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/qr"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var classRoutes = []Route{
	{http.MethodGet, "/o/:organization/classes", access.ClassRead, (*request).showClasses},
	{http.MethodGet, "/o/:organization/classes/new", access.ClassPlan, (*request).showPlanClass},
	{http.MethodPost, "/o/:organization/classes/new", access.ClassPlan, (*request).planClass},
	{http.MethodGet, "/classes/:class", access.ClassRead, (*request).showClass},
	{http.MethodPost, "/classes/:class/cancel", access.ClassPlan, (*request).cancelClass},
	{http.MethodPost, "/classes/:class/roster", access.ClassSign, (*request).markRoster},
	{http.MethodPost, "/classes/:class/sign", access.ClassSign, (*request).signClass},
	{http.MethodGet, "/classes/:class/screen", access.ClassSign, (*request).showScreen},
}

func classPath(id core.ClassID) string { return "/classes/" + id.String() }

type classesPage struct {
	Base     string
	Calendar string
	Items    []core.Class
	MayPlan  bool
	Pager    render.Pager
}

func (r *request) showClasses() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Classroom.Classes(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return err
	}
	return r.page("classes/classes", "Classes", classesPage{orgPath(org, "classes"), orgPath(org, "calendar"), list.Items, r.can(access.ClassPlan, org), r.pager(list.Next, "Older classes")})
}

type planPage struct {
	Base        string
	Program     render.Option
	Programs    []render.Option
	Subjects    []render.Option
	Instructors []render.Option
	Settings    []render.Option
	Deliveries  []render.Option
	Modes       []render.Option
	CheckIns    []render.Option
	Zone        string
	Form        render.Form
}

// planPage is the form of a class: first the program is chosen, then the rest.
func (r *request) planPage(org core.OrganizationID, form render.Form) (planPage, error) {
	if err := access.Can(r.actor, access.ClassPlan, access.Target{Organization: org}); err != nil {
		return planPage{}, err
	}
	list, err := r.web.Logbook.Programs(r.ctx(), r.actor, org, core.Page{Limit: 100})
	if err != nil {
		return planPage{}, err
	}
	programs, err := versionsOf(list.Items)
	if err != nil {
		return planPage{}, err
	}
	members, err := r.web.Account.Supervisors(r.ctx(), r.actor, org)
	if err != nil {
		return planPage{}, err
	}
	p := planPage{
		Base: orgPath(org, "classes"), Settings: render.Options(core.Settings), Deliveries: render.Options(core.Deliveries),
		Modes: render.Options(core.SupervisionModes), Zone: r.zone(org), Form: form,
		CheckIns: []render.Option{
			{Value: "qr", Label: "Students scan a code on my screen"}, {Value: "clock", Label: "Students press clock-in and clock-out"},
			{Value: "roster", Label: "I mark the roster"},
		},
	}
	chosen := r.QueryParam("program_id")
	for _, v := range programs {
		option := render.Option{Value: v.ProgramID.String(), Label: v.Title}
		p.Programs = append(p.Programs, option)
		if option.Value == chosen || len(programs) == 1 {
			p.Program = option
			for _, s := range v.Standard.Subjects {
				p.Subjects = append(p.Subjects, render.Option{Value: s.Code, Label: s.Title})
			}
		}
	}
	for _, m := range members {
		p.Instructors = append(p.Instructors, render.Option{Value: m.ID.String(), Label: m.Name})
	}
	return p, nil
}

func (r *request) showPlanClass() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	now := r.now()
	values := url.Values{
		"date": {core.DateOf(now).String()}, "setting": {string(core.Classroom)}, "delivery": {string(core.InPerson)},
		"mode": {string(core.SupervisionInClass)}, "check_in": {string(core.CheckInQR)},
	}
	if member, ok := r.actor.Member(org, core.RoleSupervisor); ok {
		values.Set("instructor_id", member.String())
	}
	page, err := r.planPage(org, render.Form{Values: values})
	if err != nil {
		return err
	}
	return r.page("classes/plan", "Plan a class", page)
}

func (r *request) planClass() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	in := classroom.PlanInput{
		SessionInput: core.SessionInput{
			Date: f.date("date"), Start: f.text("start"), End: f.text("end"), Break: f.minutes("break_minutes"), Subject: f.text("subject"),
			Setting: core.Setting(f.text("setting")), Delivery: core.Delivery(f.text("delivery")),
			Mode: core.SupervisionMode(f.text("mode")), MakeUp: f.text("make_up") != "",
		},
		ProgramID: chosen[core.ProgramID](f, "program_id"), InstructorID: chosen[core.MemberID](f, "instructor_id"), CheckIn: core.CheckIn(f.text("check_in")),
	}
	if in.Start == "" {
		f.Add("start", "required", "Say when the class begins.")
	}
	if err = f.Err(); err == nil {
		var c core.Class
		if c, err = r.web.Classroom.Plan(r.ctx(), r.actor, org, in); err == nil {
			return r.done(classPath(c.ID), "The class is planned with "+render.Count(c.Students, "student", "students")+" on its roster.")
		}
	}
	page, readErr := r.planPage(org, render.NewForm(f.Values, err))
	if readErr != nil {
		return readErr
	}
	return r.refill(err, "classes/plan", "Plan a class", page)
}

type classPage struct {
	core.Class
	Path     string
	Base     string
	Subject  string
	Roster   []core.Attendance
	Marks    []render.Option
	Holds    bool // the actor is its instructor
	MayPlan  bool
	Opened   bool
	Over     bool
	Stale    bool
	Form     render.Form
	SignForm render.Form
}

func (r *request) classPage() (classPage, error) {
	at, err := id[core.ClassID](r, "class")
	if err != nil {
		return classPage{}, err
	}
	d, err := r.web.Classroom.Class(r.ctx(), r.actor, at)
	if err != nil {
		return classPage{}, err
	}
	c := d.Class
	r.place = c.OrganizationID
	subject, err := r.subjectOf(c)
	if err != nil {
		return classPage{}, err
	}
	member, ok := r.actor.Member(c.OrganizationID, core.RoleSupervisor)
	planned := c.State == core.ClassPlanned
	return classPage{
		Class: c, Path: classPath(at), Base: orgPath(c.OrganizationID, "classes"), Subject: subject, Roster: d.Roster, Marks: render.Options(core.Marks),
		Holds: planned && ok && member == c.InstructorID, MayPlan: planned && r.can(access.ClassPlan, c.OrganizationID),
		Opened: c.CheckIn == core.CheckInQR, Over: !r.now().Before(c.Session.End), Stale: !r.fresh(),
		Form: render.Form{ID: "roster"}, SignForm: render.Form{ID: "sign"},
	}, nil
}

// subjectOf is the title of a class's subject.
func (r *request) subjectOf(c core.Class) (string, error) {
	versions, err := r.web.Logbook.Program(r.ctx(), r.actor, c.ProgramID)
	if err != nil {
		return "", err
	}
	std, err := standard.Parse(versions[0].StandardBody)
	if err != nil {
		return "", err
	}
	for _, s := range std.Subjects {
		if s.Code == c.Session.Subject {
			return s.Title, nil
		}
	}
	return c.Session.Subject, nil
}

// MarkOf and the like are what the roster's form shows of a student: what was
// sent, or what is known.
func (p classPage) MarkOf(a core.Attendance) string { return p.sent("mark", a, string(a.Mark)) }

// InOf is the clock-in as the clock on the wall showed it.
func (p classPage) InOf(a core.Attendance) string {
	return p.sent("in", a, clockOrNone(a.In.IsZero(), render.Clock(a.In, p.Session.Zone)))
}

// OutOf is the clock-out as the clock on the wall showed it.
func (p classPage) OutOf(a core.Attendance) string {
	return p.sent("out", a, clockOrNone(a.Out.IsZero(), render.Clock(a.Out, p.Session.Zone)))
}

func clockOrNone(none bool, clock string) string {
	if none {
		return ""
	}
	return clock
}

func (p classPage) sent(name string, a core.Attendance, known string) string {
	if values, ok := p.Form.Values[name+"-"+a.EnrollmentID.String()]; ok {
		return values[0]
	}
	return known
}

func (r *request) showClass() error {
	page, err := r.classPage()
	if err != nil {
		return err
	}
	return r.page("classes/class", "A class", page)
}

func (r *request) cancelClass() error {
	return r.changeClass("The class is called off. Nobody earns anything by it.", func(p *classPage) *render.Form { return &p.SignForm },
		func(at core.ClassID, f *reading) error {
			_, err := r.web.Classroom.Cancel(r.ctx(), r.actor, at, f.version())
			return err
		})
}

func (r *request) signClass() error {
	return r.changeClass("Signed. The hours are in the students’ records now.", func(p *classPage) *render.Form { return &p.SignForm },
		func(at core.ClassID, f *reading) error {
			if err := r.confirm(f.Values); err != nil {
				return err
			}
			_, err := r.web.Classroom.Sign(r.ctx(), r.actor, at, f.version())
			return err
		})
}

func (r *request) markRoster() error {
	return r.changeClass("The roster is saved.", func(p *classPage) *render.Form { return &p.Form }, func(at core.ClassID, f *reading) error {
		d, err := r.web.Classroom.Class(r.ctx(), r.actor, at)
		if err != nil {
			return err
		}
		var marks []classroom.MarkInput
		for _, row := range d.Roster {
			of := "-" + row.EnrollmentID.String()
			if f.Get("mark"+of) == "" {
				continue
			}
			mark := core.Mark(f.Get("mark" + of))
			if rest := core.Mark(f.Get("rest")); rest != "" && mark == core.MarkExpected {
				mark = rest
			}
			grade, err := strconv.Atoi(cmp.Or(f.text("grade"+of), "0"))
			if err != nil {
				return core.InvalidField("grade"+of, "bad_grade", "The grade of %s is a percentage from 1 to 100.", row.Name)
			}
			marks = append(marks, classroom.MarkInput{
				EnrollmentID: row.EnrollmentID, Mark: mark, In: f.text("in" + of), Out: f.text("out" + of), Grade: grade,
			})
		}
		_, err = r.web.Classroom.MarkRoster(r.ctx(), r.actor, at, f.version(), marks)
		return err
	})
}

func (r *request) changeClass(said string, which func(*classPage) *render.Form, command func(core.ClassID, *reading) error) error {
	at, err := id[core.ClassID](r, "class")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	if err = command(at, f); err == nil {
		return r.done(classPath(at), said)
	}
	p, readErr := r.classPage()
	if readErr != nil {
		return readErr
	}
	form := which(&p)
	name := form.ID
	*form = render.NewForm(f.Values, err)
	form.ID = name
	return r.refill(err, "classes/class", "A class", p)
}

type screenPage struct {
	core.Class
	Path string
	QR   template.HTML
	Link string
	In   []core.Attendance
}

// showScreen is what the instructor shows to the class: the code of now and who
// is in.
func (r *request) showScreen() error {
	at, err := id[core.ClassID](r, "class")
	if err != nil {
		return err
	}
	code, err := r.web.Classroom.Code(r.ctx(), r.actor, at)
	if err != nil {
		return err
	}
	d, err := r.web.Classroom.Class(r.ctx(), r.actor, at)
	if err != nil {
		return err
	}
	r.place = d.Class.OrganizationID
	link := r.web.PublicURL + checkInPath(at) + "/" + code.Text
	svg, err := qr.SVG(link, "Check in to this class")
	if err != nil {
		return err
	}
	page := screenPage{Class: d.Class, Path: classPath(at), QR: svg, Link: link}
	for _, a := range d.Roster {
		if !a.In.IsZero() {
			page.In = append(page.In, a)
		}
	}
	r.Response().Header().Set("Cache-Control", "no-store")
	return r.page("classes/screen", "Check in", page)
}
