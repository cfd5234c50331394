package standard

import (
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// guarantee holds the rules of a program against those of a jurisdiction. It says met
// only where all who meet the program have what the jurisdiction asks for, whatever
// their hours: each rule that takes hours away is one that the program has too, so
// that nothing which counts there fails to count here, and each demand is a demand of
// the program about the same subjects. Caps of one may be filled by hours that the
// other refuses, so where the jurisdiction has any, it is known only if all rules that
// take something away are the same.
type guarantee struct {
	own, state *evaluation
	asks       []*compiled // what the program always demands
	same       bool
}

// verdict is what is known of one rule: Met where it is guaranteed, Short where it is
// surely not, otherwise Ask.
type verdict struct {
	answer Answer
	less   []Shortfall
	why    []string
	unsure []RuleStanding // guaranteed, but by a weak source
}

// guaranteed judges a claim by the rules of the program.
func guaranteed(s Standard, j Jurisdiction, c *Claim) {
	own, err := RulesFor(Days{Enrolled: c.On, Asked: c.On}, s)
	if f := core.AsFault(err); f != nil {
		c.Why = []string{f.Message()}
		return
	}
	g := guarantee{own: newEvaluation(own, nil, Facts{}, ""), state: newEvaluation(j.Rules, nil, Facts{}, "")}
	g.asks = always(g.own.tops())
	g.same = g.sameTaking()
	all := verdict{answer: Met}
	if g.own.hour != nil && g.state.hour == nil {
		all = verdict{answer: Ask, why: []string{say("claim.hour", "rule", g.own.hour.Says())}}
	}
	for _, r := range g.state.tops() {
		all = all.and(g.rule(r))
	}
	switch {
	case all.answer.Lacks():
		c.Outcome, c.Less = ClaimLess, all.less
	case all.answer.Met() && j.Answer(Standing{Answer: Met}).Met():
		c.Outcome = ClaimMet
	case all.answer.Met():
		c.Why = j.AskText(Standing{Answer: Met})
	default:
		weak := Standing{Answer: Ask, AsOf: j.AsOf, Rules: all.unsure}
		c.Why = append(all.why, weak.askRules()...)
	}
}

// and is what is known of both.
func (v verdict) and(w verdict) verdict {
	return verdict{v.answer.and(w.answer), append(v.less, w.less...), append(v.why, w.why...), append(v.unsure, w.unsure...)}
}

func (e *evaluation) tops() (all []*compiled) {
	for _, r := range e.rules {
		if r.top {
			all = append(all, r)
		}
	}
	return all
}

// always are rules, and those within them that are asked of everybody.
func always(rules []*compiled) (all []*compiled) {
	for _, r := range rules {
		all = append(all, r)
		if r.Kind == AllOf {
			all = append(all, always(r.inner)...)
		}
	}
	return all
}

func (g *guarantee) rule(r *compiled) verdict {
	v := g.plain(r)
	if v.answer.Met() && r.figured() && !r.Confidence.Sure() {
		return g.weak(r)
	}
	return v
}

// weak is a rule that is guaranteed, if its source is right.
func (g *guarantee) weak(r *compiled) verdict {
	return verdict{answer: Ask, unsure: []RuleStanding{{ID: r.ID, Kind: r.Kind, Answer: Ask, Limit: r.limit, Text: r.Says(), Confidence: r.Confidence, Figures: r.all()}}}
}

func (g *guarantee) unknown(r *compiled) verdict {
	return verdict{answer: Ask, why: []string{say("claim.not_guaranteed", "rule", r.Says())}}
}

func metIf(yes bool, otherwise verdict) verdict {
	if yes {
		return verdict{answer: Met}
	}
	return otherwise
}

// plain is what is known of a rule, its source aside.
func (g *guarantee) plain(r *compiled) verdict {
	switch r.Kind {
	case Total, Minimum, SubjectMinimum:
		return g.amount(r)
	case Extra:
		return metIf(g.same && slices.ContainsFunc(g.asks, func(p *compiled) bool {
			return p.Kind == Extra && choiceOf(p) == choiceOf(r) && slices.Equal(p.of, r.of) && p.limit >= r.limit
		}), g.unknown(r))
	case Pace:
		return metIf(g.everything(nil) && slices.ContainsFunc(g.asks, func(p *compiled) bool { return p.Kind == Pace && lasts(p, r) }), g.unknown(r))
	case AllOf:
		all := verdict{answer: Met}
		for _, in := range r.inner {
			all = all.and(g.rule(in))
		}
		return all
	case AnyOf:
		return g.ways(r)
	case Holds:
		return g.unknown(r)
	case Hour, ContactHour:
		return metIf(g.counts(r), g.unknown(r))
	}
	return metIf(g.same || g.vacuous(r) || g.taken(r), g.unknown(r))
}

// ways is the best of several ways, of which none is surer than what tells of it.
// Something held instead of hours is no education.
func (g *guarantee) ways(r *compiled) verdict {
	best := g.unknown(r)
	first := true
	for _, in := range r.inner {
		if in.Kind == Holds && len(r.inner) > 1 {
			continue
		}
		v := g.rule(in)
		if v.answer.Met() && !in.Confidence.Sure() {
			v = g.weak(in)
		}
		if first || v.answer.order() > best.answer.order() {
			best, first = v, false
		}
	}
	return best
}

// amount is what is known of minutes that are asked for: the least that the program's
// own demands make sure of, or what they fall short of even if every subject that the
// jurisdiction does not know were one of those that it asks for.
func (g *guarantee) amount(r *compiled) verdict {
	certain := g.within(r.of)
	least := g.least(certain, g.everything(r.of))
	if rest := choiceOf(r); rest != (chooses{}) {
		least = 0
		for _, p := range g.asks {
			if p.Kind == Minimum && choiceOf(p) == rest && g.inside(p.of, certain, r.of) {
				least = max(least, p.limit)
			}
		}
		return metIf(least >= r.limit, g.short(r, least, g.most() < r.floor))
	}
	if least >= r.limit {
		return verdict{answer: Met}
	}
	maybe := g.maybe(r.of)
	if r.of == nil {
		return g.short(r, max(least, g.least(maybe, true)), g.most() < r.floor)
	}
	return g.short(r, least, g.tight() && g.least(maybe, !slices.Contains(maybe, false)) < r.floor)
}

// short is a demand that is not guaranteed: surely less, or not known, because its
// sources conflict, subjects are not known, or the program does not ask for it.
func (g *guarantee) short(r *compiled, least core.Minutes, surely bool) verdict {
	switch unknown := g.strangers(); {
	case surely:
		return verdict{answer: Short, less: []Shortfall{{r.ID, r.Says(), r.limit, least}}}
	case least >= r.floor && len(r.Figures) > 0:
		return g.weak(r)
	case len(unknown) > 0:
		return verdict{answer: Ask, why: []string{say("claim.not_guaranteed", "rule", r.Says()) + " " + say("claim.strangers", "subjects", strings.Join(unknown, ", "))}}
	}
	return g.unknown(r)
}

// chooses is what a rule chooses besides subjects.
type chooses struct {
	setting  core.Setting
	delivery core.Delivery
	earned   core.CreditKind
	mode     core.SupervisionMode
	makeUp   bool
	handsOn  int
}

func choiceOf(r *compiled) chooses {
	return chooses{r.Setting, r.Delivery, r.Earned, r.Mode, r.MakeUp, r.HandsOn}
}
