package classroomweb

import (
	"cmp"
	"html/template"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/qr"
	"github.com/palmar/palmar/pkg/platform/render"
)

type classesPage struct {
	Base     string
	Calendar string
	Items    []classroom.Class
	MayPlan  bool
	Pager    render.Pager
}

func (p *Pages) showClasses(r *page.Request, org core.OrganizationID) error {
	list, err := p.Classroom.Classes(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return err
	}
	return r.Page("classroom/classes", r.Say("shared.classes"), classesPage{
		page.OrganizationPath(org, "classes"), page.OrganizationPath(org, "calendar"), list.Items, r.Can(access.ClassPlan, org), r.Pager(list.Next, r.Say("classroom.classes.older_classes")),
	})
}

type classPage struct {
	classroom.Class
	Path     string
	Base     string
	Subject  string
	Roster   []classroom.Attendance
	Marks    []render.Option
	Holds    bool // the actor is its instructor
	MayPlan  bool
	Opened   bool
	Over     bool
	Stale    bool
	Form     render.Form
	SignForm render.Form
}

// class is the page of a class; form is the one of its forms that has to be
// fixed, by its ID.
func (p *Pages) class(r *page.Request, at core.ClassID, form render.Form) (page.View, error) {
	d, err := p.Classroom.Class(r.Ctx(), r.Actor, at)
	if err != nil {
		return page.View{}, err
	}
	c := d.Class
	r.Place = c.OrganizationID
	subject, err := p.subjectOf(r, c)
	if err != nil {
		return page.View{}, err
	}
	member, ok := r.Actor.Member(c.OrganizationID, core.RoleSupervisor)
	planned := c.State == classroom.ClassPlanned
	return page.View{Name: "classroom/class", Title: r.Say("classroom.classes.class"), Content: classPage{
		Class: c, Path: classPath(at), Base: page.OrganizationPath(c.OrganizationID, "classes"), Subject: subject, Roster: d.Roster, Marks: page.OptionsOf(r, core.Marks),
		Holds: planned && ok && member == c.InstructorID, MayPlan: planned && r.Can(access.ClassPlan, c.OrganizationID),
		Opened: c.CheckIn == classroom.CheckInQR, Over: !r.Now().Before(c.Session.End), Stale: !r.Fresh(),
		Form: form.At("roster"), SignForm: form.At("sign"),
	}}, nil
}

// subjectOf is the title of a class's subject.
func (p *Pages) subjectOf(r *page.Request, c classroom.Class) (string, error) {
	all, err := p.Logbook.Program(r.Ctx(), r.Actor, c.ProgramID)
	if err != nil {
		return "", err
	}
	newest, err := logbookpage.Versions(all[:1])
	return logbookpage.TitlesIn(newest).Of(c.Session.Subject), err
}

// MarkOf and the like are what the roster's form shows of a student: what was
// sent, or what is known.
func (c classPage) MarkOf(a classroom.Attendance) string { return c.sent("mark", a, string(a.Mark)) }

// InOf is the clock-in as the clock on the wall showed it.
func (c classPage) InOf(a classroom.Attendance) string {
	return c.sent("in", a, clockOrNone(a.In.IsZero(), render.TimeInput(a.In, c.Session.Zone)))
}

// OutOf is the clock-out as the clock on the wall showed it.
func (c classPage) OutOf(a classroom.Attendance) string {
	return c.sent("out", a, clockOrNone(a.Out.IsZero(), render.TimeInput(a.Out, c.Session.Zone)))
}

func clockOrNone(none bool, clock string) string {
	if none {
		return ""
	}
	return clock
}

func (c classPage) sent(name string, a classroom.Attendance, known string) string {
	if values, ok := c.Form.Values[name+"-"+a.EnrollmentID.String()]; ok {
		return values[0]
	}
	return known
}

func (p *Pages) showClass(r *page.Request, at core.ClassID) error {
	return r.Show(p.class(r, at, render.Form{}))
}

func (p *Pages) cancelClass(r *page.Request, at core.ClassID) error {
	return p.change(r, at, page.Form{}, "sign", r.Say("classroom.classes.class_canceled_no_one_gets"), func(f *page.Reading) error {
		_, err := p.Classroom.Cancel(r.Ctx(), r.Actor, at, f.Version())
		return err
	})
}

func (p *Pages) signClass(r *page.Request, at core.ClassID) error {
	return p.submit(r, at, page.Form{Confirm: true}, "sign", func(f *page.Reading) (string, error) {
		d, err := p.Classroom.Sign(r.Ctx(), r.Actor, at, f.Version())
		said := r.Say("classroom.classes.signed_the_hours_are_now")
		for _, u := range d.Left {
			said += " " + r.Say("not_signable.roster", "name", u.Entry.StudentName, "why", u.Why) + " " + r.Say("classroom.classes.may_ask_for_it")
		}
		return said, err
	})
}

func (p *Pages) markRoster(r *page.Request, at core.ClassID) error {
	return p.change(r, at, page.Form{}, "roster", r.Say("classroom.classes.roster_saved"), func(f *page.Reading) error {
		d, err := p.Classroom.Class(r.Ctx(), r.Actor, at)
		if err != nil {
			return err
		}
		marks, err := marks(f, d.Roster)
		if err != nil {
			return err
		}
		_, err = p.Classroom.MarkRoster(r.Ctx(), r.Actor, at, f.Version(), marks)
		return err
	})
}

// marks reads the marks of those on the roster; "rest" is the mark of all of whom
// nothing is known yet.
func marks(f *page.Reading, roster []classroom.Attendance) ([]classroom.MarkInput, error) {
	var marks []classroom.MarkInput
	for _, row := range roster {
		of := "-" + row.EnrollmentID.String()
		if f.Get("mark"+of) == "" {
			continue
		}
		mark := core.Mark(f.Get("mark" + of))
		if rest := core.Mark(f.Get("rest")); rest != "" && mark == core.MarkExpected {
			mark = rest
		}
		grade, err := strconv.Atoi(cmp.Or(f.Text("grade"+of), "0"))
		if err != nil {
			return nil, core.InvalidField("grade"+of, "bad_grade.student", "name", row.Name)
		}
		marks = append(marks, classroom.MarkInput{
			EnrollmentID: row.EnrollmentID, Mark: mark, In: f.Text("in" + of), Out: f.Text("out" + of), Grade: grade,
		})
	}
	return marks, nil
}

// change does what one of a class's forms says.
func (p *Pages) change(r *page.Request, at core.ClassID, form page.Form, id, said string, command func(*page.Reading) error) error {
	return p.submit(r, at, form, id, func(f *page.Reading) (string, error) { return said, command(f) })
}

// submit is change where the command tells what it did.
func (p *Pages) submit(r *page.Request, at core.ClassID, form page.Form, id string, command func(*page.Reading) (string, error)) error {
	form.Read = func(f *page.Reading) page.Command {
		return func() (page.Next, error) {
			said, err := command(f)
			return page.To(classPath(at), said), err
		}
	}
	form.Again = func(wrong render.Form) (page.View, error) {
		wrong.ID = id
		return p.class(r, at, wrong)
	}
	return r.Submit(form)
}

type screenPage struct {
	classroom.Class
	Path string
	QR   template.HTML
	Link string
	In   []classroom.Attendance
}

// showScreen is what the instructor shows to the class: the code of now and who
// is in.
func (p *Pages) showScreen(r *page.Request, at core.ClassID) error {
	code, err := p.Classroom.Code(r.Ctx(), r.Actor, at)
	if err != nil {
		return err
	}
	d, err := p.Classroom.Class(r.Ctx(), r.Actor, at)
	if err != nil {
		return err
	}
	r.Place = d.Class.OrganizationID
	link := r.Site.PublicURL + checkInPath(at) + "/" + code.Text
	svg, err := qr.SVG(link, r.Say("classroom.classes.check_in_to_this_class"))
	if err != nil {
		return err
	}
	content := screenPage{Class: d.Class, Path: classPath(at), QR: svg, Link: link}
	for _, a := range d.Roster {
		if !a.In.IsZero() {
			content.In = append(content.In, a)
		}
	}
	return r.Page("classroom/screen", r.Say("classroom.checkin.check_in"), content)
}
