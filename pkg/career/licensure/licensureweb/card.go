package licensureweb

import (
	"cmp"
	"slices"

	"github.com/palmar/palmar/pkg/career/licensure/licensurepage"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
)

// licenseCard is a license with all of its histories in one, and the looks at it, newest
// first.
type licenseCard struct {
	core.License
	State    string
	Practice license.Practice
	Cycle    string // odd or even, where the number sets the cycle
	Facts    []licenseFact
	Add      string
	Order    string
	Look     string // where someone who saw the board's page records it; empty: they cannot
	Check    string // where the register is asked; empty: none is connected
	Attest   string // where the school proposes to attest it; empty: it cannot
}

type licenseFact struct {
	core.LicenseEvent
	How       string
	Weak      bool
	Counts    bool
	Later     bool
	Unheard   bool               // not recorded yet when it is asked what was known
	Withdrawn *core.LicenseEvent // the record that says that this one was an error
	Withdraw  string             // where it is withdrawn; empty: the one who looks cannot
	Order     *license.Order     // how an order stands on the day; nil of what is none
}

func cardOf(l core.License, q license.Asked) licenseCard {
	path := page.LicensePath(l.ID)
	card := licenseCard{
		License: l, State: core.JurisdictionName(l.Jurisdiction), Practice: license.Judge(l, q), Cycle: standard.RegimeOf(l.Jurisdiction).CycleOf(l.Number),
		Add: path + "/events/new", Order: path + "/orders/new",
	}
	counts := map[core.LicenseEventID]bool{}
	for _, axis := range []core.Axis{core.Lifecycle, core.Discipline, core.Term} {
		if s, known := license.Known(l, axis, q); known && s.Counts && !l.Partial && card.Practice.Answer != license.CouldNotCheck {
			e := license.StatusAt(l, axis, q)
			if e == nil { // a look says it
				continue
			}
			counts[e.ID] = true
		}
	}
	withdrawals := map[core.LicenseEventID]*core.LicenseEvent{}
	for i, e := range l.Events {
		if !e.Withdraws.IsZero() {
			withdrawals[e.Withdraws] = &l.Events[i]
		}
	}
	for _, e := range l.Events {
		if !e.Withdraws.IsZero() {
			continue
		}
		fact := licenseFact{
			LicenseEvent: e, How: licensurepage.HowKnown(e.Method), Weak: e.Method == core.MethodSelfReport, Counts: counts[e.ID],
			Later: e.EffectiveOn.After(q.Day(l.Jurisdiction)), Withdrawn: withdrawals[e.ID],
			Unheard: !q.KnownAt.IsZero() && e.RecordedAt.After(q.KnownAt),
		}
		if i := slices.IndexFunc(card.Practice.Orders, func(o license.Order) bool { return o.ID == e.ID }); i >= 0 {
			fact.Order = &card.Practice.Orders[i]
		}
		if fact.Withdrawn == nil && !e.Register {
			fact.Withdraw = path + "/events/" + e.ID.String() + "/withdraw"
		}
		card.Facts = append(card.Facts, fact)
	}
	card.Checks = slices.Clone(l.Checks)
	slices.SortFunc(card.Checks, func(a, b core.LicenseCheck) int {
		return cmp.Or(b.CheckedOn.Compare(a.CheckedOn), b.At.Compare(a.At))
	})
	slices.SortFunc(card.Facts, func(a, b licenseFact) int {
		return cmp.Or(b.EffectiveOn.Compare(a.EffectiveOn), b.RecordedAt.Compare(a.RecordedAt))
	})
	return card
}
