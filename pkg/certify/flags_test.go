package certify

import (
	"slices"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

func day(n int) core.Date { return core.Date{Year: 2026, Month: time.March, Day: 2}.AddDays(n) } // a Monday and later

func codes(flags []core.Flag) (all []core.FlagCode) {
	for _, f := range flags {
		all = append(all, f.Code)
	}
	return all
}

func TestRaise(t *testing.T) {
	at := time.Date(2026, 6, 30, 16, 0, 0, 0, time.UTC)
	week := func(minutes ...core.Minutes) (all []core.SignedSession) {
		for i, m := range minutes {
			all = append(all, core.SignedSession{Date: day(i), Minutes: m, SupervisorName: "Sam", SignedAt: at.AddDate(0, 0, i)})
		}
		return all
	}
	weeks := func(n int, apart time.Duration, imported bool) (all []core.SignedSession) {
		for i := range n {
			all = append(all, core.SignedSession{Date: day(7 * i), Minutes: 60, SupervisorName: "Sam", SignedAt: at.Add(time.Duration(i) * apart), Imported: imported})
		}
		return all
	}
	closed := func(d core.Date) bool { return d == day(1) }
	for _, c := range []struct {
		name     string
		sessions []core.SignedSession
		atOnce   int
		closed   func(core.Date) bool
		want     []core.FlagCode
	}{
		{name: "none"},
		{name: "a day of twelve hours", sessions: week(720)},
		{name: "a day of more", sessions: week(721), want: []core.FlagCode{core.FlagPace}},
		{name: "a week of sixty hours", sessions: week(720, 720, 720, 720, 720)},
		{name: "a week of more", sessions: week(720, 720, 720, 720, 720, 1), want: []core.FlagCode{core.FlagPace}},
		{name: "three weeks in a minute", sessions: weeks(3, 20*time.Second, false)},
		{name: "four weeks in a minute", sessions: weeks(4, 20*time.Second, false), want: []core.FlagCode{core.FlagBulkSigned}},
		{name: "four weeks in more", sessions: weeks(4, 20*time.Second+time.Millisecond, false)},
		{name: "an import", sessions: weeks(8, 0, true)},
		{name: "a closed day", sessions: week(60, 60), closed: closed, want: []core.FlagCode{core.FlagClosedDay}},
		{name: "no closed day", sessions: week(60), closed: closed},
		{name: "eight at once", sessions: []core.SignedSession{{Date: day(0), Minutes: 60, AtOnce: 8}}, atOnce: 8},
		{name: "nine at once", sessions: []core.SignedSession{{Date: day(0), Minutes: 60, AtOnce: 9}}, atOnce: 8, want: []core.FlagCode{core.FlagRatio}},
		{name: "any number at once", sessions: []core.SignedSession{{Date: day(0), Minutes: 60, AtOnce: 90}}},
		{name: "two places", sessions: []core.SignedSession{{Date: day(0), Minutes: 60, Elsewhere: 1}}, want: []core.FlagCode{core.FlagTwoPlaces}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := codes(raise(c.sessions, c.atOnce, c.closed)); !slices.Equal(got, c.want) {
				t.Errorf("raises %v, want %v", got, c.want)
			}
		})
	}
}

func TestRaise_Dates(t *testing.T) {
	var sessions []core.SignedSession
	for i := range 30 {
		sessions = append(sessions, core.SignedSession{Date: day(i % 15), Minutes: 1, Elsewhere: 1})
	}
	flags := raise(sessions, 0, nil)
	if len(flags) != 1 || flags[0].Occurrences != 15 || len(flags[0].Dates) != datesKept || flags[0].Dates[0] != day(0) || flags[0].Dates[9] != day(9) {
		t.Errorf("%+v", flags)
	}
}
