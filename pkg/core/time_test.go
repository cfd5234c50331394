package core

import (
	"encoding/json"
	"testing"
	"time"
)

func TestMinutes_String(t *testing.T) {
	for m, want := range map[Minutes]string{0: "0 min", 5: "5 min", 60: "1 h", 725: "12 h 5 min", 36_000: "600 h", 35_999: "599 h 59 min", -90: "-1 h 30 min"} {
		if got := m.String(); got != want {
			t.Errorf("%d is written %q, want %q", int(m), got, want)
		}
	}
	if Hours(2) != 120 {
		t.Error("two hours are not 120 minutes")
	}
}

func TestParseMinutes(t *testing.T) {
	good := map[string]Minutes{
		"90": 90, " 90 min ": 90, "90m": 90, "1h30": 90, "1 h 30 min": 90, "1:30": 90, "1H30M": 90, "2h": 120, "1.5 h": 90, "1,5": 90, "0.25": 15,
		"0": 0, "10:05": 605, "1.05": 63,
	}
	for s, want := range good {
		if got, err := ParseMinutes(s); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "-5", "1h60", "1:75", "an hour", "1.333", "0.01", "1e3", "99999999", "½", "1 30"} {
		if got, err := ParseMinutes(s); CodeOf(err) != "bad_minutes" {
			t.Errorf("%q gives %d, %v", s, got, err)
		}
	}
}

func FuzzParseMinutes(f *testing.F) {
	for _, s := range []string{"90", "1h30", "1:30", "1.5 h", "9999 h 59 min", "12 h 5 min"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMinutes(s)
		if err != nil {
			if CodeOf(err) != "bad_minutes" {
				t.Fatalf("%q gives %v", s, err)
			}
			return
		}
		if m < 0 || m > 9999*60+59 && m > 99_999 {
			t.Fatalf("%q is %d", s, m)
		}
		if again, err := ParseMinutes(m.String()); m < 9999*60 && (err != nil || again != m) {
			t.Fatalf("%q is %s, read back as %d, %v", s, m, again, err)
		}
	})
}

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDate(t *testing.T) {
	d := date(t, "2024-02-29")
	if d.String() != "2024-02-29" || d.AddDays(1) != date(t, "2024-03-01") || d.AddDays(-60) != date(t, "2023-12-31") {
		t.Errorf("%s counts wrongly", d)
	}
	for day, monday := range map[string]string{"2026-11-23": "2026-11-23", "2026-11-29": "2026-11-23", "2026-01-01": "2025-12-29"} {
		if got := date(t, day).Week(); got != date(t, monday) {
			t.Errorf("the week of %s begins on %s, want %s", day, got, monday)
		}
	}
	if !d.Before(d.AddDays(1)) || d.Before(d) || d.After(d) || !d.After(d.AddDays(-1)) || d.Compare(d) != 0 {
		t.Error("dates are ordered wrongly")
	}
	if DateOf(time.Date(2026, 1, 1, 3, 0, 0, 0, time.UTC).In(newYork(t))) != date(t, "2025-12-31") {
		t.Error("a date is not the local one")
	}
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "1/2/2026", "2026-01-01T00:00:00Z"} {
		if _, err := ParseDate(s); CodeOf(err) != "bad_date" {
			t.Errorf("%q gives %v", s, err)
		}
	}
}

func TestDate_RoundTrip(t *testing.T) {
	d := date(t, "2026-03-08")
	b, err := json.Marshal([]Date{d, {}})
	if err != nil || string(b) != `["2026-03-08",""]` {
		t.Fatalf("%s, %v", b, err)
	}
	var back []Date
	if err := json.Unmarshal(b, &back); err != nil || back[0] != d || !back[1].IsZero() {
		t.Errorf("read back as %v, %v", back, err)
	}
	for _, src := range []any{"2026-03-08", []byte("2026-03-08"), "2026-03-08T00:00:00Z", "2026-03-08 00:00:00+00:00", d.In(time.UTC)} {
		var got Date
		if err := got.Scan(src); err != nil || got != d {
			t.Errorf("%v is read as %s, %v", src, got, err)
		}
	}
	if err := back[0].Scan(nil); err != nil || !back[0].IsZero() {
		t.Error("NULL is a date")
	}
	if v, _ := d.Value(); v != "2026-03-08" {
		t.Errorf("stored as %v", v)
	}
	if v, _ := (Date{}).Value(); v != nil {
		t.Errorf("no date is stored as %v", v)
	}
}

func TestParseWallTime(t *testing.T) {
	good := map[string]WallTime{
		"00:00": 0, "09:05": 545, "23:59": 1439, "12:00 AM": 0, "12:30 am": 30, "1:00 AM": 60, "12:00 PM": 720, "12:59 PM": 779,
		"1:05 PM": 785, "01:05 PM": 785, "11:59PM": 1439, " 9:00 AM ": 540,
	}
	for s, want := range good {
		if got, err := ParseWallTime(s); err != nil || got != want {
			t.Errorf("%q is %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "9:00", "24:00", "25:00", "12:60", "13:00 PM", "0:30 AM", "00:30 AM", "9 AM", "9:5 AM", "09.00", "09:00:00", "１2:00", "-1:00 PM"} {
		if got, err := ParseWallTime(s); CodeOf(err) != "bad_time" {
			t.Errorf("%q gives %s, %v", s, got, err)
		}
	}
}

func FuzzParseWallTime(f *testing.F) {
	for _, s := range []string{"00:00", "23:59", "12:00 AM", "9:05 pm", "13:00 PM"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		w, err := ParseWallTime(s)
		if err != nil {
			if CodeOf(err) != "bad_time" {
				t.Fatalf("%q gives %v", s, err)
			}
			return
		}
		if w < 0 || w >= 24*60 {
			t.Fatalf("%q is %d minutes after midnight", s, w)
		}
		if again, err := ParseWallTime(w.String()); err != nil || again != w {
			t.Fatalf("%q is %s, read back as %d, %v", s, w, again, err)
		}
	})
}

func newYork(t testing.TB) *time.Location { return zone(t, "America/New_York") }

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestDate_Resolve(t *testing.T) {
	tests := []struct{ zone, date, wall, want string }{
		{"America/New_York", "2026-03-08", "01:59", "2026-03-08T06:59:00Z"},
		{"America/New_York", "2026-03-08", "02:00", ""},
		{"America/New_York", "2026-03-08", "02:59", ""},
		{"America/New_York", "2026-03-08", "03:00", "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-11-01", "00:59", "2026-11-01T04:59:00Z"},
		{"America/New_York", "2026-11-01", "01:00", "2026-11-01T05:00:00Z"},
		{"America/New_York", "2026-11-01", "01:59", "2026-11-01T05:59:00Z"},
		{"America/New_York", "2026-11-01", "02:00", "2026-11-01T07:00:00Z"},
		{"America/New_York", "2026-07-01", "12:00", "2026-07-01T16:00:00Z"},
		{"Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00Z"},
		{"Australia/Lord_Howe", "2026-10-04", "02:15", ""},
		{"America/Havana", "2026-11-01", "00:30", "2026-11-01T04:30:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "00:30", ""},
		{"America/Sao_Paulo", "2018-02-17", "23:30", "2018-02-18T01:30:00Z"},
		{"Asia/Kolkata", "2026-03-08", "02:30", "2026-03-07T21:00:00Z"},
		{"Pacific/Apia", "2011-12-30", "12:00", ""},
	}
	for _, tt := range tests {
		wall, err := ParseWallTime(tt.wall)
		if err != nil {
			t.Fatal(err)
		}
		at, exists := date(t, tt.date).Resolve(wall, zone(t, tt.zone))
		if got := at.UTC().Format(time.RFC3339); exists != (tt.want != "") || exists && got != tt.want {
			t.Errorf("%s %s in %s is %s, %v; want %q", tt.date, tt.wall, tt.zone, got, exists, tt.want)
		}
	}
}

// TestLastDay: an end is the first moment that is not valid any more.
func TestLastDay(t *testing.T) {
	for end, want := range map[string]Date{
		"2026-12-01T00:00:00Z":      {Year: 2026, Month: 11, Day: 30},
		"2026-12-01T00:00:00-05:00": {Year: 2026, Month: 12, Day: 1},
		"2026-11-30T23:59:59Z":      {Year: 2026, Month: 11, Day: 30},
		"2024-03-01T00:00:00Z":      {Year: 2024, Month: 2, Day: 29},
	} {
		at, err := time.Parse(time.RFC3339, end)
		if err != nil {
			t.Fatal(err)
		}
		if got := LastDay(at); got != want {
			t.Errorf("%s: %v, want %v", end, got, want)
		}
	}
}
