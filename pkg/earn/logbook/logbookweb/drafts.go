package logbookweb

import (
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Drafts are the pages of programs that are being written.
type Drafts struct{ Logbook *logbook.Service }

// Routes lists every page and form.
func (p *Drafts) Routes() []page.Route {
	return append([]page.Route{
		page.Get("/o/:organization/drafts", access.DraftRead, page.On("organization", p.showDrafts)),
		page.Get("/o/:organization/drafts/new", access.DraftWrite, page.On("organization", p.showNewDraft)),
		page.Post("/o/:organization/drafts/new", access.DraftWrite, page.On("organization", p.newDraft)),
		page.Get("/drafts/:draft", access.DraftRead, page.On("draft", p.showDraft)),
		page.Post("/drafts/:draft", access.DraftWrite, page.On("draft", p.saveDraft)),
		page.Post("/drafts/:draft/drop", access.DraftWrite, page.On("draft", p.dropDraft)),
		page.Get("/drafts/:draft/back-test", access.DraftRead, page.On("draft", p.showBackTest)),
		page.Post("/drafts/:draft/publish", access.ProgramPublish, page.On("draft", p.publishDraft)),
	}, p.choosing()...)
}

// Menu is empty: the programs lead to these.
func (p *Drafts) Menu() []page.MenuItem { return nil }

func draftPath(id core.DraftID) string { return "/drafts/" + id.String() }

type draftsPage struct {
	Base  string
	Zone  string
	Items []logbook.Draft
	Pager render.Pager
}

func (p *Drafts) showDrafts(r *page.Request, org core.OrganizationID) error {
	list, err := p.Logbook.Drafts(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return err
	}
	return r.Page("logbook/drafts", r.Say("shared.drafts"), draftsPage{page.OrganizationPath(org, "drafts"), r.Zone(org), list.Items, r.Pager(list.Next, r.Say("logbook.drafts.older_drafts"))})
}

type draftPage struct {
	logbook.Judged
	Base    string
	Path    string
	Zone    string
	Form    render.Form
	Said    *sketched // nil where its YAML cannot be read
	MayEdit bool
	Mine    bool // who looks wrote it last
}

func (c draftPage) Frozen() bool { return !c.Published.IsZero() }

type startPage struct {
	Base   string
	Starts []render.Option
	YAML   bool
	From   string
	Form   render.Form
}

// start is the form of a new draft: what it begins with, or its YAML where the
// address has yaml. The address may name a program to begin with in "from".
func (p *Drafts) start(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	out := startPage{Base: page.OrganizationPath(org, "drafts"), YAML: r.QueryParam("yaml") != "" || form.Get("body") != "", From: r.QueryParam("from"), Form: form}
	var err error
	if out.Starts, err = p.starts(r, org); err == nil && form.Values == nil {
		out.Form.Values, err = p.firstValues(r, out.YAML)
	}
	return page.View{Name: "logbook/start", Title: r.Say("logbook.drafts.a_new_draft"), Content: out}, err
}

func (p *Drafts) starts(r *page.Request, org core.OrganizationID) ([]render.Option, error) {
	options := page.Choices(r, []render.Option{{Value: "blank", Label: "logbook.start.blank"}, {Value: "sample", Label: "logbook.start.sample"}})
	own, err := programs(r, p.Logbook, org)
	if err != nil {
		return nil, err
	}
	for _, o := range own {
		options = append(options, render.Option{Value: "program:" + o.Value, Label: r.Say("logbook.start.copy", "title", o.Label)})
	}
	packs, err := standard.Starts(r.Today())
	for _, s := range packs {
		options = append(options, render.Option{Value: "pack:" + s.Key, Label: r.Say("logbook.start.pack", "name", s.Name, "hours", s.Standard.Required())})
	}
	return options, err
}

func (p *Drafts) firstValues(r *page.Request, asYAML bool) (url.Values, error) {
	v := url.Values{}
	std := standard.Sample().Standard
	if from := r.QueryParam("from"); from != "" {
		program, err := core.ParseID[core.ProgramID](from)
		if err != nil {
			return nil, core.NotFound("program")
		}
		versions, err := p.Logbook.Program(r.Ctx(), r.Actor, program)
		if err != nil {
			return nil, err
		}
		if std, err = standard.Parse(versions[0].StandardBody); err != nil {
			return nil, err
		}
		v = url.Values{"code": {versions[0].Code}, "title": {versions[0].Title}, "start": {"program:" + from}}
	}
	if !asYAML {
		return v, nil
	}
	body, err := standard.WritePack(std)
	v.Set("body", string(body))
	return v, err
}

func (p *Drafts) showNewDraft(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.start(r, org, render.Form{}))
}

func draft(f *page.Reading) logbook.DraftInput {
	return logbook.DraftInput{Code: f.Text("code"), Title: f.Get("title"), Body: f.Get("body"), Start: f.Get("start")}
}

func (p *Drafts) newDraft(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				d, err := p.Logbook.NewDraft(r.Ctx(), r.Actor, org, draft(f))
				return page.To(draftPath(d.ID), r.Say("logbook.drafts.draft_saved")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.start(r, org, form) },
	})
}

// draft is the page of a draft. A form without a body, such as that which
// publishes it, is filled with what is kept.
func (p *Drafts) draft(r *page.Request, at core.DraftID, form render.Form) (draftPage, error) {
	d, err := p.Logbook.Draft(r.Ctx(), r.Actor, at)
	if err != nil {
		return draftPage{}, err
	}
	r.Place = d.OrganizationID
	if form.Get("body") == "" {
		form.Values = url.Values{"code": {d.Code}, "title": {d.Title}, "body": {d.Body}}
	}
	out := draftPage{
		Judged: d, Base: page.OrganizationPath(d.OrganizationID, "drafts"), Path: draftPath(at), Zone: r.Zone(d.OrganizationID), Form: form,
		MayEdit: r.Can(access.DraftWrite, d.OrganizationID), Mine: d.UpdatedBy == r.Actor.AccountID,
	}
	out.Said = p.sketch(r, &out)
	return out, nil
}

func (c draftPage) view(r *page.Request, err error) (page.View, error) {
	return page.View{Name: "logbook/draft", Title: r.Say("logbook.drafts.draft_of", "code", c.Code), Content: c}, err
}

func (p *Drafts) showDraft(r *page.Request, at core.DraftID) error {
	content, err := p.draft(r, at, render.Form{})
	return r.Show(content.view(r, err))
}

func (p *Drafts) saveDraft(r *page.Request, at core.DraftID) error {
	return p.change(r, at, func(f *page.Reading) (page.Next, error) {
		_, err := p.Logbook.SaveDraft(r.Ctx(), r.Actor, at, f.Version(), draft(f))
		return page.To(draftPath(at), r.Say("logbook.drafts.saved_test_cases_were_run")), err
	})
}

func (p *Drafts) dropDraft(r *page.Request, at core.DraftID) error {
	return p.change(r, at, func(f *page.Reading) (page.Next, error) {
		d, err := p.Logbook.DropDraft(r.Ctx(), r.Actor, at, f.Version())
		return page.To(page.OrganizationPath(d.OrganizationID, "drafts"), r.Say("logbook.drafts.draft_deleted")), err
	})
}

func (p *Drafts) publishDraft(r *page.Request, at core.DraftID) error {
	return p.change(r, at, func(f *page.Reading) (page.Next, error) {
		v, err := p.Logbook.PublishDraft(r.Ctx(), r.Actor, at, f.Version())
		return page.To(programPath(v.ProgramID), r.Say("logbook.programs.published", "title", v.Title)), err
	})
}

func (p *Drafts) change(r *page.Request, at core.DraftID, command func(*page.Reading) (page.Next, error)) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command { return func() (page.Next, error) { return command(f) } },
		Again: func(form render.Form) (page.View, error) {
			content, err := p.draft(r, at, form)
			return content.view(r, err)
		},
	})
}

type backTestPage struct {
	logbook.BackTest
	Path  string
	Code  string
	Shown []logbook.Shift
}

func (p *Drafts) showBackTest(r *page.Request, at core.DraftID) error {
	content, err := p.draft(r, at, render.Form{})
	if err != nil {
		return err
	}
	b, err := p.Logbook.BackTestDraft(r.Ctx(), r.Actor, content.ID)
	if err != nil {
		return r.Refill(err, content.Form.Values, func(form render.Form) (page.View, error) {
			content.Form = form
			return content.view(r, nil)
		})
	}
	return r.Page("logbook/back-test", r.Say("logbook.drafts.what_the_draft_would_change"), backTestPage{b, content.Path, content.Code, b.Changed[:min(rowsShown, len(b.Changed))]})
}
