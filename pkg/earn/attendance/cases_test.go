package attendance

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// TestRead_Cases reads small files from the field, each with what has to become of each
// of its records: a refusal's code, or who was where and when.
func TestRead_Cases(t *testing.T) {
	t.Parallel()
	one := []string{"ana.ortega@brightwater.example 2026-11-20 11:00 60"} // 06:00 in New York
	march := func(n int, start string, minutes int) string {
		return fmt.Sprintf("s%02d@brightwater.example 2026-03-03 %s %d", n, start, minutes)
	}
	for name, want := range map[string][]string{
		"01-import-phantom-email": {
			"bad_email", "ana.ortega@brightwater.example 2026-11-20 13:00 60", "ana.ortega@brightwater.example 2026-11-20 14:00 60",
			"ana.ortega@brightwater.example 2026-11-20 15:00 60", "bad_email",
		},
		"07-semicolon": one, "07-sep": one, "07-tab": one, "07-title": one, "07-utf16": one,
		"08-import-excel-values": {
			march(1, "14:00", 180), march(2, "14:00", 180), march(3, "14:00", 180), march(4, "14:00", 240),
			march(5, "14:00", 180), march(6, "14:00", 180), "s07@brightwater.example 2026-03-03 01:00 240", march(8, "14:00", 150),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := os.ReadFile(filepath.Join("testdata", "cases", name+".csv"))
			if err != nil {
				t.Fatal(err)
			}
			report, err := Read(bytes.NewReader(file), options(t, "2026-11-28", "r.alvarez"))
			if err != nil {
				t.Fatal(err)
			}
			got := make([]string, report.Records)
			for _, r := range report.Accepted {
				got[r.Record-1] = fmt.Sprint(r.Email, " ", r.Session.Date, " ", r.Session.Start.UTC().Format("15:04"), " ", int(r.Session.Minutes))
			}
			for _, r := range report.Refused {
				got[r.Record-1] = string(r.Code)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// Days with points have the day first, and those with slashes the month, whatever else
// a file has: nothing is asked, and nothing is turned around to make a day of it.
func TestRead_MonthFirst(t *testing.T) {
	t.Parallel()
	report, err := Read(strings.NewReader(header+row("a@x.example", "A", "31/12/2025")+row("a@x.example", "A", "1/12/2026")+row("a@x.example", "A", "2.1.2026")), options(t, "2026-01-31", "p.hale"))
	if err != nil || report.Tally[BadDate] != 1 || len(report.Accepted) != 2 {
		t.Fatalf("%+v %v", report, err)
	}
	for i, want := range []core.Date{{Year: 2026, Month: 1, Day: 12}, {Year: 2026, Month: 1, Day: 2}} {
		if got := report.Accepted[i].Session.Date; got != want {
			t.Errorf("%v, want %v", got, want)
		}
	}
}
