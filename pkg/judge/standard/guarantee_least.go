package standard

import (
	"cmp"
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// codes are under which the program teaches a subject.
func (g *guarantee) codes(subject Subject) []string {
	return append([]string{subject.Code}, subject.Also...)
}

// within are the program's subjects all of whose hours are among those of the
// jurisdiction; maybe are those of which some are, or could be under another name.
func (g *guarantee) within(of []bool) []bool {
	in := make([]bool, len(g.own.std.Subjects))
	for i, subject := range g.own.std.Subjects {
		in[i] = !slices.ContainsFunc(g.codes(subject), func(code string) bool {
			at := g.state.std.teaches(code)
			return at < 0 && (of != nil || !g.state.std.OpenSubjects) || at >= 0 && of != nil && !of[at]
		})
	}
	return in
}

func (g *guarantee) maybe(of []bool) []bool {
	in := make([]bool, len(g.own.std.Subjects))
	for i, subject := range g.own.std.Subjects {
		in[i] = slices.ContainsFunc(g.codes(subject), func(code string) bool {
			at := g.state.std.teaches(code)
			return at < 0 || of == nil || of[at]
		})
	}
	return in
}

// everything tells whether all that counts in the program is among the subjects of the
// jurisdiction.
func (g *guarantee) everything(of []bool) bool {
	if g.own.std.OpenSubjects && (of != nil || !g.state.std.OpenSubjects) {
		return false
	}
	return !slices.Contains(g.within(of), false)
}

// inside tells whether the subjects of a rule of the program are all certain.
func (g *guarantee) inside(of, certain, state []bool) bool {
	if of == nil {
		return g.everything(state)
	}
	for i, in := range of {
		if in && !certain[i] {
			return false
		}
	}
	return true
}

// strangers are the program's subjects that the jurisdiction's rules do not know.
func (g *guarantee) strangers() (titles []string) {
	for _, subject := range g.own.std.Subjects {
		if slices.ContainsFunc(g.codes(subject), func(code string) bool { return g.state.std.teaches(code) < 0 }) {
			titles = append(titles, subject.Title)
		}
	}
	return titles
}

// least is the least that must be valid of some of the program's subjects, or, with
// all, of everything that counts: the minima of each, and of disjoint groups what they
// ask for beyond those.
func (g *guarantee) least(of []bool, all bool) core.Minutes {
	each := make([]core.Minutes, len(of))
	var groups []*compiled
	var total core.Minutes
	for _, r := range g.asks {
		switch {
		case r.Kind == Total, r.Kind == Minimum && r.of == nil:
			total = max(total, r.limit)
		case r.Kind != Minimum && r.Kind != SubjectMinimum || !among(r.of, of):
		case count(r.of) == 1:
			at := slices.Index(r.of, true)
			each[at] = max(each[at], r.limit)
		default:
			groups = append(groups, r)
		}
	}
	var sum core.Minutes
	for _, m := range each {
		sum += m
	}
	beyond := func(r *compiled) core.Minutes {
		m := r.limit
		for i, in := range r.of {
			if in {
				m -= each[i]
			}
		}
		return m
	}
	slices.SortStableFunc(groups, func(a, b *compiled) int { return cmp.Compare(beyond(b), beyond(a)) })
	taken := make([]bool, len(of))
	for _, r := range groups {
		if m := beyond(r); m > 0 && !meet(r.of, taken) {
			sum += m
			for i, in := range r.of {
				taken[i] = taken[i] || in
			}
		}
	}
	if all {
		return max(sum, total)
	}
	return sum
}

func among(some, of []bool) bool {
	for i, in := range some {
		if in && !of[i] {
			return false
		}
	}
	return true
}

func meet(a, b []bool) bool {
	for i := range a {
		if a[i] && b[i] {
			return true
		}
	}
	return false
}

func count(of []bool) (n int) {
	for _, in := range of {
		if in {
			n++
		}
	}
	return n
}

// most is no less than what anyone needs to meet the program.
func (g *guarantee) most() core.Minutes {
	var total, sum core.Minutes
	for _, r := range g.own.rules {
		switch r.Kind {
		case Total:
			total = r.limit
		case Minimum, SubjectMinimum, Extra:
			sum += r.limit
		}
		for _, need := range r.After {
			sum += need.Minutes
		}
	}
	return max(total, sum)
}

// tight tells whether least is no less than what the program asks for: it has no other
// rule that could ask for hours of a subject.
func (g *guarantee) tight() bool {
	var groups [][]bool
	for _, r := range g.own.rules {
		switch {
		case r.Kind == AnyOf || r.Kind == Extra:
			return false
		case r.Kind == Minimum && choiceOf(r) != (chooses{}):
			return false
		case r.role != demands && r.of != nil:
			return false
		case slices.ContainsFunc(r.After, func(n Need) bool { return n.Subject+n.Group != "" }):
			return false
		case r.Kind == Minimum && count(r.of) > 1:
			if slices.ContainsFunc(groups, func(other []bool) bool { return meet(other, r.of) }) {
				return false
			}
			groups = append(groups, r.of)
		}
	}
	return true
}
