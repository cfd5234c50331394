// Package ical writes a calendar as an iCalendar file (RFC 5545) that calendars
// subscribe to. It is pure and must never know a database, a request or a page.
package ical

import (
	"fmt"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"github.com/palmar/palmar/pkg/core"
)

// refresh is how often a calendar should look again.
const refresh = "PT12H"

// Calendar is what is written. ChangedAt is when anything in it changed last.
type Calendar struct {
	Name      string
	Events    []Event
	ChangedAt time.Time
}

// Event is a day, or a part of it where Start is set. Alarms are how long before
// the beginning of the day, by the local clock, they go off; a negative one is
// after it. Revision grows with every change, ChangedAt is when the last one was.
type Event struct {
	UID       string
	Day       core.Date
	Start     time.Time
	End       time.Time
	Title     string
	Text      string
	Link      string
	Alarms    []time.Duration
	Revision  int
	ChangedAt time.Time
}

// Write writes a calendar. host names the installation within the identifiers of
// the events, which stay the same from one reading to the next. Equal
// calendars are written equally.
func Write(a Calendar, host string) []byte {
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

func add(c *ics.Calendar, e Event, host string) {
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
