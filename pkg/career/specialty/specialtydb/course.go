package specialtydb

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Course is what a school teaches beside its programs.
type Course struct {
	ID             core.CourseID                   `gorm:"primaryKey"`
	OrganizationID core.OrganizationID             `gorm:"not null"`
	Code           string                          `gorm:"not null"`
	Title          string                          `gorm:"not null"`
	Specialty      string                          `gorm:"not null"`
	Description    string                          `gorm:"not null"`
	Minutes        core.Minutes                    `gorm:"not null"`
	Prerequisites  store.JSON[[]core.Prerequisite] `gorm:"not null" of:"courses"`
	ValidMonths    int                             `gorm:"not null"`
	YearEnd        bool                            `gorm:"not null"`
	Refreshes      string                          `gorm:"not null"`
	Standard       string                          `gorm:"not null"`
	CreatedAt      store.Moment                    `gorm:"not null"`
	Version        int                             `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Course) TableName() string { return "courses" }

func (c Course) toCore() core.Course {
	return core.Course{
		ID: c.ID, OrganizationID: c.OrganizationID, Code: c.Code, Title: c.Title, Specialty: c.Specialty,
		Description: c.Description, Minutes: c.Minutes, CreatedAt: c.CreatedAt.Time, Version: c.Version,
		Lasts: core.Lasting{Months: c.ValidMonths, YearEnd: c.YearEnd}, Refreshes: c.Refreshes, Standard: c.Standard,
		Prerequisites: c.Prerequisites.V,
	}
}

// InsertCourse gives duplicate where the school has a course with that code.
func (t Catalog) InsertCourse(_ context.Context, c core.Course) error {
	return store.Insert(t.Gorm(), &Course{
		ID: c.ID, OrganizationID: c.OrganizationID, Code: c.Code, Title: c.Title, Specialty: c.Specialty,
		Description: c.Description, Minutes: c.Minutes, Prerequisites: store.JSON[[]core.Prerequisite]{V: c.Prerequisites},
		ValidMonths: c.Lasts.Months, YearEnd: c.Lasts.YearEnd, Refreshes: c.Refreshes, Standard: c.Standard,
		CreatedAt: store.At(c.CreatedAt), Version: c.Version,
	})
}

// UpdateCourse writes title, specialty, description, minutes and prerequisites of
// a course and raises its version; it gives stale where the version is another.
func (t Catalog) UpdateCourse(_ context.Context, c core.Course) error {
	return store.ChangeOne(t.Gorm().Model(&Course{}).Where("id = ? AND version = ?", c.ID, c.Version).Updates(map[string]any{
		"title": c.Title, "specialty": c.Specialty, "description": c.Description, "minutes": c.Minutes,
		"prerequisites": store.JSON[[]core.Prerequisite]{V: c.Prerequisites}, "version": store.Next,
	}))
}

// SetCourseDetails writes how long a course's certificate is good, what it
// refreshes and its standard, and raises the version; it gives stale where the
// version is another.
func (t Catalog) SetCourseDetails(_ context.Context, c core.Course) error {
	return store.ChangeOne(t.Gorm().Model(&Course{}).Where("id = ? AND version = ?", c.ID, c.Version).Updates(map[string]any{
		"valid_months": c.Lasts.Months, "year_end": c.Lasts.YearEnd, "refreshes": c.Refreshes, "standard": c.Standard, "version": store.Next,
	}))
}

// Course finds a course.
func (t Catalog) Course(_ context.Context, id core.CourseID) (core.Course, error) {
	c, err := store.One[Course](t.Gorm().Where("id = ?", id), "course")
	return c.toCore(), err
}

// CourseByCode finds a school's course by its code.
func (t Catalog) CourseByCode(_ context.Context, org core.OrganizationID, code string) (core.Course, error) {
	c, err := store.One[Course](t.Gorm().Where("organization_id = ? AND code = ?", org, code), "course")
	return c.toCore(), err
}

// Courses are at most limit courses of a school by code, that follow the code
// after.
func (t Catalog) Courses(_ context.Context, org core.OrganizationID, after string, limit int) ([]core.Course, error) {
	found, err := store.All[Course](t.Gorm().Where("organization_id = ? AND code > ?", org, after).Order("code").Limit(limit))
	return store.Each(found, Course.toCore), err
}

// CoursesOf are at most limit courses of some schools, by code.
func (t Catalog) CoursesOf(_ context.Context, orgs []core.OrganizationID, limit int) ([]core.Course, error) {
	found, err := store.All[Course](t.Gorm().Where(store.In(t.Tx, "organization_id", orgs)).Order("code, organization_id").Limit(limit))
	return store.Each(found, Course.toCore), err
}
