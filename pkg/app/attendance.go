package app

import (
	"context"
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
	"github.com/palmar/palmar/pkg/platform/sheet"
)

// DemoZone is the time zone of the demo's school.
const DemoZone = "America/New_York"

// JudgeAttendance judges an attendance file against the demo school, which has
// nothing recorded yet: no server and no database is needed. A zero asOf is
// today at the school.
func JudgeAttendance(file io.Reader, asOf core.Date, written sheet.Choice) (attendance.Report, attendance.Summary, error) {
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
		Written: written, Location: zone, AsOf: asOf, Subject: std.SubjectCode, Supervisors: supervisors,
	})
	if err != nil {
		return report, attendance.Summary{}, err
	}
	return report, attendance.Summarize(report, std, asOf), nil
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
func WriteReport(ctx context.Context, w io.Writer, r attendance.Report) {
	Tell(ctx, w, "cli.import.records", "count", r.Records, "accepted", len(r.Accepted), "refused", len(r.Refused))
	for _, code := range slices.Sorted(maps.Keys(r.Tally)) {
		fmt.Fprintf(w, "  %-20s %d\n", code, r.Tally[code])
	}
	for _, x := range r.Refused {
		if x.Field == "" {
			Tell(ctx, w, "cli.import.refused_row", "record", x.Record, "line", x.Line, "text", x.Message, "code", x.Code)
			continue
		}
		Tell(ctx, w, "cli.import.refused", "record", x.Record, "line", x.Line, "field", x.Field, "text", x.Message, "code", x.Code)
	}
}
