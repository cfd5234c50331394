package standard

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

func domainText(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("testdata/domain.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRegimePacks(t *testing.T) {
	all, err := RegimePacks()
	if err != nil {
		t.Fatal(err)
	}
	statuses := slices.Concat(core.LifecycleStatuses, core.DisciplineStatuses)
	for _, p := range all {
		r, err := p.Regime()
		if err != nil || len(r.Zones) == 0 {
			t.Errorf("%s: %v, zones %v", p.Jurisdiction.Code, err, r.Zones)
		}
		for _, f := range CheckRegime(p, r) {
			t.Error(f)
		}
		seen := map[string]bool{}
		for _, rule := range p.Rules {
			switch {
			case rule.Text == "" || rule.Source == "" || !slices.Contains([]Confidence{High, Medium, Low}, rule.Confidence):
				t.Errorf("%s/%s: no text, source or confidence", p.Jurisdiction.Code, rule.ID)
			case seen[rule.ID] || !regexp.MustCompile(`^[a-z-]+$`).MatchString(rule.ID):
				t.Errorf("%s: the rule %q has no name of its own", p.Jurisdiction.Code, rule.ID)
			}
			seen[rule.ID] = true
			for _, s := range rule.Statuses {
				if !slices.Contains(statuses, s) {
					t.Errorf("%s/%s: %q is no status", p.Jurisdiction.Code, rule.ID, s)
				}
			}
		}
	}
}

// TestRegimeOf_Zones holds that each jurisdiction of the packs has a zone that
// can be read, and that its midnight is the one that counts.
func TestRegimeOf_Zones(t *testing.T) {
	all, err := Catalog(Days{Enrolled: on("2026-11-30"), Asked: on("2026-11-30")})
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range all {
		if j.Code == "COMPACT" {
			continue
		}
		for _, zone := range RegimeOf(j.Code).Zones {
			if _, err := time.LoadLocation(zone); err != nil {
				t.Errorf("%s: %v", j.Code, err)
			}
		}
		if len(RegimeOf(j.Code).Zones) == 0 {
			t.Errorf("%s has no zone", j.Code)
		}
	}
	at := time.Date(2027, 9, 1, 6, 30, 0, 0, time.UTC)
	for code, day := range map[string]int{"FL": 1, "TX": 1, "AZ": 31, "HI": 31, "AK": 31, "CA": 31, "XX": 1} {
		if got := RegimeOf(code).Day(at).Day; got != day {
			t.Errorf("%s: the day is %d, must be %d", code, got, day)
		}
	}
	if RegimeOf("XX").Name != "XX" || !strings.Contains(RegimeOf("FL").Name, "Florida") {
		t.Error("names")
	}
}
