// Package cell reads what people and programs write into the cells of a table: days,
// times, breaks, addresses. It takes what can mean one thing only. Where a value could be
// two, as 3/4/2026, its caller says which is meant for the whole file, or asks.
package cell

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/palmar/palmar/pkg/core"
)

// Order is which of two figures is the month in days such as 3/4/2026.
type Order int

// The orders. Days with points between, such as 3.4.2026, have the day first everywhere.
const (
	MonthFirst Order = iota
	DayFirst
)

var (
	slashed  = regexp.MustCompile(`^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})$`)
	pointed  = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})$`)
	ordered  = regexp.MustCompile(`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$`)
	figures8 = regexp.MustCompile(`^\d{8}$`)
	serial   = regexp.MustCompile(`^\d{5}(\.\d+)?$`)
	named    = regexp.MustCompile(`^(\d{1,2})[- .]{1,2}(\pL{3,9})\.?[- ,]{1,2}(\d{4}|\d{2})$`)
	nameThen = regexp.MustCompile(`^(\pL{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$`)
	weekday  = regexp.MustCompile(`^(?i:mon|tue|wed|thu|fri|sat|sun)\pL*\.?,? `)
)

// Date reads a day: 2026-03-04, 2026/3/4, 20260304, 03042026, 3/4/2026 and 3/4/26 (by
// order), 4.3.2026, 4-Mar-2026, Mar 4, 2026, each with a time behind it or a day of the
// week before it, and the serial number of a workbook. Years of two figures are those
// from 2000 on.
func Date(s string, order Order) (core.Date, bool) {
	s = strings.TrimSpace(s)
	if serial.MatchString(s) {
		return ofSerial(s)
	}
	s = weekday.ReplaceAllString(s, "")
	if day, clock, timed := cutClock(s); timed {
		if _, ok := Time(clock); !ok {
			return core.Date{}, false
		}
		s = day
	}
	if m := ordered.FindStringSubmatch(s); m != nil {
		return date(m[1], m[2], m[3])
	}
	if m := slashed.FindStringSubmatch(s); m != nil {
		if order == DayFirst {
			return date(m[3], m[2], m[1])
		}
		return date(m[3], m[1], m[2])
	}
	if m := pointed.FindStringSubmatch(s); m != nil {
		return date(m[3], m[2], m[1])
	}
	if figures8.MatchString(s) {
		if d, ok := date(s[:4], s[4:6], s[6:]); ok && d.Year >= 1900 {
			return d, true
		}
		return date(s[4:], s[:2], s[2:4])
	}
	if m := named.FindStringSubmatch(s); m != nil {
		return date(m[3], month(m[2]), m[1])
	}
	if m := nameThen.FindStringSubmatch(s); m != nil {
		return date(m[3], month(m[1]), m[2])
	}
	return core.Date{}, false
}

// cutClock cuts a time of day off a day.
func cutClock(s string) (day, clock string, timed bool) {
	colon := strings.IndexByte(s, ':')
	if colon < 0 {
		return s, "", false
	}
	at := strings.LastIndexAny(s[:colon], " T")
	if at < 0 {
		return s, "", false
	}
	clock, _, _ = strings.Cut(strings.TrimSuffix(s[at+1:], "Z"), ".")
	return strings.TrimRight(s[:at], " ,"), clock, true
}

// Ambiguous tells whether a day is another one in the other order.
func Ambiguous(s string) bool {
	a, one := Date(s, MonthFirst)
	b, other := Date(s, DayFirst)
	return one && other && a != b
}

func date(year, month, day string) (core.Date, bool) {
	y, errY := strconv.Atoi(year)
	m, errM := strconv.Atoi(month)
	d, errD := strconv.Atoi(day)
	if errY != nil || errM != nil || errD != nil {
		return core.Date{}, false
	}
	if len(year) == 2 {
		y += 2000
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1 || t.Year() != y || int(t.Month()) != m || t.Day() != d {
		return core.Date{}, false
	}
	return core.DateOf(t), true
}

var months = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// month is the number of a month by its name or the beginning of it.
func month(name string) string {
	name = strings.ToLower(name)
	if name == "sept" {
		name = "sep"
	}
	for i, m := range months {
		if m == name || len(name) == 3 && strings.HasPrefix(m, name) {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}

// ofSerial is the day of a workbook's number: 1 is January 1, 1900, by a calendar that
// has a February 29 in that year. Days before 1954 and after 2119 are taken for other
// numbers.
func ofSerial(s string) (core.Date, bool) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n < 20_000 || n >= 80_000 {
		return core.Date{}, false
	}
	return core.DateOf(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n))), true
}

// EndOfDay is the time 24:00, which is 00:00 of the next day.
const EndOfDay core.WallTime = 24 * 60

var (
	clock24  = regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::\d{2})?$`)
	clock12  = regexp.MustCompile(`^(\d{1,2})(?::(\d{2})(?::\d{2})?)? ?([ap])\.? ?m\.?$`)
	short12  = regexp.MustCompile(`^(\d{1,2}):(\d{2}) ?([ap])$`)
	fraction = regexp.MustCompile(`^0?[.,]\d+$`)
)

// Time reads a time of day to the minute, whose seconds are dropped: 9:00, 09:00:00,
// 9:00 AM, 9 a.m., 9:00p, 24:00 (EndOfDay), and the fraction of a day that a workbook
// keeps, such as 0.375.
func Time(s string) (core.WallTime, bool) {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	if m := clock24.FindStringSubmatch(s); m != nil {
		return clockOf(m[1], m[2], 0, 24)
	}
	for _, shape := range []*regexp.Regexp{clock12, short12} {
		m := shape.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		at, ok := clockOf(m[1], m[2], 1, 12)
		if ok = ok && at < 13*60; !ok {
			return 0, false
		}
		at %= 12 * 60
		if m[3] == "p" {
			at += 12 * 60
		}
		return at, true
	}
	if s == "0" {
		return 0, true
	}
	if fraction.MatchString(s) {
		n, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
		seconds := int(math.Round(n * 24 * 60 * 60))
		return core.WallTime(seconds / 60), err == nil && seconds < 24*60*60
	}
	return 0, false
}

func clockOf(hours, minutes string, least, most int) (core.WallTime, bool) {
	h, errH := strconv.Atoi(hours)
	m := 0
	var errM error
	if minutes != "" {
		m, errM = strconv.Atoi(minutes)
	}
	ok := errH == nil && errM == nil && h >= least && h <= most && m < 60 && h*60+m <= int(EndOfDay)
	return core.WallTime(h*60 + m), ok
}

var (
	minutesAlone = regexp.MustCompile(`^(\d{1,4})(?:\.0+)?$`)
	brief        = regexp.MustCompile(`^(\d{1,2}):([0-5]\d)(?::00)?$`)
)

// Minutes reads a length of time in a column of minutes: 30, 0:30, 30 min, 0.5 h.
func Minutes(s string) (core.Minutes, bool) {
	s = strings.TrimSpace(s)
	if m := minutesAlone.FindStringSubmatch(s); m != nil {
		n, err := strconv.Atoi(m[1])
		return core.Minutes(n), err == nil
	}
	if m := brief.FindStringSubmatch(s); m != nil {
		h, _ := strconv.Atoi(m[1])
		n, _ := strconv.Atoi(m[2])
		return core.Minutes(h*60 + n), true
	}
	if strings.IndexFunc(s, unicode.IsLetter) < 0 { // 1,5 or 0.5 of what?
		return 0, false
	}
	n, err := core.ParseMinutes(s)
	return n, err == nil
}

// quotes are those that people and word processors put around an address.
const quotes = "\"'“”‘’«»<>"

// Email reads one plain address: without what is invisible, quotes around it, and
// mailto: before it, and its domain in lower case.
func Email(s string) (string, bool) {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(strings.Trim(strings.TrimSpace(s), quotes))
	if len(s) > len("mailto:") && strings.EqualFold(s[:len("mailto:")], "mailto:") {
		s = strings.TrimSpace(s[len("mailto:"):])
	}
	if _, err := core.NormalizeEmail(s); err != nil {
		return "", false
	}
	at := strings.LastIndexByte(s, '@')
	return s[:at] + strings.ToLower(s[at:]), true
}
