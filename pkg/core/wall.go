package core

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// WallTime is what a clock on the wall shows, in minutes after midnight.
type WallTime int

var wallClock = regexp.MustCompile(`^(?:([01]\d|2[0-3]):([0-5]\d)|(0?[1-9]|1[0-2]):([0-5]\d) ?(AM|PM))$`)

// ParseWallTime reads HH:MM (00 to 23) or h:MM AM/PM (1 to 12); it gives the
// code bad_time.
func ParseWallTime(s string) (WallTime, error) {
	m := wallClock.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(s)))
	switch {
	case m == nil:
		return 0, Invalid("bad_time.core", "s", s)
	case m[1] != "":
		return WallTime(number(m[1])*60 + number(m[2])), nil
	}
	hour := number(m[3]) % 12
	if m[5] == "PM" {
		hour += 12
	}
	return WallTime(hour*60 + number(m[4])), nil
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
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
