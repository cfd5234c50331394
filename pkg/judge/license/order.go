package license

import (
	"cmp"
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// Words of discipline that lift: Clear ends what is not final, core.Reinstated what
// takes the right to practice away.
const clear = "none"

var (
	finalDiscipline = []string{"surrendered", "revoked"}
	cleared         = []string{"conditions", "probation", "restricted", "suspended"}
	reinstated      = []string{"suspended", "surrendered", "revoked"}
)

// orders are those in force on the day, in the order in which they were said, and the
// last look at the authority's discipline that counts. alone is that look where it saw
// what bars and the order for it was withdrawn.
type orders struct {
	inForce []*said
	looked  *said
	heard   *said // the last word on it by anyone
	alone   *said
}

// orders are those in force on the day. They add: none replaces another. A clear or a
// reinstatement that is later and as strong ends those that it can end, from its own
// day on, and an order with a last day ends by itself. A revocation or a surrender that
// the authority's register calls active since, without a reinstatement, stands with that
// word against it.
func (h held) orders() (o orders) {
	all := h.said(core.Discipline)
	for i, s := range all {
		over := s.event != nil && s.status != clear && !s.until.IsZero() && h.on.After(s.until)
		if s.counts && s.status != core.Reinstated && !over { // which say nothing of the rest
			o.looked = s // the last one
		}
		if s.status != core.Reinstated {
			o.heard = s
		}
		if s.event == nil || s.status == clear || s.status == core.Reinstated || over {
			continue
		}
		if !slices.ContainsFunc(all[i+1:], func(l *said) bool { return lifts(l, s) }) {
			o.inForce = append(o.inForce, s)
		}
	}
	if h.alone(o.looked, all) {
		o.alone = o.looked
	}
	for _, s := range o.inForce {
		if lasts(s) {
			s.against = h.contested(s)
		}
	}
	return o
}

// alone tells whether a look saw an order that bars, that is not lifted, and that no
// event says: none of that status that counts, and neither had ended nor was lifted by
// then.
func (h held) alone(look *said, all []*said) bool {
	if look == nil || look.event != nil || !h.bars(look) {
		return false
	}
	lifted := func(s *said, by func(l *said) bool) bool {
		return slices.ContainsFunc(all, func(l *said) bool { return l.later(s) > 0 && by(l) && lifts(l, s) })
	}
	return !lifted(look, func(*said) bool { return true }) && !slices.ContainsFunc(all, func(e *said) bool {
		return e.event != nil && e.counts && e.status == look.status && (e.until.IsZero() || !look.looked.After(e.until)) &&
			!lifted(e, func(l *said) bool { return look.later(l) > 0 })
	})
}

// lifts tells whether what was said later ends an order.
func lifts(l, s *said) bool {
	if l.event == nil { // a look that found nothing new
		return false
	}
	switch l.status {
	case clear:
		return l.over(s) && slices.Contains(cleared, s.status)
	case core.Reinstated:
		return l.over(s) && slices.Contains(reinstated, s.status)
	}
	return false
}

// contested is a later word, as strong and counted, that the license is active although
// an order that is final is in force.
func (h held) contested(s *said) *said {
	for _, w := range slices.Backward(h.standing(core.Lifecycle)) {
		if w.counts && w.later(s) > 0 && w.looked.After(s.looked) && w.over(s) && !h.refuses(core.Lifecycle, w) {
			return w
		}
	}
	return nil
}

// bars tells whether an order takes the right to practice away.
func (h held) bars(s *said) bool {
	refuses, _ := h.rules.refuses(core.Discipline, s.status)
	return refuses
}

// weighOrders is a finding of the discipline: the most restrictive orders that refuse,
// and the last look at it.
func (h held) weighOrders(o orders) (f finding) {
	for _, s := range o.inForce {
		if !h.bars(s) {
			continue
		}
		at := &f.doubt
		if s.counts && s.against == nil {
			at = &f.no
		}
		if *at == nil || severity(s) >= severity(*at) {
			*at = s
		}
	}
	f.doubt = cmp.Or(f.doubt, o.alone)
	switch {
	case o.looked == nil:
		f.last = o.heard
	case h.fresh(o.looked) && (o.looked.status == clear || o.stands(o.looked.status)):
		f.yes = o.looked
	default:
		f.last = o.looked
	}
	return f
}

// stands tells whether an order with a status is in force. A look that saw one that has
// ended since does not say what there is beside.
func (o orders) stands(status string) bool {
	return slices.ContainsFunc(o.inForce, func(s *said) bool { return s.status == status })
}

// worst is the most restrictive order in force, one that counts before others.
func (o orders) worst() *said {
	if len(o.inForce) == 0 {
		return nil
	}
	return slices.MaxFunc(o.inForce, func(a, b *said) int {
		return cmp.Or(truth(a.counts)-truth(b.counts), severity(a)-severity(b), a.later(b))
	})
}

func truth(is bool) int {
	if is {
		return 1
	}
	return 0
}

func severity(s *said) int { return slices.Index(core.DisciplineStatuses, s.status) }
