package standard

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// Answer is what rules make of credits, together with how sure that is. It is no
// yes or no, so that nobody who reads one can leave out the third: the figures are
// fulfilled, but nobody saw the text that they come from. Its zero value answers
// nothing and is not met.
//
// In JSON met is true, short is false (as standings have always been kept), and
// ask is "ask", which no reader of a boolean mistakes for true.
type Answer string

// The answers.
const (
	Met   Answer = "met"   // by a text that was seen, or by the rules of a school itself
	Ask   Answer = "ask"   // by a secondary, old or weak source, or by one of several that conflict: ask the board
	Short Answer = "short" // something is missing
)

// Met tells whether it is met for sure.
func (a Answer) Met() bool { return a == Met }

// Asks tells whether the authority has to be asked.
func (a Answer) Asks() bool { return a == Ask }

// Lacks tells whether something is missing by every source. What answers nothing
// lacks too.
func (a Answer) Lacks() bool { return a.order() == 0 }

// MarshalJSON writes true, false or "ask".
func (a Answer) MarshalJSON() ([]byte, error) {
	if a == Ask {
		return json.Marshal(string(a))
	}
	return json.Marshal(a == Met)
}

// UnmarshalJSON reads what MarshalJSON writes. Code: bad_json.
func (a *Answer) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "true":
		*a = Met
	case "false":
		*a = Short
	case `"ask"`:
		*a = Ask
	default:
		return core.Invalid("bad_json.answer", "value", string(b))
	}
	return nil
}

// order is how good an answer is; none is as bad as short.
func (a Answer) order() int {
	switch a {
	case Met:
		return 2
	case Ask:
		return 1
	}
	return 0
}

// and is the worse of two answers, or the better.
func (a Answer) and(b Answer) Answer {
	if b.order() < a.order() {
		return b
	}
	return a
}

func (a Answer) or(b Answer) Answer {
	if b.order() > a.order() {
		return b
	}
	return a
}

// answered is the answer to a question of yes and no.
func answered(yes bool) Answer {
	if yes {
		return Met
	}
	return Short
}

// Sure tells whether a rule of this confidence can answer met: the text was seen,
// or it is a school's own rule, which has no source to doubt. What is not known
// here is not sure.
func (c Confidence) Sure() bool { return c == High || c == "" }

// within is an answer that is never better than its source.
func (c Confidence) within(a Answer) Answer {
	if c.Sure() {
		return a
	}
	return a.and(Ask)
}

// figured tells whether a rule has a figure, which a weak source may have wrong. One
// without, such as that only supervised time counts, is either the law or is not:
// what is met with it is met without it, but for one way of several: see AnyOf in
// standing. The days of in_cycle are those of the cycle, whose end has a source of
// its own; a total of nothing is a figure too.
func (r *Rule) figured() bool {
	set := r.fields()
	for _, field := range []string{"minutes", "percent", "hands_on", "days", "weeks", "months", "after", "per_hour", "block", "least", "round_to"} {
		if set[field] {
			return true
		}
	}
	return r.Kind == Total || r.Kind != InCycle && (set["from"] || set["to"])
}

// selects tells whether an unjudged rule asks about some of the credits, and not
// whatever there is.
func (r *Rule) selects() bool {
	set := r.fields()
	return r.Minutes > 0 || slices.ContainsFunc(choice, func(field string) bool { return set[field] })
}

// Figure is an amount that a source gives.
type Figure struct {
	Minutes    core.Minutes `json:"minutes" yaml:"minutes"`
	Source     string       `json:"source" yaml:"source"`
	Confidence Confidence   `json:"confidence,omitempty" yaml:"confidence"`
}

// all are the figures of a total whose sources conflict, the highest first; none
// where there is no conflict.
func (r *Rule) all() []Figure {
	if len(r.Figures) == 0 {
		return nil
	}
	all := append([]Figure{{r.Minutes, r.Source, r.Confidence}}, r.Figures...)
	slices.SortStableFunc(all, func(a, b Figure) int { return int(b.Minutes - a.Minutes) })
	return all
}

// most is the highest figure of a rule: below it nothing is met.
func (r *Rule) most() core.Minutes {
	most := r.Minutes
	for _, f := range r.Figures {
		most = max(most, f.Minutes)
	}
	return most
}

// least is the lowest figure of a rule: below it all sources agree that something
// is missing.
func (r *Rule) least() core.Minutes {
	least := r.Minutes
	for _, f := range r.Figures {
		least = min(least, f.Minutes)
	}
	return least
}

// AskText says in sentences what about a standing is not sure and whom to ask:
// about the total alone where that is not sure, otherwise about each rule. Of one
// of which something is missing by every source it tells only that sources of the
// total conflict; it is empty where all is sure.
func (s Standing) AskText() []string {
	switch s.Answer {
	case Met:
		return nil
	case Short:
		for i := range s.Rules {
			if total, _ := s.Rules[i].total(); total != nil && len(total.Figures) > 0 {
				return []string{total.conflict()}
			}
		}
		return nil
	}
	out := s.askRules()
	if s.Repeats {
		out = append(out, say("ask.repeats"))
	}
	if s.Ends != "" {
		out = append(out, say("ask.cycle"))
	}
	return out
}

// askRules tells about the total alone where that is not sure, otherwise about each
// rule that is not.
func (s *Standing) askRules() (out []string) {
	for i := range s.Rules {
		switch r := &s.Rules[i]; {
		case r.Kind == Total && len(r.Figures) > 0:
			return []string{r.conflict()}
		case r.Kind == Total && !r.Confidence.Sure():
			return []string{say("ask.total"+asked(r.Confidence, s.AsOf), "required", r.Limit.String(), "year", strconv.Itoa(s.AsOf.Year))}
		default:
			out = append(out, r.askText(s.AsOf)...)
		}
	}
	return out
}

// askText tells about a rule, or about those within it that its answer hangs on.
func (r *RuleStanding) askText(asOf core.Date) (out []string) {
	if r.Answer != Ask {
		return nil
	}
	if r.Kind == Total && len(r.Figures) > 0 {
		return []string{r.conflict()}
	}
	if r.Kind == Unjudged {
		return []string{strings.TrimSpace(r.Text+" "+r.Remark) + " " + say("ask.unjudged", "source", r.Source)}
	}
	if !r.Confidence.Sure() {
		return []string{r.Text + " " + say("ask.rule"+asked(r.Confidence, asOf), "year", strconv.Itoa(asOf.Year))}
	}
	for i := range r.Rules {
		out = append(out, r.Rules[i].askText(asOf)...)
	}
	return out
}

// asked is the form of a sentence about a source, by how weak it is and whether
// it has a year.
func asked(c Confidence, asOf core.Date) string {
	form := ".secondary"
	if c != Medium {
		form = ".weak"
	}
	if !asOf.IsZero() {
		form += "_of_year"
	}
	return form
}

// conflict tells every figure of a total with its source.
func (r *RuleStanding) conflict() string {
	text := ""
	for i, f := range r.Figures {
		if i > 0 {
			text += "; "
		}
		text += say("ask.figure", "minutes", f.Minutes.String(), "source", f.Source)
	}
	return say("ask.conflict", "figures", text, "highest", r.Limit.String())
}
