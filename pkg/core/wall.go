package core

import (
	"strings"
	"time"
)

// WallTime is what a clock on the wall shows, in minutes after midnight.
type WallTime int

// ParseWallTime reads HH:MM (00 to 23) or h:MM AM/PM (1 to 12); it gives the
// code bad_time.
func ParseWallTime(s string) (WallTime, error) {
	upper := strings.ToUpper(strings.Join(strings.Fields(s), " "))
	for _, layout := range []string{"15:04", "3:04 PM", "3:04PM"} {
		if layout == "15:04" && len(upper) != 5 {
			continue
		}
		if t, err := time.Parse(layout, upper); err == nil {
			return WallTime(t.Hour()*60 + t.Minute()), nil
		}
	}
	return 0, Invalid("bad_time", "%q is no time of day: write it as 14:05 or 2:05 PM.", s)
}

func (w WallTime) String() string {
	return time.Date(2000, 1, 1, int(w)/60, int(w)%60, 0, 0, time.UTC).Format("15:04")
}

// Resolve finds the instant at which a clock in loc showed w on day d. Where
// the clock was set back and showed it twice, the earlier is meant; where it
// was set forward and never showed it, exists is false.
func (d Date) Resolve(w WallTime, loc *time.Location) (at time.Time, exists bool) {
	at = time.Date(d.Year, d.Month, d.Day, int(w)/60, int(w)%60, 0, 0, loc)
	if DateOf(at) != d || at.Hour() != int(w)/60 || at.Minute() != int(w)%60 {
		return time.Time{}, false
	}
	_, offset := at.Zone()
	if _, before := at.Add(-12 * time.Hour).Zone(); before > offset {
		earlier := at.Add(-time.Duration(before-offset) * time.Second)
		if DateOf(earlier) == d && earlier.Hour() == at.Hour() && earlier.Minute() == at.Minute() {
			return earlier, true
		}
	}
	return at, true
}
