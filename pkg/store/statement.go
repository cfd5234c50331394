package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
)

type statementRow struct {
	EnrollmentID core.EnrollmentID `gorm:"primaryKey"`
	Month        string            `gorm:"primaryKey"`
	MailedAt     moment            `gorm:"not null"`
}

// Schools are all schools.
func (tx *Tx) Schools(context.Context) ([]core.Organization, error) {
	rows, err := many[organizationRow](tx.g, "SELECT * FROM organizations WHERE kind = 'school' ORDER BY id")
	return mapped(rows, organizationRow.noun), err
}

// StatementsDue are active enrollments of a school, begun by a day, that did not
// get a month's statement.
func (tx *Tx) StatementsDue(_ context.Context, org core.OrganizationID, month string, begunBy core.Date, limit int) ([]logbook.Found, error) {
	rows, err := many[foundRow](tx.g, "SELECT "+foundColumns+waitingColumn+foundFrom+`WHERE e.organization_id = ? AND e.state = 'active' AND e.enrolled_on <= ?
		AND NOT EXISTS (SELECT 1 FROM statements m WHERE m.enrollment_id = e.id AND m.month = ?) ORDER BY e.id LIMIT ?`, org, begunBy, month, limit)
	return mapped(rows, foundRow.found), err
}

// MarkMailed notes statements as mailed and tells which were not before.
func (tx *Tx) MarkMailed(_ context.Context, enrollments []core.EnrollmentID, month string, now time.Time) ([]core.EnrollmentID, error) {
	condition, arg := in(tx, "id", enrollments)
	return many[core.EnrollmentID](tx.g, "INSERT INTO statements (enrollment_id, month, mailed_at) SELECT id, CAST(? AS text), "+tx.moment()+
		" FROM enrollments WHERE "+condition+" ON CONFLICT DO NOTHING RETURNING enrollment_id", month, at(now), arg)
}

// moment is a parameter that is a time, where the database cannot tell by itself.
func (tx *Tx) moment() string {
	if tx.postgres {
		return "CAST(? AS timestamptz)"
	}
	return "?"
}
