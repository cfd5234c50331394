package web

import (
	"net/http"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/classroom"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/web/render"
)

var checkInRoutes = []Route{
	{http.MethodGet, "/record/classes", access.SelfRead, (*request).showMyClasses},
	{http.MethodGet, "/check-in/:class/:code", access.AttendanceClock, (*request).showScanned},
	{http.MethodPost, "/check-in/:class", access.AttendanceClock, (*request).clock},
}

func checkInPath(id core.ClassID) string { return "/check-in/" + id.String() }

type myClassesPage struct {
	Tabs  recordTabs
	Items []myClass
}

type myClass struct {
	classroom.Mine
	Action string
	Ticket string
	Until  time.Time
	Form   render.Form
}

func (r *request) showMyClasses() error {
	page, err := r.myClasses()
	if err != nil {
		return err
	}
	return r.page("classes/mine", "Classes", page)
}

func (r *request) myClasses() (myClassesPage, error) {
	mine, err := r.web.Classroom.Today(r.ctx(), r.actor)
	page := myClassesPage{Tabs: tabsOf("classes")}
	for _, m := range mine {
		page.Items = append(page.Items, myClass{Mine: m, Action: checkInPath(m.ID)})
	}
	return page, err
}

// showScanned is where a scanned code leads. It changes nothing: the student
// presses the button with a ticket of the own sign-in.
func (r *request) showScanned() error {
	at, err := id[core.ClassID](r, "class")
	if err != nil {
		return err
	}
	scan, err := r.web.Classroom.Scan(r.ctx(), r.actor, at, r.Param("code"))
	if err != nil {
		return r.refuseClock(err)
	}
	r.place = scan.OrganizationID
	return r.page("classes/check-in", "Check in", myClass{Mine: scan.Mine, Action: checkInPath(at), Ticket: scan.Ticket, Until: scan.Until})
}

func (r *request) clock() error {
	at, err := id[core.ClassID](r, "class")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	direction := classroom.Direction(f.Get("direction"))
	if _, err := r.web.Classroom.Clock(r.ctx(), r.actor, at, direction, classroom.Proof{Ticket: f.Get("ticket")}); err != nil {
		return r.refuseClock(err)
	}
	said := "You are clocked in."
	if direction == classroom.Out {
		said = "You are clocked out."
	}
	return r.done("/record/classes", said)
}

// refuseClock shows the student's classes with why nothing was clocked.
func (r *request) refuseClock(fault error) error {
	page, err := r.myClasses()
	if err != nil {
		return err
	}
	form := render.NewForm(nil, fault)
	return r.refill(fault, "classes/refused", "Nothing was clocked", struct {
		myClassesPage
		Form render.Form
	}{page, form})
}
