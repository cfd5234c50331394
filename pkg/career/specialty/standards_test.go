package specialty

import (
	"slices"
	"testing"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
)

func TestHeldFacts(t *testing.T) {
	on, end := core.Date{Year: 2025, Month: 3, Day: 1}, core.Date{Year: 2027, Month: 2, Day: 28}
	exam := licensure.Holding{Kind: licensure.HoldingExam, Name: "CLT-LANA", Passed: true, ObtainedOn: on, Method: core.MethodDocument}
	board := licensure.Holding{Kind: licensure.HoldingCertification, Name: licensure.BoardCertified, ObtainedOn: on, ExpiresOn: end, Method: core.MethodPrimarySource}
	failed, said, other := exam, board, board
	failed.Passed, said.Method, other.Name = false, core.MethodSelfReport, "Another board"
	got := heldFacts([]licensure.Holding{exam, failed, board, said, other, {Kind: licensure.HoldingCPR, Name: "BLS", Method: core.MethodDocument}})
	want := []standard.Fact{{Code: "exam-clt-lana", From: on}, {Code: "ncbtmb", From: on, To: end}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	asked := map[string]bool{}
	all, err := standard.Specialties()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		for _, r := range p.Rules {
			asked[r.Fact] = true
			for _, inner := range r.Rules {
				asked[inner.Fact] = true
			}
		}
	}
	rule, _ := licensure.HoldingRuleOf(licensure.HoldingExam)
	for _, name := range rule.Names[4:] {
		h := exam
		h.Name = name
		if code := heldFacts([]licensure.Holding{h})[0].Code; !asked[code] {
			t.Errorf("no specialty asks for %s", code)
		}
	}
}
