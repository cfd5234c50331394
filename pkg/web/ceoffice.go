package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var ceOfficeRoutes = append([]Route{
	{http.MethodGet, "/o/:organization/ce", access.CERead, (*request).showCEQueue},
	{http.MethodGet, "/o/:organization/ce/providers", access.CEProviderRead, (*request).showProviders},
	{http.MethodPost, "/o/:organization/ce/providers", access.CEProviderWrite, (*request).addProvider},
	{http.MethodGet, "/ce/providers/:provider", access.CEProviderWrite, (*request).showProvider},
	{http.MethodPost, "/ce/providers/:provider", access.CEProviderWrite, (*request).updateProvider},
	{http.MethodGet, "/courses/:course/ce", access.CECourse, (*request).showCourseCE},
	{http.MethodPost, "/courses/:course/ce", access.CECourse, (*request).setCourseCE},
}, ceAuditRoutes...)

type queuePage struct {
	Base       string
	Activities []core.CEActivity
	Pager      render.Pager
}

func (r *request) showCEQueue() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	list, err := r.web.Continuing.Queue(r.ctx(), r.actor, org, "", r.part())
	if err != nil {
		return err
	}
	return r.page("continuing/queue", "Continuing education", queuePage{"/o/" + org.String(), list.Items, r.pager(list.Next, "Pages of courses")})
}

type providersPage struct {
	Base, Action, Heading string
	Items                 []core.CEProvider
	Pager                 render.Pager
	MayWrite              bool
	Form                  render.Form
}

func (r *request) providersPage(org core.OrganizationID, form render.Form) (providersPage, error) {
	list, err := r.web.Continuing.Providers(r.ctx(), r.actor, org, r.part())
	base := "/o/" + org.String()
	return providersPage{
		Base: base, Action: base + "/ce/providers", Heading: "Add a provider", Items: list.Items, Pager: r.pager(list.Next, "Pages of providers"),
		MayWrite: r.can(access.CEProviderWrite, org), Form: form,
	}, err
}

func (r *request) showProviders() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p, err := r.providersPage(org, render.Form{})
	if err != nil {
		return err
	}
	return r.page("continuing/providers", "Providers", p)
}

// provider reads the form of a provider; a number stands on each line.
func (f *reading) provider() continuing.ProviderInput {
	in := continuing.ProviderInput{Name: f.Get("name"), Contact: f.Get("contact")}
	if percent := f.text("hands_on_percent"); percent != "" {
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
			f.Add("numbers", "bad_line", "%q is no number: write who gave it, the number and, if known, from and to.", strings.TrimSpace(line))
			continue
		}
		n := core.CEApproval{Body: words[0], Number: words[1]}
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

func numbersText(numbers []core.CEApproval) string {
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

func (r *request) addProvider() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	in := f.provider()
	if err = f.Err(); err == nil {
		_, err = r.web.Continuing.AddProvider(r.ctx(), r.actor, org, in)
	}
	if err == nil {
		return r.done(orgPath(org, "ce/providers"), in.Name+" is added.")
	}
	p, pageErr := r.providersPage(org, numberFaults(render.NewForm(f.Values, err)))
	if pageErr != nil {
		return pageErr
	}
	return r.refill(err, "continuing/providers", "Providers", p)
}

func (r *request) providerPage(form render.Form) (providersPage, core.CEProvider, error) {
	at, err := id[core.CEProviderID](r, "provider")
	if err != nil {
		return providersPage{}, core.CEProvider{}, err
	}
	one, err := r.web.Continuing.Provider(r.ctx(), r.actor, at)
	if err != nil {
		return providersPage{}, one, err
	}
	if err := access.Can(r.actor, access.CEProviderWrite, access.Target{Organization: one.OrganizationID}); err != nil {
		return providersPage{}, one, err
	}
	r.place = one.OrganizationID
	return providersPage{
		Base: "/o/" + one.OrganizationID.String(), Action: "/ce/providers/" + at.String(), Heading: "Change " + one.Name, MayWrite: true, Form: form,
		Items: []core.CEProvider{one},
	}, one, nil
}

func (r *request) showProvider() error {
	p, one, err := r.providerPage(render.Form{})
	if err != nil {
		return err
	}
	p.Form.Values = url.Values{
		"version": {strconv.Itoa(one.Version)}, "name": {one.Name}, "contact": {one.Contact}, "numbers": {numbersText(one.Numbers)},
	}
	if one.HandsOnPercent > 0 {
		p.Form.Values.Set("hands_on_percent", strconv.Itoa(one.HandsOnPercent))
	}
	return r.page("continuing/providers", one.Name, p)
}

func (r *request) updateProvider() error {
	f, err := r.read()
	if err != nil {
		return err
	}
	p, one, err := r.providerPage(render.Form{})
	if err != nil {
		return err
	}
	in := f.provider()
	if err = f.Err(); err == nil {
		_, err = r.web.Continuing.UpdateProvider(r.ctx(), r.actor, one.ID, f.version(), in)
	}
	if err == nil {
		return r.done(orgPath(one.OrganizationID, "ce/providers"), in.Name+" is changed.")
	}
	p.Form = numberFaults(render.NewForm(f.Values, err))
	return r.refill(err, "continuing/providers", one.Name, p)
}

type courseCEPage struct {
	core.Course
	Back     string
	Form     render.Form
	Types    []render.Option
	Subjects []standard.Subject
}

func (r *request) courseCEPage(form render.Form) (courseCEPage, continuing.CourseCE, error) {
	at, err := id[core.CourseID](r, "course")
	if err != nil {
		return courseCEPage{}, continuing.CourseCE{}, err
	}
	ce, c, err := r.web.Continuing.Course(r.ctx(), r.actor, at)
	r.place = c.OrganizationID
	return courseCEPage{Course: c, Back: coursePath(at), Form: form, Types: render.Options(core.CETypes), Subjects: standard.CESubjects()}, ce, err
}

func (r *request) showCourseCE() error {
	p, ce, err := r.courseCEPage(render.Form{})
	if err != nil {
		return err
	}
	p.Form.Values = url.Values{"type": {string(ce.Type)}}
	if ce.HandsOn > 0 {
		p.Form.Values.Set("hands_on", ce.HandsOn.String())
	}
	for _, line := range ce.Lines {
		p.Form.Values.Set("subject-"+line.Subject, line.Minutes.String())
	}
	return r.page("continuing/course", "What "+p.Title+" counts for", p)
}

func (r *request) setCourseCE() error {
	f, err := r.read()
	if err != nil {
		return err
	}
	p, ce, err := r.courseCEPage(render.Form{})
	if err != nil {
		return err
	}
	in := continuing.CourseCE{Type: core.CEType(f.Get("type")), Lines: f.ceLines(core.HourMinutes)}
	if f.text("hands_on") != "" {
		amount, err := core.ParseCE(f.Get("hands_on"), core.HourMinutes)
		_ = f.Check("hands_on", err)
		in.HandsOn = amount.Minutes
	}
	if err = f.Err(); err == nil {
		_, err = r.web.Continuing.SetCourse(r.ctx(), r.actor, ce.CourseID, in)
	}
	if err == nil {
		return r.done(p.Back, "It is said what the course counts for.")
	}
	p.Form = render.NewForm(f.Values, err)
	return r.refill(err, "continuing/course", "What "+p.Title+" counts for", p)
}

type pastPage struct {
	Own       bool
	Name      string
	Path, Ask string
	License   core.License
	Cycles    []ceCycle
	MayAsk    bool
	Terms     []string
	Kinds     []render.Option
	Form      render.Form
}

func (r *request) pastPage(form render.Form) (pastPage, error) {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return pastPage{}, err
	}
	cycles, err := r.web.Continuing.History(r.ctx(), r.actor, license, r.today())
	if err != nil {
		return pastPage{}, err
	}
	l := cycles[0].License
	person, err := r.web.Licensure.Therapist(r.ctx(), r.actor, l.TherapistID)
	p := pastPage{
		Own: r.owns(l.TherapistID), Name: person.Name, Path: r.cePath(l.TherapistID), Ask: "/licenses/" + license.String() + "/ce/leaves", License: l,
		Cycles: cyclesOf(cycles), MayAsk: cycles[0].Known, Form: form,
		Kinds: []render.Option{{Value: string(core.CEWaiver), Label: "A waiver: fewer hours"}, {Value: string(core.CEExtension), Label: "An extension: more time"}},
	}
	if p.MayAsk {
		for _, t := range []*standard.Terms{cycles[0].Pack.Cycle.Waiver, cycles[0].Pack.Cycle.Extension} {
			if t != nil {
				p.Terms = append(p.Terms, t.Text)
			}
		}
	}
	return p, err
}

func (r *request) showPastCE() error {
	p, err := r.pastPage(render.Form{})
	if err != nil {
		return err
	}
	return r.page("continuing/past", "Cycles of "+p.License.Jurisdiction+" "+p.License.Number, p)
}

func (r *request) requestLeave() error {
	f, err := r.read()
	if err != nil {
		return err
	}
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	in := continuing.LeaveInput{Kind: core.CELeaveKind(f.Get("kind")), Minutes: f.minutes("minutes"), Until: f.date("until"), Reason: f.Get("reason")}
	if err = f.Err(); err == nil {
		var l core.CELeave
		if l, err = r.web.Continuing.RequestLeave(r.ctx(), r.actor, license, in); err == nil {
			return r.done("/ce/leaves/"+l.ID.String(), "It is asked for.")
		}
	}
	p, pageErr := r.pastPage(render.NewForm(f.Values, err))
	if pageErr != nil {
		return pageErr
	}
	return r.refill(err, "continuing/past", "Cycles of "+p.License.Jurisdiction+" "+p.License.Number, p)
}

type leavePage struct {
	core.CELeave
	Path, Back, Zone string
	MayDecide, Stale bool
	Approve, Decline render.Form
}

func (r *request) leavePage() (leavePage, error) {
	at, err := id[core.CELeaveID](r, "leave")
	if err != nil {
		return leavePage{}, err
	}
	l, err := r.web.Continuing.Leave(r.ctx(), r.actor, at)
	org := r.currentOrganization().OrganizationID
	return leavePage{
		CELeave: l, Path: "/ce/leaves/" + at.String(), Back: "/licenses/" + l.LicenseID.String() + "/ce", Zone: r.zone(org),
		MayDecide: l.State == core.CELeaveRequested && !r.owns(l.TherapistID) && r.can(access.CEDecide, org), Stale: !r.fresh(),
		Approve: render.Form{ID: "approve"}, Decline: render.Form{ID: "decline"},
	}, err
}

func (r *request) showLeave() error {
	p, err := r.leavePage()
	if err != nil {
		return err
	}
	return r.page("continuing/leave", "Waiver or extension", p)
}

func (r *request) decideLeave(said string, which func(*leavePage) *render.Form, command func(core.CELeaveID, *reading) error) error {
	f, err := r.read()
	if err != nil {
		return err
	}
	at, err := id[core.CELeaveID](r, "leave")
	if err != nil {
		return err
	}
	fault := r.confirm(f.Values)
	if fault == nil {
		fault = command(at, f)
	}
	if fault == nil {
		return r.done("/ce/leaves/"+at.String(), said)
	}
	p, err := r.leavePage()
	if err != nil {
		return err
	}
	form := which(&p)
	name := form.ID
	*form = render.NewForm(f.Values, fault)
	form.ID = name
	return r.refill(fault, "continuing/leave", "Waiver or extension", p)
}

func (r *request) approveLeave() error {
	return r.decideLeave("It is recorded. The cycle is judged by it now.", func(p *leavePage) *render.Form { return &p.Approve }, func(at core.CELeaveID, f *reading) error {
		in := continuing.LeaveDecision{Authority: f.Get("authority"), GrantedOn: f.date("granted_on"), Note: f.Get("note")}
		if err := f.Err(); err != nil {
			return err
		}
		_, err := r.web.Continuing.ApproveLeave(r.ctx(), r.actor, at, f.version(), in)
		return err
	})
}

func (r *request) declineLeave() error {
	return r.decideLeave("It is recorded that it was refused.", func(p *leavePage) *render.Form { return &p.Decline }, func(at core.CELeaveID, f *reading) error {
		_, err := r.web.Continuing.DeclineLeave(r.ctx(), r.actor, at, f.version(), f.Get("reason"))
		return err
	})
}

func jsonText(v any) ([]byte, error) { return json.MarshalIndent(v, "", "  ") }
