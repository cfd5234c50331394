package core

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Asked is a question about licences. The day is On, or where that is zero the
// day that the jurisdiction has at At. KnownAt takes only what was recorded by
// then; zero is all. Regime gives the rules of a jurisdiction; nil is the zero
// Regime.
type Asked struct {
	On      Date
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

func (q Asked) day(r Regime) Date {
	if q.On.IsZero() {
		return r.Day(q.At)
	}
	return q.On
}

// Day is the day that is asked about in a jurisdiction.
func (q Asked) Day(jurisdiction string) Date { return q.day(q.regime(jurisdiction)) }

// Answers to whether the protected title may be used.
const (
	TitleYes     = "yes"
	TitleNo      = "no"
	TitleUnknown = "unknown"
)

// Practice says whether somebody may practise on a day, and why. Lifecycle is
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
	On          Date
	KnownAt     time.Time
	Lifecycle   string
	Standing    string
	Disciplined bool
	Title       string
	Since       Date
	Until       Date
	ExpiresOn   Date
	RenewBy     Date
	Rule        *RegimeRule
	Back        string
	CheckedOn   Date
	Method      string
	Source      string
}

// StatusAt is the event of an axis that counts, or nil: the last one that was
// effective, and of two on one day the one recorded later. What has an end gives
// way after it to what it had replaced, where that was milder. A refusal is not
// lifted by a weaker method than its own. Of Term it is the event whose term
// holds the day and lasts longest, or else the one that ended last before it.
func (l License) StatusAt(axis Axis, q Asked) *LicenseEvent {
	r := q.regime(l.Jurisdiction)
	if axis == Term {
		return l.termOn(q.day(r), q.KnownAt)
	}
	counts, _ := l.standing(axis, r, q.day(r), q.KnownAt)
	return counts
}

// standing gives, beside the event that counts, the last one that could not
// lift it: too weak, or final by the rules of the jurisdiction.
func (l License) standing(axis Axis, r Regime, on Date, knownAt time.Time) (counts, setAside *LicenseEvent) {
	var held []*LicenseEvent
	for _, e := range l.known(axis, knownAt) {
		if e.EffectiveOn.After(on) || axis == Lifecycle && e.endedBy(on) {
			continue
		}
		if refuses, _ := r.refuses(e); !refuses {
			held = slices.DeleteFunc(held, func(h *LicenseEvent) bool {
				refused, _ := r.refuses(h)
				return refused && !r.final(h) && !h.strongerThan(e)
			})
			if slices.ContainsFunc(held, func(h *LicenseEvent) bool { refused, _ := r.refuses(h); return refused && !h.endedBy(e.EffectiveOn) }) {
				setAside = e
				continue
			}
		}
		if axis == Discipline {
			held = slices.DeleteFunc(held, func(h *LicenseEvent) bool { return severity(h) >= severity(e) && !h.strongerThan(e) })
		}
		held, setAside = append(held, e), nil
	}
	held = slices.DeleteFunc(held, func(e *LicenseEvent) bool { return e.endedBy(on) })
	if len(held) == 0 {
		return nil, nil
	}
	return held[len(held)-1], setAside
}

func severity(e *LicenseEvent) int { return slices.Index(DisciplineStatuses, e.Status) }

func (l License) termOn(on Date, knownAt time.Time) (term *LicenseEvent) {
	for _, e := range l.known(Term, knownAt) {
		if e.EffectiveOn.After(on) {
			continue
		}
		switch {
		case term == nil, e.Until.IsZero(), !term.Until.IsZero() && !e.Until.Before(term.Until):
			term = e
		}
	}
	return term
}

// MayPractise answers whether the licence lets its holder practise: from both
// axes, the terms, and the rules of the jurisdiction. Conditions, probation and
// restriction leave the right to practise and are named, unless a rule says
// otherwise; suspension, revocation and surrender take it away. On each axis the
// last event decides; one that allows does not lift an earlier refusal by a
// stronger method, such as a look-up at the authority, and the reason then says
// so. The end of a term needs no event: it comes with the midnight of the
// jurisdiction.
func (l License) MayPractise(q Asked) Practice {
	r := q.regime(l.Jurisdiction)
	on := q.day(r)
	p := l.practice(r, on, q.KnownAt)
	p.Since, p.Until = l.span(r, p, on, q.KnownAt)
	return p
}

func (l License) practice(r Regime, on Date, knownAt time.Time) Practice {
	p := Practice{On: on, KnownAt: knownAt, Lifecycle: "unknown", Standing: "none", Title: TitleUnknown}
	life, lifeAside := l.standing(Lifecycle, r, on, knownAt)
	disc, discAside := l.standing(Discipline, r, on, knownAt)
	term := l.termOn(on, knownAt)
	p.look(life, disc, term)
	p.check(l.Checks, on)
	p.Disciplined = disc != nil && disc.Status != "none" && r.Rule(RegimeNotDiscipline, disc.Status) == nil
	name := l.named()
	begun := l.IssuedOn.IsZero() || !on.Before(l.IssuedOn)
	var lifeRefuses bool
	if life != nil {
		lifeRefuses, p.Rule = r.refuses(life)
	}
	switch {
	case disc != nil && refusesBy(r, disc, &p.Rule):
		p.Reason = refusal(name, r, disc, discAside)
	case !begun:
		p.Reason = fmt.Sprintf("%s was issued on %s, after that day.", name, l.IssuedOn)
	case life == nil:
		p.Reason = fmt.Sprintf("No status of %s is known for that day.", name)
	case lifeRefuses && !l.voided(&p, r, life, term, on):
		p.Reason = refusal(name, r, life, lifeAside)
		if rule := r.Rule(RegimeFinal, life.Status); rule != nil {
			p.Rule = rule
		}
		if rule := r.Rule(RegimeNotDiscipline, life.Status); rule != nil {
			p.Rule = rule
			p.Reason += " It is no discipline."
		}
	case lifeRefuses:
	case term != nil && term.endedBy(on):
		l.unrenewed(&p, r, term, on)
	default:
		p.May, p.Rule = true, nil
		p.Reason = fmt.Sprintf("%s is active.", name)
		if p.Standing != "none" {
			p.Reason = fmt.Sprintf("%s is active, with discipline: %s.", name, plainWords.Replace(p.Standing))
			p.Rule = r.Rule(RegimeDisciplined, p.Standing)
			if !p.Disciplined {
				p.Reason = fmt.Sprintf("%s is active, with %s; that is no discipline there.", name, plainWords.Replace(p.Standing))
				p.Rule = r.Rule(RegimeNotDiscipline, p.Standing)
			}
		}
	}
	if !p.May {
		p.wayBack(r, life, term)
	}
	p.close(r)
	return p
}

// wayBack says what has to be done to be active again, since when the status is.
func (p *Practice) wayBack(r Regime, life, term *LicenseEvent) {
	switch {
	case term != nil && term.endedBy(p.On) && (life == nil || life.Status != p.Lifecycle):
		p.Back = r.back(p.Lifecycle, term.Until.AddDays(1), p.On)
	case life != nil:
		p.Back = r.back(p.Lifecycle, life.EffectiveOn, p.On)
	}
}

func refusesBy(r Regime, e *LicenseEvent, rule **RegimeRule) bool {
	refuses, by := r.refuses(e)
	if refuses {
		*rule = by
	}
	return refuses
}

// look keeps what is known and the newest source of it.
func (p *Practice) look(life, disc, term *LicenseEvent) {
	if life != nil {
		p.Lifecycle = life.Status
	}
	if disc != nil {
		p.Standing = disc.Status
	}
	if term != nil {
		p.ExpiresOn = term.Until
	}
	for _, e := range []*LicenseEvent{life, disc, term} {
		if e != nil && (p.CheckedOn.IsZero() || e.CheckedOn.After(p.CheckedOn)) {
			p.CheckedOn, p.Method, p.Source = e.CheckedOn, e.Method, e.Source
		}
	}
}

// check takes a look at the source that found nothing new for the newest one.
func (p *Practice) check(checks []LicenseCheck, on Date) {
	for _, c := range checks {
		answered := c.Outcome == CheckSame || c.Outcome == CheckChanged
		if answered && c.CheckedOn.After(p.CheckedOn) && !c.CheckedOn.After(on) && (p.KnownAt.IsZero() || !c.At.After(p.KnownAt)) {
			p.CheckedOn, p.Method, p.Source = c.CheckedOn, MethodPrimarySource, c.Source
		}
	}
}

// close adds what the rules say of the title.
func (p *Practice) close(r Regime) {
	if p.May {
		p.Title = TitleYes
		return
	}
	for _, status := range []string{p.Lifecycle, p.Standing} {
		if rule := r.Rule(RegimeTitle, status); rule != nil {
			p.Title = TitleNo
			if rule.Practise {
				p.Title = TitleYes
			} else {
				p.Reason += " The title may not be used either."
			}
			p.Rule = rule
		}
	}
}

// unrenewed is a licence after its last day.
func (l License) unrenewed(p *Practice, r Regime, term *LicenseEvent, on Date) {
	p.Lifecycle, p.Rule = Expired, nil
	if rule := r.Rule(RegimeUnrenewed, Active); rule != nil {
		p.Lifecycle, p.Rule = rule.Becomes, rule
	}
	p.Reason = fmt.Sprintf("%s expired on %s.", l.named(), term.Until)
	if late := r.Rule(RegimeLate, p.Lifecycle); late != nil {
		p.Rule = late
		p.RenewBy = term.Until.AddDays(late.Days)
		switch {
		case on.After(p.RenewBy):
			p.Reason += fmt.Sprintf(" It could be renewed late until %s.", p.RenewBy)
			p.RenewBy = Date{}
		case late.Practise:
			p.May = true
			p.Reason += fmt.Sprintf(" It can be renewed late until %s, and its holder may practise until then.", p.RenewBy)
		default:
			p.Reason += fmt.Sprintf(" It can be renewed late until %s, but its holder may not practise meanwhile.", p.RenewBy)
		}
	}
	l.void(p, r, term, on)
	if p.Lifecycle == Delinquent {
		p.Reason += " It is delinquent since then."
	}
}

// voided tells whether a status that refuses has become another with time.
func (l License) voided(p *Practice, r Regime, life, term *LicenseEvent, on Date) bool {
	if r.Rule(RegimeVoid, life.Status) == nil || term == nil || !term.endedBy(on) {
		return false
	}
	p.Reason = fmt.Sprintf("%s expired on %s.", l.named(), term.Until)
	return l.void(p, r, term, on)
}

func (l License) void(p *Practice, r Regime, term *LicenseEvent, on Date) bool {
	rule := r.Rule(RegimeVoid, p.Lifecycle)
	if rule == nil {
		return false
	}
	last := monthsAfter(term.Until, rule.Months)
	if !on.After(last) {
		return false
	}
	p.Reason += fmt.Sprintf(" It was %s until %s and is %s since.", plainWords.Replace(p.Lifecycle), last, plainWords.Replace(rule.Becomes))
	p.Lifecycle, p.Rule = rule.Becomes, rule
	return true
}

func (l License) named() string { return fmt.Sprintf("%s %s %s", l.Jurisdiction, l.Title, l.Number) }

// span finds since when and until when the answer of a day is the same. It asks
// only for the days on which something begins or ends.
func (l License) span(r Regime, p Practice, on Date, knownAt time.Time) (since, until Date) {
	days := l.turns(r, knownAt)
	for _, d := range days {
		if may := l.practice(r, d, knownAt).May == p.May; !d.After(on) {
			if !may {
				since = Date{}
			} else if since.IsZero() {
				since = d
			}
		} else if !may {
			return since, d.AddDays(-1)
		}
	}
	return since, Date{}
}

// turns are the days on which an answer can change, in order.
func (l License) turns(r Regime, knownAt time.Time) []Date {
	var days []Date
	if !l.IssuedOn.IsZero() {
		days = append(days, l.IssuedOn)
	}
	for _, axis := range []Axis{Lifecycle, Discipline, Term} {
		for _, e := range l.known(axis, knownAt) {
			days = append(days, e.EffectiveOn)
			if e.Until.IsZero() {
				continue
			}
			days = append(days, e.Until.AddDays(1))
			for _, rule := range r.Rules {
				if axis == Term && rule.Kind == RegimeLate {
					days = append(days, e.Until.AddDays(rule.Days+1))
				}
			}
		}
	}
	slices.SortFunc(days, Date.Compare)
	return slices.Compact(days)
}

var plainWords = strings.NewReplacer("self_report", "self-report", "_", " ")

func refusal(license string, r Regime, e, setAside *LicenseEvent) string {
	reason := fmt.Sprintf("%s is %s since %s", license, plainWords.Replace(e.Status), e.EffectiveOn)
	if !e.Until.IsZero() {
		reason += fmt.Sprintf(" until %s", e.Until)
	}
	reason += "."
	switch {
	case setAside == nil:
	case r.final(e):
		reason += fmt.Sprintf(" A later record says %s; in %s nothing lifts that.", plainWords.Replace(setAside.Status), r.Name)
	default:
		reason += fmt.Sprintf(" A later %s says %s; being weaker than the %s, it does not lift that.",
			plainWords.Replace(setAside.Method), plainWords.Replace(setAside.Status), plainWords.Replace(e.Method))
	}
	return reason
}

// MayPractise answers whether a person may practise under any of their
// licences; the reason is that of the licence that allows it, or else of the
// one that says most about a refusal. It is not known where no licence is
// recorded, or none with a status on that day.
func MayPractise(licenses []License, q Asked) (p Practice, known bool) {
	p = Practice{On: q.day(Regime{}), KnownAt: q.KnownAt, Lifecycle: "unknown", Standing: "none", Title: TitleUnknown, Reason: "No licence is recorded."}
	for i, l := range licenses {
		one := l.MayPractise(q)
		if one.May {
			return one, true
		}
		told := one.Lifecycle != "unknown" || one.Standing != "none"
		if i == 0 || told && !known {
			p = one
		}
		known = known || told
	}
	return p, known
}
