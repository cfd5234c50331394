package continuing

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// CEUnit is a unit in which continuing education is written at the edge; inside
// there are minutes alone. A CEU is ten contact hours: "CE" and "CEU" are not the
// same, and a number without its unit is not read.
type CEUnit string

// The units. How long a contact hour is, is told beside them: 60 minutes, or 50
// where an authority says so.
const (
	UnitMinutes     CEUnit = "minutes"
	UnitContactHour CEUnit = "contact_hours"
	UnitCEU         CEUnit = "ceu"
	UnitSemester    CEUnit = "semester_credits"
	UnitQuarter     CEUnit = "quarter_credits"
)

// CEUnits in the order in which they are shown.
var CEUnits = []CEUnit{UnitContactHour, UnitMinutes, UnitCEU, UnitSemester, UnitQuarter}

// contactHours is how many contact hours a unit is.
var contactHours = map[CEUnit]int64{UnitContactHour: 1, UnitCEU: 10, UnitSemester: 15, UnitQuarter: 10}

// unitWords are how people write a unit.
var unitWords = map[string]CEUnit{
	"contact hour": UnitContactHour, "contact hours": UnitContactHour, "hour": UnitContactHour, "hours": UnitContactHour,
	"h": UnitContactHour, "hr": UnitContactHour, "hrs": UnitContactHour, "ce": UnitContactHour, "ces": UnitContactHour,
	"ce hour": UnitContactHour, "ce hours": UnitContactHour,
	"ceu": UnitCEU, "ceus": UnitCEU, "minutes": UnitMinutes, "minute": UnitMinutes, "min": UnitMinutes, "m": UnitMinutes,
	"semester credit": UnitSemester, "semester credits": UnitSemester, "semester hour": UnitSemester, "semester hours": UnitSemester,
	"quarter credit": UnitQuarter, "quarter credits": UnitQuarter, "quarter hour": UnitQuarter, "quarter hours": UnitQuarter,
}

// HourMinutes and ShortHour are the lengths that a contact hour may have.
const (
	HourMinutes core.Minutes = 60
	ShortHour   core.Minutes = 50
)

// CEAmount is an amount of continuing education: whole minutes of instruction,
// and the words, the unit and the length of the contact hour that they were made
// from.
type CEAmount struct {
	Minutes core.Minutes
	Words   string
	Unit    CEUnit
	Hour    core.Minutes
}

const (
	ceDecimals = 4
	ceScale    = 10_000 // ten to the ceDecimals
)

var ceAmount = regexp.MustCompile(`^(\d{1,6})(?:[.,](\d{1,4}))?\s*([a-z ]+?)\.?$`)

// ParseCE reads an amount with its unit, such as "12 contact hours", "1.2 CEU",
// "12 CEs", "90 min" or "1 semester credit", where a contact hour has that many
// minutes (0: 60). "1h30" and "1 h 30 min" are hours of the clock and minutes.
// Codes: required, bad_amount, unit_needed, unknown_unit, bad_hour, not_whole.
func ParseCE(text string, hour core.Minutes) (CEAmount, error) {
	if hour == 0 {
		hour = HourMinutes
	}
	words, err := core.CleanText(text, 1, 60)
	if err != nil {
		return CEAmount{}, err
	}
	if hour != HourMinutes && hour != ShortHour {
		return CEAmount{}, core.Invalid("bad_hour")
	}
	lower := strings.Join(strings.Fields(strings.ToLower(words)), " ")
	if _, err := strconv.ParseFloat(strings.Replace(lower, ",", ".", 1), 64); err == nil {
		return CEAmount{}, core.Invalid("unit_needed", "words", words)
	}
	m := ceAmount.FindStringSubmatch(lower)
	if m == nil {
		minutes, err := core.ParseMinutes(lower)
		if err != nil || minutes == 0 {
			return CEAmount{}, core.Invalid("bad_amount.unreadable", "words", words)
		}
		return CEAmount{minutes, words, UnitMinutes, hour}, nil
	}
	unit, known := unitWords[m[3]]
	if !known {
		return CEAmount{}, core.Invalid("unknown_unit", "m", m[3])
	}
	minutes, whole := ceMinutes(m[1], m[2], unit, hour)
	switch {
	case !whole:
		return CEAmount{}, core.Invalid("not_whole", "words", words)
	case minutes == 0:
		return CEAmount{}, core.Invalid("bad_amount.zero")
	}
	return CEAmount{minutes, words, unit, hour}, nil
}

func ceMinutes(whole, fraction string, unit CEUnit, hour core.Minutes) (m core.Minutes, ok bool) {
	n, err := strconv.ParseInt(whole+(fraction + "0000")[:ceDecimals], 10, 64)
	if err != nil {
		return 0, false
	}
	scaled := n * unit.minutes(hour)
	return core.Minutes(scaled / ceScale), scaled%ceScale == 0
}

// minutes is how many minutes one of a unit has.
func (u CEUnit) minutes(hour core.Minutes) int64 {
	if u == UnitMinutes {
		return 1
	}
	return contactHours[u] * int64(hour)
}

// In writes minutes in a unit, without the unit's name: "1.2" for 12 hours in
// CEU. ok is false where it would take more than four decimals.
func (u CEUnit) In(m, hour core.Minutes) (text string, ok bool) {
	per := u.minutes(hour)
	scaled := int64(m) * ceScale
	if per == 0 || scaled%per != 0 {
		return "", false
	}
	n := scaled / per
	text = strconv.FormatInt(n/ceScale, 10)
	if rest := n % ceScale; rest > 0 {
		digits := strconv.FormatInt(ceScale+rest, 10)[1:]
		text += "." + strings.TrimRight(digits, "0")
	}
	return text, true
}

// CEs writes an amount as certificates of continuing education do: in CEs, which
// are contact hours, and never in CEUs, which are something else.
func CEs(m core.Minutes) string {
	text, ok := UnitContactHour.In(m, HourMinutes)
	switch {
	case !ok:
		return m.String() + " of CE"
	case text == "1":
		return "1 CE"
	}
	return text + " CEs"
}

// manyCEU tells whether it is a whole number of CEU above four: a course of forty
// hours and more, or, more often, hours of CE that someone calls CEU.
func (a CEAmount) manyCEU() bool {
	per := core.Minutes(a.Unit.minutes(a.Hour))
	return a.Unit == UnitCEU && a.Minutes > 4*per && a.Minutes%per == 0
}

// certified is what a part of the amount is in hours of the certificate, with 60
// minutes to each, where it is written in hours; else 0.
func (a CEAmount) certified(part core.Minutes) core.Minutes {
	if a.Unit == "" || a.Unit == UnitMinutes || a.Hour == 0 {
		return 0
	}
	return part * HourMinutes / a.Hour
}

// CEs writes the amount so.
func (a CEAmount) CEs() string { return CEs(a.Minutes) }
