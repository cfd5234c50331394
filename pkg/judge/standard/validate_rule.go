package standard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// deepest is how many rules may stand within each other.
const deepest = 5

// ruleCheck gathers what the rules of a standard must not say twice.
type ruleCheck struct {
	*core.Collect
	std   *Standard
	ids   map[string]string
	said  map[string][]said
	count int
	total string // where it stands
}

// said is a rule and when it is in force.
type said struct {
	path     string
	from, to core.Date
}

func (s Standard) validateRules(c *core.Collect) {
	check := ruleCheck{Collect: c, std: &s, ids: map[string]string{}, said: map[string][]said{}}
	check.list("rules", s.Rules, 1)
	if check.total == "" {
		c.Add("rules", "required.rules", "total", Total)
	}
}

func (c *ruleCheck) list(path string, rules []Rule, depth int) {
	if c.count += len(rules); c.count > MostRules || depth > deepest && len(rules) > 0 {
		c.Add(path, "too_many.rules", "mostRules", MostRules, "deepest", deepest)
		return
	}
	for i := range rules {
		r, at := &rules[i], fmt.Sprintf("%s[%d]", path, i)
		c.words(at, r)
		if form, known := kinds[r.Kind]; !known {
			c.Add(at+".kind", "unknown_kind.standard", "kind", r.Kind)
		} else {
			c.fields(at, r, form)
			if depth > 1 && !form.nests {
				c.Add(at+".kind", "not_within", "kind", r.Kind)
			}
		}
		c.amounts(at, r)
		c.choice(at, r)
		if depth == 1 {
			c.once(at, r)
		}
		if r.Kind == Total && c.total != "" {
			c.Add(at+".kind", "repeated.rule", "path", c.total)
		} else if r.Kind == Total {
			c.total = at
		}
		c.list(at+".rules", r.Rules, depth+1)
	}
}

func (c *ruleCheck) words(path string, r *Rule) {
	key(c.Collect, path+".id", r.ID)
	if first, taken := c.ids[r.ID]; taken {
		c.Add(path+".id", "repeated.id", "first", first)
	}
	c.ids[r.ID] = path
	if optional(c.Collect, path+".text", r.Text, 500); r.Kind == Unjudged && r.Text == "" {
		c.Add(path+".text", "required.unjudged")
	}
	text(c.Collect, path+".source", r.Source, 500)
	optional(c.Collect, path+".note", r.Note, 1000)
	oneOf(c.Collect, path+".confidence", r.Confidence, "", High, Medium, Low)
	period(c.Collect, path+".effective_to", r.EffectiveFrom, r.EffectiveTo)
	if totalIn([]Rule{*r}) != nil && r.temporary() {
		c.Add(path+".effective_from", "not_of_kind.total")
	}
}

// fields compares the fields that are set with those that the kind has.
func (c *ruleCheck) fields(path string, r *Rule, form form) {
	set, may := r.fields(), slices.Clone(form.may)
	for _, need := range form.needs {
		any := strings.FieldsFunc(need, func(r rune) bool { return r == '|' || r == '+' })
		n := 0
		for _, field := range any {
			if set[field] {
				n++
			}
		}
		switch {
		case n == 0:
			c.Add(path+"."+any[0], "required.rule_fields", "kind", r.Kind, "any", strings.Join(any, " or "))
		case n > 1 && strings.Contains(need, "|"):
			c.Add(path+"."+any[0], "not_of_kind.one_of", "kind", r.Kind, "any", strings.Join(any, ", "))
		}
		may = append(may, any...)
	}
	for _, field := range slices.Concat(choice, amounts) {
		if set[field] && !slices.Contains(may, field) {
			c.Add(path+"."+field, "not_of_kind.field", "kind", r.Kind)
		}
	}
	if r.Subject != "" && r.Group != "" {
		c.Add(path+".group", "not_of_kind.subject_or_group")
	}
}

func (c *ruleCheck) amounts(path string, r *Rule) {
	minutes := func(field string, m, least, most core.Minutes) {
		if m != 0 && (m < least || m > most) {
			c.Add(path+field, "bad_minutes.standard", "least", least, "most", most)
		}
	}
	number := func(field string, n, most int) {
		if n < 0 || n > most {
			c.Add(path+field, "bad_number.most", "most", most)
		}
	}
	minutes(".minutes", r.Minutes, 1, MostMinutes)
	minutes(".per_hour", r.PerHour, 1, 60)
	minutes(".block", r.Block, 60, core.LongestSession)
	minutes(".least", r.Least, 1, core.LongestSession)
	minutes(".round_to", r.RoundTo, 1, 60)
	number(".hands_on", r.HandsOn, 100)
	number(".percent", r.Percent, 100)
	number(".days", r.Days, 10_000)
	number(".weeks", r.Weeks, 1000)
	number(".months", r.Months, 240)
	period(c.Collect, path+".to", r.From, r.To)
	oneOf(c.Collect, path+".rounding", r.Rounding, "", RoundDown, RoundNearest, RoundUp)
	if r.Fact != "" {
		key(c.Collect, path+".fact", r.Fact)
	}
	someOrNone(c.Collect, path+".modes", r.Modes)
	someOrNone(c.Collect, path+".rules", r.Rules)
	someOrNone(c.Collect, path+".after", r.After)
	someOrNone(c.Collect, path+".figures", r.Figures)
	for i, f := range r.Figures {
		at := fmt.Sprintf("%s.figures[%d]", path, i)
		if minutes(strings.TrimPrefix(at, path)+".minutes", f.Minutes, 1, MostMinutes); f.Minutes == 0 || f.Minutes == r.Minutes {
			c.Add(at+".minutes", "required.figure")
		}
		text(c.Collect, at+".source", f.Source, 500)
		oneOf(c.Collect, at+".confidence", f.Confidence, "", High, Medium, Low)
	}
	for i, mode := range r.Modes {
		oneOf(c.Collect, fmt.Sprintf("%s.modes[%d]", path, i), mode, core.SupervisionInClass, core.SupervisionOnPremises, core.SupervisionAvailable)
	}
	for i, need := range r.After {
		at := fmt.Sprintf(".after[%d]", i)
		if need.Minutes == 0 {
			c.Add(path+at+".minutes", "required.gate")
		}
		minutes(at+".minutes", need.Minutes, 1, MostMinutes)
		c.names(path+at, need.Subject, need.Group)
		oneOf(c.Collect, path+at+".setting", need.Setting, append([]core.Setting{""}, core.Settings...)...)
	}
}

func (c *ruleCheck) choice(path string, r *Rule) {
	c.names(path, r.Subject, r.Group)
	if r.Setting != "" && !slices.Contains(core.Settings, r.Setting) {
		c.Add(path+".setting", "unknown_setting")
	}
	if r.Delivery != "" && !slices.Contains(core.Deliveries, r.Delivery) {
		c.Add(path+".delivery", "unknown_delivery")
	}
	oneOf(c.Collect, path+".earned", r.Earned, "", core.CreditInstruction, core.CreditTransfer, core.CreditCourse, core.CreditCE)
	oneOf(c.Collect, path+".mode", r.Mode, append([]core.SupervisionMode{""}, core.SupervisionModes...)...)
}

func (c *ruleCheck) names(path, subject, group string) {
	if subject != "" && c.std.subject(subject) < 0 {
		c.Add(path+".subject", "unknown_subject.standard", "subject", subject)
	}
	if group != "" && !slices.ContainsFunc(c.std.Groups, func(g Group) bool { return g.Code == group }) {
		c.Add(path+".group", "unknown_group", "group", group)
	}
}

// once refuses a second rule of the same kind about the same credits while the
// first is in force. Choices between rules may be many.
func (c *ruleCheck) once(path string, r *Rule) {
	if r.Kind == AnyOf || r.Kind == AllOf || r.Kind == Total || r.Kind == Unjudged {
		return
	}
	about, repeated := "an hour", "repeated.hour"
	if r.Kind != Hour && r.Kind != ContactHour {
		about, repeated = fmt.Sprintf("%q", []any{r.Kind, r.Fact, r.Subject, r.Group, r.Setting, r.Delivery, r.Earned, r.Mode, r.MakeUp, r.HandsOn, r.From, r.To}), "repeated.rule"
	}
	for _, first := range c.said[about] {
		if spansMeet(first.from, first.to, r.EffectiveFrom, r.EffectiveTo) {
			c.Add(path+".kind", repeated, "path", first.path)
		}
	}
	c.said[about] = append(c.said[about], said{path, r.EffectiveFrom, r.EffectiveTo})
}

// spansMeet tells whether two spans of days share a day; a zero day is no bound.
func spansMeet(from1, to1, from2, to2 core.Date) bool {
	return (to1.IsZero() || !from2.After(to1)) && (to2.IsZero() || !from1.After(to2))
}
