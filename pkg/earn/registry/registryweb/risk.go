package registryweb

import (
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type atRiskPage struct {
	Base  string
	Month string
	Items []registry.Risk
	Pager render.Pager
}

func (p *Pages) showAtRisk(r *page.Request, org core.OrganizationID) error {
	list, err := p.Registry.AtRisk(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return err
	}
	return r.Page("registry/at-risk", r.Say("registry.risk.at_risk"), atRiskPage{"/o/" + org.String(), core.DateOf(r.Now()).String()[:7], list.Items, r.Pager(list.Next, r.Say("registry.risk.more_students"))})
}

type cohortsPage struct {
	Base  string
	Items []cohortRow
	Waits []logbook.ProgramVersion // for a second person
}

// cohortRow is a cohort with what its program's newest standard requires.
type cohortRow struct {
	registry.Cohort
	Required core.Minutes
}

func (p *Pages) showCohorts(r *page.Request, org core.OrganizationID) error {
	all, err := p.Registry.Cohorts(r.Ctx(), r.Actor, org)
	if err != nil {
		return err
	}
	list, err := p.Logbook.Programs(r.Ctx(), r.Actor, org, core.Page{Limit: 100})
	if err != nil {
		return err
	}
	programs, err := logbookpage.Versions(list.Items)
	if err != nil {
		return err
	}
	required := map[core.ProgramID]core.Minutes{}
	for _, v := range programs {
		required[v.ProgramID] = v.Standard.Required()
	}
	content := cohortsPage{Base: "/o/" + org.String()}
	if content.Waits, err = logbookpage.Unconfirmed(r, p.Logbook, org); err != nil {
		return err
	}
	for _, c := range all {
		content.Items = append(content.Items, cohortRow{c, required[c.ProgramID]})
	}
	return r.Page("registry/cohorts", r.Say("shared.cohorts"), content)
}

// exportHours is the file of a month's hours that a school reports.
func (p *Pages) exportHours(r *page.Request, org core.OrganizationID) error {
	month := r.QueryParam("month")
	rows, err := p.Registry.MonthlyHours(r.Ctx(), r.Actor, org, month)
	if err != nil {
		return err
	}
	return registry.WriteHours(page.CSV(r, "hours-"+month+".csv"), rows)
}
