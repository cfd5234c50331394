package logbookdb

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Standing is what was evaluated of an enrollment, up to a posting.
type Standing struct {
	EnrollmentID core.EnrollmentID `gorm:"primaryKey"`
	StandardID   core.StandardID   `gorm:"not null"`
	LedgerSeq    int64             `gorm:"not null"`
	Body         string            `gorm:"not null"`
	EvaluatedAt  store.Moment      `gorm:"not null"`
	Doubts       int               `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Standing) TableName() string { return "standings" }

type foundEnrollment struct {
	Enrolled
	StandardID      core.StandardID
	KeptStandard    core.StandardID
	KeptSeq         int64
	KeptBody        string
	KeptEvaluatedAt store.Moment
	Doubts          int
	KeptDoubts      int
	Waiting         core.Minutes
	Language, Reach string
	School          string
	Zone            string
	Confirmed       bool
}

func (e foundEnrollment) found() logbook.Found {
	f := logbook.Found{Enrollment: e.Noun(), StandardID: e.StandardID, Waiting: e.Waiting, Doubts: e.Doubts, Language: e.Language, Reach: e.Reach, School: e.School, Zone: e.Zone, Confirmed: e.Confirmed}
	if !e.KeptStandard.IsZero() {
		f.Kept = logbook.KeptStanding{EnrollmentID: e.ID, StandardID: e.KeptStandard, LedgerSeq: e.KeptSeq, Doubts: e.KeptDoubts, Body: []byte(e.KeptBody), EvaluatedAt: e.KeptEvaluatedAt.Time}
	}
	return f
}

const (
	// doubts only ever grow, so that a standing of another number is out of date.
	doubts        = "(SELECT COUNT(*) + COUNT(d.decided_at) FROM doubts d WHERE d.enrollment_id = e.id)"
	confirmed     = "EXISTS (SELECT 1 FROM program_confirmations pc WHERE pc.program_version_id = e.program_version_id) AS confirmed"
	keptColumns   = EnrolledColumns + ", v.standard_id, k.standard_id AS kept_standard, k.ledger_seq AS kept_seq, k.evaluated_at AS kept_evaluated_at, k.doubts AS kept_doubts, " + doubts + " AS doubts, " + confirmed + ", (SELECT z.zone FROM organizations z WHERE z.id = e.organization_id) AS zone"
	keptBody      = ", k.body AS kept_body"
	waitingColumn = ", (SELECT COALESCE(SUM(w.waiting_minutes), 0) FROM totals w WHERE w.enrollment_id = e.id) AS waiting"
)

// standing are columns of enrollments with their kept standings k.
func (t Enrollments) standing(columns string) *gorm.DB {
	return WithNames(t.Tx).Select(columns).Joins("JOIN program_versions v ON v.id = e.program_version_id").
		Joins("LEFT JOIN standings k ON k.enrollment_id = e.id")
}

// RecordEnrollments are the enrollments of a person at all schools.
func (t Enrollments) RecordEnrollments(_ context.Context, therapist core.TherapistID, limit int) ([]logbook.Found, error) {
	found, err := store.All[foundEnrollment](t.standing(keptColumns + keptBody + ", o.name AS school").Joins("JOIN organizations o ON o.id = e.organization_id").
		Where(accountdb.OfPerson("e.therapist_id", therapist)).Order("e.enrolled_on, e.id").Limit(limit))
	return store.Each(found, foundEnrollment.found), err
}

// EnrollmentStanding is one enrollment with its kept standing, but for the
// body.
func (t Enrollments) EnrollmentStanding(_ context.Context, id core.EnrollmentID) (logbook.Found, error) {
	e, err := store.One[foundEnrollment](t.standing(keptColumns).Where("e.id = ?", id), "enrollment")
	return e.found(), err
}

// KeptStanding is an enrollment's kept standing.
func (t Enrollments) KeptStanding(_ context.Context, id core.EnrollmentID) (logbook.KeptStanding, error) {
	s, err := store.One[Standing](t.Gorm().Where("enrollment_id = ?", id), "standing")
	return logbook.KeptStanding{EnrollmentID: s.EnrollmentID, StandardID: s.StandardID, LedgerSeq: s.LedgerSeq, Doubts: s.Doubts, Body: []byte(s.Body), EvaluatedAt: s.EvaluatedAt.Time}, err
}

// StandingsAfter are enrollments whose kept standing claims to be current, by
// id.
func (t Enrollments) StandingsAfter(_ context.Context, after core.EnrollmentID, limit int) ([]logbook.Found, error) {
	q := t.standing(keptColumns + keptBody).Where("k.ledger_seq = e.ledger_seq AND k.doubts = " + doubts)
	if !after.IsZero() {
		q = q.Where("e.id > ?", after)
	}
	found, err := store.All[foundEnrollment](q.Order("e.id").Limit(limit))
	return store.Each(found, foundEnrollment.found), err
}

// KeepStandings keeps evaluated standings; an older one never replaces a newer. Of
// two of the same ledger the later is newer, since other rules may be in force.
func (t Enrollments) KeepStandings(_ context.Context, kept []logbook.KeptStanding) error {
	newer := clause.OnConflict{
		Columns:   []clause.Column{{Name: "enrollment_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"standard_id", "ledger_seq", "body", "evaluated_at", "doubts"}),
		Where: clause.Where{Exprs: []clause.Expression{
			gorm.Expr("excluded.ledger_seq > standings.ledger_seq OR excluded.doubts > standings.doubts OR excluded.standard_id <> standings.standard_id" +
				" OR (excluded.ledger_seq = standings.ledger_seq AND excluded.doubts = standings.doubts AND excluded.evaluated_at > standings.evaluated_at)"),
		}},
	}
	return store.Insert(t.Gorm().Clauses(newer), store.Each(kept, func(k logbook.KeptStanding) Standing {
		return Standing{
			EnrollmentID: k.EnrollmentID, StandardID: k.StandardID, LedgerSeq: k.LedgerSeq, Body: string(k.Body), EvaluatedAt: store.At(k.EvaluatedAt), Doubts: k.Doubts,
		}
	}))
}
