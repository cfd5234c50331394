package classroom

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
)

// MarkInput is what an instructor says of a student: In and Out as the clock on
// the wall showed them, empty to leave what is known. Grade is a percentage, or
// 0 where nobody graded.
type MarkInput struct {
	EnrollmentID core.EnrollmentID
	Mark         core.Mark
	In, Out      string
	Grade        int
}

var marksRoster = act.Declare(access.ClassTeach, act.NewEvent("class.mark", "class"))

// MarkRoster writes an instructor's marks. It needs class.teach and that the
// actor is the class's instructor. Codes by field: unknown_mark,
// unknown_student, bad_time, nonexistent_time, outside_class, bad_grade, and for who is
// present those of logbook.Impossible (mark); other_supervisor, not_planned, stale.
func (s *Service) MarkRoster(ctx context.Context, a access.Actor, id core.ClassID, version int, marks []MarkInput) (Detail, error) {
	c := changingRoster(id, version, func(ctx context.Context, x act.Step[Tx], d *Detail) error {
		before := slices.Clone(d.Roster)
		if err := mark(d, marks); err != nil {
			return err
		}
		return attendable(ctx, x.Tx, d.Class, before, d.Roster, marks)
	})
	c.Tell = func(from, to Detail) []act.Told {
		return act.Of(id.String(), map[string]string{"marked": strconv.Itoa(len(changed(from.Roster, to.Roster)))})
	}
	return act.Do(ctx, s.act, a, marksRoster, c)
}

// changingRoster is a command of the instructor of a planned class on its roster,
// whose rows fn may change. Their versions move on where they are kept.
func changingRoster(id core.ClassID, version int, fn func(ctx context.Context, x act.Step[Tx], d *Detail) error) act.Command[Tx, Detail, Detail] {
	return act.Command[Tx, Detail, Detail]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[Detail], error) {
			c, err := tx.LockClass(ctx, id)
			if err != nil {
				return act.Found[Detail]{}, err
			}
			roster, err := tx.Roster(ctx, id)
			return act.Found[Detail]{Thing: Detail{Class: c, Roster: roster}, Owner: ownerOf(c), Version: c.Version}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], d Detail) (Detail, error) {
			if err := planned(d.Class); err != nil {
				return d, err
			}
			if err := instructs(x.Actor, d.Class); err != nil {
				return d, err
			}
			d.Roster = slices.Clone(d.Roster)
			err := fn(ctx, x, &d)
			d.Class.Version++
			return d, err
		},
		Save: saveRoster,
	}
}

func saveRoster(ctx context.Context, x act.Step[Tx], from, to Detail) error {
	if err := x.Tx.SaveAttendance(ctx, changed(from.Roster, to.Roster)); err != nil {
		return err
	}
	to.Class.Version = from.Class.Version
	return x.Tx.UpdateClass(ctx, to.Class)
}

// changed are the rows of a roster that differ from what they were, in the
// versions that they had.
func changed(from, to []Attendance) []Attendance {
	var rows []Attendance
	for i, row := range to {
		if row != from[i] {
			row.Version = from[i].Version
			rows = append(rows, row)
		}
	}
	return rows
}

// mark writes marks into a roster.
func mark(d *Detail, marks []MarkInput) error {
	var problems core.Collect
	at := make(map[core.EnrollmentID]int, len(d.Roster))
	for i, row := range d.Roster {
		at[row.EnrollmentID] = i
	}
	for i, m := range marks {
		field := func(name string) string { return fmt.Sprintf("marks[%d].%s", i, name) }
		n, known := at[m.EnrollmentID]
		if !known {
			problems.Add(field("enrollment_id"), "unknown_student.classroom")
			continue
		}
		delete(at, m.EnrollmentID)
		if row := m.on(d.Class, d.Roster[n], &problems, field); row != d.Roster[n] {
			row.Version++
			d.Roster[n] = row
		}
	}
	return problems.Err()
}

// on is a row of the roster as the instructor marked it.
func (m MarkInput) on(c Class, row Attendance, problems *core.Collect, field func(string) string) Attendance {
	row.Mark = m.Mark
	if !m.Mark.Known() {
		problems.Add(field("mark"), "unknown_mark.classroom")
	}
	setTime(problems, field("in"), c, m.In, &row.In, &row.InBy)
	setTime(problems, field("out"), c, m.Out, &row.Out, &row.OutBy)
	if !row.In.IsZero() && row.Out.Before(row.In) && !row.Out.IsZero() {
		problems.Add(field("out"), "bad_time.classroom", "name", row.Name)
	}
	row.Graded, row.Grade = m.Grade != 0, m.Grade
	if m.Grade < 0 || m.Grade > 100 {
		problems.Add(field("grade"), "bad_grade.class")
	}
	return row
}

// setTime takes a time as the clock on the wall showed it in the class.
func setTime(problems *core.Collect, field string, c Class, text string, to *time.Time, by *ClockedBy) {
	if text == "" {
		return
	}
	loc := core.Organization{Zone: c.Session.Zone}.Location()
	if !to.IsZero() && to.In(loc).Format("15:04") == text {
		return // what was known to the second stays
	}
	wall, err := core.ParseWallTime(text)
	if err != nil {
		_ = problems.Check(field, err)
		return
	}
	moment, ok := c.Session.Date.Resolve(wall, loc)
	if ok && moment.Before(c.Session.Start.Add(-opensBefore)) {
		moment, ok = c.Session.Date.AddDays(1).Resolve(wall, loc) // after midnight
	}
	if !ok {
		problems.Add(field, "nonexistent_time.classroom", "text", text)
		return
	}
	if moment.After(c.Session.End.Add(closesAfter)) {
		problems.Add(field, "outside_class", "text", text)
		return
	}
	*to, *by = moment.UTC(), ClockedInstructor
}

var signsClass = act.Declare(access.ClassSign, act.NewEvent("class.sign", "class"))

// Sign signs the roster as one: what each student who was present attended
// becomes a signed entry with its credit. Who cannot have the session is left and named
// (Left), and does not keep it from the others: whose enrollment or day is against it
// (logbook.Impossible), or who has another session at that time, signed or waiting. Where
// nobody who was present is left to be signed, that is the fault. The student can ask for
// the session when what was against it is settled (a missed punch). Whatever else is wrong
// with one, the instructor can settle in the roster, and keeps all from being signed. It
// needs class.sign, a person who gave the password within 15 minutes, and that the actor
// is the class's instructor and on no roster of it. Codes: reauthentication_required,
// other_supervisor, own_record, not_planned, not_over, unmarked, missed_punch,
// empty_session, those of logbook.Impossible, entry_overlap, stale.
func (s *Service) Sign(ctx context.Context, a access.Actor, id core.ClassID, version int) (Detail, error) {
	var entries []core.Entry
	c := changingRoster(id, version, func(ctx context.Context, x act.Step[Tx], d *Detail) (err error) {
		if x.Now.Before(d.Class.Session.End) {
			return core.Conflict("not_over.classroom")
		}
		if entries, err = s.entriesOf(a, d, x.Now); err != nil {
			return err
		}
		d.Class.State, d.Class.SignedAt = ClassSigned, x.Now
		if entries, d.Left, err = divide(ctx, x.Tx, d.Class, entries); err != nil {
			return err
		}
		return leave(d, entries)
	})
	c.Save = func(ctx context.Context, x act.Step[Tx], from, to Detail) error {
		if err := s.post(ctx, x, to.Class.InstructorID, entries); err != nil {
			return err
		}
		return saveRoster(ctx, x, from, to)
	}
	c.Tell = func(_, to Detail) []act.Told {
		details := map[string]string{"state": string(to.Class.State)}
		if len(to.Left) > 0 {
			details["left"] = strconv.Itoa(len(to.Left))
		}
		return act.Of(id.String(), details)
	}
	return act.Do(ctx, s.act, a, signsClass, c)
}

// leave takes the sessions that are left out of the roster, unless none is left to be
// signed.
func leave(d *Detail, signed []core.Entry) error {
	if len(signed) == 0 && len(d.Left) > 0 {
		var problems core.Collect
		for _, u := range d.Left {
			problems.AddField(onRoster(u))
		}
		return conflicting(problems.Err())
	}
	left := map[core.EntryID]bool{}
	for _, u := range d.Left {
		left[u.Entry.ID] = true
	}
	for i := range d.Roster {
		if row := &d.Roster[i]; left[row.EntryID] {
			row.EntryID, row.Version = core.EntryID{}, row.Version-1
		}
	}
	return nil
}

// onRoster says of a student why the session cannot be signed.
func onRoster(u logbook.Unsigned) core.Field {
	f := u.Field("roster")
	f.ID, f.Args = "not_signable.roster", []any{"name", u.Entry.StudentName, "why", u.Why}
	return f
}

// post signs entries by a member and posts their credits.
func (s *Service) post(ctx context.Context, x act.Step[Tx], by core.MemberID, entries []core.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	if err := x.Tx.InsertImported(ctx, entries); err != nil {
		return err
	}
	if err := x.Tx.SignEntries(ctx, entries, by, x.Now); err != nil {
		return err
	}
	credits := make([]core.Credit, len(entries))
	for i, e := range entries {
		credits[i] = core.CreditOf(e, core.NewID[core.CreditID](s.src), x.Actor.AccountID, x.Now)
	}
	return x.Tx.PostCredits(ctx, credits)
}

// entriesOf makes an entry for each student who was present, and names it in
// the roster. All that keeps a student from it is told at once.
func (s *Service) entriesOf(a access.Actor, d *Detail, now time.Time) ([]core.Entry, error) {
	var problems core.Collect
	var entries []core.Entry
	for i := range d.Roster {
		row := &d.Roster[i]
		field := fmt.Sprintf("roster[%d]", i)
		switch {
		case row.Mark == core.MarkExpected:
			problems.Add(field, "unmarked", "name", row.Name)
		case row.Mark != core.MarkPresent:
		case a.MayBe(row.TherapistID):
			problems.Add(field, "own_record.classroom", "name", row.Name)
		default:
			session, err := d.Class.Attended(*row)
			if err := problems.Check(field, err); err != nil {
				return nil, err
			}
			row.EntryID, row.Version = core.NewID[core.EntryID](s.src), row.Version+1
			entries = append(entries, core.Entry{
				ID: row.EntryID, OrganizationID: d.Class.OrganizationID, EnrollmentID: row.EnrollmentID, TherapistID: row.TherapistID,
				StudentName: row.Name, State: core.EntrySubmitted, Session: session, SupervisorID: d.Class.InstructorID,
				SupervisorName: d.Class.InstructorName, CreatedAt: now, CreatedBy: a.AccountID, SubmittedAt: now, Version: 1,
			})
		}
	}
	return entries, conflicting(problems.Err())
}

// conflicting makes a fault of the record's state of what was gathered.
func conflicting(err error) error {
	if f := core.AsFault(err); f != nil {
		f.Kind = core.KindConflict
		return f
	}
	return err
}

// divide tells the sessions that can be signed from those that cannot: of days that cannot
// be, and of students who were elsewhere.
func divide(ctx context.Context, tx Tx, c Class, entries []core.Entry) ([]core.Entry, []logbook.Unsigned, error) {
	if len(entries) == 0 {
		return nil, nil, nil
	}
	possible, left, err := logbook.Signable(ctx, tx, entries)
	if err != nil {
		return nil, nil, err
	}
	students := make([]core.TherapistID, len(possible))
	for i, e := range possible {
		students[i] = e.TherapistID
	}
	elsewhere, err := tx.Colliding(ctx, c.OrganizationID, students, c.Session.Start, c.Session.End)
	if err != nil {
		return nil, nil, err
	}
	var free []core.Entry
	for _, e := range possible {
		at := slices.IndexFunc(elsewhere[e.TherapistID], e.Session.Overlaps)
		if at < 0 {
			free = append(free, e)
			continue
		}
		left = append(left, logbook.Unsigned{Entry: e, Why: core.Conflict(core.ErrOverlap.Code+".roster", "date", elsewhere[e.TherapistID][at].Date)})
	}
	return free, left, nil
}

// WhyNot is why a student cannot have the session that a row of a roster says
// (logbook.Impossible), or nil. Nothing is posted to the student's enrollments until the
// transaction ends.
func WhyNot(ctx context.Context, tx logbook.Calendars, c Class, row Attendance) (*core.Fault, error) {
	left, err := whyNotOf(ctx, tx, c, []Attendance{row})
	if err != nil || len(left) == 0 {
		return nil, err
	}
	why := *left[0].Why
	why.Kind, why.Fields = core.KindConflict, nil
	return &why, nil
}

// whyNotOf are the students of some rows of a roster who cannot have the session, and
// why. Of whom no time is known, or one only, the class as planned is asked about.
func whyNotOf(ctx context.Context, tx logbook.Calendars, c Class, rows []Attendance) (left []logbook.Unsigned, err error) {
	entries := make([]core.Entry, len(rows))
	for i, row := range rows {
		session, err := c.Attended(row)
		if err != nil {
			session = c.Session
		}
		entries[i] = core.Entry{
			ID: core.EntryID(row.EnrollmentID), OrganizationID: c.OrganizationID, EnrollmentID: row.EnrollmentID, TherapistID: row.TherapistID,
			StudentName: row.Name, Session: session,
		}
	}
	days := logbook.NewDays(logbook.CountAll)
	if err := days.Lock(ctx, tx, entries); err != nil {
		return nil, err
	}
	for _, e := range entries {
		if why := days.Take(e); why != nil {
			left = append(left, logbook.Unsigned{Entry: e, Why: why})
		}
	}
	return left, nil
}

// attendable refuses marks by which students become present who cannot have the session.
func attendable(ctx context.Context, tx Tx, c Class, from, to []Attendance, marks []MarkInput) error {
	var came []Attendance
	for _, row := range changed(from, to) {
		if row.Mark == core.MarkPresent {
			came = append(came, row)
		}
	}
	left, err := whyNotOf(ctx, tx, c, came)
	if err != nil {
		return err
	}
	var problems core.Collect
	for _, u := range left {
		at := slices.IndexFunc(marks, func(m MarkInput) bool { return m.EnrollmentID == u.Entry.EnrollmentID })
		f := onRoster(u)
		f.Name = fmt.Sprintf("marks[%d].mark", at)
		problems.AddField(f)
	}
	return problems.Err()
}
