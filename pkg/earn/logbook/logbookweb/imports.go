package logbookweb

import (
	"net/url"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/platform/sheet"
)

// Imports are the pages of attendance files.
type Imports struct{ Logbook *logbook.Service }

// Routes lists every page and form.
func (p *Imports) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/imports", access.ImportRead, page.On("organization", p.showImports)),
		page.Post("/o/:organization/imports", access.ImportPropose, page.On("organization", p.takeFile)).Takes(65 << 20).Within(10 * time.Minute),
		page.Get("/imports/:import", access.ImportRead, page.On("import", p.showImport)),
		page.Get("/imports/:import/refused.csv", access.ImportRead, page.On("import", p.exportRefused)),
		page.Post("/imports/:import/approve", access.ImportDecide, page.On("import", p.approve)).Within(10 * time.Minute),
		page.Post("/imports/:import/reject", access.ImportDecide, page.On("import", p.reject)),
	}
}

// Menu leads the office to its files.
func (p *Imports) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 60, Path: "imports", Label: "menu.imports", Shown: page.Allowed(access.ImportRead)}}
}

func importPath(id core.ImportID) string { return "/imports/" + id.String() }

type importsPage struct {
	Encodings  []render.Option // that a person can choose where the file does not tell
	Base       string
	Items      []logbook.Import
	Pager      render.Pager
	Zone       string
	Today      core.Date
	MayPropose bool
	Programs   []render.Option
	Publish    string
	Transfers  string
	Rosters    string
	Form       render.Form
}

func (p *Imports) imports(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	list, err := p.Logbook.Imports(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return page.View{}, err
	}
	o, err := r.Site.Accounts.Organization(r.Ctx(), r.Actor, org)
	if err != nil {
		return page.View{}, err
	}
	today := o.Today(r.Now())
	if form.Values == nil {
		form.Values = url.Values{"as_of": {today.String()}}
	}
	choice, err := programs(r, p.Logbook, org)
	return page.View{Name: "logbook/imports", Title: r.Say("shared.imports"), Content: importsPage{
		Base: page.OrganizationPath(org, "imports"), Publish: page.OrganizationPath(org, "programs"), Transfers: page.OrganizationPath(org, "transfers"),
		Rosters: page.OrganizationPath(org, "rosters"), MayPropose: r.Can(access.ImportPropose, org), Programs: choice,
		Items: list.Items, Pager: r.Pager(list.Next, r.Say("logbook.imports.pages_of_imports")), Zone: o.Zone, Today: today, Form: form, Encodings: encodings(r),
	}}, err
}

func encodings(r *page.Request) []render.Option {
	options := make([]render.Option, len(sheet.Encodings))
	for i, e := range sheet.Encodings {
		options[i] = render.Option{Value: e, Label: r.Say("encoding." + e)}
	}
	return options
}

func (p *Imports) showImports(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.imports(r, org, render.Form{}))
}

// importPage is an import that was taken in.
type importPage struct {
	importResult
	Path      string
	Zone      string
	Waits     bool
	Own       bool
	MayDecide bool
	Stale     bool
	Approve   render.Form
	Days      []render.Option // what to decide on sessions of days that cannot be; empty: there are none
	Reject    render.Form
	Pager     render.Pager
}

// kept reads an import with the report that it keeps.
func (p *Imports) kept(r *page.Request, at core.ImportID) (logbook.Import, logbook.Kept, error) {
	var kept logbook.Kept
	i, err := p.Logbook.ImportByID(r.Ctx(), r.Actor, at)
	if err == nil && len(i.Report) > 0 {
		err = core.FromJSON(i.Report, &kept, "imports.report", i.ID.String())
	}
	r.Place = i.OrganizationID
	return i, kept, err
}

// one is the page of an import; form is the one of its forms that has to be
// fixed, by its ID.
func (p *Imports) one(r *page.Request, at core.ImportID, form render.Form) (page.View, error) {
	i, kept, err := p.kept(r, at)
	if err != nil {
		return page.View{}, err
	}
	refused, next := page.Cut(r, kept.Refused, rowsShown)
	result := resultOf(i, kept.Tally, refused, kept.Asked)
	approve := form.At("approve")
	var days []render.Option
	if len(kept.Asked) > 0 || approve.ErrorOf("days") != "" {
		days = []render.Option{
			{Value: string(logbook.LeaveOut), Label: r.Say("logbook.imports.leave_out")},
			{Value: string(logbook.EnrollEarlier), Label: r.Say("logbook.imports.enroll_earlier")},
		}
	}
	return page.View{Name: "logbook/import", Title: r.Say("logbook.imports.import_of", "filename", i.Filename), Content: importPage{
		importResult: result, Path: importPath(i.ID), Zone: r.Zone(i.OrganizationID),
		Waits: i.State == logbook.ImportProposed, Own: i.ProposedBy == r.Actor.AccountID,
		MayDecide: r.Can(access.ImportDecide, i.OrganizationID), Stale: !r.Fresh(),
		Approve: approve, Days: days, Reject: form.At("reject"), Pager: r.Pager(next, r.Say("shared.refused_records")),
	}}, nil
}

func (p *Imports) showImport(r *page.Request, at core.ImportID) error {
	return r.Show(p.one(r, at, render.Form{}))
}

func (p *Imports) exportRefused(r *page.Request, at core.ImportID) error {
	i, kept, err := p.kept(r, at)
	if err != nil {
		return err
	}
	return sendRefused(r, i, kept.Refused)
}

func (p *Imports) approve(r *page.Request, at core.ImportID) error {
	return p.decide(r, at, "approve", func(f *page.Reading) (string, error) {
		i, err := p.Logbook.ApproveImport(r.Ctx(), r.Actor, at, f.Version(), logbook.OnDays(f.Get("days")))
		if i.State == logbook.ImportApplying {
			return r.Say("logbook.imports.import_approved_its_hours_count"), err
		}
		return r.Say("logbook.imports.import_approved_its_hours_are"), err
	})
}

func (p *Imports) reject(r *page.Request, at core.ImportID) error {
	return p.decide(r, at, "reject", func(f *page.Reading) (string, error) {
		_, err := p.Logbook.RejectImport(r.Ctx(), r.Actor, at, f.Version(), f.Get("reason"))
		return r.Say("logbook.imports.import_rejected_none_of_its"), err
	})
}

// decide does what one of an import's forms says; the command has the message.
func (p *Imports) decide(r *page.Request, at core.ImportID, form string, command func(*page.Reading) (string, error)) error {
	return r.Submit(page.Form{
		Confirm: true,
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				said, err := command(f)
				return page.To(importPath(at), said), err
			}
		},
		Again: func(wrong render.Form) (page.View, error) {
			wrong.ID = form
			return p.one(r, at, wrong)
		},
	})
}
