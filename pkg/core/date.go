package core

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/words"
)

// Date is a day of a local calendar, without a time zone. The zero Date means
// none and is stored as NULL.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day that t has in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// LastDay is the last day of what is valid until an instant. Credentials say the
// first moment, in UTC, at which they are not valid any more.
func LastDay(end time.Time) Date { return DateOf(end.UTC().Add(-1)) }

// The years of a date that people write: nobody here was born before the first, and
// nothing is planned after the last. What is outside is a slip of the hand.
const (
	FirstYear = 1900
	LastYear  = 2199
)

// ParseDate reads YYYY-MM-DD of the years FirstYear to LastYear; it gives the code
// bad_date.
func ParseDate(s string) (Date, error) {
	d, err := parseDay(s)
	if err == nil && (d.Year < FirstYear || d.Year > LastYear) {
		return Date{}, Invalid("bad_date.year", "s", s)
	}
	return d, err
}

func parseDay(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, strings.TrimSpace(s))
	if err != nil {
		return Date{}, Invalid("bad_date.core", "s", s)
	}
	return DateOf(t), nil
}

// IsZero tells whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// In is the first instant of the day in a location.
func (d Date) In(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// begins is the first instant of the day in a location, where clocks are set at
// midnight too.
func (d Date) begins(loc *time.Location) time.Time {
	const step = 30 * time.Minute // clocks are set by no less
	t := d.In(loc)
	for DateOf(t).Before(d) {
		t = t.Add(step)
	}
	for earlier := t.Add(-step); DateOf(earlier) == d; earlier = t.Add(-step) {
		t = earlier
	}
	return t
}

// Length is how many minutes the day has in a location: 23, 24 or 25 hours where
// clocks are set twice a year by an hour.
func (d Date) Length(loc *time.Location) Minutes {
	return Minutes(d.AddDays(1).begins(loc).Sub(d.begins(loc)) / time.Minute)
}

// Compare is negative when d is before other, positive when after.
func (d Date) Compare(other Date) int { return d.In(time.UTC).Compare(other.In(time.UTC)) }

// Before tells whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After tells whether d is a later day than other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// AddDays moves by n days.
func (d Date) AddDays(n int) Date { return DateOf(d.In(time.UTC).AddDate(0, 0, n)) }

// AddMonths moves by n months; where that month has no such day its last day is
// taken.
func (d Date) AddMonths(n int) Date {
	month := DateOf(Date{d.Year, d.Month, 1}.In(time.UTC).AddDate(0, n, 0))
	last := DateOf(month.In(time.UTC).AddDate(0, 1, -1))
	month.Day = min(d.Day, last.Day)
	return month
}

// Week is the Monday of the date's week.
func (d Date) Week() Date {
	return d.AddDays(-((int(d.In(time.UTC).Weekday()) + 6) % 7))
}

func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Words writes the day as people do, "Nov 28, 2026", for sentences; no date is
// nothing.
func (d Date) Words() string {
	if d.IsZero() {
		return ""
	}
	return words.English().Day(d.In(time.UTC))
}

// MarshalText writes YYYY-MM-DD, or nothing for no date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(b))
	*d = parsed
	return err
}

// Bind reads a date of an address's query. Without it a reader of queries takes a
// date for three parameters of the names of its fields, and asks for none of them.
func (d *Date) Bind(src string) error { return d.UnmarshalText([]byte(src)) }

// Value stores the date as text, no date as NULL.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads a date column of either database, of any year.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case time.Time:
		*d = DateOf(v)
		return nil
	case string:
		if len(v) > 10 {
			v = v[:10]
		}
		if v == "" {
			*d = Date{}
			return nil
		}
		var err error
		*d, err = parseDay(v)
		return err
	case []byte:
		return d.Scan(string(v))
	}
	return fmt.Errorf("core: cannot read a date from %T", src)
}
