package specialtyweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Catalog are the pages of what courses are about, and of the specialties for
// which there are standards.
type Catalog struct{ Specialty *specialty.Service }

// Routes implements page.Pages.
func (p *Catalog) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/topics", access.TopicRead, page.On("organization", p.showTopics)),
		page.Post("/o/:organization/topics", access.TopicWrite, page.On("organization", p.addTopic)),
		page.Post("/o/:organization/topics/hide", access.TopicWrite, page.On("organization", p.hideTopic)),
		page.Get("/courses/:course/details", access.CourseWrite, page.On("course", p.showDetails)),
		page.Post("/courses/:course/details", access.CourseWrite, page.On("course", p.setDetails)),
		page.Get("/specialties", access.SelfRead, p.showSpecialties),
	}
}

// Menu implements page.Pages.
func (*Catalog) Menu() []page.MenuItem { return nil }

// topicGroup is the topics of a kind.
type topicGroup struct {
	Kind   specialty.TopicKind
	Title  string
	Topics []specialty.Topic
}

var topicTitles = map[specialty.TopicKind]string{
	specialty.TopicCondition: "topics.condition", specialty.TopicTechnique: "topics.technique", specialty.TopicModality: "topics.modality", specialty.TopicSetting: "topics.setting",
}

func grouped(r *page.Request, all []specialty.Topic) []topicGroup {
	var out []topicGroup
	for _, kind := range specialty.TopicKinds {
		g := topicGroup{Kind: kind, Title: r.Say(topicTitles[kind])}
		for _, t := range all {
			if t.Kind == kind {
				g.Topics = append(g.Topics, t)
			}
		}
		if g.Topics != nil {
			out = append(out, g)
		}
	}
	return out
}

type topicsPage struct {
	Base, Action string
	Groups       []topicGroup
	Kinds        []render.Option
	MayWrite     bool
	Form         render.Form
}

func topicsPath(org core.OrganizationID) string { return page.OrganizationPath(org, "topics") }

func (p *Catalog) topics(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	all, err := p.Specialty.Topics(r.Ctx(), r.Actor, org)
	return page.View{Name: "specialty/topics", Title: r.Say("specialty.catalog.catalog"), Content: topicsPage{
		Base: "/o/" + org.String(), Action: topicsPath(org), Groups: grouped(r, all), Kinds: page.OptionsOf(r, specialty.TopicKinds),
		MayWrite: r.Can(access.TopicWrite, org), Form: form,
	}}, err
}

func (p *Catalog) showTopics(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.topics(r, org, render.Form{}))
}

func (p *Catalog) addTopic(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			t := specialty.Topic{TopicRef: specialty.TopicRef{Kind: specialty.TopicKind(f.Get("kind")), Code: dashed(f.Get("title"))}, Title: f.Get("title")}
			return func() (page.Next, error) {
				added, err := p.Specialty.AddTopic(r.Ctx(), r.Actor, org, t)
				return page.To(topicsPath(org), r.Say("specialty.catalog.is_in_the_catalog", "title", added.Title)), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			return p.topics(r, org, form.Renamed("code", "title")) // the code is made of the title
		},
	})
}

func (p *Catalog) hideTopic(r *page.Request, org core.OrganizationID) error {
	f, err := r.Read()
	if err != nil {
		return err
	}
	hidden := f.Get("hidden") == "true"
	t, err := p.Specialty.HideTopic(r.Ctx(), r.Actor, org, topicRef(f.Get("topic")), hidden)
	if err != nil {
		return err
	}
	return r.Done(topicsPath(org), map[bool]string{true: r.Say("specialty.catalog.is_offered_no_more_courses", "title", t.Title), false: r.Say("specialty.catalog.is_offered_again", "title", t.Title)}[hidden])
}

// topicRef reads "condition/neck".
func topicRef(s string) specialty.TopicRef {
	kind, code, _ := strings.Cut(s, "/")
	return specialty.TopicRef{Kind: specialty.TopicKind(kind), Code: code}
}

type detailsPage struct {
	core.Course
	Action, Back string
	Groups       []topicGroup
	Standards    []render.Option
	Form         render.Form
}

// Linked tells whether a topic is chosen in the form.
func (p detailsPage) Linked(t specialty.Topic) bool {
	return p.Form.Has("topic", string(t.Kind)+"/"+t.Code)
}

func (p *Catalog) details(r *page.Request, id core.CourseID, form render.Form) (page.View, error) {
	d, err := p.Specialty.CourseDetails(r.Ctx(), r.Actor, id)
	if err != nil {
		return page.View{}, err
	}
	r.Place = d.Course.OrganizationID
	content := detailsPage{Course: d.Course, Action: page.CoursePath(d.Course.ID) + "/details", Back: page.CoursePath(d.Course.ID), Form: form}
	if form.Values == nil {
		content.Form.Values = detailsValues(d)
	}
	if err := access.Can(r.Actor, access.CourseWrite, access.Target{Organization: d.Course.OrganizationID}); err != nil {
		return page.View{}, err
	}
	all, err := p.Specialty.Topics(r.Ctx(), r.Actor, d.Course.OrganizationID)
	if err != nil {
		return page.View{}, err
	}
	content.Groups = grouped(r, slices.DeleteFunc(all, func(t specialty.Topic) bool {
		return t.Hidden && !slices.ContainsFunc(d.Topics, func(o specialty.Topic) bool { return o.TopicRef == t.TopicRef })
	}))
	content.Standards, err = standardOptions()
	return page.View{Name: "specialty/details", Title: r.Say("specialty.catalog.what_is_about", "title", d.Course.Title), Content: content}, err
}

func detailsValues(d specialty.Details) url.Values {
	values := url.Values{"version": {strconv.Itoa(d.Course.Version)}, "refreshes": {d.Course.Refreshes}, "standard": {d.Course.Standard}}
	putLasting(values, d.Course.Lasts)
	for _, t := range d.Topics {
		values.Add("topic", string(t.Kind)+"/"+t.Code)
	}
	return values
}

func putLasting(values url.Values, l core.Lasting) {
	if l.Months > 0 {
		values.Set("valid_months", strconv.Itoa(l.Months))
	}
	if l.YearEnd {
		values.Set("year_end", "true")
	}
}

func (p *Catalog) showDetails(r *page.Request, id core.CourseID) error {
	return r.Show(p.details(r, id, render.Form{}))
}

func (p *Catalog) setDetails(r *page.Request, id core.CourseID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := specialty.DetailsInput{Lasts: lasting(f), Refreshes: f.Text("refreshes"), Standard: f.Text("standard")}
			for _, t := range f.Values["topic"] {
				in.Topics = append(in.Topics, topicRef(t))
			}
			return func() (page.Next, error) {
				_, err := p.Specialty.SetCourseDetails(r.Ctx(), r.Actor, id, f.Version(), in)
				return page.To(page.CoursePath(id), r.Say("specialty.catalog.topics_saved")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.details(r, id, form) },
	})
}

func (p *Catalog) showSpecialties(r *page.Request) error {
	all, err := standard.Specialties()
	if err != nil {
		return err
	}
	var without []string
	for _, t := range specialty.Shipped() {
		if t.SchoolHours {
			without = append(without, t.Title)
		}
	}
	return r.Page("specialty/specialties", r.Say("specialty.catalog.specialties"), struct {
		Items   []standard.Standard
		Without []string
	}{all, without})
}
