package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/registry"
)

type closedDaysRow struct {
	ID             core.ClosedDaysID   `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	FirstDay       core.Date           `gorm:"not null"`
	LastDay        core.Date           `gorm:"not null"`
	Reason         string              `gorm:"not null"`
	CreatedAt      moment              `gorm:"not null"`
	CreatedBy      core.AccountID      `gorm:"not null"`
}

func (r closedDaysRow) noun() core.ClosedDays {
	return core.ClosedDays{
		ID: r.ID, OrganizationID: r.OrganizationID, First: r.FirstDay, Last: r.LastDay, Reason: r.Reason,
		CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy,
	}
}

// InsertClosedDays writes days into a school's calendar.
func (tx *Tx) InsertClosedDays(_ context.Context, d core.ClosedDays) error {
	return tx.insert("closed_days", &closedDaysRow{
		ID: d.ID, OrganizationID: d.OrganizationID, FirstDay: d.First, LastDay: d.Last, Reason: d.Reason,
		CreatedAt: at(d.CreatedAt), CreatedBy: d.CreatedBy,
	})
}

// ClosedDaysByID finds days of a calendar.
func (tx *Tx) ClosedDaysByID(_ context.Context, id core.ClosedDaysID) (core.ClosedDays, error) {
	r, err := one[closedDaysRow](tx.g, "calendar", "SELECT * FROM closed_days WHERE id = ?", id)
	return r.noun(), err
}

// DeleteClosedDays takes days out of a calendar.
func (tx *Tx) DeleteClosedDays(_ context.Context, id core.ClosedDaysID) error {
	return tx.changeOne("DELETE FROM closed_days WHERE id = ?", id)
}

// ClosedDays are a school's closed days that touch the days from one to
// another, the first first; limit 0 is all.
func (tx *Tx) ClosedDays(_ context.Context, org core.OrganizationID, from, to core.Date, limit int) ([]core.ClosedDays, error) {
	query, args := "SELECT * FROM closed_days WHERE organization_id = ? AND first_day <= ? AND last_day >= ? ORDER BY first_day, id", []any{org, to, from}
	if limit > 0 {
		query, args = query+" LIMIT ?", append(args, limit)
	}
	rows, err := many[closedDaysRow](tx.g, query, args...)
	return mapped(rows, closedDaysRow.noun), err
}

type pauseRow struct {
	ID           core.PauseID      `gorm:"primaryKey"`
	EnrollmentID core.EnrollmentID `gorm:"not null"`
	Kind         core.PauseKind    `gorm:"not null"`
	FirstDay     core.Date         `gorm:"not null"`
	LastDay      core.Date
	Reason       string         `gorm:"not null"`
	CreatedAt    moment         `gorm:"not null"`
	CreatedBy    core.AccountID `gorm:"not null"`
	EndedOn      core.Date
	EndedBy      core.AccountID
}

type pauseView struct {
	pauseRow      `gorm:"embedded"`
	CreatedByName string
}

func (r pauseView) noun() core.Pause {
	return core.Pause{
		ID: r.ID, EnrollmentID: r.EnrollmentID, Kind: r.Kind, First: r.FirstDay, Last: r.LastDay, Reason: r.Reason,
		CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy, CreatedByName: r.CreatedByName, EndedOn: r.EndedOn, EndedBy: r.EndedBy,
	}
}

// InsertPause writes a leave or a withdrawal.
func (tx *Tx) InsertPause(_ context.Context, p core.Pause) error {
	return tx.insert("pauses", &pauseRow{
		ID: p.ID, EnrollmentID: p.EnrollmentID, Kind: p.Kind, FirstDay: p.First, LastDay: p.Last, Reason: p.Reason,
		CreatedAt: at(p.CreatedAt), CreatedBy: p.CreatedBy,
	})
}

// EndPause ends an open pause; it gives stale where it is over.
func (tx *Tx) EndPause(_ context.Context, id core.PauseID, on core.Date, by core.AccountID) error {
	return tx.changeOne("UPDATE pauses SET ended_on = ?, ended_by = ? WHERE id = ? AND ended_on IS NULL", on, by, id)
}

// PausesOf are an enrollment's pauses, the open one first, then the newest.
func (tx *Tx) PausesOf(_ context.Context, enrollment core.EnrollmentID) ([]core.Pause, error) {
	rows, err := many[pauseView](tx.g, `SELECT p.*, a.name AS created_by_name FROM pauses p JOIN accounts a ON a.id = p.created_by
		WHERE p.enrollment_id = ? ORDER BY p.ended_on IS NULL DESC, p.id DESC`, enrollment)
	return mapped(rows, pauseView.noun), err
}

// SetEnrollmentState moves an enrollment from one state to another; it gives
// stale where it is in neither.
func (tx *Tx) SetEnrollmentState(_ context.Context, id core.EnrollmentID, from, to core.EnrollmentState) error {
	return tx.changeOne("UPDATE enrollments SET state = ?, version = version + 1 WHERE id = ? AND state = ?", to, id, from)
}

// Attendances are the active enrollments of a school without an open pause, who
// did not come for longest first, that follow one. Who is known to meet the
// standard waits for a certificate and is left out. The last session is the head
// of an index for each; a school's active students are looked at, not their
// sessions.
func (tx *Tx) Attendances(_ context.Context, org core.OrganizationID, since core.Date, after registry.Attendance, limit int) ([]registry.Attendance, error) {
	type row struct {
		enrolledRow `gorm:"embedded"`
		Last        core.Date
		Recent      core.Minutes
		AllMinutes  core.Minutes
	}
	met := "json_extract(k.body, '$.met') = 1"
	if tx.postgres {
		met = "(k.body::json ->> 'met')::boolean"
	}
	inner := `SELECT ` + enrolledColumns + `, COALESCE((SELECT s.local_date FROM entries s WHERE s.enrollment_id = e.id
			AND s.state IN ('submitted', 'signed') ORDER BY s.local_date DESC, s.id DESC LIMIT 1), e.enrolled_on) AS last` + enrolledFrom + `
		WHERE e.organization_id = ? AND e.state = 'active'
		AND NOT EXISTS (SELECT 1 FROM pauses p WHERE p.enrollment_id = e.id AND p.ended_on IS NULL)
		AND NOT EXISTS (SELECT 1 FROM standings k WHERE k.enrollment_id = e.id AND k.ledger_seq = e.ledger_seq AND ` + met + `)`
	query, args := `SELECT x.*,
			COALESCE((SELECT SUM(c.minutes) FROM credits c WHERE c.enrollment_id = x.id AND c.local_date >= ?), 0) AS recent,
			COALESCE((SELECT SUM(t.signed_minutes) FROM totals t WHERE t.enrollment_id = x.id), 0) AS all_minutes
		FROM (SELECT * FROM (`+inner+`) y`, []any{since, org}
	if !after.ID.IsZero() {
		query, args = query+` WHERE y.last > ? OR (y.last = ? AND y.id > ?)`, append(args, after.Last, after.Last, after.ID)
	}
	rows, err := many[row](tx.g, query+` ORDER BY y.last, y.id LIMIT ?) x ORDER BY x.last, x.id`, append(args, limit)...)
	return mapped(rows, func(r row) registry.Attendance {
		return registry.Attendance{Enrollment: r.noun(), Last: r.Last, Recent: r.Recent, All: r.AllMinutes}
	}), err
}

// MonthlyHours are the enrollments of a school that were open in the days from
// one to another, or earned something then, with their minutes, by name.
func (tx *Tx) MonthlyHours(_ context.Context, org core.OrganizationID, from, to core.Date) ([]registry.MonthlyHours, error) {
	type row struct {
		enrolledRow `gorm:"embedded"`
		InMonth     core.Minutes
		UpToEnd     core.Minutes
		WithdrawnOn core.Date
	}
	rows, err := many[row](tx.g, `SELECT y.* FROM (SELECT `+enrolledColumns+`,
			COALESCE((SELECT SUM(c.minutes) FROM credits c WHERE c.enrollment_id = e.id AND c.local_date BETWEEN ? AND ?), 0) AS in_month,
			COALESCE((SELECT SUM(c.minutes) FROM credits c WHERE c.enrollment_id = e.id AND c.local_date <= ?), 0) AS up_to_end,
			(SELECT MAX(p.first_day) FROM pauses p WHERE p.enrollment_id = e.id AND p.kind = 'withdrawal' AND p.first_day <= ?
				AND (p.ended_on IS NULL OR p.ended_on > ?)) AS withdrawn_on`+enrolledFrom+`
		WHERE e.organization_id = ? AND e.enrolled_on <= ?) y
		WHERE y.in_month <> 0 OR ((y.completed_on IS NULL OR y.completed_on >= ?) AND (y.withdrawn_on IS NULL OR y.withdrawn_on >= ?))
		ORDER BY y.name, y.id`, from, to, to, to, to, org, to, from, from)
	return mapped(rows, func(r row) registry.MonthlyHours {
		return registry.MonthlyHours{Enrollment: r.noun(), InMonth: r.InMonth, UpToEnd: r.UpToEnd, WithdrawnOn: r.WithdrawnOn}
	}), err
}

// Progressed are all enrollments of a school with what the ledger has of them,
// by the month of enrolment, newest first, then by program.
func (tx *Tx) Progressed(_ context.Context, org core.OrganizationID) ([]registry.Progressed, error) {
	month := "strftime('%Y-%m', e.enrolled_on)"
	if tx.postgres {
		month = "to_char(e.enrolled_on, 'YYYY-MM')"
	}
	return many[registry.Progressed](tx.g, `SELECT v.program_id, p.title AS program_title, e.enrolled_on, e.state,
			COALESCE((SELECT SUM(t.signed_minutes) FROM totals t WHERE t.enrollment_id = e.id), 0) AS recorded
		FROM enrollments e JOIN program_versions v ON v.id = e.program_version_id JOIN programs p ON p.id = v.program_id
		WHERE e.organization_id = ? ORDER BY `+month+` DESC, p.title, p.id`, org)
}
