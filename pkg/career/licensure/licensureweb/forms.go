package licensureweb

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type licensePage struct {
	Title, Action, Back string
	Own                 bool
	Name                string
	License             *licenseCard
	Form                render.Form
	States              []render.Option
	Statuses            []render.Option
	Kinds               []render.Option
	Methods             []render.Option
	Orders              []render.Option // in force, which a change may end
	Today               core.Date
	Board               string      // where a license is looked up; empty: not known
	Number              render.Form // of the license, to copy
}

func formOf(r *page.Request, title string, therapist core.TherapistID, form render.Form) licensePage {
	return licensePage{
		Title: title, Action: r.Request().URL.Path, Back: r.LicensesPath(therapist), Own: r.Owns(therapist),
		Form: choiceFaults(r, form), Today: r.Today(), Methods: methodOptions(r),
	}
}

var choiceWords = map[string]string{
	"unknown_jurisdiction": "required.state", "unknown_axis": "required.status", "unknown_status": "required.status",
	"unknown_method": "required.method",
}

// choiceFaults says of a choice that was not made what to do, at the field that
// the page has for it.
func choiceFaults(r *page.Request, form render.Form) render.Form {
	form.Errors = slices.Clone(form.Errors)
	for i, e := range form.Errors {
		if id, ok := choiceWords[e.Code]; ok {
			form.Errors[i].Message = r.Say(id)
		}
		if e.Name == "axis" {
			form.Errors[i].Name = "status"
		}
	}
	return form
}

func (p *Licenses) newLicense(r *page.Request, therapist core.TherapistID, form render.Form) (page.View, error) {
	if err := p.Licensure.Form(r.Ctx(), r.Actor, access.LicenseRecord, therapist, access.ScopeLicenses); err != nil {
		return page.View{}, err
	}
	person, err := p.Licensure.Therapist(r.Ctx(), r.Actor, therapist)
	if err != nil {
		return page.View{}, err
	}
	content := formOf(r, r.Say("licensure.forms.record_a_license"), therapist, form)
	content.Name, content.Statuses, content.States = person.Name, page.OptionsOf(r, core.LifecycleStatuses), page.States()
	content.Kinds = page.OptionsOf(r, core.DisciplineStatuses)
	if content.Form.Values == nil {
		content.Form.Values = url.Values{"title": {"Massage Therapist"}, "checked_on": {content.Today.String()}}
	}
	return page.View{Name: "licensure/new", Title: content.Title, Content: content}, nil
}

func (p *Licenses) showNew(r *page.Request, therapist core.TherapistID) error {
	return r.Show(p.newLicense(r, therapist, render.Form{}))
}

func (p *Licenses) record(r *page.Request, therapist core.TherapistID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := licensure.LicenseInput{
				Jurisdiction: f.Get("jurisdiction"), Title: f.Get("title"), Number: f.Get("number"),
				IssuedOn: f.Date("issued_on"), ExpiresOn: f.Date("expires_on"), Status: f.Get("status"), EffectiveOn: f.Date("effective_on"), Discipline: f.Get("discipline"),
				Method: f.Get("method"), Source: f.Get("source"), CheckedOn: f.Date("checked_on"), Note: f.Get("note"),
			}
			return func() (page.Next, error) {
				l, err := p.Licensure.RecordLicense(r.Ctx(), r.Actor, therapist, in)
				return page.To(r.LicensesPath(therapist), r.Say("licensure.forms.the_license_is_recorded", "jurisdiction", l.Jurisdiction, "number", l.Number)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.newLicense(r, therapist, form) },
	})
}

// part is what a form does, and the part of a record to which it does that.
type part struct {
	action access.Action
	scope  access.Scope
}

var (
	ofLicense = part{access.LicenseRecord, access.ScopeLicenses}
	ofOrder   = part{access.AdverseRecord, access.ScopeDiscipline}
)

// about is a form about one license, for who may do the action to a part of it. A form that nobody has filled in yet begins
// with the license's version, and with today in the fields that are named.
func (p *Licenses) about(r *page.Request, may part, title string, id core.LicenseID, form render.Form, today ...string) (licensePage, error) {
	l, err := p.Licensure.License(r.Ctx(), r.Actor, id)
	if err != nil {
		return licensePage{}, err
	}
	if err := p.Licensure.Form(r.Ctx(), r.Actor, may.action, l.TherapistID, may.scope); err != nil {
		return licensePage{}, err
	}
	stand(r, l)
	content := formOf(r, title, l.TherapistID, form)
	card := cardOf(l, licensure.Asking(r.Actor, l.TherapistID, r.CurrentOrganization(), standard.AsOf(r.Now())))
	content.License = &card
	if content.Form.Values == nil {
		content.Form.Values = url.Values{"version": {strconv.Itoa(l.Version)}}
		for _, field := range today {
			content.Form.Values.Set(field, content.Today.String())
		}
	}
	return content, nil
}

// statusOptions are the statuses of both axes as one choice, axis:status. On
// their own licenses therapists report the lifecycle alone.
func statusOptions(r *page.Request, own bool) []render.Option {
	options := axisOptions(r, core.Lifecycle, "licensure.forms.axis_license", core.LifecycleStatuses)
	options = append(options, render.Option{Value: string(core.Term) + ":" + core.Renewed, Label: r.Say("licensure.forms.axis_renewed")})
	if own {
		return options
	}
	return append(options, axisOptions(r, core.Discipline, "licensure.forms.axis_discipline", core.DisciplineStatuses)...)
}

func axisOptions(r *page.Request, axis core.Axis, id string, statuses []string) []render.Option {
	options := page.OptionsOf(r, statuses)
	for i, o := range options {
		options[i] = render.Option{Value: string(axis) + ":" + o.Value, Label: r.Say(id, "status", o.Label)}
	}
	return options
}

func (p *Licenses) event(r *page.Request, id core.LicenseID, form render.Form) (page.View, error) {
	content, err := p.about(r, ofLicense, r.Say("licensure.forms.record_a_change"), id, form, "checked_on")
	content.Statuses = statusOptions(r, content.Own)
	if content.License != nil && !content.Own {
		content.Orders = orderOptions(r, content.License.Practice.Orders)
	}
	return page.View{Name: "licensure/event", Title: content.Title, Content: content}, err
}

// orderOptions are the orders in force, by what they are and since when.
func orderOptions(r *page.Request, orders []license.Order) (options []render.Option) {
	for _, o := range orders {
		if !o.InForce {
			continue
		}
		id := "licensure.forms.order_since"
		if o.Authority != "" {
			id = "licensure.forms.order_since_by"
		}
		options = append(options, render.Option{Value: o.ID.String(), Label: r.Say(id, "status", page.OptionsOf(r, []string{o.Status})[0].Label, "since", o.EffectiveOn, "authority", o.Authority)})
	}
	return options
}

func (p *Licenses) showNewEvent(r *page.Request, id core.LicenseID) error {
	return r.Show(p.event(r, id, render.Form{}))
}

func (p *Licenses) recordEvent(r *page.Request, id core.LicenseID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			axis, status, _ := strings.Cut(f.Get("status"), ":")
			in := licensure.EventInput{
				Axis: core.Axis(axis), Status: status, EffectiveOn: f.Date("effective_on"), Until: f.Date("until"), Method: f.Get("method"),
				Source: f.Get("source"), CheckedOn: f.Date("checked_on"), Note: f.Get("note"),
				Authority: f.Get("authority"), Lifts: page.Chosen[core.LicenseEventID](f, "lifts"),
			}
			return func() (page.Next, error) {
				l, err := p.Licensure.RecordEvent(r.Ctx(), r.Actor, id, f.Version(), in)
				return page.To(r.LicensesPath(l.TherapistID), r.Say("licensure.forms.the_change_of_is_recorded", "jurisdiction", l.Jurisdiction, "number", l.Number)), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.event(r, id, form) },
	})
}

func (p *Licenses) renewal(r *page.Request, id core.LicenseID, form render.Form) (page.View, error) {
	content, err := p.about(r, ofLicense, r.Say("licensure.forms.record_a_renewal"), id, form, "renewed_on", "checked_on")
	content.Back = page.RenewalPath(id)
	return page.View{Name: "licensure/renew", Title: content.Title, Content: content}, err
}

func (p *Licenses) showRenew(r *page.Request, id core.LicenseID) error {
	return r.Show(p.renewal(r, id, render.Form{}))
}

func (p *Licenses) renew(r *page.Request, id core.LicenseID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			in := licensure.RenewalInput{
				ExpiresOn: f.Date("expires_on"), RenewedOn: f.Date("renewed_on"), Method: f.Get("method"), Source: f.Get("source"),
				CheckedOn: f.Date("checked_on"), Note: f.Get("note"),
			}
			return func() (page.Next, error) {
				l, err := p.Licensure.RenewLicense(r.Ctx(), r.Actor, id, f.Version(), in)
				return page.To(r.LicensesPath(l.TherapistID), r.Say("licensure.forms.the_renewal_of_is_recorded", "jurisdiction", l.Jurisdiction, "number", l.Number, "expiresOn", l.ExpiresOn)), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			return p.renewal(r, id, form.Renamed("effective_on", "renewed_on"))
		},
	})
}

func (p *Licenses) order(r *page.Request, id core.LicenseID, form render.Form) (page.View, error) {
	content, err := p.about(r, ofOrder, r.Say("licensure.forms.record_an_order"), id, form, "checked_on")
	if err != nil {
		return page.View{}, err
	}
	content.Methods = methodOptions(r)[:2]
	for _, k := range core.AdverseKinds {
		content.Kinds = append(content.Kinds, page.OptionsOf(r, []core.AdverseKind{k.Kind})...)
	}
	return page.View{Name: "licensure/order", Title: content.Title, Content: content}, nil
}

func (p *Licenses) showNewOrder(r *page.Request, id core.LicenseID) error {
	return r.Show(p.order(r, id, render.Form{}))
}

func (p *Licenses) recordOrder(r *page.Request, id core.LicenseID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			name, order, fileErr := page.Upload(r, "document")
			in := licensure.AdverseInput{
				Filename: name, Order: order,
				Kind: core.AdverseKind(f.Get("kind")), Authority: f.Get("authority"), OrderNumber: f.Get("order_number"), Note: f.Get("note"),
				StartsOn: f.Date("starts_on"), EndsOn: f.Date("ends_on"), Method: f.Get("method"), CheckedOn: f.Date("checked_on"),
			}
			return func() (page.Next, error) {
				if fileErr != nil {
					return nil, fileErr
				}
				if _, err := p.Licensure.RecordAdverse(r.Ctx(), r.Actor, id, f.Version(), in); err != nil {
					return nil, err
				}
				l, err := p.Licensure.License(r.Ctx(), r.Actor, id)
				return page.To(r.LicensesPath(l.TherapistID), r.Say("licensure.forms.order_recorded_with_its_discipline")), err
			}
		},
		Again: func(form render.Form) (page.View, error) { return p.order(r, id, form) },
	})
}

func (p *Licenses) attachOrder(r *page.Request, id core.AdverseID) error {
	name, body, fileErr := page.Upload(r, "document")
	values, err := r.Form()
	if err != nil {
		return err
	}
	therapist := page.Chosen[core.TherapistID](&page.Reading{Values: values}, "therapist")
	if err = fileErr; err == nil {
		if _, err = p.Licensure.AttachOrder(r.Ctx(), r.Actor, id, name, body); err == nil {
			return r.Done(r.LicensesPath(therapist), r.Say("licensure.forms.order_attached"))
		}
	}
	if therapist.IsZero() {
		return err
	}
	return r.Refill(err, values, p.again(r, therapist, "asked"))
}

func (p *Licenses) downloadOrder(r *page.Request, id core.AdverseID) error {
	d, err := p.Licensure.OrderDocument(r.Ctx(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.SendFile(d.Name, d.Body)
}
