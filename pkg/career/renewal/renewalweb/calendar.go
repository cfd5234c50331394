package renewalweb

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/palmar/palmar/pkg/platform/ical"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

func (p *Pages) makeCalendar(r *page.Request) error {
	secret, err := p.Renewal.MakeCalendar(r.Ctx(), r.Actor, r.Actor.TherapistID)
	if err != nil {
		return err
	}
	return r.Show(p.reminders(r, render.Form{}, r.Site.PublicURL+"/calendars/"+secret+".ics"))
}

func (p *Pages) revokeCalendar(r *page.Request) error {
	if err := p.Renewal.RevokeCalendar(r.Ctx(), r.Actor, r.Actor.TherapistID); err != nil {
		return err
	}
	return r.Done("/record/reminders", r.Say("renewal.calendar.the_calendars_address_no_longer"))
}

// readCalendar answers a calendar program, which has nothing but the address.
func (p *Pages) readCalendar(r *page.Request) error {
	agenda, err := p.Renewal.Agenda(r.Ctx(), strings.TrimSuffix(r.Param("calendar"), ".ics"))
	if err != nil {
		return err
	}
	host := "palmar"
	if u, err := url.Parse(r.Site.PublicURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	calendar := ical.Calendar{Name: agenda.Name, ChangedAt: agenda.ChangedAt}
	for _, e := range agenda.Events {
		calendar.Events = append(calendar.Events, ical.Event(e))
	}
	text := ical.Write(calendar, host)
	h := r.Response().Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="renewals.ics"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", page.ETag(text))
	http.ServeContent(r.Response(), r.Request(), "", agenda.ChangedAt, bytes.NewReader(text))
	return nil
}
