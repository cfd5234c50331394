package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
)

type entryRow struct {
	ID               core.EntryID        `gorm:"primaryKey"`
	OrganizationID   core.OrganizationID `gorm:"not null"`
	EnrollmentID     core.EnrollmentID   `gorm:"not null"`
	TherapistID      core.TherapistID    `gorm:"not null"`
	State            core.EntryState     `gorm:"not null"`
	LocalDate        core.Date           `gorm:"not null"`
	Zone             string              `gorm:"not null"`
	StartsAt         moment
	EndsAt           moment
	BreakMinutes     core.Minutes         `gorm:"not null"`
	Minutes          core.Minutes         `gorm:"not null"`
	Subject          string               `gorm:"not null"`
	Setting          core.Setting         `gorm:"not null"`
	Delivery         core.Delivery        `gorm:"not null"`
	Mode             core.SupervisionMode `gorm:"not null"`
	MakeUp           bool                 `gorm:"not null"`
	Grade            sql.NullInt64
	SupervisorID     core.MemberID `gorm:"not null"`
	Note             string        `gorm:"not null"`
	CorrectsID       core.EntryID
	CorrectionReason string `gorm:"not null"`
	SupersededByID   core.EntryID
	ImportID         core.ImportID
	ReturnReason     string         `gorm:"not null"`
	CreatedAt        moment         `gorm:"not null"`
	CreatedBy        core.AccountID `gorm:"not null"`
	SubmittedAt      moment
	SignedAt         moment
	SignedBy         core.MemberID
	Version          int `gorm:"not null"`
}

const entryColumns = `id, organization_id, enrollment_id, therapist_id, state, local_date, zone, starts_at, ends_at,
	break_minutes, minutes, subject, setting, delivery, mode, make_up, grade, supervisor_id, note, corrects_id, correction_reason, import_id,
	created_at, created_by, submitted_at`

func entryValues(e core.Entry) []any {
	s := e.Session
	return []any{
		e.ID, e.OrganizationID, e.EnrollmentID, e.TherapistID, e.State, s.Date, s.Zone, at(s.Start), at(s.End),
		s.Break, s.Minutes, s.Subject, s.Setting, s.Delivery, s.Mode, s.MakeUp, gradeOf(s.Graded, s.Grade), e.SupervisorID, e.Note, e.Corrects, e.CorrectionReason, e.ImportID,
		at(e.CreatedAt), e.CreatedBy, at(e.SubmittedAt),
	}
}

// gradeOf is a percentage, or NULL where nobody graded.
func gradeOf(graded bool, grade int) sql.NullInt64 {
	return sql.NullInt64{Int64: int64(grade), Valid: graded}
}

// namedEntryRow is an entry with the names that belong to it.
type namedEntryRow struct {
	entryRow       `gorm:"embedded"`
	StudentName    string
	SupervisorName string
	SignedByName   string
}

func (r namedEntryRow) noun() core.Entry {
	return core.Entry{
		ID: r.ID, OrganizationID: r.OrganizationID, EnrollmentID: r.EnrollmentID, TherapistID: r.TherapistID,
		StudentName: r.StudentName, State: r.State,
		Session: core.Session{
			Date: r.LocalDate, Zone: r.Zone, Start: r.StartsAt.Time, End: r.EndsAt.Time, Break: r.BreakMinutes, Minutes: r.Minutes,
			Subject: r.Subject, Setting: r.Setting, Delivery: r.Delivery, Mode: r.Mode, MakeUp: r.MakeUp, Graded: r.Grade.Valid, Grade: int(r.Grade.Int64),
		},
		SupervisorID: r.SupervisorID, SupervisorName: r.SupervisorName, Note: r.Note, Corrects: r.CorrectsID,
		CorrectionReason: r.CorrectionReason, SupersededBy: r.SupersededByID, ImportID: r.ImportID, ReturnReason: r.ReturnReason,
		CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy, SubmittedAt: r.SubmittedAt.Time, SignedAt: r.SignedAt.Time,
		SignedBy: r.SignedBy, SignedByName: r.SignedByName, Version: r.Version,
	}
}

const entrySelect = `SELECT e.*, sa.name AS student_name, va.name AS supervisor_name, COALESCE(ga.name, '') AS signed_by_name
	FROM entries e JOIN therapists t ON t.id = e.therapist_id JOIN accounts sa ON sa.id = t.account_id
	JOIN members v ON v.id = e.supervisor_id JOIN accounts va ON va.id = v.account_id
	LEFT JOIN members g ON g.id = e.signed_by LEFT JOIN accounts ga ON ga.id = g.account_id `

func (tx *Tx) entries(query string, args ...any) ([]core.Entry, error) {
	rows, err := many[namedEntryRow](tx.g, entrySelect+query, args...)
	return mapped(rows, namedEntryRow.noun), err
}

func (tx *Tx) entry(query string, args ...any) (core.Entry, error) {
	r, err := one[namedEntryRow](tx.g, "entry", entrySelect+query, args...)
	return r.noun(), err
}

// InsertEntry writes an entry; a submitted one moves the totals, on PostgreSQL
// in the same statement.
func (tx *Tx) InsertEntry(_ context.Context, e core.Entry) error {
	values := entryValues(e)
	statement := "INSERT INTO entries (" + entryColumns + ") VALUES (" + strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ") + ")"
	if e.State != core.EntrySubmitted {
		_, err := tx.exec(statement, values...)
		return err
	}
	return tx.moveWaiting(1, e, statement, values...)
}

// UpdateEntry writes e over the entry that is still in from's state and
// version, else it is stale. The totals follow what begins or ends to wait.
func (tx *Tx) UpdateEntry(_ context.Context, from, e core.Entry) error {
	s := e.Session
	statement := `UPDATE entries SET state = ?, local_date = ?, zone = ?, starts_at = ?, ends_at = ?, break_minutes = ?, minutes = ?,
		subject = ?, setting = ?, delivery = ?, mode = ?, make_up = ?, grade = ?, supervisor_id = ?, note = ?, correction_reason = ?, return_reason = ?, submitted_at = ?,
		version = version + 1 WHERE id = ? AND state = ? AND version = ?`
	values := []any{
		e.State, s.Date, s.Zone, at(s.Start), at(s.End), s.Break, s.Minutes, s.Subject, s.Setting, s.Delivery, s.Mode, s.MakeUp, gradeOf(s.Graded, s.Grade), e.SupervisorID, e.Note,
		e.CorrectionReason, e.ReturnReason, at(e.SubmittedAt), from.ID, from.State, from.Version,
	}
	switch was, is := from.State == core.EntrySubmitted, e.State == core.EntrySubmitted; {
	case is && !was:
		return tx.moveWaiting(1, e, statement, values...)
	case was && !is:
		return tx.moveWaiting(-1, e, statement, values...)
	}
	return tx.changeOne(statement, values...)
}

// Entry finds one entry.
func (tx *Tx) Entry(_ context.Context, id core.EntryID) (core.Entry, error) {
	return tx.entry("WHERE e.id = ?", id)
}

// EntriesByID finds entries in the order of their ids and locks them for the
// transaction.
func (tx *Tx) EntriesByID(_ context.Context, ids []core.EntryID) ([]core.Entry, error) {
	condition, arg := in(tx, "e.id", ids)
	return tx.entries("WHERE "+condition+" ORDER BY e.id"+tx.locked("e"), arg)
}

// FindEntries lists an enrollment's entries, newest date first.
func (tx *Tx) FindEntries(_ context.Context, q logbook.EntryQuery) ([]core.Entry, error) {
	query, args := "WHERE e.enrollment_id = ?", []any{q.Enrollment}
	if q.State != "" {
		query, args = query+" AND e.state = ?", append(args, q.State)
	}
	if !q.After.IsZero() {
		query, args = query+" AND (e.local_date, e.id) < (?, ?)", append(args, q.AfterDate, q.After)
	}
	return tx.entries(query+" ORDER BY e.local_date DESC, e.id DESC LIMIT ?", append(args, q.Limit)...)
}

// EntryChain are an entry and all that it corrects or that correct it, oldest
// first.
func (tx *Tx) EntryChain(_ context.Context, id core.EntryID) ([]core.Entry, error) {
	return tx.entries(`WHERE e.id IN (
		WITH RECURSIVE
			back (id, corrects_id) AS (
				SELECT id, corrects_id FROM entries WHERE id = ?
				UNION SELECT o.id, o.corrects_id FROM entries o JOIN back ON o.id = back.corrects_id),
			forth (id) AS (
				SELECT CAST(? AS `+tx.uuid()+`)
				UNION SELECT o.id FROM entries o JOIN forth ON o.corrects_id = forth.id)
		SELECT id FROM back UNION SELECT id FROM forth) ORDER BY e.id`, id, id)
}

func (tx *Tx) uuid() string {
	if tx.postgres {
		return "uuid"
	}
	return "text"
}

// LastEntry is the entry of an enrollment that was made last.
func (tx *Tx) LastEntry(_ context.Context, enrollment core.EnrollmentID) (core.Entry, error) {
	return tx.entry("WHERE e.enrollment_id = ? AND e.state <> 'withdrawn' ORDER BY e.local_date DESC, e.id DESC LIMIT 1", enrollment)
}

// live is the condition under which the database lets no sessions overlap.
const live = "e.starts_at IS NOT NULL AND (e.state = 'signed' OR (e.state = 'submitted' AND e.corrects_id IS NULL))"

// Overlapping is the live entry of a therapist that shares time with a session.
func (tx *Tx) Overlapping(_ context.Context, therapist core.TherapistID, s core.Session, except core.EntryID) (core.Entry, error) {
	return tx.entry("WHERE e.therapist_id = ? AND e.starts_at < ? AND e.ends_at > ? AND e.id <> ? AND "+live+" ORDER BY e.starts_at LIMIT 1",
		therapist, at(s.End), at(s.Start), except)
}

// WaitingFor lists what waits for a supervisor, oldest first, without what an
// import waits for. What may overlap is a correction, or minutes without times,
// beside another live session of the student that it does not correct.
func (tx *Tx) WaitingFor(_ context.Context, supervisor core.MemberID, limit int) ([]logbook.WaitingEntry, error) {
	dayBefore, dayAfter := "e.local_date - 1", "e.local_date + 1"
	if !tx.postgres {
		dayBefore, dayAfter = "date(e.local_date, '-1 day')", "date(e.local_date, '+1 day')"
	}
	type row struct {
		ID           core.EntryID
		EnrollmentID core.EnrollmentID
		StudentName  string
		LocalDate    core.Date
		Minutes      core.Minutes
		SubmittedAt  moment
		MayOverlap   bool
	}
	rows, err := many[row](tx.g, `SELECT e.id, e.enrollment_id, a.name AS student_name, e.local_date, e.minutes, e.submitted_at,
		(e.corrects_id IS NOT NULL OR e.starts_at IS NULL) AND EXISTS (
			SELECT 1 FROM entries o
			WHERE o.enrollment_id IN (SELECT n.id FROM enrollments n WHERE n.therapist_id = e.therapist_id)
			AND o.local_date BETWEEN `+dayBefore+` AND `+dayAfter+` AND o.state IN ('submitted', 'signed')
			AND o.id <> e.id AND (e.corrects_id IS NULL OR o.id <> e.corrects_id)
			AND (o.starts_at < e.ends_at AND o.ends_at > e.starts_at
				OR (o.starts_at IS NULL OR e.starts_at IS NULL) AND o.local_date = e.local_date)) AS may_overlap
		FROM entries e JOIN therapists t ON t.id = e.therapist_id JOIN accounts a ON a.id = t.account_id
		WHERE e.supervisor_id = ? AND e.state = 'submitted' AND e.import_id IS NULL ORDER BY e.id LIMIT ?`, supervisor, limit)
	return mapped(rows, func(r row) logbook.WaitingEntry {
		return logbook.WaitingEntry{
			ID: r.ID, EnrollmentID: r.EnrollmentID, StudentName: r.StudentName, Date: r.LocalDate, Minutes: r.Minutes,
			SubmittedAt: r.SubmittedAt.Time, MayOverlap: r.MayOverlap,
		}
	}), err
}
