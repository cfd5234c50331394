package specialtydb

import (
	"context"
	"database/sql"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Exam is an attempt at a section's examination.
type Exam struct {
	SectionID   core.SectionID   `gorm:"primaryKey"`
	TherapistID core.TherapistID `gorm:"primaryKey"`
	Attempt     int              `gorm:"primaryKey"`
	Passed      bool             `gorm:"not null"`
	Score       sql.NullInt64
	TakenOn     core.Date      `gorm:"not null"`
	Note        string         `gorm:"not null"`
	RecordedBy  core.AccountID `gorm:"not null"`
	RecordedAt  store.Moment   `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Exam) TableName() string { return "exam_results" }

type namedExam struct {
	Exam
	CourseCode string
}

func (e namedExam) toCore() specialty.ExamResult {
	return specialty.ExamResult{
		SectionID: e.SectionID, TherapistID: e.TherapistID, CourseCode: e.CourseCode, Attempt: e.Attempt, Passed: e.Passed,
		Scored: e.Score.Valid, Score: int(e.Score.Int64), TakenOn: e.TakenOn, Note: e.Note, RecordedBy: e.RecordedBy, RecordedAt: e.RecordedAt.Time,
	}
}

func (t Sections) exams() *gorm.DB {
	return t.Gorm().Select("exam_results.*, k.code AS course_code").
		Joins("JOIN sections s ON s.id = exam_results.section_id").Joins("JOIN courses k ON k.id = s.course_id")
}

// InsertExamResult keeps an attempt for good.
func (t Sections) InsertExamResult(_ context.Context, r specialty.ExamResult) error {
	return store.Insert(t.Gorm(), &Exam{
		SectionID: r.SectionID, TherapistID: r.TherapistID, Attempt: r.Attempt, Passed: r.Passed,
		Score: sql.NullInt64{Int64: int64(r.Score), Valid: r.Scored}, TakenOn: r.TakenOn, Note: r.Note, RecordedBy: r.RecordedBy,
		RecordedAt: store.At(r.RecordedAt),
	})
}

// ExamResults are the attempts in a section.
func (t Sections) ExamResults(_ context.Context, section core.SectionID) ([]specialty.ExamResult, error) {
	found, err := store.All[namedExam](t.exams().Where("exam_results.section_id = ?", section).Order("exam_results.therapist_id, exam_results.attempt"))
	return store.Each(found, namedExam.toCore), err
}

// ExamsPassed are a therapist's passed examinations at some schools.
func (t Sections) ExamsPassed(_ context.Context, therapist core.TherapistID, orgs []core.OrganizationID) ([]specialty.ExamResult, error) {
	found, err := store.All[namedExam](t.exams().Where(accountdb.OfPerson("exam_results.therapist_id", therapist)).Where("exam_results.passed").
		Where(store.In(t.Tx, "s.organization_id", orgs)).Order("exam_results.taken_on, exam_results.section_id"))
	return store.Each(found, namedExam.toCore), err
}
