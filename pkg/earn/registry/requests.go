package registry

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// RequestKind is what a student asks the office for.
type RequestKind string

// The kinds. A missed punch asks for the times of a class at which the student
// forgot to clock; a dispute says that the record is wrong.
const (
	RequestMissedPunch RequestKind = "missed_punch"
	RequestDispute     RequestKind = "dispute"
)

// RequestState is where a request stands.
type RequestState string

// The states. Open -> granted, declined or withdrawn.
const (
	RequestOpen      RequestState = "open"
	RequestGranted   RequestState = "granted"
	RequestDeclined  RequestState = "declined"
	RequestWithdrawn RequestState = "withdrawn"
)

// Request is what a student asks the office for, and the answer. It is answered
// by DueOn, and by nobody who made it. ClassID, In and Out belong to a missed
// punch; EntryID may name what a dispute is about.
type Request struct {
	ID             core.RequestID
	OrganizationID core.OrganizationID
	EnrollmentID   core.EnrollmentID
	TherapistID    core.TherapistID
	Name           string
	Kind           RequestKind
	State          RequestState
	ClassID        core.ClassID
	EntryID        core.EntryID
	In, Out        time.Time
	Text           string
	DueOn          core.Date
	Answer         string
	CreatedAt      time.Time
	DecidedBy      core.AccountID
	DecidedByName  string
	DecidedAt      time.Time
	Version        int
}

// Overdue tells whether it is open after its last day.
func (r Request) Overdue(today core.Date) bool { return r.State == RequestOpen && today.After(r.DueOn) }

// Absence is days, from First to Last, on which a student was excused. It tells
// absences apart and never raises the hours.
type Absence struct {
	ID            core.AbsenceID
	EnrollmentID  core.EnrollmentID
	First, Last   core.Date
	Reason        string
	CreatedAt     time.Time
	CreatedBy     core.AccountID
	CreatedByName string
}
