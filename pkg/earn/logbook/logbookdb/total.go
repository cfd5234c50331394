package logbookdb

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Total is what an enrollment has of one subject, setting and delivery.
type Total struct {
	EnrollmentID   core.EnrollmentID `gorm:"primaryKey"`
	Subject        string            `gorm:"primaryKey"`
	Setting        core.Setting      `gorm:"primaryKey"`
	Delivery       core.Delivery     `gorm:"primaryKey"`
	WaitingMinutes core.Minutes      `gorm:"not null"`
	WaitingEntries int               `gorm:"not null"`
	SignedMinutes  core.Minutes      `gorm:"not null"`
	SignedEntries  int               `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Total) TableName() string { return "totals" }

const (
	totalKey   = "(enrollment_id, subject, setting, delivery)"
	addWaiting = " ON CONFLICT " + totalKey + ` DO UPDATE
		SET waiting_minutes = totals.waiting_minutes + excluded.waiting_minutes, waiting_entries = totals.waiting_entries + excluded.waiting_entries`
	weeksMoved = "(SELECT COUNT(*) FROM w) >= 0"
	sameTotal  = " AND t.subject = v.subject AND t.setting = v.setting AND t.delivery = v.delivery"
)

// moveWaiting runs the statement that writes the one entry e and lets the totals
// and the supervisor's inbox follow: +1 when it begins to wait for a signature,
// -1 when it ends to. On PostgreSQL all are one statement, which would move the
// totals first and the inbox at its end if weeksMoved did not make it wait for
// the inbox: signing moves the inbox first too, and in another order the two
// would wait for each other. Nothing written is stale.
func (t Entries) moveWaiting(sign int, e core.Entry, write clause.Expr) error {
	if !t.Postgres() {
		return t.moveWaitingSQLite(sign, e, write)
	}
	if sign > 0 {
		return store.ChangeOne(t.Gorm().Exec("WITH v AS (? RETURNING *) , w AS (INSERT INTO waiting_weeks ("+weekColumns+") "+t.weeks("v")+addWeeks+` RETURNING 1)
			INSERT INTO totals (enrollment_id, subject, setting, delivery, waiting_minutes, waiting_entries)
			SELECT enrollment_id, subject, setting, delivery, minutes, 1 FROM v WHERE `+weeksMoved+addWaiting, write))
	}
	return store.ChangeOne(t.Gorm().Exec("WITH was AS (SELECT * FROM entries WHERE id = ? AND "+inboxed+"), v AS (? RETURNING *), w AS ("+takeWeeks+t.weeks("was")+sameWeek+` RETURNING 1)
		UPDATE totals AS t SET waiting_minutes = t.waiting_minutes - v.minutes, waiting_entries = t.waiting_entries - 1
		FROM v WHERE `+weeksMoved+` AND t.enrollment_id = v.enrollment_id`+sameTotal, e.ID, write))
}

// moveWaitingSQLite is moveWaiting where a statement writes one table.
func (t Entries) moveWaitingSQLite(sign int, e core.Entry, write clause.Expr) error {
	this := gorm.Expr("id = ?", e.ID)
	if sign < 0 {
		if err := t.moveInbox(-1, this); err != nil {
			return err
		}
	}
	if err := store.ChangeOne(t.Gorm().Exec(write.SQL, write.Vars...)); err != nil {
		return err
	}
	s := e.Session
	if sign > 0 {
		if err := t.moveInbox(1, this); err != nil {
			return err
		}
		return store.ChangeOne(t.Gorm().Exec(`INSERT INTO totals (enrollment_id, subject, setting, delivery, waiting_minutes, waiting_entries)
			VALUES (?, ?, ?, ?, ?, 1)`+addWaiting, e.EnrollmentID, s.Subject, s.Setting, s.Delivery, s.Minutes))
	}
	return store.ChangeOne(t.Gorm().Exec(`UPDATE totals SET waiting_minutes = waiting_minutes - ?, waiting_entries = waiting_entries - 1
		WHERE enrollment_id = ? AND subject = ? AND setting = ? AND delivery = ?`, s.Minutes, e.EnrollmentID, s.Subject, s.Setting, s.Delivery))
}

// waitMany adds to the totals what a condition on entries selects.
func (t Entries) waitMany(sign int, which clause.Expr) error {
	const sums = `SELECT enrollment_id, subject, setting, delivery, SUM(minutes) AS minutes, COUNT(*) AS n FROM entries
		WHERE state = 'submitted' AND ? GROUP BY enrollment_id, subject, setting, delivery`
	statement := "INSERT INTO totals (enrollment_id, subject, setting, delivery, waiting_minutes, waiting_entries) " + sums + addWaiting
	if sign < 0 {
		statement = `UPDATE totals AS t SET waiting_minutes = t.waiting_minutes - v.minutes, waiting_entries = t.waiting_entries - v.n
			FROM (` + sums + `) AS v WHERE t.enrollment_id = v.enrollment_id` + sameTotal
	}
	_, err := store.Change(t.Gorm().Exec(statement, which))
	return err
}

// Totals are what an enrollment has by subject, setting and delivery.
func (t Entries) Totals(_ context.Context, enrollment core.EnrollmentID) ([]logbook.Total, error) {
	found, err := store.All[Total](t.Gorm().Where("enrollment_id = ?", enrollment).Order("subject, setting, delivery"))
	return store.Each(found, func(total Total) logbook.Total { return logbook.Total(total) }), err
}
