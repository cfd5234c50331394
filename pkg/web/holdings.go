package web

import (
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/web/render"
)

var holdingRoutes = []Route{
	{http.MethodGet, "/record/qualifications", access.HoldingRead, (*request).showOwnHoldings},
	{http.MethodGet, "/therapists/:therapist/qualifications", access.HoldingRead, (*request).showHoldings},
	{http.MethodPost, "/therapists/:therapist/qualifications", access.HoldingRecord, (*request).recordHolding},
	{http.MethodGet, "/qualifications/:holding", access.HoldingRead, (*request).showHolding},
	{http.MethodGet, "/qualifications/:holding/document", access.HoldingRead, (*request).downloadHolding},
	{http.MethodPost, "/qualifications/:holding/document", access.HoldingRecord, (*request).attachHolding},
	{http.MethodPost, "/qualifications/:holding/verify", access.HoldingVerify, (*request).verifyHolding},
	{http.MethodPost, "/qualifications/:holding/end", access.HoldingRecord, (*request).endHolding},
	{http.MethodGet, "/o/:organization/qualifications-due", access.HoldingRead, (*request).showHoldingsDue},
	{http.MethodGet, "/licenses/:license/orders/new", access.AdverseRecord, (*request).showNewOrder},
	{http.MethodPost, "/licenses/:license/orders/new", access.AdverseRecord, (*request).recordOrder},
	{http.MethodPost, "/orders/:adverse/document", access.AdverseRecord, (*request).attachOrder},
	{http.MethodGet, "/orders/:adverse/document", access.LicenseRead, (*request).downloadOrder},
}

func holdingPath(id core.HoldingID) string { return "/qualifications/" + id.String() }

// holdingsPath is where somebody sees what a therapist holds.
func (r *request) holdingsPath(therapist core.TherapistID) string {
	if r.owns(therapist) {
		return "/record/qualifications"
	}
	return therapistPath(therapist) + "/qualifications"
}

// holdingLine is a qualification as lists show it.
type holdingLine struct {
	core.Holding
	Label string
	Path  string
	Good  bool
	Due   bool
	How   string
	Weak  bool
}

func holdingLineOf(h core.Holding, today core.Date) holdingLine {
	rule, _ := core.HoldingRuleOf(h.Kind)
	return holdingLine{h, rule.Label, holdingPath(h.ID), h.Good(today), h.Due(today), methodWords[h.Method], h.Method == core.MethodSelfReport}
}

func holdingLines(list []core.Holding, today core.Date) []holdingLine {
	var lines []holdingLine
	for _, h := range list {
		lines = append(lines, holdingLineOf(h, today))
	}
	return lines
}

type holdingsPage struct {
	Tabs    recordTabs
	Own     bool
	Person  core.Therapist
	Back    string
	Action  string
	Items   []holdingLine
	Pager   render.Pager
	Form    render.Form
	Kinds   []render.Option
	Names   []string
	States  []render.Option
	Methods []render.Option
	Today   core.Date
}

func (r *request) holdingsPage(therapist core.TherapistID, form render.Form) (holdingsPage, error) {
	p := holdingsPage{
		Tabs: tabsOf("qualifications"), Own: r.owns(therapist), Back: therapistPath(therapist), Action: therapistPath(therapist) + "/qualifications",
		Form: form, Today: r.today(), Methods: methodOptions(),
	}
	list, err := r.web.Licensure.Holdings(r.ctx(), r.actor, therapist, r.part())
	if err != nil {
		return p, err
	}
	p.Items, p.Pager = holdingLines(list.Items, p.Today), r.pager(list.Next, "More qualifications")
	for _, rule := range core.HoldingRules {
		p.Kinds = append(p.Kinds, render.Option{Value: string(rule.Kind), Label: rule.Label})
		p.Names = append(p.Names, rule.Names...)
	}
	for _, j := range licensure.Jurisdictions {
		p.States = append(p.States, render.Option{Value: j.Code, Label: j.Name + " (" + j.Code + ")"})
	}
	if p.Form.Values == nil {
		p.Form.Values = url.Values{"checked_on": {p.Today.String()}}
	}
	p.Person, err = r.web.Licensure.Therapist(r.ctx(), r.actor, therapist)
	return p, err
}

func methodOptions() (options []render.Option) {
	for _, m := range core.Methods {
		options = append(options, render.Option{Value: m, Label: methodWords[m]})
	}
	return options
}

func (r *request) showOwnHoldings() error {
	if err := r.ownRecord(); err != nil {
		return err
	}
	p, err := r.holdingsPage(r.actor.TherapistID, render.Form{})
	if err != nil {
		return err
	}
	return r.page("holding/holdings", "My qualifications", p)
}

func (r *request) showHoldings() error {
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return err
	}
	if r.owns(therapist) {
		return r.Redirect(http.StatusSeeOther, "/record/qualifications")
	}
	p, err := r.holdingsPage(therapist, render.Form{})
	if err != nil {
		return err
	}
	return r.page("holding/holdings", "Qualifications of "+p.Person.Name, p)
}

// number reads a whole number; an empty field is 0.
func (f *reading) number(name string) int {
	s := strings.NewReplacer(",", "", "$", "").Replace(f.text(name))
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		f.Add(name, "bad_number", "%q is no whole number.", f.text(name))
	}
	return n
}

func (f *reading) verification() licensure.Verification {
	return licensure.Verification{Method: f.Get("method"), Source: f.Get("source"), CheckedOn: f.date("checked_on"), NextCheck: f.date("next_check")}
}

func (r *request) recordHolding() error {
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	in := licensure.HoldingInput{
		Kind: core.HoldingKind(f.Get("kind")), Name: f.Get("name"), Issuer: f.Get("issuer"), Number: f.Get("number"), Jurisdiction: f.Get("jurisdiction"),
		Note: f.Get("note"), ObtainedOn: f.date("obtained_on"), ExpiresOn: f.date("expires_on"), Passed: f.Get("passed") != "", Attempt: f.number("attempt"),
		EachClaim: f.number("each_claim"), Aggregate: f.number("aggregate"), Taxonomy: f.Get("taxonomy"), Verification: f.verification(),
	}
	if err = f.Err(); err == nil {
		var h core.Holding
		if h, err = r.web.Licensure.RecordHolding(r.ctx(), r.actor, therapist, in); err == nil {
			return r.done(holdingPath(h.ID), "It is recorded. Attach the evidence now, if you have it.")
		}
	}
	p, pageErr := r.holdingsPage(therapist, choiceFaults(render.NewForm(f.Values, err)))
	if pageErr != nil {
		return err
	}
	return r.refill(err, "holding/holdings", "Qualifications", p)
}

type holdingPage struct {
	holdingLine
	Own       bool
	Back      string
	MayVerify bool
	MayChange bool
	Attach    render.Form
	Verify    render.Form
	Methods   []render.Option
	Today     core.Date
	Zone      string
}

func (r *request) holdingPage() (holdingPage, error) {
	at, err := id[core.HoldingID](r, "holding")
	if err != nil {
		return holdingPage{}, err
	}
	h, err := r.web.Licensure.Holding(r.ctx(), r.actor, at)
	if err != nil {
		return holdingPage{}, err
	}
	today, own := r.today(), r.owns(h.TherapistID)
	return holdingPage{
		holdingLine: holdingLineOf(h, today), Own: own, Back: r.holdingsPath(h.TherapistID), MayVerify: !own, MayChange: !own || h.Method == core.MethodSelfReport,
		Attach: render.Form{ID: "attach"}, Verify: render.Form{ID: "verify", Values: url.Values{"checked_on": {today.String()}}},
		Methods: methodOptions(), Today: today, Zone: r.zone(r.currentOrganization().OrganizationID),
	}, nil
}

func (r *request) showHolding() error {
	p, err := r.holdingPage()
	if err != nil {
		return err
	}
	return r.page("holding/holding", p.Name, p)
}

// changeHolding runs a form of a qualification's page.
func (r *request) changeHolding(change func(core.HoldingID, *reading) error, back, done string, form func(*holdingPage) *render.Form) error {
	at, err := id[core.HoldingID](r, "holding")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	if err = change(at, f); err == nil {
		if back == "" {
			back = holdingPath(at)
		}
		return r.done(back, done)
	}
	p, pageErr := r.holdingPage()
	if pageErr != nil {
		return err
	}
	filled := choiceFaults(render.NewForm(f.Values, err))
	filled.ID = form(&p).ID
	*form(&p) = filled
	return r.refill(err, "holding/holding", p.Name, p)
}

func (r *request) verifyHolding() error {
	return r.changeHolding(func(at core.HoldingID, f *reading) error {
		in := f.verification()
		if err := f.Err(); err != nil {
			return err
		}
		_, err := r.web.Licensure.Verify(r.ctx(), r.actor, at, f.version(), in)
		return err
	}, "", "What you found is recorded.", func(p *holdingPage) *render.Form { return &p.Verify })
}

func (r *request) attachHolding() error {
	name, body, fileErr := r.file("document")
	return r.changeHolding(func(at core.HoldingID, f *reading) error {
		if fileErr != nil {
			return fileErr
		}
		_, err := r.web.Licensure.AttachHoldingDocument(r.ctx(), r.actor, at, f.version(), name, body)
		return err
	}, "", "The evidence is attached.", func(p *holdingPage) *render.Form { return &p.Attach })
}

func (r *request) endHolding() error {
	p, err := r.holdingPage()
	if err != nil {
		return err
	}
	return r.changeHolding(func(at core.HoldingID, f *reading) error {
		_, err := r.web.Licensure.EndHolding(r.ctx(), r.actor, at, f.version())
		return err
	}, p.Back, "It is taken back.", func(p *holdingPage) *render.Form { return &p.Attach })
}

func (r *request) downloadHolding() error {
	at, err := id[core.HoldingID](r, "holding")
	if err != nil {
		return err
	}
	d, err := r.web.Licensure.HoldingDocument(r.ctx(), r.actor, at)
	if err != nil {
		return err
	}
	return r.handOut(d)
}

// handOut never lets the browser show a file within this origin.
func (r *request) handOut(d core.Document) error {
	h := r.Response().Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	return r.Blob(http.StatusOK, "application/octet-stream", d.Body)
}

type holdingsDuePage struct {
	Base  string
	Form  render.Form
	By    core.Date
	Items []holdingLine
	Pager render.Pager
}

func (r *request) showHoldingsDue() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	f := reading{Values: r.QueryParams()}
	by := f.date("by")
	today := core.Organization{Zone: r.zone(org)}.Today(r.now())
	if by.IsZero() {
		by = today.AddDays(30)
	}
	list, err := r.web.Licensure.HoldingsDue(r.ctx(), r.actor, org, by, r.part())
	if err != nil {
		return err
	}
	form := render.NewForm(f.Values, f.Err())
	if form.Values.Get("by") == "" {
		form.Values = url.Values{"by": {by.String()}}
	}
	return r.page("holding/due", "To look at again", holdingsDuePage{
		"/o/" + org.String(), form, by, holdingLines(list.Items, today), r.pager(list.Next, "More to look at"),
	})
}

type orderForm struct {
	Title, Action, Back string
	License             licenseCard
	Stale               bool
	Form                render.Form
	Kinds               []render.Option
	Methods             []render.Option
	Today               core.Date
}

func (r *request) orderForm(form render.Form) (orderForm, error) {
	base, err := r.newEventPage(form)
	if err != nil {
		return orderForm{}, err
	}
	if err := access.Can(r.actor, access.AdverseRecord, access.Target{Organization: r.place, Therapist: base.License.TherapistID}); err != nil {
		return orderForm{}, err
	}
	p := orderForm{
		Title: "Record an order", Action: r.Request().URL.Path, Back: base.Back, License: *base.License, Form: base.Form, Methods: methodOptions()[:2], Today: base.Today,
	}
	for _, k := range core.AdverseKinds {
		p.Kinds = append(p.Kinds, render.Option{Value: string(k.Kind), Label: render.Options([]core.AdverseKind{k.Kind})[0].Label})
	}
	return p, nil
}

func (r *request) showNewOrder() error {
	p, err := r.orderForm(render.Form{})
	if err != nil {
		return err
	}
	p.Form.Values = url.Values{"checked_on": {p.Today.String()}, "version": {strconv.Itoa(p.License.Version)}}
	return r.page("license/order", p.Title, p)
}

func (r *request) recordOrder() error {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	f, err := r.read()
	if err != nil {
		return err
	}
	in := licensure.AdverseInput{
		Kind: core.AdverseKind(f.Get("kind")), Authority: f.Get("authority"), OrderNumber: f.Get("order_number"), Note: f.Get("note"),
		StartsOn: f.date("starts_on"), EndsOn: f.date("ends_on"), Method: f.Get("method"), CheckedOn: f.date("checked_on"),
	}
	if err = f.Err(); err == nil {
		if _, err = r.web.Licensure.RecordAdverse(r.ctx(), r.actor, license, f.version(), in); err == nil {
			l, readErr := r.web.Licensure.License(r.ctx(), r.actor, license)
			if readErr != nil {
				return readErr
			}
			return r.done(r.recordPath(l.TherapistID), "The order is recorded, with the discipline that it causes.")
		}
	}
	p, pageErr := r.orderForm(render.NewForm(f.Values, err))
	if pageErr != nil {
		return err
	}
	p.Stale = core.CodeOf(err) == core.ErrStale.Code
	return r.refill(err, "license/order", p.Title, p)
}

func (r *request) attachOrder() error {
	at, err := id[core.AdverseID](r, "adverse")
	if err != nil {
		return err
	}
	name, body, fileErr := r.file("document")
	form, err := r.read()
	if err != nil {
		return err
	}
	therapist := chosen[core.TherapistID](form, "therapist")
	if err = fileErr; err == nil {
		if _, err = r.web.Licensure.AttachOrder(r.ctx(), r.actor, at, name, body); err == nil {
			return r.done(r.recordPath(therapist), "The order is attached.")
		}
	}
	if therapist.IsZero() {
		return err
	}
	return r.licensesAgain(therapist, err, func(p *licensesPage) { p.Asked = named("asked", render.NewForm(form.Values, err)) })
}

func (r *request) downloadOrder() error {
	at, err := id[core.AdverseID](r, "adverse")
	if err != nil {
		return err
	}
	d, err := r.web.Licensure.OrderDocument(r.ctx(), r.actor, at)
	if err != nil {
		return err
	}
	return r.handOut(d)
}
