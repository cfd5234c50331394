// Package certifyweb are the pages of certification: proposals and the second
// person's word on them, certificates and the hours behind them, the school's keys
// and paper, and what is published for every verifier.
package certifyweb

import (
	"slices"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/page"
	"github.com/palmar/palmar/pkg/platform/render"
)

// All are the pages of certification.
func All(c *certify.Service, a *account.Service, l *logbook.Service, s *specialty.Service) []page.Pages {
	return []page.Pages{
		&Proposals{Certify: c, Logbook: l}, &Cohorts{Certify: c, Logbook: l}, &CourseCompletions{Certify: c, Specialty: s}, &Credentials{Certify: c},
		&Keys{Certify: c, Account: a}, &Paper{Certify: c}, &Published{Certify: c},
	}
}

// tabs lead between what is proposed and what was issued.
type tabs struct{ Current, Base string }

// unmet says what stands in the way of a certificate: all but the form's own
// inputs, which the page has nothing to lead to.
func unmet(r *page.Request, form render.Form, inputs ...string) render.Form {
	form.Errors = slices.Clone(form.Errors)
	for i, e := range form.Errors {
		if !slices.Contains(inputs, e.Name) {
			form.Errors[i].Name, form.Message = "", r.Say("certify.certifyweb.this_cant_be_certified_yet")
		}
	}
	return form
}
