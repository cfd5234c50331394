package registrydb

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookdb"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Attendances are the active enrollments of a school without an open pause, who
// did not come for longest first, that follow one. Who is known to meet the
// standard waits for a certificate and is left out. The last session is the head
// of an index for each; a school's active students are looked at, not their
// sessions.
func (t Registry) Attendances(_ context.Context, org core.OrganizationID, since core.Date, after registry.Attendance, limit int) ([]registry.Attendance, error) {
	type row struct {
		logbookdb.Enrolled
		Last       core.Date
		Recent     core.Minutes
		AllMinutes core.Minutes
	}
	met := "json_extract(k.body, '$.met') = 1"
	if t.Postgres() {
		met = "(k.body::json ->> 'met')::boolean"
	}
	active := logbookdb.WithNames(t.Tx).
		Select(logbookdb.EnrolledColumns+`, COALESCE((SELECT s.local_date FROM entries s WHERE s.enrollment_id = e.id
			AND s.state IN ('submitted', 'signed') ORDER BY s.local_date DESC, s.id DESC LIMIT 1), e.enrolled_on) AS last`).
		Where("e.organization_id = ? AND e.state = 'active'", org).
		Where("NOT EXISTS (SELECT 1 FROM pauses p WHERE p.enrollment_id = e.id AND p.ended_on IS NULL)").
		Where("NOT EXISTS (SELECT 1 FROM standings k WHERE k.enrollment_id = e.id AND k.ledger_seq = e.ledger_seq AND " + met + ")")
	page := t.Gorm().Table("(?) y", active).Order("y.last, y.id").Limit(limit)
	if !after.ID.IsZero() {
		page = page.Where("y.last > ? OR (y.last = ? AND y.id > ?)", after.Last, after.Last, after.ID)
	}
	found, err := store.All[row](t.Gorm().Table("(?) x", page).
		Select(`x.*, COALESCE((SELECT SUM(c.minutes) FROM credits c WHERE c.enrollment_id = x.id AND c.local_date >= ?), 0) AS recent,
			COALESCE((SELECT SUM(t.signed_minutes) FROM totals t WHERE t.enrollment_id = x.id), 0) AS all_minutes`, since).
		Order("x.last, x.id"))
	return store.Each(found, func(e row) registry.Attendance {
		return registry.Attendance{Enrollment: e.Noun(), Last: e.Last, Recent: e.Recent, All: e.AllMinutes}
	}), err
}

// MonthlyHours are the enrollments of a school that were open in the days from
// one to another, or earned something then, with their minutes, by name.
func (t Registry) MonthlyHours(_ context.Context, org core.OrganizationID, from, to core.Date) ([]registry.MonthlyHours, error) {
	type row struct {
		logbookdb.Enrolled
		InMonth     core.Minutes
		UpToEnd     core.Minutes
		WithdrawnOn core.Date
	}
	enrolled := logbookdb.WithNames(t.Tx).
		Select(logbookdb.EnrolledColumns+`,
			COALESCE((SELECT SUM(c.minutes) FROM credits c WHERE c.enrollment_id = e.id AND c.local_date BETWEEN ? AND ?), 0) AS in_month,
			COALESCE((SELECT SUM(c.minutes) FROM credits c WHERE c.enrollment_id = e.id AND c.local_date <= ?), 0) AS up_to_end,
			(SELECT MAX(p.first_day) FROM pauses p WHERE p.enrollment_id = e.id AND p.kind = 'withdrawal' AND p.first_day <= ?
				AND (p.ended_on IS NULL OR p.ended_on > ?)) AS withdrawn_on`, from, to, to, to, to).
		Where("e.organization_id = ? AND e.enrolled_on <= ?", org, to)
	found, err := store.All[row](t.Gorm().Table("(?) y", enrolled).
		Where("y.in_month <> 0 OR ((y.completed_on IS NULL OR y.completed_on >= ?) AND (y.withdrawn_on IS NULL OR y.withdrawn_on >= ?))", from, from).
		Order("y.name, y.id"))
	return store.Each(found, func(e row) registry.MonthlyHours {
		return registry.MonthlyHours{Enrollment: e.Noun(), InMonth: e.InMonth, UpToEnd: e.UpToEnd, WithdrawnOn: e.WithdrawnOn}
	}), err
}

// Progressed are all enrollments of a school with what the ledger has of them,
// by the month of enrollment, newest first, then by program.
func (t Registry) Progressed(_ context.Context, org core.OrganizationID) ([]registry.Progressed, error) {
	month := "strftime('%Y-%m', e.enrolled_on)"
	if t.Postgres() {
		month = "to_char(e.enrolled_on, 'YYYY-MM')"
	}
	return store.All[registry.Progressed](t.Gorm().Table("enrollments e").
		Select(`v.program_id, p.title AS program_title, e.enrolled_on, e.state,
			COALESCE((SELECT SUM(t.signed_minutes) FROM totals t WHERE t.enrollment_id = e.id), 0) AS recorded`).
		Joins("JOIN program_versions v ON v.id = e.program_version_id JOIN programs p ON p.id = v.program_id").
		Where("e.organization_id = ?", org).Order(month + " DESC, p.title, p.id"))
}
