package logbookdb

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Statement is what was mailed to a student of a month.
type Statement struct {
	EnrollmentID core.EnrollmentID `gorm:"primaryKey"`
	Month        string            `gorm:"primaryKey"`
	MailedAt     store.Moment      `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Statement) TableName() string { return "statements" }

// due narrows enrollments to the active ones, begun by a day, that did not get a
// month's statement.
func due(month string, begunBy core.Date) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		return q.Where("e.state = 'active' AND e.enrolled_on <= ?", begunBy).
			Where("NOT EXISTS (SELECT 1 FROM statements m WHERE m.enrollment_id = e.id AND m.month = ?)", month)
	}
}

// StatementsDue are at most limit active enrollments of a school after one, begun
// by a day, that did not get a month's statement.
func (t Enrollments) StatementsDue(_ context.Context, org core.OrganizationID, month string, begunBy core.Date, after core.EnrollmentID, limit int) ([]core.EnrollmentID, error) {
	return store.All[core.EnrollmentID](t.Gorm().Table(enrollments).Select("e.id").Where("e.organization_id = ?", org).
		Scopes(due(month, begunBy)).Where("e.id > ?", after.String()).Order("e.id").Limit(limit))
}

// StatementDue is such an enrollment, or not_found where none is due.
func (t Enrollments) StatementDue(_ context.Context, id core.EnrollmentID, month string, begunBy core.Date) (logbook.Found, error) {
	e, err := store.One[foundEnrollment](t.standing(keptColumns+waitingColumn+", sa.language, sa.reach").Where("e.id = ?", id).Scopes(due(month, begunBy)), "statement")
	return e.found(), err
}

// MarkMailed notes a month's statement as mailed and tells whether it was not
// before.
func (t Enrollments) MarkMailed(_ context.Context, enrollment core.EnrollmentID, month string, now time.Time) (bool, error) {
	n, err := store.Change(t.Gorm().Clauses(clause.OnConflict{DoNothing: true}).
		Create(&Statement{EnrollmentID: enrollment, Month: month, MailedAt: store.At(now)}))
	return n == 1, err
}
