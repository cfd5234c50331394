package logbookweb

import (
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookpage"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Transfers are the pages of hours that were earned at other schools.
type Transfers struct{ Logbook *logbook.Service }

// Routes lists every page and form.
func (p *Transfers) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/transfers", access.TransferRead, page.On("organization", p.showTransfers)),
		page.Get("/enrollments/:enrollment/transfers", access.TransferRead, p.showTransfersOf),
		page.Post("/enrollments/:enrollment/transfers", access.TransferPropose, p.propose),
		page.Get("/enrollments/:enrollment/transfers/from/:source", access.TransferSource, p.showTake),
		page.Post("/enrollments/:enrollment/transfers/from/:source", access.TransferPropose, p.take),
		page.Get("/o/:organization/handovers", access.HandoverRead, page.On("organization", p.showHanded)),
		page.Get("/transfers/:transfer", access.TransferRead, page.On("transfer", p.showTransfer)),
		page.Get("/transfers/:transfer/document", access.TransferRead, page.On("transfer", p.download)),
		page.Post("/transfers/:transfer/document", access.TransferPropose, page.On("transfer", p.attach)).Takes(page.MostForm),
		page.Post("/transfers/:transfer/accept", access.TransferDecide, page.On("transfer", p.accept)),
		page.Post("/transfers/:transfer/decline", access.TransferDecide, page.On("transfer", p.decline)),
		page.Post("/transfers/:transfer/reverse", access.TransferDecide, page.On("transfer", p.reverse)),
		page.Post("/transfers/:transfer/stand-by", access.TransferDecide, page.On("transfer", p.standBy)),
	}
}

// Menu is empty: imports and enrollments lead to these.
func (p *Transfers) Menu() []page.MenuItem { return nil }

func transferPath(id core.TransferID) string { return "/transfers/" + id.String() }

type transfersPage struct {
	Base  string
	Items []logbook.TransferRequest
	Pager render.Pager
}

func (p *Transfers) showTransfers(r *page.Request, org core.OrganizationID) error {
	list, err := p.Logbook.Transfers(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return err
	}
	return r.Page("logbook/transfers", r.Say("logbook.transfers.transfers"), transfersPage{"/o/" + org.String(), list.Items, r.Pager(list.Next, r.Say("logbook.transfers.more_transfers"))})
}

type transfersOfPage struct {
	Path       string
	Own        bool
	Enrollment logbook.Enrollment
	Items      []logbook.TransferRequest
	Pager      render.Pager
	MayPropose bool
	Subjects   []standard.SubjectStanding
	Settings   []render.Option
	Elsewhere  logbook.Elsewhere
	Ask        string // where to ask for the detail of hours
	Form       render.Form
}

func (p *Transfers) transfersOf(r *page.Request, form render.Form) (page.View, error) {
	at, err := logbookpage.Progress(r, p.Logbook)
	if err != nil {
		return page.View{}, err
	}
	e := at.Enrollment
	list, err := p.Logbook.TransfersOf(r.Ctx(), r.Actor, e.ID, r.Part())
	if err != nil {
		return page.View{}, err
	}
	content := transfersOfPage{
		Path: page.EnrollmentPath(e.ID), Own: r.Owns(e.TherapistID), Enrollment: e, Items: list.Items, Pager: r.Pager(list.Next, r.Say("logbook.transfers.more_transfers")),
		MayPropose: r.CanFor(access.TransferPropose, e.OrganizationID, e.TherapistID) && e.State == core.EnrollmentActive,
		Subjects:   at.Standing.Subjects, Settings: page.OptionsOf(r, core.Settings), Form: form, Ask: askForHours(e.OrganizationID, e.TherapistID),
	}
	if content.MayPropose {
		content.Elsewhere, err = p.Logbook.Sources(r.Ctx(), r.Actor, e.ID)
	}
	return page.View{Name: "logbook/enrollment-transfers", Title: r.Say("shared.hours_other_schools"), Content: content}, err
}

func (p *Transfers) showTransfersOf(r *page.Request) error {
	return r.Show(p.transfersOf(r, render.Form{}))
}

// transfer reads the form: a line for each subject that has hours.
func transfer(f *page.Reading, subjects []standard.SubjectStanding) logbook.TransferInput {
	in := logbook.TransferInput{
		School: f.Get("school"), License: f.Get("school_license"), Transcript: f.Get("transcript"), CompletedOn: f.Date("completed_on"),
	}
	for _, s := range subjects {
		line := logbook.TransferLine{Subject: s.Code, Setting: core.Setting(f.Text("setting-" + s.Code)), Minutes: f.Minutes("minutes-" + s.Code)}
		if grade := f.Text("grade-" + s.Code); grade != "" {
			var err error
			if line.Grade, err = strconv.Atoi(grade); err != nil || line.Grade < 1 || line.Grade > 100 {
				f.Add("grade-"+s.Code, "bad_grade.subject", "title", s.Title)
			}
		}
		if line.Minutes > 0 {
			in.Lines = append(in.Lines, line)
		}
	}
	return in
}

func (p *Transfers) propose(r *page.Request) error {
	at, err := logbookpage.Progress(r, p.Logbook)
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := transfer(f, at.Standing.Subjects)
			return func() (page.Next, error) {
				t, err := p.Logbook.ProposeTransfer(r.Ctx(), r.Actor, at.Enrollment.ID, in)
				return page.To(transferPath(t.ID), r.Say("logbook.transfers.proposed_attach_the_transcript_next")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.transfersOf(r, form) },
	})
}

type transferPage struct {
	logbook.TransferRequest
	Path       string
	Back       string
	Zone       string
	Titles     logbookpage.Titles
	Waits      bool
	Own        bool
	MayAttach  bool
	MayDecide  bool
	MayReverse bool
	Stale      bool
	Attach     render.Form
	Accept     render.Form
	Decline    render.Form
	Reverse    render.Form
	StandBy    render.Form
}

// transfer is the page of a transfer; form is the one of its forms that has
// to be fixed, by its ID.
func (p *Transfers) transfer(r *page.Request, at core.TransferID, form render.Form) (page.View, error) {
	t, err := p.Logbook.Transfer(r.Ctx(), r.Actor, at)
	if err != nil {
		return page.View{}, err
	}
	r.Place = t.OrganizationID
	progress, err := p.Logbook.Progress(r.Ctx(), r.Actor, t.EnrollmentID)
	can := func(action access.Action) bool { return r.CanFor(action, t.OrganizationID, t.TherapistID) }
	waits := t.State == logbook.TransferProposed
	return page.View{Name: "logbook/transfer", Title: r.Say("logbook.transfers.hours_of", "school", t.Origin.School), Content: transferPage{
		TransferRequest: t, Path: transferPath(at), Back: page.EnrollmentPath(t.EnrollmentID) + "/transfers", Zone: r.Zone(t.OrganizationID),
		Titles: logbookpage.TitlesOf(progress.Standing), Waits: waits, Own: t.ProposedBy == r.Actor.AccountID, Stale: !r.Fresh(),
		MayAttach: waits && !t.Signed() && can(access.TransferPropose), MayDecide: waits && can(access.TransferDecide),
		MayReverse: t.State == logbook.TransferAccepted && can(access.TransferDecide),
		Attach:     form.At("attach"), Accept: form.At("accept"), Decline: form.At("decline"), Reverse: form.At("reverse"), StandBy: form.At("stand-by"),
	}}, err
}

// SubjectTitle is a line's subject as people read it.
func (c transferPage) SubjectTitle(code string) string { return c.Titles.Of(code) }

func (p *Transfers) showTransfer(r *page.Request, at core.TransferID) error {
	return r.Show(p.transfer(r, at, render.Form{}))
}

func (p *Transfers) download(r *page.Request, at core.TransferID) error {
	d, err := p.Logbook.TransferDocument(r.Ctx(), r.Actor, at)
	if err != nil {
		return err
	}
	return r.SendFile(d.Name, d.Body)
}

func (p *Transfers) attach(r *page.Request, at core.TransferID) error {
	name, body, err := page.Upload(r, "document")
	return p.change(r, at, "attach", r.Say("logbook.transfers.transcript_attached"), func(f *page.Reading) (logbook.TransferRequest, error) {
		if err != nil {
			return logbook.TransferRequest{}, err
		}
		return p.Logbook.AttachDocument(r.Ctx(), r.Actor, at, f.Version(), name, body)
	})
}

func (p *Transfers) accept(r *page.Request, at core.TransferID) error {
	return p.change(r, at, "accept", r.Say("logbook.transfers.accepted_the_hours_are_now"), func(f *page.Reading) (logbook.TransferRequest, error) {
		return p.Logbook.AcceptTransfer(r.Ctx(), r.Actor, at, f.Version())
	})
}

func (p *Transfers) decline(r *page.Request, at core.TransferID) error {
	return p.change(r, at, "decline", r.Say("logbook.transfers.declined_none_of_its_hours"), func(f *page.Reading) (logbook.TransferRequest, error) {
		return p.Logbook.DeclineTransfer(r.Ctx(), r.Actor, at, f.Version(), f.Get("reason"))
	})
}

func (p *Transfers) reverse(r *page.Request, at core.TransferID) error {
	return p.change(r, at, "reverse", r.Say("logbook.transfers.reversed_its_hours_are_reversed"), func(f *page.Reading) (logbook.TransferRequest, error) {
		return p.Logbook.ReverseTransfer(r.Ctx(), r.Actor, at, f.Version(), f.Get("reason"))
	})
}

// change does what one of a transfer's forms says.
func (p *Transfers) change(r *page.Request, at core.TransferID, form, said string, command func(*page.Reading) (logbook.TransferRequest, error)) error {
	return r.Submit(page.Form{
		Confirm: form != "attach", // which is no signature
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				_, err := command(f)
				return page.To(transferPath(at), said), err
			}
		},
		Again: func(wrong render.Form) (page.View, error) {
			wrong.ID = form
			return p.transfer(r, at, wrong)
		},
	})
}
