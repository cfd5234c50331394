package certify

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// Nothing is certified by a standard of which only a secondary, weak or
// conflicting source was seen, and the refusal says so.
func TestNotMet_NotSure(t *testing.T) {
	credits := []core.Credit{{ID: core.CreditID{1}, Kind: core.CreditInstruction, Minutes: 600, Subject: "a", Supervised: true, Date: core.Date{Year: 2026, Month: 1, Day: 5}}}
	rule := standard.Rule{ID: "total", Kind: standard.Total, Minutes: 600, Text: "At least 10 h are valid.", Source: "S"}
	for _, tt := range []struct {
		confidence standard.Confidence
		figures    []standard.Figure
		code       string
	}{
		{"", nil, ""}, {standard.High, nil, ""}, {standard.Medium, nil, "standard_not_sure"}, {standard.Low, nil, "standard_not_sure"},
		{standard.High, []standard.Figure{{Minutes: 601, Source: "Another"}}, "standard_not_sure"},
		{standard.High, []standard.Figure{{Minutes: 599, Source: "Another"}}, ""},
	} {
		r := rule
		r.Confidence, r.Figures = tt.confidence, tt.figures
		std := standard.Standard{Key: "k", Version: "1", Title: "K", OpenSubjects: true, Rules: []standard.Rule{r}}
		rules, err := standard.RulesFor(standard.Days{}, std)
		if err != nil {
			t.Fatal(err)
		}
		err = notMet(standard.Evaluate(rules, credits))
		if core.CodeOf(err) != tt.code {
			t.Errorf("by %q and %v: %v, want %q", tt.confidence, tt.figures, err, tt.code)
		}
		if f := core.AsFault(err); tt.code != "" && (f == nil || len(f.Fields) != 1) {
			t.Errorf("says %v", err)
		}
	}
	if err := notMet(standard.Standing{}); core.CodeOf(err) != "standard_not_met" {
		t.Errorf("what answers nothing is certified: %v", err)
	}
}

// A school that writes "at least 600 h" over a rule of one minute certifies one
// minute: the words that are signed come from the figures.
func TestCompletionClaim_OneMinuteWithTheTextOf600(t *testing.T) {
	body, err := standard.Standard{
		Key: "k", Version: "1", Title: "K", OpenSubjects: true,
		Rules: []standard.Rule{{ID: "total", Kind: standard.Total, Minutes: 1, Text: "At least 600 h of supervised instruction are valid.", Source: "S"}},
	}.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	std, err := standard.Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	credits := []core.Credit{{ID: core.CreditID{1}, Kind: core.CreditInstruction, Minutes: 1, Subject: "a", Supervised: true, Date: core.Date{Year: 2026, Month: 1, Day: 5}}}
	rules, err := standard.RulesFor(standard.Days{}, std)
	if err != nil {
		t.Fatal(err)
	}
	c := completionClaim(logbook.Enrollment{ProgramTitle: "P"}, judgment{standard: rules.Standard(), standing: standard.Evaluate(rules, credits)})
	if said := c.Criteria + c.Description; strings.Contains(said, "600") || !strings.Contains(said, "At least 1 min is valid.") {
		t.Errorf("certified is %q", said)
	}
}
