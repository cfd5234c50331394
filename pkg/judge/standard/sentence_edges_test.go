package standard

import (
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// A sentence has what a rule sets, and nothing of what it does not.
func TestSentence_Parts(t *testing.T) {
	std := Standard{
		Subjects: []Subject{{Code: "massage", Title: "Massage"}},
		Rules:    []Rule{{Kind: Total, Minutes: 30_000, Figures: []Figure{{Minutes: 39_000}}}},
	}
	for want, r := range map[string]Rule{
		"“license” is held.":                                                                                       {Kind: Holds, Fact: "license"},
		"“license” has been held for at least 1 month.":                                                            {Kind: Holds, Fact: "license", Months: 1},
		"The first and the last day that count are at least 3 days apart.":                                         {Kind: Pace, Days: 3},
		"The first and the last day that count are at least 1 week apart.":                                         {Kind: Pace, Weeks: 1},
		"Time counts only within 2 months of the first day that counts.":                                           {Kind: Within, Months: 2},
		"An hour is 60 min of instruction.":                                                                        {Kind: Hour, PerHour: 60},
		"An hour is 50 min of instruction and up to 10 min of break. A session of less than 1 min does not count.": {Kind: Hour, PerHour: 50, Least: 1},
		"50 min of instruction make an hour, with or without breaks. Sessions are rounded down to 30 min.":         {Kind: ContactHour, PerHour: 50, RoundTo: 30},
		"50 min of instruction make an hour, with or without breaks. Sessions are rounded up to 1 min.":            {Kind: ContactHour, PerHour: 50, RoundTo: 1, Rounding: RoundUp},
		"At least 65 h of Massage are valid: 10% of the total.":                                                    {Kind: Minimum, Subject: "massage", Percent: 10},
		"At most 50 h of Massage count: 10% of the total.":                                                         {Kind: Maximum, Subject: "massage", Percent: 10},
		"At least 650 h are valid.":                                                                                std.Rules[0],
		"At least 1 h of Massage is valid.":                                                                        {Kind: SubjectMinimum, Subject: "massage", Minutes: 60},
		"At least 2 min of Massage are valid.":                                                                     {Kind: SubjectMinimum, Subject: "massage", Minutes: 2},
		"Only supervised instruction counts.":                                                                      {Kind: SupervisedOnly},
		"Time in the clinic counts only if it was supervised.":                                                     {Kind: SupervisedOnly, Setting: core.Clinic},
		"Only supervised instruction counts. This holds from Jan 1, 2026 on.":                                      {Kind: SupervisedOnly, EffectiveFrom: day("2026-01-01")},
		"Only supervised instruction counts. This holds from Jan 1, 2026 to Feb 1, 2026.":                          {Kind: SupervisedOnly, EffectiveFrom: day("2026-01-01"), EffectiveTo: day("2026-02-01")},
		"Time counts only from Jan 1, 2026 on.":                                                                    {Kind: Window, From: day("2026-01-01")},
		"Time counts only until Jan 1, 2026.":                                                                      {Kind: Window, To: day("2026-01-01")},
		"Time counts only from Jan 1, 2026 to Feb 1, 2026.":                                                        {Kind: Window, From: day("2026-01-01"), To: day("2026-02-01")},
	} {
		if got := std.Sentence(r); got != want {
			t.Errorf("said is %q, want %q", got, want)
		}
	}
}

// A total says that it is of supervised instruction only where nothing else counts at
// any time.
func TestSentence_Supervised(t *testing.T) {
	const all, supervised = "At least 1 h is valid.", "At least 1 h of supervised instruction is valid."
	for _, tt := range []struct {
		rule Rule
		want string
	}{
		{Rule{Kind: SupervisedOnly}, supervised}, {Rule{Kind: SupervisedOnly, Setting: core.Clinic}, all}, {Rule{Kind: Once}, all},
		{Rule{Kind: SupervisedOnly, EffectiveFrom: day("2026-01-01")}, all}, {Rule{Kind: SupervisedOnly, EffectiveTo: day("2026-01-01")}, all},
	} {
		std := Standard{Rules: []Rule{{Kind: Total, Minutes: 60}, tt.rule}}
		if got := std.Sentence(std.Rules[0]); got != tt.want {
			t.Errorf("with %+v it says %q", tt.rule, got)
		}
	}
}

func TestQuantity(t *testing.T) {
	for m, want := range map[core.Minutes]string{59_999: "999 h 59 min", 60_000: "1,000 h", 60_001: "1,000 h 1 min", 90_030: "1,500 h 30 min"} {
		if got := quantity(m); got != want {
			t.Errorf("%d min are written %q", m, got)
		}
	}
}

// A rule says its sentence where it is worded, and otherwise its text, which is then
// no remark; nor is one that says the same.
func TestRule_Says(t *testing.T) {
	for _, tt := range []struct{ sentence, text, says, remark string }{
		{"", "T", "T", ""}, {"S", "T", "S", "T"}, {"S", "S", "S", ""}, {"S", "", "S", ""},
	} {
		r := Rule{sentence: tt.sentence, Text: tt.text}
		if r.Says() != tt.says || r.Remark() != tt.remark {
			t.Errorf("%+v says %q, remark %q", tt, r.Says(), r.Remark())
		}
	}
}

// A rule of a pack that has no text is given its sentence; a text stays.
func TestStandard_Spoken(t *testing.T) {
	std := Standard{Rules: []Rule{{Kind: Total, Minutes: 60, Text: "An hour."}, {Kind: AnyOf, Text: "One.", Rules: []Rule{{Kind: Pace, Days: 2}}}}}
	std.spoken(std.Rules)
	if std.Rules[0].Text != "An hour." || std.Rules[1].Rules[0].Text != "The first and the last day that count are at least 2 days apart." {
		t.Errorf("%q, %q", std.Rules[0].Text, std.Rules[1].Rules[0].Text)
	}
}

// A standard needs facts where a rule asks for one, however deep it stands.
func TestStandard_NeedsFacts(t *testing.T) {
	for _, tt := range []struct {
		rule Rule
		want bool
	}{
		{Rule{Kind: Holds}, true}, {Rule{Kind: Since}, true}, {Rule{Kind: Pace}, false}, {Rule{Kind: AnyOf, Rules: []Rule{{Kind: Pace}}}, false},
		{Rule{Kind: AnyOf, Rules: []Rule{{Kind: AllOf, Rules: []Rule{{Kind: Pace}, {Kind: Holds}}}}}, true},
	} {
		if got := (Standard{Rules: []Rule{{Kind: Total}, tt.rule}}).NeedsFacts(); got != tt.want {
			t.Errorf("%+v: %v", tt.rule, got)
		}
	}
}
