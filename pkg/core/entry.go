package core

import (
	"crypto/sha256"
	"time"
)

// Setting is where instruction took place.
type Setting string

// The settings.
const (
	Classroom  Setting = "classroom"
	Lab        Setting = "lab"
	Clinic     Setting = "clinic"
	Externship Setting = "externship"
)

// Settings in the order in which they are shown.
var Settings = []Setting{Classroom, Lab, Clinic, Externship}

// Known tells whether it is one of the settings.
func (s Setting) Known() bool { return oneOf(Settings, s) }

// Delivery is how instruction reached the student.
type Delivery string

// The deliveries.
const (
	InPerson Delivery = "in-person"
	Distance Delivery = "distance"
)

// Deliveries in the order in which they are shown.
var Deliveries = []Delivery{InPerson, Distance}

// EntryState is where an entry stands.
type EntryState string

// The states. Draft -> submitted -> signed or returned; returned -> submitted;
// draft, submitted or returned -> withdrawn; signed -> superseded, when a
// correction of it is signed. A signed, superseded or withdrawn entry never
// changes otherwise.
const (
	EntryDraft      EntryState = "draft"
	EntrySubmitted  EntryState = "submitted"
	EntryReturned   EntryState = "returned"
	EntrySigned     EntryState = "signed"
	EntrySuperseded EntryState = "superseded"
	EntryWithdrawn  EntryState = "withdrawn"
)

// LongestSession is the most that may elapse between start and end.
const LongestSession = Minutes(720)

// Session is what was done, when and where. Start and End are both set or both
// zero; Minutes is what elapsed between them less Break, or what was entered.
// Break is pauses between lessons; a meal ends a session. Date is the session's
// local date in Zone. Mode is where the supervisor was, as far as someone wrote
// it down. MakeUp marks what makes up for a missed session. Grade is a
// percentage that the instructor gave, and means nothing unless Graded.
type Session struct {
	Date     Date
	Zone     string
	Start    time.Time
	End      time.Time
	Break    Minutes
	Minutes  Minutes
	Subject  string
	Setting  Setting
	Delivery Delivery
	Mode     SupervisionMode
	MakeUp   bool
	Graded   bool
	Grade    int
}

// Elapsed is what passed from start to end; 0 where they are not known.
func (s Session) Elapsed() Minutes {
	if !s.Timed() {
		return 0
	}
	return Minutes(s.End.Sub(s.Start) / time.Minute)
}

// Timed tells whether start and end are known.
func (s Session) Timed() bool { return !s.Start.IsZero() }

// Overlaps tells whether both sessions are timed and share time; touching is
// no overlap.
func (s Session) Overlaps(o Session) bool {
	return s.Timed() && o.Timed() && s.Start.Before(o.End) && o.Start.Before(s.End)
}

// SessionInput is a session as someone wrote it: Start and End as a clock on
// the wall shows them, or Minutes alone. A form has the names that faults have.
type SessionInput struct {
	Date     Date            `form:"date"`
	Start    string          `form:"start"`
	End      string          `form:"end"`
	Break    Minutes         `form:"break_minutes,number"`
	Minutes  Minutes         `form:"minutes"`
	Subject  string          `form:"subject"`
	Setting  Setting         `form:"setting"`
	Delivery Delivery        `form:"delivery"`
	Mode     SupervisionMode `form:"mode"`
	MakeUp   bool            `form:"make_up"`
}

// Input is the session as it would be written again.
func (s Session) Input() SessionInput {
	in := SessionInput{
		Date: s.Date, Break: s.Break, Minutes: s.Minutes, Subject: s.Subject, Setting: s.Setting, Delivery: s.Delivery, Mode: s.Mode, MakeUp: s.MakeUp,
	}
	if s.Timed() {
		loc := Organization{Zone: s.Zone}.Location()
		in.Start, in.End, in.Minutes = s.Start.In(loc).Format("15:04"), s.End.In(loc).Format("15:04"), 0
	}
	return in
}

// NewSession checks an input against the laws of a session at now in the
// school's zone. Codes by field: required, bad_time, future, nonexistent_time,
// empty_session, too_long, bad_break, bad_minutes, unknown_setting,
// unknown_delivery, unknown_mode. Whether the subject is known is the standard's to say.
func NewSession(in SessionInput, org Organization, now time.Time) (Session, error) {
	var c Collect
	s := Session{Date: in.Date, Zone: org.Zone, Break: in.Break, Subject: in.Subject, Setting: in.Setting, Delivery: in.Delivery, Mode: in.Mode, MakeUp: in.MakeUp}
	if in.Date.IsZero() {
		c.Add("date", "required.date")
	} else if in.Date.After(org.Today(now)) {
		c.Add("date", "future.date", "date", in.Date)
	}
	if in.Subject == "" {
		c.Add("subject", "required.subject")
	}
	if !oneOf(Settings, in.Setting) {
		c.Add("setting", "unknown_setting")
	}
	if !oneOf(Deliveries, in.Delivery) {
		c.Add("delivery", "unknown_delivery")
	}
	if in.Mode != "" && !oneOf(SupervisionModes, in.Mode) {
		c.Add("mode", "unknown_mode")
	}
	switch {
	case in.Start == "" && in.End == "":
		s.Minutes, s.Break = in.Minutes, 0
		if in.Minutes <= 0 || in.Minutes > LongestSession {
			c.Add("minutes", "bad_minutes.times", "longestSession", LongestSession)
		}
	case in.Start == "" || in.End == "":
		c.Add(map[bool]string{true: "start", false: "end"}[in.Start == ""], "required.both_times")
	default:
		s.timed(&c, in, org.Location())
		if s.Timed() && s.End.After(now) && len(c.fields) == 0 {
			c.Add("end", "future.end")
		}
	}
	return s, c.Err()
}

func (s *Session) timed(c *Collect, in SessionInput, loc *time.Location) {
	start, err1 := ParseWallTime(in.Start)
	end, err2 := ParseWallTime(in.End)
	_ = c.Check("start", err1)
	_ = c.Check("end", err2)
	if err1 != nil || err2 != nil || in.Date.IsZero() {
		return
	}
	if f := s.Span(start, end, loc); f != nil {
		c.fields = append(c.fields, f.Fields...)
	}
}

// Span sets start, end and minutes from two wall times on the session's date.
// An end before its start is the next day's. It gives empty_session,
// nonexistent_time, too_long and bad_break, the first that applies.
func (s *Session) Span(start, end WallTime, loc *time.Location) *Fault {
	if start == end {
		return InvalidField("end", "empty_session.end")
	}
	endDate := s.Date
	if end < start {
		endDate = s.Date.AddDays(1)
	}
	from, ok := s.Date.Resolve(start, loc)
	if !ok {
		return InvalidField("start", "nonexistent_time.start", "start", start, "date", s.Date)
	}
	to, ok := endDate.Resolve(end, loc)
	if !ok {
		return InvalidField("end", "nonexistent_time.end", "end", end, "endDate", endDate)
	}
	elapsed := Minutes(to.Sub(from) / time.Minute)
	if elapsed > LongestSession {
		return InvalidField("end", "too_long.end", "elapsed", elapsed, "longestSession", LongestSession)
	}
	if s.Break < 0 || s.Break >= elapsed {
		return InvalidField("break_minutes", "bad_break", "elapsed", elapsed)
	}
	s.Start, s.End, s.Minutes = from.UTC(), to.UTC(), elapsed-s.Break
	return nil
}

func oneOf[T comparable](all []T, one T) bool {
	for _, v := range all {
		if v == one {
			return true
		}
	}
	return false
}

// Entry is one session of supervised instruction and what became of it.
// Corrects names the signed entry that this one is to supersede;
// SupersededBy names the correction that superseded this one. Supervisor is
// whom it was submitted to, SignedBy who signed.
type Entry struct {
	ID               EntryID
	OrganizationID   OrganizationID
	EnrollmentID     EnrollmentID
	TherapistID      TherapistID
	StudentName      string
	State            EntryState
	Session          Session
	SupervisorID     MemberID
	SupervisorName   string
	Note             string
	Corrects         EntryID
	CorrectionReason string
	SupersededBy     EntryID
	ImportID         ImportID
	ReturnReason     string
	CreatedAt        time.Time
	CreatedBy        AccountID
	SubmittedAt      time.Time
	SignedAt         time.Time
	SignedBy         MemberID
	SignedByName     string
	Version          int
}

// Open tells whether the entry may still be changed by its student.
func (e Entry) Open() bool { return e.State == EntryDraft || e.State == EntryReturned }

// Seal is a digest of what a signed entry says, kept with the credit that it
// earned: anyone who changes the entry around the database's lock is found by it.
// State, what superseded the entry and its version are no part of it, since they
// change; nor who signed and when, which the credit has itself. A field that is
// empty adds nothing, so that one that comes later leaves older seals good.
func (e Entry) Seal() []byte {
	b, s := make(Sealed, 0, 512), e.Session
	b.ID("id", e.ID[:])
	b.ID("organization", e.OrganizationID[:])
	b.ID("enrollment", e.EnrollmentID[:])
	b.ID("therapist", e.TherapistID[:])
	b.Date("date", s.Date)
	b.Text("zone", s.Zone)
	b.Moment("start", s.Start)
	b.Moment("end", s.End)
	b.Number("break", int64(s.Break))
	b.Number("minutes", int64(s.Minutes))
	b.Text("subject", s.Subject)
	b.Text("setting", string(s.Setting))
	b.Text("delivery", string(s.Delivery))
	b.Text("mode", string(s.Mode))
	b.True("make_up", s.MakeUp)
	if s.Graded {
		b.Number("grade", int64(s.Grade)+1) // 0 is a grade
	}
	b.ID("supervisor", e.SupervisorID[:])
	b.Text("note", e.Note)
	b.ID("corrects", e.Corrects[:])
	b.Text("correction_reason", e.CorrectionReason)
	b.ID("import", e.ImportID[:])
	b.Text("return_reason", e.ReturnReason)
	b.Moment("created_at", e.CreatedAt)
	b.ID("created_by", e.CreatedBy[:])
	b.Moment("submitted_at", e.SubmittedAt)
	sum := sha256.Sum256(b)
	return sum[:]
}
