package logbookdb

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// WaitingWeek sums what waits for a supervisor of a student's week.
type WaitingWeek struct {
	SupervisorID core.MemberID     `gorm:"primaryKey"`
	EnrollmentID core.EnrollmentID `gorm:"primaryKey"`
	Week         core.Date         `gorm:"primaryKey"`
	Entries      int               `gorm:"not null"`
	Minutes      core.Minutes      `gorm:"not null"`
	Exceptions   int               `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (WaitingWeek) TableName() string { return "waiting_weeks" }

// inboxed is the condition under which an entry is in an inbox.
const inboxed = "state = 'submitted' AND import_id IS NULL"

// weekOf is the Monday of the week of an entry, as an expression.
func (t Entries) weekOf(entry string) string {
	if t.Postgres() {
		return entry + ".local_date - (EXTRACT(isodow FROM " + entry + ".local_date)::int - 1)"
	}
	return "date(" + entry + ".local_date, '-6 days', 'weekday 1')"
}

// odd is 1 for an entry that is long or was submitted late, else 0. On SQLite
// most are told apart by the day in UTC, which is a day off at the most.
func (t Entries) odd(entry string) string {
	late := fmt.Sprintf("(%[1]s.submitted_at AT TIME ZONE %[1]s.zone)::date > %[1]s.local_date + %[2]d", entry, logbook.LateDays)
	if !t.Postgres() {
		late = fmt.Sprintf("date(%[1]s.submitted_at) >= date(%[1]s.local_date, '+%[2]d days') AND day_in(%[1]s.submitted_at, %[1]s.zone) > date(%[1]s.local_date, '+%[2]d days')",
			entry, logbook.LateDays)
	}
	return fmt.Sprintf("CASE WHEN %s.minutes > %d OR %s THEN 1 ELSE 0 END", entry, logbook.LongSession, late)
}

const (
	weekColumns = "supervisor_id, enrollment_id, week, entries, minutes, exceptions"
	addWeeks    = ` ON CONFLICT (supervisor_id, enrollment_id, week) DO UPDATE SET entries = waiting_weeks.entries + excluded.entries,
		minutes = waiting_weeks.minutes + excluded.minutes, exceptions = waiting_weeks.exceptions + excluded.exceptions`
	takeWeeks = `UPDATE waiting_weeks AS k SET entries = k.entries - s.entries, minutes = k.minutes - s.minutes, exceptions = k.exceptions - s.exceptions
		FROM (`
	sameWeek = ") AS s WHERE k.supervisor_id = s.supervisor_id AND k.enrollment_id = s.enrollment_id AND k.week = s.week"
)

// weeks sums the entries that from holds and that are in an inbox.
func (t Entries) weeks(from string) string {
	return "SELECT e.supervisor_id, e.enrollment_id, " + t.weekOf("e") + " AS week, COUNT(*) AS entries, SUM(e.minutes) AS minutes, SUM(" + t.odd("e") + `) AS exceptions
		FROM ` + from + " AS e WHERE e.import_id IS NULL GROUP BY 1, 2, 3"
}

// moveInbox adds to the inboxes the waiting entries that a condition selects, or
// takes them out before they are changed.
func (t Entries) moveInbox(sign int, which clause.Expr) error {
	sums := t.weeks("(SELECT * FROM entries WHERE " + inboxed + " AND ?)")
	statement := "INSERT INTO waiting_weeks (" + weekColumns + ") " + sums + addWeeks
	if sign < 0 {
		statement = takeWeeks + sums + sameWeek
	}
	_, err := store.Change(t.Gorm().Exec(statement, which))
	return err
}

// CountWaiting is how many sessions wait for a supervisor.
func (t Entries) CountWaiting(_ context.Context, supervisor core.MemberID) (int, error) {
	return store.One[int](t.Gorm().Model(&WaitingWeek{}).Select("COALESCE(SUM(entries), 0)").Where("supervisor_id = ?", supervisor), "inbox")
}

// mayOverlap tells of a correction, or of minutes without times, whether it
// stands beside another live session of the student that it does not correct.
// OFFSET keeps PostgreSQL from joining all entries with all others.
func (t Entries) mayOverlap() string {
	before, after := "e.local_date - 1", "e.local_date + 1"
	if !t.Postgres() {
		before, after = "date(e.local_date, '-1 day')", "date(e.local_date, '+1 day')"
	}
	return `(e.corrects_id IS NOT NULL OR e.starts_at IS NULL) AND EXISTS (
		SELECT 1 FROM enrollments x JOIN entries o ON o.enrollment_id = x.id
		WHERE x.therapist_id = e.therapist_id AND o.local_date BETWEEN ` + before + " AND " + after + ` AND o.state IN ('submitted', 'signed')
		AND o.id <> e.id AND (e.corrects_id IS NULL OR o.id <> e.corrects_id)
		AND (o.starts_at < e.ends_at AND o.ends_at > e.starts_at
			OR (o.starts_at IS NULL OR e.starts_at IS NULL) AND o.local_date = e.local_date) LIMIT 1 OFFSET 0)`
}

// WaitingWeeks are the weeks of which something waits for a supervisor: those
// with exceptions first, then by the week and the student's name.
func (t Entries) WaitingWeeks(_ context.Context, q logbook.WaitingQuery) ([]logbook.WaitingWeek, error) {
	type row struct {
		EnrollmentID core.EnrollmentID
		StudentName  string
		Week         core.Date
		Rank         int
	}
	query := `WITH overlapping AS (
			SELECT DISTINCT e.enrollment_id, ` + t.weekOf("e") + ` AS week FROM entries e
			WHERE e.supervisor_id = ? AND e.state = 'submitted' AND e.import_id IS NULL AND ` + t.mayOverlap() + `
		), inbox AS (
			SELECT k.enrollment_id, a.name AS student_name, k.week, CASE WHEN k.exceptions > 0 OR o.week IS NOT NULL THEN 0 ELSE 1 END AS rank
			FROM waiting_weeks k JOIN enrollments n ON n.id = k.enrollment_id JOIN people a ON a.id = n.therapist_id
			LEFT JOIN overlapping o ON o.enrollment_id = k.enrollment_id AND o.week = k.week
			WHERE k.supervisor_id = ? AND k.entries > 0
		) SELECT enrollment_id, student_name, week, rank FROM inbox`
	args := []any{q.Supervisor, q.Supervisor}
	if !q.After.EnrollmentID.IsZero() {
		query += ` WHERE (rank, week, student_name, enrollment_id) > (?, ?, (SELECT a.name FROM enrollments n
			JOIN people a ON a.id = n.therapist_id
			WHERE n.id = ? AND n.organization_id = (SELECT organization_id FROM members WHERE id = ?)), ?)`
		args = append(args, rankOf(q.After.Exceptional), q.After.Week, q.After.EnrollmentID, q.Supervisor, q.After.EnrollmentID)
	}
	rows, err := store.All[row](t.Gorm().Raw(query+" ORDER BY rank, week, student_name, enrollment_id LIMIT ?", append(args, q.Limit)...))
	return store.Each(rows, func(r row) logbook.WaitingWeek {
		return logbook.WaitingWeek{EnrollmentID: r.EnrollmentID, StudentName: r.StudentName, Week: r.Week, Exceptional: r.Rank == rankOf(true)}
	}), err
}

// rankOf puts what is exceptional first.
func rankOf(exceptional bool) int {
	if exceptional {
		return 0
	}
	return 1
}

// WaitingIn are the entries of some weeks that wait for a supervisor, by their
// days.
func (t Entries) WaitingIn(_ context.Context, supervisor core.MemberID, weeks []logbook.WaitingWeek) ([]logbook.WaitingEntry, error) {
	type week struct {
		Enrollment core.EnrollmentID `json:"enrollment"`
		Monday     core.Date         `json:"monday"`
		Sunday     core.Date         `json:"sunday"`
	}
	asked, err := json.Marshal(store.Each(weeks, func(w logbook.WaitingWeek) week { return week{w.EnrollmentID, w.Week, w.Week.AddDays(6)} }))
	if err != nil || len(weeks) == 0 {
		return nil, err
	}
	// Week by week: OFFSET keeps PostgreSQL from reading all that waits instead.
	these := `json_to_recordset(CAST(? AS json)) AS w (enrollment uuid, monday date, sunday date) CROSS JOIN LATERAL (
		SELECT * FROM entries i WHERE i.enrollment_id = w.enrollment AND i.local_date BETWEEN w.monday AND w.sunday OFFSET 0) AS e`
	if !t.Postgres() {
		these = `(SELECT value ->> 'enrollment' AS enrollment, value ->> 'monday' AS monday, value ->> 'sunday' AS sunday FROM json_each(?)) AS w
			JOIN entries e ON e.enrollment_id = w.enrollment AND e.local_date BETWEEN w.monday AND w.sunday`
	}
	type row struct {
		NamedEntry
		MayOverlap bool
	}
	rows, err := store.All[row](t.Gorm().Raw(`SELECT e.*, sa.name AS student_name, va.name AS supervisor_name, `+t.mayOverlap()+` AS may_overlap
		FROM `+these+`
		JOIN people sa ON sa.id = e.therapist_id
		JOIN members v ON v.id = e.supervisor_id JOIN accounts va ON va.id = v.account_id
		WHERE e.supervisor_id = ? AND e.state = 'submitted' AND e.import_id IS NULL ORDER BY e.local_date, e.starts_at NULLS FIRST, e.id`, string(asked), supervisor))
	return store.Each(rows, func(r row) logbook.WaitingEntry {
		return logbook.WaitingEntry{Entry: r.toCore(), MayOverlap: r.MayOverlap}
	}), err
}

// examineInbox recomputes what waits for whom.
func (t Entries) examineInbox() ([]logbook.Difference, error) {
	type row struct {
		SupervisorID core.MemberID
		EnrollmentID core.EnrollmentID
		Week         core.Date
		N, M, X      int64
		Rn, Rm, Rx   int64
	}
	rows, err := store.All[row](t.Gorm().Raw(`SELECT supervisor_id, enrollment_id, week, SUM(n) AS n, SUM(m) AS m, SUM(x) AS x, SUM(rn) AS rn, SUM(rm) AS rm, SUM(rx) AS rx
		FROM (
			SELECT supervisor_id, enrollment_id, week, entries AS n, minutes AS m, exceptions AS x, 0 AS rn, 0 AS rm, 0 AS rx FROM waiting_weeks
			UNION ALL SELECT e.supervisor_id, e.enrollment_id, ` + t.weekOf("e") + ", 0, 0, 0, 1, e.minutes, " + t.odd("e") + ` FROM entries e
			WHERE e.state = 'submitted' AND e.import_id IS NULL
		) AS both_sides GROUP BY supervisor_id, enrollment_id, week
		HAVING SUM(n) <> SUM(rn) OR SUM(m) <> SUM(rm) OR SUM(x) <> SUM(rx)`))
	said := func(n, m, x int64) words.Sentence {
		return words.S("difference.waiting", "minutes", m, "sessions", n, "exceptions", x)
	}
	return store.Each(rows, func(r row) logbook.Difference {
		return logbook.Difference{
			Enrollment: r.EnrollmentID, What: words.S("difference.inbox", "supervisor", r.SupervisorID, "week", r.Week),
			Kept: said(r.N, r.M, r.X), Recomputed: said(r.Rn, r.Rm, r.Rx),
		}
	}), err
}
