package classroom

import (
	"context"
	"fmt"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
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

// MarkRoster writes an instructor's marks. It needs class.sign and that the
// actor is the class's instructor. Codes by field: unknown_mark,
// unknown_student, bad_time, nonexistent_time, outside_class, bad_grade;
// other_supervisor, not_planned, stale.
func (s *Service) MarkRoster(ctx context.Context, a access.Actor, id core.ClassID, version int, marks []MarkInput) (Detail, error) {
	now := s.src.Now()
	var d Detail
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if d.Class, err = plannedFor(ctx, tx, a, access.ClassSign, id, version); err != nil {
			return err
		}
		if err := instructs(a, d.Class); err != nil {
			return err
		}
		if d.Roster, err = tx.Roster(ctx, id); err != nil {
			return err
		}
		changed, err := marked(d.Class, d.Roster, marks)
		if err != nil {
			return err
		}
		if err := tx.SaveAttendance(ctx, changed); err != nil {
			return err
		}
		if err := tx.UpdateClass(ctx, d.Class); err != nil {
			return err
		}
		d.Class.Version++
		if d.Roster, err = tx.Roster(ctx, id); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, access.ClassSign, d.Class, map[string]string{"marked": fmt.Sprint(len(changed))})
	})
	return d, err
}

// marked are the attendances that the marks change.
func marked(c core.Class, roster []core.Attendance, marks []MarkInput) ([]core.Attendance, error) {
	var problems core.Collect
	at := make(map[core.EnrollmentID]core.Attendance, len(roster))
	for _, row := range roster {
		at[row.EnrollmentID] = row
	}
	var changed []core.Attendance
	for i, m := range marks {
		field := func(name string) string { return fmt.Sprintf("marks[%d].%s", i, name) }
		row, known := at[m.EnrollmentID]
		if !known {
			problems.Add(field("enrollment_id"), "unknown_student", "This student is not on the roster, or is named twice.")
			continue
		}
		delete(at, m.EnrollmentID)
		before := row
		row.Mark = m.Mark
		if !m.Mark.Known() {
			problems.Add(field("mark"), "unknown_mark", "The mark is expected, present, absent or excused.")
		}
		setTime(&problems, field("in"), c, m.In, &row.In, &row.InBy)
		setTime(&problems, field("out"), c, m.Out, &row.Out, &row.OutBy)
		if !row.In.IsZero() && row.Out.Before(row.In) && !row.Out.IsZero() {
			problems.Add(field("out"), "bad_time", "%s left before coming.", row.Name)
		}
		row.Graded, row.Grade = m.Grade != 0, m.Grade
		if m.Grade < 0 || m.Grade > 100 {
			problems.Add(field("grade"), "bad_grade", "A grade is a percentage from 1 to 100; leave it empty where nobody graded.")
		}
		if row != before {
			changed = append(changed, row)
		}
	}
	return changed, problems.Err()
}

// setTime takes a time as the clock on the wall showed it in the class.
func setTime(problems *core.Collect, field string, c core.Class, text string, to *time.Time, by *core.ClockedBy) {
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
		problems.Add(field, "nonexistent_time", "The clock was set forward and never showed %s.", text)
		return
	}
	if moment.After(c.Session.End.Add(closesAfter)) {
		problems.Add(field, "outside_class", "%s lies outside the class.", text)
		return
	}
	*to, *by = moment.UTC(), core.ClockedInstructor
}

// Sign signs the roster as one: what each student who was present attended
// becomes a signed entry with its credit, all or none. It needs class.sign, a
// person who gave the password within 15 minutes, and that the actor is the
// class's instructor and on no roster of it. Codes: reauthentication_required,
// other_supervisor, own_record, not_planned, not_over, unmarked, missed_punch,
// empty_session, entry_overlap, enrollment_closed, stale.
func (s *Service) Sign(ctx context.Context, a access.Actor, id core.ClassID, version int) (Detail, error) {
	now := s.src.Now()
	var d Detail
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if d.Class, err = plannedFor(ctx, tx, a, access.ClassSign, id, version); err != nil {
			return err
		}
		if err := access.Fresh(a, now); err != nil {
			return err
		}
		if err := instructs(a, d.Class); err != nil {
			return err
		}
		if now.Before(d.Class.Session.End) {
			return core.Conflict("not_over", "The class is not over yet; sign it when it is.")
		}
		if d.Roster, err = tx.Roster(ctx, id); err != nil {
			return err
		}
		if err := s.sign(ctx, tx, a, &d, now); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, access.ClassSign, d.Class, map[string]string{"state": string(d.Class.State)})
	})
	return d, err
}

func (s *Service) sign(ctx context.Context, tx Tx, a access.Actor, d *Detail, now time.Time) error {
	entries, err := s.entriesOf(a, d, now)
	if err != nil {
		return err
	}
	if err := s.free(ctx, tx, d.Class, entries); err != nil {
		return err
	}
	if len(entries) > 0 {
		if err := tx.InsertImported(ctx, entries); err != nil {
			return err
		}
		if err := tx.SignEntries(ctx, entries, d.Class.InstructorID, now); err != nil {
			return err
		}
		credits := make([]core.Credit, len(entries))
		for i, e := range entries {
			credits[i] = core.CreditOf(e, core.NewID[core.CreditID](s.src), a.AccountID, now)
		}
		if err := tx.PostCredits(ctx, credits); err != nil {
			return err
		}
	}
	if err := tx.SaveAttendance(ctx, d.Roster); err != nil {
		return err
	}
	d.Class.State, d.Class.SignedAt = core.ClassSigned, now
	if err := tx.UpdateClass(ctx, d.Class); err != nil {
		return err
	}
	d.Class.Version++
	return nil
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
			problems.Add(field, "unmarked", "%s is not marked; say whether the student was there.", row.Name)
		case row.Mark != core.MarkPresent:
		case row.TherapistID == a.TherapistID:
			problems.Add(field, "own_record", "Nobody signs a session of their own; %s cannot be on this roster.", row.Name)
		default:
			session, err := d.Class.Attended(*row)
			if err := problems.Check(field, err); err != nil {
				return nil, err
			}
			row.EntryID = core.NewID[core.EntryID](s.src)
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

// free wants active enrollments and students who were nowhere else.
func (s *Service) free(ctx context.Context, tx Tx, c core.Class, entries []core.Entry) error {
	enrollments, therapists := make([]core.EnrollmentID, len(entries)), make([]core.TherapistID, len(entries))
	names := make(map[core.EnrollmentID]string, len(entries))
	for i, e := range entries {
		enrollments[i], therapists[i], names[e.EnrollmentID] = e.EnrollmentID, e.TherapistID, e.StudentName
	}
	locked, err := tx.LockEnrollments(ctx, enrollments)
	if err != nil {
		return err
	}
	var problems core.Collect
	for _, e := range locked {
		if e.State != core.EnrollmentActive {
			problems.Add("roster", "enrollment_closed", "The enrollment of %s is %s and takes no more hours; mark the student absent.", names[e.ID], e.State)
		}
	}
	collisions, err := tx.Colliding(ctx, therapists, c.Session.Start, c.Session.End)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if other, ok := collisions[e.TherapistID]; ok && e.Session.Overlaps(other) {
			problems.Add("roster", core.ErrOverlap.Code, "%s has another session at that time, of %s; have one of them corrected.", e.StudentName, other.Date)
		}
	}
	return conflicting(problems.Err())
}
