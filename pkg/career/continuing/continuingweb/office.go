package continuingweb

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Office are the pages of an office: what was reported to it, the providers that it
// knows, and what its own courses count for.
type Office struct{ Continuing *continuing.Service }

// Routes implements page.Pages.
func (p *Office) Routes() []page.Route {
	return []page.Route{
		page.Get("/o/:organization/ce", access.CERead, page.On("organization", p.showQueue)),
		page.Get("/o/:organization/ce/providers", access.CEProviderRead, page.On("organization", p.showProviders)),
		page.Post("/o/:organization/ce/providers", access.CEProviderWrite, page.On("organization", p.addProvider)),
		page.Get("/ce/providers/:provider", access.CEProviderWrite, page.On("provider", p.showProvider)),
		page.Post("/ce/providers/:provider", access.CEProviderWrite, page.On("provider", p.updateProvider)),
		page.Get("/courses/:course/ce", access.CECourse, page.On("course", p.showCourse)),
		page.Post("/courses/:course/ce", access.CECourse, page.On("course", p.setCourse)),
	}
}

// Menu implements page.Pages.
func (*Office) Menu() []page.MenuItem {
	return []page.MenuItem{{Rank: 80, Path: "ce", Label: "menu.ce", Shown: page.Allowed(access.CEDecide)}}
}

type queuePage struct {
	Base       string
	Activities []continuing.CEActivity
	Pager      render.Pager
}

func (p *Office) showQueue(r *page.Request, org core.OrganizationID) error {
	list, err := p.Continuing.Queue(r.Ctx(), r.Actor, org, "", r.Part())
	return r.Show(page.View{Name: "continuing/queue", Title: r.Say("shared.continuing_education"), Content: queuePage{
		"/o/" + org.String(), list.Items, r.Pager(list.Next, r.Say("continuing.cycles.pages_of_courses")),
	}}, err)
}

type providersPage struct {
	Base, Action, Heading string
	Items                 []continuing.CEProvider
	Pager                 render.Pager
	MayWrite              bool
	Form                  render.Form
}

func providersPath(org core.OrganizationID) string { return page.OrganizationPath(org, "ce/providers") }

func (p *Office) providers(r *page.Request, org core.OrganizationID, form render.Form) (page.View, error) {
	list, err := p.Continuing.Providers(r.Ctx(), r.Actor, org, r.Part())
	return page.View{Name: "continuing/providers", Title: r.Say("continuing.office.providers"), Content: providersPage{
		Base: "/o/" + org.String(), Action: providersPath(org), Heading: r.Say("continuing.office.add_a_provider"), Items: list.Items, Pager: r.Pager(list.Next, r.Say("continuing.office.pages_of_providers")),
		MayWrite: r.Can(access.CEProviderWrite, org), Form: form,
	}}, err
}

func (p *Office) showProviders(r *page.Request, org core.OrganizationID) error {
	return r.Show(p.providers(r, org, render.Form{}))
}

// providerIn reads the form of a provider; a number stands on each line.
func providerIn(f *page.Reading) continuing.ProviderInput {
	in := continuing.ProviderInput{Name: f.Get("name"), Contact: f.Get("contact")}
	if percent := f.Text("hands_on_percent"); percent != "" {
		n, err := strconv.Atoi(percent)
		if err != nil {
			n = -1
		}
		in.HandsOnPercent = n
	}
	for line := range strings.Lines(f.Get("numbers")) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) < 2 || len(words) > 4 {
			f.Add("numbers", "bad_line", "line", strings.TrimSpace(line))
			continue
		}
		n := continuing.CEApproval{Body: words[0], Number: words[1]}
		for i, day := range words[2:] {
			d, err := core.ParseDate(day)
			_ = f.Check("numbers", err)
			if i == 0 {
				n.From = d
			} else {
				n.To = d
			}
		}
		in.Numbers = append(in.Numbers, n)
	}
	return in
}

func numbersText(numbers []continuing.CEApproval) string {
	var b strings.Builder
	for _, n := range numbers {
		b.WriteString(strings.TrimRight(strings.Join([]string{n.Body, n.Number, n.From.String(), n.To.String()}, " "), " ") + "\n")
	}
	return b.String()
}

// numberFaults puts what is wrong with one number at the field that has them all.
func numberFaults(form render.Form) render.Form {
	for i, e := range form.Errors {
		if strings.HasPrefix(e.Name, "numbers[") {
			form.Errors[i].Name = "numbers"
		}
	}
	return form
}

func (p *Office) addProvider(r *page.Request, org core.OrganizationID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := providerIn(f)
			return func() (page.Next, error) {
				_, err := p.Continuing.AddProvider(r.Ctx(), r.Actor, org, in)
				return page.To(providersPath(org), r.Say("continuing.office.is_added", "name", in.Name)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.providers(r, org, numberFaults(form)) },
	})
}

// provider is one that someone may change.
func (p *Office) provider(r *page.Request, id core.CEProviderID) (continuing.CEProvider, error) {
	one, err := p.Continuing.Provider(r.Ctx(), r.Actor, id)
	if err != nil {
		return one, err
	}
	r.Place = one.OrganizationID
	return one, access.Can(r.Actor, access.CEProviderWrite, access.Target{Organization: one.OrganizationID})
}

func providerView(r *page.Request, one continuing.CEProvider, form render.Form) page.View {
	return page.View{Name: "continuing/providers", Title: one.Name, Content: providersPage{
		Base: "/o/" + one.OrganizationID.String(), Action: "/ce/providers/" + one.ID.String(), Heading: r.Say("continuing.activities.change", "title", one.Name), MayWrite: true, Form: form,
		Items: []continuing.CEProvider{one},
	}}
}

func (p *Office) showProvider(r *page.Request, id core.CEProviderID) error {
	one, err := p.provider(r, id)
	values := url.Values{
		"version": {strconv.Itoa(one.Version)}, "name": {one.Name}, "contact": {one.Contact}, "numbers": {numbersText(one.Numbers)},
	}
	if one.HandsOnPercent > 0 {
		values.Set("hands_on_percent", strconv.Itoa(one.HandsOnPercent))
	}
	return r.Show(providerView(r, one, render.Form{Values: values}), err)
}

func (p *Office) updateProvider(r *page.Request, id core.CEProviderID) error {
	one, err := p.provider(r, id)
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := providerIn(f)
			return func() (page.Next, error) {
				_, err := p.Continuing.UpdateProvider(r.Ctx(), r.Actor, one.ID, f.Version(), in)
				return page.To(providersPath(one.OrganizationID), r.Say("continuing.office.is_changed", "name", in.Name)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return providerView(r, one, numberFaults(form)), nil },
	})
}

type coursePage struct {
	core.Course
	Back     string
	Form     render.Form
	Types    []render.Option
	Subjects []standard.Subject
}

func (p *Office) course(r *page.Request, id core.CourseID, form render.Form) (page.View, error) {
	ce, c, err := p.Continuing.Course(r.Ctx(), r.Actor, id)
	r.Place = c.OrganizationID
	if form.Values == nil {
		form.Values = courseValues(ce)
	}
	return page.View{Name: "continuing/course", Title: r.Say("continuing.office.what_counts_for", "title", c.Title), Content: coursePage{
		Course: c, Back: page.CoursePath(id), Form: form, Types: page.OptionsOf(r, continuing.CETypes), Subjects: standard.CESubjects(),
	}}, err
}

func courseValues(ce continuing.CourseCE) url.Values {
	values := url.Values{"type": {string(ce.Type)}}
	if ce.HandsOn > 0 {
		values.Set("hands_on", ce.HandsOn.String())
	}
	for _, line := range ce.Lines {
		values.Set("subject-"+line.Subject, line.Minutes.String())
	}
	return values
}

func (p *Office) showCourse(r *page.Request, id core.CourseID) error {
	return r.Show(p.course(r, id, render.Form{}))
}

func (p *Office) setCourse(r *page.Request, id core.CourseID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := continuing.CourseCE{Type: continuing.CEType(f.Get("type")), Lines: linesIn(f, continuing.HourMinutes)}
			if f.Text("hands_on") != "" {
				amount, err := continuing.ParseCE(f.Get("hands_on"), continuing.HourMinutes)
				_ = f.Check("hands_on", err)
				in.HandsOn = amount.Minutes
			}
			return func() (page.Next, error) {
				_, err := p.Continuing.SetCourse(r.Ctx(), r.Actor, id, in)
				return page.To(page.CoursePath(id), r.Say("continuing.office.ce_credit_saved")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.course(r, id, form) },
	})
}
