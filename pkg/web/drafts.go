package web

import (
	"net/http"
	"net/url"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
	"github.com/palmar/palmar/pkg/web/render"
)

var draftRoutes = []Route{
	{http.MethodGet, "/o/:organization/drafts", access.DraftRead, (*request).showDrafts},
	{http.MethodGet, "/o/:organization/drafts/new", access.DraftWrite, (*request).showNewDraft},
	{http.MethodPost, "/o/:organization/drafts/new", access.DraftWrite, (*request).newDraft},
	{http.MethodGet, "/drafts/:draft", access.DraftRead, (*request).showDraft},
	{http.MethodPost, "/drafts/:draft", access.DraftWrite, (*request).saveDraft},
	{http.MethodPost, "/drafts/:draft/drop", access.DraftWrite, (*request).dropDraft},
	{http.MethodGet, "/drafts/:draft/back-test", access.DraftRead, (*request).showBackTest},
	{http.MethodPost, "/drafts/:draft/publish", access.ProgramPublish, (*request).publishDraft},
}

func draftPath(id core.DraftID) string { return "/drafts/" + id.String() }

type draftsPage struct {
	Base  string
	Zone  string
	Items []core.Draft
	Pager render.Pager
}

func (r *request) showDrafts() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Logbook.Drafts(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return err
	}
	return r.page("registrar/drafts", "Drafts", draftsPage{orgPath(org, "drafts"), r.zone(org), list.Items, r.pager(list.Next, "Older drafts")})
}

type draftPage struct {
	logbook.Judged
	Base string
	Path string // empty for a new one
	Zone string
	Form render.Form
}

func (p draftPage) Frozen() bool { return !p.Published.IsZero() }

// showNewDraft begins with the newest standard of the program that the address
// names in "from", else with an example.
func (r *request) showNewDraft() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	var program core.ProgramID
	if from := r.QueryParam("from"); from != "" {
		if program, err = core.ParseID[core.ProgramID](from); err != nil {
			return core.NotFound("program")
		}
	}
	in, err := r.web.Logbook.StartDraft(r.ctx(), r.actor, org, program)
	if err != nil {
		return err
	}
	return r.page("registrar/draft", "A new draft", draftPage{
		Base: orgPath(org, "drafts"), Form: render.Form{Values: url.Values{"code": {in.Code}, "title": {in.Title}, "body": {in.Body}}},
	})
}

func (f *reading) draft() logbook.DraftInput {
	return logbook.DraftInput{Code: f.text("code"), Title: f.Get("title"), Body: f.Get("body")}
}

func (r *request) newDraft() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	d, err := r.web.Logbook.NewDraft(r.ctx(), r.actor, org, f.draft())
	if err == nil {
		return r.done(draftPath(d.ID), "The draft is kept.")
	}
	return r.refill(err, "registrar/draft", "A new draft", draftPage{Base: orgPath(org, "drafts"), Form: render.NewForm(f.Values, err)})
}

func (r *request) draftPage() (draftPage, error) {
	at, err := id[core.DraftID](r, "draft")
	if err != nil {
		return draftPage{}, err
	}
	d, err := r.web.Logbook.Draft(r.ctx(), r.actor, at)
	if err != nil {
		return draftPage{}, err
	}
	r.place = d.OrganizationID
	return draftPage{
		Judged: d, Base: orgPath(d.OrganizationID, "drafts"), Path: draftPath(at), Zone: r.zone(d.OrganizationID),
		Form: render.Form{Values: url.Values{"code": {d.Code}, "title": {d.Title}, "body": {d.Body}}},
	}, nil
}

func (r *request) showDraft() error {
	page, err := r.draftPage()
	if err != nil {
		return err
	}
	return r.page("registrar/draft", "Draft of "+page.Code, page)
}

func (r *request) saveDraft() error {
	return r.changeDraft(func(at core.DraftID, f *reading) (string, string, error) {
		_, err := r.web.Logbook.SaveDraft(r.ctx(), r.actor, at, f.version(), f.draft())
		return draftPath(at), "Saved, and its cases were run.", err
	})
}

func (r *request) dropDraft() error {
	return r.changeDraft(func(at core.DraftID, f *reading) (string, string, error) {
		d, err := r.web.Logbook.DropDraft(r.ctx(), r.actor, at, f.version())
		return orgPath(d.OrganizationID, "drafts"), "The draft is gone.", err
	})
}

func (r *request) publishDraft() error {
	return r.changeDraft(func(at core.DraftID, f *reading) (string, string, error) {
		v, err := r.web.Logbook.PublishDraft(r.ctx(), r.actor, at, f.version())
		return "/programs/" + v.ProgramID.String(), v.Title + " is published. New enrollments are judged by it; earlier ones keep their own version.", err
	})
}

func (r *request) changeDraft(command func(core.DraftID, *reading) (to, said string, err error)) error {
	at, err := id[core.DraftID](r, "draft")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	to, said, err := command(at, f)
	if err == nil {
		return r.done(to, said)
	}
	page, readErr := r.draftPage()
	if readErr != nil {
		return readErr
	}
	values := f.Values
	if values.Get("body") == "" {
		values = page.Form.Values
	}
	page.Form = render.NewForm(values, err)
	return r.refill(err, "registrar/draft", "Draft of "+page.Code, page)
}

type backTestPage struct {
	logbook.BackTest
	Path  string
	Code  string
	Shown []logbook.Shift
}

func (r *request) showBackTest() error {
	page, err := r.draftPage()
	if err != nil {
		return err
	}
	b, err := r.web.Logbook.BackTestDraft(r.ctx(), r.actor, page.ID)
	if err != nil {
		page.Form = render.NewForm(page.Form.Values, err)
		return r.refill(err, "registrar/draft", "Draft of "+page.Code, page)
	}
	return r.page("registrar/back-test", "What the draft would change", backTestPage{b, page.Path, page.Code, b.Changed[:min(rowsShown, len(b.Changed))]})
}
