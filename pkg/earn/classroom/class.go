package classroom

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// ClassState is where a class session stands.
type ClassState string

// The states. Planned -> signed or canceled.
const (
	ClassPlanned  ClassState = "planned"
	ClassSigned   ClassState = "signed"
	ClassCanceled ClassState = "canceled"
)

// CheckIn is how students say that they are there: the instructor marks the
// roster, students press clock-in and clock-out, or they scan the code on the
// instructor's screen.
type CheckIn string

// The ways to check in.
const (
	CheckInRoster CheckIn = "roster"
	CheckInClock  CheckIn = "clock"
	CheckInQR     CheckIn = "qr"
)

// CheckIns in the order in which they are shown.
var CheckIns = []CheckIn{CheckInRoster, CheckInClock, CheckInQR}

// Class is a class session with a roster, which its instructor signs as one.
// Session holds what was planned, and is always timed. Secret makes the codes
// that are scanned; it never leaves the server.
type Class struct {
	ID             core.ClassID
	OrganizationID core.OrganizationID
	ProgramID      core.ProgramID
	ProgramTitle   string
	InstructorID   core.MemberID
	InstructorName string
	State          ClassState
	CheckIn        CheckIn
	Session        core.Session
	Secret         []byte
	CreatedAt      time.Time
	CreatedBy      core.AccountID
	SignedAt       time.Time
	Version        int
	Students       int // on the roster
	Present        int // of them marked present
}

// ClockedBy is how a time of the roster came to be known.
type ClockedBy string

// The ways. A request is a missed punch that the office granted.
const (
	ClockedQR         ClockedBy = "qr"
	ClockedSelf       ClockedBy = "clock"
	ClockedInstructor ClockedBy = "instructor"
	ClockedRequest    ClockedBy = "request"
)

// Attendance is a student on the roster of a class. In and Out are the server's
// times, or the instructor's word; zero where nobody clocked.
type Attendance struct {
	ClassID      core.ClassID
	EnrollmentID core.EnrollmentID
	TherapistID  core.TherapistID
	Name         string
	Mark         core.Mark
	In, Out      time.Time
	InBy, OutBy  ClockedBy
	Graded       bool
	Grade        int
	EntryID      core.EntryID
	Version      int
}

// Attended is what a student attended of a class: the session from the later of
// the planned start and clock-in to the earlier of the planned end and
// clock-out, in whole minutes within both. Who clocked neither attended all of
// it, and the instructor's word for one time leaves the other as planned. A break
// is taken off whole. It gives missed_punch where a student clocked once only,
// and empty_session where nothing is left.
func (c Class) Attended(a Attendance) (core.Session, error) {
	s := c.Session
	if a.In.IsZero() != a.Out.IsZero() && a.InBy != ClockedInstructor && a.OutBy != ClockedInstructor {
		if a.In.IsZero() {
			return s, core.Conflict("missed_punch.in", "name", a.Name)
		}
		return s, core.Conflict("missed_punch.out", "name", a.Name)
	}
	if a.In.After(s.Start) {
		s.Start = a.In.Add(time.Minute - 1).Truncate(time.Minute)
	}
	if !a.Out.IsZero() && a.Out.Before(s.End) {
		s.End = a.Out.Truncate(time.Minute)
	}
	s.Minutes = s.Elapsed() - s.Break
	if s.Minutes <= 0 {
		return s, core.Conflict("empty_session.classroom", "name", a.Name)
	}
	s.Graded, s.Grade = a.Graded, a.Grade
	return s, nil
}
