package standard

import (
	"sort"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// brute judges credits a second time, by reading the rules again and recounting
// everything for every question. It shares nothing with Evaluate but the types.
type brute struct {
	std     Standard
	days    Days
	facts   Facts
	program string        // that is tried
	taken   []core.Credit // what was counted so far, in order
	minutes []int         // of taken, what counts
	inside  []bool        // of taken, whether it is in the total
	valid   map[core.CreditID]int
	reasons map[core.CreditID]map[string]bool
	answers map[string]string // met, ask or short, by rule
	extra   int
	total   int
	all     string // the worst of the rules' answers
}

func judgeByHand(std Standard, days Days, credits []core.Credit, facts Facts) *brute {
	std, on := onTheDay(std, days)
	if on == "never" {
		return nil
	}
	sorted := thatStand(credits)
	sort.Slice(sorted, func(i, j int) bool { return sortKey(sorted[i]) < sortKey(sorted[j]) })
	var best *brute
	tried := map[string]bool{}
	for _, c := range sorted {
		if tried[c.Program] || len(tried) > 0 && !hasKind(std, OneProgram) {
			continue
		}
		tried[c.Program] = true
		if b := tryByHand(std, days, credits, facts, c.Program); best == nil || rank(b.all) > rank(best.all) || b.all == best.all && b.total > best.total {
			best = b
		}
	}
	if best == nil {
		return tryByHand(std, days, credits, facts, "")
	}
	return best
}

func tryByHand(std Standard, days Days, credits []core.Credit, facts Facts, program string) *brute {
	b := &brute{std: std, days: days, facts: facts, program: program, valid: map[core.CreditID]int{}, reasons: map[core.CreditID]map[string]bool{}, answers: map[string]string{}}
	standing := thatStand(credits)
	sort.Slice(standing, func(i, j int) bool { return sortKey(standing[i]) < sortKey(standing[j]) })
	for _, c := range standing {
		b.count(c)
	}
	for i, c := range b.taken {
		b.valid[c.ID] = b.minutes[i]
		if b.inside[i] {
			b.total += b.minutes[i]
		} else {
			b.extra += b.minutes[i]
		}
	}
	b.all = "met"
	for _, r := range std.Rules {
		if is := b.ask(r); rank(is) < rank(b.all) {
			b.all = is
		}
	}
	return b
}

func rank(answer string) int { return map[string]int{"short": 0, "ask": 1, "met": 2}[answer] }

// thatStand are the credits that are not reversed.
func thatStand(credits []core.Credit) (standing []core.Credit) {
	for _, c := range credits {
		gone := c.Minutes <= 0 || !c.Reverses.IsZero()
		for _, other := range credits {
			gone = gone || other.Reverses == c.ID
		}
		if !gone {
			standing = append(standing, c)
		}
	}
	return standing
}

func sortKey(c core.Credit) string {
	start := ""
	if !c.Start.IsZero() {
		start = c.Start.UTC().Format(time.RFC3339)
	}
	return c.Date.String() + " " + start + " " + c.ID.String()
}

// code is the standard's subject that a credit is of, or "".
func (b *brute) code(c core.Credit) string {
	for _, s := range b.std.Subjects {
		if s.Code == c.Subject {
			return s.Code
		}
	}
	for _, s := range b.std.Subjects {
		for _, also := range s.Also {
			if also == c.Subject {
				return s.Code
			}
		}
	}
	return ""
}

func (b *brute) belongs(code, group string) bool {
	for _, g := range b.std.Groups {
		if g.Code == group {
			for _, m := range g.Members {
				if m == code || b.belongs(code, m) {
					return true
				}
			}
		}
	}
	return false
}

func (b *brute) about(r Rule, c core.Credit) bool {
	code := b.code(c)
	if r.Subject != "" && r.Subject != code {
		return false
	}
	if r.Group != "" && (code == "" || !b.belongs(code, r.Group)) {
		return false
	}
	if r.Setting != "" && r.Setting != c.Setting || r.Delivery != "" && r.Delivery != c.Delivery {
		return false
	}
	if r.Earned != "" && r.Earned != c.Kind || r.Mode != "" && r.Mode != c.Mode {
		return false
	}
	return (c.MakeUp || !r.MakeUp) && (r.HandsOn == 0 || c.HandsOn >= r.HandsOn)
}

// count finds what counts of one credit, and which rules alone would have taken
// something away.
func (b *brute) count(c core.Credit) {
	why := map[string]bool{}
	claim, outside := int(c.Minutes), false
	for _, r := range b.std.Rules {
		if r.Kind == Hour {
			claim = clockByHand(r, c)
			why[r.ID] = claim < int(c.Minutes)
		}
		if r.Kind == ContactHour {
			claim = contactByHand(r, c)
			why[r.ID] = claim < int(c.Minutes)
		}
		outside = outside || b.takesOut(r, c)
	}
	counts := claim
	if b.code(c) == "" && !b.std.OpenSubjects {
		counts, why[UnknownSubject] = 0, true
	}
	for _, r := range b.std.Rules {
		if !b.about(r, c) {
			continue
		}
		if b.refuses(r, c) || r.Kind == Gate && !outside && !b.past(r) {
			counts, why[r.ID] = 0, true
		}
		if most, caps := b.cap(r, c); caps && !outside {
			room := most
			for i, before := range b.taken {
				if b.inside[i] && b.about(r, before) && samePeriod(r, before, c) {
					room -= b.minutes[i]
				}
			}
			if room < claim {
				why[r.ID] = true
			}
			if room < counts {
				counts = room
			}
		}
	}
	b.taken, b.minutes, b.inside = append(b.taken, c), append(b.minutes, counts), append(b.inside, !outside)
	if counts < claim || counts < int(c.Minutes) {
		b.reasons[c.ID] = map[string]bool{}
		for id, is := range why {
			if is {
				b.reasons[c.ID][id] = true
			}
		}
	}
}

// contactByHand looks for the most minutes by the clock that instruction pays
// for.
func contactByHand(r Rule, c core.Credit) int {
	if int(c.Minutes) < int(r.Least) {
		return 0
	}
	all := 0
	if c.Certified > 0 {
		return roundByHand(r, int(c.Certified))
	}
	for (all+1)*int(r.PerHour) <= int(c.Minutes)*60 {
		all++
	}
	return roundByHand(r, all)
}

func roundByHand(r Rule, all int) int {
	to := int(r.RoundTo)
	if to == 0 {
		return all
	}
	down := all
	for down%to != 0 {
		down--
	}
	over := all - down
	if over > 0 && (r.Rounding == RoundUp || r.Rounding == RoundNearest && over >= to-to/2) {
		down += to
	}
	return down
}

// clockByHand deals out the minutes of a session one by one: for each PerHour
// taught minutes 60-PerHour of pause are earned, in equal parts.
func clockByHand(r Rule, c core.Credit) int {
	taught, per := int(c.Minutes), int(r.PerHour)
	if taught < int(r.Least) {
		return 0
	}
	paying := taught
	for r.Block > 0 && paying*60 > int(r.Block)*per {
		paying--
	}
	pauses := 0
	for pauses < int(c.Break) && (pauses+1)*per <= paying*(60-per) {
		pauses++
	}
	all := roundByHand(r, taught+pauses)
	elapsed := int(c.Elapsed)
	if elapsed == 0 {
		elapsed = taught + int(c.Break)
	}
	for all > elapsed {
		all--
	}
	return all
}

func (b *brute) refuses(r Rule, c core.Credit) bool {
	nobody := !c.Supervised || c.Mode == core.SupervisionNone
	day, from, to := c.Date.String(), r.From.String(), r.To.String()
	switch r.Kind {
	case SupervisedOnly:
		return nobody
	case Supervision:
		fits := c.Mode == ""
		for _, m := range r.Modes {
			fits = fits || m == c.Mode
		}
		return nobody || !fits
	case Disallowed:
		return true
	case Once:
		for i, before := range b.taken {
			if c.Course != "" && before.Course == c.Course && b.minutes[i] > 0 && before.Date.String() != day && b.about(r, before) {
				return true
			}
		}
		return false
	case Window, InCycle:
		return from != "" && day < from || to != "" && day > to
	case Excluded:
		return day >= from && day <= to
	case Within:
		first, _ := b.counted()
		return first != "" && day > endOf(r, first)
	case TransferAge:
		on := b.days.Asked
		if b.std.Basis == AtEnrollment {
			on = b.days.Enrolled
		}
		return c.Kind == core.CreditTransfer && monthsAfter(c.Date, r.Months) < on.String()
	case GradeMinimum:
		return c.Graded && c.Grade < r.Percent
	case Since:
		for _, f := range b.facts.Held {
			if f.Code == r.Fact && b.began(f) && (f.From.IsZero() || f.From.String() <= day) {
				return false
			}
		}
		return true
	case OneProgram:
		return c.Program != b.program
	case TransferRecord:
		t := c.Transfer
		return c.Kind == core.CreditTransfer && (t.School == "" || t.License == "" || t.Transcript == "" || t.AcceptedBy == "")
	}
	return false
}

func hasKind(std Standard, kind Kind) bool {
	for _, r := range std.Rules {
		if r.Kind == kind {
			return true
		}
	}
	return false
}
