package standard

import (
	"cmp"
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// Relief is less than the full total for some: in the First cycle, or of those
// licensed for AfterYears on a cycle's last day. It is nothing (Exempt), Minutes,
// or PerMonth for each month of the cycle or part of one, never more than the
// full total. Of the other demands those in Keep stay.
type Relief struct {
	AfterYears int          `yaml:"after_years"`
	Exempt     bool         `yaml:"exempt"`
	PerMonth   core.Minutes `yaml:"per_month"`
	Minutes    core.Minutes `yaml:"minutes"`
	Keep       []string     `yaml:"keep"`
	Text       string       `yaml:"text"`
	Source     string       `yaml:"source"`
	Confidence Confidence   `yaml:"confidence"`
}

// Terms are what a waiver or an extension is bound to: it is asked for at least
// DaysBefore days before the cycle ends, and an extension lasts Months at the
// most.
type Terms struct {
	DaysBefore int        `yaml:"days_before"`
	Months     int        `yaml:"months"`
	Text       string     `yaml:"text"`
	Source     string     `yaml:"source"`
	Confidence Confidence `yaml:"confidence"`
}

// LastDay is the last day on which it can be asked for in a cycle.
func (t Terms) LastDay(s Span) core.Date { return s.To.AddDays(-t.DaysBefore) }

// Until is the latest day up to which it can extend a cycle.
func (t Terms) Until(s Span) core.Date { return s.To.AddMonths(t.Months) }

// Leave is what an authority granted someone in a cycle: Waived minutes less,
// nothing at all, or courses until a later day.
type Leave struct {
	Waived core.Minutes
	All    bool
	Until  core.Date
}

// Judgment is a standing in a cycle, with the minutes that were carried over
// into it.
type Judgment struct {
	Standing
	Span    Span
	Carried core.Minutes
}

// Bind are the rules that a holder is judged by in a cycle: those in force on its
// last day, with the days of the cycle filled in and the total of those who owe
// less. Its pack has a Cycle, and so no days of its own.
func (p Pack) Bind(h Holder, s Span, l Leave) Rules {
	rules, err := RulesFor(Days{Enrolled: s.To, Asked: s.To}, p.Standard)
	if err != nil {
		return Rules{}
	}
	rules.until = core.Date{} // the cycle's last day decides, not the one of asking
	std := rules.std
	relief := p.Cycle.relief(h, s)
	std.Rules = slices.DeleteFunc(p.Cycle.turned(std.Rules, h, s), func(r Rule) bool {
		kept := relief == nil || slices.Contains(relief.Keep, r.ID)
		return asks(r) && r.Kind != Total && (!kept || l.All)
	})
	for i := range std.Rules {
		switch r := &std.Rules[i]; r.Kind {
		case InCycle:
			r.From, r.To = s.From, s.To
			if l.Until.After(s.To) {
				r.To = l.Until
			}
		case Total:
			if relief != nil {
				r.Minutes, r.Text, r.Source, r.Confidence = relief.total(r.Minutes, s), relief.Text, relief.Source, cmp.Or(relief.Confidence, r.Confidence)
				r.Figures = nil
			}
			r.Minutes = max(0, r.Minutes-l.Waived)
			r.Figures = waived(r.Figures, l.Waived)
			if l.All { // as the authority itself decided
				r.Minutes, r.Figures, r.Text, r.Confidence = 0, nil, say("cycle.all_waived"), High
			}
		}
	}
	return rules
}

var unknownTurns = map[Turn]string{TurnFirst: "cycle.only.first", TurnSecond: "cycle.only.second", TurnLater: "cycle.only.later"}

// turned are the rules asked for in a cycle of a holder. Where it is not known whether
// one is, the answer is ask.
func (c Cycle) turned(rules []Rule, h Holder, s Span) (turned []Rule) {
	for _, r := range rules {
		i := slices.IndexFunc(c.Only, func(o Only) bool { return o.Rule == r.ID })
		if i >= 0 {
			is, known := c.within(c.Only[i].In, h, s)
			if known && !is {
				continue
			}
			if !known {
				r = Rule{ID: r.ID, Kind: Unjudged, Text: say(unknownTurns[c.Only[i].In], "text", r.Says()), Source: r.Source, Confidence: r.Confidence}
			}
		}
		turned = append(turned, r)
	}
	return turned
}

// waived are the figures of sources that conflict, less what an authority waived.
func waived(figures []Figure, minutes core.Minutes) []Figure {
	less := slices.Clone(figures)
	for i := range less {
		less[i].Minutes = max(0, less[i].Minutes-minutes)
	}
	return less
}

// asks tells whether a rule demands something.
func asks(r Rule) bool { return kinds[r.Kind].role == demands || kinds[r.Kind].role == outside }

// relief is what a holder owes less in a cycle: that of the first cycle before
// that of seniority, and of that the one after the most years.
func (c Cycle) relief(h Holder, s Span) *Relief {
	if s.First && c.First != nil {
		return c.First
	}
	var longest *Relief
	for i := range c.Seniority {
		r := &c.Seniority[i]
		senior := !h.Issued.IsZero() && !h.Issued.AddMonths(12*r.AfterYears).After(s.To)
		if senior && (longest == nil || r.AfterYears > longest.AfterYears) {
			longest = r
		}
	}
	return longest
}

func (r *Relief) total(full core.Minutes, s Span) core.Minutes {
	switch {
	case r.Exempt:
		return 0
	case r.PerMonth > 0:
		return min(full, r.PerMonth*core.Minutes(months(s)))
	}
	return min(full, r.Minutes)
}

// months counts the months of a cycle, a part of one as one.
func months(s Span) (n int) {
	for !s.From.AddMonths(n).After(s.To) {
		n++
	}
	return n
}

// Judge judges credits in a cycle of a holder. Its pack has a Cycle.
func (p Pack) Judge(h Holder, s Span, l Leave, credits []core.Credit) Judgment {
	j := Judgment{Span: s, Carried: p.carried(h, s, credits)}
	if j.Carried > 0 {
		credits = append(slices.Clone(credits), core.Credit{Kind: core.CreditCE, Minutes: j.Carried, Date: s.From, Supervised: true})
	}
	rules := p.Bind(h, s, l)
	j.Standing = Evaluate(rules, credits)
	p.Cycle.doubt(&j.Standing, h, s)
	rules.repeated(credits, &j.Standing)
	return j
}

// doubt lets a standing be no surer than when its cycle ends. Where the last day
// of the license decides, or is that day, it is on record and needs no other source.
func (c Cycle) doubt(s *Standing, h Holder, span Span) {
	if c.Ends.By == EndsExpiry || h.Expires == span.To || c.Ends.Confidence.Sure() || s.Required == 0 {
		return
	}
	if s.Answer = s.Answer.and(Ask); s.Answer == Ask {
		s.Ends = c.Ends.Confidence
	}
}

// repeated lets a standing ask where no rule says what becomes of a course that was
// taken twice, and it is enough only if both count.
func (r Rules) repeated(credits []core.Credit, s *Standing) {
	if s.Answer.Lacks() || slices.ContainsFunc(r.std.Rules, func(r Rule) bool { return r.Kind == Once }) {
		return
	}
	std := *r.std
	std.Rules = append(slices.Clone(std.Rules), Rule{Kind: Once})
	r.std = &std
	if Evaluate(r, credits).Answer.Lacks() {
		s.Answer, s.Repeats = Ask, true
	}
}

// carried is what the cycle before has beyond its total, as far as that counts.
func (p Pack) carried(h Holder, s Span, credits []core.Credit) core.Minutes {
	if p.Cycle.CarryOver == 0 {
		return 0
	}
	before, err := p.Cycle.Span(h, s.From.AddDays(-1))
	if err != nil {
		return 0
	}
	was := Evaluate(p.Bind(h, before, Leave{}), credits)
	return min(p.Cycle.CarryOver, max(0, was.Valid-was.Required))
}

// CaseHolder is the license of a case, the day that tells the cycle, and what an
// authority granted.
type CaseHolder struct {
	Number  string       `yaml:"number"`
	Issued  core.Date    `yaml:"issued"`
	Expires core.Date    `yaml:"expires"`
	Born    core.Date    `yaml:"born"`
	On      core.Date    `yaml:"on"`
	Waived  core.Minutes `yaml:"waived"`
	All     bool         `yaml:"all_waived"`
	Until   core.Date    `yaml:"until"`
}

func (p Pack) judgeCase(c Case, credits []core.Credit) (Judgment, error) {
	if c.Holder == nil {
		return Judgment{}, core.Invalid("required.holder")
	}
	h := Holder{Number: c.Holder.Number, Issued: c.Holder.Issued, Expires: c.Holder.Expires, Born: c.Holder.Born}
	s, err := p.Cycle.Span(h, c.Holder.On)
	if err != nil {
		return Judgment{}, err
	}
	return p.Judge(h, s, Leave{Waived: c.Holder.Waived, All: c.Holder.All, Until: c.Holder.Until}, credits), nil
}

// span writes the cycle that was found into an outcome.
func (c *Case) span(asked Case, j Judgment) {
	c.Carried = j.Carried
	if !asked.From.IsZero() {
		c.From = j.Span.From
	}
	if !asked.To.IsZero() {
		c.To = j.Span.To
	}
}
