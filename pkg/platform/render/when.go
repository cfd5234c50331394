package render

import (
	"fmt"
	"html/template"
	"sync"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
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

// Day writes "Sep 1, 2026".
func Day(d core.Date) string { return words.English().Day(d.In(time.UTC)) }

// DateHTML writes "Sep 1, 2026" in a time element; no date is a dash.
func DateHTML(d core.Date) template.HTML {
	if d.IsZero() {
		return "–"
	}
	return template.HTML(`<time datetime="` + d.String() + `">` + Day(d) + `</time>`)
}

// MomentHTML writes "Sep 1, 2026, 2:05 PM EDT" in the IANA zone; an unknown
// zone is UTC, no time a dash.
func MomentHTML(t time.Time, zoneName string) template.HTML {
	if t.IsZero() {
		return "–"
	}
	local := t.In(zone(zoneName))
	return template.HTML(`<time datetime="` + local.Format(time.RFC3339) + `">` +
		template.HTMLEscapeString(words.English().Moment(local)) + `</time>`)
}

// Clock writes "2:05 PM" in the zone, or nothing for no time.
func Clock(t time.Time, zoneName string) string {
	if t.IsZero() {
		return ""
	}
	return words.English().Clock(t.In(zone(zoneName)))
}

// TimeInput writes "14:05" in the zone, as the input of a form wants it.
func TimeInput(t time.Time, zoneName string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone(zoneName)).Format("15:04")
}

// Span writes "9:00 AM–12:30 PM" in the zone, "10:00 PM–1:00 AM next day" over midnight,
// and nothing when the times are not known.
func Span(from, to time.Time, zoneName string) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	s := Clock(from, zoneName) + "–" + Clock(to, zoneName)
	loc := zone(zoneName)
	if core.DateOf(from.In(loc)) != core.DateOf(to.In(loc)) {
		s += " next day"
	}
	return s
}

// RelativeDay writes "today", "yesterday", "3 days ago", "in 5 days", "in 4
// months"; nothing when either date is absent.
func RelativeDay(d, today core.Date) string {
	if d.IsZero() || today.IsZero() {
		return ""
	}
	days := int(d.In(time.UTC).Sub(today.In(time.UTC)).Hours() / 24)
	switch days {
	case 0:
		return "today"
	case 1:
		return "tomorrow"
	case -1:
		return "yesterday"
	}
	return directed(days < 0, longTime(max(days, -days)))
}

// Ago writes how long before now t was: "just now", "5 minutes ago", "3 hours
// ago", "12 days ago"; later than now is "in 5 minutes".
func Ago(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := now.Sub(t)
	past := d >= 0
	d = d.Abs()
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return directed(past, Count(int(d/time.Minute), "minute", "minutes"))
	case d < 24*time.Hour:
		return directed(past, Count(int(d/time.Hour), "hour", "hours"))
	}
	return directed(past, longTime(int(d/(24*time.Hour))))
}

func longTime(days int) string {
	switch {
	case days <= 90:
		return Count(days, "day", "days")
	case days < 730:
		return Count(days*12/365, "month", "months")
	}
	return Count(days/365, "year", "years")
}

func directed(past bool, length string) string {
	if past {
		return fmt.Sprintf("%s ago", length)
	}
	return "in " + length
}
