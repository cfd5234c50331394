package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/roster"
	"github.com/palmar/palmar/pkg/web/render"
)

var rosterRoutes = []Route{
	{http.MethodGet, "/o/:organization/rosters", access.RosterRead, (*request).showRosters},
	{http.MethodPost, "/o/:organization/rosters", access.RosterImport, (*request).takeRoster},
	{http.MethodGet, "/rosters/:roster", access.RosterRead, (*request).showRoster},
	{http.MethodGet, "/o/:organization/roster-sources/new", access.RosterImport, (*request).showNewSource},
	{http.MethodPost, "/o/:organization/roster-sources/new", access.RosterImport, (*request).createSource},
	{http.MethodGet, "/roster-sources/:source/edit", access.RosterImport, (*request).showSourceEdit},
	{http.MethodPost, "/roster-sources/:source/edit", access.RosterImport, (*request).updateSource},
	{http.MethodGet, "/o/:organization/roster-matches", access.RosterRead, (*request).showMatches},
	{http.MethodPost, "/roster-matches/:match/link", access.RosterDecide, (*request).linkMatch},
	{http.MethodPost, "/roster-matches/:match/dismiss", access.RosterDecide, (*request).dismissMatch},
}

func rosterPath(id core.RosterID) string { return "/rosters/" + id.String() }

type rostersPage struct {
	Base    string
	Items   []core.Roster
	Sources []core.RosterSource
	Options []render.Option
	Waits   bool
	MayTake bool
	Tried   *rosterResult
	Form    render.Form
	Today   core.Date
	Zone    string
	Pager   render.Pager
	NewOne  string
}

// rosterResult is what came of a list, or would come of it.
type rosterResult struct {
	core.Roster
	Refusals []roster.Refusal
}

func resultOfRoster(r core.Roster) rosterResult {
	out := rosterResult{Roster: r}
	_ = json.Unmarshal(r.Refusals, &out.Refusals) // written as such
	return out
}

func (r *request) rostersPage(org core.OrganizationID) (rostersPage, error) {
	p := rostersPage{Base: "/o/" + org.String(), MayTake: r.can(access.RosterImport, org), NewOne: orgPath(org, "roster-sources/new")}
	list, err := r.web.Licensure.Rosters(r.ctx(), r.actor, org, r.part())
	if err != nil {
		return p, err
	}
	p.Items, p.Pager = list.Items, r.pager(list.Next, "Pages of imports")
	sources, err := r.web.Licensure.Sources(r.ctx(), r.actor, org, core.Page{Limit: 100})
	if err != nil {
		return p, err
	}
	p.Sources = sources.Items
	for _, s := range sources.Items {
		p.Options = append(p.Options, render.Option{Value: s.ID.String(), Label: s.Name + " (" + s.Jurisdiction + ")"})
	}
	waiting, err := r.web.Licensure.Matches(r.ctx(), r.actor, org, core.MatchOpen, core.Page{Limit: 1})
	if err != nil {
		return p, err
	}
	p.Waits = len(waiting.Items) > 0
	o, err := r.web.Account.Organization(r.ctx(), r.actor, org)
	p.Zone, p.Today = o.Zone, o.Today(r.now())
	p.Form = render.Form{Values: url.Values{"as_of": {p.Today.String()}}}
	return p, err
}

func (r *request) showRosters() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.rostersPage(org)
	if err != nil {
		return err
	}
	return r.page("roster/rosters", "Boards’ lists", p)
}

// takeRoster tries a list or takes it in.
func (r *request) takeRoster() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	header, fileErr := r.FormFile("file")
	if f := core.AsFault(fileErr); f != nil {
		return r.refuseRoster(org, f)
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := licensure.RosterRequest{SourceID: chosen[core.RosterSourceID](form, "source_id"), AsOf: form.date("as_of"), DryRun: form.Get("action") != "import"}
	if form.text("source_id") == "" {
		form.Add("source_id", "required", "Choose whose list it is.")
	}
	if fileErr != nil || header.Size == 0 {
		form.Add("file", "required", "Choose a file that is not empty.")
	}
	if err := form.Err(); err != nil {
		return r.refuseRoster(org, err)
	}
	file, err := header.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	in.File, in.Filename = file, header.Filename
	done, err := r.web.Licensure.ImportRoster(r.ctx(), r.actor, org, in)
	if err != nil {
		return r.refuseRoster(org, err)
	}
	if !in.DryRun {
		return r.done(rosterPath(done.ID), "The list is taken in.")
	}
	p, err := r.rostersPage(org)
	if err != nil {
		return err
	}
	tried := resultOfRoster(done)
	p.Tried, p.Form.Values = &tried, url.Values{"source_id": {in.SourceID.String()}, "as_of": {done.AsOf.String()}}
	return r.page("roster/rosters", "What the list would bring", p)
}

// refuseRoster shows the upload again with what is wrong.
func (r *request) refuseRoster(org core.OrganizationID, fault error) error {
	p, err := r.rostersPage(org)
	if err != nil {
		return err
	}
	values, err := r.form()
	if err != nil {
		values = p.Form.Values
	}
	p.Form = render.NewForm(values, fault)
	return r.refill(fault, "roster/rosters", "Boards’ lists", p)
}

type rosterPage struct {
	rosterResult
	Base string
	Zone string
}

func (r *request) showRoster() error {
	at, err := id[core.RosterID](r, "roster")
	if err != nil {
		return err
	}
	found, err := r.web.Licensure.Roster(r.ctx(), r.actor, at)
	if err != nil {
		return err
	}
	r.place = found.OrganizationID
	return r.page("roster/roster", "List "+found.Filename, rosterPage{resultOfRoster(found), "/o/" + found.OrganizationID.String(), r.zone(found.OrganizationID)})
}

type sourceForm struct {
	Title, Action, Back string
	New, Stale          bool
	Form                render.Form
	States              []render.Option
	Layouts             []render.Option
	Columns             []sourceColumn
}

// sourceColumn is a field of a list whose column is named.
type sourceColumn struct{ Name, Label, Hint string }

var sourceColumns = []sourceColumn{
	{"columns.number", "Number", "The heading of the column, as the first line of the file has it."},
	{"columns.name", "Name", "One column with the whole name; or leave it out and name the next two."},
	{"columns.first_name", "First name", ""}, {"columns.last_name", "Last name", ""},
	{"columns.birth_date", "Date of birth", ""}, {"columns.birth_year", "Year of birth", "Without one of them nobody is recognised by name alone."},
	{"columns.status", "Status", ""}, {"columns.discipline", "Discipline", ""}, {"columns.issued_on", "Day of issue", ""}, {"columns.expires_on", "Last day", ""},
	{"columns.title", "Title", "Where the list has licences of several titles."},
}

func (r *request) sourceForm(title, back string, form render.Form) sourceForm {
	p := sourceForm{Title: title, Action: r.Request().URL.Path, Back: back, Form: form, Columns: sourceColumns}
	for _, j := range licensure.Jurisdictions {
		p.States = append(p.States, render.Option{Value: j.Code, Label: j.Name + " (" + j.Code + ")"})
	}
	for _, l := range roster.Layouts {
		p.Layouts = append(p.Layouts, render.Option{Value: l, Label: l})
	}
	return p
}

// source reads the form: a field for each column, and a line for each word.
func (f *reading) source() licensure.SourceInput {
	in := licensure.SourceInput{
		Name: f.Get("name"), Jurisdiction: f.Get("jurisdiction"), Title: f.Get("title"),
		Mapping: roster.Mapping{Columns: map[roster.Field]string{}, Dates: f.Get("dates"), Words: map[string]string{}},
	}
	for _, c := range sourceColumns {
		if column := f.text(c.Name); column != "" {
			in.Mapping.Columns[roster.Field(strings.TrimPrefix(c.Name, "columns."))] = column
		}
	}
	for line := range strings.Lines(f.Get("words")) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		word, status, ok := strings.Cut(line, "=")
		if !ok {
			f.Add("words", "bad_word", "Write each word on a line of its own, as Clear = lifecycle:active.")
		}
		in.Mapping.Words[strings.TrimSpace(word)] = strings.TrimSpace(status)
	}
	return in
}

func sourceValues(s core.RosterSource) url.Values {
	var m roster.Mapping
	_ = json.Unmarshal(s.Mapping, &m) // written as such
	v := url.Values{"name": {s.Name}, "jurisdiction": {s.Jurisdiction}, "title": {s.Title}, "dates": {m.Dates}, "version": {strconv.Itoa(s.Version)}}
	for f, column := range m.Columns {
		v.Set("columns."+string(f), column)
	}
	var words []string
	for word, status := range m.Words {
		words = append(words, word+" = "+status)
	}
	slices.Sort(words)
	v.Set("words", strings.Join(words, "\n"))
	return v
}

func (r *request) showNewSource() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	if err := access.Can(r.actor, access.RosterImport, access.Target{Organization: org}); err != nil {
		return err
	}
	p := r.sourceForm("How a board’s list is read", orgPath(org, "rosters"), render.Form{Values: url.Values{"title": {"Massage Therapist"}, "dates": {"MM/DD/YYYY"}}})
	p.New = true
	return r.page("roster/source", p.Title, p)
}

func (r *request) createSource() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := form.source()
	if err = form.Err(); err == nil {
		if _, err = r.web.Licensure.CreateSource(r.ctx(), r.actor, org, in); err == nil {
			return r.done(orgPath(org, "rosters"), "The lists of "+in.Name+" can be read now.")
		}
	}
	p := r.sourceForm("How a board’s list is read", orgPath(org, "rosters"), render.NewForm(form.Values, err))
	p.New = true
	return r.refill(err, "roster/source", p.Title, p)
}

func (r *request) rosterSource() (core.RosterSource, error) {
	at, err := id[core.RosterSourceID](r, "source")
	if err != nil {
		return core.RosterSource{}, err
	}
	s, err := r.web.Licensure.Source(r.ctx(), r.actor, at)
	r.place = s.OrganizationID
	return s, err
}

func (r *request) showSourceEdit() error {
	s, err := r.rosterSource()
	if err != nil {
		return err
	}
	p := r.sourceForm(s.Name, orgPath(s.OrganizationID, "rosters"), render.Form{Values: sourceValues(s)})
	return r.page("roster/source", p.Title, p)
}

func (r *request) updateSource() error {
	s, err := r.rosterSource()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := form.source()
	if err = form.Err(); err == nil {
		if _, err = r.web.Licensure.UpdateSource(r.ctx(), r.actor, s.ID, form.version(), in); err == nil {
			return r.done(orgPath(s.OrganizationID, "rosters"), "How "+in.Name+" is read is changed.")
		}
	}
	p := r.sourceForm(s.Name, orgPath(s.OrganizationID, "rosters"), render.NewForm(form.Values, err))
	p.Stale = core.CodeOf(err) == core.ErrStale.Code
	return r.refill(err, "roster/source", p.Title, p)
}

type matchesPage struct {
	Base  string
	Items []matchLine
	Pager render.Pager
	Form  render.Form
}

type matchLine struct {
	core.RosterMatch
	Says      roster.Line
	Why       string
	Path      string
	People    []render.Option
	MayDecide bool
}

var doubtWords = map[core.RosterDoubt]string{
	core.DoubtOtherName:   "The number is recorded for somebody with another name.",
	core.DoubtNoBirthYear: "The name is the same, but the year of birth is not known on both sides.",
	core.DoubtSeveral:     "The name and the year of birth are of several people.",
	core.DoubtOtherNumber: "This person has a licence of this kind with another number.",
	core.DoubtEarlierEnd:  "The list says an earlier last day than what is recorded. If it is right, the later one is withdrawn.",
	core.DoubtOwnRecord:   "Whoever imported the list is on it. Somebody else decides.",
}

func (r *request) matchesPage(org core.OrganizationID) (matchesPage, error) {
	list, err := r.web.Licensure.Matches(r.ctx(), r.actor, org, core.MatchOpen, r.part())
	if err != nil {
		return matchesPage{}, err
	}
	p := matchesPage{Base: "/o/" + org.String(), Pager: r.pager(list.Next, "More lines")}
	for _, m := range list.Items {
		line := matchLine{RosterMatch: m, Why: doubtWords[m.Doubt], Path: "/roster-matches/" + m.ID.String(), MayDecide: r.can(access.RosterDecide, org)}
		_ = json.Unmarshal(m.Line, &line.Says) // written as such
		for _, c := range m.Candidates {
			label := c.Name
			if c.BirthYear > 0 {
				label += ", born in " + strconv.Itoa(c.BirthYear)
			}
			line.People = append(line.People, render.Option{Value: c.TherapistID.String(), Label: label})
			line.MayDecide = line.MayDecide && !r.owns(c.TherapistID)
		}
		p.Items = append(p.Items, line)
	}
	return p, nil
}

func (r *request) showMatches() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.matchesPage(org)
	if err != nil {
		return err
	}
	return r.page("roster/matches", "Lines to decide", p)
}

func (r *request) linkMatch() error {
	return r.decideMatch(func(id core.RosterMatchID, f *reading) (core.RosterMatch, error) {
		return r.web.Licensure.Link(r.ctx(), r.actor, id, f.version(), chosen[core.TherapistID](f, "therapist_id"))
	}, "It is recorded.")
}

func (r *request) dismissMatch() error {
	return r.decideMatch(func(id core.RosterMatchID, f *reading) (core.RosterMatch, error) {
		return r.web.Licensure.Dismiss(r.ctx(), r.actor, id, f.version())
	}, "It is of nobody here, and is not asked again.")
}

func (r *request) decideMatch(decide func(core.RosterMatchID, *reading) (core.RosterMatch, error), done string) error {
	at, err := id[core.RosterMatchID](r, "match")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	m, err := decide(at, form)
	if err == nil {
		return r.done(orgPath(m.OrganizationID, "roster-matches"), done)
	}
	org := chosen[core.OrganizationID](form, "organization")
	p, pageErr := r.matchesPage(org)
	if pageErr != nil {
		return err
	}
	p.Form = render.NewForm(form.Values, err)
	return r.refill(err, "roster/matches", "Lines to decide", p)
}
