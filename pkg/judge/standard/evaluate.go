package standard

import (
	"math"

	"github.com/palmar/palmar/pkg/core"
)

// UnknownSubject stands for a rule in the reason of a credit whose subject the
// standard does not know.
const UnknownSubject = "unknown-subject"

// Doubtful stands for a rule in the reason of a credit that is in doubt.
const Doubtful = "doubtful-session"

// Evaluate judges credits by the rules in force, in the order that the package
// comment tells. The order of credits does not matter, and they are not changed.
func Evaluate(rules Rules, credits []core.Credit) Standing {
	return Order(credits).Evaluate(rules)
}

// Evaluate judges the credits by the rules in force, of someone of whom nothing
// else is known.
func (o Ordered) Evaluate(rules Rules) Standing { return o.EvaluateWith(rules, Facts{}) }

func (o Ordered) evaluate(rules Rules, facts Facts, program string) Standing {
	e := newEvaluation(rules, o.classes, facts, program)
	for i := range o.lines {
		e.take(&o.lines[i])
	}
	return e.close()
}

// evaluation is a standing in the making. What concerns every credit of a class
// alike is found out once, in plans; what a class has taken in is summed by class
// and shared out among the rules in the end.
type evaluation struct {
	std     *Standard
	on      core.Date // the day of the basis
	until   core.Date // see Standing.Until
	rules   []*compiled
	hour    *Rule
	facts   Facts
	program string // that counts where only one does
	classes []class
	plans   []plan

	recorded, valid []core.Minutes // by class
	first, last     *core.Credit   // that count in the total
	withins         []*compiled    // that end a time after the first
	uncounted       []Uncounted
}

// compiled is a rule ready to be applied. Rules within rules have their place in
// the list of the evaluation too; top is false for them.
type compiled struct {
	*Rule
	role    role
	top     bool
	limit   core.Minutes
	floor   core.Minutes // of a demand: below it something is missing by every source
	of      []bool       // subjects that it concerns; nil for all
	needs   [][]bool     // the same of each of After
	inner   []*compiled
	used    core.Minutes // of a cap; of a period's cap, in that period
	period  int32
	open    bool // of a gate
	from    int32
	to      int32            // of a window: the first and last day that count, or do not
	refused core.Minutes     // by a window or as a repetition
	taken   map[string]int32 // of once: the day on which a course counted
}

// plan is what rules do to the credits of one class.
type plan struct {
	subject int // -1 where the standard does not know it
	unknown bool
	outside bool
	forbids []*compiled
	windows []*compiled
	onces   []*compiled
	gates   []*compiled
	limits  []*compiled
}

func newEvaluation(rules Rules, classes []class, facts Facts, program string) *evaluation {
	n := len(classes)
	sums := make([]core.Minutes, 2*n)
	std := rules.std
	e := &evaluation{
		std: std, on: rules.on, until: rules.until, facts: facts, program: program, classes: classes, plans: make([]plan, n), recorded: sums[:n:n], valid: sums[n:],
		uncounted: []Uncounted{}, rules: make([]*compiled, 0, len(std.Rules)),
	}
	e.compile(std.Rules, true)
	for i := range classes {
		e.plans[i] = e.plan(&classes[i])
	}
	return e
}

// compile adds rules and those within them to the list.
func (e *evaluation) compile(rules []Rule, top bool) []*compiled {
	var made []*compiled
	for i := range rules {
		r := &compiled{Rule: &rules[i], role: kinds[rules[i].Kind].role, top: top, limit: rules[i].most(), floor: rules[i].least()}
		if share := core.Minutes(r.Percent); share > 0 && (r.role == limits || r.Kind == Minimum) {
			r.limit, r.floor = e.std.least()*share/100, e.std.least()*share/100
			if r.Kind == Minimum {
				r.limit = e.std.Required() * share / 100
			}
		}
		r.of = e.std.subjectsOf(r.Subject + r.Group)
		for _, need := range r.After {
			r.needs = append(r.needs, e.std.subjectsOf(need.Subject+need.Group))
		}
		switch r.Kind {
		case Hour, ContactHour:
			e.hour = r.Rule
		case Once:
			r.taken = map[string]int32{}
		case Window, Excluded, InCycle:
			r.from, r.to = math.MinInt32, math.MaxInt32
			if !r.From.IsZero() {
				r.from = dayOf(r.From)
			}
			if !r.To.IsZero() {
				r.to = dayOf(r.To)
			}
		case Within:
			r.from, r.to = math.MinInt32, math.MaxInt32
			e.withins = append(e.withins, r)
		case TransferAge:
			r.from, r.to = dayOf(e.on), math.MaxInt32
		case Since:
			r.from, r.to = e.facts.since(r.Fact), math.MaxInt32
		}
		made = append(made, r)
		e.rules = append(e.rules, r)
		r.inner = e.compile(r.Rules, false)
	}
	return made
}

func (e *evaluation) plan(c *class) plan {
	p := plan{subject: e.std.teaches(c.subject)}
	p.unknown = p.subject < 0 && !e.std.OpenSubjects
	for _, r := range e.rules {
		p.outside = p.outside || r.role == outside && r.chooses(c, p.subject)
	}
	for _, r := range e.rules {
		if !r.chooses(c, p.subject) {
			continue
		}
		switch {
		case r.Kind == Once:
			p.onces = append(p.onces, r)
		case r.Kind == TransferAge && c.earned != core.CreditTransfer:
		case r.Kind == Window || r.Kind == Excluded || r.Kind == InCycle || r.Kind == Since || r.Kind == Within || r.Kind == TransferAge:
			p.windows = append(p.windows, r)
		case r.role == permits && r.forbids(c), r.Kind == OneProgram && c.program != e.program:
			p.forbids = append(p.forbids, r)
		case r.role == opens && !p.outside:
			p.gates = append(p.gates, r)
		case r.role == limits && !p.outside && (!r.periodic() || c.earned != core.CreditTransfer):
			p.limits = append(p.limits, r)
		}
	}
	return p
}

// chooses tells whether a rule concerns the credits of a class whose subject is
// the standard's at that index.
func (r *compiled) chooses(c *class, subject int) bool {
	return (r.of == nil || subject >= 0 && r.of[subject]) &&
		(r.Setting == "" || r.Setting == c.setting) &&
		(r.Delivery == "" || r.Delivery == c.delivery) &&
		(r.Earned == "" || r.Earned == c.earned) &&
		(r.Mode == "" || r.Mode == c.mode) &&
		(!r.MakeUp || c.makeUp) &&
		c.handsOn >= r.HandsOn
}
