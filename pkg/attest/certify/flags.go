package certify

import (
	"fmt"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Where a record becomes odd. No statute names these numbers: they are the
// house's, wide enough that an honest record rarely meets them.
const (
	dayAtMost  = 12 * core.Minutes(60)
	weekAtMost = 60 * core.Minutes(60)
	bulkWeeks  = 3 // sessions of more weeks than this, signed within bulkWithin
	bulkWithin = time.Minute
	datesKept  = 10

	// Schools teach in the evening, and clinics open early: the night is what is left of
	// the day when both are over, from nightBegins to nightEnds on the school's clock.
	nightBegins = core.WallTime(23 * 60)
	nightEnds   = core.WallTime(5 * 60)

	// lateDays is how many days after its day a session may be written down. Two weeks
	// cover an absence and a weekend; what is written later is from memory, or from
	// nothing. It is as long as the office has to answer about a missed punch.
	lateDays = 14
)

// raise finds what a person has to look at in someone's signed sessions.
// atOnce is the most students whom the standard lets one supervisor have at a
// moment, 0 for any number; closed tells on which days the school is closed, and
// may be nil.
func raise(sessions []SignedSession, atOnce int, closed func(core.Date) bool) []Flag {
	var flags []Flag
	add := func(code FlagCode, text string, dates []core.Date) {
		slices.SortFunc(dates, core.Date.Compare)
		dates = slices.Compact(dates)
		if len(dates) > 0 {
			flags = append(flags, Flag{Code: code, Text: text, Dates: dates[:min(datesKept, len(dates))], Occurrences: len(dates)})
		}
	}
	add(FlagTwoPlaces, "A supervisor signed sessions of other students in another setting at the same time.",
		datesOf(sessions, func(s SignedSession) bool { return s.Elsewhere > 0 }))
	if closed != nil {
		add(FlagClosedDay, "Sessions lie on days on which the school is closed.",
			datesOf(sessions, func(s SignedSession) bool { return closed(s.Date) }))
	}
	add(FlagHoliday, "Sessions lie on federal holidays.",
		datesOf(sessions, func(s SignedSession) bool { return s.Date.FederalHoliday() }))
	add(FlagNight, "Sessions lie in the night, between 11:00 PM and 5:00 AM.", datesOf(sessions, SignedSession.inNight))
	add(FlagBulkSigned, fmt.Sprintf("Sessions of more than %d weeks were signed within one minute.", bulkWeeks), signedInBulk(sessions))
	add(FlagPace, fmt.Sprintf("More than %s of one day or %s of one week are signed.", dayAtMost, weekAtMost), tooFast(sessions))
	add(FlagLate, fmt.Sprintf("Sessions were written down more than %d days after their day.", lateDays), datesOf(sessions, SignedSession.late))
	if atOnce > 0 {
		add(FlagRatio, fmt.Sprintf("A supervisor had more than %d students at one moment.", atOnce),
			datesOf(sessions, func(s SignedSession) bool { return s.AtOnce > atOnce }))
	}
	return flags
}

// inNight tells whether some of the session lies between nightBegins and nightEnds. Of
// one without times nobody can say so.
func (s SignedSession) inNight() bool {
	if s.Start.IsZero() {
		return false
	}
	loc := core.Organization{Zone: s.Zone}.Location()
	for night := core.DateOf(s.Start.In(loc)).AddDays(-1); !night.After(core.DateOf(s.End.In(loc))); night = night.AddDays(1) {
		from := time.Date(night.Year, night.Month, night.Day, 0, int(nightBegins), 0, 0, loc)
		next := night.AddDays(1)
		to := time.Date(next.Year, next.Month, next.Day, 0, int(nightEnds), 0, 0, loc)
		if s.Start.Before(to) && from.Before(s.End) {
			return true
		}
	}
	return false
}

// late tells whether the session was written down more than lateDays after its day. What
// an import brought is left out: the school's own system wrote it down, at a time that
// its file does not tell, and a second person approved all of it.
func (s SignedSession) late() bool {
	on := core.DateOf(s.WrittenAt.In(core.Organization{Zone: s.Zone}.Location()))
	return !s.Imported && on.After(s.Date.AddDays(lateDays))
}

func datesOf(sessions []SignedSession, odd func(SignedSession) bool) (dates []core.Date) {
	for _, s := range sessions {
		if odd(s) {
			dates = append(dates, s.Date)
		}
	}
	return dates
}

// tooFast are the days with more than a day can hold, and the Mondays of such
// weeks.
func tooFast(sessions []SignedSession) (dates []core.Date) {
	days, weeks := map[core.Date]core.Minutes{}, map[core.Date]core.Minutes{}
	for _, s := range sessions {
		days[s.Date] += s.Minutes
		weeks[s.Date.Week()] += s.Minutes
	}
	for day, minutes := range days {
		if minutes > dayAtMost {
			dates = append(dates, day)
		}
	}
	for monday, minutes := range weeks {
		if minutes > weekAtMost {
			dates = append(dates, monday)
		}
	}
	return dates
}

// signedInBulk are the Mondays of the weeks whose sessions one supervisor
// signed within bulkWithin, where they are more than bulkWeeks. Imports are left
// out: they are approved as a whole, by someone who sees them as a whole.
func signedInBulk(sessions []SignedSession) (dates []core.Date) {
	bySigner := map[string][]SignedSession{}
	for _, s := range sessions {
		if !s.Imported {
			bySigner[s.SupervisorName] = append(bySigner[s.SupervisorName], s)
		}
	}
	for _, signed := range bySigner {
		slices.SortFunc(signed, func(a, b SignedSession) int { return a.SignedAt.Compare(b.SignedAt) })
		from, weeks := 0, map[core.Date]int{}
		for _, s := range signed {
			weeks[s.Date.Week()]++
			for ; s.SignedAt.Sub(signed[from].SignedAt) > bulkWithin; from++ {
				old := signed[from].Date.Week()
				if weeks[old]--; weeks[old] == 0 {
					delete(weeks, old)
				}
			}
			if len(weeks) > bulkWeeks {
				for monday := range weeks {
					dates = append(dates, monday)
				}
			}
		}
	}
	return dates
}
