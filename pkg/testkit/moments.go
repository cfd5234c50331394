package testkit

import "time"

// Moment is the end of a day on which calendars go wrong: half past eleven in
// the evening in New York, when it is the next day already in UTC.
type Moment struct {
	Name string
	At   time.Time
	// Night is how many minutes there are from ten in the evening of the day
	// before to four in the morning.
	Night int
}

// Moments are the last day of a year, a leap day, and the Sundays on which
// clocks are changed. They follow each other, and every world of tests begins
// before the first.
var Moments = []Moment{
	{"clocks go forward", time.Date(2027, 3, 15, 3, 30, 0, 0, time.UTC), 300},
	{"clocks go back", time.Date(2027, 11, 8, 4, 30, 0, 0, time.UTC), 420},
	{"the year ends", time.Date(2028, 1, 1, 4, 30, 0, 0, time.UTC), 360},
	{"a leap day", time.Date(2028, 3, 1, 4, 30, 0, 0, time.UTC), 360},
}
