package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/renewal"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var renewalRoutes = append([]Route{
	{http.MethodGet, "/licenses/:license/renewal", access.RenewalRead, (*request).showRenewal},
	{http.MethodPost, "/licenses/:license/renewal/:step", access.RenewalTick, (*request).tickStep},
	{http.MethodPost, "/licenses/:license/renewal/:step/undo", access.RenewalTick, (*request).untickStep},
	{http.MethodGet, "/licenses/:license/renew", access.LicenseRecord, (*request).showRenew},
	{http.MethodPost, "/licenses/:license/renew", access.LicenseRecord, (*request).renewLicense},
	{http.MethodGet, "/o/:organization/expiring", access.ExpiryRead, (*request).showExpiring},
}, reminderRoutes...)

func renewalPath(id core.LicenseID) string { return "/licenses/" + id.String() + "/renewal" }

type renewalPage struct {
	renewal.Checklist
	State string // the jurisdiction's name
	Back  string
	Path  string
	Renew string
	Forms map[string]render.Form // by step
}

func (r *request) renewalPage(c renewal.Checklist) renewalPage {
	r.stand([]core.License{c.License})
	forms := make(map[string]render.Form, len(c.Steps))
	for _, s := range c.Steps {
		forms[s.Key] = render.Form{ID: s.Key, Values: url.Values{"done_on": {c.Today.String()}}}
	}
	return renewalPage{
		Checklist: c, State: licensure.JurisdictionName(c.License.Jurisdiction), Back: r.recordPath(c.License.TherapistID),
		Path: renewalPath(c.License.ID), Renew: "/licenses/" + c.License.ID.String() + "/renew",
		Forms: forms,
	}
}

const renewalTitle = "Renewal of a licence"

func (r *request) showRenewal() error {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	c, err := r.web.Renewal.Checklist(r.ctx(), r.actor, license)
	if core.CodeOf(err) == "no_last_day" {
		return r.Redirect(http.StatusSeeOther, "/licenses/"+license.String()+"/renew")
	}
	if err != nil {
		return err
	}
	return r.page("renewal/checklist", renewalTitle, r.renewalPage(c))
}

func (r *request) tickStep() error {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := renewal.TickInput{DoneOn: form.date("done_on"), Note: form.Get("note")}
	if err = form.Err(); err == nil {
		if _, err = r.web.Renewal.Tick(r.ctx(), r.actor, license, r.Param("step"), in); err == nil {
			return r.done(renewalPath(license), "Noted.")
		}
	}
	c, pageErr := r.web.Renewal.Checklist(r.ctx(), r.actor, license)
	if pageErr != nil {
		return pageErr
	}
	p := r.renewalPage(c)
	wrong := render.NewForm(form.Values, err)
	wrong.ID = r.Param("step")
	p.Forms[wrong.ID] = wrong
	return r.refill(err, "renewal/checklist", renewalTitle, p)
}

func (r *request) untickStep() error {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	if _, err := r.web.Renewal.Untick(r.ctx(), r.actor, license, r.Param("step")); err != nil {
		return err
	}
	return r.done(renewalPath(license), "Taken back.")
}

func (r *request) renewPage(form render.Form) (licenseForm, error) {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return licenseForm{}, err
	}
	l, err := r.web.Licensure.License(r.ctx(), r.actor, license)
	if err != nil {
		return licenseForm{}, err
	}
	r.stand([]core.License{l})
	p := r.licenseForm("Record a renewal", l.TherapistID, form)
	card := cardOf(l, standard.AsOf(r.now()))
	p.License, p.Back = &card, renewalPath(l.ID)
	return p, nil
}

func (r *request) showRenew() error {
	p, err := r.renewPage(render.Form{})
	if err != nil {
		return err
	}
	today := p.Today.String()
	p.Form.Values = url.Values{"renewed_on": {today}, "checked_on": {today}, "version": {strconv.Itoa(p.License.Version)}}
	return r.page("renewal/renew", p.Title, p)
}

func (r *request) renewLicense() error {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	in := licensure.RenewalInput{
		ExpiresOn: form.date("expires_on"), RenewedOn: form.date("renewed_on"), Method: form.Get("method"), Source: form.Get("source"),
		CheckedOn: form.date("checked_on"), Note: form.Get("note"),
	}
	if err = form.Err(); err == nil {
		var l core.License
		if l, err = r.web.Licensure.RenewLicense(r.ctx(), r.actor, license, form.version(), in); err == nil {
			return r.done(r.recordPath(l.TherapistID), "The renewal of "+l.Jurisdiction+" "+l.Number+" is recorded: it is good until "+render.Day(l.ExpiresOn)+".")
		}
	}
	p, pageErr := r.renewPage(render.NewForm(form.Values, renamed(err, "effective_on", "renewed_on")))
	if pageErr != nil {
		return pageErr
	}
	p.Stale = core.CodeOf(err) == core.ErrStale.Code
	return r.refill(err, "renewal/renew", p.Title, p)
}

type expiringPage struct {
	Base  string
	Days  int
	Spans []render.Option
	Items []core.Expiring
	Today core.Date
	Pager render.Pager
}

// spans are how far ahead the office's list can look.
var spans = []int{30, 60, 90, 180, 365}

func (r *request) showExpiring() error {
	org, err := r.organization()
	if err != nil {
		return err
	}
	p := expiringPage{Base: "/o/" + org.String(), Days: 90}
	if text := r.QueryParam("days"); text != "" {
		if p.Days, err = strconv.Atoi(text); err != nil {
			return core.InvalidField("days", "bad_days", "Look ahead 1 to %d days.", renewal.MostDays)
		}
	}
	part, err := r.web.Renewal.Expiring(r.ctx(), r.actor, org, p.Days, r.part())
	if err != nil {
		return err
	}
	for _, days := range spans {
		p.Spans = append(p.Spans, render.Option{Value: strconv.Itoa(days), Label: strconv.Itoa(days) + " days"})
	}
	p.Items, p.Today, p.Pager = part.Items, part.Today, r.pager(part.Next, "Pages of licences")
	return r.page("renewal/expiring", "Licences that end soon", p)
}
