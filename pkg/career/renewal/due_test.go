package renewal_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/core"
)

func TestQuietHours(t *testing.T) {
	night := renewal.QuietHours{From: 21 * 60, Until: 8 * 60}
	for name, c := range map[string]struct {
		quiet    renewal.QuietHours
		zone     string
		at, want string
	}{
		"in the afternoon":                 {night, "America/New_York", "2026-11-25T20:00:00Z", "2026-11-25T20:00:00Z"},
		"at nine in the evening":           {night, "America/New_York", "2026-11-26T02:00:00Z", "2026-11-26T13:00:00Z"},
		"one minute before nine":           {night, "America/New_York", "2026-11-26T01:59:59Z", "2026-11-26T01:59:59Z"},
		"at eight in the morning":          {night, "America/New_York", "2026-11-25T13:00:00Z", "2026-11-25T13:00:00Z"},
		"one second before eight":          {night, "America/New_York", "2026-11-25T12:59:59Z", "2026-11-25T13:00:00Z"},
		"west of the school":               {night, "Pacific/Honolulu", "2026-11-25T13:00:00Z", "2026-11-25T18:00:00Z"},
		"the night that the clock goes on": {night, "America/New_York", "2026-03-08T04:00:00Z", "2026-03-08T12:00:00Z"},
		"the night that it goes back":      {night, "America/New_York", "2026-11-01T03:00:00Z", "2026-11-01T13:00:00Z"},
		"an end that the clock never shows": {
			renewal.QuietHours{From: 22 * 60, Until: 2*60 + 30}, "America/New_York", "2026-03-08T05:00:00Z", "2026-03-08T07:00:00Z",
		},
		"an end that it shows twice": {
			renewal.QuietHours{From: 22 * 60, Until: 60 + 30}, "America/New_York", "2026-11-01T05:00:00Z", "2026-11-01T05:30:00Z",
		},
		"quiet again when it was set back": {
			renewal.QuietHours{From: 22 * 60, Until: 60 + 30}, "America/New_York", "2026-11-01T06:10:00Z", "2026-11-01T06:30:00Z",
		},
		"by day":  {renewal.QuietHours{From: 7 * 60, Until: 15 * 60}, "America/Chicago", "2026-07-01T14:00:00Z", "2026-07-01T20:00:00Z"},
		"nothing": {renewal.QuietHours{}, "America/Chicago", "2026-07-01T04:00:00Z", "2026-07-01T04:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			loc, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			at, _ := time.Parse(time.RFC3339, c.at)
			if got := c.quiet.Over(at, loc).UTC().Format(time.RFC3339); got != c.want {
				t.Errorf("quiet until %s, want %s", got, c.want)
			}
		})
	}
}

// Whatever the hours, the zone and the moment: what comes out is not quiet, not
// earlier, and every minute before it is quiet.
func TestQuietHours_EndWhenTheyEnd(t *testing.T) {
	zones := []string{"America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"}
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		q := renewal.QuietHours{
			From:  core.WallTime(rapid.IntRange(0, 24*60-1).Draw(t, "from")),
			Until: core.WallTime(rapid.IntRange(0, 24*60-1).Draw(t, "until")),
		}
		at := first.Add(time.Duration(rapid.IntRange(0, 365*24*60).Draw(t, "minute")) * time.Minute)
		end := q.Over(at, loc)
		if end.Before(at) || q.Hold(end, loc) {
			t.Fatalf("quiet from %s: %s is no end", at, end)
		}
		for m := at; m.Before(end); m = m.Add(time.Minute) {
			if !q.Hold(m, loc) {
				t.Fatalf("quiet from %s to %s, but %s is not quiet", at, end, m)
			}
		}
	})
}
