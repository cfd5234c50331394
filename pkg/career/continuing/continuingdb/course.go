package continuingdb

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/specialty/specialtydb"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// CourseCE is what a school's course counts for.
type CourseCE struct {
	CourseID core.CourseID                   `gorm:"primaryKey"`
	Type     continuing.CEType               `gorm:"not null"`
	HandsOn  core.Minutes                    `gorm:"not null"`
	Lines    store.JSON[[]continuing.CELine] `gorm:"not null" of:"ce_courses.course_id"`
	Version  int                             `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (CourseCE) TableName() string { return "ce_courses" }

func (c CourseCE) toCore() continuing.CourseCE {
	return continuing.CourseCE{CourseID: c.CourseID, Type: c.Type, HandsOn: c.HandsOn, Lines: c.Lines.V, Version: c.Version}
}

// PutCourseCE writes what a school's course counts for.
func (t Activities) PutCourseCE(_ context.Context, c continuing.CourseCE) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "course_id"}},
		DoUpdates: append(clause.AssignmentColumns([]string{"type", "hands_on", "lines"}),
			clause.Assignment{Column: clause.Column{Name: "version"}, Value: gorm.Expr("ce_courses.version + 1")}),
	}), &CourseCE{CourseID: c.CourseID, Type: c.Type, HandsOn: c.HandsOn, Lines: store.JSON[[]continuing.CELine]{V: c.Lines}, Version: 1})
}

// CourseCE is what a school's course counts for; a miss is not_found.
func (t Activities) CourseCE(_ context.Context, id core.CourseID) (continuing.CourseCE, error) {
	c, err := store.One[CourseCE](t.Gorm().Where("course_id = ?", id), "continuing education")
	return c.toCore(), err
}

// CompletedCEOf are a therapist's completions of schools' courses with what they
// count for.
func (t Activities) CompletedCEOf(_ context.Context, therapist core.TherapistID) ([]continuing.CompletedCE, error) {
	type row struct {
		specialtydb.NamedCompletion
		School  string
		Type    continuing.CEType
		HandsOn core.Minutes
		Lines   store.JSON[[]continuing.CELine] `of:"ce_courses.course_id"`
	}
	found, err := store.All[row](specialtydb.Named(t.Gorm()).Select(specialtydb.NamedColumns + `, o.name AS school,
			COALESCE(e.type, '') AS type, COALESCE(e.hands_on, 0) AS hands_on, COALESCE(e.lines, '[]') AS lines`).
		Joins("JOIN organizations o ON o.id = course_completions.organization_id").
		Joins("LEFT JOIN ce_courses e ON e.course_id = course_completions.course_id").
		Where(accountdb.OfPerson("course_completions.therapist_id", therapist)).Order("course_completions.completed_on, course_completions.id"))
	return store.Each(found, func(r row) continuing.CompletedCE {
		ce := CourseCE{CourseID: r.CourseID, Type: r.Type, HandsOn: r.HandsOn, Lines: r.Lines}
		return continuing.CompletedCE{CourseCompletion: r.Noun(), School: r.School, CE: ce.toCore()}
	}), err
}
