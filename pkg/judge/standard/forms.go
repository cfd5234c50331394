package standard

import (
	"slices"
	"strings"
)

// Forms are the kinds of rules that a program of hours may have, in the order in
// which they are offered.
func Forms() []Kind {
	order := []Kind{Total, SubjectMinimum, Minimum, Maximum, SettingCap, DeliveryCap, DayCap, WeekCap, MonthCap, Gate, Pace, Within, Hour, ContactHour, SupervisedOnly, Supervision, GradeMinimum, TransferRecord, TransferAge, Disallowed, Window, Excluded, Extra, AnyOf, AllOf, OneProgram, Unjudged}
	var more []Kind
	for kind, f := range kinds {
		if !slices.Contains(order, kind) && kind != InCycle && kind != Once && !slices.Contains(f.needs, "fact") {
			more = append(more, kind)
		}
	}
	slices.Sort(more)
	return append(order, more...)
}

// FieldsOf are the fields of Rule that a kind has, by their names in JSON.
func FieldsOf(kind Kind) map[string]bool {
	has := map[string]bool{}
	for _, need := range slices.Concat(kinds[kind].needs, kinds[kind].may) {
		for _, field := range strings.FieldsFunc(need, func(r rune) bool { return r == '|' || r == '+' }) {
			has[field] = true
		}
	}
	return has
}

// Nests tells whether a kind may stand within any_of and all_of.
func Nests(kind Kind) bool { return kinds[kind].nests }

// Find is a rule by its id, within others too; nil where there is none.
func Find(rules []Rule, id string) *Rule {
	for i := range rules {
		if rules[i].ID == id {
			return &rules[i]
		}
		if in := Find(rules[i].Rules, id); in != nil {
			return in
		}
	}
	return nil
}

// Without are the rules without one, by its id, within others too.
func Without(rules []Rule, id string) []Rule {
	var left []Rule
	for _, r := range rules {
		if r.ID == id {
			continue
		}
		r.Rules = Without(r.Rules, id)
		left = append(left, r)
	}
	return left
}
