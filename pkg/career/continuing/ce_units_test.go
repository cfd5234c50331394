package continuing_test

import (
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
)

func TestParseCE(t *testing.T) {
	tests := []struct {
		text    string
		minutes core.Minutes
		unit    continuing.CEUnit
	}{
		{"12 contact hours", 720, continuing.UnitContactHour}, {"1 contact hour", 60, continuing.UnitContactHour}, {"12 h", 720, continuing.UnitContactHour},
		{"12 CEs", 720, continuing.UnitContactHour}, {"1 CE", 60, continuing.UnitContactHour}, {"1.5 CE hours", 90, continuing.UnitContactHour},
		{"1.2 CEU", 720, continuing.UnitCEU}, {"1,2 CEUs", 720, continuing.UnitCEU}, {"0.1 CEU", 60, continuing.UnitCEU}, {"0.05 ceu", 30, continuing.UnitCEU},
		{"1 semester credit", 900, continuing.UnitSemester}, {"0.5 semester hours", 450, continuing.UnitSemester}, {"3 quarter credits", 1800, continuing.UnitQuarter},
		{"90 min", 90, continuing.UnitMinutes}, {"90 Minutes", 90, continuing.UnitMinutes}, {"1h30", 90, continuing.UnitMinutes}, {"1 h 30 min", 90, continuing.UnitMinutes},
		{"1:30", 90, continuing.UnitMinutes},
	}
	for _, tt := range tests {
		got, err := continuing.ParseCE("  "+tt.text+" ", 0)
		if want := (continuing.CEAmount{Minutes: tt.minutes, Words: tt.text, Unit: tt.unit, Hour: 60}); err != nil || got != want {
			t.Errorf("%q is %+v, %v; want %+v", tt.text, got, err, want)
		}
	}
	for text, code := range map[string]string{
		"": "required", "12": "unit_needed", "1.2": "unit_needed", "1,2": "unit_needed", "twelve hours": "bad_amount", "12 moons": "unknown_unit",
		"-1 h": "bad_amount", "0 h": "bad_amount", "0.001 CEU": "not_whole", "0.01 h": "not_whole", "1.23456 h": "bad_amount", "12 CEU hours": "unknown_unit",
		"1234567 h": "bad_amount", "1\x00 h": "bad_character", "0 min": "bad_amount", "0:00": "bad_amount",
	} {
		if _, err := continuing.ParseCE(text, 60); core.CodeOf(err) != code {
			t.Errorf("%q: %v, want %s", text, err, code)
		}
	}
	if _, err := continuing.ParseCE("1 h", 45); core.CodeOf(err) != "bad_hour" {
		t.Error(err)
	}
}

// In Texas an hour has 50 minutes, and all units are made of it.
func TestParseCE_Texas(t *testing.T) {
	for text, minutes := range map[string]core.Minutes{"1 h": 50, "0.1 CEU": 50, "1 CEU": 500, "1 semester credit": 750, "1 quarter credit": 500, "50 min": 50} {
		if got, err := continuing.ParseCE(text, continuing.ShortHour); err != nil || got.Minutes != minutes {
			t.Errorf("%q is %d, %v; want %d", text, got.Minutes, err, minutes)
		}
	}
}

// What is read is written as it was, in every unit and for both hours.
func TestParseCE_RoundTrip(t *testing.T) {
	names := map[continuing.CEUnit]string{
		continuing.UnitContactHour: "contact hours", continuing.UnitCEU: "CEU", continuing.UnitSemester: "semester credits", continuing.UnitQuarter: "quarter credits", continuing.UnitMinutes: "min",
	}
	rapid.Check(t, func(t *rapid.T) {
		hour := rapid.SampledFrom([]core.Minutes{50, 60}).Draw(t, "hour")
		unit := rapid.SampledFrom(continuing.CEUnits).Draw(t, "unit")
		minutes := core.Minutes(rapid.IntRange(1, 100_000).Draw(t, "minutes"))
		text, ok := unit.In(minutes, hour)
		if !ok {
			if unit == continuing.UnitMinutes {
				t.Fatal("minutes are always whole")
			}
			return
		}
		got, err := continuing.ParseCE(text+" "+names[unit], hour)
		if err != nil || got.Minutes != minutes || got.Unit != unit || got.Hour != hour {
			t.Fatalf("%d min are %s %s, which is %+v, %v", minutes, text, unit, got, err)
		}
		other := continuing.CEUnits[(rapid.IntRange(0, 4).Draw(t, "other"))]
		wrong, err := continuing.ParseCE(text+" "+names[other], hour)
		same := unit == other || unit == continuing.UnitCEU && other == continuing.UnitQuarter || unit == continuing.UnitQuarter && other == continuing.UnitCEU
		if err == nil && (wrong.Minutes == minutes) != same {
			t.Fatalf("%s %s and %s %s are both %d min", text, unit, text, other, minutes)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		hundredths := rapid.IntRange(1, 99_999).Draw(t, "hundredths")
		text := strconv.Itoa(hundredths/100) + "." + strconv.Itoa(100 + hundredths%100)[1:]
		got, err := continuing.ParseCE(text+" CEU", 60)
		if err != nil {
			t.Fatal(err) // a hundredth of a CEU is 6 min
		}
		back, ok := got.Unit.In(got.Minutes, got.Hour)
		if want := strings.TrimSuffix(strings.TrimRight(text, "0"), "."); !ok || back != want {
			t.Fatalf("%s is written %s", text, back)
		}
	})
}

func TestCEUnit_In(t *testing.T) {
	for _, tt := range []struct {
		m    core.Minutes
		unit continuing.CEUnit
		want string
		ok   bool
	}{{720, continuing.UnitCEU, "1.2", true}, {1, continuing.UnitCEU, "", false}, {90, continuing.UnitContactHour, "1.5", true}, {50, continuing.UnitContactHour, "", false}, {1, "moon", "", false}, {3, continuing.UnitContactHour, "0.05", true}} {
		if got, ok := tt.unit.In(tt.m, 60); got != tt.want || ok != tt.ok {
			t.Errorf("%d min in %s are %q, %v", tt.m, tt.unit, got, ok)
		}
	}
}

// Certificates of continuing education say CEs; a CEU is ten of them.
func TestCE_NeverSaysCEUs(t *testing.T) {
	for m, want := range map[core.Minutes]string{60: "1 CE", 720: "12 CEs", 90: "1.5 CEs", 50: "50 min of CE"} {
		if got := continuing.CEs(m); got != want {
			t.Errorf("%d min are %q", m, got)
		}
	}
	pages := os.DirFS("../../../templates/continuing")
	names, err := fs.Glob(pages, "*.html")
	if err != nil || len(names) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(pages, name)
		if err != nil {
			t.Fatal(err)
		}
		if found := regexp.MustCompile(`\bCEUs\b`).Find(b); found != nil {
			t.Errorf("%s says %s", name, found)
		}
	}
}
