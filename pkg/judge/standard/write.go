package standard

import (
	"fmt"

	"github.com/palmar/palmar/pkg/core"
)

// What a pack may hold, so that running its cases stays a matter of a moment.
const (
	mostCases       = 200
	mostCaseCredits = 5000
)

// WritePack writes a standard as a pack that can be edited; see DraftOf.
func WritePack(std Standard) ([]byte, error) { return DraftOf(std).Write() }

// bound refuses cases that would take long to run.
func (p *Pack) bound(c *core.Collect) {
	if len(p.Cases) > mostCases {
		c.Add("cases", "too_many.cases", "mostCases", mostCases)
		return
	}
	for i, one := range p.Cases {
		n := 0
		for _, name := range one.With {
			n += credits(p.Fixtures[name])
		}
		if n += credits(one.Credits); n > mostCaseCredits {
			c.Add(fmt.Sprintf("cases[%d]", i), "too_many.case_credits", "mostCaseCredits", mostCaseCredits)
		}
	}
}

func credits(all []CaseCredit) (n int) {
	for _, c := range all {
		n = min(n+max(1, c.Days), mostCaseCredits+1)
	}
	return n
}
