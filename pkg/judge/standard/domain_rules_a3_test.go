package standard

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ruleA3 is a claim of domain.md A3 and what shows that it is kept: a case of a
// pack that fails once the rule is taken out of the pack, or a test elsewhere.
type ruleA3 struct {
	number  int
	words   string // as domain.md has them
	pack    string
	name    string // of the case
	without func(*Pack)
	test    string // file: function, where it is no matter of a pack
}

func withoutRules(ids ...string) func(*Pack) {
	return func(p *Pack) {
		p.Rules = slices.DeleteFunc(slices.Clone(p.Rules), func(r Rule) bool { return slices.Contains(ids, r.ID) })
	}
}

func withoutCycle(change func(*Cycle)) func(*Pack) {
	return func(p *Pack) {
		c := *p.Cycle
		change(&c)
		p.Cycle = &c
	}
}

func withRule(id string, change func(*Rule)) func(*Pack) {
	return func(p *Pack) {
		p.Rules = slices.Clone(p.Rules)
		for i := range p.Rules {
			if p.Rules[i].ID == id {
				change(&p.Rules[i])
			}
		}
	}
}

var (
	noFirst  = withoutCycle(func(c *Cycle) { c.First = nil })
	noSenior = withoutCycle(func(c *Cycle) { c.Seniority = nil })
)

// rulesA3 is every rule of domain.md A3 that is marked H, and those marked M and
// L that a pack holds.
var rulesA3 = []ruleA3{
	{19, "1 CEU = 10 contact hours of 60 min", "", "", nil, "pkg/career/continuing/ce_units_test.go: TestParseCE"},
	{19, "TX: 0.1 CEU = 1 h, semester credit 15, quarter 10, hour = 50 min [TX30] H", "texas-ce", "50 min of instruction are an hour", withoutRules("contact-hour"), ""},
	{19, "hour = 50 min [TX30] H", "texas-ce", "49 min of instruction are not", withoutRules("contact-hour"), ""},
	{19, "TX: 0.1 CEU = 1 h, semester credit 15, quarter 10", "", "", nil, "pkg/career/continuing/ce_units_test.go: TestParseCE_Texas"},
	{19, "NCBTMB certificates say CEs, never CEUs [NC] H", "", "", nil, "pkg/career/continuing/ce_units_test.go: TestCE_NeverSaysCEUs"},

	{20, "Course date must fall in the cycle", "north-dakota-ce", "a day after the cycle", withoutRules("in-cycle"), ""},
	{20, "Course date must fall in the cycle", "north-dakota-ce", "a day before the cycle", withoutRules("in-cycle"), ""},
	{20, "Course date must fall in the cycle", "nebraska-ce", "on the last day of the cycle", withoutCycle(func(c *Cycle) { c.Ends.Month = 10 }), ""},
	{20, "Carry-over default **none** (AZ, NM, MI, NCBTMB)", "new-mexico-ce", "what was earned beyond the total of the cycle before", withoutCycle(func(c *Cycle) { c.CarryOver = 600 }), ""},
	{20, "Same course counts once per cycle [TN] M", "tennessee-ce", "the same course twice in a cycle", withoutRules("once"), ""},

	{21, "Category minimum, delivery maximum and hands-on minimum are independent", "nebraska-ce", "Ethics a little short, although the total is met", withoutRules("ethics"), ""},
	{21, "Category minimum, delivery maximum and hands-on minimum are independent", "nebraska-ce", "a little more by distance than counts", withoutRules("distance"), ""},
	{21, "Category minimum, delivery maximum and hands-on minimum are independent", "nebraska-ce", "a little too little hands-on, although the total is met", withoutRules("hands-on"), ""},
	{21, `A "hands-on" course needs 70% hands-on in GA [GA]`, "georgia-ce", "a course that is hands-on for 69 %", withRule("hands-on", func(r *Rule) { r.HandsOn = 69 }), ""},
	{21, `A "hands-on" course needs 70% hands-on in GA [GA]`, "georgia-ce", "a course that is hands-on for 70 %", withRule("hands-on", func(r *Rule) { r.HandsOn = 71 }), ""},
	{21, "75% in NE [NE3] H", "nebraska-ce", "a course that is hands-on for 74 %", withRule("hands-on", func(r *Rule) { r.HandsOn = 74 }), ""},
	{21, "75% in NE [NE3] H", "nebraska-ce", "a course that is hands-on for 75 %", withRule("hands-on", func(r *Rule) { r.HandsOn = 76 }), ""},
	{21, "CPR counts (OR, OK) or not (PA) M", "pennsylvania-ce", "an hour of CPR counts nothing", withoutRules("no-cpr"), ""},
	{21, "CPR counts (OR, OK) or not (PA) M", "oregon-ce", "an hour of CPR counts", func(p *Pack) {
		p.Rules = append(slices.Clone(p.Rules), Rule{ID: "no-cpr", Kind: Disallowed, Subject: "cpr"})
	}, ""},
	{21, "CPR counts (OR, OK) or not (PA) M", "oklahoma-ce", "an hour of CPR counts", func(p *Pack) {
		p.Rules = append(slices.Clone(p.Rules), Rule{ID: "no-cpr", Kind: Disallowed, Subject: "cpr"})
	}, ""},

	{22, "First cycle: exempt (NY, VA, WI)", "new-york-ce", "first cycle: nothing is asked for", noFirst, ""},
	{22, "First cycle: exempt (NY, VA, WI)", "virginia-ce", "first cycle: nothing is asked for", noFirst, ""},
	{22, "First cycle: exempt (NY, VA, WI)", "wisconsin-ce", "first cycle: nothing is asked for", noFirst, ""},
	{22, "FL 1 h per month or part", "florida-ce", "first cycle: fifteen months and no day more are fifteen hours", noFirst, ""},
	{22, "FL 1 h per month or part", "florida-ce", "first cycle: a part of a month is a month", noFirst, ""},
	{22, "incl. mandatory topics H", "florida-ce", "first cycle: the mandatory subjects are asked for", withoutCycle(func(c *Cycle) { c.First = &Relief{PerMonth: 60} }), ""},
	{22, "ND 24 → 6 h (15 y) → 3 h (25 y) H", "north-dakota-ce", "fifteen years on the last day of the cycle: six hours", noSenior, ""},
	{22, "ND 24 → 6 h (15 y) → 3 h (25 y) H", "north-dakota-ce", "twenty-five years on the last day of the cycle: three hours", noSenior, ""},
	{22, "ND 24 → 6 h (15 y) → 3 h (25 y) H", "north-dakota-ce", "a day short of twenty-five years: six hours", noSenior, ""},

	{23, "participant, exact title, completion date, type (live/home study/webinar; recorded = home study), provider name/number/contact/signature", "", "", nil, "pkg/career/continuing/report_test.go: TestService_Report_NeedsEachField"},
	{23, "recorded = home study", "", "", nil, "pkg/career/continuing/ce_test.go: TestParseCEType"},
	{23, "hours **equal to approved hours** [NC] H", "", "", nil, "pkg/career/continuing/report_test.go: TestService_Report_ApprovedHours"},
	{23, "FL adds license and program numbers [FL96] H", "", "", nil, "pkg/career/continuing/report_test.go: TestService_Report_Florida"},

	{24, "FL providers report within 30 days [FL5]", "", "", nil, "pkg/career/continuing/report_test.go: TestService_Report_Florida"},
	{24, "GA uses CE Broker [GA] H", "", "", nil, "pkg/judge/standard/domain_rules_a3_test.go: TestDomainA3_Facts"},
	{24, "Audit: NM ≥10% random [NM2] H", "", "", nil, "pkg/career/continuing/audit_test.go: TestService_Audit"},
	{24, "States: planned → completed → reported → accepted/rejected → audited", "", "", nil, "pkg/career/continuing/service_test.go: TestService_States"},
	{24, "Waivers before expiry (GA H; PA ≥60 days M)", "", "", nil, "pkg/career/continuing/waiver_test.go: TestService_RequestWaiver_Deadlines"},
	{24, "NY one-year conditional registration H", "new-york-ce", "conditional registration: a course within the year counts", withRule("in-cycle", func(r *Rule) { r.Kind = Window; r.To = on("2027-06-30") }), ""},
	{24, "NY one-year conditional registration H", "", "", nil, "pkg/career/continuing/waiver_test.go: TestService_RequestExtension_NewYork"},
}

// TestDomainA3 holds every claim against domain.md, and every case against its
// pack: it passes with the rule and fails without it.
func TestDomainA3(t *testing.T) {
	b, err := os.ReadFile("testdata/domain.md")
	if err != nil {
		t.Fatal(err)
	}
	_, a3, _ := strings.Cut(string(b), "### A3 ")
	a3, _, _ = strings.Cut(a3, "### A4 ")
	shown := map[int]bool{}
	for _, r := range rulesA3 {
		shown[r.number] = true
		line := regexp.MustCompile(fmt.Sprintf(`(?m)^%d\. .*$`, r.number)).FindString(a3)
		if !strings.Contains(line, r.words) {
			t.Errorf("rule %d does not say %q", r.number, r.words)
		}
		if r.test != "" {
			hasTest(t, r.test)
			continue
		}
		t.Run(fmt.Sprintf("%d/%s/%s", r.number, r.pack, r.name), func(t *testing.T) { r.show(t) })
	}
	for _, m := range regexp.MustCompile(`(?m)^(\d+)\. .*\bH\b`).FindAllStringSubmatch(a3, -1) {
		var n int
		_, _ = fmt.Sscan(m[1], &n)
		if !shown[n] {
			t.Errorf("rule %d, which is marked H, has no case", n)
		}
	}
}

func (r ruleA3) show(t *testing.T) {
	p, err := Read(Packs(), "ce/"+strings.TrimSuffix(r.pack, "-ce")+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(p.Cases, func(c Case) bool { return c.Name == r.name })
	if at < 0 {
		t.Fatal("there is no such case")
	}
	p.Cases = p.Cases[at : at+1]
	if f := Check(p); f != nil {
		t.Fatal(f)
	}
	r.without(&p)
	if Check(p) == nil {
		t.Error("the case passes without the rule too")
	}
}

func hasTest(t *testing.T, where string) {
	file, function, _ := strings.Cut(where, ": ")
	b, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(file)))
	if err != nil || !strings.Contains(string(b), "func "+function+"(t *testing.T)") {
		t.Errorf("%s is not there (%v)", where, err)
	}
}

// elsewhereCE are packs of which the table of domain.md has no row of cycles.
var elsewhereCE = map[string]string{
	"AR": "the rules themselves say it", "DC": "the table of facts has it", "DE": "the table of facts has it", "WV": "the table of facts has it", "BCTMB": "| BCTMB | 750 + 250 hands-on [IHC 2019] | exam, background check | 2 y: 24 CE, 3 ethics, ≤4 self-care | M/H |",
}

// TestDomainA3_Totals holds total and length of each pack against the table B1,
// and that no row of it is without a pack.
func TestDomainA3_Totals(t *testing.T) {
	b, err := os.ReadFile("testdata/domain.md")
	if err != nil {
		t.Fatal(err)
	}
	domain := string(b)
	for _, m := range regexp.MustCompile(`(?m)^\| ([A-Z]{2}) \|[^|]*\| *(\d+)/(\d?)y`).FindAllStringSubmatch(domain, -1) {
		p, ok := CE(m[1])
		years := m[3]
		if years == "" {
			years = "1"
		}
		if !ok || fmt.Sprint(int(p.Required())/60) != m[2] || fmt.Sprint(p.Cycle.Years) != years {
			t.Errorf("%s: domain.md says %s h in %s years, the pack %s", m[1], m[2], years, p.Required())
		}
	}
	for _, code := range CECodes() {
		p, ok := CE(code)
		words, other := elsewhereCE[code]
		if ok && !other && row(domain, code) == nil || strings.HasPrefix(words, "|") && !strings.Contains(domain, words) {
			t.Errorf("%s is nowhere in domain.md: %s", code, p.Title)
		}
	}
}

// TestDomainA3_Facts are numbers of cycles that are no rules.
func TestDomainA3_Facts(t *testing.T) {
	said := func(code, about string) Cited {
		p, _ := CE(code)
		i := slices.IndexFunc(p.Cycle.Facts, func(f Cited) bool { return f.About == about })
		if i < 0 {
			t.Fatalf("%s says nothing about %s", code, about)
		}
		return p.Cycle.Facts[i]
	}
	if f := said("GA", "reporting"); !strings.Contains(f.Text, "CE Broker") || f.Confidence != High {
		t.Errorf("%+v", f)
	}
	fl, _ := CE("FL")
	if f := said("FL", "report_days"); fl.Cycle.ReportDays != 30 || f.Confidence != High {
		t.Errorf("%+v", f)
	}
	if f := said("FL", "certificate"); !slices.Equal(fl.Cycle.Certificate, CertificateFields) || f.Confidence != High {
		t.Errorf("%+v", f)
	}
	nm, _ := CE("NM")
	if f := said("NM", "audit_percent"); nm.Cycle.AuditPercent != 10 || f.Confidence != High {
		t.Errorf("%+v", f)
	}
	ga, _ := CE("GA")
	pa, _ := CE("PA")
	ny, _ := CE("NY")
	if ga.Cycle.Waiver.DaysBefore != 0 || ga.Cycle.Waiver.Confidence != High || pa.Cycle.Waiver.DaysBefore != 60 || ny.Cycle.Extension.Months != 12 || ny.Cycle.Extension.Confidence != High {
		t.Error("waivers and extensions are not those of domain.md")
	}
	for _, code := range []string{"AZ", "NM", "MI", BCTMB} {
		if p, _ := CE(code); p.Cycle.CarryOver != 0 || said(code, "carry_over").Text == "" {
			t.Errorf("%s carries over %s", code, p.Cycle.CarryOver)
		}
	}
}
