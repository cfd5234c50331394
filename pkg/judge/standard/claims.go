package standard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// MostClaims is the largest number of jurisdictions that a standard claims.
const MostClaims = 20

// Outcome is what became of a claim.
type Outcome string

// The outcomes of claims. A claim is met only where each rule in force is, by texts
// that were seen; it is less where something asked for is surely not there.
const (
	ClaimMet      Outcome = "met"
	ClaimLess     Outcome = "less"
	ClaimNotKnown Outcome = "not_known"
)

// Outcomes are all of them.
var Outcomes = []Outcome{ClaimMet, ClaimLess, ClaimNotKnown}

// Claim is a claim of a standard that was judged: that it is, or that someone's
// hours are, what a jurisdiction asks for by the rules in force on the day On. Less
// is of what there is less, Why what is not known, in sentences. Source is that of
// the rules, and AsOf its day. Its JSON is kept and returned to clients.
type Claim struct {
	Code    string      `json:"code"`
	Name    string      `json:"name"`
	Outcome Outcome     `json:"outcome"`
	Less    []Shortfall `json:"less,omitempty"`
	Why     []string    `json:"why,omitempty"`
	Source  string      `json:"source,omitempty"`
	AsOf    core.Date   `json:"as_of,omitzero"`
	On      core.Date   `json:"on"`
}

// Shortfall is a rule of a jurisdiction, in its words, with the minutes that it asks
// for and those that there are; both are 0 where it does not ask for minutes.
type Shortfall struct {
	Rule  string       `json:"rule"`
	Text  string       `json:"text"`
	Asked core.Minutes `json:"asked"`
	Given core.Minutes `json:"given"`
}

// Details say in sentences of what there is less, or what is not known.
func (c Claim) Details() []string {
	out := make([]string, 0, len(c.Less)+len(c.Why))
	for _, s := range c.Less {
		if s.Asked > 0 {
			out = append(out, s.Text+" "+say("claim.given", "given", s.Given.String()))
		} else {
			out = append(out, s.Text)
		}
	}
	return append(out, c.Why...)
}

// By says by which source a claim was judged, and when.
func (c Claim) By() string {
	if c.Source == "" {
		return say("claim.judged", "on", c.On)
	}
	return say("claim.judged_by", "source", c.Source, "on", c.On)
}

func validateClaims(c *core.Collect, claims []string) {
	someOrNone(c, "claims", claims)
	if len(claims) > MostClaims {
		c.Add("claims", "too_many.claims", "mostClaims", MostClaims)
		return
	}
	for i, code := range claims {
		at := fmt.Sprintf("claims[%d]", i)
		if core.JurisdictionName(code) == "" {
			c.Add(at, "unknown_value.jurisdiction", "value", code)
		}
		if first := slices.Index(claims, code); first < i {
			c.Add(at, "repeated.claim", "first", fmt.Sprintf("claims[%d]", first))
		}
	}
}

// Guarantees are the claims of a standard judged by its own rules for who begins on a
// day: whether all who meet it have what the jurisdiction asks for.
func Guarantees(s Standard, on core.Date) ([]Claim, error) {
	return judgeClaims(s.Claims, Days{Enrolled: on, Asked: on}, func(j Jurisdiction, c *Claim) { guaranteed(s, j, c) })
}

// ClaimsBy are the claims of a standard judged by someone's own credits, on the days
// of theirs.
func ClaimsBy(s Standard, credits []core.Credit, d Days) ([]Claim, error) {
	ordered := Order(credits)
	return judgeClaims(s.Claims, d, func(j Jurisdiction, c *Claim) { claimBy(s, j, ordered, c) })
}

func judgeClaims(claims []string, d Days, judge func(Jurisdiction, *Claim)) ([]Claim, error) {
	if len(claims) == 0 {
		return nil, nil
	}
	all, err := Catalog(d)
	if err != nil {
		return nil, err
	}
	out := make([]Claim, len(claims))
	for i, code := range claims {
		c := Claim{Code: code, Name: core.JurisdictionName(code), Outcome: ClaimNotKnown, On: d.Asked}
		if at := slices.IndexFunc(all, func(j Jurisdiction) bool { return j.Code == code }); at < 0 {
			c.Why = []string{say("claim.no_pack", "state", c.Name)}
		} else if j := all[at]; !j.Known {
			c.Source, c.AsOf, c.Why = j.Source, j.AsOf, []string{j.Standard.Note}
		} else {
			c.Source, c.AsOf = j.Source, j.AsOf
			judge(j, &c)
		}
		out[i] = c
	}
	return out, nil
}

// claimBy judges a claim by what the jurisdiction's rules make of someone's credits.
// Hours of subjects that its rules do not know may be what is missing under another
// name: as far as they could be, it is not known.
func claimBy(s Standard, j Jurisdiction, credits Ordered, c *Claim) {
	standing := credits.Evaluate(j.Rules)
	answer := j.Answer(standing)
	switch {
	case answer.Met():
		c.Outcome = ClaimMet
		return
	case answer.Asks():
		c.Why = j.AskText(standing)
		return
	}
	u := unmappedOf(s, j, credits)
	for i := range standing.Rules {
		c.Less = append(c.Less, u.surely(&standing.Rules[i])...)
	}
	if len(c.Less) > 0 {
		c.Outcome = ClaimLess
		return
	}
	c.Why = []string{say("claim.unmapped", "state", c.Name, "subjects", strings.Join(u.titles, ", "))}
}

// unmapped are the hours of subjects that a jurisdiction's rules do not know.
type unmapped struct {
	rules   []Rule
	minutes core.Minutes
	titles  []string
}

func unmappedOf(s Standard, j Jurisdiction, credits Ordered) unmapped {
	u := unmapped{rules: j.Rules.std.Rules}
	for _, l := range credits.lines {
		code := credits.classes[l.class].subject
		if j.Rules.std.teaches(code) >= 0 {
			continue
		}
		u.minutes += l.credit.Minutes
		if at := s.teaches(code); at >= 0 {
			code = s.Subjects[at].Title
		}
		if !slices.Contains(u.titles, code) {
			u.titles = append(u.titles, code)
		}
	}
	slices.Sort(u.titles)
	return u
}

// surely are the shortfalls of a rule and of those within it that no hours of other
// subjects could fill. Something held instead of hours is nobody's education, and so
// no way out of a shortfall.
func (u unmapped) surely(r *RuleStanding) (all []Shortfall) {
	if !r.Answer.Lacks() {
		return nil
	}
	switch r.Kind {
	case Total, Minimum, SubjectMinimum, Extra:
		if u.minutes == 0 || u.below(r) {
			return []Shortfall{{r.ID, r.Text, r.Limit, r.Valid}}
		}
	case Pace:
		if u.minutes == 0 {
			return []Shortfall{{Rule: r.ID, Text: r.Text}}
		}
	case AllOf:
		for i := range r.Rules {
			all = append(all, u.surely(&r.Rules[i])...)
		}
	case AnyOf:
		for i := range r.Rules {
			if r.Rules[i].Kind == Holds {
				continue
			}
			way := u.surely(&r.Rules[i])
			if len(way) == 0 {
				return nil
			}
			if all == nil {
				all = way
			}
		}
	}
	return all
}

// below tells whether a demand is short by every source, even if all hours of other
// subjects were of its own. Of a share of a total and of hours that are rounded it is
// not told.
func (u unmapped) below(r *RuleStanding) bool {
	rule, m := Find(u.rules, r.ID), r.Recorded
	if rule.Percent > 0 {
		return false
	}
	if rule.Subject != "" || rule.Group != "" {
		m += u.minutes
	}
	for _, hour := range u.rules {
		switch {
		case hour.Kind == Hour && hour.RoundTo == 0:
			m = (m*60 + hour.PerHour - 1) / hour.PerHour
		case hour.Kind == Hour || hour.Kind == ContactHour:
			return false
		}
	}
	return m < rule.least()
}
