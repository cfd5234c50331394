package store

import (
	"context"
	"encoding/json"

	"github.com/palmar/palmar/pkg/core"
)

type courseRow struct {
	ID             core.CourseID       `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Code           string              `gorm:"not null"`
	Title          string              `gorm:"not null"`
	Specialty      string              `gorm:"not null"`
	Description    string              `gorm:"not null"`
	Minutes        core.Minutes        `gorm:"not null"`
	Prerequisites  string              `gorm:"not null"`
	ValidMonths    int                 `gorm:"not null"`
	YearEnd        bool                `gorm:"not null"`
	Refreshes      string              `gorm:"not null"`
	Standard       string              `gorm:"not null"`
	CreatedAt      moment              `gorm:"not null"`
	Version        int                 `gorm:"not null"`
}

func courseRowOf(c core.Course) (courseRow, error) {
	prerequisites, err := json.Marshal(append([]core.Prerequisite{}, c.Prerequisites...))
	return courseRow{
		ID: c.ID, OrganizationID: c.OrganizationID, Code: c.Code, Title: c.Title, Specialty: c.Specialty,
		Description: c.Description, Minutes: c.Minutes, Prerequisites: string(prerequisites),
		ValidMonths: c.Lasts.Months, YearEnd: c.Lasts.YearEnd, Refreshes: c.Refreshes, Standard: c.Standard,
		CreatedAt: at(c.CreatedAt), Version: c.Version,
	}, err
}

func (r courseRow) noun() core.Course {
	c := core.Course{
		ID: r.ID, OrganizationID: r.OrganizationID, Code: r.Code, Title: r.Title, Specialty: r.Specialty,
		Description: r.Description, Minutes: r.Minutes, CreatedAt: r.CreatedAt.Time, Version: r.Version,
		Lasts: core.Lasting{Months: r.ValidMonths, YearEnd: r.YearEnd}, Refreshes: r.Refreshes, Standard: r.Standard,
	}
	_ = json.Unmarshal([]byte(r.Prerequisites), &c.Prerequisites)
	return c
}

// InsertCourse gives duplicate where the school has a course with that code.
func (tx *Tx) InsertCourse(_ context.Context, c core.Course) error {
	row, err := courseRowOf(c)
	if err != nil {
		return err
	}
	return tx.insert("courses", &row)
}

// UpdateCourse writes all but the school and the code of the course and raises
// its version; it gives stale where the version is another.
func (tx *Tx) UpdateCourse(_ context.Context, c core.Course) error {
	row, err := courseRowOf(c)
	if err != nil {
		return err
	}
	return tx.changeOne(`UPDATE courses SET title = ?, specialty = ?, description = ?, minutes = ?, prerequisites = ?, version = version + 1
		WHERE id = ? AND version = ?`,
		row.Title, row.Specialty, row.Description, row.Minutes, row.Prerequisites, row.ID, row.Version)
}

// Course finds a course.
func (tx *Tx) Course(_ context.Context, id core.CourseID) (core.Course, error) {
	r, err := one[courseRow](tx.g, "course", `SELECT * FROM courses WHERE id = ?`, id)
	return r.noun(), err
}

// CourseByCode finds a school's course by its code.
func (tx *Tx) CourseByCode(_ context.Context, org core.OrganizationID, code string) (core.Course, error) {
	r, err := one[courseRow](tx.g, "course", `SELECT * FROM courses WHERE organization_id = ? AND code = ?`, org, code)
	return r.noun(), err
}

// Courses are at most limit courses of a school by code, that follow the code
// after.
func (tx *Tx) Courses(_ context.Context, org core.OrganizationID, after string, limit int) ([]core.Course, error) {
	rows, err := many[courseRow](tx.g, `SELECT * FROM courses WHERE organization_id = ? AND code > ? ORDER BY code LIMIT ?`, org, after, limit)
	return mapped(rows, courseRow.noun), err
}

// CoursesOf are at most limit courses of some schools, by code.
func (tx *Tx) CoursesOf(_ context.Context, orgs []core.OrganizationID, limit int) ([]core.Course, error) {
	condition, arg := in(tx, "organization_id", orgs)
	rows, err := many[courseRow](tx.g, `SELECT * FROM courses WHERE `+condition+` ORDER BY code, organization_id LIMIT ?`, arg, limit)
	return mapped(rows, courseRow.noun), err
}

type courseCompletionRow struct {
	ID             core.CourseCompletionID `gorm:"primaryKey"`
	OrganizationID core.OrganizationID     `gorm:"not null"`
	CourseID       core.CourseID           `gorm:"not null"`
	TherapistID    core.TherapistID        `gorm:"not null"`
	CompletedOn    core.Date               `gorm:"not null"`
	Minutes        core.Minutes            `gorm:"not null"`
	Instructor     string                  `gorm:"not null"`
	Note           string                  `gorm:"not null"`
	RecordedBy     core.AccountID          `gorm:"not null"`
	RecordedAt     moment                  `gorm:"not null"`
}

type courseCompletionView struct {
	courseCompletionRow `gorm:"embedded"`
	CourseTitle         string
	CourseCode          string
	Name                string
}

func (r courseCompletionView) noun() core.CourseCompletion {
	return core.CourseCompletion{
		ID: r.ID, OrganizationID: r.OrganizationID, CourseID: r.CourseID, CourseTitle: r.CourseTitle, CourseCode: r.CourseCode,
		TherapistID: r.TherapistID, Name: r.Name, CompletedOn: r.CompletedOn, Minutes: r.Minutes,
		Instructor: r.Instructor, Note: r.Note, RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.Time,
	}
}

const selectCompletions = `SELECT x.*, c.title AS course_title, c.code AS course_code, a.name
	FROM course_completions x
	JOIN courses c ON c.id = x.course_id
	JOIN therapists t ON t.id = x.therapist_id
	JOIN accounts a ON a.id = t.account_id`

// InsertCourseCompletion gives duplicate where the therapist finished the
// course on that day already.
func (tx *Tx) InsertCourseCompletion(_ context.Context, c core.CourseCompletion) error {
	row := completionRowOf(c)
	return tx.insert("course_completions", &row)
}

// InsertCourseCompletions is InsertCourseCompletion for many at once.
func (tx *Tx) InsertCourseCompletions(_ context.Context, all []core.CourseCompletion) error {
	if len(all) == 0 {
		return nil
	}
	return tx.insert("course_completions", mapped(all, completionRowOf))
}

func completionRowOf(c core.CourseCompletion) courseCompletionRow {
	return courseCompletionRow{
		ID: c.ID, OrganizationID: c.OrganizationID, CourseID: c.CourseID, TherapistID: c.TherapistID,
		CompletedOn: c.CompletedOn, Minutes: c.Minutes, Instructor: c.Instructor, Note: c.Note,
		RecordedBy: c.RecordedBy, RecordedAt: at(c.RecordedAt),
	}
}

// CourseCompletion finds a completion.
func (tx *Tx) CourseCompletion(_ context.Context, id core.CourseCompletionID) (core.CourseCompletion, error) {
	r, err := one[courseCompletionView](tx.g, "course completion", selectCompletions+` WHERE x.id = ?`, id)
	return r.noun(), err
}

// CourseCompletionsOf are all completions of a therapist, oldest record first.
func (tx *Tx) CourseCompletionsOf(_ context.Context, therapist core.TherapistID) ([]core.CourseCompletion, error) {
	rows, err := many[courseCompletionView](tx.g, selectCompletions+` WHERE x.therapist_id = ? ORDER BY x.id`, therapist)
	return mapped(rows, courseCompletionView.noun), err
}

// CourseCompletions are at most limit completions of a school, newest record
// first, that follow the completion after; of one therapist, if one is given.
func (tx *Tx) CourseCompletions(_ context.Context, org core.OrganizationID, therapist core.TherapistID, after core.CourseCompletionID, limit int) ([]core.CourseCompletion, error) {
	query, args := selectCompletions+` WHERE x.organization_id = ?`, []any{org}
	if !therapist.IsZero() {
		query, args = query+` AND x.therapist_id = ?`, append(args, therapist)
	}
	if !after.IsZero() {
		query, args = query+` AND x.id < ?`, append(args, after)
	}
	rows, err := many[courseCompletionView](tx.g, query+` ORDER BY x.id DESC LIMIT ?`, append(args, limit)...)
	return mapped(rows, courseCompletionView.noun), err
}
