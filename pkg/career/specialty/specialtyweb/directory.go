package specialtyweb

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Directory are the pages of the public directory of therapists.
type Directory struct{ Specialty *specialty.Service }

// Routes implements page.Pages.
func (p *Directory) Routes() []page.Route {
	return []page.Route{
		page.Get("/directory", page.Public, p.show).Spends(specialty.LookBudget),
		page.Get("/record/directory", access.SelfRead, p.showProfile),
		page.Post("/record/directory", access.SelfWrite, p.saveProfile),
	}
}

// Menu implements page.Pages.
func (*Directory) Menu() []page.MenuItem { return nil }

type directoryPage struct {
	Conditions []render.Option
	Items      []listedEntry
	Asked      bool
	Narrow     int    // how many are shown at the most, where there are more
	Reports    string // where the operator decides on what is reported
	Form       render.Form
	Pager      render.Pager
}

// listedEntry is an entry with the titles of its conditions.
type listedEntry struct {
	specialty.Listed
	Attested []attested
}

// Path is where the entry stands by itself.
func (l listedEntry) Path() string { return entryPath(l.TherapistID) }

func entryOf(l specialty.Listed) listedEntry {
	entry := listedEntry{Listed: l}
	for _, b := range l.Conditions {
		entry.Attested = append(entry.Attested, attested{specialty.TitleOf(specialty.TopicCondition, b.Condition), page.CertificatePath(b.Code), b})
	}
	return entry
}

type attested struct {
	Title, Path string
	By          specialty.Ability
}

func (p *Directory) show(r *page.Request) error {
	q := r.QueryParams()
	list, more, err := p.Specialty.Search(r.Ctx(), specialty.DirectorySearch{
		Area: q.Get("area"), Condition: q.Get("condition"), Language: q.Get("language"), Insurance: q.Get("insurance"), Mentor: q.Get("mentor") != "",
	}, r.Part())
	content := directoryPage{Form: render.Form{Values: q}, Pager: r.Pager(list.Next, r.Say("specialty.directory.pages_of_therapists"))}
	page.Cost(r, len(list.Items))
	if more {
		content.Narrow = specialty.MostFound
	}
	if r.Can(access.DirectoryReportRead, core.OrganizationID{}) {
		content.Reports = operatorBase
	}
	content.Conditions, _ = topicOptions(specialty.Shipped())
	for name := range q {
		content.Asked = content.Asked || q.Get(name) != ""
	}
	for _, l := range list.Items {
		content.Items = append(content.Items, entryOf(l))
	}
	view := func(form render.Form) (page.View, error) {
		content.Form = form
		return page.View{Name: "specialty/directory", Title: r.Say("specialty.directory.find_a_therapist"), Content: content}, nil
	}
	if err != nil {
		return r.Refill(err, q, view)
	}
	return r.Show(view(content.Form))
}

type profilePage struct {
	Tabs   page.RecordTabs
	Fields []render.Option
	Form   render.Form
	Downs  []downLine
	Zone   string
}

// Shows tells whether a field is chosen in the form.
func (p profilePage) Shows(field string) bool { return p.Form.Has("shown", field) }

var fieldLabels = map[specialty.DirectoryField]string{
	specialty.ShowArea: "shown.area", specialty.ShowPlace: "shown.place", specialty.ShowContact: "shown.contact", specialty.ShowLanguages: "shown.languages",
	specialty.ShowInsurances: "shown.insurances", specialty.ShowMentor: "shown.mentor", specialty.ShowConditions: "shown.conditions",
}

func profileView(r *page.Request, down []specialty.TakeDown, form render.Form) page.View {
	content := profilePage{Tabs: page.TabsOf("directory"), Form: form, Downs: downLines(r, "", down), Zone: r.Zone(r.CurrentOrganization().OrganizationID)}
	for _, field := range specialty.DirectoryFields {
		content.Fields = append(content.Fields, render.Option{Value: string(field), Label: r.Say(fieldLabels[field])})
	}
	return page.View{Name: "specialty/profile", Title: r.Say("specialty.directory.the_public_directory"), Content: content}
}

func profileValues(profile specialty.DirectoryProfile) url.Values {
	values := url.Values{
		"version": {strconv.Itoa(profile.Version)}, "name": {profile.Name}, "area": {profile.Area}, "place": {profile.Place}, "contact": {profile.Contact},
		"languages": {strings.Join(profile.Languages, ", ")}, "insurances": {strings.Join(profile.Insurances, ", ")},
	}
	for name, set := range map[string]bool{"listed": profile.Listed && len(profile.Down) == 0, "mentor": profile.Mentor} {
		if set {
			values.Set(name, "true")
		}
	}
	for _, field := range profile.Shown {
		values.Add("shown", string(field))
	}
	return values
}

func (p *Directory) showProfile(r *page.Request) error {
	profile, err := p.Specialty.Profile(r.Ctx(), r.Actor)
	profile.Name = r.Actor.Name
	return r.Show(profileView(r, profile.Down, render.Form{Values: profileValues(profile)}), err)
}

func (p *Directory) saveProfile(r *page.Request) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := specialty.DirectoryProfile{
				Listed: f.Get("listed") != "", Area: f.Get("area"), Place: f.Get("place"), Contact: f.Get("contact"),
				Languages: strings.Split(f.Get("languages"), ","), Insurances: strings.Split(f.Get("insurances"), ","), Mentor: f.Get("mentor") != "",
			}
			for _, field := range f.Values["shown"] {
				in.Shown = append(in.Shown, specialty.DirectoryField(field))
			}
			return func() (page.Next, error) {
				saved, err := p.Specialty.SaveProfile(r.Ctx(), r.Actor, f.Version(), in)
				said := r.Say("specialty.directory.you_are_no_longer_listed")
				if saved.Listed {
					said = r.Say("specialty.directory.you_are_listed_in_the")
				}
				return page.To("/record/directory", said), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			form.Values.Set("name", r.Actor.Name)
			now, err := p.Specialty.Profile(r.Ctx(), r.Actor)
			return profileView(r, now.Down, listFault(form)), err
		},
	})
}
