package standard

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// inB3 is the row of domain.md's table B3 that each specialty's pack is made of,
// or the words of section 0.
var inB3 = map[string]string{
	"clt-lana": "| CLT-LANA |", "clt-norton": "| CLT (Norton) |", "vodder-mld-cdt": "| Vodder MLD/CDT |",
	"cosmetic-surgery-mld": "| Cosmetic-surgery MLD (Norton) |", "s4om-foundational": "| S4OM foundational |",
	"ncbtmb-s4om-oncology": "| NCBTMB–S4OM oncology |", "wa-intraoral": "| Intraoral/TMJ, WA endorsement |",
	"hospital-healwell": "| Hospital |", "hospital-mayo": "| Hospital |", "hospital-lakewood": "| Hospital |",
	"medical-massage": "- **Prerequisite of medical massage (both):**",
}

// Every number of a specialty's pack stands in its row of domain.md, with the
// same confidence.
func TestDomain_Specialties(t *testing.T) {
	b, err := os.ReadFile("testdata/domain.md")
	if err != nil {
		t.Fatal(err)
	}
	all, err := Specialties()
	if err != nil || len(all) != len(inB3) {
		t.Fatalf("%d specialties, %v", len(all), err)
	}
	for _, p := range all {
		line := b3(string(b), p.Key)
		if line == "" {
			t.Errorf("%s has no row in domain.md", p.Key)
			continue
		}
		if cells := strings.Split(line, "|"); len(cells) > 2 && !strings.HasPrefix(strings.TrimSpace(cells[len(cells)-2]), string(p.Confidence)) {
			t.Errorf("%s: confidence %s, domain.md says %s", p.Key, p.Confidence, cells[len(cells)-2])
		}
		for _, missing := range notInRow(line, p) {
			t.Error(missing)
		}
		p.Rules = append([]Rule{}, p.Rules...)
		p.Rules[0].Minutes += 7 * 60
		if notInRow(line, p) == nil {
			t.Errorf("%s: another total is not seen", p.Key)
		}
	}
}

func b3(domain, key string) string {
	for _, line := range strings.Split(domain, "\n") {
		if strings.HasPrefix(line, inB3[key]) {
			return line
		}
	}
	return ""
}

// notInRow lists the numbers of rules that a row does not hold: hours, years, a
// third or two thirds of the total, or the sum of the parts.
func notInRow(line string, std Standard) (missing []string) {
	var parts int
	for _, r := range std.Rules {
		if r.Kind == SubjectMinimum {
			parts += int(r.Minutes)
		}
	}
	total := int(std.Required())
	var look func(rules []Rule)
	look = func(rules []Rule) {
		for _, r := range rules {
			number := strconv.Itoa(int(r.Minutes) / 60)
			if r.Kind == Holds {
				number = strconv.Itoa(r.Months / 12)
			}
			m := int(r.Minutes)
			held := number == "0" || regexp.MustCompile(`(^|[^0-9.])`+number+`($|[^0-9])`).MatchString(line) ||
				m*3 == total && strings.Contains(line, "⅓") || m*3 == total*2 && strings.Contains(line, "⅔") || r.Kind == Total && m == parts
			if !held {
				missing = append(missing, std.Key+": rule "+r.ID+": "+number)
			}
			look(r.Rules)
		}
	}
	look(std.Rules)
	return missing
}

func TestValidity_Until(t *testing.T) {
	all, err := Specialties()
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]*Validity{}
	for _, std := range all {
		by[std.Key] = std.Validity
	}
	for _, tt := range []struct{ key, met, until string }{
		{"clt-lana", "2024-06-01", "2030-12-31"}, {"clt-lana", "2024-12-31", "2030-12-31"}, {"clt-lana", "2024-01-01", "2030-12-31"},
		{"vodder-mld-cdt", "2026-04-01", "2028-03-31"}, {"vodder-mld-cdt", "2024-02-29", "2026-02-27"}, {"wa-intraoral", "2026-04-01", ""},
	} {
		if got := by[tt.key].Until(day(tt.met)).String(); got != tt.until {
			t.Errorf("%s met on %s is good until %q, want %q", tt.key, tt.met, got, tt.until)
		}
	}
	if !(&Validity{}).Until(day("2026-04-01")).IsZero() {
		t.Error("no months are no end")
	}
}
