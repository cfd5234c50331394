package logbookweb

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// mostNeeds is how many things the form of a gate asks for.
const mostNeeds = 3

var (
	thousands  = regexp.MustCompile(`(\d),(\d{3})\b`)
	wholeHours = regexp.MustCompile(`^(\d{1,6})\s*(?:h|hours?)?$`)
)

// hours reads hours as people write them: a plain number is hours, and thousands may
// be set off, as in 1,000 h.
func hours(f *page.Reading, name string) core.Minutes {
	text := thousands.ReplaceAllString(strings.ToLower(f.Text(name)), "$1$2")
	if m := wholeHours.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		if most := int(standard.MostMinutes / 60); n > most {
			f.Add(name, "bad_hours.most", "most", most)
			return 0
		}
		return core.Hours(n)
	}
	if text == "" {
		return 0
	}
	m, err := core.ParseMinutes(text)
	if err != nil {
		f.Add(name, "bad_hours.unreadable", "text", f.Text(name))
	}
	return m
}

// of reads what was chosen of subjects and groups.
func of(text string) (subject, group string) {
	kind, code, _ := strings.Cut(text, ":")
	if kind == "group" {
		return "", code
	}
	return code, ""
}

func ofText(subject, group string) string {
	switch {
	case subject != "":
		return "subject:" + subject
	case group != "":
		return "group:" + group
	}
	return ""
}

// readRule reads a rule of a kind; what its form does not have stays as it was.
func readRule(f *page.Reading, kind standard.Kind, was standard.Rule) standard.Rule {
	has, r := standard.FieldsOf(kind), was
	r.Kind = kind
	if has["minutes"] {
		r.Minutes = hours(f, "minutes")
	}
	if has["percent"] {
		r.Percent = f.Number("percent")
	}
	if has["months"] && !has["days"] {
		r.Months = f.Number("span")
	}
	if has["days"] {
		r.Days, r.Weeks, r.Months = 0, 0, 0
		map[string]func(int){"days": func(n int) { r.Days = n }, "weeks": func(n int) { r.Weeks = n }, "months": func(n int) { r.Months = n }}[unit(f.Get("unit"))](f.Number("span"))
	}
	if has["subject"] {
		r.Subject, r.Group = of(f.Get("of"))
	}
	if has["setting"] {
		r.Setting = core.Setting(f.Get("setting"))
	}
	if has["delivery"] {
		r.Delivery = core.Delivery(f.Get("delivery"))
	}
	if has["earned"] {
		r.Earned, r.Mode, r.MakeUp, r.HandsOn = core.CreditKind(f.Get("earned")), core.SupervisionMode(f.Get("mode")), f.Get("make_up") != "", f.Number("hands_on")
	}
	if has["modes"] {
		r.Modes = nil
		for _, mode := range f.Values["modes"] {
			r.Modes = append(r.Modes, core.SupervisionMode(mode))
		}
	}
	if has["after"] {
		r.After = needs(f)
	}
	if has["per_hour"] {
		r.PerHour, r.Least, r.RoundTo, r.Rounding = f.Minutes("per_hour"), f.Minutes("least"), f.Minutes("round_to"), standard.Rounding(f.Get("rounding"))
	}
	if has["block"] {
		r.Block = f.Minutes("block")
	}
	if has["from"] {
		r.From, r.To = f.Date("from"), f.Date("to")
	}
	r.Text, r.Source = f.Text("text"), f.Text("source")
	if kind != standard.Total {
		r.EffectiveFrom, r.EffectiveTo = f.Date("effective_from"), f.Date("effective_to")
	}
	return r
}

func unit(s string) string {
	if s == "weeks" || s == "months" {
		return s
	}
	return "days"
}

func needs(f *page.Reading) (all []standard.Need) {
	for i := range mostNeeds {
		n := standard.Need{Minutes: hours(f, "after"+strconv.Itoa(i))}
		n.Subject, n.Group = of(f.Get("after_of" + strconv.Itoa(i)))
		n.Setting = core.Setting(f.Get("after_setting" + strconv.Itoa(i)))
		if n.Minutes > 0 || n.Subject+n.Group+string(n.Setting) != "" {
			all = append(all, n)
		}
	}
	return all
}

// ruleValues fill the form of a rule.
func ruleValues(r standard.Rule) url.Values {
	v := url.Values{}
	set := func(name, text string) {
		if text != "" && text != "0" && text != "0 min" {
			v.Set(name, text)
		}
	}
	set("minutes", r.Minutes.String())
	set("percent", strconv.Itoa(r.Percent))
	set("span", strconv.Itoa(r.Days+r.Weeks+r.Months))
	switch {
	case r.Weeks > 0:
		v.Set("unit", "weeks")
	case r.Months > 0:
		v.Set("unit", "months")
	}
	set("of", ofText(r.Subject, r.Group))
	set("setting", string(r.Setting))
	set("delivery", string(r.Delivery))
	set("earned", string(r.Earned))
	set("mode", string(r.Mode))
	set("hands_on", strconv.Itoa(r.HandsOn))
	if r.MakeUp {
		v.Set("make_up", "true")
	}
	for _, mode := range r.Modes {
		v.Add("modes", string(mode))
	}
	for i, n := range r.After {
		set("after"+strconv.Itoa(i), n.Minutes.String())
		set("after_of"+strconv.Itoa(i), ofText(n.Subject, n.Group))
		set("after_setting"+strconv.Itoa(i), string(n.Setting))
	}
	set("per_hour", r.PerHour.String())
	set("block", r.Block.String())
	set("least", r.Least.String())
	set("round_to", r.RoundTo.String())
	set("rounding", string(r.Rounding))
	set("from", r.From.String())
	set("to", r.To.String())
	set("text", r.Text)
	set("source", r.Source)
	set("effective_from", r.EffectiveFrom.String())
	set("effective_to", r.EffectiveTo.String())
	return v
}

// putRule adds a rule to a pack, within the one with the id in, or writes it over
// the one with its id. What is wrong with it is named by the form's fields.
func putRule(p *standard.Pack, r standard.Rule, in string) error {
	if r.Source == "" {
		r.Source = p.Source
	}
	if r.Source == "" {
		return core.InvalidField("source", "required.rule_source")
	}
	at := standard.Find(p.Rules, r.ID)
	switch {
	case r.ID != "" && at == nil:
		return core.NotFound("draft")
	case at != nil:
		r.Rules = at.Rules
		*at = r
	default:
		r.ID = newID(p, r)
		list := &p.Rules
		if within := standard.Find(p.Rules, in); within != nil {
			list = &within.Rules
		}
		*list = append(*list, r)
	}
	return wrongRule(p, r)
}

// newID names a rule by what it is about.
func newID(p *standard.Pack, r standard.Rule) string {
	id := standard.Code(strings.Join([]string{string(r.Kind), r.Subject, r.Group, string(r.Setting), string(r.Delivery), string(r.Earned)}, " "))
	for n, base := 2, id; standard.Find(p.Rules, id) != nil; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	return id
}

// wrongRule is what is wrong with one rule of a pack. That a choice between rules has
// none yet is not: they come next.
func wrongRule(p *standard.Pack, r standard.Rule) error {
	f := core.AsFault(p.Standard.Validate())
	if f == nil {
		return nil
	}
	var c core.Collect
	path := pathOf(p.Rules, r.ID, "rules")
	for _, field := range f.Fields {
		name, within := strings.CutPrefix(field.Name, path+".")
		if !within || strings.HasPrefix(name, "rules") {
			continue
		}
		switch name = formField(name); {
		case field.Code == "required" && name != "source":
			c.Add(name, "rule_needs."+name)
		default:
			field.Name = name
			c.AddField(field)
		}
	}
	return c.Err()
}

// formField is the form's name of a rule's field.
func formField(name string) string {
	switch name {
	case "subject", "group":
		return "of"
	case "days", "weeks", "months":
		return "span"
	case "kind":
		return "" // nothing to fill in: another rule says the same
	}
	if rest, ok := strings.CutPrefix(name, "after["); ok {
		n, field, _ := strings.Cut(rest, "].")
		if field == "minutes" {
			return "after" + n
		}
		return "after_of" + n
	}
	if name == "after" {
		return "after0"
	}
	return name
}

func pathOf(rules []standard.Rule, id, at string) string {
	for i := range rules {
		path := fmt.Sprintf("%s[%d]", at, i)
		if rules[i].ID == id {
			return path
		}
		if in := pathOf(rules[i].Rules, id, path+".rules"); in != "" {
			return in
		}
	}
	return ""
}

// ofOptions are the subjects and groups of a pack.
func ofOptions(p *standard.Pack) (options []render.Option) {
	for _, s := range p.Subjects {
		options = append(options, render.Option{Value: "subject:" + s.Code, Label: s.Title})
	}
	for _, g := range p.Groups {
		options = append(options, render.Option{Value: "group:" + g.Code, Label: g.Title})
	}
	return options
}

// kindOptions are the kinds of rules to choose from; nested are those that may stand
// within another.
func kindOptions(r *page.Request, nested bool) (options []render.Option) {
	for _, kind := range standard.Forms() {
		if !nested || standard.Nests(kind) {
			options = append(options, render.Option{Value: string(kind), Label: r.Say("rule_kind." + string(kind))})
		}
	}
	return options
}

func known(kind standard.Kind) bool { return slices.Contains(standard.Forms(), kind) }
