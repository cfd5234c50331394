package core

import "time"

// CheckOutcome is what a look at a primary source gave.
type CheckOutcome string

// The outcomes. That a source could not be asked says nothing of the license.
const (
	CheckSame          CheckOutcome = "same"
	CheckChanged       CheckOutcome = "changed"
	CheckNotFound      CheckOutcome = "not_found"
	CheckCouldNotCheck CheckOutcome = "could_not_check"
)

// LicenseCheck is the record that a primary source was asked about a license.
// CheckedOn is the day of which the source speaks.
type LicenseCheck struct {
	ID         LicenseCheckID
	LicenseID  LicenseID
	At         time.Time
	CheckedOn  Date
	Source     string
	Outcome    CheckOutcome
	Detail     string
	RecordedBy AccountID

	// Register tells that no person looked, but a program, at a source that the operator
	// vouches for; else it was a member of an organization.
	Register         bool
	OrganizationID   OrganizationID
	OrganizationName string
	// What the source said, empty where it said nothing of that axis.
	Lifecycle  string
	ExpiresOn  Date
	Discipline string
	// Address is of the page that someone saw, and DocumentID a copy of it.
	Address      string
	DocumentID   DocumentID
	DocumentName string
}

// Answered tells whether the source spoke of the license.
func (c LicenseCheck) Answered() bool { return c.Outcome == CheckSame || c.Outcome == CheckChanged }
