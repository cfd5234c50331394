package ical_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/ical"
)

var update = flag.Bool("update", false, "write the golden files again")

func agenda() ical.Calendar {
	changed := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	const day, hour = 24 * time.Hour, time.Hour
	return ical.Calendar{
		Name: "Renewals of Ada Example; née Müller, RMT", ChangedAt: changed,
		Events: []ical.Event{
			{
				UID: "license-0193", Day: core.Date{Year: 2027, Month: 12, Day: 31}, Title: "FL Massage Therapist MA1 ends",
				Text:   "Last good day of your license FL Massage Therapist MA1. What the renewal takes, step by step, and where to note that it is done:",
				Link:   "https://school.example/licenses/0193/renewal",
				Alarms: []time.Duration{90*day - 8*hour, 7*day - 8*hour, day - 8*hour, -day - 8*hour}, Revision: 3, ChangedAt: changed,
			},
			{
				UID: "class-0195", Day: core.Date{Year: 2028, Month: 2, Day: 1}, Start: changed.AddDate(1, 3, 0), End: changed.AddDate(1, 3, 0).Add(2 * hour),
				Title: "Class: Medical Massage Foundations", Text: "With Sam Super.", ChangedAt: changed,
			},
			{UID: "credential-0194", Day: core.Date{Year: 2028, Month: 2, Day: 29}, Title: "Lymphatic drainage ends", ChangedAt: changed.Add(-hour)},
		},
	}
}

func TestWrite_Golden(t *testing.T) {
	got := ical.Write(agenda(), "school.example")
	path := filepath.Join("testdata", "agenda.golden.ics")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; read the difference and run with -update if it is meant:\n%s", path, got)
	}
	if !bytes.Equal(got, ical.Write(agenda(), "school.example")) {
		t.Error("the same agenda is written in two ways")
	}
}

// The lines end and fold as RFC 5545, section 3.1, wants.
func TestWrite_Lines(t *testing.T) {
	text := string(ical.Write(agenda(), "school.example"))
	if strings.Count(text, "\n") != strings.Count(text, "\r\n") || !strings.HasSuffix(text, "\r\n") {
		t.Error("a line does not end in CRLF")
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line has %d octets: %s", len(line), line)
		}
	}
}

func TestWrite_ReadBack(t *testing.T) {
	c, err := ics.ParseCalendar(bytes.NewReader(ical.Write(agenda(), "school.example")))
	if err != nil {
		t.Fatal(err)
	}
	events := c.Events()
	if len(events) != 3 {
		t.Fatalf("read %d events", len(events))
	}
	e := events[0]
	first, err := e.GetAllDayStartAt()
	if err != nil || core.DateOf(first) != (core.Date{Year: 2027, Month: 12, Day: 31}) {
		t.Errorf("the day is %s, %v", first, err)
	}
	if end, err := e.GetAllDayEndAt(); err != nil || core.DateOf(end) != (core.Date{Year: 2028, Month: 1, Day: 1}) {
		t.Errorf("the end is %s, %v", end, err)
	}
	for property, want := range map[ics.ComponentProperty]string{
		ics.ComponentPropertyUniqueId: "license-0193@school.example", ics.ComponentPropertySummary: "FL Massage Therapist MA1 ends",
		ics.ComponentPropertySequence: "3", ics.ComponentPropertyDtstamp: "20261123T150000Z",
		ics.ComponentPropertyUrl: "https://school.example/licenses/0193/renewal",
	} {
		if p := e.GetProperty(property); p == nil || p.Value != want {
			t.Errorf("%s is %+v, want %s", property, p, want)
		}
	}
	var triggers []string
	for _, a := range e.Alarms() {
		triggers = append(triggers, a.GetProperty(ics.ComponentPropertyTrigger).Value)
	}
	if got := strings.Join(triggers, " "); got != "-P89DT16H -P6DT16H -PT16H P1DT8H" {
		t.Errorf("the alarms go off at %s", got)
	}
	name := ""
	for _, p := range c.CalendarProperties {
		if p.IANAToken == string(ics.PropertyXWRCalName) {
			name = p.Value
		}
	}
	if name != agenda().Name {
		t.Errorf("the calendar is named %q", name)
	}
}
