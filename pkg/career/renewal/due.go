package renewal

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// DueKind is what sort of thing ends on a day.
type DueKind string

// The kinds of due things.
const (
	DueLicense    DueKind = "license"
	DueCredential DueKind = "credential"
)

// Due is something of a therapist that is good until a day. Subject is the
// identifier of the license or the credential, ExpiresOn its last good day; zero:
// it does not end any more. Revision grows with every change, PlannedAt is when
// the reminders were made for it; zero: not yet.
type Due struct {
	Kind           DueKind
	Subject        core.SubjectID
	TherapistID    core.TherapistID
	OrganizationID core.OrganizationID
	Jurisdiction   string
	Label          string
	ExpiresOn      core.Date
	Revision       int
	PlannedAt      time.Time
}

// ReminderState is what became of a reminder.
type ReminderState string

// The states of a reminder: one that waits goes out at its time, one that is
// silenced does not unless it is wanted again.
const (
	ReminderWaiting  ReminderState = "waiting"
	ReminderSent     ReminderState = "sent"
	ReminderSilenced ReminderState = "silenced"
)

// Reminder is one mail about a due thing, so many days before its last good day;
// a negative number is after it. There is one by subject, last day and number of
// days, and it is sent once.
type Reminder struct {
	ID          core.ReminderID
	Kind        DueKind
	Subject     core.SubjectID
	TherapistID core.TherapistID
	ExpiresOn   core.Date
	Days        int
	DueAt       time.Time
	State       ReminderState
	SettledAt   time.Time
}

// ReminderSettings are how a therapist wants to be reminded. Days are counted
// before the last good day, a negative number after it. Version 1 is the default
// that nobody changed.
type ReminderSettings struct {
	TherapistID core.TherapistID
	Off         bool
	Days        []int
	Quiet       QuietHours
	UpdatedAt   time.Time
	Version     int
}

// CalendarFeed is the secret address at which a therapist's dates can be read. Only
// the hash of the secret is kept.
type CalendarFeed struct {
	TherapistID core.TherapistID
	SecretHash  []byte
	CreatedAt   time.Time
}

// Tick is what a therapist says to have done for a renewal: the step of
// the checklist, for the license's last good day of then.
type Tick struct {
	LicenseID  core.LicenseID
	ExpiresOn  core.Date
	Step       string
	DoneOn     core.Date
	Note       string
	RecordedAt time.Time
}

// Expiring is a license with its holder, as an office lists it.
type Expiring struct {
	LicenseID    core.LicenseID
	TherapistID  core.TherapistID
	Name         string
	Email        string
	Jurisdiction string
	Title        string
	Number       string
	ExpiresOn    core.Date
}

// QuietHours are the part of a day, by the clock on the wall, in which nobody is
// disturbed: From is in it, Until is not. Equal ends are no quiet hours; where
// From is later than Until they go over midnight.
type QuietHours struct{ From, Until core.WallTime }

// Hold tells whether a moment is quiet in a location.
func (q QuietHours) Hold(at time.Time, loc *time.Location) bool {
	local := at.In(loc)
	now := core.WallTime(local.Hour()*60 + local.Minute())
	if q.From <= q.Until {
		return q.From <= now && now < q.Until
	}
	return now >= q.From || now < q.Until
}

// Over is the first moment from at on that is not quiet in a location: at
// itself, or the end of the quiet hours. Where a clock that is set forward never
// shows their end, it is the moment when the clock passes it.
func (q QuietHours) Over(at time.Time, loc *time.Location) time.Time {
	for range 4 {
		if !q.Hold(at, loc) {
			return at
		}
		at = q.end(at, loc)
	}
	return at
}

// end is the next moment after a quiet one at which the clock shows or passes
// the end of the quiet hours.
func (q QuietHours) end(at time.Time, loc *time.Location) time.Time {
	for day := core.DateOf(at.In(loc)); ; day = day.AddDays(1) {
		end, exists := day.Resolve(q.Until, loc)
		if !exists {
			end = jump(day, q.Until, loc)
		}
		if end.After(at) {
			return end
		}
		// The clock was set back after its first showing and shows it again.
		if again := end.Add(time.Hour); again.After(at) && exists && wallOf(again, loc) == q.Until {
			return again
		}
	}
}

func wallOf(at time.Time, loc *time.Location) core.WallTime {
	local := at.In(loc)
	return core.WallTime(local.Hour()*60 + local.Minute())
}

// jump is the moment at which the clock was set forward over a time of a day.
func jump(day core.Date, w core.WallTime, loc *time.Location) time.Time {
	near := time.Date(day.Year, day.Month, day.Day, int(w)/60, int(w)%60, 0, 0, loc)
	start, end := near.ZoneBounds()
	if end.IsZero() || near.Sub(start) < end.Sub(near) {
		return start
	}
	return end
}
