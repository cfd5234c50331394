package logbookweb

import (
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type outlookPage struct {
	Path       string
	Own        bool
	Enrollment logbook.Enrollment
	Standing   standard.Standing
	Projection logbook.Projection
	BurnUp     render.BurnUp
	NewestUp   []logbook.WeekTotal // the table's rows
}

func (p *Hours) showOutlook(r *page.Request, enrollment core.EnrollmentID) error {
	o, err := p.Logbook.Outlook(r.Ctx(), r.Actor, enrollment)
	if err != nil {
		return err
	}
	r.Place = o.Enrollment.OrganizationID
	content := outlookPage{
		Path: page.EnrollmentPath(enrollment), Own: r.Owns(o.Enrollment.TherapistID), Enrollment: o.Enrollment,
		Standing: o.Standing, Projection: o.Projection, BurnUp: render.BurnUp{Required: o.Standing.Required},
	}
	for i, w := range o.Weeks {
		content.BurnUp.Points = append(content.BurnUp.Points, render.BurnUpPoint{Monday: w.Monday, Recorded: w.Recorded, Valid: w.Valid})
		content.NewestUp = append(content.NewestUp, o.Weeks[len(o.Weeks)-1-i])
	}
	return r.Page("logbook/outlook", r.Say("logbook.outlook.outlook"), content)
}

type movePage struct {
	Path       string
	Own        bool
	Enrollment logbook.Enrollment
	Recorded   core.Minutes
	Groups     []moveGroup
}

// moveGroup is the jurisdictions with one answer.
type moveGroup struct {
	Answer standard.Answer
	Title  string
	Rows   []logbook.MoveRow
}

func (p *Hours) showMove(r *page.Request, enrollment core.EnrollmentID) error {
	m, err := p.Logbook.Move(r.Ctx(), r.Actor, enrollment)
	if err != nil {
		return err
	}
	r.Place = m.Enrollment.OrganizationID
	groups := []moveGroup{
		{Answer: standard.Met, Title: r.Say("logbook.outlook.the_hours_suffice")}, {Answer: standard.Ask, Title: r.Say("logbook.outlook.ask_the_board")},
		{Answer: standard.Short, Title: r.Say("logbook.outlook.hours_are_missing")}, {Answer: logbook.Unknown, Title: r.Say("logbook.outlook.not_known")},
	}
	for _, row := range m.Rows {
		for i := range groups {
			if groups[i].Answer == row.Answer() {
				groups[i].Rows = append(groups[i].Rows, row)
			}
		}
	}
	return r.Page("logbook/move", r.Say("logbook.outlook.what_if_i_move"), movePage{
		page.EnrollmentPath(enrollment), r.Owns(m.Enrollment.TherapistID), m.Enrollment, m.Recorded, groups,
	})
}

type statementPage struct {
	Path      string
	Own       bool
	Statement logbook.Statement
	Month     string
	Before    string // the months beside it
	After     string
	Uncounted []logbookpage.Uncounted
}

func (p *Hours) showStatement(r *page.Request, enrollment core.EnrollmentID) error {
	s, err := p.Logbook.Statement(r.Ctx(), r.Actor, enrollment, r.QueryParam("month"))
	if err != nil {
		return err
	}
	r.Place = s.Enrollment.OrganizationID
	month := func(d core.Date) string { return d.String()[:len("2026-10")] }
	return r.Page("logbook/statement", r.Say("logbook.outlook.statement"), statementPage{
		Path: page.EnrollmentPath(enrollment), Own: r.Owns(s.Enrollment.TherapistID), Statement: s, Month: month(s.First),
		Before: month(s.First.AddDays(-1)), After: month(s.Last.AddDays(1)), Uncounted: logbookpage.UncountedRows(s.Standing, s.Uncounted),
	})
}
