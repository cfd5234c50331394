package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
	"github.com/palmar/palmar/pkg/web/render"
)

var directoryRoutes = []Route{
	{http.MethodGet, "/directory", Public, (*request).showDirectory},
	{http.MethodGet, "/record/directory", access.SelfRead, (*request).showProfile},
	{http.MethodPost, "/record/directory", access.SelfWrite, (*request).saveProfile},
}

type directoryPage struct {
	Conditions []render.Option
	Items      []listedEntry
	Asked      bool
	Form       render.Form
	Pager      render.Pager
}

// listedEntry is an entry with the titles of its conditions.
type listedEntry struct {
	specialty.Listed
	Attested []attested
}

type attested struct {
	Title, Path string
	By          core.Ability
}

func (r *request) showDirectory() error {
	q := r.QueryParams()
	list, err := r.web.Specialty.Search(r.ctx(), specialty.DirectorySearch{
		Area: q.Get("area"), Condition: q.Get("condition"), Language: q.Get("language"), Insurance: q.Get("insurance"), Mentor: q.Get("mentor") != "",
	}, r.part())
	if err != nil {
		return err
	}
	p := directoryPage{Form: render.Form{Values: q}, Pager: r.pager(list.Next, "Pages of therapists")}
	p.Conditions, _ = topicOptions(specialty.Shipped())
	for name := range q {
		p.Asked = p.Asked || q.Get(name) != ""
	}
	for _, l := range list.Items {
		entry := listedEntry{Listed: l}
		for _, b := range l.Conditions {
			entry.Attested = append(entry.Attested, attested{conditionTitle(b.Condition), certificatePath(b.Code), b})
		}
		p.Items = append(p.Items, entry)
	}
	return r.page("specialty/directory", "Find a therapist", p)
}

type profilePage struct {
	Tabs   recordTabs
	Listed bool
	Fields []render.Option
	Stale  bool
	Form   render.Form
}

// Shows tells whether a field is chosen in the form.
func (p profilePage) Shows(field string) bool { return p.Form.Has("shown", field) }

var fieldLabels = map[core.DirectoryField]string{
	core.ShowArea: "State", core.ShowPlace: "Place", core.ShowContact: "How to reach you", core.ShowLanguages: "Languages",
	core.ShowInsurances: "Insurance that you accept", core.ShowMentor: "That you offer to mentor", core.ShowConditions: "Conditions, with the certificates behind them",
}

func profileForm(listed bool, form render.Form) profilePage {
	p := profilePage{Tabs: tabsOf("directory"), Listed: listed, Form: form}
	for _, field := range core.DirectoryFields {
		p.Fields = append(p.Fields, render.Option{Value: string(field), Label: fieldLabels[field]})
	}
	return p
}

func (r *request) showProfile() error {
	profile, err := r.web.Specialty.Profile(r.ctx(), r.actor)
	if err != nil {
		return err
	}
	values := url.Values{
		"version": {strconv.Itoa(profile.Version)}, "name": {profile.Name}, "area": {profile.Area}, "place": {profile.Place}, "contact": {profile.Contact},
		"languages": {strings.Join(profile.Languages, ", ")}, "insurances": {strings.Join(profile.Insurances, ", ")},
	}
	for name, set := range map[string]bool{"listed": profile.Listed, "mentor": profile.Mentor} {
		if set {
			values.Set(name, "true")
		}
	}
	for _, field := range profile.Shown {
		values.Add("shown", string(field))
	}
	return r.page("specialty/profile", "The public directory", profileForm(profile.Listed, render.Form{Values: values}))
}

func (r *request) saveProfile() error {
	form, err := r.read()
	if err != nil {
		return err
	}
	in := core.DirectoryProfile{
		Listed: form.Get("listed") != "", Name: form.Get("name"), Area: form.Get("area"), Place: form.Get("place"), Contact: form.Get("contact"),
		Languages: strings.Split(form.Get("languages"), ","), Insurances: strings.Split(form.Get("insurances"), ","), Mentor: form.Get("mentor") != "",
	}
	for _, field := range form.Values["shown"] {
		in.Shown = append(in.Shown, core.DirectoryField(field))
	}
	saved, err := r.web.Specialty.SaveProfile(r.ctx(), r.actor, form.version(), in)
	if err == nil {
		return r.done("/record/directory", map[bool]string{true: "You are in the directory, with what you chose.", false: "You are not in the directory."}[saved.Listed])
	}
	p := profileForm(false, listFault(render.NewForm(form.Values, err)))
	p.Stale = core.CodeOf(err) == core.ErrStale.Code
	return r.refill(err, "specialty/profile", "The public directory", p)
}

// listFault shows what is wrong with an item of a list at its one field.
func listFault(form render.Form) render.Form {
	errors := append([]core.Field(nil), form.Errors...)
	for i := range errors {
		errors[i].Name, _, _ = strings.Cut(errors[i].Name, "[")
	}
	form.Errors = errors
	return form
}
