package render

import (
	"html/template"
	"regexp"
	"sync"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

var zones sync.Map // IANA name -> *time.Location

func zone(name string) *time.Location {
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, loc)
	return loc
}

// day writes "Sep 1, 2026".
func (w writer) day(d core.Date) string { return w.Day(d.In(time.UTC)) }

// date writes "Sep 1, 2026" in a time element; no date is a dash.
func (w writer) date(d core.Date) template.HTML {
	if d.IsZero() {
		return "–"
	}
	return template.HTML(`<time datetime="` + d.String() + `">` + template.HTMLEscapeString(w.day(d)) + `</time>`)
}

// isoDay is a day or a month as citations have it.
var isoDay = regexp.MustCompile(`\b\d{4}-\d{2}(?:-\d{2})?\b`)

// cite is the text of a citation with its days and months written for people.
func (w writer) cite(s string) string {
	return isoDay.ReplaceAllStringFunc(s, func(day string) string {
		if d, err := core.ParseDate(day); err == nil {
			return w.day(d)
		}
		if t, err := time.Parse("2006-01", day); err == nil {
			return w.Month(t)
		}
		return day
	})
}

// isoDate is date for the text of a day; what is none is shown as it is.
func (w writer) isoDate(s string) template.HTML {
	d, err := core.ParseDate(s)
	if err != nil {
		return template.HTML(template.HTMLEscapeString(s))
	}
	return w.date(d)
}

// month writes "October 2026" for 2026-10; what is none is shown as it is.
func (w writer) month(s string) template.HTML {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return template.HTML(template.HTMLEscapeString(s))
	}
	return template.HTML(`<time datetime="` + s + `">` + template.HTMLEscapeString(w.Month(t)) + `</time>`)
}

// moment writes "Sep 1, 2026, 2:05 PM EDT" in the IANA zone; an unknown
// zone is UTC, no time a dash.
func (w writer) moment(t time.Time, zoneName string) template.HTML {
	if t.IsZero() {
		return "–"
	}
	local := t.In(zone(zoneName))
	return template.HTML(`<time datetime="` + local.Format(time.RFC3339) + `">` +
		template.HTMLEscapeString(w.Moment(local)) + `</time>`)
}

// clock writes "2:05 PM" in the zone, or nothing for no time.
func (w writer) clock(t time.Time, zoneName string) string {
	if t.IsZero() {
		return ""
	}
	return w.Clock(t.In(zone(zoneName)))
}

// TimeInput writes "14:05" in the zone, as the input of a form wants it.
func TimeInput(t time.Time, zoneName string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone(zoneName)).Format("15:04")
}

// span writes "9:00 AM–12:30 PM" in the zone, "10:00 PM–1:00 AM next day" over midnight,
// and nothing when the times are not known.
func (w writer) span(from, to time.Time, zoneName string) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	id := "form.span"
	loc := zone(zoneName)
	if core.DateOf(from.In(loc)) != core.DateOf(to.In(loc)) {
		id = "form.span_next_day"
	}
	return w.Say(id, "from", w.clock(from, zoneName), "to", w.clock(to, zoneName))
}

// relativeDay writes "today", "yesterday", "3 days ago", "in 5 days", "in 4
// months"; nothing when either date is absent.
func (w writer) relativeDay(d, today core.Date) string {
	if d.IsZero() || today.IsZero() {
		return ""
	}
	days := int(d.In(time.UTC).Sub(today.In(time.UTC)).Hours() / 24)
	switch days {
	case 0:
		return w.Say("ago.today")
	case 1:
		return w.Say("ago.tomorrow")
	case -1:
		return w.Say("ago.yesterday")
	}
	return w.long(days < 0, max(days, -days))
}

// ago writes how long before now t was: "just now", "5 minutes ago", "3 hours
// ago", "12 days ago"; later than now is "in 5 minutes".
func (w writer) ago(t, now time.Time) string {
	if t.IsZero() {
		return w.Say("ago.never")
	}
	d := now.Sub(t)
	past := d >= 0
	d = d.Abs()
	switch {
	case d < time.Minute:
		return w.Say("ago.just_now")
	case d < time.Hour:
		return w.away(past, "minutes", int(d/time.Minute))
	case d < 24*time.Hour:
		return w.away(past, "hours", int(d/time.Hour))
	}
	return w.long(past, int(d/(24*time.Hour)))
}

func (w writer) long(past bool, days int) string {
	switch {
	case days <= 90:
		return w.away(past, "days", days)
	case days < 730:
		return w.away(past, "months", days*12/365)
	}
	return w.away(past, "years", days/365)
}

func (w writer) away(past bool, unit string, n int) string {
	if past {
		return w.Say("ago."+unit, "count", n)
	}
	return w.Say("ahead."+unit, "count", n)
}
