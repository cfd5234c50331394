package standard

import (
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Sentence says what a rule asks, from its figures alone: what it prints is what
// it does. Text, which a school may write, has no part in it.
func (s Standard) Sentence(r Rule) string {
	text := s.sentence(&r)
	switch from, to := r.EffectiveFrom, r.EffectiveTo; {
	case !from.IsZero() && !to.IsZero():
		text += " " + say("sentence.temporary.between", "from", from, "to", to)
	case !from.IsZero():
		text += " " + say("sentence.temporary.from", "from", from)
	case !to.IsZero():
		text += " " + say("sentence.temporary.to", "to", to)
	}
	return text
}

// Sentences are those of all rules, in their order.
func (s Standard) Sentences() []string {
	all := make([]string, len(s.Rules))
	for i, r := range s.Rules {
		all[i] = s.Sentence(r)
	}
	return all
}

// Worded is the standard with each rule's sentence, which stands from then on
// where Text would: in standings, in reasons, and in what is missing. What a
// school publishes is read so (Parse); packs that Palmar ships say their own
// text, which is held against the table of facts.
func (s Standard) Worded() Standard {
	s.Rules = s.worded(s.Rules)
	return s
}

func (s Standard) worded(rules []Rule) []Rule {
	rules = slices.Clone(rules)
	for i := range rules {
		rules[i].sentence = s.Sentence(rules[i])
		rules[i].Rules = s.worded(rules[i].Rules)
	}
	return rules
}

// spoken gives rules without a text their sentence as text.
func (s Standard) spoken(rules []Rule) {
	for i := range rules {
		if rules[i].Text == "" {
			rules[i].Text = s.Sentence(rules[i])
		}
		s.spoken(rules[i].Rules)
	}
}

// Says is the sentence of the rule: the generated one of a standard that is
// Worded, else its text.
func (r *Rule) Says() string {
	if r.sentence != "" {
		return r.sentence
	}
	return r.Text
}

// Remark is the text of a rule where its sentence says something else.
func (r *Rule) Remark() string {
	if r.sentence == "" || r.sentence == r.Text {
		return ""
	}
	return r.Text
}

// periods are the kinds of caps of a period, with how their sentence ends.
var periods = map[Kind]string{DayCap: "day", WeekCap: "week", MonthCap: "month"}

func (s Standard) sentence(r *Rule) string {
	switch of := s.of(r); r.Kind {
	case Total:
		if of = ""; s.supervisedOnly() {
			of = say("sentence.of.supervised")
		}
		return say("sentence.minimum"+was(r.most()), "amount", quantity(r.most()), "of", of)
	case Minimum, SubjectMinimum:
		if r.Percent > 0 {
			share := s.share(r)
			return say("sentence.minimum.percent"+was(share), "amount", quantity(share), "percent", r.Percent, "of", of)
		}
		return say("sentence.minimum"+was(r.Minutes), "amount", quantity(r.Minutes), "of", of)
	case Extra:
		return say("sentence.extra"+was(r.Minutes), "amount", quantity(r.Minutes), "of", of)
	case Pace:
		return say("sentence.pace", "span", r.span())
	case AnyOf:
		return say("sentence.any_of", "rules", s.inner(r, "sentence.or"))
	case AllOf:
		return say("sentence.all_of", "rules", s.inner(r, "sentence.and"))
	case Holds:
		if r.Months > 0 {
			return say("sentence.holds_for", "fact", r.Fact, "span", r.span())
		}
		return say("sentence.holds", "fact", r.Fact)
	case Unjudged:
		if r.Minutes > 0 {
			return say("sentence.unjudged.beyond", "amount", quantity(r.Minutes), "of", of)
		} else if of != "" {
			return say("sentence.unjudged.chosen", "of", of)
		}
		return say("sentence.unjudged")
	case Gate:
		return say("sentence.gate", "of", of, "needs", s.needs(r.After))
	case Hour, ContactHour:
		return r.measures()
	}
	return s.limit(r)
}

// limit is the sentence of a rule that takes something away.
func (s Standard) limit(r *Rule) string {
	of := s.of(r)
	switch r.Kind {
	case Maximum, SettingCap, DeliveryCap:
		if r.Percent > 0 {
			most := s.share(r)
			return say("sentence.percent"+was(most), "amount", quantity(most), "percent", r.Percent, "of", of)
		}
		return say("sentence.maximum"+was(r.Minutes), "amount", quantity(r.Minutes), "of", of)
	case DayCap, WeekCap, MonthCap:
		return say("sentence.maximum."+periods[r.Kind]+was(r.Minutes), "amount", quantity(r.Minutes), "of", of)
	case SupervisedOnly:
		if of != "" {
			return say("sentence.supervised_only.chosen", "of", of)
		}
		return say("sentence.supervised_only")
	case Supervision:
		return say("sentence.supervision", "of", of, "modes", joined("sentence.or", each(r.Modes, func(m core.SupervisionMode) string { return say("sentence.mode." + string(m)) })))
	case Window:
		return r.between("sentence.window", of)
	case Excluded:
		return say("sentence.excluded", "of", of, "from", r.From, "to", r.To)
	case Within:
		return say("sentence.within", "span", r.span())
	case TransferAge:
		return say("sentence.transfer_age", "of", of, "span", r.span())
	case GradeMinimum:
		return say("sentence.grade_minimum", "of", of, "percent", r.Percent)
	case TransferRecord:
		return say("sentence.transfer_record")
	case InCycle:
		return say("sentence.in_cycle", "of", of)
	case Once:
		return say("sentence.once", "of", of)
	case Disallowed:
		return say("sentence.disallowed", "of", of)
	case Since:
		return say("sentence.since", "of", of, "fact", r.Fact)
	case OneProgram:
		return say("sentence.one_program", "of", of)
	}
	return say("sentence.other", "kind", string(r.Kind))
}

// share is what a rule's percentage of the total makes: of the most of a minimum, of
// the least of a cap.
func (s Standard) share(r *Rule) core.Minutes {
	if r.Kind == Minimum {
		return s.Required() * core.Minutes(r.Percent) / 100
	}
	return s.least() * core.Minutes(r.Percent) / 100
}

// supervisedOnly tells whether nothing unsupervised counts at all times.
func (s Standard) supervisedOnly() bool {
	return slices.ContainsFunc(s.Rules, func(r Rule) bool {
		return r.Kind == SupervisedOnly && s.of(&r) == "" && r.EffectiveFrom.IsZero() && r.EffectiveTo.IsZero()
	})
}

// of tells which credits a rule chooses, with a blank before it; nothing where it
// chooses none.
func (s Standard) of(r *Rule) string {
	var parts []string
	add := func(id string, args ...any) { parts = append(parts, " "+say("sentence.of"+id, args...)) }
	if r.Earned != "" {
		add(".earned." + string(r.Earned))
	}
	if r.MakeUp {
		add(".make_up")
	}
	if r.HandsOn > 0 {
		add(".hands_on", "percent", r.HandsOn)
	}
	if code := r.Subject + r.Group; code != "" {
		add(".subject", "subject", s.named(code))
	}
	if r.Delivery != "" {
		add(".delivery." + string(r.Delivery))
	}
	if r.Setting != "" {
		add(".setting." + string(r.Setting))
	}
	if r.Mode != "" {
		add(".mode." + string(r.Mode))
	}
	return strings.Join(parts, "")
}

// named is the title of a subject or a group.
func (s Standard) named(code string) string {
	for _, g := range s.Groups {
		if g.Code == code {
			return g.Title
		}
	}
	return s.SubjectTitle(code)
}

func (s Standard) needs(after []Need) string {
	return joined("sentence.and", each(after, func(n Need) string {
		of := s.of(&Rule{Subject: n.Subject, Group: n.Group, Setting: n.Setting})
		if of == "" {
			return say("sentence.need.all", "amount", quantity(n.Minutes))
		}
		return say("sentence.need", "amount", quantity(n.Minutes), "of", of)
	}))
}

// inner are the sentences of the rules within a rule, as parts of one.
func (s Standard) inner(r *Rule, and string) string {
	return joined(and, each(r.Rules, func(in Rule) string { return say("sentence.part", "text", strings.TrimSuffix(s.Sentence(in), ".")) }))
}

// span is how long a pace takes.
func (r *Rule) span() string {
	switch {
	case r.Months > 0:
		return say("sentence.months", "count", r.Months)
	case r.Weeks > 0:
		return say("sentence.weeks", "count", r.Weeks)
	}
	return say("sentence.days", "count", r.Days)
}

// between is a sentence about days from one to another, or with one end.
func (r *Rule) between(id, of string) string {
	switch {
	case r.To.IsZero():
		return say(id+".from", "of", of, "from", r.From)
	case r.From.IsZero():
		return say(id+".to", "of", of, "to", r.To)
	}
	return say(id, "of", of, "from", r.From, "to", r.To)
}

// measures tells how sessions make minutes by the clock.
func (r *Rule) measures() string {
	var parts []string
	switch {
	case r.Kind == ContactHour:
		parts = append(parts, say("sentence.contact_hour", "taught", quantity(r.PerHour)))
	case r.PerHour == 60:
		parts = append(parts, say("sentence.hour.whole"))
	default:
		parts = append(parts, say("sentence.hour", "taught", quantity(r.PerHour), "pause", quantity(60-r.PerHour)))
	}
	if r.Block > 0 {
		parts = append(parts, say("sentence.hour.block", "block", quantity(r.Block)))
	}
	if r.Least > 0 {
		parts = append(parts, say("sentence.hour.least", "least", quantity(r.Least)))
	}
	if r.RoundTo > 0 {
		rounding := r.Rounding
		if rounding == "" {
			rounding = RoundDown
		}
		parts = append(parts, say("sentence.hour.round."+string(rounding), "step", quantity(r.RoundTo)))
	}
	return strings.Join(parts, " ")
}

// quantity writes minutes with whole hours as people write large numbers.
func quantity(m core.Minutes) string {
	if m < core.Hours(1000) {
		return m.String()
	}
	hours := words.English().Number(int64(m/60)) + " h"
	if m%60 == 0 {
		return hours
	}
	return hours + " " + (m % 60).String()
}

func joined(and string, parts []string) string { return strings.Join(parts, say(and)) }

func each[T any](all []T, text func(T) string) []string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = text(one)
	}
	return out
}
