package standard

import (
	"reflect"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// past tells whether what is valid so far opens a gate.
func (b *brute) past(r Rule) bool {
	for _, need := range r.After {
		have := 0
		for i, c := range b.taken {
			if b.inside[i] && b.about(Rule{Subject: need.Subject, Group: need.Group, Setting: need.Setting}, c) {
				have += b.minutes[i]
			}
		}
		if have < int(need.Minutes) {
			return false
		}
	}
	return true
}

// cap is the most that a rule lets count, where it is a cap.
func (b *brute) cap(r Rule, c core.Credit) (most int, caps bool) {
	switch r.Kind {
	case DayCap, WeekCap, MonthCap:
		return int(r.Minutes), c.Kind != core.CreditTransfer
	case SettingCap, DeliveryCap:
		return int(r.Minutes), true
	case Maximum:
		if r.Percent == 0 {
			return int(r.Minutes), true
		}
		lowest, _ := shares(r, b.std.Rules)
		return lowest, true
	}
	return 0, false
}

// samePeriod tells whether two credits share the room of a cap.
func samePeriod(r Rule, a, b core.Credit) bool {
	if (r.Kind == DayCap || r.Kind == WeekCap || r.Kind == MonthCap) && a.Kind == core.CreditTransfer {
		return false
	}
	switch r.Kind {
	case DayCap:
		return a.Date.String() == b.Date.String()
	case WeekCap:
		y1, w1 := a.Date.In(time.UTC).ISOWeek()
		y2, w2 := b.Date.In(time.UTC).ISOWeek()
		return y1 == y2 && w1 == w2
	case MonthCap:
		return a.Date.String()[:7] == b.Date.String()[:7]
	}
	return true
}

// ask finds the answer of a rule, and notes it for it and those within it.
func (b *brute) ask(r Rule) string {
	best, worst := "short", "met"
	for _, inner := range r.Rules {
		is := b.ask(inner)
		if r.Kind == AnyOf && is == "met" && inner.Confidence != "" && inner.Confidence != "H" {
			is = "ask"
			b.answers[inner.ID] = is
		}
		if rank(is) > rank(best) {
			best = is
		}
		if rank(is) < rank(worst) {
			worst = is
		}
	}
	answer := "met"
	asks := func(met bool) {
		if !met {
			answer = "short"
		}
	}
	switch r.Kind {
	case Total:
		have, enough, figures := b.sum(r, true), 0, []int{int(r.Minutes)}
		for _, f := range r.Figures {
			figures = append(figures, int(f.Minutes))
		}
		for _, n := range figures {
			if have >= n {
				enough++
			}
		}
		if asks(enough > 0); enough > 0 && enough < len(figures) {
			answer = "ask"
		}
	case Minimum, SubjectMinimum:
		have, lowest, highest := b.sum(r, true), int(r.Minutes), int(r.Minutes)
		if r.Percent > 0 {
			lowest, highest = shares(r, b.std.Rules)
		}
		if asks(have >= lowest); have >= lowest && have < highest {
			answer = "ask"
		}
	case Extra:
		asks(b.sum(r, false) >= int(r.Minutes))
	case Pace:
		asks(b.longEnough(r))
	case Holds:
		asks(b.holds(r))
	case Unjudged:
		aside := r
		aside.ID, aside.Kind, aside.Text, aside.Source, aside.Confidence, aside.EffectiveFrom, aside.EffectiveTo = "", "", "", "", "", core.Date{}, core.Date{}
		if reflect.DeepEqual(aside, Rule{}) || b.sum(r, true) > int(r.Minutes) {
			answer = "ask"
		}
	case AnyOf:
		answer = best
	case AllOf:
		answer = worst
	}
	n := int(r.Minutes) + r.Percent + r.HandsOn + r.Days + r.Weeks + r.Months + len(r.After) + int(r.PerHour+r.Block+r.Least+r.RoundTo)
	dated := (r.Kind == Window || r.Kind == Excluded) && r.From.String()+r.To.String() != ""
	if answer == "met" && (n > 0 || dated) && r.Confidence != "" && r.Confidence != "H" {
		answer = "ask"
	}
	b.answers[r.ID] = answer
	return answer
}

func (b *brute) sum(r Rule, inside bool) (n int) {
	for i, c := range b.taken {
		if b.inside[i] == inside && b.about(r, c) {
			n += b.minutes[i]
		}
	}
	return n
}

// longEnough walks through the calendar from the first counted day on.
func (b *brute) longEnough(r Rule) bool {
	first, last := b.counted()
	return first != "" && last >= endOf(r, first)
}

// counted are the first day and the last that count in the total.
func (b *brute) counted() (first, last string) {
	for i, c := range b.taken {
		if b.inside[i] && b.minutes[i] > 0 {
			if first == "" {
				first = c.Date.String()
			}
			last = c.Date.String()
		}
	}
	return first, last
}

// endOf is the last of a rule's days from a first one on.
func endOf(r Rule, first string) string {
	day, _ := time.Parse(time.DateOnly, first)
	end := day
	for range r.Months {
		end = time.Date(end.Year(), end.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	}
	if r.Months > 0 {
		month := end.Month()
		for end.Day() < day.Day() && end.AddDate(0, 0, 1).Month() == month {
			end = end.AddDate(0, 0, 1)
		}
	}
	for range r.Days + 7*r.Weeks {
		end = end.AddDate(0, 0, 1)
	}
	return end.AddDate(0, 0, -1).Format(time.DateOnly)
}

// monthsAfter is the same day of a later month, or its last where it has none.
func monthsAfter(d core.Date, months int) string {
	day := time.Date(d.Year, d.Month+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	for day.Day() < d.Day && day.AddDate(0, 0, 1).Day() != 1 {
		day = day.AddDate(0, 0, 1)
	}
	return day.Format(time.DateOnly)
}

// shares are what a rule's percent is of the lowest and of the highest total that a
// source gives.
func shares(r Rule, rules []Rule) (lowest, highest int) {
	for _, total := range rules {
		if total.Kind == Total {
			low, high := int(total.Minutes), int(total.Minutes)
			for _, f := range total.Figures {
				low, high = min(low, int(f.Minutes)), max(high, int(f.Minutes))
			}
			for 100*(lowest+1) <= r.Percent*low {
				lowest++
			}
			for 100*(highest+1) <= r.Percent*high {
				highest++
			}
			return lowest, highest
		}
		if lowest, highest = shares(r, total.Rules); highest > 0 {
			return lowest, highest
		}
	}
	return 0, 0
}

// onTheDay takes the rules that are not in force out of a standard; on is "never"
// where the standard itself is not.
func onTheDay(std Standard, days Days) (in Standard, on string) {
	on = days.Asked.String()
	if std.Basis == AtEnrollment {
		on = days.Enrolled.String()
	}
	within := func(from, to core.Date) bool {
		return (from.IsZero() || from.String() <= on) && (to.IsZero() || on <= to.String())
	}
	if !within(std.EffectiveFrom, std.EffectiveTo) {
		return std, "never"
	}
	var keep func(rules []Rule) []Rule
	keep = func(rules []Rule) (kept []Rule) {
		for _, r := range rules {
			inner := keep(r.Rules)
			if within(r.EffectiveFrom, r.EffectiveTo) && (len(r.Rules) == 0 || len(inner) > 0) {
				r.Rules = inner
				kept = append(kept, r)
			}
		}
		return kept
	}
	std.Rules = keep(std.Rules)
	return std, on
}

// takesOut tells whether a rule or one within it takes a credit out of the total.
func (b *brute) takesOut(r Rule, c core.Credit) bool {
	if r.Kind == Extra && b.about(r, c) {
		return true
	}
	for _, inner := range r.Rules {
		if b.takesOut(inner, c) {
			return true
		}
	}
	return false
}

// began tells whether a fact was there on the day of asking or before.
func (b *brute) began(f Fact) bool {
	return f.From.IsZero() || !b.facts.On.IsZero() && f.From.String() <= b.facts.On.String()
}

// holds tells whether a fact is there on the day of asking, and walks month by
// month where it has to have been for a while.
func (b *brute) holds(r Rule) bool {
	for _, f := range b.facts.Held {
		if f.Code != r.Fact || !b.began(f) || !f.To.IsZero() && !b.facts.On.IsZero() && f.To.String() < b.facts.On.String() {
			continue
		}
		if r.Months == 0 {
			return true
		}
		if f.From.IsZero() {
			continue
		}
		if monthsAfter(f.From, r.Months) <= b.facts.On.String() {
			return true
		}
	}
	return false
}

// missing is what lacks of the total and of subjects, on the way of hours; nothing of
// what stands within a choice that is answered better by another way.
func (b *brute) missing(rules []Rule, asked bool, short map[string]int) {
	here := map[string]bool{}
	for _, r := range rules {
		if r.Kind == SubjectMinimum {
			if _, above := short[r.Subject]; !above || here[r.Subject] {
				here[r.Subject] = true
				short[r.Subject] = 0
				if asked {
					short[r.Subject] = max(0, int(r.Minutes)-b.sum(r, true))
				}
			}
		}
		if r.Kind == Total && asked {
			_, highest := shares(Rule{Percent: 100}, []Rule{r})
			short["total"] = max(0, highest-b.sum(r, true))
		}
	}
	for _, r := range rules {
		if _, has := shares(Rule{Percent: 100}, r.Rules); has == 0 {
			continue
		}
		if r.Kind == AllOf {
			b.missing(r.Rules, asked, short)
			continue
		}
		for _, way := range r.Rules {
			if _, has := shares(Rule{Percent: 100}, []Rule{way}); has > 0 {
				b.missing([]Rule{way}, asked && rank(b.answers[way.ID]) >= rank(b.answers[r.ID]), short)
			}
		}
	}
}
