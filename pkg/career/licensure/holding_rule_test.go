package licensure_test

import (
	"testing"

	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
)

func TestParseNPI(t *testing.T) {
	for s, ok := range map[string]bool{
		"1234567893": true, " 1234-567 893": true, "1245319599": true, // the standard's own example, and another
		"1234567890": false, "1234567894": false, "123456789": false, "12345678933": false, "3234567890": false, "12345678x3": false, "": false,
	} {
		got, err := licensure.ParseNPI(s)
		if (err == nil) != ok || ok && len(got) != 10 || !ok && core.CodeOf(err) != "bad_npi" {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	// Every single digit that is wrong is seen.
	const good = "1234567893"
	for i := range good {
		for d := byte('0'); d <= '9'; d++ {
			bad := good[:i] + string(d) + good[i+1:]
			if _, err := licensure.ParseNPI(bad); (err == nil) != (bad == good) {
				t.Errorf("%s: %v", bad, err)
			}
		}
	}
}

func TestHolding(t *testing.T) {
	day := date("2026-11-23")
	policy := licensure.Holding{Kind: licensure.HoldingInsurance, ExpiresOn: date("2026-12-31"), NextCheck: date("2026-12-01")}
	for _, c := range []struct {
		on        string
		good, due bool
	}{
		{"2026-11-23", true, false}, {"2026-12-01", true, true}, {"2026-12-31", true, true}, {"2027-01-01", false, true},
	} {
		if on := date(c.on); policy.Good(on) != c.good || policy.Due(on) != c.due {
			t.Errorf("%s: good %v, due %v", c.on, policy.Good(on), policy.Due(on))
		}
	}
	if failed := (licensure.Holding{Kind: licensure.HoldingExam}); failed.Good(day) {
		t.Error("an examination that was failed is good")
	}
	rule, _ := licensure.HoldingRuleOf(licensure.HoldingInsurance)
	if next := rule.NextCheckAfter(date("2026-11-30"), core.Date{}); next != date("2027-02-28") {
		t.Errorf("a quarter later is %s", next)
	}
	if next := rule.NextCheckAfter(day, date("2026-12-31")); next != date("2026-12-31") {
		t.Errorf("before the end is %s", next)
	}
	exam, _ := licensure.HoldingRuleOf(licensure.HoldingExam)
	if next := exam.NextCheckAfter(day, core.Date{}); !next.IsZero() {
		t.Errorf("an examination is looked at again on %s", next)
	}
	if _, ok := licensure.HoldingRuleOf("medal"); ok {
		t.Error("a medal is a kind")
	}
}

func date(s string) core.Date {
	d, err := core.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}
