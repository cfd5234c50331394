package license

import (
	"fmt"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// standing gives, beside the event that counts, the last one that could not
// lift it: too weak, or final by the rules of the jurisdiction.
func (l held) standing(axis core.Axis, on core.Date) (counts, setAside *core.LicenseEvent) {
	var stand []*core.LicenseEvent
	for _, e := range l.Known(axis, l.knownAt) {
		if e.EffectiveOn.After(on) || axis == core.Lifecycle && e.EndedBy(on) {
			continue
		}
		if refuses, _ := l.rules.refuses(e); !refuses {
			stand = slices.DeleteFunc(stand, func(h *core.LicenseEvent) bool {
				refused, _ := l.rules.refuses(h)
				return refused && !l.rules.final(h) && !stronger(h, e)
			})
			if slices.ContainsFunc(stand, func(h *core.LicenseEvent) bool {
				refused, _ := l.rules.refuses(h)
				return refused && !h.EndedBy(e.EffectiveOn)
			}) {
				setAside = e
				continue
			}
		}
		if axis == core.Discipline {
			stand = slices.DeleteFunc(stand, func(h *core.LicenseEvent) bool { return severity(h) >= severity(e) && !stronger(h, e) })
		}
		stand, setAside = append(stand, e), nil
	}
	stand = slices.DeleteFunc(stand, func(e *core.LicenseEvent) bool { return e.EndedBy(on) })
	if len(stand) == 0 {
		return nil, nil
	}
	return stand[len(stand)-1], setAside
}

// stronger compares methods; one that is not known is the weakest.
func stronger(e, than *core.LicenseEvent) bool {
	rank := func(method string) int {
		if i := slices.Index(core.Methods, method); i >= 0 {
			return i
		}
		return len(core.Methods)
	}
	return rank(e.Method) < rank(than.Method)
}

func severity(e *core.LicenseEvent) int { return slices.Index(core.DisciplineStatuses, e.Status) }

func (l held) termOn(on core.Date) (term *core.LicenseEvent) {
	for _, e := range l.Known(core.Term, l.knownAt) {
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

func (l held) practice(on core.Date) Practice {
	p := Practice{On: on, KnownAt: l.knownAt, Lifecycle: "unknown", Standing: "none", Title: TitleUnknown}
	life, lifeAside := l.standing(core.Lifecycle, on)
	disc, discAside := l.standing(core.Discipline, on)
	term := l.termOn(on)
	p.look(life, disc, term)
	p.check(l.Checks, on)
	p.Disciplined = disc != nil && disc.Status != "none" && l.rules.Rule(RegimeNotDiscipline, disc.Status) == nil
	name := l.named()
	begun := l.IssuedOn.IsZero() || !on.Before(l.IssuedOn)
	var lifeRefuses bool
	if life != nil {
		lifeRefuses, p.Rule = l.rules.refuses(life)
	}
	switch {
	case disc != nil && refusesBy(l.rules, disc, &p.Rule):
		p.Reason = refusal(name, l.rules, disc, discAside)
	case !begun:
		p.Reason = say("license.not_issued_yet", "license", name, "date", l.IssuedOn)
	case life == nil:
		p.Reason = say("license.status_unknown", "license", name)
	case lifeRefuses && !l.voided(&p, life, term, on):
		p.Reason = refusal(name, l.rules, life, lifeAside)
		if rule := l.rules.Rule(RegimeFinal, life.Status); rule != nil {
			p.Rule = rule
		}
		if rule := l.rules.Rule(RegimeNotDiscipline, life.Status); rule != nil {
			p.Rule = rule
			p.Reason += " " + say("license.not_discipline")
		}
	case lifeRefuses:
	case term != nil && term.EndedBy(on):
		l.unrenewed(&p, term, on)
	default:
		p.May, p.Rule = true, nil
		p.Reason = say("license.active", "license", name)
		if p.Standing != "none" {
			p.Reason = say("license.active_disciplined", "license", name, "discipline", plainWords.Replace(p.Standing))
			p.Rule = l.rules.Rule(RegimeDisciplined, p.Standing)
			if !p.Disciplined {
				p.Reason = say("license.active_not_disciplined", "license", name, "standing", plainWords.Replace(p.Standing))
				p.Rule = l.rules.Rule(RegimeNotDiscipline, p.Standing)
			}
		}
	}
	if !p.May {
		p.wayBack(l.rules, life, term)
	}
	p.close(l.rules)
	if !Practices(l.License.Title) {
		p.May, p.Title, p.Rule = false, TitleUnknown, nil
		p.Reason = say("license.other_title", "license", name)
	}
	return p
}

// barred tells whether a discipline takes the right to practice away on a day.
func (l held) barred(on core.Date) bool {
	disc, _ := l.standing(core.Discipline, on)
	if disc == nil {
		return false
	}
	refuses, _ := l.rules.refuses(disc)
	return refuses
}

// wayBack says what has to be done to be active again, since when the status is.
func (p *Practice) wayBack(r Regime, life, term *core.LicenseEvent) {
	switch {
	case term != nil && term.EndedBy(p.On) && (life == nil || life.Status != p.Lifecycle):
		p.Back = r.back(p.Lifecycle, term.Until.AddDays(1), p.On)
	case life != nil:
		p.Back = r.back(p.Lifecycle, life.EffectiveOn, p.On)
	}
}

func refusesBy(r Regime, e *core.LicenseEvent, rule **RegimeRule) bool {
	refuses, by := r.refuses(e)
	if refuses {
		*rule = by
	}
	return refuses
}

// look keeps what is known and the newest source of it.
func (p *Practice) look(life, disc, term *core.LicenseEvent) {
	if life != nil {
		p.Lifecycle = life.Status
	}
	if disc != nil {
		p.Standing = disc.Status
	}
	if term != nil {
		p.ExpiresOn = term.Until
	}
	for _, e := range []*core.LicenseEvent{life, disc, term} {
		if e != nil && (p.CheckedOn.IsZero() || e.CheckedOn.After(p.CheckedOn)) {
			p.CheckedOn, p.Method, p.Source = e.CheckedOn, e.Method, e.Source
		}
	}
}

// check takes a look at the source that found nothing new for the newest one.
func (p *Practice) check(checks []core.LicenseCheck, on core.Date) {
	for _, c := range checks {
		answered := c.Outcome == core.CheckSame || c.Outcome == core.CheckChanged
		if answered && c.CheckedOn.After(p.CheckedOn) && !c.CheckedOn.After(on) && (p.KnownAt.IsZero() || !c.At.After(p.KnownAt)) {
			p.CheckedOn, p.Method, p.Source = c.CheckedOn, core.MethodPrimarySource, c.Source
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
			if rule.Practice {
				p.Title = TitleYes
			} else {
				p.Reason += " The title may not be used either."
			}
			p.Rule = rule
		}
	}
}

// unrenewed is a license after its last day.
func (l held) unrenewed(p *Practice, term *core.LicenseEvent, on core.Date) {
	p.Lifecycle, p.Rule = core.Expired, nil
	if rule := l.rules.Rule(RegimeUnrenewed, core.Active); rule != nil {
		p.Lifecycle, p.Rule = rule.Becomes, rule
	}
	p.Reason = say("license.expired", "license", l.named(), "date", term.Until)
	if late := l.rules.Rule(RegimeLate, p.Lifecycle); late != nil {
		p.Rule = late
		p.RenewBy = term.Until.AddDays(late.Days)
		switch {
		case on.After(p.RenewBy):
			p.Reason += " " + say("license.late_over", "date", p.RenewBy)
			p.RenewBy = core.Date{}
		case late.Practice:
			p.May = true
			p.Reason += " " + say("license.late_practicing", "date", p.RenewBy)
		default:
			p.Reason += " " + say("license.late", "date", p.RenewBy)
		}
	}
	l.void(p, term, on)
	if p.Lifecycle == core.Delinquent {
		p.Reason += " " + say("license.delinquent")
	}
}

// voided tells whether a status that refuses has become another with time.
func (l held) voided(p *Practice, life, term *core.LicenseEvent, on core.Date) bool {
	if l.rules.Rule(RegimeVoid, life.Status) == nil || term == nil || !term.EndedBy(on) {
		return false
	}
	p.Reason = say("license.expired", "license", l.named(), "date", term.Until)
	return l.void(p, term, on)
}

func (l held) void(p *Practice, term *core.LicenseEvent, on core.Date) bool {
	rule := l.rules.Rule(RegimeVoid, p.Lifecycle)
	if rule == nil {
		return false
	}
	last := term.Until.AddMonths(rule.Months)
	if !on.After(last) {
		return false
	}
	p.Reason += " " + say("license.became", "was", plainWords.Replace(p.Lifecycle), "date", last, "is", plainWords.Replace(rule.Becomes))
	p.Lifecycle, p.Rule = rule.Becomes, rule
	return true
}

func (l held) named() string { return fmt.Sprintf("%s %s %s", l.Jurisdiction, l.Title, l.Number) }

// span finds since when and until when the answer of a day is the same. It asks
// only for the days on which something begins or ends.
func (l held) span(p Practice, on core.Date) (since, until core.Date) {
	days := l.turns()
	for _, d := range days {
		if may := l.practice(d).May == p.May; !d.After(on) {
			if !may {
				since = core.Date{}
			} else if since.IsZero() {
				since = d
			}
		} else if !may {
			return since, d.AddDays(-1)
		}
	}
	return since, core.Date{}
}

// turns are the days on which an answer can change, in order.
func (l held) turns() []core.Date {
	var days []core.Date
	if !l.IssuedOn.IsZero() {
		days = append(days, l.IssuedOn)
	}
	for _, axis := range []core.Axis{core.Lifecycle, core.Discipline, core.Term} {
		for _, e := range l.Known(axis, l.knownAt) {
			days = append(days, e.EffectiveOn)
			if e.Until.IsZero() {
				continue
			}
			days = append(days, e.Until.AddDays(1))
			for _, rule := range l.rules.Rules {
				if axis == core.Term && rule.Kind == RegimeLate {
					days = append(days, e.Until.AddDays(rule.Days+1))
				}
			}
		}
	}
	slices.SortFunc(days, core.Date.Compare)
	return slices.Compact(days)
}

// say writes a part of an answer in English: it is kept with what was decided by it,
// and signed into attested licenses.
func say(id string, args ...any) string { return words.English().Say(id, args...) }

var plainWords = strings.NewReplacer("self_report", "self-report", "_", " ")

func refusal(license string, r Regime, e, setAside *core.LicenseEvent) string {
	reason := say("license.refused", "license", license, "status", plainWords.Replace(e.Status), "since", e.EffectiveOn)
	if !e.Until.IsZero() {
		reason = say("license.refused_until", "license", license, "status", plainWords.Replace(e.Status), "since", e.EffectiveOn, "until", e.Until)
	}
	switch {
	case setAside == nil:
	case r.final(e):
		reason += " " + say("license.nothing_lifts", "status", plainWords.Replace(setAside.Status), "state", r.Name)
	default:
		reason += " " + say("license.weaker_word", "method", plainWords.Replace(setAside.Method), "status", plainWords.Replace(setAside.Status),
			"stronger", plainWords.Replace(e.Method))
	}
	return reason
}
