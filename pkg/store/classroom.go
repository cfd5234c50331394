package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/palmar/palmar/pkg/classroom"
	"github.com/palmar/palmar/pkg/core"
)

type classRow struct {
	ID             core.ClassID         `gorm:"primaryKey"`
	OrganizationID core.OrganizationID  `gorm:"not null"`
	ProgramID      core.ProgramID       `gorm:"not null"`
	InstructorID   core.MemberID        `gorm:"not null"`
	State          core.ClassState      `gorm:"not null"`
	CheckIn        core.CheckIn         `gorm:"not null"`
	LocalDate      core.Date            `gorm:"not null"`
	Zone           string               `gorm:"not null"`
	StartsAt       moment               `gorm:"not null"`
	EndsAt         moment               `gorm:"not null"`
	BreakMinutes   core.Minutes         `gorm:"not null"`
	Minutes        core.Minutes         `gorm:"not null"`
	Subject        string               `gorm:"not null"`
	Setting        core.Setting         `gorm:"not null"`
	Delivery       core.Delivery        `gorm:"not null"`
	Mode           core.SupervisionMode `gorm:"not null"`
	MakeUp         bool                 `gorm:"not null"`
	Secret         []byte               `gorm:"not null"`
	CreatedAt      moment               `gorm:"not null"`
	CreatedBy      core.AccountID       `gorm:"not null"`
	SignedAt       moment
	Version        int `gorm:"not null"`
}

type classView struct {
	classRow       `gorm:"embedded"`
	ProgramTitle   string
	InstructorName string
	Students       int
	Present        int
}

func (r classView) noun() core.Class {
	return core.Class{
		ID: r.ID, OrganizationID: r.OrganizationID, ProgramID: r.ProgramID, ProgramTitle: r.ProgramTitle,
		InstructorID: r.InstructorID, InstructorName: r.InstructorName, State: r.State, CheckIn: r.CheckIn,
		Session: core.Session{
			Date: r.LocalDate, Zone: r.Zone, Start: r.StartsAt.Time, End: r.EndsAt.Time, Break: r.BreakMinutes, Minutes: r.Minutes,
			Subject: r.Subject, Setting: r.Setting, Delivery: r.Delivery, Mode: r.Mode, MakeUp: r.MakeUp,
		},
		Secret: r.Secret, CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy, SignedAt: r.SignedAt.Time, Version: r.Version,
		Students: r.Students, Present: r.Present,
	}
}

const classColumns = `k.*, p.title AS program_title, ia.name AS instructor_name,
	(SELECT COUNT(*) FROM attendances s WHERE s.class_id = k.id) AS students,
	(SELECT COUNT(*) FROM attendances s WHERE s.class_id = k.id AND s.mark = 'present') AS present`

const classFrom = ` FROM classes k JOIN programs p ON p.id = k.program_id
	JOIN members i ON i.id = k.instructor_id JOIN accounts ia ON ia.id = i.account_id `

// InsertClass writes a class and its roster.
func (tx *Tx) InsertClass(_ context.Context, c core.Class, roster []core.Attendance) error {
	s := c.Session
	if err := tx.insert("classes", &classRow{
		ID: c.ID, OrganizationID: c.OrganizationID, ProgramID: c.ProgramID, InstructorID: c.InstructorID, State: c.State, CheckIn: c.CheckIn,
		LocalDate: s.Date, Zone: s.Zone, StartsAt: at(s.Start), EndsAt: at(s.End), BreakMinutes: s.Break, Minutes: s.Minutes,
		Subject: s.Subject, Setting: s.Setting, Delivery: s.Delivery, Mode: s.Mode, MakeUp: s.MakeUp, Secret: c.Secret,
		CreatedAt: at(c.CreatedAt), CreatedBy: c.CreatedBy, Version: c.Version,
	}); err != nil {
		return err
	}
	_, err := tx.saveAttendance(roster, "")
	return err
}

// Class finds one class.
func (tx *Tx) Class(_ context.Context, id core.ClassID) (core.Class, error) {
	r, err := one[classView](tx.g, "class", "SELECT "+classColumns+classFrom+"WHERE k.id = ?", id)
	return r.noun(), err
}

// LockClass is Class, locked until the transaction ends.
func (tx *Tx) LockClass(_ context.Context, id core.ClassID) (core.Class, error) {
	r, err := one[classView](tx.g, "class", "SELECT "+classColumns+classFrom+"WHERE k.id = ?"+tx.locked("k"), id)
	return r.noun(), err
}

// FindClasses lists a school's classes, newest first.
func (tx *Tx) FindClasses(_ context.Context, q classroom.ClassQuery) ([]core.Class, error) {
	condition, args := "WHERE k.organization_id = ?", []any{q.Organization}
	if !q.After.IsZero() {
		condition, args = condition+" AND (k.local_date, k.id) < (?, ?)", append(args, q.AfterDate, q.After)
	}
	rows, err := many[classView](tx.g, "SELECT "+classColumns+classFrom+condition+" ORDER BY k.local_date DESC, k.id DESC LIMIT ?", append(args, q.Limit)...)
	return mapped(rows, classView.noun), err
}

// UpdateClass writes a class's state over the version before; another version
// is stale.
func (tx *Tx) UpdateClass(_ context.Context, c core.Class) error {
	return tx.changeOne("UPDATE classes SET state = ?, signed_at = ?, version = version + 1 WHERE id = ? AND version = ?", c.State, at(c.SignedAt), c.ID, c.Version)
}

// ActiveIn are a program's active enrollments by name.
func (tx *Tx) ActiveIn(_ context.Context, program core.ProgramID, limit int) ([]core.Enrollment, error) {
	rows, err := many[enrolledRow](tx.g, "SELECT "+enrolledColumns+enrolledFrom+"WHERE e.program_id = ? AND e.state = 'active' ORDER BY sa.name, e.id LIMIT ?", program, limit)
	return mapped(rows, enrolledRow.noun), err
}

type attendanceRow struct {
	ClassID      core.ClassID      `gorm:"primaryKey"`
	EnrollmentID core.EnrollmentID `gorm:"primaryKey"`
	TherapistID  core.TherapistID  `gorm:"not null"`
	Mark         core.Mark         `gorm:"not null"`
	InAt         moment
	OutAt        moment
	InBy         core.ClockedBy `gorm:"not null"`
	OutBy        core.ClockedBy `gorm:"not null"`
	Grade        sql.NullInt64
	EntryID      core.EntryID
	Version      int `gorm:"not null"`
}

type attendanceView struct {
	attendanceRow `gorm:"embedded"`
	Name          string
}

func (r attendanceView) noun() core.Attendance {
	return core.Attendance{
		ClassID: r.ClassID, EnrollmentID: r.EnrollmentID, TherapistID: r.TherapistID, Name: r.Name, Mark: r.Mark,
		In: r.InAt.Time, Out: r.OutAt.Time, InBy: r.InBy, OutBy: r.OutBy, Graded: r.Grade.Valid, Grade: int(r.Grade.Int64),
		EntryID: r.EntryID, Version: r.Version,
	}
}

const attendanceSelect = `SELECT n.*, a.name FROM attendances n JOIN therapists t ON t.id = n.therapist_id JOIN accounts a ON a.id = t.account_id WHERE `

// Roster are the students of a class by name.
func (tx *Tx) Roster(_ context.Context, class core.ClassID) ([]core.Attendance, error) {
	rows, err := many[attendanceView](tx.g, attendanceSelect+"n.class_id = ? ORDER BY a.name, n.enrollment_id", class)
	return mapped(rows, attendanceView.noun), err
}

// AttendanceOf is a student on the roster of a class.
func (tx *Tx) AttendanceOf(_ context.Context, class core.ClassID, therapist core.TherapistID) (core.Attendance, error) {
	r, err := one[attendanceView](tx.g, "class", attendanceSelect+"n.class_id = ? AND n.therapist_id = ?", class, therapist)
	return r.noun(), err
}

// SaveAttendance writes attendances over their versions; another is stale.
func (tx *Tx) SaveAttendance(_ context.Context, all []core.Attendance) error {
	if len(all) == 0 {
		return nil
	}
	n, err := tx.saveAttendance(all, ` ON CONFLICT (class_id, enrollment_id) DO UPDATE SET mark = excluded.mark, in_at = excluded.in_at,
		out_at = excluded.out_at, in_by = excluded.in_by, out_by = excluded.out_by, grade = excluded.grade, entry_id = excluded.entry_id,
		version = attendances.version + 1 WHERE attendances.version = excluded.version`)
	return allOf(n, len(all), err)
}

func (tx *Tx) saveAttendance(all []core.Attendance, conflict string) (int64, error) {
	var args []any
	values := ""
	for i, a := range all {
		if i > 0 {
			values += ", "
		}
		values += "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		args = append(args, a.ClassID, a.EnrollmentID, a.TherapistID, a.Mark, at(a.In), at(a.Out), a.InBy, a.OutBy, gradeOf(a.Graded, a.Grade), a.EntryID, a.Version)
	}
	return tx.exec(`INSERT INTO attendances (class_id, enrollment_id, therapist_id, mark, in_at, out_at, in_by, out_by, grade, entry_id, version)
		VALUES `+values+conflict, args...)
}

// ClassesOf are a student's planned classes that end after one moment and begin
// before another, the first first.
func (tx *Tx) ClassesOf(_ context.Context, therapist core.TherapistID, endAfter, startBefore time.Time) ([]classroom.Mine, error) {
	return tx.mine(therapist, "k.state = 'planned' AND k.ends_at > ? AND k.starts_at < ? ORDER BY k.starts_at, k.id", at(endAfter), at(startBefore))
}

// MissedBy are classes on the roster of which a student's enrollment has no
// session, that ended between two moments and were not called off.
func (tx *Tx) MissedBy(_ context.Context, therapist core.TherapistID, enrollment core.EnrollmentID, from, to time.Time) ([]classroom.Mine, error) {
	return tx.mine(therapist, `n.enrollment_id = ? AND n.entry_id IS NULL AND k.state <> 'cancelled' AND k.ends_at BETWEEN ? AND ?
		ORDER BY k.starts_at DESC, k.id`, enrollment, at(from), at(to))
}

func (tx *Tx) mine(therapist core.TherapistID, condition string, args ...any) ([]classroom.Mine, error) {
	type row struct {
		classView `gorm:"embedded"`
		Mark      core.Mark
		InAt      moment
		OutAt     moment
	}
	rows, err := many[row](tx.g, "SELECT "+classColumns+", n.mark, n.in_at, n.out_at"+classFrom+`JOIN attendances n ON n.class_id = k.id
		WHERE n.therapist_id = ? AND `+condition+" LIMIT 20", append([]any{therapist}, args...)...)
	return mapped(rows, func(r row) classroom.Mine {
		return classroom.Mine{Class: r.noun(), Attendance: core.Attendance{ClassID: r.ID, TherapistID: therapist, Mark: r.Mark, In: r.InAt.Time, Out: r.OutAt.Time}}
	}), err
}

// Colliding are the live sessions of therapists that share time with a span,
// one for each therapist.
func (tx *Tx) Colliding(_ context.Context, therapists []core.TherapistID, from, to time.Time) (map[core.TherapistID]core.Session, error) {
	condition, arg := in(tx, "e.therapist_id", therapists)
	found, err := tx.entries("WHERE "+condition+" AND e.starts_at < ? AND e.ends_at > ? AND "+live+" ORDER BY e.starts_at", arg, at(to), at(from))
	out := make(map[core.TherapistID]core.Session, len(found))
	for _, e := range found {
		out[e.TherapistID] = e.Session
	}
	return out, err
}
