package home

import (
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify/certifypage"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

type certificatesPage struct {
	Tabs  page.RecordTabs
	Items []certifypage.Line
	Now   time.Time
}

// showCertificates lists one's own certificates, of all schools.
func (p *Pages) showCertificates(r *page.Request) error {
	if err := r.OwnRecord(); err != nil {
		return err
	}
	all, err := p.Certify.Credentials(r.Ctx(), r.Actor, r.Actor.TherapistID)
	slices.Reverse(all)
	return r.Show(page.View{Name: "home/certificates", Title: r.Say("home.own.my_certificates"), Content: certificatesPage{
		page.TabsOf("certificates"), certifypage.Lines(r.Site.PublicURL, all), r.Now(),
	}}, err)
}

type disclosuresPage struct {
	Tabs  page.RecordTabs
	Items []core.Disclosure
	Pager render.Pager
	Now   time.Time
	Zone  string
	Hours []logbook.Handed // that schools handed on
}

// mostHanded is how many handovers of hours are listed: a person changes schools a few
// times.
const mostHanded = 100

// showDisclosures lists who saw one's record, and to whom hours were handed on.
func (p *Pages) showDisclosures(r *page.Request) error {
	if err := r.OwnRecord(); err != nil {
		return err
	}
	list, err := p.Employer.Disclosures(r.Ctx(), r.Actor, r.Part())
	if err != nil {
		return err
	}
	handed, err := p.Logbook.MyHandedOn(r.Ctx(), r.Actor, core.Page{Limit: mostHanded})
	if err != nil {
		return err
	}
	zone := "UTC"
	if org := r.CurrentOrganization().OrganizationID; !org.IsZero() {
		zone = r.Zone(org)
	}
	return r.Page("home/disclosures", r.Say("home.own.who_checked_my_record"), disclosuresPage{
		page.TabsOf("disclosures"), list.Items, r.Pager(list.Next, r.Say("home.own.who_checked_my_record")), r.Now(), zone, handed.Items,
	})
}
