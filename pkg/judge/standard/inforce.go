package standard

import (
	"cmp"

	"github.com/palmar/palmar/pkg/core"
)

// Basis is the day that decides which version of a standard someone is judged
// by. Illinois and Connecticut take the day of the application, Ohio's old rule
// took that of the enrollment (domain.md, A1.3).
type Basis string

// The bases.
const (
	AtEnrollment  Basis = "enrollment"
	AtApplication Basis = "application"
)

// InForce is the version in force on the day of the basis, with the rules in
// force on that day. Of several versions the one that began last is taken, of
// those the one with the greatest Version; their order does not matter. ok is
// false where none is in force, and where there is no such day: someone who
// has not applied yet is judged by what would apply, so pass the day of asking.
func InForce(versions []Standard, basis Basis, enrolledOn, appliedOn core.Date) (std Standard, ok bool) {
	day := enrolledOn
	if basis == AtApplication {
		day = appliedOn
	}
	if day.IsZero() {
		return Standard{}, false
	}
	for _, v := range versions {
		if !spans(v.EffectiveFrom, v.EffectiveTo, day) {
			continue
		}
		if !ok || cmp.Or(v.EffectiveFrom.Compare(std.EffectiveFrom), cmp.Compare(v.Version, std.Version)) > 0 {
			std, ok = v, true
		}
	}
	return std.On(day), ok
}

// On is the standard without the rules that are not in force on a day. Evaluate
// applies all rules that it is given, so a standard with temporary rules goes
// through On (or InForce) first.
func (s Standard) On(day core.Date) Standard {
	s.Rules = rulesOn(s.Rules, day)
	return s
}

func rulesOn(rules []Rule, day core.Date) []Rule {
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

// spans tells whether a day lies between two days, both included; a zero day
// bounds nothing.
func spans(from, to, day core.Date) bool {
	return (from.IsZero() || !day.Before(from)) && (to.IsZero() || !day.After(to))
}
