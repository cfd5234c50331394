package license

import (
	"cmp"
	"slices"
	"strings"

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
	all     []Order
	inForce []*said
	looked  *said
	heard   *said // the last word on it by anyone
	alone   *said
}

// orders are those in force on the day. They add: none replaces another. A clear or a
// reinstatement that is later and as strong ends those of its authority that it can end,
// or the one that it names, from its own day on, and an order with a last day ends by
// itself. A revocation or a surrender that the authority's register calls active since,
// without a reinstatement, stands with that word against it.
func (h held) orders() (o orders) {
	all := h.said(core.Discipline)
	for i, s := range all {
		over := s.event != nil && s.status != clear && !s.until.IsZero() && h.on.After(s.until)
		if s.ofAll() && s.counts && !over {
			o.looked = s // the last one
		}
		if s.status != core.Reinstated {
			o.heard = s
		}
		if !s.order() || over {
			continue
		}
		if lifter(s, all[i+1:]) == nil {
			o.inForce = append(o.inForce, s)
		}
	}
	o.all = h.listed(all)
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
		return e.event != nil && e.counts && e.status == look.status && e.authority() == "" && (e.until.IsZero() || !look.looked.After(e.until)) &&
			!lifted(e, func(l *said) bool { return look.later(l) > 0 })
	})
}

// order tells whether a word is an order, and not that one ended, nor a look.
func (s *said) order() bool {
	return s.event != nil && s.status != clear && s.status != core.Reinstated
}

// ofAll tells whether a word says something of all discipline: a reinstatement does not,
// nor does one that lifts one order, nor another authority's than the board's.
func (s *said) ofAll() bool {
	return s.status != core.Reinstated && s.authority() == "" && (s.event == nil || s.event.Lifts.IsZero())
}

// authority is whose word it is; empty is the board's. A look is one at the board.
func (s *said) authority() string {
	if s.event == nil {
		return ""
	}
	return strings.ToLower(strings.Join(strings.Fields(s.event.Authority), " "))
}

// lifter is the first of the words said after an order that ends it, or nil.
func lifter(s *said, after []*said) *said {
	if i := slices.IndexFunc(after, func(l *said) bool { return lifts(l, s) }); i >= 0 {
		return after[i]
	}
	return nil
}

// lifts tells whether what was said later ends an order.
func lifts(l, s *said) bool {
	switch {
	case l.event == nil: // a look that found nothing new
		return false
	case l.event.Lifts.IsZero() && l.authority() != s.authority():
		return false
	case !l.event.Lifts.IsZero() && (s.event == nil || l.event.Lifts != s.event.ID):
		return false
	}
	return Ends(l.status, s.status) && l.over(s)
}

// Ends tells whether a status of the discipline ends an order of another: a clear what is
// not final, a reinstatement what takes the right to practice away.
func Ends(status, order string) bool {
	return slices.Contains(map[string][]string{clear: cleared, core.Reinstated: reinstated}[status], order)
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

// Order is an order about a license as it stands on a day, for one who asks.
type Order struct {
	*core.LicenseEvent
	InForce bool
	// LiftedBy is the word that ended it; nil where none did.
	LiftedBy *core.LicenseEvent
}

// listed are the orders that were heard and had begun by the day, in the order in which
// they were said.
func (h held) listed(all []*said) (orders []Order) {
	for i, s := range all {
		if !s.order() {
			continue
		}
		o := Order{LicenseEvent: s.event}
		if by := lifter(s, all[i+1:]); by != nil {
			o.LiftedBy = by.event
		}
		o.InForce = o.LiftedBy == nil && !s.event.EndedBy(h.on)
		orders = append(orders, o)
	}
	return orders
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
