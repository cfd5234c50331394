// Package home are the pages over several subjects, and where each person's
// work begins.
package home

import (
	"net/http"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// Pages are the pages over several subjects.
type Pages struct {
	Certify   *certify.Service
	Employer  *employer.Service
	Logbook   *logbook.Service
	Licensure *licensure.Service
}

// Routes lists every page and form.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		page.Get("/", page.Public, p.showFront),
		page.Get("/help", page.Public, p.showHelp),
		page.Get("/record/certificates", access.CredentialRead, p.showCertificates),
		page.Get("/record/disclosures", access.DisclosureRead, p.showDisclosures),
		page.Get("/therapists/:therapist/hours", access.HoursRead, page.On("therapist", p.showHours)),
	}
}

// Menu is empty: these are where the others lead from.
func (p *Pages) Menu() []page.MenuItem { return nil }

// showFront tells a stranger what Palmar is, and takes anybody else to where
// their work is.
func (p *Pages) showFront(r *page.Request) error {
	if !r.Actor.AccountID.IsZero() {
		return r.Redirect(http.StatusSeeOther, Start(r.Actor))
	}
	return r.Page("home/front", r.Say("home.pages.the_record_of_a_massage"), render.Form{})
}

// Start is the page that an actor needs most: what waits for the role that they
// have in their first organization.
func Start(a access.Actor) string {
	if len(a.Memberships) == 0 {
		switch {
		case !a.TherapistID.IsZero():
			return "/record"
		case a.Operator:
			return "/organizations"
		}
		return "/account"
	}
	org := a.Memberships[0].OrganizationID
	starts := []struct {
		role core.Role
		page string
	}{
		{core.RoleSupervisor, page.OrganizationPath(org, "inbox")}, {core.RoleRegistrar, page.OrganizationPath(org, "students")},
		{core.RoleVerifier, page.OrganizationPath(org, "checks")}, {core.RoleStudent, "/record"},
	}
	for _, s := range starts {
		if _, has := a.Member(org, s.role); has {
			return s.page
		}
	}
	if a.Memberships[0].OrganizationKind == core.Employer {
		return page.OrganizationPath(org, "checks")
	}
	return page.OrganizationPath(org, "students")
}
