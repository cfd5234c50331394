package specialty

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Level is how far a step of a pathway leads.
type Level string

// The levels, each after the one before.
const (
	LevelFoundation Level = "foundation"
	LevelAdvanced   Level = "advanced"
	LevelMaster     Level = "master"
)

// Levels in their order.
var Levels = []Level{LevelFoundation, LevelAdvanced, LevelMaster}

// Pathway is a succession of courses. Course is what is completed with the last
// step; its certificate is the pathway's.
type Pathway struct {
	ID             core.PathwayID
	OrganizationID core.OrganizationID
	Course         core.Course
	Steps          []PathwayStep
	CreatedAt      time.Time
	CreatedBy      core.AccountID
	Version        int
}

// PathwayStep is a course of a pathway, the first with Number 1.
type PathwayStep struct {
	PathwayID core.PathwayID
	Number    int
	CourseID  core.CourseID
	Code      string
	Title     string
	Minutes   core.Minutes
	Level     Level
}

// SectionState is where a section stands.
type SectionState string

// The states. Open -> finished or canceled.
const (
	SectionOpen     SectionState = "open"
	SectionFinished SectionState = "finished"
	SectionCanceled SectionState = "canceled"
)

// Section is a course held once, for a cohort: from a day to a day, with seats
// and an instructor. Taken are the seats that are held, Waiting is how many wait
// for one. With Exam, who completes it has passed a practical examination.
type Section struct {
	ID             core.SectionID
	OrganizationID core.OrganizationID
	CourseID       core.CourseID
	CourseCode     string
	CourseTitle    string
	Minutes        core.Minutes // of the course
	InstructorID   core.MemberID
	InstructorName string
	State          SectionState
	StartsOn       core.Date
	EndsOn         core.Date
	Place          string
	Seats          int
	Taken          int
	Waiting        int
	Exam           bool
	CreatedAt      time.Time
	CreatedBy      core.AccountID
	Version        int
}

// MySection is a section as someone in it sees it.
type MySection struct {
	Section
	Place PlaceState
}

// PlaceState is what a person's place in a section is.
type PlaceState string

// The states. Waiting -> seated -> completed or not completed; either of the
// first two -> withdrawn.
const (
	PlaceSeated       PlaceState = "seated"
	PlaceWaiting      PlaceState = "waiting"
	PlaceWithdrawn    PlaceState = "withdrawn"
	PlaceCompleted    PlaceState = "completed"
	PlaceNotCompleted PlaceState = "not_completed"
)

// Place is a person's place in a section. Queued orders who waits: the lower
// came first. Attended are the minutes of sessions at which they were present,
// Passed whether an examination was passed.
type Place struct {
	SectionID    core.SectionID
	TherapistID  core.TherapistID
	Name         string
	Email        string
	Reach        string // the address for mail
	Language     string // that the account has chosen
	State        PlaceState
	Queued       int64
	Since        time.Time
	CompletionID core.CourseCompletionID
	Reason       string
	Attended     core.Minutes
	Passed       bool
	Attempts     int
	// Bars say where the person may not practice, to those who may know.
	Bars []words.Sentence
}

// SectionSession is one meeting of a section. Part is a subject of the
// specialty's standard, such as theory or lab.
type SectionSession struct {
	ID        core.SectionSessionID
	SectionID core.SectionID
	Date      core.Date
	Minutes   core.Minutes
	Part      string
	Setting   core.Setting
	Delivery  core.Delivery
}

// SessionMark says whether someone was there, and for how long.
type SessionMark struct {
	SessionID   core.SectionSessionID
	TherapistID core.TherapistID
	Mark        core.Mark
	Minutes     core.Minutes
	MarkedBy    core.AccountID
	MarkedAt    time.Time
}

// ExamResult is one attempt at the practical examination of a section. Score is
// a percentage and means nothing unless Scored.
type ExamResult struct {
	SectionID   core.SectionID
	TherapistID core.TherapistID
	CourseCode  string
	Attempt     int
	Passed      bool
	Scored      bool
	Score       int
	TakenOn     core.Date
	Note        string
	RecordedBy  core.AccountID
	RecordedAt  time.Time
}

// AssessmentForm is a school's form by competency: each gets a mark from 1 to
// Scale. It never changes; another form is made instead.
type AssessmentForm struct {
	ID             core.AssessmentFormID
	OrganizationID core.OrganizationID
	Title          string
	Scale          int
	Competencies   []string
	CreatedAt      time.Time
}

// Assessment is a form that an instructor filled in. Scores has one mark for
// each competency, in their order.
type Assessment struct {
	ID          core.AssessmentID
	FormID      core.AssessmentFormID
	SectionID   core.SectionID
	TherapistID core.TherapistID
	Name        string
	Form        AssessmentForm
	Scores      []int
	Remark      string
	RecordedBy  core.AccountID
	RecordedAt  time.Time
}
