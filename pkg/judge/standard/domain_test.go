package standard

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// named is where domain.md speaks of a pack, for packs that are of no state.
var named = map[string]string{
	"comta-floor": "COMTA", "fsmtb-model-act": "FSMTB", "elap": "ELAP", "interstate-compact": "compact",
}

// elsewhere are the numbers that stand in domain.md without the name of the
// state beside them: rule by pack, the words that hold them, and how sure those
// are.
var elsewhere = map[string]struct {
	words      string
	confidence Confidence
}{
	"comta-floor/total": {"600 is **not** the universal license figure. It is the program minimum for full federal student aid [ABMP-H, MASFAP] M, COMTA's floor where a state sets none [COMTA] H", High},
	"florida/hour":      {"FL, OH, WA also use 50 min H", High},
	"ohio/hour":         {"FL, OH, WA also use 50 min H", High},
	"washington/hour":   {"FL, OH, WA also use 50 min H", High},
	"texas/hour":        {"TX: ≥50 min + ≤10 min break; breaks pool only within ≤3 h blocks", High},
	"ohio/distance":     {"OH ≤½ for out-of-state schools without OH standing [OH15] H", High},
	"illinois/grade":    {"IL passing grade 70% [IL2] H", High},
	"arkansas/pace":     {"AR ≥4 months [HRS] M", Medium},
}

// TestDomain lists every number of a shipped pack that domain.md does not hold
// with the same confidence. The demo's program is a school's own.
func TestDomain(t *testing.T) {
	b, err := os.ReadFile("testdata/domain.md")
	if err != nil {
		t.Fatal(err)
	}
	domain := string(b)
	all, err := Load(Packs())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.Key == Demo().Key || p.Cycle != nil || inB3[p.Key] != "" { // cycles: TestDomainA3_Totals
			continue
		}
		for _, missing := range notInDomain(domain, p) {
			t.Error(missing)
		}
	}
}

// TestDomain_Sees changes packs so that domain.md no longer holds them.
func TestDomain_Sees(t *testing.T) {
	b, err := os.ReadFile("testdata/domain.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"us/texas", "us/alabama", "us/ohio", "us/new-mexico", "us/interstate-compact", "us/kentucky", "bodies/elap"} {
		for i := -1; ; i++ {
			p, err := Read(Packs(), key+".yaml")
			if err != nil {
				t.Fatal(err)
			}
			if i >= len(p.Rules) {
				break
			}
			if i < 0 {
				p.Confidence = map[Confidence]Confidence{High: Medium, Medium: Low, Low: High}[p.Confidence]
			} else if r := &p.Rules[i]; numbers(*r) == nil {
				continue
			} else {
				r.Minutes, r.Percent, r.Weeks, r.PerHour = r.Minutes+60, r.Percent+1, r.Weeks+1, r.PerHour+1
				for j := range r.After {
					r.After[j].Minutes += 60
				}
			}
			if notInDomain(string(b), p) == nil {
				t.Errorf("%s: a change of rule %d is not seen", key, i)
			}
		}
	}
}

func notInDomain(domain string, p Pack) (missing []string) {
	if is := confidenceOf(domain, p); is != p.Confidence {
		missing = append(missing, fmt.Sprintf("%s: confidence %s, domain.md says %q", p.Key, p.Confidence, is))
	}
	for _, r := range p.Rules {
		for _, n := range numbers(r) {
			if !holds(domain, p, r, n) {
				missing = append(missing, fmt.Sprintf("%s: rule %s: %s with confidence %s", p.Key, r.ID, n, r.Confidence))
			}
		}
	}
	return missing
}

// numbers are a rule's numbers as domain.md writes them: hours of what is asked
// for, minutes of an hour, the other amounts as they are.
func numbers(r Rule) (all []string) {
	add := func(n int) {
		if n != 0 {
			all = append(all, strconv.Itoa(n))
		}
	}
	for _, minutes := range []int{int(r.Minutes), int(r.Block)} {
		if minutes%60 != 0 {
			all = append(all, fmt.Sprintf("%d min", minutes))
			continue
		}
		add(minutes / 60)
	}
	if r.Percent == 50 {
		all = append(all, "½")
	} else {
		add(r.Percent)
	}
	for _, n := range []int{int(r.PerHour), r.Days, r.Weeks, r.Months, int(r.Least), int(r.RoundTo)} {
		add(n)
	}
	for _, need := range r.After {
		add(int(need.Minutes) / 60)
	}
	for _, nested := range r.Rules {
		all = append(all, numbers(nested)...)
	}
	return all
}

// confidenceOf is how sure domain.md is of a pack: in the row of a state the
// first of the confidences, which is that of the hours.
func confidenceOf(domain string, p Pack) Confidence {
	code := p.Jurisdiction.Code
	if row := row(domain, code); row != nil {
		first, _, _ := strings.Cut(row[len(row)-1], "/")
		return Confidence(first)
	}
	_, gaps, _ := strings.Cut(domain, "## Gaps\n")
	gaps, _, _ = strings.Cut(gaps, ".")
	switch {
	case p.Unknown && regexp.MustCompile(`\b`+code+`\b`).MatchString(gaps):
		return Low // nothing was found
	case p.Unknown && regexp.MustCompile(`No state license: .*\b`+code+`\b.* M \(2024\)`).MatchString(domain):
		return Medium
	case p.Key == "comta-floor" && strings.Contains(domain, "COMTA's floor where a state sets none [COMTA] H"),
		p.Key == "fsmtb-model-act" && strings.Contains(domain, "### B2 Subject minimums (H)"):
		return High
	case p.Key == "elap" && strings.Contains(domain, "rest not seen (M)"):
		return Medium
	case p.Key == "interstate-compact" && strings.Contains(domain, "compact (625; recalled, L)"):
		return Low
	}
	return ""
}

// row is the cells of a state in the table B1.
func row(domain, code string) []string {
	line := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(code) + ` \|(.*) \|$`).FindStringSubmatch(domain)
	if line == nil || code == "" {
		return nil
	}
	cells := strings.Split(line[1], "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// holds tells whether domain.md holds a number beside the name of the pack's
// state, with the confidence of the rule.
func holds(domain string, p Pack, r Rule, number string) bool {
	exact := regexp.MustCompile(`(^|[^0-9.])` + number + `($|[^0-9])`)
	if is, ok := elsewhere[p.Key+"/"+r.ID]; ok {
		return r.Confidence == is.confidence && strings.Contains(domain, is.words) && exact.MatchString(is.words)
	}
	if row := row(domain, p.Jurisdiction.Code); row != nil && (r.Kind == Total || r.Kind == Extra) {
		return exact.MatchString(row[0]) && r.Confidence == p.Confidence
	}
	name := p.Jurisdiction.Code
	if other := named[p.Key]; other != "" {
		name = other
	}
	for _, line := range strings.Split(domain, "\n") {
		for _, said := range spoken(line) {
			if regexp.MustCompile(`\b`+name+`\b`).MatchString(said) && exact.MatchString(said) && sure(domain, line, said) == r.Confidence {
				return true
			}
		}
	}
	return false
}

// spoken are the parts of a line that speak of one state: a whole line of
// B2, otherwise what stands between semicolons.
func spoken(line string) []string {
	if strings.HasPrefix(line, "- **") {
		return strings.Split(line, " **")
	}
	return strings.Split(line, ";")
}

var marked = regexp.MustCompile(`(?:\] |\) |[(, ])([HML])\b`)

// sure is the first confidence marked from the words on; in B2 it stands in the
// heading.
func sure(domain, line, said string) Confidence {
	at := strings.Index(line, said)
	if m := marked.FindStringSubmatch(line[at:]); m != nil {
		return Confidence(m[1])
	}
	before := domain[:strings.Index(domain, line)]
	heading := before[strings.LastIndex(before, "\n##"):]
	if strings.HasPrefix(heading, "\n### B2 Subject minimums (H)") {
		return High
	}
	return ""
}
