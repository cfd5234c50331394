package standard

import (
	"fmt"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Boundaries are cases on both sides of each rule's figure: what just reaches it
// and what just does not, what still fits and what is a minute too much. What each
// must give is what the rules say now, so that a later change of a figure fails
// them.
func (p Pack) Boundaries() []Case {
	p.Standard = p.Worded()
	cases := []Case{p.expect(Case{Name: say("boundary.nothing")})}
	for i := range p.Rules {
		for _, c := range p.sides(&p.Rules[i]) {
			c.Name = fmt.Sprintf("%s: %s", p.Rules[i].ID, c.Name)
			if len(cases) < mostCases-1 {
				cases = append(cases, p.expect(c))
			}
		}
	}
	return cases
}

// expect fills in what a case must give.
func (p Pack) expect(c Case) Case {
	c.Proposed = true
	if c.On.IsZero() && p.ages() {
		c.On, c.Enrolled = monday, monday
	}
	credits, err := p.credits(c)
	if err != nil {
		return c
	}
	if c.Subjects == nil && len(p.Subjects) > 0 && len(c.Credits) > 0 {
		c.Subjects = map[string]core.Minutes{}
		for _, one := range c.Credits {
			if p.subject(one.Subject) >= 0 {
				c.Subjects[one.Subject] = 0
			}
		}
	}
	rules, err := RulesFor(c.days(p.Standard), p.Standard)
	if err != nil {
		c.NotInForce = true
		return c
	}
	return c.outcome(EvaluateWith(rules, credits, Facts{On: c.On, Held: c.Facts}))
}

// monday is when the made-up histories begin.
var monday = core.Date{Year: 2026, Month: time.January, Day: 5}

// daily is how many minutes a day of a made-up history has: five hours, or as many
// as no cap of a day, a week or a month cuts.
func (s Standard) daily() core.Minutes {
	most := core.Minutes(300)
	for _, r := range s.Rules {
		switch r.Kind {
		case DayCap:
			most = min(most, r.Minutes)
		case WeekCap:
			most = min(most, r.Minutes/7)
		case MonthCap:
			most = min(most, r.Minutes/31)
		}
	}
	return max(1, most)
}

// sides are the cases about one rule, and of those within it.
func (p Pack) sides(r *Rule) []Case {
	one := p.creditOf(r)
	side := func(id string, m core.Minutes, credits ...CaseCredit) Case {
		return Case{Name: say("boundary."+id, "minutes", m.String()), Credits: credits}
	}
	switch r.Kind {
	case Total, Minimum, SubjectMinimum, Extra:
		m := r.most()
		if r.Percent > 0 {
			m = p.share(r)
		}
		return []Case{side("below", m-1, p.spread(one, m-1)...), side("exactly", m, p.spread(one, m)...)}
	case Maximum, SettingCap, DeliveryCap:
		m := r.most()
		if r.Percent > 0 {
			m = p.share(r)
		}
		return []Case{side("fits", m, p.spread(one, m)...), side("over", m+1, p.spread(one, m+1)...)}
	case DayCap, WeekCap, MonthCap:
		return p.periodSides(r, one, side)
	case Pace:
		return p.paceSides(r, one, side)
	case Within:
		return p.withinSides(r, one, side)
	case TransferAge:
		return p.ageSides(r, one, side)
	case Gate:
		return p.gateSides(r, one, side)
	case Hour, ContactHour:
		return p.hourSides(r, one, side)
	case Unjudged:
		if r.Minutes == 0 {
			return nil
		}
		return []Case{side("exactly", r.Minutes, p.spread(one, r.Minutes)...), side("over", r.Minutes+1, p.spread(one, r.Minutes+1)...)}
	case AnyOf, AllOf:
		var all []Case
		for i := range r.Rules {
			for _, c := range p.sides(&r.Rules[i]) {
				c.Name = r.Rules[i].ID + ": " + c.Name
				all = append(all, c)
			}
		}
		return all
	}
	return p.permitSides(r, one, side)
}

type sideFunc func(id string, m core.Minutes, credits ...CaseCredit) Case

// permitSides are one credit that a rule takes and one that it leaves.
func (p Pack) permitSides(r *Rule, one CaseCredit, side sideFunc) []Case {
	one.Minutes = 60
	other := one
	switch r.Kind {
	case SupervisedOnly:
		other.Unsupervised = true
	case Supervision:
		one.Mode, other.Mode = r.Modes[0], core.SupervisionNone
	case Window:
		if one.Date, other.Date = r.To, r.To.AddDays(1); r.To.IsZero() {
			one.Date, other.Date = r.From, r.From.AddDays(-1)
		}
	case Excluded:
		one.Date, other.Date = r.From.AddDays(-1), r.From
	case GradeMinimum:
		pass, fail := r.Percent, r.Percent-1
		one.Grade, other.Grade = &pass, &fail
	case TransferRecord:
		one.Earned, one.School, one.License, one.Transcript, one.AcceptedBy = core.CreditTransfer, "School", "1", "T-1", "Registrar"
		other = one
		other.Transcript = ""
	case Disallowed:
		one, other = p.creditOf(&Rule{}), one
		one.Minutes = 60
	default:
		return nil
	}
	return []Case{side("counts", 60, one), side("does_not_count", 60, other)}
}

func (p Pack) periodSides(r *Rule, one CaseCredit, side sideFunc) []Case {
	m, days := r.Minutes, map[Kind]int{DayCap: 1, WeekCap: 7, MonthCap: 26}[r.Kind]
	fill := func(m core.Minutes) (all []CaseCredit) {
		for n := range days {
			c := one
			c.Date = monday.AddDays(n)
			if c.Minutes = m / core.Minutes(days); core.Minutes(n) < m%core.Minutes(days) {
				c.Minutes++
			}
			if c.Minutes > 0 {
				all = append(all, c)
			}
		}
		return all
	}
	return []Case{side("fits", m, fill(m)...), side("over", m+1, fill(m+1)...)}
}

func (p Pack) paceSides(r *Rule, one CaseCredit, side sideFunc) []Case {
	one.Minutes = 60
	last := one
	last.Date = r.after(one.Date)
	early := last
	early.Date = last.Date.AddDays(-1)
	return []Case{side("early", 60, one, early), side("just_late", 60, one, last)}
}

func (p Pack) withinSides(r *Rule, one CaseCredit, side sideFunc) []Case {
	one.Minutes = 60
	last, late := one, one
	last.Date = r.after(one.Date)
	late.Date = last.Date.AddDays(1)
	return []Case{side("in_time", 60, one, last), side("late", 60, one, late)}
}

// ageSides are a transfer asked about on the last day on which it counts, and on the
// next.
func (p Pack) ageSides(r *Rule, one CaseCredit, side sideFunc) []Case {
	earned := p.creditOf(&Rule{Subject: r.Subject, Group: r.Group, Setting: r.Setting, Delivery: r.Delivery, Earned: core.CreditTransfer})
	earned.Minutes = 60
	last, old := side("counts", 60, earned), side("does_not_count", 60, earned)
	last.On, last.Enrolled = one.Date.AddMonths(r.Months), one.Date.AddMonths(r.Months)
	old.On, old.Enrolled = last.On.AddDays(1), last.On.AddDays(1)
	return []Case{last, old}
}

// gateSides are a credit behind the gate after just too little and after just
// enough of the first thing that it asks for, everything else being there.
func (p Pack) gateSides(r *Rule, one CaseCredit, side sideFunc) []Case {
	one.Minutes = 60
	before := func(short core.Minutes) (all []CaseCredit) {
		next := monday
		for i, need := range r.After {
			c := p.creditOf(&Rule{Subject: need.Subject, Group: need.Group, Setting: need.Setting})
			m := need.Minutes
			if i == 0 {
				m -= short
			}
			c.Date = next
			part := p.spread(c, m)
			all = append(all, part...)
			next = next.AddDays(int(m/p.daily()) + 1)
		}
		last := one
		last.Date = next
		return append(all, last)
	}
	return []Case{side("gate_shut", r.After[0].Minutes-1, before(1)...), side("gate_open", r.After[0].Minutes, before(0)...)}
}

func (p Pack) hourSides(r *Rule, one CaseCredit, side sideFunc) []Case {
	at := func(taught core.Minutes) CaseCredit {
		c := one
		c.Minutes, c.Elapsed, c.Break = taught, taught+60-r.PerHour, 60-r.PerHour
		return c
	}
	all := []Case{side("taught", r.PerHour, at(r.PerHour)), side("taught", r.PerHour-1, at(max(1, r.PerHour-1)))}
	if r.Least > 1 {
		all = append(all, side("taught", r.Least, at(r.Least)), side("taught", r.Least-1, at(r.Least-1)))
	}
	return all
}

// creditOf is a credit that a rule chooses.
func (p Pack) creditOf(r *Rule) CaseCredit {
	c := CaseCredit{Date: monday, Subject: r.Subject, Setting: r.Setting, Delivery: r.Delivery, Earned: r.Earned, Mode: r.Mode, MakeUp: r.MakeUp, HandsOn: r.HandsOn}
	if c.Mode == core.SupervisionNone {
		c.Unsupervised = true
	}
	if c.Subject == "" {
		c.Subject = p.oneOf(r.Group)
	}
	if c.Earned == core.CreditTransfer {
		c.School, c.License, c.Transcript, c.AcceptedBy = "School", "1", "T-1", "Registrar"
	}
	return c
}

// oneOf is a subject of a group, or the first of all.
func (p Pack) oneOf(group string) string {
	in := p.subjectsOf(group)
	for i, subject := range p.Subjects {
		if in == nil || in[i] {
			return subject.Code
		}
	}
	return "massage"
}

// spread is so many minutes in days that no usual cap of a day cuts.
func (p Pack) spread(c CaseCredit, m core.Minutes) (all []CaseCredit) {
	if c.Earned == core.CreditTransfer {
		if c.Minutes = m; m > 0 {
			all = append(all, c)
		}
		return all
	}
	daily := p.daily()
	if full := m / daily; full > 0 {
		days := c
		days.Minutes = daily
		if full > 1 {
			days.Days = int(full)
		}
		all = append(all, days)
	}
	if rest := m % daily; rest > 0 {
		last := c
		last.Date, last.Minutes = c.Date.AddDays(int(m/daily)), rest
		all = append(all, last)
	}
	return all
}

// Student is a made-up student who has done a share, in percent, of what each
// subject asks for, and of the total in the first subject what the others leave, on
// weekdays.
func (s Standard) Student(percent int) []core.Credit {
	var plan []CaseCredit
	left := s.Required()
	for i, subject := range s.Subjects {
		m := s.RequiredIn(subject.Code)
		left -= m
		if i == 0 {
			m += max(0, s.Required()-s.minima())
		}
		plan = append(plan, CaseCredit{Subject: subject.Code, Minutes: m * core.Minutes(percent) / 100})
	}
	if len(s.Subjects) == 0 {
		plan = []CaseCredit{{Subject: "massage", Minutes: left * core.Minutes(percent) / 100}}
	}
	var credits []core.Credit
	day, daily := monday, s.daily()
	for _, one := range plan {
		for m := one.Minutes; m > 0; m -= daily {
			part := CaseCredit{Date: day, Minutes: min(m, daily), Subject: one.Subject}
			if c, err := part.credit(0, len(credits)+1); err == nil {
				credits = append(credits, c)
			}
			if day = day.AddDays(1); day.Week().AddDays(5) == day {
				day = day.AddDays(2)
			}
		}
	}
	return credits
}

// Try is what the standard says of such a student on their last day. Codes: those of
// RulesFor.
func (s Standard) Try(percent int) (Standing, int, error) {
	credits := s.Student(percent)
	on := monday
	if len(credits) > 0 {
		on = credits[len(credits)-1].Date
	}
	rules, err := RulesFor(Days{Enrolled: monday, Asked: on}, s)
	if err != nil && s.dated() {
		rules, err = RulesFor(Case{}.days(s), s)
	}
	return Evaluate(rules, credits), len(credits), err
}

// minima are the least minutes of all subjects together.
func (s Standard) minima() (sum core.Minutes) {
	for _, subject := range s.Subjects {
		sum += s.RequiredIn(subject.Code)
	}
	return sum
}

// Code makes a code of a title: small letters, digits and single hyphens.
func Code(title string) string {
	parts := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	code := strings.Join(parts, "-")
	return strings.Trim(code[:min(len(code), 60)], "-")
}
