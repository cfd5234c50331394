package certify

import (
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// FlagCode says what is odd about a record.
type FlagCode string

// The flags.
const (
	FlagTwoPlaces  FlagCode = "two_places"       // a supervisor signed sessions at two places at one time
	FlagClosedDay  FlagCode = "closed_day"       // sessions on days on which the school is closed
	FlagHoliday    FlagCode = "holiday"          // sessions on federal holidays
	FlagNight      FlagCode = "night"            // sessions that lie in the night
	FlagBulkSigned FlagCode = "bulk_signed"      // the sessions of weeks signed within one minute
	FlagPace       FlagCode = "impossible_pace"  // more hours of a day or a week than anybody has
	FlagLate       FlagCode = "written_late"     // sessions that were written down long after their day
	FlagRatio      FlagCode = "students_at_once" // more students of one supervisor at one moment than the standard allows
	// FlagSourceReversed says that hours were taken over from another school's signed
	// credits, some of which were reversed since. It is of now, and not of the proposal:
	// it goes when someone reverses the transfer or stands by it.
	FlagSourceReversed FlagCode = "source_reversed"
)

// Flag is something about a record that a person has to look at before it is
// certified. It proves nothing: there may be a good reason, which anyone who
// clears it writes down. Dates are the first of the Occurrences local dates.
type Flag struct {
	Code          FlagCode
	Text          string
	Dates         []core.Date
	Occurrences   int
	ClearedBy     core.AccountID
	ClearedByName string
	ClearedAt     time.Time
	Reason        string
}

// Clearable tells whether a reason clears the flag: not where something else has to be
// decided on.
func (f Flag) Clearable() bool { return f.Code != FlagSourceReversed }

// Open tells whether nobody has cleared the flag.
func (f Flag) Open() bool { return f.ClearedAt.IsZero() }

// SignedSession is a signed session with what else its supervisor signed at
// that time: Elsewhere counts sessions of other students in another setting or
// delivery that overlap it, AtOnce the students at the moment it began, its own
// among them. Both are 0 where the session has no times. WrittenAt is when it was first
// written down here, and not what it corrects.
type SignedSession struct {
	Date           core.Date
	Zone           string
	Start, End     time.Time // zero where only minutes are known
	Minutes        core.Minutes
	WrittenAt      time.Time
	SupervisorName string
	SignedAt       time.Time
	Imported       bool
	Elsewhere      int
	AtOnce         int
}
