package standard

import (
	"cmp"
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// Basis is the day that decides which version of a standard someone is judged
// by, and which of its rules. Illinois and Connecticut take the day of the
// application, Ohio's old rule took that of the enrollment (domain.md, A1.3). A
// standard without one takes the day of the application.
type Basis string

// The bases.
const (
	AtEnrollment  Basis = "enrollment"
	AtApplication Basis = "application"
)

// Days are the days of someone by which rules are in force: when they enrolled,
// zero where they did not, and the day of asking. That one stands for the day of
// the application, since who has not applied yet is judged by what would apply.
// Both are days of the school's zone, or of who asks.
type Days struct {
	Enrolled core.Date
	Asked    core.Date
}

// of is the day of a basis.
func (d Days) of(basis Basis) core.Date {
	if basis == AtEnrollment {
		return d.Enrolled
	}
	return d.Asked
}

// Rules are a standard with the rules that are in force for someone on the day of
// its basis: what alone credits can be judged by. Only RulesFor makes them (and
// Pack.Bind for a cycle, of what RulesFor gave), so that nobody judges by rules that
// are not in force. Zero Rules judge nothing, and what they answer is not met.
type Rules struct {
	std   *Standard
	on    core.Date
	until core.Date
}

// RulesFor is the one answer to which rules are in force for someone: progress,
// statements, flags, certification, moves, back-tests and the cases of packs ask it.
// Each version is in force on the day of its own basis, both ends included. Of
// several the one that began last is taken, of those the one with the greatest
// Version; their order does not matter. Code: standard_not_in_force, where no
// version is in force on that day, and where there is no such day although dates,
// or how old a transfer is, matter.
func RulesFor(d Days, versions ...Standard) (Rules, error) {
	var best *Standard
	for i := range versions {
		v := &versions[i]
		if v.fault(d) != nil {
			continue
		}
		if best == nil || cmp.Or(v.EffectiveFrom.Compare(best.EffectiveFrom), cmp.Compare(v.Version, best.Version)) > 0 {
			best = v
		}
	}
	if best == nil {
		if len(versions) == 1 {
			return Rules{}, versions[0].fault(d)
		}
		return Rules{}, core.Conflict("standard_not_in_force.none")
	}
	on := d.of(best.Basis)
	std := *best
	std.Rules = rulesOn(best.Rules, on)
	return Rules{std: &std, on: on, until: best.until(on)}, nil
}

// Standard is the standard with the rules that are in force, for who shows it. Its
// lists are shared and must not be changed.
func (r Rules) Standard() Standard {
	if r.std == nil {
		return Standard{}
	}
	return *r.std
}

// fault is why a version is not in force on the day of its basis, or nil.
func (s *Standard) fault(d Days) error {
	switch day := d.of(s.Basis); {
	case day.IsZero() && (s.dated() || s.ages()):
		return core.Conflict("standard_not_in_force.day", "title", s.Title, "version", s.Version)
	case day.IsZero(), spans(s.EffectiveFrom, s.EffectiveTo, day):
		return nil
	case day.Before(s.EffectiveFrom):
		return core.Conflict("standard_not_in_force.before", "title", s.Title, "version", s.Version, "from", s.EffectiveFrom, "day", day)
	default:
		return core.Conflict("standard_not_in_force.after", "title", s.Title, "version", s.Version, "to", s.EffectiveTo, "day", day)
	}
}

// dated tells whether the day matters to what a standard says.
func (s *Standard) dated() bool {
	return !s.EffectiveFrom.IsZero() || !s.EffectiveTo.IsZero() || datedRules(s.Rules)
}

// ages tells whether it matters how old a transfer is on the day.
func (s *Standard) ages() bool {
	return slices.ContainsFunc(s.Rules, func(r Rule) bool { return r.Kind == TransferAge })
}

func datedRules(rules []Rule) bool {
	for i := range rules {
		if r := &rules[i]; r.temporary() || datedRules(r.Rules) {
			return true
		}
	}
	return false
}

func (r *Rule) temporary() bool { return !r.EffectiveFrom.IsZero() || !r.EffectiveTo.IsZero() }

// rulesOn are the rules that are in force on a day; the very list where all of
// them always are.
func rulesOn(rules []Rule, day core.Date) []Rule {
	if !datedRules(rules) {
		return rules
	}
	var in []Rule
	for _, r := range rules {
		if !spans(r.EffectiveFrom, r.EffectiveTo, day) {
			continue
		}
		if r.Rules != nil {
			if r.Rules = rulesOn(r.Rules, day); r.Rules == nil {
				continue
			}
		}
		in = append(in, r)
	}
	return in
}

// until is the last day of asking on which a standard, in force on a day, has the
// rules that it has then; zero where they stay, and where the enrollment decides.
func (s *Standard) until(on core.Date) core.Date {
	if s.Basis == AtEnrollment {
		return core.Date{}
	}
	return earlier(s.EffectiveTo, changes(s.Rules, on))
}

func changes(rules []Rule, on core.Date) (last core.Date) {
	for i := range rules {
		r := &rules[i]
		if r.EffectiveFrom.After(on) {
			last = earlier(last, r.EffectiveFrom.AddDays(-1))
		} else if !r.EffectiveTo.Before(on) {
			last = earlier(last, r.EffectiveTo)
		}
		last = earlier(last, changes(r.Rules, on))
	}
	return last
}

// earlier is the earlier of two days, of which a zero one is never.
func earlier(a, b core.Date) core.Date {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// spans tells whether a day lies between two days, both included; a zero day
// bounds nothing.
func spans(from, to, day core.Date) bool {
	return (from.IsZero() || !day.Before(from)) && (to.IsZero() || !day.After(to))
}
