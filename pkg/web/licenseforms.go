package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

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
	p.Methods = methodOptions()
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
	card := cardOf(l, standard.AsOf(r.now()))
	p.License, p.Statuses = &card, statusOptions(p.Own)
	return p, nil
}

// statusOptions are the statuses of both axes as one choice, axis:status. On
// their own licences therapists report the lifecycle alone.
func statusOptions(own bool) []render.Option {
	options := axisOptions(core.Lifecycle, "Licence", core.LifecycleStatuses)
	options = append(options, render.Option{Value: string(core.Term) + ":" + core.Renewed, Label: "Licence: renewed until a later day"})
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
		Axis: core.Axis(axis), Status: status, EffectiveOn: form.date("effective_on"), Until: form.date("until"), Method: form.Get("method"),
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
