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
