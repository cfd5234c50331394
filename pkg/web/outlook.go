package web

import (
	"net/http"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var outlookRoutes = []Route{
	{http.MethodGet, "/enrollments/:enrollment/outlook", access.EnrollmentRead, (*request).showOutlook},
	{http.MethodGet, "/enrollments/:enrollment/statement", access.EnrollmentRead, (*request).showStatement},
	{http.MethodGet, "/enrollments/:enrollment/move", access.EnrollmentRead, (*request).showMove},
}

type outlookPage struct {
	Path       string
	Own        bool
	Enrollment core.Enrollment
	Standing   standard.Standing
	Projection logbook.Projection
	BurnUp     render.BurnUp
	NewestUp   []logbook.WeekTotal // the table's rows
}

func (r *request) showOutlook() error {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return err
	}
	o, err := r.web.Logbook.Outlook(r.ctx(), r.actor, enrollment)
	if err != nil {
		return err
	}
	r.place = o.Enrollment.OrganizationID
	page := outlookPage{
		Path: enrollmentPath(enrollment), Own: r.owns(o.Enrollment.TherapistID), Enrollment: o.Enrollment,
		Standing: o.Standing, Projection: o.Projection, BurnUp: render.BurnUp{Required: o.Standing.Required},
	}
	for i, w := range o.Weeks {
		page.BurnUp.Points = append(page.BurnUp.Points, render.BurnUpPoint{Monday: w.Monday, Recorded: w.Recorded, Valid: w.Valid})
		page.NewestUp = append(page.NewestUp, o.Weeks[len(o.Weeks)-1-i])
	}
	return r.page("student/outlook", "Outlook", page)
}

type movePage struct {
	Path       string
	Own        bool
	Enrollment core.Enrollment
	Recorded   core.Minutes
	Groups     []moveGroup
}

// moveGroup is the jurisdictions with one answer.
type moveGroup struct {
	Answer, Title string
	Rows          []logbook.MoveRow
}

func (r *request) showMove() error {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return err
	}
	m, err := r.web.Logbook.Move(r.ctx(), r.actor, enrollment)
	if err != nil {
		return err
	}
	r.place = m.Enrollment.OrganizationID
	groups := []moveGroup{{Answer: "met", Title: "The hours suffice"}, {Answer: "short", Title: "Hours are missing"}, {Answer: "unknown", Title: "Not known"}}
	for _, row := range m.Rows {
		for i := range groups {
			if groups[i].Answer == row.Answer() {
				groups[i].Rows = append(groups[i].Rows, row)
			}
		}
	}
	return r.page("student/move", "What if I move?", movePage{
		enrollmentPath(enrollment), r.owns(m.Enrollment.TherapistID), m.Enrollment, m.Recorded, groups,
	})
}

type statementPage struct {
	Path      string
	Own       bool
	Statement logbook.Statement
	Month     string
	Before    string // the months beside it
	After     string
	Uncounted []uncountedRow
}

func (r *request) showStatement() error {
	enrollment, err := id[core.EnrollmentID](r, "enrollment")
	if err != nil {
		return err
	}
	s, err := r.web.Logbook.Statement(r.ctx(), r.actor, enrollment, r.QueryParam("month"))
	if err != nil {
		return err
	}
	r.place = s.Enrollment.OrganizationID
	month := func(d core.Date) string { return d.String()[:len("2026-10")] }
	return r.page("student/statement", "Statement", statementPage{
		Path: enrollmentPath(enrollment), Own: r.owns(s.Enrollment.TherapistID), Statement: s, Month: month(s.First),
		Before: month(s.First.AddDays(-1)), After: month(s.Last.AddDays(1)), Uncounted: uncountedRows(s.Standing, s.Uncounted),
	})
}
