package standard

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/testkit"
)

func total(minutes core.Minutes, confidence Confidence, figures ...Figure) Rule {
	return Rule{ID: "total", Kind: Total, Minutes: minutes, Confidence: confidence, Figures: figures, Text: "At least that.", Source: "The rule"}
}

func standardOf(rules ...Rule) Standard {
	return Standard{
		Key: "k", Version: "1", Title: "K", OpenSubjects: true, Subjects: []Subject{{Code: "a", Title: "Aa"}, {Code: "b", Title: "Bb"}},
		AsOf: on("2015-01-01"), Rules: rules,
	}
}

// What a rule asks is met for sure by a source that was seen, or by a school's own
// rule; by another it asks. Short stays short.
func TestAnswer_Confidence(t *testing.T) {
	for confidence, want := range map[Confidence]Answer{High: Met, "": Met, Medium: Ask, Low: Ask, "X": Ask} {
		std := standardOf(total(60, confidence))
		if got := Evaluate(ruled(std), []core.Credit{credit(1, "2026-03-02", 60, "a")}); got.Answer != want || got.Rules[0].Answer != want || got.Missing != 0 {
			t.Errorf("by %q 60 min are %s, want %s", confidence, got.Answer, want)
		}
		if got := Evaluate(ruled(std), []core.Credit{credit(1, "2026-03-02", 59, "a")}); got.Answer != Short {
			t.Errorf("by %q 59 min are %s", confidence, got.Answer)
		}
	}
}

// Each kind of figure is unsure by a weak source, and a rule without one is not.
func TestAnswer_Figured(t *testing.T) {
	credits := []core.Credit{credit(1, "2026-03-02", 120, "a"), credit(2, "2026-03-09", 60, "b")}
	tests := []struct {
		rule Rule
		want Answer
	}{
		{Rule{Kind: SubjectMinimum, Subject: "a", Minutes: 60}, Ask},
		{Rule{Kind: Maximum, Subject: "b", Percent: 100}, Ask},
		{Rule{Kind: Pace, Days: 2}, Ask}, {Rule{Kind: Pace, Weeks: 1}, Ask}, {Rule{Kind: Pace, Months: 0, Days: 1}, Ask},
		{Rule{Kind: Gate, Subject: "b", After: []Need{{Minutes: 60}}}, Ask},
		{Rule{Kind: Hour, PerHour: 50}, Ask},
		{Rule{Kind: Window, From: on("2026-01-01")}, Ask}, {Rule{Kind: Window, To: on("2026-12-31")}, Ask},
		{Rule{Kind: InCycle, From: on("2026-01-01"), To: on("2026-12-31")}, Met},
		{Rule{Kind: SupervisedOnly}, Met}, {Rule{Kind: OneProgram}, Met}, {Rule{Kind: Once}, Met},
	}
	for i, tt := range tests {
		tt.rule.ID, tt.rule.Text, tt.rule.Source, tt.rule.Confidence = "r", "Rule.", "S", Medium
		if got := Evaluate(ruled(standardOf(total(60, High), tt.rule)), credits); got.Answer != tt.want {
			t.Errorf("%d: %+v is %s, want %s", i, tt.rule, got.Answer, tt.want)
		}
	}
}

// Below the lowest figure all sources say short, from the highest on the row's
// confidence decides, between them the board has to be asked.
func TestAnswer_Conflict(t *testing.T) {
	for _, tt := range []struct {
		confidence Confidence
		minutes    core.Minutes
		want       Answer
	}{
		{High, 59, Short}, {High, 60, Ask}, {High, 89, Ask}, {High, 90, Met}, {Medium, 90, Ask}, {Low, 90, Ask},
	} {
		for _, r := range []Rule{total(60, tt.confidence, Figure{90, "Another", High}), total(90, tt.confidence, Figure{60, "Another", High}, Figure{75, "A third", Low})} {
			std := standardOf(r)
			got := Evaluate(ruled(std), []core.Credit{credit(1, "2026-03-02", tt.minutes, "a")})
			if got.Answer != tt.want || got.Required != 90 || got.Missing != max(0, 90-tt.minutes) || std.Required() != 90 {
				t.Errorf("%d min by %+v are %s of %d, want %s", tt.minutes, r, got.Answer, got.Required, tt.want)
			}
			figures := got.Rules[0].Figures
			if figures[0].Minutes != 90 || figures[len(figures)-1].Minutes != 60 {
				t.Errorf("figures %+v", figures)
			}
			text := got.AskText()
			if tt.want == Met && text != nil {
				t.Errorf("met for sure, and says %q", text)
			}
			if tt.want != Met && (len(text) != 1 || !strings.Contains(text[0], "1 h 30 min by ") || !strings.Contains(text[0], "1 h by ")) {
				t.Errorf("both figures are not told: %q", text)
			}
		}
	}
	// A share is of the lowest figure.
	half := Rule{ID: "half", Kind: Maximum, Subject: "a", Percent: 50, Text: "Half.", Source: "S"}
	if got := Evaluate(ruled(standardOf(total(60, High, Figure{90, "Another", High}), half)), []core.Credit{credit(1, "2026-03-02", 60, "a")}); got.Valid != 30 {
		t.Errorf("%d count", got.Valid)
	}
}

func TestAnswer_Words(t *testing.T) {
	met := []core.Credit{credit(1, "2026-03-02", 36_000, "a")}
	minimum := Rule{ID: "a", Kind: SubjectMinimum, Subject: "a", Minutes: 60, Confidence: Low, Text: "An hour of Aa.", Source: "S"}
	within := Rule{ID: "any", Kind: AnyOf, Confidence: High, Text: "One of them.", Source: "S", Rules: []Rule{minimum}}
	for _, tt := range []struct {
		std  Standard
		want []string
	}{
		{standardOf(total(36_000, Medium)), []string{testkit.Said("ask.total.secondary_of_year", "required", "600 h", "year", "2015")}},
		{standardOf(total(36_000, Low), minimum), []string{testkit.Said("ask.total.weak_of_year", "required", "600 h", "year", "2015")}},
		{standardOf(total(36_000, High), minimum), []string{"An hour of Aa. " + testkit.Said("ask.rule.weak_of_year", "year", "2015")}},
		{standardOf(total(36_000, High), within), []string{"An hour of Aa. " + testkit.Said("ask.rule.weak_of_year", "year", "2015")}},
		{standardOf(total(36_000, High)), nil},
		{standardOf(total(36_001, Medium)), nil},
	} {
		if got := Evaluate(ruled(tt.std), met).AskText(); !slices.Equal(got, tt.want) {
			t.Errorf("says %q, want %q", got, tt.want)
		}
	}
	undated := standardOf(total(36_000, Medium))
	undated.AsOf = core.Date{}
	if got := Evaluate(ruled(undated), met).AskText(); !slices.Equal(got, []string{testkit.Said("ask.total.secondary", "required", "600 h")}) {
		t.Errorf("says %q", got)
	}
}

// A choice is as good as its best way, all of it as bad as its worst.
func TestAnswer_Choices(t *testing.T) {
	sure := Rule{ID: "sure", Kind: SubjectMinimum, Subject: "a", Minutes: 60, Confidence: High, Text: "T", Source: "S"}
	weak := Rule{ID: "weak", Kind: SubjectMinimum, Subject: "b", Minutes: 60, Confidence: Medium, Text: "T", Source: "S"}
	for _, tt := range []struct {
		kind Kind
		a, b core.Minutes
		want Answer
	}{
		{AnyOf, 60, 60, Met}, {AnyOf, 60, 0, Met}, {AnyOf, 59, 60, Ask}, {AnyOf, 59, 59, Short},
		{AllOf, 60, 60, Ask}, {AllOf, 59, 60, Short}, {AllOf, 60, 59, Short},
	} {
		choice := Rule{ID: "c", Kind: tt.kind, Confidence: Medium, Text: "T", Source: "S", Rules: []Rule{weak, sure}}
		credits := []core.Credit{credit(1, "2026-03-02", tt.a, "a"), credit(2, "2026-03-02", tt.b, "b")}
		if got := Evaluate(ruled(standardOf(total(1, High), choice)), credits); got.Answer != tt.want {
			t.Errorf("%s of %d and %d is %s, want %s", tt.kind, tt.a, tt.b, got.Answer, tt.want)
		}
	}
}

// A way that a weak source opens lets nobody be met for sure, with a figure or
// without; what is asked for by it alone does.
func TestAnswer_WaysWithoutFigure(t *testing.T) {
	held := Rule{ID: "held", Kind: Holds, Fact: "exam", Confidence: Medium, Text: "Has passed.", Source: "S"}
	hour := Rule{ID: "hour", Kind: SubjectMinimum, Subject: "a", Minutes: 60, Confidence: High, Text: "T", Source: "S"}
	choice := Rule{ID: "c", Kind: AnyOf, Confidence: High, Text: "T", Source: "S", Rules: []Rule{held, hour}}
	facts := Facts{On: day("2026-03-02"), Held: []Fact{{Code: "exam"}}}
	for _, tt := range []struct {
		rule    Rule
		subject string
		facts   Facts
		want    Answer
	}{
		{choice, "b", facts, Ask}, {choice, "b", Facts{On: facts.On}, Short}, {choice, "a", facts, Met},
		{held, "b", facts, Met}, {held, "b", Facts{On: facts.On}, Short},
	} {
		s := EvaluateWith(ruled(standardOf(total(60, High), tt.rule)), []core.Credit{credit(1, "2026-03-02", 60, tt.subject)}, tt.facts)
		if s.Answer != tt.want {
			t.Errorf("%s with %d facts is %s, want %s", tt.rule.Kind, len(tt.facts.Held), s.Answer, tt.want)
		}
		if said := s.AskText(); tt.want == Ask && (len(said) != 1 || !strings.HasPrefix(said[0], "Has passed.")) {
			t.Errorf("says %q", said)
		}
	}
}

func TestAnswer_JSON(t *testing.T) {
	for answer, want := range map[Answer]string{Met: "true", Short: "false", Ask: `"ask"`, "": "false"} {
		b, err := json.Marshal(answer)
		if err != nil || string(b) != want {
			t.Errorf("%q is %s, %v", answer, b, err)
		}
		var back Answer
		if err := json.Unmarshal(b, &back); err != nil || back.Met() != answer.Met() || back.Asks() != answer.Asks() || back.Lacks() != answer.Lacks() {
			t.Errorf("%s is read as %q, %v", b, back, err)
		}
	}
	var a Answer
	for _, bad := range []string{`"met"`, `1`, `null`, `"yes"`} {
		if err := json.Unmarshal([]byte(bad), &a); bad != "null" && core.CodeOf(err) != "bad_json" {
			t.Errorf("%s is read: %v", bad, err)
		}
	}
	if a.Met() {
		t.Error("what answers nothing is met")
	}
}

// What an extra takes outside the total does not lower what a subject lacks.
func TestExtra_Missing(t *testing.T) {
	std := standardOf(total(60, High), Rule{ID: "a", Kind: SubjectMinimum, Subject: "a", Minutes: 60, Text: "T", Source: "S"},
		Rule{ID: "x", Kind: Extra, Subject: "a", Setting: core.Clinic, Minutes: 30, Text: "T", Source: "S"})
	outside := credit(1, "2026-03-02", 45, "a")
	outside.Setting = core.Clinic
	got := Evaluate(ruled(std), []core.Credit{outside, credit(2, "2026-03-03", 40, "a")})
	if got.Subjects[0].Missing != 20 || got.Rules[1].Missing != 20 || got.Extra != 45 || got.Subjects[0].Valid != 85 {
		t.Errorf("%+v", got.Subjects[0])
	}
}

func TestValidate_Figures(t *testing.T) {
	for name, f := range map[string]Figure{
		"none": {Source: "S"}, "the same": {Minutes: 60, Source: "S"}, "too many": {Minutes: MostMinutes + 1, Source: "S"},
		"no source": {Minutes: 61}, "another confidence": {Minutes: 61, Source: "S", Confidence: "X"},
	} {
		if err := standardOf(total(60, High, f)).Validate(); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if err := standardOf(total(60, High, Figure{Minutes: 61, Source: "S"})).Validate(); err != nil {
		t.Error(err)
	}
	cap := Rule{ID: "c", Kind: DayCap, Minutes: 60, Figures: []Figure{{Minutes: 61, Source: "S"}}, Text: "T", Source: "S"}
	if err := standardOf(total(60, High), cap).Validate(); err == nil {
		t.Error("a cap has figures")
	}
}

// A fraction of a minute is refused, with the line of it.
func TestParsePack_Fraction(t *testing.T) {
	b, err := packs.ReadFile("packs/us/iowa.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for old, fraction := range map[string]string{"minutes: 36000": "minutes: 36000.5", "recorded: 36000": "recorded: 36000.25", "minutes: 300": "minutes: 299.5", "short: 1\n": "short: 0.5\n"} {
		text := strings.Replace(string(b), old, fraction, 1)
		line := 1 + strings.Count(text[:strings.Index(text, fraction)], "\n")
		_, err := ParsePack([]byte(text))
		if f := core.AsFault(err); f == nil || len(f.Fields) != 1 || !strings.HasPrefix(f.Fields[0].Message(), "line "+strconv.Itoa(line)+": ") {
			t.Errorf("%s is read, or not told with line %d: %v", fraction, line, err)
		}
	}
}
