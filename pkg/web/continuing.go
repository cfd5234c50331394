package web

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/continuing"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var continuingRoutes = append([]Route{
	{http.MethodGet, "/record/ce", access.CERead, (*request).showOwnCE},
	{http.MethodGet, "/therapists/:therapist/ce", access.CERead, (*request).showCE},
	{http.MethodGet, "/therapists/:therapist/ce/new", access.CEReport, (*request).showNewActivity},
	{http.MethodPost, "/therapists/:therapist/ce/new", access.CEReport, (*request).addActivity},
	{http.MethodGet, "/ce/activities/:activity", access.CERead, (*request).showActivity},
	{http.MethodGet, "/ce/activities/:activity/edit", access.CEReport, (*request).showEditActivity},
	{http.MethodPost, "/ce/activities/:activity/edit", access.CEReport, (*request).saveActivity},
	{http.MethodGet, "/ce/activities/:activity/document", access.CERead, (*request).downloadCertificate},
	{http.MethodPost, "/ce/activities/:activity/document", access.CEReport, (*request).attachCertificate},
	{http.MethodPost, "/ce/activities/:activity/report", access.CEReport, (*request).reportActivity},
	{http.MethodPost, "/ce/activities/:activity/drop", access.CEReport, (*request).dropActivity},
	{http.MethodPost, "/ce/activities/:activity/accept", access.CEDecide, (*request).acceptActivity},
	{http.MethodPost, "/ce/activities/:activity/reject", access.CEDecide, (*request).rejectActivity},
	{http.MethodGet, "/licenses/:license/ce", access.CERead, (*request).showPastCE},
	{http.MethodPost, "/licenses/:license/ce/leaves", access.CEReport, (*request).requestLeave},
	{http.MethodGet, "/licenses/:license/ce/proof.zip", access.CERead, (*request).downloadProof},
	{http.MethodGet, "/ce/leaves/:leave", access.CERead, (*request).showLeave},
	{http.MethodPost, "/ce/leaves/:leave/approve", access.CEDecide, (*request).approveLeave},
	{http.MethodPost, "/ce/leaves/:leave/decline", access.CEDecide, (*request).declineLeave},
}, ceOfficeRoutes...)

func activityPath(id core.CEActivityID) string { return "/ce/activities/" + id.String() }

// cePath is where somebody sees a therapist's continuing education.
func (r *request) cePath(therapist core.TherapistID) string {
	if r.owns(therapist) {
		return "/record/ce"
	}
	return therapistPath(therapist) + "/ce"
}

// ceCycle is a cycle as the pages show it.
type ceCycle struct{ continuing.Cycle }

// Asks tells whether a rule asks for minutes that can be shown beside it.
func (ceCycle) Asks(s standard.RuleStanding) bool {
	switch s.Kind {
	case standard.Total, standard.Minimum, standard.SubjectMinimum, standard.Extra:
		return true
	}
	return false
}

// RuleStanding is what a judgement says of the rule at a place.
func (ceCycle) RuleStanding(j standard.Judgement, at int) string {
	rule := j.Rules[at]
	if rule.Met {
		return rule.Valid.String() + ", enough"
	}
	return rule.Valid.String()
}

func cyclesOf(all []continuing.Cycle) []ceCycle {
	out := make([]ceCycle, len(all))
	for i, c := range all {
		out[i] = ceCycle{c}
	}
	return out
}

type cePage struct {
	Tabs       *recordTabs
	Own        bool
	Name       string
	Path       string
	Record     string
	Cycles     []ceCycle
	Activities []core.CEActivity
	Pager      render.Pager
}

func (r *request) showOwnCE() error {
	if err := r.ownRecord(); err != nil {
		return err
	}
	p, err := r.cePage(r.actor.TherapistID)
	if err != nil {
		return err
	}
	tabs := tabsOf("ce")
	p.Tabs = &tabs
	return r.page("continuing/cycles", "Continuing education", p)
}

func (r *request) showCE() error {
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return err
	}
	if r.owns(therapist) {
		return r.Redirect(http.StatusSeeOther, "/record/ce")
	}
	p, err := r.cePage(therapist)
	if err != nil {
		return err
	}
	return r.page("continuing/cycles", "Continuing education of "+p.Name, p)
}

func (r *request) cePage(therapist core.TherapistID) (cePage, error) {
	cycles, err := r.web.Continuing.Cycles(r.ctx(), r.actor, therapist, r.today())
	if err != nil {
		return cePage{}, err
	}
	list, err := r.web.Continuing.Activities(r.ctx(), r.actor, therapist, "", r.part())
	if err != nil {
		return cePage{}, err
	}
	person, err := r.web.Licensure.Therapist(r.ctx(), r.actor, therapist)
	return cePage{
		Own: r.owns(therapist), Name: person.Name, Path: therapistPath(therapist) + "/ce", Record: r.recordPath(therapist), Cycles: cyclesOf(cycles),
		Activities: list.Items, Pager: r.pager(list.Next, "Pages of courses"),
	}, err
}

type activityForm struct {
	Title, Action, Back string
	Form                render.Form
	Types, Hours        []render.Option
	Subjects            []standard.Subject
}

func (r *request) activityForm(title string, therapist core.TherapistID, form render.Form) activityForm {
	return activityForm{
		Title: title, Action: r.Request().URL.Path, Back: r.cePath(therapist), Form: form, Types: render.Options(core.CETypes),
		Hours:    []render.Option{{Value: "60", Label: "60 minutes"}, {Value: "50", Label: "50 minutes"}},
		Subjects: standard.CESubjects(),
	}
}

func (r *request) showNewActivity() error {
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return err
	}
	person, err := r.web.Licensure.Therapist(r.ctx(), r.actor, therapist)
	if err != nil {
		return err
	}
	return r.page("continuing/form", "Plan or record a course", r.activityForm("Plan or record a course", therapist, render.Form{
		Values: url.Values{"participant": {person.Name}, "type": {string(core.CELive)}, "hour": {"60"}},
	}))
}

// activity reads the form of a course.
func (f *reading) activity() continuing.ActivityInput {
	hour, _ := strconv.Atoi(f.Get("hour"))
	return continuing.ActivityInput{
		Completed: f.Get("completed") == "true", Title: f.Get("title"), Type: f.Get("type"), On: f.date("on"), Amount: f.Get("amount"), Hour: core.Minutes(hour),
		Approved: f.text("approved"), HandsOn: f.text("hands_on"), Lines: f.ceLines(core.Minutes(hour)), Participant: f.Get("participant"),
		ProviderName: f.Get("provider_name"), ProviderBody: f.Get("provider_body"), ProviderNumber: f.Get("provider_number"),
		ProviderContact: f.Get("provider_contact"), Signed: f.Get("signed") == "true", LicenseNumber: f.Get("license_number"), ProgramNumber: f.Get("program_number"),
	}
}

// ceLines reads a line for each subject that has hours.
func (f *reading) ceLines(hour core.Minutes) (lines []core.CELine) {
	for _, s := range standard.CESubjects() {
		name := "subject-" + s.Code
		if f.text(name) == "" {
			continue
		}
		amount, err := core.ParseCE(f.Get(name), hour)
		_ = f.Check(name, err)
		lines = append(lines, core.CELine{Subject: s.Code, Minutes: amount.Minutes})
	}
	return lines
}

func (r *request) addActivity() error {
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := form.activity()
	if err = form.Err(); err == nil {
		var a core.CEActivity
		if a, err = r.web.Continuing.AddActivity(r.ctx(), r.actor, therapist, in); err == nil {
			return r.done(activityPath(a.ID), savedWords(a))
		}
	}
	return r.refill(err, "continuing/form", "Plan or record a course", r.activityForm("Plan or record a course", therapist, render.NewForm(form.Values, err)))
}

func savedWords(a core.CEActivity) string {
	if a.State == core.CEPlanned {
		return "It is planned. The cycle shows whether it would be enough."
	}
	return "It is recorded. Attach the certificate and report it."
}

func (r *request) showEditActivity() error {
	a, err := r.activity()
	if err != nil {
		return err
	}
	values := url.Values{
		"version": {strconv.Itoa(a.Version)}, "title": {a.Title}, "type": {string(a.Type)}, "on": {a.On.String()}, "amount": {a.Amount.Words},
		"hour": {strconv.Itoa(int(a.Amount.Hour))}, "participant": {a.Participant}, "provider_name": {a.ProviderName}, "provider_body": {a.ProviderBody},
		"provider_number": {a.ProviderNumber}, "provider_contact": {a.ProviderContact}, "license_number": {a.LicenseNumber}, "program_number": {a.ProgramNumber},
	}
	fill := func(name string, m core.Minutes) {
		if m > 0 {
			values.Set(name, m.String())
		}
	}
	fill("approved", a.Approved)
	fill("hands_on", a.HandsOn)
	for _, line := range a.Lines {
		fill("subject-"+line.Subject, line.Minutes)
	}
	for name, is := range map[string]bool{"completed": a.State != core.CEPlanned, "signed": a.Signed} {
		if is {
			values.Set(name, "true")
		}
	}
	return r.page("continuing/form", "Change "+a.Title, r.activityForm("Change "+a.Title, a.TherapistID, render.Form{Values: values}))
}

func (r *request) saveActivity() error {
	a, err := r.activity()
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := form.activity()
	if err = form.Err(); err == nil {
		if a, err = r.web.Continuing.SaveActivity(r.ctx(), r.actor, a.ID, form.version(), in); err == nil {
			return r.done(activityPath(a.ID), savedWords(a))
		}
	}
	return r.refill(err, "continuing/form", "Change "+in.Title, r.activityForm("Change "+in.Title, a.TherapistID, render.NewForm(form.Values, err)))
}

// activity is the activity in the address.
func (r *request) activity() (core.CEActivity, error) {
	at, err := id[core.CEActivityID](r, "activity")
	if err != nil {
		return core.CEActivity{}, err
	}
	a, err := r.web.Continuing.Activity(r.ctx(), r.actor, at)
	if err == nil && len(r.actor.Roles(a.OrganizationID)) > 0 {
		r.place = a.OrganizationID
	}
	return a, err
}

type activityPage struct {
	core.CEActivity
	Path, Back, Zone               string
	Own, Stale                     bool
	MayEdit, MayDrop, MayDecide    bool
	Lacks                          []string
	Duties                         []continuing.Duty
	Attach, Report, Accept, Reject render.Form
}

// Subject is the title of a subject's code.
func (activityPage) Subject(code string) string {
	for _, s := range standard.CESubjects() {
		if s.Code == code {
			return s.Title
		}
	}
	return code
}

func (r *request) activityPage() (activityPage, error) {
	a, err := r.activity()
	if err != nil {
		return activityPage{}, err
	}
	licenses, err := r.web.Licensure.Licenses(r.ctx(), r.actor, a.TherapistID)
	if err != nil {
		return activityPage{}, err
	}
	own := r.owns(a.TherapistID)
	open := a.State == core.CEPlanned || a.State == core.CECompleted || a.State == core.CERejected
	p := activityPage{
		CEActivity: a, Path: activityPath(a.ID), Back: r.cePath(a.TherapistID), Zone: r.zone(a.OrganizationID), Own: own, Stale: !r.fresh(),
		MayEdit: open, MayDrop: a.State == core.CEPlanned || a.State == core.CECompleted, Duties: continuing.Duties(a, licenses),
		MayDecide: a.State == core.CEReported && !own && r.can(access.CEDecide, r.currentOrganization().OrganizationID),
		Attach:    render.Form{ID: "attach"}, Report: render.Form{ID: "report"}, Accept: render.Form{ID: "accept"}, Reject: render.Form{ID: "reject"},
	}
	if f := core.AsFault(continuing.Lacks(a, licenses)); f != nil {
		for _, field := range f.Fields {
			p.Lacks = append(p.Lacks, field.Message)
		}
	}
	return p, nil
}

func (r *request) showActivity() error {
	p, err := r.activityPage()
	if err != nil {
		return err
	}
	return r.page("continuing/activity", p.Title, p)
}

// changeActivity runs a command of an activity's page; when it fails the page is
// shown again with the form that was sent.
func (r *request) changeActivity(said string, which func(*activityPage) *render.Form, command func(core.CEActivityID, *reading) error) error {
	at, err := id[core.CEActivityID](r, "activity")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	fault := r.confirm(f.Values)
	if fault == nil {
		fault = command(at, f)
	}
	if fault == nil {
		return r.done(activityPath(at), said)
	}
	p, err := r.activityPage()
	if err != nil {
		return err
	}
	form := which(&p)
	name := form.ID
	*form = render.NewForm(f.Values, fault)
	form.ID = name
	return r.refill(fault, "continuing/activity", p.Title, p)
}

func (r *request) attachCertificate() error {
	name, body, fileErr := r.file("document")
	return r.changeActivity("The certificate is attached.", func(p *activityPage) *render.Form { return &p.Attach }, func(at core.CEActivityID, f *reading) error {
		if fileErr != nil {
			return fileErr
		}
		_, err := r.web.Continuing.Attach(r.ctx(), r.actor, at, f.version(), name, body)
		return err
	})
}

func (r *request) reportActivity() error {
	return r.changeActivity("It is reported.", func(p *activityPage) *render.Form { return &p.Report }, func(at core.CEActivityID, f *reading) error {
		_, err := r.web.Continuing.Report(r.ctx(), r.actor, at, f.version())
		return err
	})
}

func (r *request) acceptActivity() error {
	return r.changeActivity("It is accepted.", func(p *activityPage) *render.Form { return &p.Accept }, func(at core.CEActivityID, f *reading) error {
		_, err := r.web.Continuing.Accept(r.ctx(), r.actor, at, f.version())
		return err
	})
}

func (r *request) rejectActivity() error {
	return r.changeActivity("It is rejected. It can be mended and reported again.", func(p *activityPage) *render.Form { return &p.Reject }, func(at core.CEActivityID, f *reading) error {
		_, err := r.web.Continuing.Reject(r.ctx(), r.actor, at, f.version(), f.Get("reason"))
		return err
	})
}

func (r *request) dropActivity() error {
	a, err := r.activity()
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	if err := r.web.Continuing.DropActivity(r.ctx(), r.actor, a.ID, f.version()); err != nil {
		return err
	}
	return r.done(r.cePath(a.TherapistID), "It is removed.")
}

// sendFile hands a file out as a download that no browser shows.
func (r *request) sendFile(name string, body []byte) error {
	h := r.Response().Header()
	for header, value := range core.DocumentHeaders() {
		h.Set(header, value)
	}
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return r.Blob(http.StatusOK, h.Get("Content-Type"), body)
}

func (r *request) downloadCertificate() error {
	at, err := id[core.CEActivityID](r, "activity")
	if err != nil {
		return err
	}
	d, err := r.web.Continuing.Certificate(r.ctx(), r.actor, at)
	if err != nil {
		return err
	}
	return r.sendFile(d.Name, d.Body)
}

func (r *request) downloadProof() error {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	on, err := core.ParseDate(r.QueryParam("on"))
	if err != nil {
		on = r.today()
	}
	var file bytes.Buffer
	if err := r.web.Continuing.WriteProof(r.ctx(), r.actor, license, on, &file); err != nil {
		return err
	}
	return r.sendFile("continuing-education-"+on.String()+".zip", file.Bytes())
}
