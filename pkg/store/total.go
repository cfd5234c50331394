package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type totalRow struct {
	EnrollmentID   core.EnrollmentID `gorm:"primaryKey"`
	Subject        string            `gorm:"primaryKey"`
	Setting        core.Setting      `gorm:"primaryKey"`
	Delivery       core.Delivery     `gorm:"primaryKey"`
	WaitingMinutes core.Minutes      `gorm:"not null"`
	WaitingEntries int               `gorm:"not null"`
	SignedMinutes  core.Minutes      `gorm:"not null"`
	SignedEntries  int               `gorm:"not null"`
}

const (
	totalKey   = "(enrollment_id, subject, setting, delivery)"
	addWaiting = " ON CONFLICT " + totalKey + ` DO UPDATE
		SET waiting_minutes = totals.waiting_minutes + excluded.waiting_minutes, waiting_entries = totals.waiting_entries + excluded.waiting_entries`
	sameTotal = " AND t.subject = v.subject AND t.setting = v.setting AND t.delivery = v.delivery"
)

// moveWaiting runs a statement that writes the one entry e and lets the totals
// follow: +1 when it begins to wait for a signature, -1 when it ends to. On
// PostgreSQL both are one statement. Nothing written is stale.
func (tx *Tx) moveWaiting(sign int, e core.Entry, statement string, args ...any) error {
	if tx.postgres {
		with := "WITH v AS (" + statement + " RETURNING enrollment_id, subject, setting, delivery, minutes) "
		if sign > 0 {
			return tx.changeOne(with+`INSERT INTO totals (enrollment_id, subject, setting, delivery, waiting_minutes, waiting_entries)
				SELECT enrollment_id, subject, setting, delivery, minutes, 1 FROM v`+addWaiting, args...)
		}
		return tx.changeOne(with+`UPDATE totals AS t SET waiting_minutes = t.waiting_minutes - v.minutes, waiting_entries = t.waiting_entries - 1
			FROM v WHERE t.enrollment_id = v.enrollment_id`+sameTotal, args...)
	}
	if err := tx.changeOne(statement, args...); err != nil {
		return err
	}
	s := e.Session
	if sign > 0 {
		return tx.changeOne(`INSERT INTO totals (enrollment_id, subject, setting, delivery, waiting_minutes, waiting_entries)
			VALUES (?, ?, ?, ?, ?, 1)`+addWaiting, e.EnrollmentID, s.Subject, s.Setting, s.Delivery, s.Minutes)
	}
	return tx.changeOne(`UPDATE totals SET waiting_minutes = waiting_minutes - ?, waiting_entries = waiting_entries - 1
		WHERE enrollment_id = ? AND subject = ? AND setting = ? AND delivery = ?`, s.Minutes, e.EnrollmentID, s.Subject, s.Setting, s.Delivery)
}

// waitMany adds to the totals what a condition on entries selects.
func (tx *Tx) waitMany(sign int, condition string, args ...any) error {
	sums := `SELECT enrollment_id, subject, setting, delivery, SUM(minutes) AS minutes, COUNT(*) AS n FROM entries
		WHERE state = 'submitted' AND ` + condition + " GROUP BY enrollment_id, subject, setting, delivery"
	statement := "INSERT INTO totals (enrollment_id, subject, setting, delivery, waiting_minutes, waiting_entries) " + sums + addWaiting
	if sign < 0 {
		statement = `UPDATE totals AS t SET waiting_minutes = t.waiting_minutes - v.minutes, waiting_entries = t.waiting_entries - v.n
			FROM (` + sums + `) AS v WHERE t.enrollment_id = v.enrollment_id` + sameTotal
	}
	_, err := tx.exec(statement, args...)
	return err
}

// Totals are what an enrollment has by subject, setting and delivery.
func (tx *Tx) Totals(_ context.Context, enrollment core.EnrollmentID) ([]core.Total, error) {
	rows, err := many[totalRow](tx.g, "SELECT * FROM totals WHERE enrollment_id = ? ORDER BY subject, setting, delivery", enrollment)
	return mapped(rows, func(r totalRow) core.Total { return core.Total(r) }), err
}
