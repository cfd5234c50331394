// Package license judges what a license lets its holder do on a day, by what was
// known then and by the rules of its jurisdiction. It is pure: careers, attestations
// and checks ask it.
package license

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Asked is a question about licenses. The day is On, or where that is zero the
// day that the jurisdiction has at At. KnownAt takes only what was recorded by
// then; zero is all. Regime gives the rules of a jurisdiction; nil is the zero
// Regime.
type Asked struct {
	On      core.Date
	At      time.Time
	KnownAt time.Time
	Regime  func(jurisdiction string) Regime
}

func (q Asked) regime(jurisdiction string) Regime {
	if q.Regime == nil {
		return Regime{}
	}
	return q.Regime(jurisdiction)
}

func (q Asked) day(r Regime) core.Date {
	if q.On.IsZero() {
		return r.Day(q.At)
	}
	return q.On
}

// Day is the day that is asked about in a jurisdiction.
func (q Asked) Day(jurisdiction string) core.Date { return q.day(q.regime(jurisdiction)) }

// Answers to whether someone may practice.
const (
	Yes           = "yes"
	No            = "no"
	CouldNotCheck = "could_not_check"
)

// Answers to whether the protected title may be used.
const (
	TitleYes     = "yes"
	TitleNo      = "no"
	TitleUnknown = "unknown"
)

// Practice says whether someone may practice on a day, and why. Lifecycle is
// the status that the day has, which may follow from the end of a term alone;
// Standing is the discipline, and Disciplined whether the jurisdiction calls it
// so. Since and Until are the days from which and to which the answer is the
// same by what is known; zero is no end. ExpiresOn is the last day of the term
// that counts, RenewBy the last day of a late renewal that is still open. Rule
// is the jurisdiction's rule that decided, nil where none had to, and Back what
// it says of the way back. CheckedOn, Method and Source are the newest source.
type Practice struct {
	May         bool
	Reason      string
	On          core.Date
	KnownAt     time.Time
	Lifecycle   string
	Standing    string
	Disciplined bool
	Title       string
	Since       core.Date
	Until       core.Date
	ExpiresOn   core.Date
	RenewBy     core.Date
	Rule        *RegimeRule
	Back        string
	CheckedOn   core.Date
	Method      string
	Source      string
}

// Judge answers whether the license lets its holder practice: from both
// axes, the terms, and the rules of the jurisdiction. Conditions, probation and
// restriction leave the right to practice and are named, unless a rule says
// otherwise; suspension, revocation and surrender take it away. On each axis the
// last event decides; one that allows does not lift an earlier refusal by a
// stronger method, such as a look-up at the authority, and the reason then says
// so. The end of a term needs no event: it comes with the midnight of the
// jurisdiction.
func Judge(l core.License, q Asked) Practice {
	if l.Partial {
		return Practice{On: q.day(Regime{}), KnownAt: q.KnownAt, Lifecycle: "unknown", Standing: "none", Title: TitleUnknown, Reason: say("license.partial")}
	}
	h := q.held(l)
	on := q.day(h.rules)
	p := h.practice(on)
	p.Since, p.Until = h.span(p, on)
	return p
}

// JudgeAny answers whether a person may practice under any of their
// licenses; the reason is that of the license that allows it, or else of the
// one that says most about a refusal. It is not known where no license is
// recorded, none with a status on that day, or none whose title is one to practice
// massage; and where one allows what a discipline of another takes away, as a state
// does what another forbids: then the reason names both.
func JudgeAny(licenses []core.License, q Asked) (p Practice, known bool) {
	p = Practice{On: q.day(Regime{}), KnownAt: q.KnownAt, Lifecycle: "unknown", Standing: "none", Title: TitleUnknown, Reason: say("license.none")}
	for i, l := range licenses {
		one := Judge(l, q)
		if one.May {
			return q.beside(one, licenses)
		}
		told := Practices(l.Title) && (one.Lifecycle != "unknown" || one.Standing != "none")
		if i == 0 || told && !known {
			p = one
		}
		known = known || told
	}
	return p, known
}

// beside is a yes, unless a discipline of another license takes the right to practice
// away.
func (q Asked) beside(yes Practice, licenses []core.License) (p Practice, known bool) {
	for _, l := range licenses {
		if h := q.held(l); Practices(l.Title) && !l.Partial && h.barred(q.day(h.rules)) {
			no := Judge(l, q)
			yes.May, yes.Standing, yes.Disciplined, yes.Title = false, no.Standing, no.Disciplined, TitleUnknown
			yes.Since, yes.Until = core.Date{}, core.Date{}
			yes.Reason = say("license.elsewhere", "yes", yes.Reason, "no", no.Reason)
			return yes, false
		}
	}
	return yes, true
}

// Answer is the word for what JudgeAny found.
func Answer(p Practice, known bool) string {
	switch {
	case p.May:
		return Yes
	case known:
		return No
	}
	return CouldNotCheck
}

// StatusAt is the event of an axis that counts, or nil: the last one that was
// effective, and of two on one day the one recorded later. What has an end gives
// way after it to what it had replaced, where that was milder. A refusal is not
// lifted by a weaker method than its own. Of Term it is the event whose term
// holds the day and lasts longest, or else the one that ended last before it.
func StatusAt(l core.License, axis core.Axis, q Asked) *core.LicenseEvent {
	h := q.held(l)
	on := q.day(h.rules)
	if axis == core.Term {
		return h.termOn(on)
	}
	counts, _ := h.standing(axis, on)
	return counts
}

// held is a license with what it is judged by: the rules of its jurisdiction, and
// what was recorded by a moment.
type held struct {
	core.License
	rules   Regime
	knownAt time.Time
}

func (q Asked) held(l core.License) held { return held{l, q.regime(l.Jurisdiction), q.KnownAt} }
