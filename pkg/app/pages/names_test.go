package pages

import (
	"strconv"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/page"
)

// Addresses, and what else the pages agree on with those who look at them.

func enrollmentPath(id core.EnrollmentID) string { return page.EnrollmentPath(id) }
func coursePath(id core.CourseID) string         { return page.CoursePath(id) }
func therapistPath(id core.TherapistID) string   { return page.TherapistPath(id) }
func certificatePath(code string) string         { return page.CertificatePath(code) }

// refOf names an entry in the version that is shown.
func refOf(e core.Entry) string { return e.ID.String() + ":" + strconv.Itoa(e.Version) }

const (
	largestCredential = 1 << 20 // bytes of a file to be checked
	rowsShown         = 100     // refused records on a page
	groupsShown       = 10      // groups on a page of the inbox
)
