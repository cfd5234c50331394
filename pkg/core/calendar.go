package core

import "time"

// ClosedDays are days, from First to Last, on which a school is closed.
type ClosedDays struct {
	ID             ClosedDaysID
	OrganizationID OrganizationID
	First, Last    Date
	Reason         string
	CreatedAt      time.Time
	CreatedBy      AccountID
}

// Calendar tells on which days there is school: from Monday to Friday, except
// where the school is closed.
type Calendar []ClosedDays

// Closed tells whether the school has said that it is closed on a day. A
// weekend is not closed by itself: schools hold weekend classes.
func (c Calendar) Closed(d Date) bool {
	for _, days := range c {
		if !d.Before(days.First) && !d.After(days.Last) {
			return true
		}
	}
	return false
}

// SchoolDays counts the days of school after one day and up to another.
func (c Calendar) SchoolDays(after, upTo Date) int {
	n := 0
	for d := after.AddDays(1); !d.After(upTo); d = d.AddDays(1) {
		weekday := d.In(time.UTC).Weekday()
		if weekday != time.Saturday && weekday != time.Sunday && !c.Closed(d) {
			n++
		}
	}
	return n
}

// PauseKind is why a student does not come.
type PauseKind string

// The kinds of pauses.
const (
	PauseLeave      PauseKind = "leave"
	PauseWithdrawal PauseKind = "withdrawal"
)

// Pause is a student's leave or withdrawal, from First on. Last is the last day
// of a leave as it was agreed, EndedOn the day on which the student took the
// program up again. An enrollment has one open pause at most.
type Pause struct {
	ID            PauseID
	EnrollmentID  EnrollmentID
	Kind          PauseKind
	First, Last   Date
	Reason        string
	CreatedAt     time.Time
	CreatedBy     AccountID
	CreatedByName string
	EndedOn       Date
	EndedBy       AccountID
}

// Open tells whether the pause goes on.
func (p Pause) Open() bool { return p.EndedOn.IsZero() }
