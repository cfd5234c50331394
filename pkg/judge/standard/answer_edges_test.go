package standard

import (
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

// A total within a choice says what it says outside of one: its figures where its
// sources conflict, and its source alone where they do not.
func TestAnswer_WordsOfTotalWithin(t *testing.T) {
	choice := func(r Rule) Standard {
		return standardOf(Rule{ID: "any", Kind: AnyOf, Confidence: High, Text: "One of them.", Source: "S", Rules: []Rule{
			r, {ID: "exam", Kind: Holds, Fact: "exam", Confidence: High, Text: "Has passed.", Source: "S"},
		}})
	}
	for _, tt := range []struct {
		std  Standard
		want []string
	}{
		{choice(total(60, Medium)), []string{"At least that. " + testkit.Said("ask.rule.secondary_of_year", "year", "2015")}},
		{choice(total(60, High, Figure{90, "Another", High})), []string{testkit.Said("ask.conflict", "highest", "1 h 30 min",
			"figures", testkit.Said("ask.figure", "minutes", "1 h 30 min", "source", "Another")+"; "+testkit.Said("ask.figure", "minutes", "1 h", "source", "The rule"))}},
		{standardOf(total(60, Low, Figure{90, "Another", High})), []string{testkit.Said("ask.conflict", "highest", "1 h 30 min",
			"figures", testkit.Said("ask.figure", "minutes", "1 h 30 min", "source", "Another")+"; "+testkit.Said("ask.figure", "minutes", "1 h", "source", "The rule"))}},
	} {
		if got := Evaluate(ruled(tt.std), []core.Credit{credit(1, "2026-03-02", 60, "a")}).AskText(); !slices.Equal(got, tt.want) {
			t.Errorf("says %q, want %q", got, tt.want)
		}
	}
}
