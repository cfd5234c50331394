package logbook

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/attendance"
	"github.com/palmar/palmar/pkg/people/account"
)

// findWithdrawn finds who has withdrawn from the program and is not in it again.
func (j *judged) findWithdrawn(ctx context.Context, tx Calendars, org core.OrganizationID) error {
	var students []core.TherapistID
	for email, student := range j.students {
		if _, enrolled := j.enrollments[email]; !enrolled {
			students = append(students, student.TherapistID)
		}
	}
	j.withdrew = map[core.TherapistID]bool{}
	if len(students) == 0 {
		return nil
	}
	enrollments, err := tx.LockStudents(ctx, org, students)
	for _, e := range enrollments {
		if e.ProgramID == j.version.ProgramID && e.State == core.EnrollmentWithdrawn {
			j.withdrew[e.TherapistID] = true
		}
	}
	return err
}

// askDays finds the accepted records of days that cannot be, in the order of the file.
func (j *judged) askDays(ctx context.Context, tx Calendars, org core.OrganizationID) error {
	days, entries := NewDays(CountAll), make([]core.Entry, 0, len(j.report.Accepted))
	fresh := map[string]Enrollment{} // of whom this import will enroll
	for _, row := range j.report.Accepted {
		if row.Unchanged {
			continue
		}
		email := strings.ToLower(row.Email)
		e, enrolled := j.enrollments[email]
		if !enrolled {
			if e, enrolled = fresh[email]; !enrolled {
				e = Enrollment{ID: core.EnrollmentID(numbered(row.Record)), TherapistID: core.TherapistID(numbered(row.Record)), State: core.EnrollmentActive}
				if student, known := j.students[email]; known {
					e.TherapistID = student.TherapistID
				}
				fresh[email] = e
			}
		}
		days.enrollments[e.ID] = e
		entries = append(entries, core.Entry{
			ID: core.EntryID(numbered(row.Record)), OrganizationID: org, EnrollmentID: e.ID, TherapistID: e.TherapistID,
			State: core.EntrySubmitted, Session: row.Session,
		})
	}
	j.asked, j.askedOf = nil, map[int]bool{}
	for part := range slices.Chunk(entries, MostAtOnce) {
		if err := days.Read(ctx, tx, part); err != nil {
			return err
		}
		for _, e := range part {
			if why := days.Take(e); why != nil {
				record := recordOf(e.ID)
				j.askedOf[record] = true
				j.asked = append(j.asked, attendance.Refusal{Record: record, Field: "date", Code: attendance.Code(why.Code), Message: why.Message()})
			}
		}
	}
	return nil
}

// enrollNew enrolls who is not in the program yet, from their first session on that
// nobody has to be asked about.
func (s *imports) enrollNew(ctx context.Context, tx Tx, j *judged) error {
	first := map[string]core.Date{}
	sure := map[string]bool{} // first is of a session that can be
	var people, files []account.Person
	for _, row := range j.report.Accepted {
		email := strings.ToLower(row.Email)
		if _, enrolled := j.enrollments[email]; enrolled || row.Unchanged {
			continue
		}
		on, known := first[email]
		if !known {
			p := s.enrollments.person(email, nameOf(row))
			if student, has := j.students[email]; has {
				p.TherapistID = student.TherapistID
			} else {
				files = append(files, p)
			}
			people = append(people, p)
		}
		can := !j.askedOf[row.Record]
		if !known || can && !sure[email] || can == sure[email] && row.Session.Date.Before(on) {
			first[email] = row.Session.Date
		}
		sure[email] = sure[email] || can
	}
	if len(people) == 0 {
		return nil
	}
	if err := tx.InsertFiles(ctx, j.version.OrganizationID, files, j.now); err != nil {
		return err
	}
	enrollments := make([]Enrollment, len(people))
	for i, p := range people {
		enrollments[i] = s.enrollments.enrollment(j.version, p.TherapistID, first[p.Email])
		j.enrollments[p.Email] = enrollments[i]
	}
	return tx.InsertEnrollments(ctx, enrollments)
}

// numbered is an identifier of a record that has none yet.
func numbered(record int) (id [16]byte) {
	binary.BigEndian.PutUint64(id[8:], uint64(record))
	return id
}

func recordOf(id core.EntryID) int { return int(binary.BigEndian.Uint64(id[8:])) }
