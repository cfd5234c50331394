package core

import "time"

// The legal public holidays of 5 U.S.C. 6103(a) that fall on a day of a month.
var fixedHolidays = []struct {
	month time.Month
	day   int
	since int // the first year of it; 0: before anyone here
}{
	{time.January, 1, 0},
	{time.June, 19, 2021}, // Juneteenth, Pub. L. 117-17
	{time.July, 4, 0},
	{time.November, 11, 0},
	{time.December, 25, 0},
}

// Those that fall on the nth of a weekday in a month; 0 is the last one.
var weekdayHolidays = []struct {
	month   time.Month
	weekday time.Weekday
	nth     int
	since   int
}{
	{time.January, time.Monday, 3, 1986}, // Martin Luther King, Jr., Pub. L. 98-144
	{time.February, time.Monday, 3, 0},
	{time.May, time.Monday, 0, 0},
	{time.September, time.Monday, 1, 0},
	{time.October, time.Monday, 2, 0},
	{time.November, time.Thursday, 4, 0},
}

// FederalHoliday tells whether the day is a legal public holiday of the United States as 5
// U.S.C. 6103(a) has them since 1978, or a weekday on which one is observed: the Friday
// before one on a Saturday (6103(b)), the Monday after one on a Sunday (Executive Order
// 11582). Inauguration Day is left out, which is one in and around the capital alone
// (6103(c)).
func (d Date) FederalHoliday() bool {
	switch d.In(time.UTC).Weekday() {
	case time.Friday:
		if fixedHoliday(d.AddDays(1)) {
			return true
		}
	case time.Monday:
		if fixedHoliday(d.AddDays(-1)) {
			return true
		}
	}
	return fixedHoliday(d) || weekdayHoliday(d)
}

func fixedHoliday(d Date) bool {
	for _, h := range fixedHolidays {
		if d.Month == h.month && d.Day == h.day && d.Year >= h.since {
			return true
		}
	}
	return false
}

func weekdayHoliday(d Date) bool {
	weekday := d.In(time.UTC).Weekday()
	for _, h := range weekdayHolidays {
		if d.Month != h.month || weekday != h.weekday || d.Year < h.since {
			continue
		}
		last := d.AddDays(7).Month != d.Month
		if h.nth == 0 && last || h.nth == (d.Day+6)/7 {
			return true
		}
	}
	return false
}
