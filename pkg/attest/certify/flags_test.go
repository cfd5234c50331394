package certify

import (
	"slices"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

func day(n int) core.Date { return core.Date{Year: 2026, Month: time.March, Day: 2}.AddDays(n) } // a Monday and later

func codes(flags []Flag) (all []FlagCode) {
	for _, f := range flags {
		all = append(all, f.Code)
	}
	return all
}

func TestRaise(t *testing.T) {
	at := time.Date(2026, 6, 30, 16, 0, 0, 0, time.UTC)
	week := func(minutes ...core.Minutes) (all []SignedSession) {
		for i, m := range minutes {
			all = append(all, SignedSession{Date: day(i), Minutes: m, SupervisorName: "Sam", SignedAt: at.AddDate(0, 0, i)})
		}
		return all
	}
	weeks := func(n int, apart time.Duration, imported bool) (all []SignedSession) {
		for i := range n {
			all = append(all, SignedSession{Date: day(7 * i), Minutes: 60, SupervisorName: "Sam", SignedAt: at.Add(time.Duration(i) * apart), Imported: imported})
		}
		return all
	}
	zone := "America/New_York"
	loc := core.Organization{Zone: zone}.Location()
	timed := func(d core.Date, from, to string) []SignedSession {
		at := func(clock string) time.Time {
			w, err := core.ParseWallTime(clock)
			if err != nil {
				t.Fatal(err)
			}
			moment, _ := d.Resolve(w, loc)
			return moment.UTC()
		}
		s := SignedSession{Date: d, Zone: zone, Minutes: 60, Start: at(from), End: at(to)}
		if !s.End.After(s.Start) {
			s.End = s.End.AddDate(0, 0, 1)
		}
		return []SignedSession{s}
	}
	written := func(days int, hour int, imported bool) []SignedSession {
		on := day(0).AddDays(days)
		return []SignedSession{{Date: day(0), Zone: zone, Minutes: 60, Imported: imported, WrittenAt: time.Date(on.Year, on.Month, on.Day, hour, 59, 59, 0, loc).UTC()}}
	}
	closed := func(d core.Date) bool { return d == day(1) }
	for _, c := range []struct {
		name     string
		sessions []SignedSession
		atOnce   int
		closed   func(core.Date) bool
		want     []FlagCode
	}{
		{name: "none"},
		{name: "a day of twelve hours", sessions: week(720)},
		{name: "a day of more", sessions: week(721), want: []FlagCode{FlagPace}},
		{name: "a week of sixty hours", sessions: week(720, 720, 720, 720, 720)},
		{name: "a week of more", sessions: week(720, 720, 720, 720, 720, 1), want: []FlagCode{FlagPace}},
		{name: "three weeks in a minute", sessions: weeks(3, 20*time.Second, false)},
		{name: "four weeks in a minute", sessions: weeks(4, 20*time.Second, false), want: []FlagCode{FlagBulkSigned}},
		{name: "four weeks in more", sessions: weeks(4, 20*time.Second+time.Millisecond, false)},
		{name: "an import", sessions: weeks(8, 0, true)},
		{name: "a closed day", sessions: week(60, 60), closed: closed, want: []FlagCode{FlagClosedDay}},
		{name: "no closed day", sessions: week(60), closed: closed},
		{name: "the late evening", sessions: timed(day(0), "20:00", "23:00")},
		{name: "a minute of the night", sessions: timed(day(0), "20:00", "23:01"), want: []FlagCode{FlagNight}},
		{name: "over midnight", sessions: timed(day(0), "22:00", "02:00"), want: []FlagCode{FlagNight}},
		{name: "the small hours", sessions: timed(day(0), "01:00", "02:00"), want: []FlagCode{FlagNight}},
		{name: "until the night ends", sessions: timed(day(0), "04:59", "08:00"), want: []FlagCode{FlagNight}},
		{name: "when the night has ended", sessions: timed(day(0), "05:00", "08:00")},
		{name: "the morning on which clocks are set forward", sessions: timed(day(6), "05:00", "08:00")},
		{name: "before it on that morning", sessions: timed(day(6), "04:59", "08:00"), want: []FlagCode{FlagNight}},
		{name: "the evening on which clocks are set back", sessions: timed(core.Date{Year: 2026, Month: time.November, Day: 1}, "20:00", "23:00")},
		{name: "no times", sessions: week(60)},
		{name: "Memorial Day", sessions: timed(core.Date{Year: 2026, Month: time.May, Day: 25}, "09:00", "10:00"), want: []FlagCode{FlagHoliday}},
		{name: "the Friday before the Fourth", sessions: timed(core.Date{Year: 2026, Month: time.July, Day: 3}, "09:00", "10:00"), want: []FlagCode{FlagHoliday}},
		{name: "the Monday after Memorial Day", sessions: timed(core.Date{Year: 2026, Month: time.June, Day: 1}, "09:00", "10:00")},
		{name: "written down in two weeks", sessions: written(14, 23, false)},
		{name: "written down later", sessions: written(15, 0, false), want: []FlagCode{FlagLate}},
		{name: "of a file that came later", sessions: written(60, 0, true)},
		{name: "eight at once", sessions: []SignedSession{{Date: day(0), Minutes: 60, AtOnce: 8}}, atOnce: 8},
		{name: "nine at once", sessions: []SignedSession{{Date: day(0), Minutes: 60, AtOnce: 9}}, atOnce: 8, want: []FlagCode{FlagRatio}},
		{name: "any number at once", sessions: []SignedSession{{Date: day(0), Minutes: 60, AtOnce: 90}}},
		{name: "two places", sessions: []SignedSession{{Date: day(0), Minutes: 60, Elsewhere: 1}}, want: []FlagCode{FlagTwoPlaces}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := codes(raise(c.sessions, c.atOnce, c.closed)); !slices.Equal(got, c.want) {
				t.Errorf("raises %v, want %v", got, c.want)
			}
		})
	}
}

func TestRaise_Dates(t *testing.T) {
	var sessions []SignedSession
	for i := range 30 {
		sessions = append(sessions, SignedSession{Date: day(i % 15), Minutes: 1, Elsewhere: 1})
	}
	flags := raise(sessions, 0, nil)
	if len(flags) != 1 || flags[0].Occurrences != 15 || len(flags[0].Dates) != datesKept || flags[0].Dates[0] != day(0) || flags[0].Dates[9] != day(9) {
		t.Errorf("%+v", flags)
	}
}
