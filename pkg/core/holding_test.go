package core

import "testing"

func TestParseNPI(t *testing.T) {
	for s, ok := range map[string]bool{
		"1234567893": true, " 1234-567 893": true, "1245319599": true, // the standard's own example, and another
		"1234567890": false, "1234567894": false, "123456789": false, "12345678933": false, "3234567890": false, "12345678x3": false, "": false,
	} {
		got, err := ParseNPI(s)
		if (err == nil) != ok || ok && len(got) != 10 || !ok && CodeOf(err) != "bad_npi" {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	// Every single digit that is wrong is seen.
	const good = "1234567893"
	for i := range good {
		for d := byte('0'); d <= '9'; d++ {
			bad := good[:i] + string(d) + good[i+1:]
			if _, err := ParseNPI(bad); (err == nil) != (bad == good) {
				t.Errorf("%s: %v", bad, err)
			}
		}
	}
}

func TestHolding(t *testing.T) {
	day := date(t, "2026-11-23")
	policy := Holding{Kind: HoldingInsurance, ExpiresOn: date(t, "2026-12-31"), NextCheck: date(t, "2026-12-01")}
	for _, c := range []struct {
		on        string
		good, due bool
	}{
		{"2026-11-23", true, false}, {"2026-12-01", true, true}, {"2026-12-31", true, true}, {"2027-01-01", false, true},
	} {
		if on := date(t, c.on); policy.Good(on) != c.good || policy.Due(on) != c.due {
			t.Errorf("%s: good %v, due %v", c.on, policy.Good(on), policy.Due(on))
		}
	}
	if failed := (Holding{Kind: HoldingExam}); failed.Good(day) {
		t.Error("an examination that was failed is good")
	}
	rule, _ := HoldingRuleOf(HoldingInsurance)
	if next := rule.NextCheckAfter(date(t, "2026-11-30"), Date{}); next != date(t, "2027-02-28") {
		t.Errorf("a quarter later is %s", next)
	}
	if next := rule.NextCheckAfter(day, date(t, "2026-12-31")); next != date(t, "2026-12-31") {
		t.Errorf("before the end is %s", next)
	}
	exam, _ := HoldingRuleOf(HoldingExam)
	if next := exam.NextCheckAfter(day, Date{}); !next.IsZero() {
		t.Errorf("an examination is looked at again on %s", next)
	}
	if _, ok := HoldingRuleOf("medal"); ok {
		t.Error("a medal is a kind")
	}
}
