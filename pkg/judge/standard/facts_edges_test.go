package standard

import (
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// Of two programs that are as good the one that began first is taken.
func TestEvaluate_ProgramThatBeganFirst(t *testing.T) {
	std := standardOf(total(60, High), Rule{ID: "one", Kind: OneProgram})
	first, second := credit(1, "2026-03-02", 30, "a"), credit(2, "2026-03-03", 30, "a")
	first.Program, second.Program = "z", "y"
	for program, credits := range map[string][]core.Credit{"z": {second, first}, "": nil} {
		if s := Evaluate(ruled(std), credits); s.Rules[1].Program != program {
			t.Errorf("%d credits are of the program %q", len(credits), s.Rules[1].Program)
		}
	}
	second.Minutes = 31
	if s := Evaluate(ruled(std), []core.Credit{first, second}); s.Rules[1].Program != "y" || s.Valid != 31 {
		t.Errorf("of %q %s are valid", s.Rules[1].Program, s.Valid)
	}
}

// Credits count from the first day of the fact that is asked for, among those that
// began by the day of asking.
func TestEvaluate_Since(t *testing.T) {
	std := standardOf(total(60, High), Rule{ID: "since", Kind: Since, Fact: "license", Subject: "a"})
	credits := []core.Credit{credit(1, "2026-03-02", 60, "a"), credit(2, "2026-03-03", 60, "a")}
	for _, tt := range []struct {
		name  string
		facts []Fact
		want  core.Minutes
	}{
		{"nothing", nil, 0},
		{"another", []Fact{{Code: "exam", From: day("2020-01-01")}, {Code: "exam"}}, 0},
		{"since the second", []Fact{{Code: "license", From: day("2026-03-03")}, {Code: "exam", From: day("2020-01-01")}}, 60},
		{"since the first", []Fact{{Code: "license", From: day("2026-03-03")}, {Code: "license", From: day("2026-03-02")}}, 120},
		{"since nobody knows when", []Fact{{Code: "license"}}, 120},
		{"from the day of asking on", []Fact{{Code: "license", From: day("2026-03-02")}}, 120},
		{"from the day after", []Fact{{Code: "license", From: day("2026-03-11")}}, 0},
	} {
		if s := EvaluateWith(ruled(std), credits, Facts{On: day("2026-03-10"), Held: tt.facts}); s.Valid != tt.want {
			t.Errorf("%s: %s count, want %s", tt.name, s.Valid, tt.want)
		}
	}
}

// What is held is held on the day of asking, by its own name, and since the earliest
// day that is known.
func TestEvaluate_Holds(t *testing.T) {
	for _, tt := range []struct {
		name   string
		months int
		facts  []Fact
		first  string
		want   Answer
	}{
		{"another", 0, []Fact{{Code: "exam"}}, "", Short},
		{"over", 0, []Fact{{Code: "license", To: day("2026-03-09")}}, "", Short},
		{"on its last day", 0, []Fact{{Code: "license", To: day("2026-03-10")}}, "", Met},
		{"the longer", 1, []Fact{{Code: "license", From: day("2026-03-01")}, {Code: "license", From: day("2026-02-10")}, {Code: "license", From: day("2026-02-11")}}, "2026-02-10", Met},
		{"not long enough", 1, []Fact{{Code: "license", From: day("2026-02-11")}}, "2026-02-11", Short},
		{"long, and once of no known day", 1, []Fact{{Code: "license", From: day("2026-02-10")}, {Code: "license"}}, "2026-02-10", Met},
		{"of no known day, and long", 1, []Fact{{Code: "license"}, {Code: "license", From: day("2026-02-10")}}, "2026-02-10", Met},
		{"of no known day", 1, []Fact{{Code: "license"}}, "", Short},
		{"not held, and for no time", 1, nil, "", Short},
	} {
		std := standardOf(total(60, High), Rule{ID: "holds", Kind: Holds, Fact: "license", Months: tt.months, Confidence: High})
		s := EvaluateWith(ruled(std), []core.Credit{credit(1, "2026-03-02", 60, "a")}, Facts{On: day("2026-03-10"), Held: tt.facts})
		if s.Answer != tt.want || s.Rules[1].First != on(tt.first) {
			t.Errorf("%s: %s, since %s", tt.name, s.Answer, s.Rules[1].First)
		}
	}
}

// A reversal and what it reverses count nothing, nor does what has no minutes.
func TestOrder_LeavesOut(t *testing.T) {
	reversed, stays, none := credit(1, "2026-03-02", 60, "a"), credit(2, "2026-03-02", 30, "a"), credit(3, "2026-03-02", 0, "b")
	reversal := credit(4, "2026-03-05", 60, "a")
	reversal.Reverses = reversed.ID
	negative := credit(5, "2026-03-02", -20, "a")
	s := Evaluate(ruled(standardOf(total(60, High))), []core.Credit{reversed, stays, none, reversal, negative})
	if s.Recorded != 30 || s.Valid != 30 || len(s.Uncounted) != 0 {
		t.Errorf("recorded %s, valid %s, %+v", s.Recorded, s.Valid, s.Uncounted)
	}
	none.Certified = 60
	if s := Evaluate(ruled(standardOf(total(60, High), Rule{ID: "hour", Kind: ContactHour, PerHour: 50})), []core.Credit{none}); s.Valid != 0 {
		t.Errorf("a certificate of no session makes %s", s.Valid)
	}
}

// A credit that does not count in full names the rules that took something away, and
// no rule that had room for it.
func TestUncounted_Reasons(t *testing.T) {
	std := standardOf(total(60, High), Rule{ID: "day", Kind: DayCap, Minutes: 60}, Rule{ID: "most", Kind: Maximum, Subject: "a", Minutes: 40}, Rule{ID: "once", Kind: Once})
	c := credit(1, "2026-03-02", 60, "a")
	c.Course = "x"
	s := Evaluate(ruled(std), []core.Credit{c})
	if len(s.Uncounted) != 1 || len(s.Uncounted[0].Reasons) != 1 || s.Uncounted[0].Reasons[0].Rule != "most" {
		t.Errorf("%+v", s.Uncounted)
	}
	again := c
	again.ID[15], again.Date, again.Subject = 2, day("2026-03-03"), "b"
	s = Evaluate(ruled(std), []core.Credit{c, again})
	if len(s.Uncounted) != 2 || len(s.Uncounted[1].Reasons) != 1 || s.Uncounted[1].Reasons[0].Rule != "once" {
		t.Errorf("%+v", s.Uncounted)
	}
}

// A rule within a time tells the first and the last day of it, where anything counts.
func TestStanding_Within(t *testing.T) {
	std := standardOf(total(60, High), Rule{ID: "within", Kind: Within, Weeks: 1})
	if r := Evaluate(ruled(std), []core.Credit{credit(1, "2026-03-02", 60, "a")}).Rules[1]; r.First != day("2026-03-02") || r.Last != day("2026-03-08") {
		t.Errorf("%s to %s", r.First, r.Last)
	}
	if r := Evaluate(ruled(std), nil).Rules[1]; !r.First.IsZero() || !r.Last.IsZero() {
		t.Errorf("without credits %s to %s", r.First, r.Last)
	}
}

// Where sources conflict a cap in percent is of their lowest total; a minimum is met
// from the share of the highest on, and asks from that of the lowest.
func TestEvaluate_ShareOfConflict(t *testing.T) {
	std := standardOf(total(600, High, Figure{1000, "Another", High}), Rule{ID: "most", Kind: Maximum, Subject: "a", Percent: 10}, Rule{ID: "least", Kind: Minimum, Subject: "b", Percent: 10, Confidence: High})
	for minutes, want := range map[core.Minutes]Answer{59: Short, 60: Ask, 99: Ask, 100: Met} {
		s := Evaluate(ruled(std), []core.Credit{credit(1, "2026-03-02", 90, "a"), credit(2, "2026-03-03", minutes, "b")})
		if s.Rules[1].Limit != 60 || s.Rules[1].Valid != 60 || s.Rules[2].Limit != 100 || s.Rules[2].Answer != want {
			t.Errorf("with %s: at most %s, at least %s, which is %s", minutes, s.Rules[1].Limit, s.Rules[2].Limit, s.Rules[2].Answer)
		}
	}
}

// A group is its members, in groups of groups too, and nothing else.
func TestStandard_SubjectsOf(t *testing.T) {
	std := standardOf()
	std.Groups = []Group{{Code: "g", Title: "G", Members: []string{"b"}}, {Code: "h", Title: "H", Members: []string{"g"}}, {Code: "i", Title: "I", Members: []string{"a", "b"}}}
	for code, want := range map[string][]bool{"a": {true, false}, "g": {false, true}, "h": {false, true}, "i": {true, true}, "x": {false, false}, "": nil} {
		if got := std.subjectsOf(code); !slices.Equal(got, want) {
			t.Errorf("%q is %v", code, got)
		}
	}
}

// One day on which a law ends is told as such, several as what sources say.
func TestJurisdiction_AskText(t *testing.T) {
	one, two := Sunset{On: day("2027-01-01"), Source: "A"}, Sunset{On: day("2030-01-01"), Source: "B"}
	for want, ends := range map[string][]Sunset{
		"": nil, "A: the law ends on Jan 1, 2027 unless it is renewed. Look again before then.": {one},
		"Sources disagree on when the law ends: Jan 1, 2027 by A; Jan 1, 2030 by B. Ask the board.": {one, two},
	} {
		if got := strings.Join((Jurisdiction{Known: true, Sunsets: ends}).AskText(Standing{Answer: Met}), " "); got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}
