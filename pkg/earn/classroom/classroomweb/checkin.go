package classroomweb

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type myClassesPage struct {
	Tabs  page.RecordTabs
	Items []myClass
	Form  render.Form // why nothing was clocked
}

type myClass struct {
	classroom.Mine
	Action string
	Ticket string
	Until  time.Time
}

func (p *Pages) myClasses(r *page.Request, name, title string, form render.Form) (page.View, error) {
	mine, err := p.Classroom.Today(r.Ctx(), r.Actor)
	content := myClassesPage{Tabs: page.TabsOf("classes"), Form: form}
	for _, m := range mine {
		content.Items = append(content.Items, myClass{Mine: m, Action: checkInPath(m.ID)})
	}
	return page.View{Name: name, Title: title, Content: content}, err
}

func (p *Pages) showMyClasses(r *page.Request) error {
	return r.Show(p.myClasses(r, "classroom/mine", r.Say("shared.classes"), render.Form{}))
}

// refused shows the student's classes with why nothing was clocked.
func (p *Pages) refused(r *page.Request) func(render.Form) (page.View, error) {
	return func(form render.Form) (page.View, error) {
		form.Values = nil
		return p.myClasses(r, "classroom/refused", r.Say("classroom.checkin.not_clocked"), form)
	}
}

// showScanned is where a scanned code leads. It changes nothing: the student
// presses the button with a ticket of the own sign-in.
func (p *Pages) showScanned(r *page.Request, at core.ClassID) error {
	scan, err := p.Classroom.Scan(r.Ctx(), r.Actor, at, r.Param("code"))
	if err != nil {
		return r.Refill(err, nil, p.refused(r))
	}
	r.Place = scan.OrganizationID
	return r.Page("classroom/check-in", r.Say("classroom.checkin.check_in"), myClass{Mine: scan.Mine, Action: checkInPath(at), Ticket: scan.Ticket, Until: scan.Until})
}

func (p *Pages) clock(r *page.Request, at core.ClassID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			direction, said := classroom.Direction(f.Get("direction")), r.Say("classroom.checkin.you_are_clocked_in")
			if direction == classroom.Out {
				said = r.Say("classroom.checkin.you_are_clocked_out")
			}
			return func() (page.Next, error) {
				_, err := p.Classroom.Clock(r.Ctx(), r.Actor, at, direction, classroom.Proof{Ticket: f.Get("ticket")})
				return page.To("/record/classes", said), err
			}
		},
		Again: p.refused(r),
	})
}
