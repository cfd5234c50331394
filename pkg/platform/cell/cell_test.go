package cell_test

import (
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/cell"
)

func TestDate(t *testing.T) {
	t.Parallel()
	march4 := core.Date{Year: 2026, Month: 3, Day: 4}
	for s, want := range map[string]core.Date{
		"2026-03-04": march4, "2026/3/4": march4, "2026.03.04": march4, "20260304": march4, "03042026": march4, "3/4/2026": march4, "03/04/26": march4, "3-4-2026": march4,
		"4.3.2026": march4, "04.03.26": march4, "4-Mar-2026": march4, "04-MAR-26": march4, "4 March 2026": march4, "4. March 2026": march4, "Mar 4, 2026": march4, "March 4th, 2026": march4, "Wed, Mar 4, 2026": march4, "Wed 3/4/2026": march4,
		"46085": march4, "46085.375": march4, "3/4/2026 9:00 AM": march4, "2026-03-04T09:00:00": march4, "2026-03-04 09:00:00.000": march4, " 3/4/2026 ": march4,
		"12112011": {Year: 2011, Month: 12, Day: 11}, "2/29/2028": {Year: 2028, Month: 2, Day: 29},
	} {
		if got, ok := cell.Date(s, cell.MonthFirst); !ok || got != want {
			t.Errorf("%q is %v, %v, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "31/12/2025", "2026-13-01", "2/29/2026", "31.2.2026", "3/4", "2026", "99999", "12345", "4-Mrz-2026", "0000-01-01", "3/4/2026 25:00", "today", "13/13/2026", "1/2/3/2026", "00000000", "3/4/126"} {
		if got, ok := cell.Date(s, cell.MonthFirst); ok {
			t.Errorf("%q is %v", s, got)
		}
	}
	if got, ok := cell.Date("3/4/2026", cell.DayFirst); !ok || got != (core.Date{Year: 2026, Month: 4, Day: 3}) {
		t.Errorf("%v %v", got, ok)
	}
	for s, want := range map[string]bool{"3/4/2026": true, "3/3/2026": false, "3/14/2026": false, "14/3/2026": false, "3.4.2026": false, "2026-03-04": false} {
		if cell.Ambiguous(s) != want {
			t.Errorf("%q could be two days: %v", s, !want)
		}
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]core.WallTime{
		"9:00": 540, "09:00": 540, "09:00:00": 540, "9:00 AM": 540, "9:00AM": 540, "9:00 a.m.": 540, "9 am": 540, "9a.m.": 540, "9:00a": 540, "9:00 A. M.": 540, "0.375": 540, ",375": 540, ".375": 540,
		"12:00 AM": 0, "12:00 PM": 720, "1:05 p": 785, "0": 0, "00:00": 0, "24:00": cell.EndOfDay, "23:59:59": 1439, "0.999": 1438, "0.9993055556": 1439,
	} {
		if got, ok := cell.Time(s); !ok || got != want {
			t.Errorf("%q is %d, %v, want %d", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "25:00", "24:01", "13:00 PM", "0:30 AM", "9", "9.30", "0900", "9:60", "1.5", "1", "noon", "9:00 xm", "12:60 am", "0.99999999"} {
		if got, ok := cell.Time(s); ok {
			t.Errorf("%q is %d", s, got)
		}
	}
}

func TestMinutes(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]core.Minutes{"30": 30, "0": 0, "30.0": 30, "0:30": 30, "00:30:00": 30, "1:05": 65, "30 min": 30, "0.5 h": 30, "1h30": 90} {
		if got, ok := cell.Minutes(s); !ok || got != want {
			t.Errorf("%q is %d, %v, want %d", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "-5", "0.5", "1,5", "half", "30:00:30"} {
		if got, ok := cell.Minutes(s); ok {
			t.Errorf("%q is %d", s, got)
		}
	}
}

func TestEmail(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"Ana@x.example", " Ana@X.Example ", "\u200bAna@x.example", "“Ana@x.example”", "'Ana@X.EXAMPLE'", "mailto:Ana@x.example", "<MAILTO:Ana@x.example>"} {
		if got, ok := cell.Email(s); !ok || got != "Ana@x.example" {
			t.Errorf("%q is %q, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "@", "a@", "@b", "a@x.example; b@x.example", "a b@x.example", "a@x.example,b@x.example", "Ana <ana@x.example>"} {
		if got, ok := cell.Email(s); ok {
			t.Errorf("%q is %q", s, got)
		}
	}
}

// FuzzDate: what is read as a day in any spelling is that day however it is written.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"3/4/2026", "46085", "4-Mar-2026", "20260304", "Wed 3/4/26 9:00 PM", "4.3.2026"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := cell.Date(s, cell.MonthFirst)
		if !ok {
			return
		}
		at := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
		if core.DateOf(at) != d {
			t.Errorf("%q is %v, which is no day", s, d)
		}
		if d.Year < 2000 || d.Year > 2099 {
			return
		}
		for _, layout := range []string{"2006-01-02", "1/2/2006", "2.1.2006", "2-Jan-2006", "20060102", "01022006", "1/2/06"} {
			if again, ok := cell.Date(at.Format(layout), cell.MonthFirst); !ok || again != d {
				t.Errorf("%q is %v, and as %s %v", s, d, layout, again)
			}
		}
	})
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{"9:00 a.m.", "0.375", "24:00", "23:59:59"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, ok := cell.Time(s); ok && (at < 0 || at > cell.EndOfDay) {
			t.Errorf("%q is %d", s, at)
		} else if again, same := cell.Time(strings.ToUpper(s)); ok != same || at != again {
			t.Errorf("%q is %d, and in capitals %d", s, at, again)
		}
	})
}
