package logbookweb

import (
	"net/url"
	"slices"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
)

// readClaim adds a state of which the program says that it is what the state asks for.
func readClaim(f *page.Reading) func(*standard.Pack) error {
	code := f.Get("state")
	return func(p *standard.Pack) error {
		switch {
		case core.JurisdictionName(code) == "":
			return core.InvalidField("state", "required.claim")
		case slices.Contains(p.Claims, code):
			return core.InvalidField("state", "repeated.claim_of_draft", "state", core.JurisdictionName(code))
		case len(p.Claims) >= standard.MostClaims:
			return core.InvalidField("state", "too_many.claims", "mostClaims", standard.MostClaims)
		}
		p.Claims = append(slices.Clone(p.Claims), code)
		return nil
	}
}

func fillClaim(*standard.Pack, string) url.Values { return url.Values{} }

// claimRow is a state that a draft claims, and what its rules make of that today.
type claimRow struct {
	standard.Claim
	Judged bool // it is known what they make of it
}

// claimsOf judges what a draft claims; while its rules cannot be judged it lists them.
func claimsOf(p *standard.Pack, today core.Date) []claimRow {
	var judged []standard.Claim
	if worded := p.Worded(); worded.Validate() == nil {
		judged, _ = standard.Guarantees(worded, today) // what Palmar ships can be read
	}
	rows := make([]claimRow, len(p.Claims))
	for i, code := range p.Claims {
		if rows[i].Code, rows[i].Name = code, core.JurisdictionName(code); i < len(judged) {
			rows[i] = claimRow{judged[i], true}
		}
	}
	return rows
}
