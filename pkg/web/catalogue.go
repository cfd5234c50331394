package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/specialty"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var catalogueRoutes = []Route{
	{http.MethodGet, "/o/:organization/topics", access.TopicRead, (*request).showTopics},
	{http.MethodPost, "/o/:organization/topics", access.TopicWrite, (*request).addTopic},
	{http.MethodPost, "/o/:organization/topics/hide", access.TopicWrite, (*request).hideTopic},
	{http.MethodGet, "/courses/:course/details", access.CourseWrite, (*request).showCourseDetails},
	{http.MethodPost, "/courses/:course/details", access.CourseWrite, (*request).setCourseDetails},
	{http.MethodGet, "/specialties", access.SelfRead, (*request).showSpecialties},
}

// topicGroup is the topics of a kind.
type topicGroup struct {
	Kind   core.TopicKind
	Title  string
	Topics []core.Topic
}

var topicTitles = map[core.TopicKind]string{
	core.TopicCondition: "Conditions", core.TopicTechnique: "Techniques", core.TopicModality: "Complementary modalities", core.TopicSetting: "Settings",
}

func grouped(all []core.Topic) []topicGroup {
	var out []topicGroup
	for _, kind := range core.TopicKinds {
		g := topicGroup{Kind: kind, Title: topicTitles[kind]}
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

func (r *request) topicsPage(org core.OrganizationID, form render.Form) (topicsPage, error) {
	all, err := r.web.Specialty.Topics(r.ctx(), r.actor, org)
	return topicsPage{
		Base: "/o/" + org.String(), Action: orgPath(org, "topics"), Groups: grouped(all), Kinds: render.Options(core.TopicKinds),
		MayWrite: r.can(access.TopicWrite, org), Form: form,
	}, err
}

func (r *request) showTopics() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.topicsPage(org, render.Form{})
	if err != nil {
		return err
	}
	return r.page("specialty/topics", "Catalogue", p)
}

func (r *request) addTopic() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	t := core.Topic{TopicRef: core.TopicRef{Kind: core.TopicKind(form.Get("kind")), Code: dashed(form.Get("title"))}, Title: form.Get("title")}
	t, err = r.web.Specialty.AddTopic(r.ctx(), r.actor, org, t)
	if err == nil {
		return r.done(orgPath(org, "topics"), t.Title+" is in the catalogue.")
	}
	p, pageErr := r.topicsPage(org, codeAtTitle(render.NewForm(form.Values, err)))
	if pageErr != nil {
		return pageErr
	}
	return r.refill(err, "specialty/topics", "Catalogue", p)
}

// dashed makes a code of words: "Frozen shoulder" is frozen-shoulder.
func dashed(words string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(words), func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') }), "-")
}

// codeAtTitle shows what is wrong with a code at the title that it was made of.
func codeAtTitle(form render.Form) render.Form {
	form.Errors = slices.Clone(form.Errors)
	for i := range form.Errors {
		if form.Errors[i].Name == "code" {
			form.Errors[i].Name = "title"
		}
	}
	return form
}

func (r *request) hideTopic() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	ref, hidden := topicRef(form.Get("topic")), form.Get("hidden") == "true"
	t, err := r.web.Specialty.HideTopic(r.ctx(), r.actor, org, ref, hidden)
	if err != nil {
		return err
	}
	return r.done(orgPath(org, "topics"), map[bool]string{true: t.Title + " is offered no more. Courses keep it.", false: t.Title + " is offered again."}[hidden])
}

// topicRef reads "condition/neck".
func topicRef(s string) core.TopicRef {
	kind, code, _ := strings.Cut(s, "/")
	return core.TopicRef{Kind: core.TopicKind(kind), Code: code}
}

type detailsPage struct {
	core.Course
	Action, Back string
	Groups       []topicGroup
	Standards    []render.Option
	Stale        bool
	Form         render.Form
}

// Linked tells whether a topic is chosen in the form.
func (p detailsPage) Linked(t core.Topic) bool {
	return p.Form.Has("topic", string(t.Kind)+"/"+t.Code)
}

func (r *request) detailsPage(d specialty.Details, form render.Form) (detailsPage, error) {
	p := detailsPage{Course: d.Course, Action: coursePath(d.Course.ID) + "/details", Back: coursePath(d.Course.ID), Form: form}
	if err := access.Can(r.actor, access.CourseWrite, access.Target{Organization: d.Course.OrganizationID}); err != nil {
		return p, err
	}
	all, err := r.web.Specialty.Topics(r.ctx(), r.actor, d.Course.OrganizationID)
	if err != nil {
		return p, err
	}
	p.Groups = grouped(slices.DeleteFunc(all, func(t core.Topic) bool {
		return t.Hidden && !slices.ContainsFunc(d.Topics, func(o core.Topic) bool { return o.TopicRef == t.TopicRef })
	}))
	p.Standards, err = standardOptions()
	return p, err
}

func standardOptions() ([]render.Option, error) {
	all, err := standard.Specialties()
	options := make([]render.Option, len(all))
	for i, std := range all {
		options[i] = render.Option{Value: std.Key, Label: std.Title}
	}
	return options, err
}

func (r *request) details() (specialty.Details, error) {
	course, err := id[core.CourseID](r, "course")
	if err != nil {
		return specialty.Details{}, err
	}
	d, err := r.web.Specialty.CourseDetails(r.ctx(), r.actor, course)
	r.place = d.Course.OrganizationID
	return d, err
}

func (r *request) showCourseDetails() error {
	d, err := r.details()
	if err != nil {
		return err
	}
	values := url.Values{
		"version": {strconv.Itoa(d.Course.Version)}, "refreshes": {d.Course.Refreshes}, "standard": {d.Course.Standard},
	}
	if d.Course.Lasts.Months > 0 {
		values.Set("valid_months", strconv.Itoa(d.Course.Lasts.Months))
	}
	if d.Course.Lasts.YearEnd {
		values.Set("year_end", "true")
	}
	for _, t := range d.Topics {
		values.Add("topic", string(t.Kind)+"/"+t.Code)
	}
	p, err := r.detailsPage(d, render.Form{Values: values})
	if err != nil {
		return err
	}
	return r.page("specialty/details", "What "+d.Course.Title+" is about", p)
}

func (r *request) setCourseDetails() error {
	d, err := r.details()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := specialty.DetailsInput{Lasts: form.lasting(), Refreshes: form.text("refreshes"), Standard: form.text("standard")}
	for _, t := range form.Values["topic"] {
		in.Topics = append(in.Topics, topicRef(t))
	}
	if err = form.Err(); err == nil {
		if _, err = r.web.Specialty.SetCourseDetails(r.ctx(), r.actor, d.Course.ID, form.version(), in); err == nil {
			return r.done(coursePath(d.Course.ID), "It is kept what the course is about.")
		}
	}
	p, pageErr := r.detailsPage(d, render.NewForm(form.Values, err))
	if pageErr != nil {
		return pageErr
	}
	p.Stale = core.CodeOf(err) == core.ErrStale.Code
	return r.refill(err, "specialty/details", "What "+d.Course.Title+" is about", p)
}

// lasting reads how long a certificate is good.
func (f *reading) lasting() core.Lasting {
	return core.Lasting{Months: f.number("valid_months"), YearEnd: f.Get("year_end") != ""}
}

func (r *request) showSpecialties() error {
	all, err := standard.Specialties()
	if err != nil {
		return err
	}
	var without []core.Topic
	for _, t := range specialty.Shipped() {
		if t.SchoolHours {
			without = append(without, t)
		}
	}
	return r.page("specialty/specialties", "Specialties", struct {
		Items   []standard.Standard
		Without []core.Topic
	}{all, without})
}
