package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

// Impossible says why an enrollment cannot have a session, or nil where it can. It is
// the one rule of days, for whatever makes, changes or signs a session:
//
//   - enrollment_closed: the enrollment is completed or withdrawn;
//   - before_enrollment: the session is of a day before the enrollment began;
//   - enrollment_paused: it is of a day of a leave, or of a withdrawal that was taken
//     back. A pause lasts until the day on which the student took the program up again,
//     and goes on where nobody has recorded that, whatever day was agreed;
//   - day_full: together with others, which are the minutes of the student's other
//     sessions of that local date, it has more minutes than the date has at the school:
//     23, 24 or 25 hours.
//
// All but the first are faults of the field date. No statute says so: nobody can have
// been taught then.
func Impossible(e Enrollment, pauses []core.Pause, s core.Session, others core.Minutes) *core.Fault {
	if why := ended(e); why != nil {
		return why
	}
	if s.Date.IsZero() {
		return nil // which is a fault of its own
	}
	if s.Date.Before(e.EnrolledOn) {
		return core.InvalidField("date", "before_enrollment", "from", e.EnrolledOn)
	}
	for _, p := range pauses {
		switch {
		case s.Date.Before(p.First) || !p.Open() && !s.Date.Before(p.EndedOn):
		case p.Open():
			return core.InvalidField("date", "enrollment_paused.open", "first", p.First)
		default:
			return core.InvalidField("date", "enrollment_paused.over", "first", p.First, "last", p.EndedOn.AddDays(-1))
		}
	}
	if has := s.Date.Length(core.Organization{Zone: s.Zone}.Location()); s.Minutes+others > has {
		return core.InvalidField("date", "day_full", "date", s.Date, "has", has, "total", s.Minutes+others)
	}
	return nil
}

func ended(e Enrollment) *core.Fault {
	if e.State == core.EnrollmentActive {
		return nil
	}
	return core.Conflict("enrollment_closed.logbook", "state", e.State)
}

// OnDay is what a session takes of its day: of one that is a draft, waits, or is signed.
type OnDay struct {
	ID          core.EntryID
	TherapistID core.TherapistID
	State       core.EntryState
	Date        core.Date
	Minutes     core.Minutes
	Corrects    core.EntryID
}

// Calendars read what Days are made of.
type Calendars interface {
	// LockStudents keeps postings to all enrollments of students at a school waiting
	// until the transaction ends and returns them, in the order of their ids. A read
	// locks nothing.
	LockStudents(ctx context.Context, org core.OrganizationID, students []core.TherapistID) ([]Enrollment, error)
	// PausesOfMany are the pauses of enrollments.
	PausesOfMany(ctx context.Context, enrollments []core.EnrollmentID) ([]core.Pause, error)
	// SessionsOn are the drafts of students at a school, and what waits or is signed
	// of them, on some local dates.
	SessionsOn(ctx context.Context, org core.OrganizationID, students []core.TherapistID, dates []core.Date) ([]OnDay, error)
}

// Counted says which of a student's sessions fill a day.
type Counted int

// What is logged is held against all that the student has not withdrawn and nobody has
// returned. What is signed is held against what is signed: a session that waits is
// nothing yet, and must not keep another one from being signed.
const (
	CountAll Counted = iota
	CountSigned
)

type studentDay struct {
	student core.TherapistID
	date    core.Date
}

// Days tell of sessions, one after the other, whether they can be.
type Days struct {
	counted     Counted
	enrollments map[core.EnrollmentID]Enrollment
	pauses      map[core.EnrollmentID][]core.Pause
	held        map[core.EntryID]OnDay
	total       map[studentDay]core.Minutes
}

// NewDays know of enrollments, and of no session or pause yet.
func NewDays(counted Counted, of ...Enrollment) *Days {
	d := &Days{
		counted: counted, enrollments: map[core.EnrollmentID]Enrollment{}, pauses: map[core.EnrollmentID][]core.Pause{},
		held: map[core.EntryID]OnDay{}, total: map[studentDay]core.Minutes{},
	}
	for _, e := range of {
		d.enrollments[e.ID] = e
	}
	return d
}

// Lock learns of the enrollments of the students of sessions, to which nothing is posted
// until the transaction ends, and reads as Read does.
func (d *Days) Lock(ctx context.Context, tx Calendars, entries []core.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	students, _ := whoAndWhen(entries)
	found, err := tx.LockStudents(ctx, entries[0].OrganizationID, students)
	if err != nil {
		return err
	}
	for _, e := range found {
		d.enrollments[e.ID] = e
	}
	return d.Read(ctx, tx, entries)
}

// Read learns of the pauses of the enrollments that are known, and of what else the
// students of sessions, all of one school, have on their days.
func (d *Days) Read(ctx context.Context, tx Calendars, entries []core.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	var unread []core.EnrollmentID
	for id := range d.enrollments {
		if _, read := d.pauses[id]; !read {
			unread, d.pauses[id] = append(unread, id), nil
		}
	}
	if len(unread) > 0 {
		pauses, err := tx.PausesOfMany(ctx, unread)
		if err != nil {
			return err
		}
		for _, p := range pauses {
			d.pauses[p.EnrollmentID] = append(d.pauses[p.EnrollmentID], p)
		}
	}
	students, dates := whoAndWhen(entries)
	sessions, err := tx.SessionsOn(ctx, entries[0].OrganizationID, students, dates)
	if err != nil {
		return err
	}
	d.hold(sessions)
	return nil
}

func whoAndWhen(entries []core.Entry) (students []core.TherapistID, dates []core.Date) {
	knownStudents, knownDates := map[core.TherapistID]bool{}, map[core.Date]bool{}
	for _, e := range entries {
		if !knownStudents[e.TherapistID] {
			knownStudents[e.TherapistID] = true
			students = append(students, e.TherapistID)
		}
		if date := e.Session.Date; !knownDates[date] && !date.IsZero() {
			knownDates[date] = true
			dates = append(dates, date)
		}
	}
	return students, dates
}

// hold counts sessions, each once. A correction that waits counts instead of what it
// corrects.
func (d *Days) hold(sessions []OnDay) {
	corrected := map[core.EntryID]bool{}
	for _, s := range sessions {
		if s.State == core.EntrySubmitted && d.counted == CountAll {
			corrected[s.Corrects] = true
		}
	}
	for _, s := range sessions {
		if _, known := d.held[s.ID]; known || corrected[s.ID] || d.counted == CountSigned && s.State != core.EntrySigned {
			continue
		}
		d.held[s.ID] = s
		d.total[studentDay{s.TherapistID, s.Date}] += s.Minutes
	}
}

// drop counts a session no more.
func (d *Days) drop(id core.EntryID) (OnDay, bool) {
	s, held := d.held[id]
	if held {
		delete(d.held, id)
		d.total[studentDay{s.TherapistID, s.Date}] -= s.Minutes
	}
	return s, held
}

// Take is why a session cannot be, or nil: then it counts for those that are asked about
// after it. What it corrects, and what it was before, counts no more.
func (d *Days) Take(e core.Entry) *core.Fault {
	var before []OnDay
	for _, id := range []core.EntryID{e.ID, e.Corrects} {
		if s, held := d.drop(id); held {
			before = append(before, s)
		}
	}
	enrollment, known := d.enrollments[e.EnrollmentID]
	if !known {
		return core.NotFound("enrollment")
	}
	why := Impossible(enrollment, d.pauses[e.EnrollmentID], e.Session, d.total[studentDay{e.TherapistID, e.Session.Date}])
	if why == nil {
		before = []OnDay{{ID: e.ID, TherapistID: e.TherapistID, State: e.State, Date: e.Session.Date, Minutes: e.Session.Minutes}}
	}
	for _, s := range before {
		d.held[s.ID] = s
		d.total[studentDay{s.TherapistID, s.Date}] += s.Minutes
	}
	return why
}

// possible is why a session that is logged cannot be.
func possible(ctx context.Context, tx Calendars, in Enrollment, e core.Entry) error {
	d := NewDays(CountAll, in)
	if err := d.Read(ctx, tx, []core.Entry{e}); err != nil {
		return err
	}
	if why := d.Take(e); why != nil {
		return why
	}
	return nil
}

// Unsigned is a session that cannot be signed, and why.
type Unsigned struct {
	Entry core.Entry
	Why   *core.Fault
}

// Signable divides sessions of a school into those that can be signed, of students to
// whose enrollments nothing else is posted until the transaction ends, and the others.
func Signable(ctx context.Context, tx Calendars, entries []core.Entry) (fit []core.Entry, left []Unsigned, err error) {
	d := NewDays(CountSigned)
	if err := d.Lock(ctx, tx, entries); err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		if why := d.Take(e); why != nil {
			left = append(left, Unsigned{e, why})
		} else {
			fit = append(fit, e)
		}
	}
	return fit, left, nil
}
