package license

import (
	"cmp"
	"slices"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// findings are what the words on the three axes come to.
type findings struct {
	orders
	disc, life, term finding
}

func (h held) findings() findings {
	f := findings{orders: h.orders(), life: h.weigh(core.Lifecycle), term: h.weigh(core.Term)}
	f.disc = h.weighOrders(f.orders)
	return f
}

func (h held) practice() Practice {
	f := h.findings()
	p := Practice{Answer: CouldNotCheck, On: h.on, KnownAt: h.KnownAt, Lifecycle: "unknown", Standing: "unknown", Title: TitleUnknown}
	kind := h.rules.KindOf(h.License.Title)
	p.Kind = kind
	if kind.Massage() {
		h.bar(&p, f)
	}
	h.show(&p, f)
	begun := h.IssuedOn.IsZero() || !h.on.Before(h.IssuedOn)
	switch {
	case kind != Full:
		p.Because = because("license_title."+string(kind), "license", h.named())
		if s := cmp.Or(f.disc.no, f.disc.doubt); s != nil && kind.Massage() {
			p.Because = append(p.Because, h.refusal(s), s.told())
		}
		return p
	case f.disc.no != nil:
		h.refuse(&p, core.Discipline, f.disc.no)
	case !begun:
		p.Because = because("license.not_issued_yet", "license", h.named(), "date", h.IssuedOn)
	case f.life.no != nil:
		h.lapsed(&p, f.life.no, f.term)
	case f.term.no != nil:
		p.Answer = No
		h.unrenewed(&p, f.term.no)
	case f.disc.doubt != nil:
		h.doubt(&p, f.disc.doubt)
	case f.life.doubt != nil:
		h.doubt(&p, f.life.doubt)
	case f.term.doubt != nil:
		h.doubtTerm(&p, f.term.doubt)
	case f.life.yes == nil || f.term.yes == nil || f.disc.yes == nil:
		h.unanswered(&p, f)
	default:
		h.allow(&p, f)
	}
	if h.future() && p.Answer != CouldNotCheck && !h.certain(f) {
		p.Answer = CouldNotCheck
		p.Because = because("license.future", "license", h.named())
	}
	if p.Answer == No {
		h.wayBack(&p, f)
	}
	h.title(&p)
	return p
}

// bar keeps whether a discipline takes the right to practice away; on a day to come one
// that can be lifted by then is a doubt.
func (h held) bar(p *Practice, f findings) {
	s := cmp.Or(f.disc.no, f.disc.doubt)
	if s == nil {
		return
	}
	p.BarredSince = s.from
	p.Barred = f.disc.no != nil && (!h.future() || lasts(f.disc.no))
	p.Doubted = !p.Barred
}

// certain tells whether a refusal holds on a day to come: what only a reinstatement
// lifts, or the end of a term.
func (h held) certain(f findings) bool {
	return f.disc.no != nil && lasts(f.disc.no) || f.life.no != nil && h.final(f.life.no.status) || f.term.no != nil
}

// lasts tells whether nothing but a reinstatement ends an order.
func lasts(order *said) bool { return slices.Contains(finalDiscipline, order.status) }

// show keeps what is known of each axis, and the newest source of it.
func (h held) show(p *Practice, f findings) {
	if s := f.life.shown(); s != nil {
		p.Lifecycle = s.status
		p.Sources = append(p.Sources, s.sourceOf(core.Lifecycle))
	}
	if s := f.term.shown(); s != nil {
		p.ExpiresOn = s.until
		p.Sources = append(p.Sources, s.sourceOf(core.Term))
	}
	p.Orders = f.all
	worst := f.worst()
	if f.alone != nil && (worst == nil || !h.bars(worst)) {
		worst = f.alone
	}
	switch {
	case worst != nil:
		p.Standing = worst.status
		p.Disciplined = h.rules.Rule(RegimeNotDiscipline, worst.status) == nil
		p.Sources = append(p.Sources, worst.sourceOf(core.Discipline))
	case f.looked == nil && f.heard != nil: // by a word that does not count
		p.Sources = append(p.Sources, f.heard.sourceOf(core.Discipline))
	case f.looked != nil:
		p.Standing = clear
		s := f.looked.sourceOf(core.Discipline)
		s.Status = clear
		p.Sources = append(p.Sources, s)
	}
	for _, s := range p.Sources {
		if p.CheckedOn.IsZero() || s.LookedOn.After(p.CheckedOn) {
			p.CheckedOn, p.Method, p.Source = s.LookedOn, s.Strength.Method(), s.Name
		}
	}
}

// refuse is a no by a word that counts.
func (h held) refuse(p *Practice, axis core.Axis, s *said) {
	p.Answer = No
	_, p.Rule = h.rules.refuses(axis, s.status)
	p.Because = []words.Sentence{h.refusal(s)}
	if s.strength != Register {
		p.Because = append(p.Because, s.told())
	}
	if w := h.weaker(axis, s); w != nil {
		p.Because = append(p.Because, words.S("license.weaker_word", "date", w.looked))
	}
}

// weaker is a later word that would lift a refusal if it were as strong.
func (h held) weaker(axis core.Axis, s *said) *said {
	for _, w := range slices.Backward(h.said(axis)) {
		allows := w.status == clear || w.status == core.Reinstated
		if axis != core.Discipline {
			allows = !h.refuses(axis, w)
		}
		if allows && w.later(s) > 0 && !w.over(s) {
			return w
		}
	}
	return nil
}

func (h held) refusal(s *said) words.Sentence {
	args := []any{"license", h.named(), "status", statusWord(s.status), "since", s.own}
	if s.until.IsZero() {
		return words.S("license.refused", args...)
	}
	return words.S("license.refused_until", append(args, "until", s.until)...)
}

// lapsed is a status that takes the right to practice away, which may have become
// another with time.
func (h held) lapsed(p *Practice, s *said, term finding) {
	if t := term.shown(); t != nil && t.status != "" && !t.until.IsZero() && h.on.After(t.until) && h.rules.Rule(RegimeVoid, s.status) != nil {
		p.Because = because("license.expired", "license", h.named(), "date", t.until)
		if h.void(p, t.until) {
			p.Answer = No
			return
		}
	}
	h.refuse(p, core.Lifecycle, s)
	if rule := h.rules.Rule(RegimeFinal, s.status); rule != nil {
		p.Rule = rule
	}
	if rule := h.rules.Rule(RegimeNotDiscipline, s.status); rule != nil {
		p.Rule = rule
		p.Because = append(p.Because, words.S("license.not_discipline"))
	}
}

// doubt is a refusal by a word that does not count for who asks, or that another stands
// against.
func (h held) doubt(p *Practice, s *said) {
	p.Because = []words.Sentence{h.refusal(s), s.told()}
	p.Rule = h.rules.Rule(RegimeFinal, s.status)
	switch {
	case s.against != nil:
		p.Because = append(p.Because, words.S("license.contested", "date", s.against.looked))
	case s.counts:
		p.Because = append(p.Because, words.S("license.record_withdrawn"))
	default:
		p.Because = append(p.Because, words.S("license.unconfirmed"))
	}
}

// doubtTerm is the end of a term by a word that does not count for who asks.
func (h held) doubtTerm(p *Practice, s *said) {
	p.Because = []words.Sentence{words.S("license.expired", "license", h.named(), "date", s.until), s.told(), words.S("license.unconfirmed")}
}

// unanswered says which of the axes nobody has looked at, or not for long.
func (h held) unanswered(p *Practice, f findings) {
	if f.life.shown() == nil && f.term.shown() == nil && f.heard == nil {
		p.Because = because("license.nothing_known", "license", h.named())
		return
	}
	if lost := h.lost(); lost != nil {
		p.Because = append(p.Because, words.S("license.not_listed", "license", h.named(), "date", lost.looked, "source", lost.source))
		return
	}
	for _, axis := range []struct {
		name string
		finding
	}{{"lifecycle", f.life}, {"term", f.term}, {"discipline", f.disc}} {
		switch {
		case axis.yes != nil:
		case axis.last == nil:
			p.Because = append(p.Because, words.S("license_unlooked."+axis.name, "license", h.named()))
		case axis.last.counts && h.fresh(axis.last): // it saw what has ended since
			p.Because = append(p.Because, words.S("license.ended_since", "license", h.named(), "status", statusWord(axis.last.status), "date", axis.last.looked))
		case axis.last.counts:
			p.Because = append(p.Because, words.S("license_stale."+axis.name, "license", h.named(), "date", axis.last.looked, "count", h.Limit()))
		default:
			p.Because = append(p.Because, words.S("license_weak."+axis.name, "license", h.named()), axis.last.told())
		}
	}
}

// allow is a yes: every axis is answered by a word that counts.
func (h held) allow(p *Practice, f findings) {
	p.Answer, p.Rule = Yes, nil
	for _, s := range []*said{f.life.yes, f.term.yes, f.disc.yes} {
		if p.LookedOn.IsZero() || s.looked.Before(p.LookedOn) {
			p.LookedOn, p.LooksUntil = s.looked, s.looked.AddDays(h.Limit())
		}
	}
	if late := h.late(); late != nil && h.on.After(f.term.yes.until) {
		h.unrenewed(p, f.term.yes)
	}
	switch standing := f.worst(); {
	case len(p.Because) > 0:
	case standing == nil:
		p.Because = because("license.active", "license", h.named())
	case p.Disciplined:
		p.Because = because("license.active_disciplined", "license", h.named(), "discipline", statusWord(p.Standing))
		p.Rule = h.rules.Rule(RegimeDisciplined, p.Standing)
	default:
		p.Because = because("license.active_not_disciplined", "license", h.named(), "standing", statusWord(p.Standing))
		p.Rule = h.rules.Rule(RegimeNotDiscipline, p.Standing)
	}
}

// late is the rule of late renewals, if the jurisdiction has one.
func (h held) late() *RegimeRule { return h.rules.Rule(RegimeLate, h.unrenewedStatus()) }

// unrenewedStatus is what a license is after its last day.
func (h held) unrenewedStatus() string {
	if rule := h.rules.Rule(RegimeUnrenewed, core.Active); rule != nil {
		return rule.Becomes
	}
	return core.Expired
}

// unrenewed is a license after its last day.
func (h held) unrenewed(p *Practice, s *said) {
	p.Lifecycle, p.Rule = h.unrenewedStatus(), h.rules.Rule(RegimeUnrenewed, core.Active)
	p.Because = because("license.expired", "license", h.named(), "date", s.until)
	if late := h.late(); late != nil {
		p.Rule, p.RenewBy = late, s.until.AddDays(late.Days)
		switch {
		case h.on.After(p.RenewBy):
			p.Because = append(p.Because, words.S("license.late_over", "date", p.RenewBy))
			p.RenewBy = core.Date{}
		case late.Practice:
			p.Because = append(p.Because, words.S("license.late_practicing", "date", p.RenewBy))
		default:
			p.Because = append(p.Because, words.S("license.late", "date", p.RenewBy))
		}
	}
	h.void(p, s.until)
	if p.Lifecycle == core.Delinquent {
		p.Because = append(p.Because, words.S("license.delinquent"))
	}
	if s.strength != Register {
		p.Because = append(p.Because, s.told())
	}
}

// void makes a status what it has become with time, and tells whether it did.
func (h held) void(p *Practice, ended core.Date) bool {
	rule := h.rules.Rule(RegimeVoid, p.Lifecycle)
	if rule == nil {
		return false
	}
	last := ended.AddMonths(rule.Months)
	if !h.on.After(last) {
		return false
	}
	p.Because = append(p.Because, words.S("license.became", "was", statusWord(p.Lifecycle), "date", last, "is", statusWord(rule.Becomes)))
	p.Lifecycle, p.Rule = rule.Becomes, rule
	return true
}

// wayBack says what has to be done to be active again, since when the status is.
func (h held) wayBack(p *Practice, f findings) {
	switch life, term := f.life.shown(), f.term.shown(); {
	case term != nil && !term.until.IsZero() && h.on.After(term.until) && (life == nil || life.status != p.Lifecycle):
		p.Back = h.rules.back(p.Lifecycle, term.until.AddDays(1), h.on)
	case life != nil:
		p.Back = h.rules.back(p.Lifecycle, life.since, h.on)
	}
}

// title adds what the rules say of the title.
func (h held) title(p *Practice) {
	switch p.Answer {
	case Yes:
		p.Title = TitleYes
	case No:
		for _, status := range []string{p.Lifecycle, p.Standing} {
			rule := h.rules.Rule(RegimeTitle, status)
			if rule == nil {
				continue
			}
			p.Title, p.Rule = TitleNo, rule
			if rule.Practice {
				p.Title = TitleYes
			} else {
				p.Because = append(p.Because, words.S("license.no_title"))
			}
		}
	}
}

// Method is the method of which a word of this strength is.
func (s Strength) Method() string {
	switch s {
	case Register, Seen:
		return core.MethodPrimarySource
	case Document:
		return core.MethodDocument
	}
	return core.MethodSelfReport
}

func statusWord(status string) words.Sentence { return words.S("license_status." + status) }
