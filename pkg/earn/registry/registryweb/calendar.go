package registryweb

import (
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type calendarPage struct {
	Base     string
	Year     int
	Items    core.Calendar
	MayWrite bool
	Form     render.Form
}

func (p *Pages) calendar(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	year, _ := strconv.Atoi(r.QueryParam("year"))
	if year < 1900 || year > 2200 {
		year = 0
	}
	days, year, err := p.Registry.Calendar(r.Ctx(), r.Actor, org, year)
	return page.View{Name: "registry/calendar", Title: r.Say("registry.calendar.calendar_2"), Content: calendarPage{
		Base: page.OrganizationPath(org, "calendar"), Year: year, Items: days, MayWrite: r.Can(access.CalendarWrite, org), Form: form,
	}}, err
}

func (p *Pages) showCalendar(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.calendar(r, org, render.Form{}))
}

func (p *Pages) closeDays(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := registry.Close{First: f.Date("first"), Last: f.Date("last"), Reason: f.Get("reason")}
			return func() (page.Next, error) {
				days, err := p.Registry.Close(r.Ctx(), r.Actor, org, in)
				return page.To(yearPath(org, days), r.Say("registry.calendar.closed_days_saved_sessions_on")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.calendar(r, org, form) },
	})
}

// yearPath is the calendar that shows the days.
func yearPath(org core.OrganizationID, days core.ClosedDays) string {
	return page.OrganizationPath(org, "calendar") + "?year=" + strconv.Itoa(days.First.Year)
}

func (p *Pages) reopenDays(r *page.Request, closed core.ClosedDaysID) error {
	days, err := p.Registry.Reopen(r.Ctx(), r.Actor, closed)
	if err != nil {
		return err
	}
	return r.Done(yearPath(days.OrganizationID, days), r.Say("registry.calendar.the_days_are_school_days"))
}
