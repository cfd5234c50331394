package standard

import (
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// Asked is what a pack of continuing education asks for, in sentences.
type Asked struct {
	Text       string
	Source     string
	Confidence Confidence
	Minutes    core.Minutes
	Years      int
}

// Asked tells what is asked for in a cycle that ends on a day: the figures of the
// pack, of whom less is asked, and what is not judged. It is as sure as the least
// sure of them.
func (p Pack) Asked(on core.Date) Asked {
	a := Asked{Minutes: p.Required(), Years: p.Cycle.Years, Confidence: High}
	var texts, sources []string
	tell := func(text, source string, confidence Confidence) {
		texts = append(texts, text)
		if !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
		if sureness(confidence) < sureness(a.Confidence) {
			a.Confidence = confidence
		}
	}
	for i := range p.Rules {
		r := &p.Rules[i]
		if r.Kind == InCycle || !spans(r.EffectiveFrom, r.EffectiveTo, on) {
			continue
		}
		tell(r.Says(), r.Source, r.Confidence)
	}
	c := p.Cycle
	for _, r := range append(slices.Clone(c.Seniority), c.first()...) {
		tell(r.Text, r.Source, r.Confidence)
	}
	for _, t := range []*Terms{c.Waiver, c.Extension} {
		if t != nil {
			tell(t.Text, t.Source, t.Confidence)
		}
	}
	for _, f := range c.Facts {
		tell(f.Text, f.Source, f.Confidence)
	}
	a.Text, a.Source = strings.Join(texts, " "), strings.Join(sources, "; ")
	return a
}

func (c Cycle) first() []Relief {
	if c.First == nil {
		return nil
	}
	return []Relief{*c.First}
}

func sureness(c Confidence) int { return slices.Index([]Confidence{Low, Medium, High}, c) }
