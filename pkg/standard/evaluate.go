package standard

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// UnknownSubject stands for a rule in the reason of a credit whose subject the
// standard does not know.
const UnknownSubject = "unknown-subject"

// Evaluate judges credits by a valid standard. Reversed credits and their
// reversals are left out. The others are taken by date, on one date those
// without a start first, then by start, then by id; of each, as many minutes
// count as leave room under all caps. Unsupervised minutes count only where no
// rule forbids it, minutes of a subject that the standard does not know never
// do. The order of credits does not matter, and they are not changed.
func Evaluate(std Standard, credits []core.Credit) Standing {
	e := newEvaluation(std)
	for _, at := range inOrder(credits) {
		e.take(&credits[at.index], at.date)
	}
	return e.close()
}

type position struct {
	date  int32
	timed bool
	start int64
	index int
}

// inOrder sorts the positions of the credits that stand.
func inOrder(credits []core.Credit) []position {
	var reversed map[core.CreditID]bool
	for i := range credits {
		if !credits[i].Reverses.IsZero() {
			if reversed == nil {
				reversed = map[core.CreditID]bool{}
			}
			reversed[credits[i].Reverses] = true
		}
	}
	order := make([]position, 0, len(credits))
	for i := range credits {
		c := &credits[i]
		if !c.Reverses.IsZero() || c.Minutes <= 0 || reversed[c.ID] {
			continue
		}
		p := position{date: dayOf(c.Date), index: i}
		if !c.Start.IsZero() {
			p.timed, p.start = true, c.Start.Unix()
		}
		order = append(order, p)
	}
	slices.SortFunc(order, func(a, b position) int {
		switch {
		case a.date != b.date:
			return cmp.Compare(a.date, b.date)
		case a.timed != b.timed:
			if b.timed {
				return -1
			}
			return 1
		case a.start != b.start:
			return cmp.Compare(a.start, b.start)
		}
		return tie(&credits[a.index], &credits[b.index])
	})
	return order
}

func tie(a, b *core.Credit) int {
	return cmp.Or(slices.Compare(a.ID[:], b.ID[:]), slices.Compare(a.EntryID[:], b.EntryID[:]),
		cmp.Compare(a.Minutes, b.Minutes), cmp.Compare(a.Subject, b.Subject),
		cmp.Compare(a.Setting, b.Setting), cmp.Compare(a.Delivery, b.Delivery))
}

func dayOf(d core.Date) int32 { return int32(d.Year)<<9 | int32(d.Month)<<5 | int32(d.Day) }

// evaluation is a standing in the making. used holds by rule what a cap has
// taken in; of a day's cap it is what it has taken in on that day.
type evaluation struct {
	std      Standard
	standing Standing
	used     []core.Minutes
	day      int32
}

func newEvaluation(std Standard) *evaluation {
	s := Standing{
		Standard: std.Key, Version: std.Version, Title: std.Title,
		Subjects:  make([]SubjectStanding, len(std.Subjects)),
		Rules:     make([]RuleStanding, len(std.Rules)),
		Uncounted: []Uncounted{},
	}
	for i, subject := range std.Subjects {
		s.Subjects[i] = SubjectStanding{Code: subject.Code, Title: subject.Title}
	}
	for i, r := range std.Rules {
		s.Rules[i] = RuleStanding{ID: r.ID, Kind: r.Kind, Met: true, Limit: r.Minutes, Text: r.Text, Source: r.Source}
	}
	return &evaluation{std: std, standing: s, used: make([]core.Minutes, len(std.Rules))}
}

// take counts one credit: every rule that concerns it says how much room it
// leaves, the smallest room counts, and then every rule sees the result.
func (e *evaluation) take(c *core.Credit, day int32) {
	if day != e.day {
		e.day = day
		for i := range e.std.Rules {
			if e.std.Rules[i].Kind == DayCap {
				e.used[i] = 0
			}
		}
	}
	subject := e.std.subject(c.Subject)
	valid := c.Minutes
	if subject < 0 {
		valid = 0
	}
	for i := range e.std.Rules {
		if room, limited := e.room(i, c); limited {
			valid = min(valid, room)
		}
	}
	if valid < c.Minutes {
		e.explain(c, subject, valid)
	}
	e.standing.Recorded += c.Minutes
	e.standing.Valid += valid
	if subject >= 0 {
		e.standing.Subjects[subject].Recorded += c.Minutes
		e.standing.Subjects[subject].Valid += valid
	}
	for i := range e.std.Rules {
		if concerns(&e.std.Rules[i], c) {
			e.used[i] += valid
			e.standing.Rules[i].Recorded += c.Minutes
			e.standing.Rules[i].Valid += valid
		}
	}
}

// concerns tells whether a rule looks at a credit at all.
func concerns(r *Rule, c *core.Credit) bool {
	switch r.Kind {
	case SubjectMinimum:
		return c.Subject == r.Subject
	case SettingCap:
		return c.Setting == r.Setting
	case DeliveryCap:
		return c.Delivery == r.Delivery
	case SupervisedOnly:
		return !c.Supervised
	}
	return true
}

// room is what a rule leaves for a credit; a minimum limits nothing.
func (e *evaluation) room(rule int, c *core.Credit) (room core.Minutes, limited bool) {
	r := &e.std.Rules[rule]
	switch r.Kind {
	case DayCap, SettingCap, DeliveryCap:
		return r.Minutes - e.used[rule], concerns(r, c)
	case SupervisedOnly:
		return 0, concerns(r, c)
	}
	return 0, false
}

func (e *evaluation) explain(c *core.Credit, subject int, valid core.Minutes) {
	u := Uncounted{CreditID: c.ID, EntryID: c.EntryID, Date: c.Date, Recorded: c.Minutes, Valid: valid}
	if subject < 0 {
		u.Reasons = append(u.Reasons, Reason{UnknownSubject, fmt.Sprintf("%s is no subject of this standard.", c.Subject)})
	}
	for i := range e.std.Rules {
		if room, limited := e.room(i, c); limited && room < c.Minutes {
			u.Reasons = append(u.Reasons, Reason{e.std.Rules[i].ID, sentence(&e.std.Rules[i], c, room)})
		}
	}
	e.standing.Uncounted = append(e.standing.Uncounted, u)
}

func sentence(r *Rule, c *core.Credit, room core.Minutes) string {
	if r.Kind == SupervisedOnly {
		return r.Text
	}
	of := ""
	if r.Kind == DayCap {
		of = " on " + c.Date.String()
	}
	if room == 0 {
		return r.Text + " Nothing of that was left" + of + "."
	}
	return r.Text + " Of that " + room.String() + " " + was(room) + " left" + of + "."
}

func was(m core.Minutes) string {
	if m == 1 || m == 60 {
		return "was"
	}
	return "were"
}

// close compares what is valid with what is required.
func (e *evaluation) close() Standing {
	s := &e.standing
	s.Met = true
	for i := range s.Rules {
		r := &s.Rules[i]
		if r.Kind != Total && r.Kind != SubjectMinimum {
			continue
		}
		r.Missing = max(0, r.Limit-r.Valid)
		r.Met = r.Missing == 0
		s.Met = s.Met && r.Met
		if r.Kind == Total {
			s.Required, s.Missing = r.Limit, r.Missing
			continue
		}
		if at := e.std.subject(e.std.Rules[i].Subject); at >= 0 {
			s.Subjects[at].Required, s.Subjects[at].Missing = r.Limit, r.Missing
		}
	}
	return *s
}
