package home

import (
	"html/template"

	"github.com/palmar/palmar/pkg/attest/certify/certifypage"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
)

type personPart struct {
	Person       core.Therapist
	Certificates []certifypage.Line
	Hidden       bool // the person has not shared the certificates
	Zone         string
	Hours        string // where the person's hours are, if any may be seen
}

// BesideLicenses is what the page of a therapist has, for an office, beside their
// licenses: the certificates of its school, and where the hours are. Moments are shown in a zone.
func (p *Pages) BesideLicenses(r *page.Request, person core.Therapist, zone string) (template.HTML, error) {
	all, err := p.Certify.Credentials(r.Ctx(), r.Actor, person.ID)
	f := core.AsFault(err)
	if err != nil && (f == nil || f.Kind != core.KindForbidden && f.Kind != core.KindNotFound) {
		return "", err
	}
	if len(all) > 0 {
		r.Place = all[0].OrganizationID
	}
	content := personPart{Person: person, Certificates: certifypage.Lines(r.Site.PublicURL, all), Zone: zone, Hidden: f != nil && f.Kind == core.KindNotFound}
	open, err := p.Logbook.HoursOpen(r.Ctx(), r.Actor, person.ID)
	if err != nil {
		return "", err
	}
	if open {
		content.Hours = hoursPath(person.ID)
	}
	return r.Inset(page.View{Name: "home/person", Content: content})
}
