// Package employerpage is what pages of several subjects show of licenses to those who
// depend on them: what each says today, and how old each source is.
package employerpage

import (
	"github.com/palmar/palmar/pkg/career/licensure/licensurepage"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
)

// License is a license with what it says and from where that is known.
type License struct {
	core.License
	May      bool
	Reason   string
	Practice license.Practice
	Sources  []Source
}

// Source is how a state of a license is known.
type Source struct {
	Axis   core.Axis
	Status string
	Since  core.Date
	How    string
	Weak   bool
	Source string
	Looked core.Date
	core.Disputed
}

// LicenseOf is a license as pages show it.
func LicenseOf(v employer.LicenseView) License {
	line := License{License: v.License, May: v.Practice.May, Reason: v.Practice.Reason, Practice: v.Practice}
	for _, e := range v.Sources {
		line.Sources = append(line.Sources, Source{
			e.Axis, e.Status, e.EffectiveOn, licensurepage.HowKnown(e.Method), e.Method == core.MethodSelfReport, e.Source, e.CheckedOn, e.Disputed,
		})
	}
	return line
}

// Practice is the answer of a check to whether the person may practice.
func Practice(full employer.FullCheck) licensurepage.Practice {
	out := licensurepage.Practice{Outcome: employer.CouldNotCheck, Answer: "answer.unchecked", Reason: full.LicenseReason}
	switch full.Practice {
	case employer.PracticeYes:
		out.Outcome, out.Answer = "valid", "answer.yes"
	case employer.PracticeNo:
		out.Outcome, out.Answer = "not_valid", "answer.no"
	}
	return out
}
