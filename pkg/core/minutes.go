package core

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Minutes is a length of time in whole minutes, the only unit that is stored.
// Hours exist at the edges alone.
type Minutes int

// Hours makes minutes of whole hours.
func Hours(h int) Minutes { return Minutes(h * 60) }

// String writes "12 h 5 min", "12 h" or "5 min".
func (m Minutes) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	h, rest := m/60, m%60
	switch {
	case h == 0:
		return fmt.Sprintf("%s%d min", sign, rest)
	case rest == 0:
		return fmt.Sprintf("%s%d h", sign, h)
	}
	return fmt.Sprintf("%s%d h %d min", sign, h, rest)
}

var (
	hoursAndMinutes = regexp.MustCompile(`^(\d{1,4})\s*(?:h|:)\s*(\d{1,2})?\s*(?:m|min)?$`)
	minutesAlone    = regexp.MustCompile(`^(\d{1,5})\s*(?:m|min)?$`)
	decimalHours    = regexp.MustCompile(`^(\d{1,4})[.,](\d{1,2})\s*h?$`)
)

// ParseMinutes reads what people write for a length of time: "90", "90 min",
// "1h30", "1 h 30 min", "1:30", "1.5 h". A plain number is minutes. It gives
// the code bad_minutes.
func ParseMinutes(s string) (Minutes, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if m := minutesAlone.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1])
		return Minutes(n), nil
	}
	if m := hoursAndMinutes.FindStringSubmatch(s); m != nil {
		h, _ := strconv.Atoi(m[1])
		rest := 0
		if m[2] != "" {
			rest, _ = strconv.Atoi(m[2])
		}
		if rest < 60 {
			return Minutes(h*60 + rest), nil
		}
	}
	if m := decimalHours.FindStringSubmatch(s); m != nil {
		h, _ := strconv.Atoi(m[1])
		hundredths, _ := strconv.Atoi((m[2] + "0")[:2])
		if hundredths*60%100 == 0 {
			return Minutes(h*60 + hundredths*60/100), nil
		}
	}
	return 0, Invalid("bad_minutes.unreadable", "s", s)
}
