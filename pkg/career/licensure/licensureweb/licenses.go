package licensureweb

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/licensure/licensurepage"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
	"github.com/palmar/palmar/pkg/words"
)

// Licenses are the pages of licenses, of orders about them, and of the therapists
// who hold them.
type Licenses struct {
	Licensure *licensure.Service
	Beside    Beside
}

// Routes implements page.Pages.
func (p *Licenses) Routes() []page.Route {
	return []page.Route{
		page.Get("/record/licenses", access.LicenseRead, p.showOwn),
		page.Get("/therapists/:therapist", access.LicenseRead, page.On("therapist", p.showTherapist)),
		page.Post("/therapists/:therapist/details", access.TherapistWrite, page.On("therapist", p.setDetails)),
		page.Get("/therapists/:therapist/licenses/new", access.LicenseRecord, page.On("therapist", p.showNew)),
		page.Post("/therapists/:therapist/licenses/new", access.LicenseRecord, page.On("therapist", p.record)),
		page.Get("/licenses/:license/events/new", access.LicenseRecord, page.On("license", p.showNewEvent)),
		page.Post("/licenses/:license/events/new", access.LicenseRecord, page.On("license", p.recordEvent)),
		page.Post("/licenses/:license/events/:event/withdraw", access.LicenseRecord, page.On("license", p.withdrawEvent)),
		page.Get("/licenses/:license/renew", access.LicenseRecord, page.On("license", p.showRenew)),
		page.Post("/licenses/:license/renew", access.LicenseRecord, page.On("license", p.renew)),
		page.Post("/licenses/:license/check", access.LicenseRecord, page.On("license", p.check)),
		page.Get("/licenses/:license/look", access.LicenseLook, page.On("license", p.showLook)),
		page.Post("/licenses/:license/look", access.LicenseLook, page.On("license", p.recordLook)).Takes(page.MostForm),
		page.Get("/licenses/:license/looks/:look/evidence", access.LicenseRead, page.On("license", p.downloadEvidence)),
		page.Get("/licenses/:license/orders/new", access.AdverseRecord, page.On("license", p.showNewOrder)),
		page.Post("/licenses/:license/orders/new", access.AdverseRecord, page.On("license", p.recordOrder)).Takes(page.MostForm),
		page.Post("/orders/:adverse/document", access.AdverseRecord, page.On("adverse", p.attachOrder)).Takes(page.MostForm),
		page.Get("/orders/:adverse/document", access.LicenseRead, page.On("adverse", p.downloadOrder)),
	}
}

// Menu implements page.Pages.
func (*Licenses) Menu() []page.MenuItem { return nil }

type licensesPage struct {
	Tabs     page.RecordTabs
	Own      bool
	Students string // of the school of the one who looks
	Person   core.Therapist
	Places   []licensurepage.Place
	Untold   []words.Sentence
	Licenses []licenseCard
	Beside   template.HTML // what others show of the person, to the office
	New      string
	CE       string // the person’s continuing education
	Today    core.Date
	Zone     string
	Path     string
	Asked    render.Form // on which day, and what was known when
	Past     bool        // another question than that of today
	Unread   bool        // what is asked cannot be read, so nothing is answered
	Details  render.Form
	Orders   []licensure.Adverse
	Compact  *standard.CompactStanding
	Hidden   bool // the person has not shared the licenses
	Record   bool // the actor may add to them
}

// question reads which day is asked about, and what was known at the end of
// which day; without either it is today, by all that is recorded. What cannot be
// read is said in the form and not asked.
func question(r *page.Request, zone string) (license.Asked, render.Form) {
	q := standard.AsOf(r.Now())
	f := page.Reading{Values: r.QueryParams()}
	on, known := f.Date("on"), f.KnownAt("known", core.Organization{Zone: zone}, r.Now())
	form := page.FormOf(r, f.Values, f.Err())
	form.ID = "asked"
	if f.Err() != nil {
		return q, form
	}
	q.On, q.KnownAt = on, known
	return q, form
}

// licenses are a therapist's licenses as of today in the organization of the one
// who looks. again is a form of the page that has to be fixed, by its id.
func (p *Licenses) licenses(r *page.Request, therapist core.TherapistID, again render.Form) (page.View, error) {
	licenses, err := p.Licensure.Licenses(r.Ctx(), r.Actor, therapist)
	if err != nil {
		return page.View{}, err
	}
	stand(r, licenses...)
	content := licensesPage{
		Tabs: page.TabsOf("licenses"), Own: r.Owns(therapist), New: page.TherapistPath(therapist) + "/licenses/new", CE: page.CEPath(r, therapist),
		Today: r.Today(), Zone: r.Zone(r.CurrentOrganization().OrganizationID), Path: r.LicensesPath(therapist),
	}
	if content.Person, err = p.Licensure.Therapist(r.Ctx(), r.Actor, therapist); err != nil {
		return page.View{}, err
	}
	shared, err := p.Licensure.Shared(r.Ctx(), r.Actor, therapist)
	if err != nil {
		return page.View{}, err
	}
	content.Hidden = !shared
	if ce, err := page.Opens(p.Licensure.Form(r.Ctx(), r.Actor, access.CERead, therapist, access.ScopeCE)); err != nil {
		return page.View{}, err
	} else if !ce {
		content.CE = ""
	}
	content.Record = content.Own || shared && r.CurrentOrganization().OrganizationKind == core.School
	orders, err := p.Licensure.AdverseActions(r.Ctx(), r.Actor, therapist, core.Page{Limit: 100})
	if err != nil && core.CodeOf(err) != "not_found" { // licenses may be shared without orders
		return page.View{}, err
	}
	content.Orders = orders.Items
	content.Details = render.Form{ID: "details", Values: url.Values{"birth_date": {content.Person.BirthDate.String()}, "zone": {content.Person.Zone}}}
	q, asked := question(r, content.Zone)
	q = licensure.Asking(r.Actor, therapist, r.CurrentOrganization(), q)
	content.Asked, content.Unread, content.Past = asked, asked.Wrong(), !q.On.IsZero() || !q.KnownAt.IsZero()
	if err := p.judged(r, &content, licenses, q); err != nil {
		return page.View{}, err
	}
	switch again.ID {
	case "asked":
		content.Asked = again
	case "details":
		content.Details = again
	}
	if content.Own {
		return page.View{Name: "licensure/own", Title: r.Say("shared.my_licenses"), Content: content}, nil
	}
	if org := r.CurrentOrganization().OrganizationID; r.Can(access.EnrollmentRead, org) {
		content.Students = page.OrganizationPath(org, "students")
	}
	content.Beside, err = p.Beside(r, content.Person, content.Zone)
	return page.View{Name: "licensure/therapist", Title: content.Person.Name, Content: content}, err
}

// judged adds what the licenses let their holder do.
func (p *Licenses) judged(r *page.Request, content *licensesPage, licenses []core.License, q license.Asked) error {
	places := license.Places(licenses, q, r.CurrentOrganization().Jurisdiction)
	if content.Places = licensurepage.Places(places); len(places) == 0 {
		content.Untold = license.Headline(nil, nil)
	}
	if home := homeOf(places); home != "" && !content.Hidden {
		compact, err := p.Licensure.Compact(r.Ctx(), r.Actor, content.Person.ID, home)
		if err != nil {
			return err
		}
		content.Compact = &compact
	}
	for _, l := range licenses {
		card := cardOf(l, q)
		for i := range card.Facts {
			f := &card.Facts[i]
			if own := content.Own && f.Weak; !own && (content.Own || !r.Can(access.LicenseRecord, f.OrganizationID)) {
				f.Withdraw = "" // who recorded it withdraws it
			}
		}
		if !content.Own && !content.Hidden {
			card.Look = page.LicensePath(l.ID) + "/look"
		}
		if content.Record && p.Licensure.MayCheck(l.Jurisdiction) {
			card.Check = page.LicensePath(l.ID) + "/check"
		}
		if !content.Own && !l.OrganizationID.IsZero() && r.Can(access.ProposalMake, l.OrganizationID) && card.Practice.May() {
			card.Attest = page.LicensePath(l.ID) + "/propose"
		}
		content.Licenses = append(content.Licenses, card)
	}
	return nil
}

// homeOf is the first jurisdiction in which the person may practice, or of which a
// license is recorded.
func homeOf(places []license.Place) string {
	if i := slices.IndexFunc(places, func(p license.Place) bool { return p.Answer == license.Yes }); i >= 0 {
		return places[i].Jurisdiction
	}
	if len(places) > 0 {
		return places[0].Jurisdiction
	}
	return ""
}

// stand puts the page into the actor's organization that recorded a license.
func stand(r *page.Request, licenses ...core.License) {
	for _, l := range licenses {
		r.StandIn(l.OrganizationID, access.LicenseRead)
	}
}

func (p *Licenses) showOwn(r *page.Request) error {
	if err := r.OwnRecord(); err != nil {
		return err
	}
	return r.Show(p.licenses(r, r.Actor.TherapistID, render.Form{}))
}

func (p *Licenses) showTherapist(r *page.Request, therapist core.TherapistID) error {
	if r.Owns(therapist) {
		return r.Redirect(http.StatusSeeOther, "/record/licenses")
	}
	return r.Show(p.licenses(r, therapist, render.Form{}))
}

// again is the page of the therapist of a form that has to be fixed.
func (p *Licenses) again(r *page.Request, therapist core.TherapistID, id string) func(render.Form) (page.View, error) {
	return func(form render.Form) (page.View, error) {
		form.ID = id
		return p.licenses(r, therapist, form)
	}
}

func (p *Licenses) check(r *page.Request, id core.LicenseID) error {
	c, err := p.Licensure.CheckNow(r.Ctx(), r.Actor, id)
	l, readErr := p.Licensure.License(r.Ctx(), r.Actor, id)
	switch {
	case readErr != nil:
		return readErr
	case err != nil:
		return r.Refill(err, url.Values{}, p.again(r, l.TherapistID, "asked"))
	}
	return r.Done(r.LicensesPath(l.TherapistID), c.Source+": "+c.Detail)
}

func (p *Licenses) setDetails(r *page.Request, therapist core.TherapistID) error {
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			birth, zone := f.Date("birth_date"), f.Text("zone")
			return func() (page.Next, error) {
				_, err := p.Licensure.SetDetails(r.Ctx(), r.Actor, therapist, birth, zone)
				return page.To(r.LicensesPath(therapist), r.Say("licensure.licenses.details_saved")), err
			}
		},
		Again: p.again(r, therapist, "details"),
	})
}

func (p *Licenses) withdrawEvent(r *page.Request, id core.LicenseID) error {
	event, err := page.ID[core.LicenseEventID](r, "event")
	if err != nil {
		return err
	}
	return r.Submit(page.Form{
		Read: func(f *page.Reading) page.Command {
			return func() (page.Next, error) {
				l, err := p.Licensure.Withdraw(r.Ctx(), r.Actor, id, f.Version(), event, f.Get("reason"))
				return page.To(r.LicensesPath(l.TherapistID), r.Say("licensure.licenses.record_withdrawn_it_stays_in")), err
			}
		},
		Again: func(form render.Form) (page.View, error) {
			l, err := p.Licensure.License(r.Ctx(), r.Actor, id)
			if err != nil {
				return page.View{}, err
			}
			return p.again(r, l.TherapistID, "asked")(form)
		},
	})
}
