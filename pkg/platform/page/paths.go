package page

import (
	"strings"

	"github.com/palmar/palmar/pkg/core"
)

// Addresses that pages of several subjects lead to.

// OrganizationPath is an address below an organization, such as its "inbox".
func OrganizationPath(org core.OrganizationID, rest string) string {
	return "/o/" + org.String() + "/" + rest
}

// EnrollmentPath is where an enrollment stands.
func EnrollmentPath(id core.EnrollmentID) string { return "/enrollments/" + id.String() }

// EntryPath is a session that was logged.
func EntryPath(id core.EntryID) string { return "/entries/" + id.String() }

// ProposalPath is a certificate that is proposed.
func ProposalPath(id core.ProposalID) string { return "/completions/" + id.String() }

// CertificatePath is the public page of the certificate with a code, which stands
// in links without its hyphens.
func CertificatePath(code string) string { return "/c/" + strings.ReplaceAll(code, "-", "") }

// CoursePath is a course that a school gives.
func CoursePath(id core.CourseID) string { return "/courses/" + id.String() }

// TherapistPath is a therapist as others see them.
func TherapistPath(id core.TherapistID) string { return "/therapists/" + id.String() }

// LicensePath is what the pages about one license begin with.
func LicensePath(id core.LicenseID) string { return "/licenses/" + id.String() }

// RenewalPath is the checklist of a license's renewal.
func RenewalPath(id core.LicenseID) string { return LicensePath(id) + "/renewal" }

// LicensesPath is where the actor sees a therapist's licenses.
func (r *Request) LicensesPath(therapist core.TherapistID) string {
	if r.Owns(therapist) {
		return "/record/licenses"
	}
	return TherapistPath(therapist)
}

// CEPath is where the actor sees a therapist's continuing education.
func CEPath(r *Request, therapist core.TherapistID) string {
	if r.Owns(therapist) {
		return "/record/ce"
	}
	return TherapistPath(therapist) + "/ce"
}

// RecordTabs leads between the pages of one's own record.
type RecordTabs struct {
	Current, Hours string
}

// TabsOf are the tabs on one of those pages.
func TabsOf(current string) RecordTabs { return RecordTabs{current, "/record"} }
