package licensureweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/roster"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type sourcePage struct {
	Title, Action, Back string
	Crumb               string
	New, Approved       bool // Approved: a source of the operator
	Form                render.Form
	States              []render.Option
	Layouts             []render.Option
	Columns             []sourceColumn
}

// sourceColumn is a field of a list whose column is named.
type sourceColumn struct{ Name, Label, Hint string }

// sourceColumns are the fields in their order, with the ids of labels and hints.
var sourceColumns = []sourceColumn{
	{"columns.number", "column.number", "column_hint.number"},
	{"columns.name", "column.name", "column_hint.name"},
	{"columns.first_name", "column.first_name", ""},
	{"columns.last_name", "column.last_name", ""},
	{"columns.birth_date", "column.birth_date", ""},
	{"columns.birth_year", "column.birth_year", "column_hint.birth_year"},
	{"columns.status", "column.status", ""},
	{"columns.discipline", "column.discipline", ""},
	{"columns.issued_on", "column.issued_on", ""},
	{"columns.expires_on", "column.expires_on", ""},
	{"columns.title", "column.title", "column_hint.title"},
}

func sourceView(r *page.Request, title string, org core.OrganizationID, form render.Form) page.View {
	content := sourcePage{Title: title, Action: r.Request().URL.Path, Back: rostersPath(org), Crumb: r.Say("shared.boards_lists"), Form: form, Columns: sourceColumns, States: page.States()}
	for _, l := range roster.Layouts {
		content.Layouts = append(content.Layouts, render.Option{Value: l, Label: l})
	}
	return page.View{Name: "licensure/source", Title: title, Content: content}
}

// sourceIn reads the form: a field for each column, and a line for each word.
func sourceIn(f *page.Reading) licensure.SourceInput {
	in := licensure.SourceInput{
		Name: f.Get("name"), Jurisdiction: f.Get("jurisdiction"), Title: f.Get("title"),
		Mapping: roster.Mapping{Columns: map[roster.Field]string{}, Dates: f.Get("dates"), Words: map[string]string{}},
	}
	for _, c := range sourceColumns {
		if column := f.Text(c.Name); column != "" {
			in.Mapping.Columns[roster.Field(strings.TrimPrefix(c.Name, "columns."))] = column
		}
	}
	for line := range strings.Lines(f.Get("words")) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		word, status, ok := strings.Cut(line, "=")
		if !ok {
			f.Add("words", "bad_word")
		}
		in.Mapping.Words[strings.TrimSpace(word)] = strings.TrimSpace(status)
	}
	return in
}

func sourceValues(s licensure.RosterSource) (url.Values, error) {
	var m roster.Mapping
	err := core.FromJSON(s.Mapping, &m, "roster_sources.mapping", s.ID.String())
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
	return v, err
}

func newSource(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	if form.Values == nil {
		form.Values = url.Values{"title": {"Massage Therapist"}, "dates": {"MM/DD/YYYY"}}
	}
	v := sourceView(r, r.Say("licensure.sources.board_list_layout"), org, form)
	content, _ := v.Content.(sourcePage)
	content.New = true
	v.Content = content
	return v, access.Can(r.Actor, access.RosterImport, access.Target{Organization: org})
}

func (p *Lists) showNewSource(r *page.Request, org core.OrganizationID) error {
	return r.Show(newSource(r, org, render.Form{}))
}

func (p *Lists) createSource(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := sourceIn(f)
			return func() (page.Next, error) {
				_, err := p.Licensure.CreateSource(r.Ctx(), r.Actor, org, in)
				return page.To(rostersPath(org), r.Say("licensure.sources.the_lists_of_can_be", "name", in.Name)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return newSource(r, org, form) },
	})
}

func (p *Lists) source(r *page.Request, id core.RosterSourceID) (licensure.RosterSource, error) {
	s, err := p.Licensure.Source(r.Ctx(), r.Actor, id)
	r.Place = s.OrganizationID
	return s, err
}

func (p *Lists) showSourceEdit(r *page.Request, id core.RosterSourceID) error {
	s, err := p.source(r, id)
	if err != nil {
		return err
	}
	values, err := sourceValues(s)
	return r.Show(sourceView(r, s.Name, s.OrganizationID, render.Form{Values: values}), err)
}

func (p *Lists) updateSource(r *page.Request, id core.RosterSourceID) error {
	s, err := p.source(r, id)
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := sourceIn(f)
			return func() (page.Next, error) {
				_, err := p.Licensure.UpdateSource(r.Ctx(), r.Actor, s.ID, f.Version(), in)
				return page.To(rostersPath(s.OrganizationID), r.Say("licensure.sources.how_is_read_is_changed", "name", in.Name)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return sourceView(r, s.Name, s.OrganizationID, form), nil },
	})
}
