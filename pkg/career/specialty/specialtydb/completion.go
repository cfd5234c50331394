package specialtydb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/dispute/disputedb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Completion is who finished which course.
type Completion struct {
	ID             core.CourseCompletionID `gorm:"primaryKey"`
	OrganizationID core.OrganizationID     `gorm:"not null"`
	CourseID       core.CourseID           `gorm:"not null"`
	TherapistID    core.TherapistID        `gorm:"not null"`
	CompletedOn    core.Date               `gorm:"not null"`
	Minutes        core.Minutes            `gorm:"not null"`
	Instructor     string                  `gorm:"not null"`
	Note           string                  `gorm:"not null"`
	RecordedBy     core.AccountID          `gorm:"not null"`
	RecordedAt     store.Moment            `gorm:"not null"`
	store.Sealed
}

// TableName implements schema.Tabler.
func (Completion) TableName() string { return "course_completions" }

// Under implements store.Sealable.
func (c *Completion) Under(b *core.Sealed) {
	b.ID("id", c.ID[:])
	b.ID("organization", c.OrganizationID[:])
	b.ID("course", c.CourseID[:])
	b.ID("therapist", c.TherapistID[:])
	b.Date("completed_on", c.CompletedOn)
	b.Number("minutes", int64(c.Minutes))
	b.Text("instructor", c.Instructor)
	b.Text("note", c.Note)
	b.ID("recorded_by", c.RecordedBy[:])
	b.Moment("recorded_at", c.RecordedAt.Time)
}

// Vouched implements store.Sealable.
func (c *Completion) Vouched() string { return "course_completions/" + c.ID.String() }

func newCompletion(c core.CourseCompletion) Completion {
	return Completion{
		ID: c.ID, OrganizationID: c.OrganizationID, CourseID: c.CourseID, TherapistID: c.TherapistID,
		CompletedOn: c.CompletedOn, Minutes: c.Minutes, Instructor: c.Instructor, Note: c.Note,
		RecordedBy: c.RecordedBy, RecordedAt: store.At(c.RecordedAt),
	}
}

// NamedCompletion is a completion with its course and who finished it.
type NamedCompletion struct {
	Completion
	CourseTitle   string
	CourseCode    string
	Name          string
	DisputedSince store.Moment
}

// Noun is the completion as the record has it.
func (c NamedCompletion) Noun() core.CourseCompletion {
	return core.CourseCompletion{
		ID: c.ID, OrganizationID: c.OrganizationID, CourseID: c.CourseID, CourseTitle: c.CourseTitle, CourseCode: c.CourseCode,
		TherapistID: c.TherapistID, Name: c.Name, CompletedOn: c.CompletedOn, Minutes: c.Minutes,
		Instructor: c.Instructor, Note: c.Note, RecordedBy: c.RecordedBy, RecordedAt: c.RecordedAt.Time,
		Disputed: core.Disputed{DisputedAt: c.DisputedSince.Time},
	}
}

// NamedColumns are those of a NamedCompletion.
var NamedColumns = "course_completions.*, k.title AS course_title, k.code AS course_code, a.name, " + disputedb.Since(core.ItemCompletion, "course_completions.id")

// Named joins the courses of completions, and who finished them.
func Named(q *gorm.DB) *gorm.DB {
	return q.Select(NamedColumns).Joins("JOIN courses k ON k.id = course_completions.course_id").
		Joins("JOIN people a ON a.id = course_completions.therapist_id")
}

// InsertCourseCompletions gives duplicate where a therapist finished the course on
// that day already.
func (t Catalog) InsertCourseCompletions(_ context.Context, all []core.CourseCompletion) error {
	return store.InsertSealed(t.Tx, store.Each(all, newCompletion))
}

// CourseCompletion finds a completion.
func (t Catalog) CourseCompletion(_ context.Context, id core.CourseCompletionID) (core.CourseCompletion, error) {
	c, err := store.One[NamedCompletion](Named(t.Gorm()).Where("course_completions.id = ?", id), "course completion")
	return c.Noun(), err
}

// CourseCompletionsOf are all completions of a therapist, oldest record first.
func (t Catalog) CourseCompletionsOf(_ context.Context, therapist core.TherapistID) ([]core.CourseCompletion, error) {
	found, err := store.All[NamedCompletion](Named(t.Gorm()).Where(accountdb.OfPerson("course_completions.therapist_id", therapist)).Order("course_completions.id"))
	return store.Each(found, NamedCompletion.Noun), err
}

// CourseCompletions are at most limit completions of a school, newest record
// first, that follow the completion after; of one therapist, if one is given.
func (t Catalog) CourseCompletions(_ context.Context, org core.OrganizationID, therapist core.TherapistID, after core.CourseCompletionID, limit int) ([]core.CourseCompletion, error) {
	q := Named(t.Gorm()).Where("course_completions.organization_id = ?", org)
	if !therapist.IsZero() {
		q = q.Where(accountdb.OfPerson("course_completions.therapist_id", therapist))
	}
	if !after.IsZero() {
		q = q.Where("course_completions.id < ?", after)
	}
	found, err := store.All[NamedCompletion](q.Order("course_completions.id DESC").Limit(limit))
	return store.Each(found, NamedCompletion.Noun), err
}
