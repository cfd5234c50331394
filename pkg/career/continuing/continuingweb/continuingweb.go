// Package continuingweb shows continuing education: therapists' cycles and
// activities, what the office decides about them, and audits.
package continuingweb

import (
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
)

// All are the pages of continuing education.
func All(c *continuing.Service, l *licensure.Service) []page.Pages {
	return []page.Pages{&Activities{c, l}, &Cycles{c, l}, &Office{c}, &Audits{c}}
}

// cycle is a cycle as the pages show it.
type cycle struct{ continuing.Cycle }

// Asks tells whether a rule asks for minutes that can be shown beside it.
func (cycle) Asks(s standard.RuleStanding) bool {
	switch s.Kind {
	case standard.Total, standard.Minimum, standard.SubjectMinimum, standard.Extra:
		return true
	}
	return false
}

// Ask is what about the cycle is not sure: by what was accepted, otherwise by what is
// done, otherwise by what is planned.
func (c cycle) Ask() []string {
	for _, j := range []standard.Judgment{c.Proven, c.Done, c.Projected} {
		if text := j.AskText(); text != nil {
			return text
		}
	}
	return nil
}

func cyclesOf(all []continuing.Cycle) []cycle {
	out := make([]cycle, len(all))
	for i, c := range all {
		out[i] = cycle{c}
	}
	return out
}

// linesIn reads a line for each subject that has hours.
func linesIn(f *page.Reading, hour core.Minutes) (lines []continuing.CELine) {
	for _, s := range standard.CESubjects() {
		name := "subject-" + s.Code
		if f.Text(name) == "" {
			continue
		}
		amount, err := continuing.ParseCE(f.Get(name), hour)
		_ = f.Check(name, err)
		lines = append(lines, continuing.CELine{Subject: s.Code, Minutes: amount.Minutes})
	}
	return lines
}
