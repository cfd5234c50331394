// Package licensurepage is what pages of several subjects show of licenses and of
// what people hold beside them.
package licensurepage

import (
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/platform/page"
)

// HowKnown is the id of how something was verified by a method; "" for none.
func HowKnown(method string) string { return methods[method] }

var methods = map[string]string{
	core.MethodPrimarySource: "how_known.primary_source",
	core.MethodDocument:      "how_known.document",
	core.MethodSelfReport:    "how_known.self_report",
}

// Place answers whether someone may practice in one jurisdiction: an Outcome as checks
// have it, the id of the answer, and what decided.
type Place struct {
	license.Place
	State, Outcome, Title string
}

// Places are the answers for each jurisdiction, with what decided.
func Places(places []license.Place) []Place {
	all := make([]Place, len(places))
	for i, p := range places {
		all[i] = Place{p, core.JurisdictionName(p.Jurisdiction), outcomes[p.Answer], answers[p.Answer]}
	}
	return all
}

var answers = map[license.Answer]string{license.Yes: "answer.yes", license.No: "answer.no", license.CouldNotCheck: "answer.unchecked"}

var outcomes = map[license.Answer]string{license.Yes: "valid", license.No: "not_valid", license.CouldNotCheck: "could_not_check"}

// DuePath is the list of the licenses to look at, below an organization.
const DuePath = "looks-due"

// DueLink leads to the licenses to look at: how many there are, such as "12" or "50+", and
// empty where there are none.
type DueLink struct{ Path, Count string }

// DueLinkOf is the link of an organization's page, for those who may read the list; an
// empty one for others.
func DueLinkOf(r *page.Request, l *licensure.Service, org core.OrganizationID) (DueLink, error) {
	if !r.Can(access.LicenseDue, org) {
		return DueLink{}, nil
	}
	link := DueLink{Path: page.OrganizationPath(org, DuePath)}
	n, more, err := l.LooksDueCount(r.Ctx(), r.Actor, org)
	switch {
	case more:
		link.Count = strconv.Itoa(n) + "+"
	case n > 0:
		link.Count = strconv.Itoa(n)
	}
	return link, err
}

// HoldingPath is the page of a qualification.
func HoldingPath(id core.HoldingID) string { return "/qualifications/" + id.String() }

// Holding is a qualification as lists show it: whether it is good today and due to
// be looked at, and how it is known.
type Holding struct {
	licensure.Holding
	Label string
	Path  string
	Good  bool
	Due   bool
	How   string
	Weak  bool
	Late  bool // it is disputed, and was not answered in time
}

// HoldingOf is a qualification on a day.
func HoldingOf(h licensure.Holding, today core.Date) Holding {
	rule, _ := licensure.HoldingRuleOf(h.Kind)
	return Holding{h, rule.Label, HoldingPath(h.ID), h.Good(today), h.Due(today), HowKnown(h.Method), h.Method == core.MethodSelfReport, h.LateOn(today)}
}

// Holdings are qualifications on a day.
func Holdings(list []licensure.Holding, today core.Date) []Holding {
	lines := make([]Holding, len(list))
	for i, h := range list {
		lines[i] = HoldingOf(h, today)
	}
	return lines
}
