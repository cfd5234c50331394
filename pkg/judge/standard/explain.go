package standard

import (
	"fmt"

	"github.com/palmar/palmar/pkg/core"
)

// explain notes why a credit does not count in full: every rule that would have
// taken something away if it had been the only one.
func (e *evaluation) explain(l *line, claim, valid core.Minutes) {
	p, c := &e.plans[l.class], l.credit
	u := Uncounted{CreditID: c.ID, EntryID: c.EntryID, Date: c.Date, Recorded: c.Minutes, Valid: valid}
	if claim != c.Minutes {
		u.Clock = claim
	}
	because := func(rule, text string) { u.Reasons = append(u.Reasons, Reason{rule, text}) }
	if p.unknown {
		because(UnknownSubject, say("uncounted.unknown_subject", "subject", c.Subject))
	}
	if c.Doubt {
		because(Doubtful, say("uncounted.doubtful"))
	}
	if claim < c.Minutes {
		because(e.hour.ID, e.hour.Says()+" "+say("uncounted.clock", "recorded", c.Minutes.String(), "left", claim.String()))
	}
	for _, r := range e.rules {
		if text, takes := e.reason(r, l, claim); takes {
			because(r.ID, text)
		}
	}
	e.uncounted = append(e.uncounted, u)
}

// reason is why a rule alone takes something away from a credit.
func (e *evaluation) reason(r *compiled, l *line, claim core.Minutes) (text string, takes bool) {
	p := &e.plans[l.class]
	switch {
	case has(p.windows, r) && r.shuts(l):
		switch r.Kind {
		case Within:
			return r.Says() + " " + say("uncounted.within", "first", e.first.Date, "last", r.after(e.first.Date)), true
		case TransferAge:
			return r.Says() + " " + say("uncounted.transfer_age", "date", l.credit.Date, "last", l.credit.Date.AddMonths(r.Months)), true
		}
		return r.Says(), true
	case has(p.forbids, r), has(p.onces, r) && r.repeats(l):
		return r.Says(), true
	case has(p.gates, r) && !r.open:
		need, have, _ := e.lacks(r)
		return r.Says() + " " + say("uncounted.gate"+was(have), "have", have.String(), "need", need.Minutes.String()), true
	case has(p.limits, r) && r.room(l) < claim:
		return r.Says() + " " + left(r, l), true
	}
	return "", false
}

func has(rules []*compiled, r *compiled) bool {
	for _, other := range rules {
		if other == r {
			return true
		}
	}
	return false
}

// left tells what room a cap had left. Its dates are kept with a standing, byte for byte.
func left(r *compiled, l *line) string {
	of, when := "", ""
	switch date := l.credit.Date; r.Kind {
	case DayCap:
		of, when = ".day", date.String()
	case WeekCap:
		of, when = ".week", date.Week().String()
	case MonthCap:
		of, when = ".month", fmt.Sprintf("%s %d", date.Month, date.Year)
	}
	room := r.room(l)
	if room == 0 {
		return say("uncounted.cap_full"+of, "when", when)
	}
	return say("uncounted.cap_left"+of+was(room), "when", when, "room", room.String())
}

// was is the form of a sentence about one minute or one hour.
func was(m core.Minutes) string {
	if m == 1 || m == 60 {
		return ".one"
	}
	return ""
}
