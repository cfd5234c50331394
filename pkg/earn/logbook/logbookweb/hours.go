package logbookweb

import (
	"net/http"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Hours are the pages of a student's hours: where an enrollment stands, what
// does not count, the ledger, and the outlook.
type Hours struct{ Logbook *logbook.Service }

// Routes lists every page.
func (p *Hours) Routes() []page.Route {
	return []page.Route{
		page.Get("/record", access.SelfRead, p.showRecord),
		page.Get("/enrollments/:enrollment", access.EnrollmentRead, p.showEnrollment),
		page.Get("/enrollments/:enrollment/sessions", access.EntryRead, p.showSessions),
		page.Get("/enrollments/:enrollment/uncounted", access.EnrollmentRead, p.showUncounted),
		page.Get("/enrollments/:enrollment/ledger", access.EnrollmentRead, p.showLedger),
		page.Get("/enrollments/:enrollment/outlook", access.EnrollmentRead, page.On("enrollment", p.showOutlook)),
		page.Get("/enrollments/:enrollment/statement", access.EnrollmentRead, page.On("enrollment", p.showStatement)),
		page.Get("/enrollments/:enrollment/move", access.EnrollmentRead, page.On("enrollment", p.showMove)),
	}
}

// Menu leads to one's own record.
func (p *Hours) Menu() []page.MenuItem {
	return []page.MenuItem{{
		Rank: 10, Path: "/record", Label: "menu.my_hours",
		Shown: func(a access.Actor, _ access.Membership) bool { return !a.TherapistID.IsZero() },
	}}
}

type recordPage struct {
	Tabs        page.RecordTabs
	Enrollments []logbook.EnrollmentRow
}

func (p *Hours) showRecord(r *page.Request) error {
	rows, err := p.Logbook.MyEnrollments(r.Ctx(), r.Actor)
	if err != nil {
		return err
	}
	if len(rows) == 1 {
		return r.Redirect(http.StatusSeeOther, page.EnrollmentPath(rows[0].ID))
	}
	return r.Page("logbook/record", r.Say("shared.my_hours"), recordPage{page.TabsOf("hours"), rows})
}

func (p *Hours) showEnrollment(r *page.Request) error {
	return r.Show(logbookpage.Enrollment(r, p.Logbook, render.Form{}))
}

type sessionsPage struct {
	Path       string
	Own        bool
	Enrollment logbook.Enrollment
	State      core.EntryState
	States     []core.EntryState
	Items      []logbookpage.Entry
	Pager      render.Pager
	MayLog     bool
}

func (p *Hours) showSessions(r *page.Request) error {
	at, err := logbookpage.Progress(r, p.Logbook)
	if err != nil {
		return err
	}
	e, state := at.Enrollment, core.EntryState(r.QueryParam("state"))
	list, err := p.Logbook.Entries(r.Ctx(), r.Actor, e.ID, logbook.EntryFilter{State: state}, r.Part())
	if err != nil {
		return err
	}
	own := r.Owns(e.TherapistID)
	return r.Page("logbook/sessions", r.Say("shared.sessions"), sessionsPage{
		Path: page.EnrollmentPath(e.ID), Own: own, Enrollment: e, State: state,
		States: []core.EntryState{
			core.EntryDraft, core.EntrySubmitted, core.EntryReturned, core.EntrySigned, core.EntrySuperseded, core.EntryWithdrawn,
		},
		Items: logbookpage.TitlesOf(at.Standing).Entries(list.Items), Pager: r.Pager(list.Next, r.Say("shared.sessions")),
		MayLog: own && e.State == core.EnrollmentActive,
	})
}

type uncountedPage struct {
	Path       string
	Enrollment logbook.Enrollment
	Items      []logbookpage.Uncounted
	All        int
	Recorded   core.Minutes
	Valid      core.Minutes
	Pager      render.Pager
}

func (p *Hours) showUncounted(r *page.Request) error {
	at, err := logbookpage.Progress(r, p.Logbook)
	if err != nil {
		return err
	}
	s := at.Standing
	some, next := page.Cut(r, s.Uncounted, r.Part().Size())
	return r.Page("logbook/uncounted", r.Say("logbook.hours.not_credited"), uncountedPage{
		Path: page.EnrollmentPath(at.Enrollment.ID), Enrollment: at.Enrollment, Items: logbookpage.UncountedRows(s, some), All: len(s.Uncounted),
		Recorded: s.Recorded, Valid: s.Valid, Pager: r.Pager(next, r.Say("logbook.hours.not_credited")),
	})
}

type ledgerPage struct {
	Path       string
	Enrollment logbook.Enrollment
	Items      []logbookpage.Credit
	Pager      render.Pager
	Zone       string
}

func (p *Hours) showLedger(r *page.Request) error {
	at, err := logbookpage.Progress(r, p.Logbook)
	if err != nil {
		return err
	}
	list, err := p.Logbook.Credits(r.Ctx(), r.Actor, at.Enrollment.ID, r.Part())
	if err != nil {
		return err
	}
	return r.Page("logbook/ledger", r.Say("logbook.hours.ledger"), ledgerPage{
		Path: page.EnrollmentPath(at.Enrollment.ID), Enrollment: at.Enrollment, Items: logbookpage.TitlesOf(at.Standing).Credits(list.Items),
		Pager: r.Pager(list.Next, r.Say("logbook.hours.lines_of_the_ledger")), Zone: r.Zone(at.Enrollment.OrganizationID),
	})
}
