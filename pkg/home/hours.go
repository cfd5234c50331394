package home

import (
	"net/http"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/page"
)

func hoursPath(therapist core.TherapistID) string { return page.TherapistPath(therapist) + "/hours" }

type hoursPage struct {
	Person core.Therapist
	Path   string // of the person, to whom some of it is their school's
	Items  []logbook.Hours
}

// showHours shows an organization the hours of a person that it may see.
func (p *Pages) showHours(r *page.Request, therapist core.TherapistID) error {
	if r.Owns(therapist) {
		return r.Redirect(http.StatusSeeOther, "/record")
	}
	person, err := p.Licensure.Therapist(r.Ctx(), r.Actor, therapist)
	if err != nil {
		return err
	}
	items, err := p.Logbook.HoursOf(r.Ctx(), r.Actor, therapist)
	if err != nil {
		return err
	}
	content := hoursPage{Person: person, Items: items}
	for _, h := range items {
		if r.Can(access.HoursRead, h.OrganizationID) {
			r.Place, content.Path = h.OrganizationID, page.TherapistPath(therapist)
		}
	}
	return r.Page("home/hours", r.Say("home.hours.title", "name", person.Name), content)
}
