package standard

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard/facts"
)

// fact is a number of a pack, as the table writes it. A loose one is no number,
// such as that a first cycle is exempt: the table may have it.
type fact struct {
	state, field, value, basis string
	from, until                core.Date
	citation, confidence       string
	loose                      bool
	said                       string // what nobody judges: the value is in it
	at                         string // where it stands
}

func (f fact) key() string {
	return strings.Join([]string{f.state, f.field, f.value, f.basis, f.from.String(), f.until.String(), f.citation, f.confidence}, " | ")
}

// gathering collects the facts of a pack.
type gathering struct {
	fact
	found []fact
}

func (g *gathering) add(field, value, citation string, confidence Confidence) {
	f := g.fact
	f.field, f.value, f.citation, f.confidence = field, value, citation, string(confidence)
	g.found = append(g.found, f)
}

func (g *gathering) loosely(field, value, citation string, confidence Confidence) {
	g.add(field, value, citation, confidence)
	g.found[len(g.found)-1].loose = true
}

func amount(m core.Minutes) string {
	if m%60 == 0 {
		return fmt.Sprintf("%d h", m/60)
	}
	return fmt.Sprintf("%d min", m)
}

// factsOf are the numbers of a pack, each with the field that tells where the
// table has it.
func factsOf(p Pack) []fact {
	g := gathering{fact: fact{state: cmp.Or(p.Jurisdiction.Code, p.Key), basis: string(p.Basis), from: p.EffectiveFrom, until: p.EffectiveTo, at: p.Key + " " + p.Version}}
	about := "hours."
	if p.Cycle != nil || strings.HasSuffix(p.Key, "-ce") {
		about = "ce."
	}
	if p.Unknown {
		g.loosely(about+"total", "none", p.Source, p.Confidence)
	}
	g.rules(about, p.Rules, false)
	for i, end := range p.Sunsets {
		g.add(fmt.Sprintf("%ssunset.%d", about, i+1), end.On.String(), end.Source, end.Confidence)
	}
	if v := p.Validity; v != nil {
		g.add(about+"validity", fmt.Sprintf("%d months", v.Months), v.Source, v.Confidence)
	}
	if c := p.Cycle; c != nil {
		g.cycle(*c, p)
	}
	return g.found
}

// rules adds the numbers of rules; instead says that they stand beside the hours, of
// which one way is enough.
func (g *gathering) rules(about string, rules []Rule, instead bool) {
	for _, r := range rules {
		h := gathering{fact: g.fact}
		field := about + strings.TrimSuffix(r.ID, "-known") // the same figure, of what is surely of the subject
		if !r.EffectiveFrom.IsZero() {
			h.from = r.EffectiveFrom
		}
		if !r.EffectiveTo.IsZero() {
			h.until = r.EffectiveTo
		}
		number := func(name string, n int, unit string) {
			if n != 0 {
				h.add(field+name, strings.TrimSpace(fmt.Sprintf("%d %s", n, unit)), r.Source, r.Confidence)
			}
		}
		switch r.Minutes {
		case 0:
		case 1: // whether there is any
			h.loosely(field, amount(1), r.Source, r.Confidence)
		default:
			h.add(field, amount(r.Minutes), r.Source, r.Confidence)
		}
		for _, f := range r.Figures {
			h.add(about+r.ID, amount(f.Minutes), f.Source, f.Confidence)
		}
		number("", r.Percent, "%")
		number("", r.Days, "days")
		number("", r.Weeks, "weeks")
		number("", r.Months, "months")
		number(".hands_on", r.HandsOn, "%")
		number(".per_hour", int(r.PerHour), "min")
		number(".block", int(r.Block), "min")
		number(".least", int(r.Least), "min")
		number(".round_to", int(r.RoundTo), "min")
		for i, need := range r.After {
			number(fmt.Sprintf(".after.%d", i+1), int(need.Minutes)/60, "h")
		}
		for name, d := range map[string]core.Date{".from": r.From, ".to": r.To} {
			if !d.IsZero() {
				h.add(about+r.ID+name, d.String(), r.Source, r.Confidence)
			}
		}
		if instead && r.Kind == Holds {
			h.add(about+r.ID, "instead of the hours", r.Source, r.Confidence)
		}
		if r.Kind == Unjudged {
			h.loosely(field, "", r.Source, r.Confidence)
			h.found[len(h.found)-1].said = r.Text
		}
		if h.found == nil {
			h.loosely(about+r.ID, string(r.Kind), r.Source, r.Confidence)
		}
		g.found = append(g.found, h.found...)
		g.rules(about, r.Rules, r.Kind == AnyOf && totalIn(r.Rules) != nil)
	}
}

func (g *gathering) cycle(c Cycle, p Pack) {
	total := slices.IndexFunc(p.Rules, func(r Rule) bool { return r.Kind == Total })
	g.add("ce.cycle", fmt.Sprintf("%d years", c.Years), p.Rules[total].Source, p.Rules[total].Confidence)
	switch e := c.Ends; e.By {
	case EndsFixed:
		year := cmp.Or(string(e.Parity), map[int]string{0: "even", 1: "odd"}[e.Year%2])
		g.add("ce.cycle.ends", fmt.Sprintf("%02d-%02d %s", e.Month, e.Day, year), e.Source, e.Confidence)
	case EndsExpiry:
	default:
		g.loosely("ce.cycle.ends", string(e.By), e.Source, e.Confidence)
	}
	relief := func(field string, r Relief) {
		switch confidence := cmp.Or(r.Confidence, p.Confidence); {
		case r.Exempt:
			g.loosely(field, "exempt", r.Source, confidence)
		case r.PerMonth > 0:
			g.add(field, fmt.Sprintf("%d min a month", r.PerMonth), r.Source, confidence)
		default:
			g.add(field, amount(r.Minutes), r.Source, confidence)
		}
	}
	if c.First != nil {
		relief("ce.first", *c.First)
	}
	for _, s := range c.Seniority {
		relief(fmt.Sprintf("ce.after_years.%d", s.AfterYears), s)
	}
	if c.Waiver != nil {
		g.add("ce.waiver", fmt.Sprintf("%d days before", c.Waiver.DaysBefore), c.Waiver.Source, c.Waiver.Confidence)
	}
	if c.Extension != nil {
		g.add("ce.extension", fmt.Sprintf("%d months", c.Extension.Months), c.Extension.Source, c.Extension.Confidence)
	}
	cited := func(about string) (string, Confidence) {
		for _, f := range c.Facts {
			if f.About == about {
				return f.Source, f.Confidence
			}
		}
		return "", ""
	}
	if source, confidence := cited("report_days"); c.ReportDays > 0 {
		g.add("ce.report_days", fmt.Sprintf("%d days", c.ReportDays), source, confidence)
	}
	if source, confidence := cited("audit_percent"); c.AuditPercent > 0 {
		g.add("ce.audit_percent", fmt.Sprintf("%d %%", c.AuditPercent), source, confidence)
	}
	if source, confidence := cited("carry_over"); source != "" {
		g.add("ce.carry_over", amount(c.CarryOver), source, confidence)
	}
}

// regimeFacts are the numbers of what becomes of licenses.
func regimeFacts(p RegimePack) []fact {
	g := gathering{fact: fact{state: p.Jurisdiction.Code, at: "regime of " + p.Jurisdiction.Code}}
	for _, r := range p.Rules {
		for unit, n := range map[string]int{"days": r.Days, "months": r.Months, "months each": r.Each} {
			if n != 0 {
				g.add("license."+r.ID, fmt.Sprintf("%d %s", n, unit), r.Source, r.Confidence)
			}
		}
	}
	return g.found
}

// compactFacts are the numbers of the compact that are no pack's.
func compactFacts(f compactFile) []fact {
	g := gathering{fact: fact{state: "COMPACT", at: "compact"}}
	for _, item := range f.Items {
		switch item.ID {
		case "in_force":
			g.add("license.activates_at", fmt.Sprintf("%d states", f.ActivatesAt), item.Source, item.Confidence)
		case "hours":
			g.add("hours.total", amount(CompactHours), item.Source, item.Confidence)
		}
	}
	return g.found
}

// shipped are the numbers of all that is shipped, but for the demo's program,
// which is a made-up school's own.
func shipped(t *testing.T) (all []fact) {
	t.Helper()
	packs, err := Load(Packs())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		if p.Key != Demo().Key {
			all = append(all, factsOf(p)...)
		}
	}
	regimes, err := RegimePacks()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range regimes {
		all = append(all, regimeFacts(p)...)
	}
	return append(all, compactFacts(compact())...)
}

func rowFact(r facts.Row) fact {
	return fact{state: r.State, field: r.Field, value: r.Value, basis: r.Basis, from: r.From, until: r.Until, citation: r.Citation, confidence: r.Confidence}
}

// differences are the numbers that the table does not have as they are, and the
// rows of it that no pack has and that do not say why; used are those that one has.
func differences(rows []facts.Row, all []fact) (missing []fact, idle []facts.Row, used map[int]bool) {
	byKey, used := map[string]int{}, map[int]bool{}
	for i, r := range rows {
		byKey[rowFact(r).key()] = i
	}
	var unjudged []fact
	for _, f := range all {
		if f.said != "" {
			unjudged = append(unjudged, f)
		}
		i, found := byKey[f.key()]
		switch {
		case found:
			used[i] = true
		case !f.loose:
			missing = append(missing, f)
		}
	}
	for i, r := range rows {
		used[i] = used[i] || slices.Contains(facts.RenewalFields, r.Field) // a test of renewal wants each to be told
		for _, f := range unjudged {
			if f.value = r.Value; f.key() == rowFact(r).key() && strings.Contains(f.said, r.Value) {
				used[i] = true
			}
		}
		if used[i] == (r.Unused != "") {
			idle = append(idle, r)
		}
	}
	return missing, idle, used
}

// TestFacts holds every number of what is shipped against the table, with its
// source, confidence, days and basis, and every row of the table against the
// packs. Rows of which no pack makes use are listed with the reason.
func TestFacts(t *testing.T) {
	rows, err := facts.All()
	if err != nil {
		t.Fatal(err)
	}
	missing, idle, used := differences(rows, shipped(t))
	for _, f := range missing {
		var line bytes.Buffer
		w := csv.NewWriter(&line)
		_ = w.Write([]string{f.state, f.field, f.value, f.basis, f.from.String(), f.until.String(), f.citation, f.confidence, "", "", ""})
		w.Flush()
		t.Errorf("%s: the table does not have %s", f.at, line.String())
	}
	for _, r := range idle {
		t.Errorf("line %d, %s %s: either a pack has it or it says why none does (%s)", r.Line, r.State, r.Field, r.Unused)
	}
	var list bytes.Buffer
	for i, r := range rows {
		if !used[i] {
			fmt.Fprintf(&list, "%s %s: %s (%s, %s): %s\n", r.State, r.Field, r.Value, r.Citation, r.Confidence, r.Unused)
		}
	}
	golden(t, "testdata/facts-unused.txt", list.Bytes())
}

// TestFacts_Sees changes each row in each way, and the packs are no longer held.
func TestFacts_Sees(t *testing.T) {
	rows, err := facts.All()
	if err != nil {
		t.Fatal(err)
	}
	all := shipped(t)
	_, _, used := differences(rows, all)
	strict := map[string]bool{}
	for _, f := range all {
		strict[f.key()] = strict[f.key()] || !f.loose
	}
	for i := range rows {
		if !used[i] || !strict[rowFact(rows[i]).key()] {
			continue
		}
		for name, change := range map[string]func(*facts.Row){
			"value":      func(r *facts.Row) { r.Value = "1 h 1 min" },
			"confidence": func(r *facts.Row) { r.Confidence = map[string]string{"H": "M", "M": "L", "L": "H"}[r.Confidence] },
			"from":       func(r *facts.Row) { r.From = on("1999-01-01") },
			"until":      func(r *facts.Row) { r.Until = on("2099-01-01") },
			"citation":   func(r *facts.Row) { r.Citation += "x" },
		} {
			changed := slices.Clone(rows)
			change(&changed[i])
			if missing, _, _ := differences(changed, all); missing == nil {
				t.Errorf("line %d: another %s is not seen", rows[i].Line, name)
			}
		}
	}
}

func golden(t *testing.T, file string, made []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(kept, made) {
		t.Errorf("%s is not what was made; if that is meant, run go test -update (%v)\n%s", file, err, made)
	}
}
