package standard

import (
	"fmt"
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// CertificateFields are what a certificate of continuing education may have to
// show beside what NCBTMB asks for everywhere.
var CertificateFields = []string{"license_number", "program_number"}

// validateCycle checks the laws of a cycle; a pack without one has none of its
// rules.
func (p *Pack) validateCycle(c *core.Collect) {
	if p.Cycle == nil {
		for i, r := range p.Rules {
			if r.Kind == InCycle {
				c.Add(fmt.Sprintf("rules[%d].kind", i), "not_of_kind.no_cycle")
			}
		}
		return
	}
	if !p.EffectiveFrom.IsZero() || !p.EffectiveTo.IsZero() {
		c.Add("effective_from", "not_of_kind.cycle_dates")
	}
	if total := totalIn(p.Rules); total != nil && !slices.ContainsFunc(p.Rules, func(r Rule) bool { return r.Kind == Total }) {
		c.Add("rules", "not_within", "kind", Total)
	}
	cycle := p.Cycle
	within(c, "cycle.years", cycle.Years, 1, 10)
	cycle.Ends.validate(c, cycle.Years)
	for i := range cycle.Facts {
		f, at := &cycle.Facts[i], fmt.Sprintf("cycle.facts[%d]", i)
		text(c, at+".about", f.About, 64)
		p.cited(c, at, f.Text, f.Source, &f.Confidence)
	}
	if cycle.First != nil {
		p.validateRelief(c, "cycle.first", cycle.First)
	}
	for i := range cycle.Seniority {
		at := fmt.Sprintf("cycle.seniority[%d]", i)
		p.validateRelief(c, at, &cycle.Seniority[i])
		within(c, at+".after_years", cycle.Seniority[i].AfterYears, 1, 80)
	}
	for i, only := range cycle.Only {
		at := fmt.Sprintf("cycle.only[%d]", i)
		p.knownRule(c, at+".rule", only.Rule)
		oneOf(c, at+".in", only.In, turns...)
	}
	p.validateTerms(c, "cycle.waiver", cycle.Waiver)
	p.validateTerms(c, "cycle.extension", cycle.Extension)
	within(c, "cycle.report_days", cycle.ReportDays, 0, 366)
	within(c, "cycle.audit_percent", cycle.AuditPercent, 0, 100)
	within(c, "cycle.carry_over", int(cycle.CarryOver), 0, int(MostMinutes))
	for i, field := range cycle.Certificate {
		oneOf(c, fmt.Sprintf("cycle.certificate[%d]", i), field, CertificateFields...)
	}
	measured := slices.ContainsFunc(p.Rules, func(r Rule) bool { return kinds[r.Kind].role == measure })
	if measured && cycle.CarryOver > 0 {
		c.Add("cycle.carry_over", "not_of_kind.carry_over")
	}
}

func (e *Ends) validate(c *core.Collect, years int) {
	oneOf(c, "cycle.ends.by", e.By, endings...)
	oneOf(c, "cycle.ends.confidence", e.Confidence, "", High, Medium, Low)
	text(c, "cycle.ends.text", e.Text, 500)
	text(c, "cycle.ends.source", e.Source, 500)
	oneOf(c, "cycle.ends.parity", e.Parity, append([]Parity{""}, parities...)...)
	if e.By != EndsFixed {
		if e.Month != 0 || e.Day != 0 || e.Year != 0 || e.Parity != "" {
			c.Add("cycle.ends.month", "not_of_kind.month")
		}
		return
	}
	within(c, "cycle.ends.month", e.Month, 1, 12)
	within(c, "cycle.ends.day", e.Day, 1, 31)
	switch {
	case (e.Year != 0) == (e.Parity != ""):
		c.Add("cycle.ends.year", "required.cycle_end")
	case e.Parity != "" && years != 2:
		c.Add("cycle.ends.parity", "not_of_kind.parity")
	}
}

func (p *Pack) validateTerms(c *core.Collect, at string, t *Terms) {
	if t == nil {
		return
	}
	p.cited(c, at, t.Text, t.Source, &t.Confidence)
	within(c, at+".days_before", t.DaysBefore, 0, 366)
	within(c, at+".months", t.Months, 0, 120)
}

func (p *Pack) validateRelief(c *core.Collect, at string, r *Relief) {
	p.cited(c, at, r.Text, r.Source, &r.Confidence)
	ways := 0
	for _, is := range []bool{r.Exempt, r.PerMonth != 0, r.Minutes != 0} {
		if is {
			ways++
		}
	}
	if ways != 1 {
		c.Add(at+".minutes", "required.one_of")
	}
	within(c, at+".per_month", int(r.PerMonth), 0, int(MostMinutes))
	within(c, at+".minutes", int(r.Minutes), 0, int(MostMinutes))
	for i, id := range r.Keep {
		p.knownRule(c, fmt.Sprintf("%s.keep[%d]", at, i), id)
	}
}

func (p *Pack) knownRule(c *core.Collect, at, id string) {
	if !slices.ContainsFunc(p.Rules, func(rule Rule) bool { return rule.ID == id }) {
		c.Add(at, "unknown_value.rule", "id", id)
	}
}

// cited checks the words of a fact and gives it the pack's confidence where it
// has none of its own.
func (p *Pack) cited(c *core.Collect, at, said, source string, confidence *Confidence) {
	text(c, at+".text", said, 500)
	text(c, at+".source", source, 500)
	oneOf(c, at+".confidence", *confidence, "", High, Medium, Low)
	if *confidence == "" {
		*confidence = p.Confidence
	}
}

func within(c *core.Collect, path string, n, least, most int) {
	if n < least || n > most {
		c.Add(path, "bad_number.range", "least", least, "most", most)
	}
}
