package renewalweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type remindersPage struct {
	Form    render.Form
	Choices []render.Option
	Zones   []render.Option
	InForce string
	Made    time.Time
	Address string // of the calendar, this once
}

// reminders are one's settings, and the calendar with its address where it has
// just been made.
func (p *Pages) reminders(r *page.Request, form render.Form, address string) (page.View, error) {
	prefs, err := p.Renewal.Preferences(r.Ctx(), r.Actor, r.Actor.TherapistID)
	if err != nil {
		return page.View{}, err
	}
	if form.Values == nil {
		form.Values = valuesOf(prefs)
	}
	content := remindersPage{Form: form, InForce: prefs.ZoneInForce, Made: prefs.Calendar, Address: address}
	for _, days := range renewal.Choices {
		content.Choices = append(content.Choices, render.Option{Value: strconv.Itoa(days), Label: daysWords(r, days)})
	}
	zones := renewal.Zones()
	if zone := form.Get("zone"); zone != "" && !slices.Contains(zones, zone) {
		zones = append(zones, zone)
	}
	for _, zone := range zones {
		content.Zones = append(content.Zones, render.Option{Value: zone, Label: strings.ReplaceAll(zone, "_", " ")})
	}
	return page.View{Name: "renewal/reminders", Title: r.Say("renewal.reminders.reminders_and_calendar"), Content: content}, nil
}

func daysWords(r *page.Request, days int) string {
	if days < 0 {
		return r.Say("renewal.reminders.days_after", "count", -days)
	}
	return r.Say("renewal.reminders.days_before", "count", days)
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

func (p *Pages) showReminders(r *page.Request) error {
	return r.Show(p.reminders(r, render.Form{}, ""))
}

func (p *Pages) setReminders(r *page.Request) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := preferences(f)
			return func() (page.Next, error) {
				_, err := p.Renewal.SetPreferences(r.Ctx(), r.Actor, r.Actor.TherapistID, f.Version(), in)
				return page.To("/record/reminders", r.Say("renewal.reminders.reminders_saved")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.reminders(r, form, "") },
	})
}

// preferences reads the form of one's settings.
func preferences(f *page.Reading) renewal.PreferencesInput {
	in := renewal.PreferencesInput{
		Off: f.Get("on") == "", Zone: f.Text("zone"),
		Quiet: renewal.QuietHours{From: f.Wall("quiet_from"), Until: f.Wall("quiet_until")},
	}
	for _, text := range f.Values["days"] {
		days, err := strconv.Atoi(text)
		if err != nil {
			f.Add("days", "unknown_days.number", "text", text)
			break
		}
		in.Days = append(in.Days, days)
	}
	return in
}
