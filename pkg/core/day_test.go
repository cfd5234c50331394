package core

import (
	"testing"
	"time"
)

// The length of a day is how many minutes a clock in its zone shows the date, also where
// clocks are set at midnight, by half an hour, or over a whole day.
func TestDate_Length(t *testing.T) {
	for _, c := range []struct {
		zone, day string
		want      Minutes
	}{
		{"America/New_York", "2026-09-01", 24 * 60},
		{"America/New_York", "2026-03-08", 23 * 60},
		{"America/New_York", "2026-11-01", 25 * 60},
		{"America/Phoenix", "2026-03-08", 24 * 60},
		{"Pacific/Honolulu", "2026-11-01", 24 * 60},
		{"America/Sao_Paulo", "2018-11-04", 23 * 60}, // from 00:00 to 01:00
		{"America/Havana", "2026-11-01", 25 * 60},    // from 01:00 to 00:00
		{"Australia/Lord_Howe", "2026-04-05", 24*60 + 30},
		{"Pacific/Apia", "2011-12-30", 0}, // over the date line
		{"UTC", "2026-03-08", 24 * 60},
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := date(t, c.day).Length(loc); got != c.want {
			t.Errorf("%s has %s in %s, want %s", c.day, got, c.zone, c.want)
		}
	}
	for _, zone := range []string{"America/New_York", "America/Los_Angeles", "America/Anchorage", "America/Puerto_Rico", "America/Havana", "America/Santiago", "Africa/Cairo"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		shown := map[Date]Minutes{}
		first := Date{Year: 2026, Month: time.January, Day: 1}
		for at := first.AddDays(-2).In(time.UTC); at.Before(first.AddDays(368).In(time.UTC)); at = at.Add(time.Minute) {
			shown[DateOf(at.In(loc))]++
		}
		for d := first; d.Year == 2026; d = d.AddDays(1) {
			if got := d.Length(loc); got != shown[d] {
				t.Errorf("%s has %s in %s, and the clock shows it for %s", d, got, zone, shown[d])
			}
		}
	}
}

// The holidays as the Office of Personnel Management lists them, with the days on which
// they are observed.
func TestDate_FederalHoliday(t *testing.T) {
	for year, days := range map[int][]string{
		2020: {"01-01", "01-20", "02-17", "05-25", "07-03", "07-04", "09-07", "10-12", "11-11", "11-26", "12-25"},
		2021: {"01-01", "01-18", "02-15", "05-31", "06-18", "06-19", "07-04", "07-05", "09-06", "10-11", "11-11", "11-25", "12-24", "12-25", "12-31"},
		2022: {"01-01", "01-17", "02-21", "05-30", "06-19", "06-20", "07-04", "09-05", "10-10", "11-11", "11-24", "12-25", "12-26"},
		2023: {"01-01", "01-02", "01-16", "02-20", "05-29", "06-19", "07-04", "09-04", "10-09", "11-10", "11-11", "11-23", "12-25"},
		2026: {"01-01", "01-19", "02-16", "05-25", "06-19", "07-03", "07-04", "09-07", "10-12", "11-11", "11-26", "12-25"},
	} {
		want := map[string]bool{}
		for _, day := range days {
			want[day] = true
		}
		for d := (Date{Year: year, Month: time.January, Day: 1}); d.Year == year; d = d.AddDays(1) {
			if got := d.FederalHoliday(); got != want[d.String()[5:]] {
				t.Errorf("%s: %v", d, got)
			}
		}
	}
}
