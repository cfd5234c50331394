package standard

import (
	"fmt"
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// vacuous tells whether a rule that takes hours away is about none that count in the
// program.
func (g *guarantee) vacuous(r *compiled) bool {
	return r.of != nil && !g.own.std.OpenSubjects && !slices.ContainsFunc(g.own.std.Subjects, func(s Subject) bool { return g.touches(s, r.of) })
}

// touches tells whether hours of a program's subject are among some of the
// jurisdiction's.
func (g *guarantee) touches(s Subject, of []bool) bool {
	return slices.ContainsFunc(g.codes(s), func(code string) bool {
		at := g.state.std.teaches(code)
		return of == nil || at >= 0 && of[at]
	})
}

// taken tells whether the program has a rule that takes away all that a rule of the
// jurisdiction does.
func (g *guarantee) taken(r *compiled) bool {
	return slices.ContainsFunc(g.own.tops(), func(p *compiled) bool { return g.covers(p, r) && g.asStrict(p, r) })
}

// counts tells whether an hour of the jurisdiction makes no less of a session than the
// program does. Taught minutes are never more than elapsed.
func (g *guarantee) counts(r *compiled) bool {
	if p := g.own.hour; p != nil {
		return p.Kind == r.Kind && p.PerHour == r.PerHour && p.Block == r.Block && p.Least == r.Least && p.RoundTo == r.RoundTo && p.Rounding == r.Rounding
	}
	return r.Kind == Hour && r.Least == 0 && r.RoundTo == 0
}

// covers tells whether a rule of the program is about all hours that count there and
// that a rule of the jurisdiction is about.
func (g *guarantee) covers(p, r *compiled) bool {
	a, b := choiceOf(p), choiceOf(r)
	if r.Kind == TransferRecord {
		b.earned = core.CreditTransfer
	}
	wider := (a.setting == "" || a.setting == b.setting) && (a.delivery == "" || a.delivery == b.delivery) &&
		(a.earned == "" || a.earned == b.earned) && (a.mode == "" || a.mode == b.mode) && (!a.makeUp || b.makeUp) && a.handsOn <= b.handsOn
	if !wider || p.of == nil {
		return wider
	}
	for i, s := range g.own.std.Subjects {
		if !p.of[i] && g.touches(s, r.of) {
			return false
		}
	}
	return !g.own.std.OpenSubjects
}

// asStrict tells whether a rule of the program takes away what one of the jurisdiction
// does, of what both are about.
func (g *guarantee) asStrict(p, r *compiled) bool {
	switch r.Kind {
	case SupervisedOnly:
		return p.Kind == SupervisedOnly || p.Kind == Supervision || p.Kind == Disallowed
	case Supervision:
		return p.Kind == Disallowed || p.Kind == Supervision && !slices.ContainsFunc(p.Modes, func(m core.SupervisionMode) bool { return !slices.Contains(r.Modes, m) })
	case GradeMinimum:
		return p.Kind == Disallowed || p.Kind == GradeMinimum && p.Percent >= r.Percent
	case TransferRecord:
		return p.Kind == Disallowed || p.Kind == TransferRecord
	case Disallowed:
		return p.Kind == Disallowed
	case Window:
		return p.Kind == Disallowed || p.Kind == Window && p.from >= r.from && p.to <= r.to
	case Excluded:
		return p.Kind == Disallowed || p.Kind == Excluded && p.from <= r.from && p.to >= r.to
	case Gate:
		return p.Kind == Disallowed || p.Kind == Gate && g.needs(p, r)
	}
	return false
}

// needs tells whether a gate of the program asks for all that one of the jurisdiction
// does.
func (g *guarantee) needs(p, r *compiled) bool {
	for i, need := range r.After {
		certain, found := g.within(r.needs[i]), false
		for k, own := range p.After {
			found = found || own.Minutes >= need.Minutes && (need.Setting == "" || need.Setting == own.Setting) && g.inside(p.needs[k], certain, r.needs[i])
		}
		if !found {
			return false
		}
	}
	return true
}

// lasts tells whether a pace of the program is never shorter than one of the
// jurisdiction. A month has 28 to 31 days.
func lasts(p, r *compiled) bool {
	same := p.Days >= r.Days && p.Weeks >= r.Weeks && p.Months >= r.Months
	return same || p.Days+7*p.Weeks+28*p.Months >= r.Days+7*r.Weeks+31*r.Months
}

// sameTaking tells whether both count every hour alike: they know the same subjects,
// and all rules that take something away are the same. Of rules that look at more than
// the hours it is not told.
func (g *guarantee) sameTaking() bool {
	a, b := g.own.std, g.state.std
	subjects := func(a, b Subject) bool { return a.Code == b.Code && slices.Equal(a.Also, b.Also) }
	groups := func(a, b Group) bool { return a.Code == b.Code && slices.Equal(a.Members, b.Members) }
	return a.OpenSubjects == b.OpenSubjects && slices.EqualFunc(a.Subjects, b.Subjects, subjects) && slices.EqualFunc(a.Groups, b.Groups, groups) &&
		slices.Equal(g.own.taking(), g.state.taking()) && !slices.ContainsFunc(g.state.rules, func(r *compiled) bool {
		return r.Kind == Since || r.Kind == OneProgram || r.Kind == TransferAge || r.Kind == InCycle
	})
}

// taking are the rules that take something away, without their words, in an order.
func (e *evaluation) taking() (all []string) {
	for _, r := range e.rules {
		if r.role == demands {
			continue
		}
		bare, limit := *r.Rule, r.limit
		bare.ID, bare.Text, bare.Source, bare.Confidence, bare.Note, bare.sentence = "", "", "", "", "", ""
		bare.EffectiveFrom, bare.EffectiveTo = core.Date{}, core.Date{}
		switch r.role {
		case limits:
			bare.Minutes, bare.Percent = 0, 0
		case outside:
			bare.Minutes, limit = 0, 0
		}
		all = append(all, fmt.Sprintf("%+v %d", bare, limit))
	}
	slices.Sort(all)
	return all
}
