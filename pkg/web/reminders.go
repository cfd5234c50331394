package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/ical"
	"github.com/palmar/palmar/pkg/renewal"
	"github.com/palmar/palmar/pkg/web/render"
)

var reminderRoutes = []Route{
	{http.MethodGet, "/record/renewals", access.ReminderRead, (*request).showRenewals},
	{http.MethodGet, "/record/reminders", access.ReminderRead, (*request).showReminders},
	{http.MethodPost, "/record/reminders", access.ReminderWrite, (*request).setReminders},
	{http.MethodPost, "/record/calendar", access.CalendarShare, (*request).makeCalendar},
	{http.MethodPost, "/record/calendar/revoke", access.CalendarShare, (*request).revokeCalendar},
	{http.MethodGet, "/calendars/:calendar", Public, (*request).readCalendar},
}

type renewalsPage struct {
	Tabs  recordTabs
	Items []dueLine
	Pager render.Pager
	Today core.Date
}

// dueLine is something that ends, and where it is shown.
type dueLine struct {
	core.Due
	Path    string
	Over    bool
	GivenUp bool
}

func (r *request) showRenewals() error {
	part, err := r.web.Renewal.Upcoming(r.ctx(), r.actor, r.actor.TherapistID, r.part())
	if err != nil {
		return err
	}
	p := renewalsPage{Tabs: tabsOf("renewals"), Pager: r.pager(part.Next, "Pages of renewals"), Today: part.Today}
	for _, d := range part.Items {
		line := dueLine{Due: d, Path: "/record/certificates", Over: d.ExpiresOn.Before(part.Today), GivenUp: part.GivenUp[d.Subject]}
		if d.Kind == core.DueLicense {
			line.Path = renewalPath(core.LicenseID(d.Subject))
		}
		p.Items = append(p.Items, line)
	}
	return r.page("renewal/renewals", "Renewals", p)
}

type remindersPage struct {
	Form    render.Form
	Choices []render.Option
	Zones   []render.Option
	InForce string
	Made    time.Time
	Address string // of the calendar, this once
	Stale   bool
}

func (r *request) remindersPage(form render.Form) (remindersPage, error) {
	prefs, err := r.web.Renewal.Preferences(r.ctx(), r.actor, r.actor.TherapistID)
	if err != nil {
		return remindersPage{}, err
	}
	if form.Values == nil {
		form.Values = valuesOf(prefs)
	}
	p := remindersPage{Form: form, InForce: prefs.ZoneInForce, Made: prefs.Calendar}
	for _, days := range renewal.Choices {
		p.Choices = append(p.Choices, render.Option{Value: strconv.Itoa(days), Label: daysWords(days)})
	}
	zones := renewal.Zones()
	if zone := form.Get("zone"); zone != "" && !slices.Contains(zones, zone) {
		zones = append(zones, zone)
	}
	for _, zone := range zones {
		p.Zones = append(p.Zones, render.Option{Value: zone, Label: strings.ReplaceAll(zone, "_", " ")})
	}
	return p, nil
}

func daysWords(days int) string {
	switch {
	case days == 1:
		return "the day before"
	case days == -1:
		return "the day after"
	case days < 0:
		return fmt.Sprintf("%d days after", -days)
	}
	return fmt.Sprintf("%d days before", days)
}

// valuesOf fills the form with what is in force.
func valuesOf(p renewal.Preferences) url.Values {
	v := url.Values{
		"zone": {p.Zone}, "quiet_from": {p.Quiet.From.String()}, "quiet_until": {p.Quiet.Until.String()}, "version": {strconv.Itoa(p.Version)},
	}
	if !p.Off {
		v.Set("on", "true")
	}
	for _, days := range p.Days {
		v.Add("days", strconv.Itoa(days))
	}
	return v
}

func (r *request) showReminders() error {
	p, err := r.remindersPage(render.Form{})
	if err != nil {
		return err
	}
	return r.page("renewal/reminders", "Reminders and calendar", p)
}

func (r *request) setReminders() error {
	form, err := r.read()
	if err != nil {
		return err
	}
	in := renewal.PreferencesInput{
		Off: form.Get("on") == "", Zone: form.text("zone"),
		Quiet: core.QuietHours{From: form.wall("quiet_from"), Until: form.wall("quiet_until")},
	}
	for _, text := range form.Values["days"] {
		days, err := strconv.Atoi(text)
		if err != nil {
			form.Add("days", "unknown_days", "%q is no number of days.", text)
			break
		}
		in.Days = append(in.Days, days)
	}
	if err = form.Err(); err == nil {
		if _, err = r.web.Renewal.SetPreferences(r.ctx(), r.actor, r.actor.TherapistID, form.version(), in); err == nil {
			return r.done("/record/reminders", "Your reminders are set.")
		}
	}
	p, pageErr := r.remindersPage(render.NewForm(form.Values, err))
	if pageErr != nil {
		return pageErr
	}
	p.Stale = core.CodeOf(err) == core.ErrStale.Code
	return r.refill(err, "renewal/reminders", "Reminders and calendar", p)
}

// wall reads a time of day; an empty field is midnight.
func (f *reading) wall(name string) core.WallTime {
	if f.text(name) == "" {
		return 0
	}
	w, err := core.ParseWallTime(f.Get(name))
	_ = f.Check(name, err)
	return w
}

func (r *request) makeCalendar() error {
	secret, err := r.web.Renewal.MakeCalendar(r.ctx(), r.actor, r.actor.TherapistID)
	if err != nil {
		return err
	}
	p, err := r.remindersPage(render.Form{})
	if err != nil {
		return err
	}
	p.Address = r.web.PublicURL + "/calendars/" + secret + ".ics"
	return r.page("renewal/reminders", "Reminders and calendar", p)
}

func (r *request) revokeCalendar() error {
	if err := r.web.Renewal.RevokeCalendar(r.ctx(), r.actor, r.actor.TherapistID); err != nil {
		return err
	}
	return r.done("/record/reminders", "The calendar’s address works no more.")
}

// readCalendar answers a calendar program, which has nothing but the address.
func (r *request) readCalendar() error {
	agenda, err := r.web.Renewal.Agenda(r.ctx(), strings.TrimSuffix(r.Param("calendar"), ".ics"))
	if err != nil {
		return err
	}
	host := "palmar"
	if u, err := url.Parse(r.web.PublicURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	text := ical.Write(agenda, host)
	sum := sha256.Sum256(text)
	h := r.Response().Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="renewals.ics"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(r.Response(), r.Request(), "", agenda.ChangedAt, bytes.NewReader(text))
	return nil
}
