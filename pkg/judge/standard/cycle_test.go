package standard

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/palmar/palmar/pkg/core"
)

func on(s string) core.Date {
	if s == "" {
		return core.Date{}
	}
	d, err := core.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestCycle_Span(t *testing.T) {
	fixed := func(month, day, year int, parity Parity) Ends {
		return Ends{By: EndsFixed, Month: month, Day: day, Year: year, Parity: parity}
	}
	tests := []struct {
		name     string
		years    int
		ends     Ends
		h        Holder
		on       string
		from, to string
		first    bool
	}{
		{"fixed, on its last day", 2, fixed(8, 31, 2025, ""), Holder{}, "2027-08-31", "2025-09-01", "2027-08-31", false},
		{"fixed, the day after", 2, fixed(8, 31, 2025, ""), Holder{}, "2027-09-01", "2027-09-01", "2029-08-31", false},
		{"fixed, long before its year", 2, fixed(8, 31, 2025, ""), Holder{}, "1999-09-01", "1999-09-01", "2001-08-31", false},
		{"fixed, three years", 3, fixed(1, 31, 2025, ""), Holder{}, "2026-02-01", "2025-02-01", "2028-01-31", false},
		{"fixed, every year", 1, fixed(12, 31, 2025, ""), Holder{}, "2026-06-01", "2026-01-01", "2026-12-31", false},
		{"odd years", 2, fixed(10, 31, 0, ParityOdd), Holder{}, "2026-06-01", "2025-11-01", "2027-10-31", false},
		{"even years", 2, fixed(10, 31, 0, ParityEven), Holder{}, "2026-06-01", "2024-11-01", "2026-10-31", false},
		{"odd number", 2, fixed(2, 28, 0, ParityNumber), Holder{Number: "LMT 17-9"}, "2026-06-01", "2025-03-01", "2027-02-28", false},
		{"even number", 2, fixed(2, 28, 0, ParityNumber), Holder{Number: "LMT1990a"}, "2026-06-01", "2026-03-01", "2028-02-28", false},
		{"a number that begins with its digit", 2, fixed(2, 28, 0, ParityNumber), Holder{Number: "7-LMT"}, "2026-06-01", "2025-03-01", "2027-02-28", false},
		{"year of issue", 2, fixed(2, 28, 0, ParityIssued), Holder{Issued: on("2021-05-01")}, "2026-06-01", "2025-03-01", "2027-02-28", false},
		{"29 February", 2, fixed(2, 29, 2024, ""), Holder{}, "2024-03-01", "2024-03-01", "2026-02-28", false},
		{"29 February again", 2, fixed(2, 29, 2024, ""), Holder{}, "2028-02-29", "2026-03-01", "2028-02-29", false},
		{"birthday, first cycle", 2, Ends{By: EndsBirthday}, Holder{Issued: on("2025-01-10"), Born: on("1990-06-14")}, "2026-06-14", "2025-01-10", "2026-06-14", true},
		{"birthday, second cycle", 2, Ends{By: EndsBirthday}, Holder{Issued: on("2025-01-10"), Born: on("1990-06-14")}, "2026-06-15", "2026-06-15", "2028-06-14", false},
		{"birthday, after the birthday", 1, Ends{By: EndsBirthday}, Holder{Issued: on("2025-07-10"), Born: on("1990-06-14")}, "2025-12-01", "2025-07-10", "2026-06-14", true},
		{"birthday by the license's year", 2, Ends{By: EndsBirthday}, Holder{Expires: on("2027-06-14"), Born: on("1990-06-14")}, "2025-06-15", "2025-06-15", "2027-06-14", false},
		{"birth month", 2, Ends{By: EndsBirthMonth}, Holder{Issued: on("2025-01-10"), Born: on("1990-06-14")}, "2026-06-30", "2025-01-10", "2026-06-30", true},
		{"birth month February", 1, Ends{By: EndsBirthMonth}, Holder{Issued: on("2025-01-10"), Born: on("1990-02-03")}, "2028-02-29", "2027-03-01", "2028-02-29", false},
		{"birth month December", 1, Ends{By: EndsBirthMonth}, Holder{Issued: on("2025-01-10"), Born: on("1990-12-03")}, "2028-12-31", "2028-01-01", "2028-12-31", false},
		{"issued, first", 2, Ends{By: EndsIssued}, Holder{Issued: on("2024-02-29")}, "2026-02-27", "2024-02-29", "2026-02-27", true},
		{"issued, second", 2, Ends{By: EndsIssued}, Holder{Issued: on("2024-02-29")}, "2026-02-28", "2026-02-28", "2028-02-28", false},
		{"expiry", 2, Ends{By: EndsExpiry}, Holder{Expires: on("2027-06-30")}, "2027-06-30", "2025-07-01", "2027-06-30", false},
		{"expiry, after it", 2, Ends{By: EndsExpiry}, Holder{Expires: on("2027-06-30")}, "2027-07-01", "2027-07-01", "2029-06-30", false},
		{"expiry, issued on the first day", 2, Ends{By: EndsExpiry}, Holder{Issued: on("2025-07-01"), Expires: on("2027-06-30")}, "2026-01-01", "2025-07-01", "2027-06-30", true},
		{"expiry, issued on the last day", 2, Ends{By: EndsExpiry}, Holder{Issued: on("2025-06-30"), Expires: on("2027-06-30")}, "2025-06-30", "2025-06-30", "2025-06-30", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Cycle{Years: tt.years, Ends: tt.ends}.Span(tt.h, on(tt.on))
			if want := (Span{on(tt.from), on(tt.to), tt.first}); err != nil || s != want {
				t.Errorf("%+v, %v; want %+v", s, err, want)
			}
		})
	}
}

func TestCycle_Span_Needs(t *testing.T) {
	tests := []struct {
		name string
		ends Ends
		h    Holder
		code string
	}{
		{"birthday", Ends{By: EndsBirthday}, Holder{Issued: on("2025-01-10")}, "birth_date_needed"},
		{"birth month without any year", Ends{By: EndsBirthMonth}, Holder{Born: on("1990-01-10")}, "issue_date_needed"},
		{"issued", Ends{By: EndsIssued}, Holder{Expires: on("2027-01-10")}, "issue_date_needed"},
		{"year of issue", Ends{By: EndsFixed, Month: 1, Day: 1, Parity: ParityIssued}, Holder{}, "issue_date_needed"},
		{"number", Ends{By: EndsFixed, Month: 1, Day: 1, Parity: ParityNumber}, Holder{Number: "none"}, "number_needed"},
		{"expiry", Ends{By: EndsExpiry}, Holder{Issued: on("2025-01-10")}, "expiry_needed"},
		{"before the issue", Ends{By: EndsExpiry}, Holder{Issued: on("2026-11-26"), Expires: on("2027-01-10")}, "before_issue"},
	}
	for _, tt := range tests {
		if _, err := (Cycle{Years: 2, Ends: tt.ends}).Span(tt.h, on("2026-11-25")); core.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.code)
		}
	}
}

// Cycles leave out no day and share none, whatever ends them.
func TestCycle_Span_Tiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(name string, from, days int) core.Date {
			return core.Date{Year: from, Month: time.January, Day: 1}.AddDays(rapid.IntRange(0, days).Draw(t, name))
		}
		h := Holder{Number: "A1", Issued: day("issued", 2015, 3000), Expires: day("expires", 2024, 2000), Born: day("born", 1960, 12000)}
		c := Cycle{Years: rapid.IntRange(1, 3).Draw(t, "years"), Ends: Ends{
			By: rapid.SampledFrom(endings).Draw(t, "by"), Month: rapid.IntRange(1, 12).Draw(t, "month"), Day: rapid.IntRange(1, 31).Draw(t, "day"), Year: 2020,
		}}
		at := h.Issued.AddDays(rapid.IntRange(0, 4000).Draw(t, "later"))
		s, err := c.Span(h, at)
		if err != nil || !s.Contains(at) {
			t.Fatalf("%s is not in %+v, %v", at, s, err)
		}
		for _, inside := range []core.Date{s.From, s.To} {
			if again, err := c.Span(h, inside); err != nil || again != s {
				t.Fatalf("%s is in %+v, not %+v, %v", inside, again, s, err)
			}
		}
		next, err := c.Span(h, s.To.AddDays(1))
		if err != nil || next.From != s.To.AddDays(1) || next.First {
			t.Fatalf("after %+v comes %+v, %v", s, next, err)
		}
		if s.First != (s.From == h.Issued && s.Contains(h.Issued)) {
			t.Fatalf("%+v of a license issued on %s", s, h.Issued)
		}
	})
}

func TestValidate_Cycle(t *testing.T) {
	const good = `key: c
version: "1"
title: T
source: S
as_of: 2026-01-01
confidence: M
open_subjects: true
cycle:
  years: 2
  carry_over: 1
  ends: {by: fixed, month: 12, day: 31, parity: odd, text: T., source: S}
  first: {exempt: true, keep: [total], text: T., source: S}
  seniority: [{after_years: 1, minutes: 1, text: T., source: S, confidence: H}]
  waiver: {days_before: 366, text: T., source: S}
  extension: {months: 120, text: T., source: S}
  report_days: 366
  audit_percent: 100
  certificate: [license_number, program_number]
  facts: [{about: a, text: T., source: S}]
rules:
  - {id: total, kind: total, minutes: 60, text: T., source: S}
  - {id: in-cycle, kind: in_cycle, text: T., source: S}
cases:
  - {name: nothing, holder: {on: 2026-01-01}, met: true}
`
	p, err := ParsePack([]byte(good))
	if err != nil || p.Cycle.First.Confidence != Medium || p.Cycle.Seniority[0].Confidence != High || p.Cycle.Facts[0].Confidence != Medium || p.Cycle.Extension.Confidence != Medium {
		t.Fatalf("%+v, %v", p.Cycle, err)
	}
	schema := compiledSchema(t, written(t, schema()))
	if err := schema.Validate(plain(t, []byte(good))); err != nil {
		t.Error(err)
	}
	tests := []struct{ name, old, new, field, code string }{
		{"no years", "years: 2", "years: 0", "cycle.years", "bad_number"},
		{"too many years", "years: 2", "years: 11", "cycle.years", "bad_number"},
		{"unknown end", "by: fixed", "by: moon", "cycle.ends.by", "unknown_value"},
		{"unknown parity", "parity: odd", "parity: prime", "cycle.ends.parity", "unknown_value"},
		{"no month", "month: 12", "month: 0", "cycle.ends.month", "bad_number"},
		{"thirteenth month", "month: 12", "month: 13", "cycle.ends.month", "bad_number"},
		{"thirty-second day", "day: 31", "day: 32", "cycle.ends.day", "bad_number"},
		{"no day", "day: 31", "day: 0", "cycle.ends.day", "bad_number"},
		{"year and parity", "parity: odd", "parity: odd, year: 2025", "cycle.ends.year", "required"},
		{"neither", "parity: odd", "confidence: H", "cycle.ends.year", "required"},
		{"parity of three years", "years: 2", "years: 3", "cycle.ends.parity", "not_of_kind"},
		{"a day where the license tells", "by: fixed, month: 12, day: 31, parity: odd", "by: expiry, day: 1", "cycle.ends.month", "not_of_kind"},
		{"a parity where the license tells", "by: fixed, month: 12, day: 31, parity: odd", "by: expiry, parity: odd", "cycle.ends.month", "not_of_kind"},
		{"a month where the license tells", "by: fixed, month: 12, day: 31, parity: odd", "by: expiry, month: 1", "cycle.ends.month", "not_of_kind"},
		{"a year where the license tells", "by: fixed, month: 12, day: 31, parity: odd", "by: expiry, year: 1", "cycle.ends.month", "not_of_kind"},
		{"two reliefs", "exempt: true", "exempt: true, minutes: 1", "cycle.first.minutes", "required"},
		{"two other reliefs", "exempt: true", "per_month: 1, minutes: 1", "cycle.first.minutes", "required"},
		{"no relief", "exempt: true, ", "", "cycle.first.minutes", "required"},
		{"keeps what is not there", "keep: [total]", "keep: [moon]", "cycle.first.keep[0]", "unknown_value"},
		{"no years of seniority", "after_years: 1,", "after_years: 0,", "cycle.seniority[0].after_years", "bad_number"},
		{"a year's notice and more", "days_before: 366", "days_before: 367", "cycle.waiver.days_before", "bad_number"},
		{"eleven years", "months: 120", "months: 121", "cycle.extension.months", "bad_number"},
		{"reports late", "report_days: 366", "report_days: 367", "cycle.report_days", "bad_number"},
		{"more than all", "audit_percent: 100", "audit_percent: 101", "cycle.audit_percent", "bad_number"},
		{"carries less than nothing", "carry_over: 1", "carry_over: -1", "cycle.carry_over", "bad_number"},
		{"unknown field", "license_number,", "shoe_size,", "cycle.certificate[0]", "unknown_value"},
		{"fact without a source", "{about: a, text: T., source: S}", "{about: a, text: T.}", "cycle.facts[0].source", "required"},
		{"measures twice", "kind: in_cycle,", "kind: contact_hour, per_hour: 50,", "cycle.carry_over", "not_of_kind"},
		{"two hours", "  - {id: in-cycle, kind: in_cycle, text: T., source: S}", "  - {id: a, kind: contact_hour, per_hour: 50, text: T., source: S}\n  - {id: b, kind: hour, per_hour: 50, text: T., source: S}", "rules[2].kind", "repeated"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParsePack([]byte(strings.Replace(good, tt.old, tt.new, 1)))
			f := core.AsFault(err)
			if f == nil {
				t.Fatalf("accepted: %v", err)
			}
			for _, field := range f.Fields {
				if field.Name == tt.field && field.Code == tt.code {
					return
				}
			}
			t.Errorf("%+v", f.Fields)
		})
	}
	alone := strings.Replace(strings.Split(good, "cycle:")[0]+"rules:"+strings.Split(good, "rules:")[1], "holder: {on: 2026-01-01}, ", "", 1)
	if _, err := ParsePack([]byte(alone)); core.CodeOf(err) == "" || !strings.Contains(err.Error(), "Only a pack with a cycle") {
		t.Errorf("a rule of cycles without one: %v", err)
	}
	p.Cases[0].Holder = nil
	if f := Check(p); len(f) != 1 || !strings.Contains(f[0].What, "needs a holder") {
		t.Errorf("a case without a holder: %v", f)
	}
	p.Cases[0].Holder = &CaseHolder{Issued: on("2026-01-02"), On: on("2026-01-01")}
	if f := Check(p); len(f) != 1 || !strings.Contains(f[0].What, "before_issue") {
		t.Errorf("a case before the issue: %v", f)
	}
}

func TestTerms(t *testing.T) {
	s := Span{From: on("2025-03-01"), To: on("2027-01-31")}
	terms := Terms{DaysBefore: 60, Months: 1}
	if terms.LastDay(s) != on("2026-12-02") || terms.Until(s) != on("2027-02-28") {
		t.Errorf("%s, %s", terms.LastDay(s), terms.Until(s))
	}
}

func TestCE(t *testing.T) {
	if p, ok := CE("FL"); !ok || p.Key != "florida-ce" {
		t.Errorf("Florida is %s, %v", p.Key, ok)
	}
	if p, ok := CE("OH"); ok || p.Note == "" {
		t.Error("Ohio asks for none, and says why")
	}
	if _, ok := CE("KS"); ok {
		t.Error("Kansas is not known")
	}
	subjects := CESubjects()
	if subjects[0].Code != Massage || len(subjects) < 10 {
		t.Errorf("%+v", subjects)
	}
	if len(CECodes()) != 32 {
		t.Errorf("%d packs", len(CECodes()))
	}
}
