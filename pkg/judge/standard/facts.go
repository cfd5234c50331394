package standard

import (
	"cmp"
	"math"
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// Fact is what someone holds besides credits, by a code of the standard such as
// "license" or "exam-clt-lana": from a day, known or not, to a day, or without
// end.
type Fact struct {
	Code string    `json:"code" yaml:"code"`
	From core.Date `json:"from,omitzero" yaml:"from"`
	To   core.Date `json:"to,omitzero" yaml:"to"`
}

// Facts is what is known of someone on the day of asking.
type Facts struct {
	On   core.Date
	Held []Fact
}

// EvaluateWith judges credits and what someone holds by the rules in force. The
// order of neither matters.
func EvaluateWith(rules Rules, credits []core.Credit, facts Facts) Standing {
	return Order(credits).EvaluateWith(rules, facts)
}

// EvaluateWith judges the credits and what someone holds by the rules in force.
func (o Ordered) EvaluateWith(rules Rules, facts Facts) Standing {
	if rules.std == nil {
		return Standing{}
	}
	programs := []string{""}
	if slices.ContainsFunc(rules.std.Rules, func(r Rule) bool { return r.Kind == OneProgram }) {
		programs = o.programs()
	}
	best := o.evaluate(rules, facts, programs[0])
	for _, program := range programs[1:] {
		if s := o.evaluate(rules, facts, program); s.betterThan(&best) {
			best = s
		}
	}
	return best
}

// programs are those of the credits, the one that began first before others.
func (o Ordered) programs() []string {
	var all []string
	for i := range o.lines {
		if program := o.classes[o.lines[i].class].program; !slices.Contains(all, program) {
			all = append(all, program)
		}
	}
	if all == nil {
		return []string{""}
	}
	return all
}

func (s *Standing) betterThan(other *Standing) bool {
	return cmp.Or(cmp.Compare(s.Answer.order(), other.Answer.order()), cmp.Compare(s.Valid, other.Valid)) > 0
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
	held := false
	for _, fact := range e.facts.Held {
		if fact.Code != r.Fact || !spans(fact.From, fact.To, e.facts.On) {
			continue
		}
		held = true
		if s.First.IsZero() || !fact.From.IsZero() && fact.From.Before(s.First) {
			s.First = fact.From
		}
	}
	if r.Months > 0 && held {
		held = false
		if !s.First.IsZero() {
			s.NotBefore = s.First.AddMonths(r.Months)
			held = !e.facts.On.Before(s.NotBefore)
		}
	}
	s.Answer = answered(held)
}
