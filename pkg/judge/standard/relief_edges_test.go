package standard

import (
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// cyclic is a pack of two years that end with each odd year.
func cyclic(rules ...Rule) Pack {
	return Pack{Standard: standardOf(rules...), Cycle: &Cycle{Years: 2, Ends: Ends{By: EndsFixed, Month: 12, Day: 31, Parity: ParityOdd, Confidence: High}}}
}

// The first cycle has its relief, later ones that of the most years since the issue,
// of two after the same years the one that stands first; who has no day of issue has none.
func TestCycle_Relief(t *testing.T) {
	p := cyclic(total(600, High))
	p.Cycle.First = &Relief{Minutes: 300}
	p.Cycle.Seniority = []Relief{{AfterYears: 10, Minutes: 200}, {AfterYears: 20, Minutes: 100}, {AfterYears: 15, Minutes: 150}, {AfterYears: 15, Minutes: 140}}
	for _, tt := range []struct {
		issued string
		want   core.Minutes
	}{
		{"2026-03-01", 300}, {"2017-12-31", 200}, {"2018-01-01", 600}, {"2012-12-31", 150}, {"2007-12-31", 100}, {"", 600},
	} {
		h := Holder{Issued: on(tt.issued)}
		s, err := p.Cycle.Span(h, day("2026-06-01"))
		if got := p.Bind(h, s, Leave{}).Standard().Required(); err != nil || got != tt.want {
			t.Errorf("issued %q, required is %s, %v, want %s", tt.issued, got, err, tt.want)
		}
	}
	p.Cycle.First = nil
	h := Holder{Issued: day("2026-03-01")}
	if s, err := p.Cycle.Span(h, day("2026-06-01")); err != nil || p.Bind(h, s, Leave{}).Standard().Required() != 600 {
		t.Errorf("without relief of the first cycle: %v", err)
	}
	p.Cycle.First, p.Cycle.Seniority = &Relief{PerMonth: 20}, nil
	if s, err := p.Cycle.Span(h, day("2026-06-01")); err != nil || p.Bind(h, s, Leave{}).Standard().Required() != 22*20 {
		t.Errorf("by the month: %v", err)
	}
}

// A relief takes away demands that it does not keep, and no other rule; a leave of
// all takes all demands.
func TestPack_Bind_Keeps(t *testing.T) {
	p := cyclic(total(600, High),
		Rule{ID: "ethics", Kind: SubjectMinimum, Subject: "a", Minutes: 60}, Rule{ID: "b", Kind: SubjectMinimum, Subject: "b", Minutes: 60},
		Rule{ID: "extra", Kind: Extra, Subject: "b", Setting: core.Lab, Minutes: 60}, Rule{ID: "far", Kind: DeliveryCap, Delivery: core.Distance, Minutes: 60},
		Rule{ID: "in", Kind: InCycle})
	p.Cycle.First = &Relief{Minutes: 300, Keep: []string{"ethics"}}
	for _, tt := range []struct {
		issued string
		leave  Leave
		want   []string
	}{
		{"2026-03-01", Leave{}, []string{"total", "ethics", "far", "in"}},
		{"2020-03-01", Leave{}, []string{"total", "ethics", "b", "extra", "far", "in"}},
		{"2026-03-01", Leave{All: true}, []string{"total", "far", "in"}},
		{"2020-03-01", Leave{All: true}, []string{"total", "far", "in"}},
	} {
		h := Holder{Issued: day(tt.issued)}
		s, err := p.Cycle.Span(h, day("2026-06-01"))
		if got := idsOf(p.Bind(h, s, tt.leave).Standard().Rules); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("issued %s, %+v: %v, %v, want %v", tt.issued, tt.leave, got, err, tt.want)
		}
	}
}

// What the cycle before has too much is carried over as far as that is allowed, and
// nothing is where it is not, or where there was no cycle before.
func TestPack_Judge_Carries(t *testing.T) {
	credits := []core.Credit{credit(1, "2025-12-31", 700, "a"), credit(2, "2026-01-01", 590, "a")}
	for _, tt := range []struct {
		issued string
		carry  core.Minutes
		want   core.Minutes
		answer Answer
	}{
		{"2015-01-01", 60, 60, Met}, {"2015-01-01", 200, 100, Met}, {"2015-01-01", 0, 0, Short}, {"2026-01-01", 60, 0, Short},
	} {
		p := cyclic(total(600, High), Rule{ID: "in", Kind: InCycle}, Rule{ID: "once", Kind: Once})
		p.Cycle.CarryOver = tt.carry
		h := Holder{Issued: day(tt.issued)}
		s, err := p.Cycle.Span(h, day("2026-06-01"))
		j := p.Judge(h, s, Leave{}, credits)
		if err != nil || j.Carried != tt.want || j.Answer != tt.answer || j.Valid != 590+tt.want {
			t.Errorf("issued %s, at most %s: %s carried, %s valid, %s, %v", tt.issued, tt.carry, j.Carried, j.Valid, j.Answer, err)
		}
	}
}

// A leave lets courses count until a later day, and an earlier one takes none away.
func TestPack_Bind_Until(t *testing.T) {
	p := cyclic(total(600, High), Rule{ID: "in", Kind: InCycle})
	for until, want := range map[string]string{"": "2027-12-31", "2027-12-30": "2027-12-31", "2028-01-01": "2028-01-01"} {
		s, err := p.Cycle.Span(Holder{}, day("2026-06-01"))
		if got := p.Bind(Holder{}, s, Leave{Until: on(until)}).Standard().Rules[1]; err != nil || got.To != day(want) || got.From != day("2026-01-01") {
			t.Errorf("until %q: %s to %s, %v", until, got.From, got.To, err)
		}
	}
}
