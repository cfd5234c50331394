package core

import "time"

// Lasting is how long an attestation is good: Months from a day on, with YearEnd
// until the last day of that year. No months are without end.
type Lasting struct {
	Months  int
	YearEnd bool
}

// Until is the last good day of what was attained on a day; zero is without end.
func (l Lasting) Until(attained Date) Date {
	if l.Months == 0 {
		return Date{}
	}
	after := attained.AddMonths(l.Months)
	if l.YearEnd {
		return Date{after.Year, time.December, 31}
	}
	return after.AddDays(-1)
}
