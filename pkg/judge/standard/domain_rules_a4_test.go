package standard

import (
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/judge/license"
)

// rulesA4 are the rules 25 to 30 of domain.md that are marked H: for each part
// of one the case that fails without it. A regime's case is named as
// STATE/case, and Rule is what must be missing for it to fail.
var rulesA4 = []struct {
	Number int
	Says   string
	Case   string
	Rule   string
}{
	{25, "probation can be active-but-disciplined [AZS]", "AZ/active and on probation", "probation"},
	{25, `FL "conditions" [FLC]`, "FL/with conditions", "conditions"},
	{25, "administrative suspension [FLD] are not discipline H", "FL/administratively suspended", "administrative"},
	{26, "FL: inactive/delinquent may not practice", "FL/inactive", "practices"},
	{26, "delinquent past the current cycle → null and void", "FL/null and void the day after", "void"},
	{26, "delinquent past the current cycle → null and void", "FL/a recorded delinquency becomes null and void too", "void"},
	{26, "relinquished cannot be reinstated", "FL/relinquished and said to be active again", "relinquished"},
	{26, "TX: expired may not practice or use the title", "TX/expired by the clock", "title"},
	{26, "GA: 30-day late renewal H", "GA/late renewal is open and practice is not", "late"},
	{26, "GA: 30-day late renewal H", "GA/late renewal is over", "late"},
	{27, "FL needs CE for **each** inactive biennium", "FL/inactive for one biennium", "reactivation"},
	{27, ">2 cycles may need an exam", "FL/inactive for more than two cycles", "reactivation-exam"},
	{27, "WA endorsement after ≥3 y gap needs 24 h hands-on CE", "WA/three years", "gap"},
	{29, "ND odd/even number sets the cycle H", "ND/an odd number", "number"},
}

func TestDomainRulesA4(t *testing.T) {
	domain := domainText(t)
	packs := map[string]RegimePack{}
	all, err := RegimePacks()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		packs[p.Jurisdiction.Code] = p
	}
	for _, r := range rulesA4 {
		t.Run(r.Case, func(t *testing.T) {
			if !strings.Contains(domain, r.Says) {
				t.Errorf("domain.md does not say %q", r.Says)
			}
			code, name, _ := strings.Cut(r.Case, "/")
			p := packs[code]
			at := slices.IndexFunc(p.Cases, func(c RegimeCase) bool { return c.Name == name })
			if at < 0 {
				t.Fatalf("there is no case %q", r.Case)
			}
			whole, err := p.Regime()
			if err != nil {
				t.Fatal(err)
			}
			if what := p.Cases[at].check(whole); what != "" {
				t.Errorf("with the rule: %s", what)
			}
			without := whole
			without.Rules = slices.DeleteFunc(slices.Clone(whole.Rules), func(rule license.RegimeRule) bool { return rule.ID == r.Rule })
			if len(without.Rules) == len(whole.Rules) {
				t.Fatalf("there is no rule %q", r.Rule)
			}
			if p.Cases[at].check(without) == "" {
				t.Errorf("without the rule %q the case holds too", r.Rule)
			}
		})
	}
}
