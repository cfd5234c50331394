package core

import "time"

// Course is a specialty course that a school gives. Minutes are its length,
// set by the school; Specialty is the topic, such as
// "manual-lymphatic-drainage". Anyone who completes it must meet every
// prerequisite. Its certificate is good for as long as Lasts says. Refreshes is
// the code of the course of which it renews what that attests, Standard the key
// of the specialty's standard that it is held by; empty where the school sets
// the hours alone.
type Course struct {
	ID             CourseID
	OrganizationID OrganizationID
	Code           string
	Title          string
	Specialty      string
	Description    string
	Minutes        Minutes
	Prerequisites  []Prerequisite
	Lasts          Lasting
	Refreshes      string
	Standard       string
	CreatedAt      time.Time
	Version        int
}

// Prerequisite is one condition of a course: exactly one of its parts is set.
// Licensed wants a license under which the therapist may practice on the day
// of completion; Minutes wants that many certified program minutes; CourseCode
// wants a completion of another course of the same school.
type Prerequisite struct {
	Licensed   bool    `json:"licensed,omitempty"`
	Minutes    Minutes `json:"minutes,omitempty"`
	CourseCode string  `json:"course_code,omitempty"`
}

func (p Prerequisite) String() string {
	switch {
	case p.Licensed:
		return "may practice under an active license"
	case p.Minutes > 0:
		return p.Minutes.String() + " of certified supervised instruction"
	}
	return "completed course " + p.CourseCode
}

// CourseCompletion is the record that a therapist finished a course.
type CourseCompletion struct {
	ID             CourseCompletionID
	OrganizationID OrganizationID
	CourseID       CourseID
	CourseTitle    string
	CourseCode     string
	TherapistID    TherapistID
	Name           string
	CompletedOn    Date
	Minutes        Minutes
	Instructor     string
	Note           string
	RecordedBy     AccountID
	RecordedAt     time.Time
	Disputed
}
