package core

import "time"

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
	ID             RequestID
	OrganizationID OrganizationID
	EnrollmentID   EnrollmentID
	TherapistID    TherapistID
	Name           string
	Kind           RequestKind
	State          RequestState
	ClassID        ClassID
	EntryID        EntryID
	In, Out        time.Time
	Text           string
	DueOn          Date
	Answer         string
	CreatedAt      time.Time
	DecidedBy      AccountID
	DecidedByName  string
	DecidedAt      time.Time
	Version        int
}

// Overdue tells whether it is open after its last day.
func (r Request) Overdue(today Date) bool { return r.State == RequestOpen && today.After(r.DueOn) }

// Absence is days, from First to Last, on which a student was excused. It tells
// absences apart and never raises the hours.
type Absence struct {
	ID            AbsenceID
	EnrollmentID  EnrollmentID
	First, Last   Date
	Reason        string
	CreatedAt     time.Time
	CreatedBy     AccountID
	CreatedByName string
}
