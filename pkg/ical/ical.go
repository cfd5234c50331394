// Package ical writes an agenda as an iCalendar file (RFC 5545) that calendars
// subscribe to. It is pure and must never know a database, a request or a page.
package ical

import (
	"fmt"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"github.com/palmar/palmar/pkg/renewal"
)

// refresh is how often a calendar should look again.
const refresh = "PT12H"

// Write writes an agenda. host names the installation within the identifiers of
// the events, which stay the same from one reading to the next. Equal agendas are
// written equally.
func Write(a renewal.Agenda, host string) []byte {
	c := ics.NewCalendar()
	c.SetProductId("-//Palmar//Calendar//EN")
	c.SetCalscale("GREGORIAN")
	c.SetMethod(ics.MethodPublish)
	c.SetName(a.Name)
	c.SetLastModified(a.ChangedAt)
	c.SetRefreshInterval(refresh)
	c.SetXPublishedTTL(refresh)
	for _, e := range a.Events {
		add(c, e, host)
	}
	return []byte(c.Serialize(ics.WithNewLineWindows))
}

func add(c *ics.Calendar, e renewal.Event, host string) {
	event := c.AddEvent(e.UID + "@" + host)
	event.SetDtStampTime(e.ChangedAt)
	event.SetLastModifiedAt(e.ChangedAt)
	event.SetSequence(e.Revision)
	if e.Start.IsZero() {
		first := e.Day.In(time.UTC)
		event.SetAllDayStartAt(first)
		event.SetAllDayEndAt(first.AddDate(0, 0, 1))
		event.SetTimeTransparency(ics.TransparencyTransparent)
	} else {
		event.SetStartAt(e.Start)
		event.SetEndAt(e.End)
	}
	event.SetSummary(e.Title)
	if text := strings.TrimSpace(e.Text + " " + e.Link); text != "" {
		event.SetDescription(text)
	}
	if e.Link != "" {
		event.SetURL(e.Link)
	}
	event.SetClass(ics.ClassificationPrivate)
	for _, before := range e.Alarms {
		alarm := event.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetTrigger(trigger(before))
		alarm.SetDescription(e.Title)
	}
}

// trigger writes how long before the beginning of the day an alarm goes off.
func trigger(before time.Duration) string {
	sign := "-"
	if before < 0 {
		sign, before = "", -before
	}
	days, hours := before/(24*time.Hour), before%(24*time.Hour)/time.Hour
	text := sign + "P"
	if days > 0 {
		text += fmt.Sprintf("%dD", days)
	}
	if hours > 0 || days == 0 {
		text += fmt.Sprintf("T%dH", hours)
	}
	return text
}
