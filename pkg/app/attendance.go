package app

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/demo"
	"github.com/palmar/palmar/pkg/earn/attendance"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// DemoZone is the time zone of the demo's school.
const DemoZone = "America/New_York"

// JudgeAttendance judges an attendance file against the demo school, which has
// nothing recorded yet: no server and no database is needed. A zero asOf is
// today at the school.
func JudgeAttendance(file io.Reader, asOf core.Date) (attendance.Report, attendance.Summary, error) {
	zone, err := time.LoadLocation(DemoZone)
	if err != nil {
		return attendance.Report{}, attendance.Summary{}, err
	}
	if asOf.IsZero() {
		asOf = core.DateOf(Source().Now().In(zone))
	}
	std := standard.Demo()
	supervisors := map[string]bool{}
	for _, s := range demo.Supervisors {
		supervisors[s.Email] = true
	}
	report, err := attendance.Read(file, attendance.Options{
		Location: zone, AsOf: asOf, Subject: std.SubjectCode, Supervisors: supervisors,
	})
	if err != nil {
		return report, attendance.Summary{}, err
	}
	return report, attendance.Summarize(report, std), nil
}

// WriteJSON writes a value as indented JSON.
func WriteJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(value)
}

// WriteReport writes what became of a file for a person to read: the count of
// each code, then every refused record.
func WriteReport(w io.Writer, r attendance.Report) error {
	fmt.Fprintf(w, "%d records: %d accepted, %d refused.\n", r.Records, len(r.Accepted), len(r.Refused))
	for _, code := range slices.Sorted(maps.Keys(r.Tally)) {
		fmt.Fprintf(w, "  %-20s %d\n", code, r.Tally[code])
	}
	for _, x := range r.Refused {
		if _, err := fmt.Fprintf(w, "record %d (line %d) %s: %s %s\n", x.Record, x.Line, x.Code, x.Field, x.Message); err != nil {
			return err
		}
	}
	return nil
}
