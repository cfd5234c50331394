package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/employer"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/web/render"
)

var licenseRoutes = []Route{
	{http.MethodGet, "/record/licenses", access.LicenseRead, (*request).showOwnLicenses},
	{http.MethodGet, "/therapists/:therapist", access.LicenseRead, (*request).showTherapist},
	{http.MethodGet, "/therapists/:therapist/licenses/new", access.LicenseRecord, (*request).showNewLicense},
	{http.MethodPost, "/therapists/:therapist/licenses/new", access.LicenseRecord, (*request).recordLicense},
	{http.MethodGet, "/licenses/:license/events/new", access.LicenseRecord, (*request).showNewEvent},
	{http.MethodPost, "/licenses/:license/events/new", access.LicenseRecord, (*request).recordEvent},
}

func therapistPath(id core.TherapistID) string { return "/therapists/" + id.String() }

// recordPath is where somebody sees a therapist's licences.
func (r *request) recordPath(therapist core.TherapistID) string {
	if r.owns(therapist) {
		return "/record/licenses"
	}
	return therapistPath(therapist)
}

type licensesPage struct {
	Tabs         recordTabs
	Own          bool
	Person       core.Therapist
	Practise     practise
	OwnWord      bool // the answer rests on a self-report
	Licenses     []licenseCard
	Certificates []certificateLine
	New          string
	CE           string // the person’s continuing education
	Today        core.Date
	Zone         string
}

// licenseCard is a licence with both of its histories in one, newest first.
type licenseCard struct {
	core.License
	State    string
	Practice core.Practice
	OwnWord  bool
	Facts    []licenseFact
	Add      string
	Attest   string // where the school proposes to attest it; empty: it cannot
}

type licenseFact struct {
	core.LicenseEvent
	How    string
	Weak   bool
	Counts bool
	Later  bool
}

func cardOf(l core.License, today core.Date) licenseCard {
	card := licenseCard{License: l, State: licensure.JurisdictionName(l.Jurisdiction), Practice: l.MayPractise(today), Add: "/licenses/" + l.ID.String() + "/events/new"}
	counts := map[core.LicenseEventID]bool{}
	for _, axis := range []core.Axis{core.Lifecycle, core.Discipline} {
		if e := l.StatusAt(axis, today); e != nil {
			counts[e.ID] = true
			card.OwnWord = card.OwnWord || e.Method == core.MethodSelfReport
		}
	}
	for _, e := range l.Events {
		card.Facts = append(card.Facts, licenseFact{
			e, methodWords[e.Method], e.Method == core.MethodSelfReport, counts[e.ID], e.EffectiveOn.After(today),
		})
	}
	slices.SortFunc(card.Facts, func(a, b licenseFact) int {
		return cmp.Or(b.EffectiveOn.Compare(a.EffectiveOn), b.RecordedAt.Compare(a.RecordedAt))
	})
	return card
}

func practiseOf(licenses []core.License, today core.Date) (practise, core.Practice) {
	p, known := core.MayPractise(licenses, today)
	switch {
	case p.May:
		return practise{"valid", "Yes", p.Reason}, p
	case known:
		return practise{"not_valid", "No", p.Reason}, p
	}
	return practise{employer.CouldNotCheck, "Not known", p.Reason}, p
}

// licensesPage is a therapist's licences as of today in the organization of the
// one who looks.
func (r *request) licensesPage(therapist core.TherapistID) (licensesPage, error) {
	licenses, err := r.web.Licensure.Licenses(r.ctx(), r.actor, therapist)
	if err != nil {
		return licensesPage{}, err
	}
	r.stand(licenses)
	p := licensesPage{
		Tabs: tabsOf("licenses"), Own: r.owns(therapist), New: therapistPath(therapist) + "/licenses/new", CE: r.cePath(therapist),
		Today: r.today(), Zone: r.zone(r.currentOrganization().OrganizationID),
	}
	var answer core.Practice
	p.Practise, answer = practiseOf(licenses, p.Today)
	for _, l := range licenses {
		card := cardOf(l, p.Today)
		if !r.owns(l.TherapistID) && !l.OrganizationID.IsZero() && r.can(access.ProposalMake, l.OrganizationID) && !card.OwnWord && len(card.Facts) > 0 {
			card.Attest = "/licenses/" + l.ID.String() + "/propose"
		}
		p.OwnWord = p.OwnWord || card.OwnWord && card.Practice == answer
		p.Licenses = append(p.Licenses, card)
	}
	return p, nil
}

// stand puts the page into the actor's organization that recorded a licence.
func (r *request) stand(licenses []core.License) {
	for _, l := range licenses {
		if r.can(access.LicenseRead, l.OrganizationID) {
			r.place = l.OrganizationID
		}
	}
}

func (r *request) showOwnLicenses() error {
	if err := r.ownRecord(); err != nil {
		return err
	}
	p, err := r.licensesPage(r.actor.TherapistID)
	if err != nil {
		return err
	}
	return r.page("license/own", "My licences", p)
}

func (r *request) showTherapist() error {
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return err
	}
	if r.owns(therapist) {
		return r.Redirect(http.StatusSeeOther, "/record/licenses")
	}
	person, err := r.web.Licensure.Therapist(r.ctx(), r.actor, therapist)
	if err != nil {
		return err
	}
	p, err := r.licensesPage(therapist)
	if err != nil {
		return err
	}
	credentials, err := r.web.Certify.Credentials(r.ctx(), r.actor, therapist)
	if f := core.AsFault(err); err != nil && (f == nil || f.Kind != core.KindForbidden) {
		return err
	}
	if len(credentials) > 0 {
		r.place = credentials[0].OrganizationID
	}
	p.Person, p.Certificates = person, r.certificateLines(credentials)
	return r.page("license/therapist", person.Name, p)
}

type licenseForm struct {
	Title, Action, Back string
	Own, Stale          bool
	Name                string
	License             *licenseCard
	Form                render.Form
	States              []render.Option
	Statuses            []render.Option
	Methods             []render.Option
	Today               core.Date
}

func (r *request) licenseForm(title string, therapist core.TherapistID, form render.Form) licenseForm {
	p := licenseForm{
		Title: title, Action: r.Request().URL.Path, Back: r.recordPath(therapist), Own: r.owns(therapist),
		Form: choiceFaults(form), Today: r.today(),
	}
	for _, m := range core.Methods {
		p.Methods = append(p.Methods, render.Option{Value: m, Label: methodWords[m]})
	}
	return p
}

var choiceWords = map[string]string{
	"unknown_jurisdiction": "Choose the state.", "unknown_axis": "Choose the status.", "unknown_status": "Choose the status.",
	"unknown_method": "Choose how it is known.",
}

// choiceFaults says of a choice that was not made what to do, at the field that
// the page has for it.
func choiceFaults(form render.Form) render.Form {
	form.Errors = slices.Clone(form.Errors)
	for i, e := range form.Errors {
		if words, ok := choiceWords[e.Code]; ok {
			form.Errors[i].Message = words
		}
		if e.Name == "axis" {
			form.Errors[i].Name = "status"
		}
	}
	return form
}

func (r *request) newLicensePage(form render.Form) (licenseForm, error) {
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return licenseForm{}, err
	}
	person, err := r.web.Licensure.Therapist(r.ctx(), r.actor, therapist)
	if err != nil {
		return licenseForm{}, err
	}
	p := r.licenseForm("Record a licence", therapist, form)
	p.Name, p.Statuses = person.Name, render.Options(core.LifecycleStatuses)
	for _, j := range licensure.Jurisdictions {
		p.States = append(p.States, render.Option{Value: j.Code, Label: j.Name + " (" + j.Code + ")"})
	}
	return p, nil
}

func (r *request) showNewLicense() error {
	p, err := r.newLicensePage(render.Form{})
	if err != nil {
		return err
	}
	p.Form.Values = url.Values{"title": {"Massage Therapist"}, "checked_on": {p.Today.String()}}
	return r.page("license/new", p.Title, p)
}

func (r *request) recordLicense() error {
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := licensure.LicenseInput{
		Jurisdiction: form.Get("jurisdiction"), Title: form.Get("title"), Number: form.Get("number"),
		IssuedOn: form.date("issued_on"), ExpiresOn: form.date("expires_on"), Status: form.Get("status"), EffectiveOn: form.date("effective_on"),
		Method: form.Get("method"), Source: form.Get("source"), CheckedOn: form.date("checked_on"), Note: form.Get("note"),
	}
	if err = form.Err(); err == nil {
		var l core.License
		if l, err = r.web.Licensure.RecordLicense(r.ctx(), r.actor, therapist, in); err == nil {
			return r.done(r.recordPath(therapist), "The licence "+l.Jurisdiction+" "+l.Number+" is recorded.")
		}
	}
	p, pageErr := r.newLicensePage(render.NewForm(form.Values, err))
	if pageErr != nil {
		return pageErr
	}
	return r.refill(err, "license/new", p.Title, p)
}

func (r *request) newEventPage(form render.Form) (licenseForm, error) {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return licenseForm{}, err
	}
	l, err := r.web.Licensure.License(r.ctx(), r.actor, license)
	if err != nil {
		return licenseForm{}, err
	}
	r.stand([]core.License{l})
	p := r.licenseForm("Record a change", l.TherapistID, form)
	card := cardOf(l, p.Today)
	p.License, p.Statuses = &card, statusOptions(p.Own)
	return p, nil
}

// statusOptions are the statuses of both axes as one choice, axis:status. On
// their own licences therapists report the lifecycle alone.
func statusOptions(own bool) []render.Option {
	options := axisOptions(core.Lifecycle, "Licence", core.LifecycleStatuses)
	if own {
		return options
	}
	return append(options, axisOptions(core.Discipline, "Discipline", core.DisciplineStatuses)...)
}

func axisOptions(axis core.Axis, label string, statuses []string) []render.Option {
	options := render.Options(statuses)
	for i, o := range options {
		options[i] = render.Option{Value: string(axis) + ":" + o.Value, Label: label + ": " + strings.ToLower(o.Label)}
	}
	return options
}

func (r *request) showNewEvent() error {
	p, err := r.newEventPage(render.Form{})
	if err != nil {
		return err
	}
	p.Form.Values = url.Values{"checked_on": {p.Today.String()}, "version": {strconv.Itoa(p.License.Version)}}
	return r.page("license/event", p.Title, p)
}

func (r *request) recordEvent() error {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	axis, status, _ := strings.Cut(form.Get("status"), ":")
	in := licensure.EventInput{
		Axis: core.Axis(axis), Status: status, EffectiveOn: form.date("effective_on"), Method: form.Get("method"),
		Source: form.Get("source"), CheckedOn: form.date("checked_on"), Note: form.Get("note"),
	}
	if err = form.Err(); err == nil {
		var l core.License
		if l, err = r.web.Licensure.RecordEvent(r.ctx(), r.actor, license, form.version(), in); err == nil {
			return r.done(r.recordPath(l.TherapistID), "The change of "+l.Jurisdiction+" "+l.Number+" is recorded.")
		}
	}
	p, pageErr := r.newEventPage(render.NewForm(form.Values, err))
	if pageErr != nil {
		return pageErr
	}
	p.Stale = core.CodeOf(err) == core.ErrStale.Code
	return r.refill(err, "license/event", p.Title, p)
}
