package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/employer"
	"github.com/palmar/palmar/pkg/licensure"
	"github.com/palmar/palmar/pkg/standard"
	"github.com/palmar/palmar/pkg/web/render"
)

var licenseRoutes = []Route{
	{http.MethodGet, "/record/licenses", access.LicenseRead, (*request).showOwnLicenses},
	{http.MethodGet, "/therapists/:therapist", access.LicenseRead, (*request).showTherapist},
	{http.MethodGet, "/therapists/:therapist/licenses/new", access.LicenseRecord, (*request).showNewLicense},
	{http.MethodPost, "/therapists/:therapist/licenses/new", access.LicenseRecord, (*request).recordLicense},
	{http.MethodGet, "/licenses/:license/events/new", access.LicenseRecord, (*request).showNewEvent},
	{http.MethodPost, "/licenses/:license/events/new", access.LicenseRecord, (*request).recordEvent},
	{http.MethodPost, "/licenses/:license/events/:event/withdraw", access.LicenseRecord, (*request).withdrawEvent},
	{http.MethodPost, "/licenses/:license/check", access.LicenseRecord, (*request).checkLicense},
	{http.MethodPost, "/therapists/:therapist/details", access.TherapistWrite, (*request).setDetails},
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
	Path         string
	Asked        render.Form // on which day, and what was known when
	Past         bool        // another question than that of today
	Details      render.Form
	Orders       []core.Adverse
	Compact      *standard.CompactStanding
}

// licenseCard is a licence with all of its histories in one, newest first.
type licenseCard struct {
	core.License
	State    string
	Practice core.Practice
	Cycle    string // odd or even, where the number sets the cycle
	OwnWord  bool
	Facts    []licenseFact
	Add      string
	Order    string
	Check    string // where the register is asked; empty: none is connected
	Attest   string // where the school proposes to attest it; empty: it cannot
}

type licenseFact struct {
	core.LicenseEvent
	How       string
	Weak      bool
	Counts    bool
	Later     bool
	Unheard   bool               // not recorded yet when it is asked what was known
	Withdrawn *core.LicenseEvent // the record that says that this one was an error
	Withdraw  string             // where it is withdrawn; empty: the one who looks cannot
}

func cardOf(l core.License, q core.Asked) licenseCard {
	regime := standard.RegimeOf(l.Jurisdiction)
	card := licenseCard{
		License: l, State: licensure.JurisdictionName(l.Jurisdiction), Practice: l.MayPractise(q), Cycle: regime.CycleOf(l.Number),
		Add: licensePath(l.ID) + "/events/new", Order: licensePath(l.ID) + "/orders/new",
	}
	counts := map[core.LicenseEventID]bool{}
	for _, axis := range []core.Axis{core.Lifecycle, core.Discipline, core.Term} {
		if e := l.StatusAt(axis, q); e != nil {
			counts[e.ID] = true
			card.OwnWord = card.OwnWord || e.Method == core.MethodSelfReport
		}
	}
	withdrawals := map[core.LicenseEventID]*core.LicenseEvent{}
	for i, e := range l.Events {
		if !e.Withdraws.IsZero() {
			withdrawals[e.Withdraws] = &l.Events[i]
		}
	}
	for _, e := range l.Events {
		if !e.Withdraws.IsZero() {
			continue
		}
		fact := licenseFact{
			LicenseEvent: e, How: methodWords[e.Method], Weak: e.Method == core.MethodSelfReport, Counts: counts[e.ID],
			Later: e.EffectiveOn.After(q.Day(l.Jurisdiction)), Withdrawn: withdrawals[e.ID],
			Unheard: !q.KnownAt.IsZero() && e.RecordedAt.After(q.KnownAt),
		}
		if fact.Withdrawn == nil {
			fact.Withdraw = licensePath(l.ID) + "/events/" + e.ID.String() + "/withdraw"
		}
		card.Facts = append(card.Facts, fact)
	}
	slices.SortFunc(card.Facts, func(a, b licenseFact) int {
		return cmp.Or(b.EffectiveOn.Compare(a.EffectiveOn), b.RecordedAt.Compare(a.RecordedAt))
	})
	return card
}

func licensePath(id core.LicenseID) string { return "/licenses/" + id.String() }

func practiseOf(licenses []core.License, q core.Asked) (practise, core.Practice) {
	p, known := core.MayPractise(licenses, q)
	switch {
	case p.May:
		return practise{"valid", "Yes", p.Reason}, p
	case known:
		return practise{"not_valid", "No", p.Reason}, p
	}
	return practise{employer.CouldNotCheck, "Not known", p.Reason}, p
}

// question reads which day is asked about, and what was known at the end of
// which day; without either it is today, by all that is recorded. What cannot be
// read is said in the form and not asked.
func (r *request) question(zone string) (core.Asked, render.Form) {
	q := standard.AsOf(r.now())
	f := reading{Values: r.QueryParams()}
	on, known := f.date("on"), f.date("known")
	form := render.NewForm(f.Values, f.Err())
	form.ID = "asked"
	if f.Err() != nil {
		return q, form
	}
	q.On = on
	if !known.IsZero() {
		q.KnownAt = known.AddDays(1).In(core.Organization{Zone: zone}.Location()).Add(-time.Microsecond)
	}
	return q, form
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
		Today: r.today(), Zone: r.zone(r.currentOrganization().OrganizationID), Path: r.recordPath(therapist),
	}
	if p.Person, err = r.web.Licensure.Therapist(r.ctx(), r.actor, therapist); err != nil {
		return p, err
	}
	orders, err := r.web.Licensure.AdverseActions(r.ctx(), r.actor, therapist, core.Page{Limit: 100})
	if err != nil {
		return p, err
	}
	p.Orders = orders.Items
	p.Details = render.Form{ID: "details", Values: url.Values{"birth_date": {p.Person.BirthDate.String()}, "zone": {p.Person.Zone}}}
	q, asked := r.question(p.Zone)
	p.Asked, p.Past = asked, !q.On.IsZero() || !q.KnownAt.IsZero()
	var answer core.Practice
	p.Practise, answer = practiseOf(licenses, q)
	if home := homeOf(licenses, q); home != "" {
		compact, err := r.web.Licensure.Compact(r.ctx(), r.actor, therapist, home)
		if err != nil {
			return p, err
		}
		p.Compact = &compact
	}
	for _, l := range licenses {
		card := cardOf(l, q)
		if r.web.Licensure.MayCheck(l.Jurisdiction) {
			card.Check = licensePath(l.ID) + "/check"
		}
		if !r.owns(l.TherapistID) && !l.OrganizationID.IsZero() && r.can(access.ProposalMake, l.OrganizationID) && !card.OwnWord && len(card.Facts) > 0 {
			card.Attest = "/licenses/" + l.ID.String() + "/propose"
		}
		p.OwnWord = p.OwnWord || card.OwnWord && card.Practice == answer
		p.Licenses = append(p.Licenses, card)
	}
	return p, nil
}

// homeOf is the state of the first licence that lets its holder practise, or of
// the first one.
func homeOf(licenses []core.License, q core.Asked) string {
	for _, l := range licenses {
		if l.MayPractise(q).May {
			return l.Jurisdiction
		}
	}
	if len(licenses) > 0 {
		return licenses[0].Jurisdiction
	}
	return ""
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
	p, err := r.licensesPage(therapist)
	if err != nil {
		return err
	}
	return r.therapistPage(http.StatusOK, p)
}

// therapistPage shows the licences and certificates of somebody to the office.
func (r *request) therapistPage(status int, p licensesPage) error {
	therapist := p.Person.ID
	credentials, err := r.web.Certify.Credentials(r.ctx(), r.actor, therapist)
	if f := core.AsFault(err); err != nil && (f == nil || f.Kind != core.KindForbidden) {
		return err
	}
	if len(credentials) > 0 {
		r.place = credentials[0].OrganizationID
	}
	p.Certificates = r.certificateLines(credentials)
	return r.answer(status, "license/therapist", p.Person.Name, p)
}

func (r *request) checkLicense() error {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	c, err := r.web.Licensure.CheckNow(r.ctx(), r.actor, license)
	l, readErr := r.web.Licensure.License(r.ctx(), r.actor, license)
	switch {
	case readErr != nil:
		return readErr
	case err != nil:
		return r.licensesAgain(l.TherapistID, err, func(p *licensesPage) { p.Asked = named("asked", render.NewForm(url.Values{}, err)) })
	}
	return r.done(r.recordPath(l.TherapistID), c.Source+": "+c.Detail)
}

func (r *request) setDetails() error {
	therapist, err := id[core.TherapistID](r, "therapist")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	birth := form.date("birth_date")
	if err = form.Err(); err == nil {
		if _, err = r.web.Licensure.SetDetails(r.ctx(), r.actor, therapist, birth, form.text("zone")); err == nil {
			return r.done(r.recordPath(therapist), "The details are kept.")
		}
	}
	return r.licensesAgain(therapist, err, func(p *licensesPage) { p.Details = named("details", render.NewForm(form.Values, err)) })
}

func named(id string, form render.Form) render.Form {
	form.ID = id
	return form
}

// licensesAgain shows a therapist's licences with a form that has to be mended.
func (r *request) licensesAgain(therapist core.TherapistID, fault error, mend func(*licensesPage)) error {
	f := core.AsFault(fault)
	if f == nil || f.Kind == core.KindNotFound || f.Kind == core.KindForbidden {
		return fault
	}
	p, err := r.licensesPage(therapist)
	if err != nil {
		return err
	}
	mend(&p)
	if p.Own {
		return r.answer(StatusOf(f), "license/own", "My licences", p)
	}
	return r.therapistPage(StatusOf(f), p)
}

func (r *request) withdrawEvent() error {
	license, err := id[core.LicenseID](r, "license")
	if err != nil {
		return err
	}
	event, err := id[core.LicenseEventID](r, "event")
	if err != nil {
		return err
	}
	form, err := r.read()
	if err != nil {
		return err
	}
	l, err := r.web.Licensure.Withdraw(r.ctx(), r.actor, license, form.version(), event, form.Get("reason"))
	if err == nil {
		return r.done(r.recordPath(l.TherapistID), "The record is withdrawn. It stays in the history.")
	}
	if l, readErr := r.web.Licensure.License(r.ctx(), r.actor, license); readErr == nil {
		return r.licensesAgain(l.TherapistID, err, func(p *licensesPage) { p.Asked = named("asked", render.NewForm(form.Values, err)) })
	}
	return err
}
