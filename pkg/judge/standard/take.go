package standard

import (
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// take counts one credit.
func (e *evaluation) take(l *line) {
	p, c := &e.plans[l.class], l.credit
	claim := e.claim(c)
	valid := claim
	if p.unknown || c.Doubt || len(p.forbids) > 0 {
		valid = 0
	}
	for _, r := range p.windows {
		if r.Kind == TransferAge && !r.shuts(l) && e.std.Basis != AtEnrollment {
			e.until = earlier(e.until, c.Date.AddMonths(r.Months))
		}
		if r.shuts(l) {
			r.refused += c.Minutes
			valid = 0
		}
	}
	for _, r := range p.onces {
		if r.repeats(l) {
			r.refused += c.Minutes
			valid = 0
		}
	}
	for _, r := range p.gates {
		if !e.opened(r) {
			valid = 0
		}
	}
	for _, r := range p.limits {
		valid = min(valid, r.room(l))
	}
	if valid < max(claim, c.Minutes) {
		e.explain(l, claim, valid)
	}
	for _, r := range p.limits {
		r.used += valid
	}
	for _, r := range p.onces {
		if valid > 0 && c.Course != "" {
			r.taken[c.Course] = l.day
		}
	}
	e.recorded[l.class] += c.Minutes
	e.valid[l.class] += valid
	if valid > 0 && !p.outside {
		if e.first == nil {
			e.first = c
			for _, r := range e.withins {
				r.to = dayOf(r.after(c.Date))
			}
		}
		e.last = c
	}
}

// claim is what a credit counts for if no rule takes anything away.
func (e *evaluation) claim(c *core.Credit) core.Minutes {
	if e.hour == nil {
		return c.Minutes
	}
	if e.hour.Kind == ContactHour {
		return e.hour.contact(c.Minutes, c.Certified)
	}
	return e.hour.clock(c.Minutes, c.Elapsed, c.Break)
}

// clock makes minutes by the clock of taught minutes. To every PerHour minutes
// belongs a pause of what lacks to 60; of the pauses of a session as many count
// as that allows, and of a session longer than Block those of one Block: a
// session is one block, so a longer one is logged as several. A session of less
// than Least counts nothing. Never more counts than elapsed.
func (r *Rule) clock(taught, elapsed, pause core.Minutes) core.Minutes {
	if taught < r.Least {
		return 0
	}
	if elapsed == 0 {
		elapsed = taught + pause
	}
	earns := taught
	if r.Block > 0 {
		earns = min(taught, r.Block*r.PerHour/60)
	}
	clock := taught + min(pause, earns*(60-r.PerHour)/r.PerHour)
	return min(r.round(clock), elapsed)
}

// contact makes minutes by the clock of instruction: every PerHour minutes are an
// hour. Hours that a certificate certifies are hours already: ten of them are ten,
// however long an hour is. What is less than Least counts nothing.
func (r *Rule) contact(taught, certified core.Minutes) core.Minutes {
	if taught < r.Least {
		return 0
	}
	if certified > 0 {
		return r.round(certified)
	}
	return r.round(taught * 60 / r.PerHour)
}

func (r *Rule) round(m core.Minutes) core.Minutes {
	if r.RoundTo == 0 {
		return m
	}
	switch r.Rounding {
	case RoundNearest:
		m += r.RoundTo / 2
	case RoundUp:
		m += r.RoundTo - 1
	}
	return m - m%r.RoundTo
}

// forbids tells whether a rule forbids all credits of a class that it chooses.
// Where nobody wrote down how a session was supervised, the signature under it
// is taken as supervision in the mode that is asked for.
func (r *Rule) forbids(c *class) bool {
	switch r.Kind {
	case Disallowed:
		return true
	case SupervisedOnly:
		return !c.supervised
	case Supervision:
		return !c.supervised || c.mode != "" && !slices.Contains(r.Modes, c.mode)
	case GradeMinimum:
		return c.graded && c.grade < r.Percent
	case TransferRecord:
		return c.earned == core.CreditTransfer && !c.documented
	}
	return false
}

// after is the last of the days of a time that begins with a day: nine months from
// 15 January are over on 14 October.
func (r *Rule) after(first core.Date) core.Date {
	return first.AddMonths(r.Months).AddDays(r.Days + 7*r.Weeks - 1)
}

// shuts tells whether a window or an excluded period forbids a date, or a transfer is
// too old.
func (r *compiled) shuts(l *line) bool {
	if r.Kind == TransferAge {
		return dayOf(l.credit.Date.AddMonths(r.Months)) < r.from
	}
	within := l.day >= r.from && l.day <= r.to
	return within == (r.Kind == Excluded)
}

// repeats tells whether the course of a line counted on another day already.
func (r *compiled) repeats(l *line) bool {
	day, counted := r.taken[l.credit.Course]
	return counted && day != l.day
}

// opened tells whether a gate is open. What is valid only grows, so a gate that
// was open stays open.
func (e *evaluation) opened(gate *compiled) bool {
	if !gate.open {
		_, _, short := e.lacks(gate)
		gate.open = !short
	}
	return gate.open
}

// lacks finds the first need of a gate that is not fulfilled, and what is valid
// of it.
func (e *evaluation) lacks(gate *compiled) (need Need, have core.Minutes, short bool) {
	for i, need := range gate.After {
		have = 0
		for class := range e.plans {
			p := &e.plans[class]
			of := gate.needs[i]
			if !p.outside && (of == nil || p.subject >= 0 && of[p.subject]) && (need.Setting == "" || need.Setting == e.classes[class].setting) {
				have += e.valid[class]
			}
		}
		if have < need.Minutes {
			return need, have, true
		}
	}
	return Need{}, 0, false
}

// periodic tells whether a cap starts over with a day, a week or a month.
func (r *compiled) periodic() bool {
	return r.Kind == DayCap || r.Kind == WeekCap || r.Kind == MonthCap
}

// room is what a cap leaves for a credit.
func (r *compiled) room(l *line) core.Minutes {
	if period := r.periodOf(l); period != r.period {
		r.period, r.used = period, 0
	}
	return r.limit - r.used
}

// periodOf numbers the period of a cap that a line lies in; a cap of all time
// has the period 0 alone. Each period's lines follow each other, so a number
// that comes back cannot be mistaken.
func (r *compiled) periodOf(l *line) int32 {
	switch r.Kind {
	case DayCap:
		return l.day
	case WeekCap:
		return l.week
	case MonthCap:
		return l.month
	}
	return 0
}
