package standard

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

// ruleOf is one rule of a kind with every field that the kind needs.
func ruleOf(kind Kind) Rule {
	r := Rule{ID: "it", Kind: kind, Source: "here", Text: "At least 600 h are valid."}
	for _, need := range kinds[kind].needs {
		switch strings.FieldsFunc(need, func(r rune) bool { return r == '|' || r == '+' })[0] {
		case "minutes":
			r.Minutes = 90
		case "subject":
			r.Subject = "massage"
		case "days":
			r.Weeks = 24
		case "months":
			r.Months = 60
		case "rules":
			r.Rules = []Rule{{ID: "in", Kind: Minimum, Minutes: 61, Source: "here"}, {ID: "or", Kind: Pace, Days: 3, Source: "here"}}
		case "fact":
			r.Fact = "license"
		case "setting":
			r.Setting = core.Clinic
		case "delivery":
			r.Delivery = core.Distance
		case "after":
			r.After = []Need{{Minutes: 400 * 60}}
		case "modes":
			r.Modes = []core.SupervisionMode{core.SupervisionInClass}
		case "from":
			r.From, r.To = day("2026-01-01"), day("2026-02-01")
		case "percent":
			r.Percent = 70
		case "per_hour":
			r.PerHour = 50
		}
	}
	return r
}

func TestSentence_Kinds(t *testing.T) {
	std := Standard{Subjects: []Subject{{Code: "massage", Title: "Massage"}}, Rules: []Rule{{Kind: Total, Minutes: 600}}}
	for kind := range kinds {
		got := std.Sentence(ruleOf(kind))
		if got == say("sentence.other", "kind", string(kind)) || !strings.HasSuffix(got, ".") || strings.Contains(got, "sentence.") || strings.Contains(got, "600 h") {
			t.Errorf("%s says %q", kind, got)
		}
		t.Logf("%-16s %s", kind, got)
	}
}

// The demo's school wrote of its rules what they do.
func TestSentence_Demo(t *testing.T) {
	for i, text := range Demo().Sentences() {
		if is := Demo().Rules[i].Text; is != text {
			t.Errorf("%q is worded %q", is, text)
		}
	}
}

func TestSentence_Of(t *testing.T) {
	std := Standard{
		Subjects: []Subject{{Code: "massage", Title: "Massage"}}, Groups: []Group{{Code: "hands", Title: "Hands-on subjects", Members: []string{"massage"}}},
		Rules: []Rule{{Kind: Total, Minutes: 60_000}, {Kind: SupervisedOnly}},
	}
	for want, r := range map[string]Rule{
		"At least 1,000 h of supervised instruction are valid.":                                           std.Rules[0],
		"At least 1 min is valid.":                                                                        {Kind: Minimum, Minutes: 1},
		"At most 500 h transferred from other schools count: 50% of the total.":                           {Kind: Maximum, Percent: 50, Earned: core.CreditTransfer},
		"Time at an externship counts only after 400 h in all and 10 h of Hands-on subjects.":             {Kind: Gate, Setting: core.Externship, After: []Need{{Minutes: 24_000}, {Minutes: 600, Group: "hands"}}},
		"At least 2 h of Massage in the clinic are valid.":                                                {Kind: Minimum, Minutes: 120, Subject: "massage", Setting: core.Clinic},
		"An hour is 50 min of instruction and up to 10 min of break. Breaks add up within 3 h.":           {Kind: Hour, PerHour: 50, Block: 180},
		"The first and the last day that count are at least 1 month apart. This holds until Jan 1, 2026.": {Kind: Pace, Months: 1, EffectiveTo: day("2026-01-01")},
	} {
		if got := std.Sentence(r); got != want {
			t.Errorf("said is %q, want %q", got, want)
		}
	}
}

// A school cannot say 600 h over a rule of one minute: what it publishes is read
// by the figures, and its own text is a remark.
func TestParse_OneMinuteWithTheTextOf600(t *testing.T) {
	std := Standard{
		Key: "cheat", Version: "1", Title: "Cheat", Subjects: []Subject{{Code: "massage", Title: "Massage"}},
		Rules: []Rule{
			{ID: "total", Kind: Total, Minutes: 1, Text: "At least 600 h are valid.", Source: "us"},
			{ID: "day", Kind: DayCap, Minutes: 1, Text: "At most 8 h of one date count.", Source: "us"},
			{ID: "or", Kind: AnyOf, Text: "600 h or more.", Source: "us", Rules: []Rule{{ID: "in", Kind: Minimum, Minutes: 2, Text: "At least 500 h are valid.", Source: "us"}}},
		},
	}
	body, err := std.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	published, err := Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := published.Marshal(); err != nil || string(kept) != string(body) {
		t.Errorf("kept is %s, %v", kept, err)
	}
	credit := core.Credit{Kind: core.CreditInstruction, Minutes: 2, Subject: "massage", Supervised: true, Date: day("2026-01-05")}
	s := Evaluate(ruled(published), []core.Credit{credit})
	if s.Rules[0].Text != "At least 1 min is valid." || s.Rules[0].Remark != "At least 600 h are valid." {
		t.Errorf("the total says %q, remark %q", s.Rules[0].Text, s.Rules[0].Remark)
	}
	said := append(s.MissingText(), published.Sentences()...)
	for _, u := range s.Uncounted {
		for _, r := range u.Reasons {
			said = append(said, r.Text)
		}
	}
	for _, text := range said {
		if strings.Contains(text, "00 h") || strings.Contains(text, "8 h") {
			t.Errorf("said is %q", text)
		}
	}
}
