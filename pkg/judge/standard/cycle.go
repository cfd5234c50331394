package standard

import (
	"strconv"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Cycle makes a pack of a standard that has to be met again and again: how long
// a cycle is, when it ends, and what is asked of whom. All of it is data; Span
// and Bind read it. The rules of the pack are those of a full cycle.
//
// CarryOver is how many minutes beyond the total count in the next cycle; only
// what was earned in the cycle before, never what came from an earlier one.
// ReportDays is how many days a provider has to report a completed course,
// AuditPercent the least part of the holders that an audit draws. Certificate
// lists what a certificate has to show beside the usual (see CertificateFields);
// Facts tell where these numbers come from.
type Cycle struct {
	Years        int          `yaml:"years"`
	Ends         Ends         `yaml:"ends"`
	CarryOver    core.Minutes `yaml:"carry_over"`
	First        *Relief      `yaml:"first"`
	Seniority    []Relief     `yaml:"seniority"`
	Only         []Only       `yaml:"only"`
	Waiver       *Terms       `yaml:"waiver"`
	Extension    *Terms       `yaml:"extension"`
	ReportDays   int          `yaml:"report_days"`
	AuditPercent int          `yaml:"audit_percent"`
	Certificate  []string     `yaml:"certificate"`
	Facts        []Cited      `yaml:"facts"`
}

// Only binds a rule to some of the cycles of a holder: it is asked for in no other.
type Only struct {
	Rule string `yaml:"rule"`
	In   Turn   `yaml:"in"`
}

// Turn tells some of the cycles of a holder from the others.
type Turn string

// The turns. TurnLater is every cycle but the first.
const (
	TurnFirst  Turn = "first"
	TurnSecond Turn = "second"
	TurnLater  Turn = "later"
)

var turns = []Turn{TurnFirst, TurnSecond, TurnLater}

// Cited is where a number of a cycle that is no rule comes from.
type Cited struct {
	About      string     `yaml:"about"`
	Text       string     `yaml:"text"`
	Source     string     `yaml:"source"`
	Confidence Confidence `yaml:"confidence"`
}

// EndsBy is what decides on the last day of a cycle.
type EndsBy string

// The ends. A birthday of 29 February is the 28th in other years.
const (
	EndsBirthday   EndsBy = "birthday"    // the holder's birthday; the first is the Years-th after the issue
	EndsBirthMonth EndsBy = "birth_month" // the last day of the birthday's month, counted alike
	EndsFixed      EndsBy = "fixed"       // Month and Day of the years that Year or Parity tells
	EndsIssued     EndsBy = "issued"      // the day before the anniversary of the issue
	EndsExpiry     EndsBy = "expiry"      // the day on which the license itself ends
)

// Parity tells in which years a fixed end lies.
type Parity string

// The parities. ParityNumber is odd for an odd license number, even for an even
// one: its last digit decides.
const (
	ParityOdd    Parity = "odd"
	ParityEven   Parity = "even"
	ParityNumber Parity = "number"
	ParityIssued Parity = "issued"
)

var (
	endings  = []EndsBy{EndsBirthday, EndsBirthMonth, EndsFixed, EndsIssued, EndsExpiry}
	parities = []Parity{ParityOdd, ParityEven, ParityNumber, ParityIssued}
)

// Ends is when a cycle ends. Of a fixed end Year is any year in which one ends.
type Ends struct {
	By         EndsBy     `yaml:"by"`
	Month      int        `yaml:"month"`
	Day        int        `yaml:"day"`
	Year       int        `yaml:"year"`
	Parity     Parity     `yaml:"parity"`
	Text       string     `yaml:"text"`
	Source     string     `yaml:"source"`
	Confidence Confidence `yaml:"confidence"`
}

// Holder is what a cycle needs to know of a license and of the person.
type Holder struct {
	Number                string
	Issued, Expires, Born core.Date
}

// Span is one cycle of a holder, both days included. First is the one that the
// license was issued in; it begins on that day.
type Span struct {
	From, To core.Date
	First    bool
}

// Contains tells whether a day lies in it.
func (s Span) Contains(day core.Date) bool { return spans(s.From, s.To, day) }

// Span is the cycle that a day lies in. Codes: birth_date_needed,
// issue_date_needed, expiry_needed, number_needed, before_issue.
func (c Cycle) Span(h Holder, on core.Date) (Span, error) {
	if !h.Issued.IsZero() && on.Before(h.Issued) {
		return Span{}, core.Invalid("before_issue", "issued", h.Issued)
	}
	end, anchor, err := c.end(h)
	if err != nil {
		return Span{}, err
	}
	year := on.Year - ((on.Year-anchor)%c.Years+c.Years)%c.Years
	for end(year).Before(on) {
		year += c.Years
	}
	s := Span{From: end(year - c.Years).AddDays(1), To: end(year)}
	if !h.Issued.IsZero() && s.Contains(h.Issued) {
		s.From, s.First = h.Issued, true
	}
	return s, nil
}

// within tells whether a cycle of a holder is of a turn. Whether it is the first is not
// known without the day of the issue; then known is false.
func (c Cycle) within(t Turn, h Holder, s Span) (is, known bool) {
	if h.Issued.IsZero() {
		return false, false
	}
	switch t {
	case TurnFirst:
		return s.First, true
	case TurnSecond:
		before, err := c.Span(h, s.From.AddDays(-1))
		return err == nil && before.First, true
	}
	return !s.First, true
}

// end gives the end of a cycle in each year, and one year in which a cycle ends.
func (c Cycle) end(h Holder) (end func(year int) core.Date, anchor int, err error) {
	yearly := func(d core.Date) func(int) core.Date {
		return func(year int) core.Date { return d.AddMonths(12 * (year - d.Year)) }
	}
	switch c.Ends.By {
	case EndsBirthday, EndsBirthMonth:
		if h.Born.IsZero() {
			return nil, 0, core.Invalid("birth_date_needed")
		}
		end = yearly(h.Born)
		if c.Ends.By == EndsBirthMonth {
			end = func(year int) core.Date { return monthEnd(yearly(h.Born)(year)) }
		}
		return c.counted(end, h)
	case EndsFixed:
		day := core.Date{Year: 2000, Month: time.Month(c.Ends.Month), Day: c.Ends.Day}
		anchor, err = c.fixedYear(h)
		return yearly(day), anchor, err
	case EndsIssued:
		if h.Issued.IsZero() {
			return nil, 0, core.Invalid("issue_date_needed.day")
		}
		anniversary := yearly(h.Issued)
		return func(year int) core.Date { return anniversary(year).AddDays(-1) }, h.Issued.Year, nil
	}
	if h.Expires.IsZero() {
		return nil, 0, core.Invalid("expiry_needed")
	}
	return yearly(h.Expires), h.Expires.Year, nil
}

// counted is the year of an end that comes once a year: that of the license's own
// last day, otherwise of the Years-th after its issue.
func (c Cycle) counted(end func(int) core.Date, h Holder) (func(int) core.Date, int, error) {
	switch {
	case !h.Expires.IsZero():
		return end, h.Expires.Year, nil
	case h.Issued.IsZero():
		return nil, 0, core.Invalid("issue_date_needed.birthday")
	}
	first := h.Issued.Year
	if !end(first).After(h.Issued) {
		first++
	}
	return end, first + c.Years - 1, nil
}

func (c Cycle) fixedYear(h Holder) (int, error) {
	switch c.Ends.Parity {
	case ParityOdd:
		return 1, nil
	case ParityNumber:
		at := strings.LastIndexAny(h.Number, "0123456789")
		if at < 0 {
			return 0, core.Invalid("number_needed", "number", h.Number)
		}
		last, _ := strconv.Atoi(h.Number[at : at+1])
		return last, nil
	case ParityIssued:
		if h.Issued.IsZero() {
			return 0, core.Invalid("issue_date_needed.year")
		}
		return h.Issued.Year, nil
	}
	return c.Ends.Year, nil // 0 for even years
}

func monthEnd(d core.Date) core.Date {
	return core.DateOf(time.Date(d.Year, d.Month+1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -1))
}
