package licensureweb

import (
	"mime/multipart"
	"net/url"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensurepage"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Lists are the pages of boards' lists: what is read how, taken in, and decided.
type Lists struct {
	Licensure *licensure.Service
	Account   *account.Service
}

// Routes implements page.Pages.
func (p *Lists) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/rosters", access.RosterRead, page.On("organization", p.showRosters)),
		page.Post("/o/:organization/rosters", access.RosterImport, page.On("organization", p.takeRoster)).Takes(65 << 20).Within(10 * time.Minute),
		page.Get("/rosters/:roster", access.RosterRead, page.On("roster", p.showRoster)),
		page.Get("/rosters/:roster/file", access.RosterRead, page.On("roster", p.sendFile)),
		page.Get("/o/:organization/roster-sources/new", access.RosterImport, page.On("organization", p.showNewSource)),
		page.Post("/o/:organization/roster-sources/new", access.RosterImport, page.On("organization", p.createSource)),
		page.Get("/roster-sources/:source/edit", access.RosterImport, page.On("source", p.showSourceEdit)),
		page.Post("/roster-sources/:source/edit", access.RosterImport, page.On("source", p.updateSource)),
		page.Get("/o/:organization/roster-matches", access.RosterRead, page.On("organization", p.showMatches)),
		page.Post("/roster-matches/:match/link", access.RosterDecide, page.On("match", p.linkMatch)),
		page.Post("/roster-matches/:match/dismiss", access.RosterDecide, page.On("match", p.dismissMatch)),
	}
}

// Menu implements page.Pages.
func (*Lists) Menu() []page.MenuItem { return nil }

func rostersPath(org core.OrganizationID) string { return page.OrganizationPath(org, "rosters") }

type rostersPage struct {
	Base      string
	Items     []licensure.Roster
	Sources   []licensure.RosterSource
	Options   []render.Option
	Waits     bool
	Contested bool
	MayTake   bool
	Tried     *rosterResult
	Form      render.Form
	Today     core.Date
	Zone      string
	Pager     render.Pager
	NewOne    string
	Due       licensurepage.DueLink
}

// rosterResult is what came of a list, or would come of it.
type rosterResult struct {
	licensure.Roster
	Refusals []roster.Refusal
}

func resultOf(r licensure.Roster) (rosterResult, error) {
	out := rosterResult{Roster: r}
	return out, core.FromJSON(r.Refusals, &out.Refusals, "rosters.refusals", r.ID.String())
}

func (p *Lists) rosters(r *page.Request, org core.OrganizationID) (rostersPage, error) {
	content := rostersPage{Base: "/o/" + org.String(), MayTake: r.Can(access.RosterImport, org), NewOne: page.OrganizationPath(org, "roster-sources/new")}
	list, err := p.Licensure.Rosters(r.Ctx(), r.Actor, org, r.Part())
	if err != nil {
		return content, err
	}
	content.Items, content.Pager = list.Items, r.Pager(list.Next, r.Say("licensure.lists.pages_of_imports"))
	sources, err := p.Licensure.Sources(r.Ctx(), r.Actor, org, core.Page{Limit: 100})
	if err != nil {
		return content, err
	}
	content.Sources = sources.Items
	for _, s := range sources.Items {
		content.Options = append(content.Options, render.Option{Value: s.ID.String(), Label: s.Name + " (" + s.Jurisdiction + ")"})
	}
	approved, err := p.Licensure.OpenSources(r.Ctx(), r.Actor, org)
	if err != nil {
		return content, err
	}
	for _, s := range approved {
		content.Options = append(content.Options, render.Option{Value: s.ID.String(), Label: r.Say("licensure.rosters.approved_source", "name", s.Name, "authority", s.Authority)})
	}
	waiting, err := p.Licensure.Matches(r.Ctx(), r.Actor, org, licensure.MatchOpen, core.Page{Limit: 1})
	if err != nil {
		return content, err
	}
	content.Waits = len(waiting.Items) > 0
	contested, err := p.Licensure.Contests(r.Ctx(), r.Actor, org, core.Page{Limit: 1})
	if err != nil {
		return content, err
	}
	content.Contested = len(contested.Items) > 0
	if content.Due, err = licensurepage.DueLinkOf(r, p.Licensure, org); err != nil {
		return content, err
	}
	o, err := p.Account.Organization(r.Ctx(), r.Actor, org)
	content.Zone, content.Today = o.Zone, o.Today(r.Now())
	content.Form = render.Form{Values: url.Values{"as_of": {content.Today.String()}}}
	return content, err
}

func rostersView(r *page.Request, content rostersPage) page.View {
	title := r.Say("licensure.lists.board_lists")
	if content.Tried != nil {
		title = r.Say("licensure.lists.what_would_change")
	}
	return page.View{Name: "licensure/rosters", Title: title, Content: content}
}

func (p *Lists) showRosters(r *page.Request, org core.OrganizationID) error {
	content, err := p.rosters(r, org)
	return r.Show(rostersView(r, content), err)
}

// uploaded reads the form by which a list is tried or taken in. A fault is told in the
// form again.
func uploaded(r *page.Request) (in licensure.RosterRequest, file multipart.File, err error) {
	header, fileErr := r.FormFile("file")
	if f := core.AsFault(fileErr); f != nil {
		return in, nil, f
	}
	f, err := r.Read()
	if err != nil {
		return in, nil, err
	}
	in = licensure.RosterRequest{SourceID: page.Chosen[core.RosterSourceID](f, "source_id"), AsOf: f.Date("as_of"), DryRun: f.Get("action") != "import"}
	if fileErr != nil || header.Size == 0 {
		f.Add("file", "required.document")
	}
	if r.Param("source") == "" && f.Text("source_id") == "" {
		f.Add("source_id", "required.source_id")
	}
	if err := f.Err(); err != nil {
		return in, nil, err
	}
	file, err = header.Open()
	in.File, in.Filename = file, header.Filename
	return in, file, err
}

// onUpload is a fault of an upload at the fields of its form: what is wrong with a column
// of the list is wrong with the file.
func onUpload(err error) error {
	fault := core.AsFault(err)
	if fault == nil {
		return err
	}
	at := *fault
	at.Fields = slices.Clone(fault.Fields)
	for i := range at.Fields {
		if f := &at.Fields[i]; !slices.Contains([]string{"source_id", "file", "as_of"}, f.Name) {
			f.Name = "file"
		}
	}
	return &at
}

// takeRoster tries a list or takes it in.
func (p *Lists) takeRoster(r *page.Request, org core.OrganizationID) error {
	in, file, err := uploaded(r)
	if err != nil {
		return p.refuseRoster(r, org, err)
	}
	defer file.Close()
	done, err := p.Licensure.ImportRoster(r.Ctx(), r.Actor, org, in)
	switch {
	case err != nil:
		return p.refuseRoster(r, org, err)
	case !in.DryRun:
		return r.Done(rosterPath(done.ID), r.Say("licensure.lists.list_imported"))
	}
	return r.Show(p.tried(r, org, in, done))
}

func rosterPath(id core.RosterID) string { return "/rosters/" + id.String() }

// tried is the page with what a list would bring.
func (p *Lists) tried(r *page.Request, org core.OrganizationID, in licensure.RosterRequest, done licensure.Roster) (page.View, error) {
	content, err := p.rosters(r, org)
	if err != nil {
		return page.View{}, err
	}
	result, err := resultOf(done)
	content.Tried, content.Form.Values = &result, url.Values{"source_id": {in.SourceID.String()}, "as_of": {done.AsOf.String()}}
	return rostersView(r, content), err
}

// refuseRoster shows the upload again with what is wrong.
func (p *Lists) refuseRoster(r *page.Request, org core.OrganizationID, fault error) error {
	values, formErr := r.Form()
	return r.Refill(onUpload(fault), values, func(form render.Form) (page.View, error) {
		content, err := p.rosters(r, org)
		if formErr != nil {
			form.Values = content.Form.Values
		}
		content.Form = form
		return rostersView(r, content), err
	})
}

type rosterPage struct {
	rosterResult
	Back    page.Link
	Matches string
	File    string
	Zone    string
}

func (p *Lists) showRoster(r *page.Request, id core.RosterID) error {
	found, err := p.Licensure.Roster(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	r.Place = found.OrganizationID
	result, err := resultOf(found)
	return r.Show(page.View{Name: "licensure/roster", Title: r.Say("licensure.lists.list", "filename", found.Filename), Content: rosterPage{
		result, page.Link{Path: rostersPath(found.OrganizationID), Label: r.Say("shared.boards_lists")},
		page.OrganizationPath(found.OrganizationID, "roster-matches"), rosterPath(id) + "/file", r.Zone(found.OrganizationID),
	}}, err)
}

func (p *Lists) sendFile(r *page.Request, id core.RosterID) error {
	d, err := p.Licensure.RosterFile(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.SendFile(d.Name, d.Body)
}
