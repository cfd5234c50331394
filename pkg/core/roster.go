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
}
