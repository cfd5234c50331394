package standard

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Fact is what somebody holds besides credits, by a code of the standard such as
// "licence" or "exam-clt-lana": from a day, known or not, to a day, or without
// end.
type Fact struct {
	Code string    `json:"code" yaml:"code"`
	From core.Date `json:"from,omitzero" yaml:"from"`
	To   core.Date `json:"to,omitzero" yaml:"to"`
}

// Facts is what is known of somebody on the day of asking.
type Facts struct {
	On   core.Date
	Held []Fact
}

// EvaluateWith judges credits and what somebody holds by a valid standard. The
// order of neither matters.
func EvaluateWith(std Standard, credits []core.Credit, facts Facts) Standing {
	return Order(credits).EvaluateWith(std, facts)
}

// EvaluateWith judges the credits and what somebody holds by a valid standard.
func (o Ordered) EvaluateWith(std Standard, facts Facts) Standing {
	programs := []string{""}
	if slices.ContainsFunc(std.Rules, func(r Rule) bool { return r.Kind == OneProgram }) {
		programs = o.programs()
	}
	best := o.evaluate(&std, facts, programs[0])
	for _, program := range programs[1:] {
		if s := o.evaluate(&std, facts, program); s.betterThan(&best) {
			best = s
		}
	}
	return best
}

// programs are those of the credits, the one that began first before others.
func (o Ordered) programs() []string {
	var all []string
	seen := make([]bool, len(o.classes))
	for i := range o.lines {
		class := o.lines[i].class
		if program := o.classes[class].program; !seen[class] && !slices.Contains(all, program) {
			all = append(all, program)
		}
		seen[class] = true
	}
	if all == nil {
		return []string{""}
	}
	return all
}

func (s *Standing) betterThan(other *Standing) bool {
	return cmp.Or(compareBool(s.Met, other.Met), cmp.Compare(s.Valid, other.Valid)) > 0
}

// since is the day from which a fact has been held first, among those that began
// until the day of asking.
func (f Facts) since(code string) int32 {
	first := int32(math.MaxInt32)
	for _, fact := range f.Held {
		switch {
		case fact.Code != code || fact.From.After(f.On):
		case fact.From.IsZero():
			return math.MinInt32
		default:
			first = min(first, dayOf(fact.From))
		}
	}
	return first
}

// held tells whether a fact is held on the day of asking, and for long enough;
// of several the one that is known to be held longest.
func (e *evaluation) held(r *compiled, s *RuleStanding) {
	s.Met = false
	for _, fact := range e.facts.Held {
		if fact.Code != r.Fact || !spans(fact.From, fact.To, e.facts.On) {
			continue
		}
		s.Met = true
		if s.First.IsZero() || !fact.From.IsZero() && fact.From.Before(s.First) {
			s.First = fact.From
		}
	}
	if r.Months > 0 && s.Met {
		s.Met = false
		if !s.First.IsZero() {
			s.NotBefore = addMonths(s.First, r.Months)
			s.Met = !e.facts.On.Before(s.NotBefore)
		}
	}
}

// Validity is how long what a standard attests is good: Months from the day on
// which it was met, with YearEnd until the last day of that year.
type Validity struct {
	Months     int        `json:"months" yaml:"months"`
	YearEnd    bool       `json:"year_end,omitempty" yaml:"year_end"`
	Text       string     `json:"text" yaml:"text"`
	Source     string     `json:"source" yaml:"source"`
	Confidence Confidence `json:"confidence,omitempty" yaml:"confidence"`
	Note       string     `json:"note,omitempty" yaml:"note"`
}

// Until is the last good day of what was met on a day; zero where it has no end.
func (v *Validity) Until(met core.Date) core.Date {
	if v == nil || v.Months == 0 {
		return core.Date{}
	}
	after := addMonths(met, v.Months)
	if v.YearEnd {
		return core.Date{Year: after.Year, Month: time.December, Day: 31}
	}
	return after.AddDays(-1)
}

func (v *Validity) validate(c *core.Collect) {
	if v == nil {
		return
	}
	if v.Months < 1 || v.Months > 240 {
		c.Add("validity.months", "bad_number", "The number lies between 1 and 240.")
	}
	text(c, "validity.text", v.Text, 500)
	text(c, "validity.source", v.Source, 500)
	optional(c, "validity.note", v.Note, 1000)
	oneOf(c, "validity.confidence", v.Confidence, "", High, Medium, Low)
}
