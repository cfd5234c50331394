package specialtydb

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Section is a course as it is held.
type Section struct {
	ID             core.SectionID         `gorm:"primaryKey"`
	OrganizationID core.OrganizationID    `gorm:"not null"`
	CourseID       core.CourseID          `gorm:"not null"`
	InstructorID   core.MemberID          `gorm:"not null"`
	State          specialty.SectionState `gorm:"not null"`
	StartsOn       core.Date              `gorm:"not null"`
	EndsOn         core.Date              `gorm:"not null"`
	Place          string                 `gorm:"not null"`
	Seats          int                    `gorm:"not null"`
	Taken          int                    `gorm:"not null"`
	Exam           bool                   `gorm:"not null"`
	CreatedAt      store.Moment           `gorm:"not null"`
	CreatedBy      core.AccountID         `gorm:"not null"`
	Version        int                    `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Section) TableName() string { return "sections" }

// ShownSection is a section with its course, who teaches it and how many wait.
type ShownSection struct {
	Section
	CourseCode     string
	CourseTitle    string
	Minutes        core.Minutes
	InstructorName string
	Waiting        int
}

func (s ShownSection) toCore() specialty.Section {
	return specialty.Section{
		ID: s.ID, OrganizationID: s.OrganizationID, CourseID: s.CourseID, CourseCode: s.CourseCode, CourseTitle: s.CourseTitle, Minutes: s.Minutes,
		InstructorID: s.InstructorID, InstructorName: s.InstructorName, State: s.State, StartsOn: s.StartsOn, EndsOn: s.EndsOn, Place: s.Place,
		Seats: s.Seats, Taken: s.Taken, Waiting: s.Waiting, Exam: s.Exam, CreatedAt: s.CreatedAt.Time, CreatedBy: s.CreatedBy, Version: s.Version,
	}
}

const shownColumns = `sections.*, k.code AS course_code, k.title AS course_title, k.minutes, ia.name AS instructor_name,
	(SELECT COUNT(*) FROM section_places w WHERE w.section_id = sections.id AND w.state = 'waiting') AS waiting`

func (t Sections) sections() *gorm.DB {
	return t.Gorm().Select(shownColumns).Joins("JOIN courses k ON k.id = sections.course_id").
		Joins("JOIN members i ON i.id = sections.instructor_id").Joins("JOIN accounts ia ON ia.id = i.account_id")
}

// InsertSection writes a section without places.
func (t Sections) InsertSection(_ context.Context, s specialty.Section) error {
	return store.Insert(t.Gorm(), &Section{
		ID: s.ID, OrganizationID: s.OrganizationID, CourseID: s.CourseID, InstructorID: s.InstructorID, State: s.State, StartsOn: s.StartsOn,
		EndsOn: s.EndsOn, Place: s.Place, Seats: s.Seats, Exam: s.Exam, CreatedAt: store.At(s.CreatedAt), CreatedBy: s.CreatedBy, Version: s.Version,
	})
}

// UpdateSection writes a section over the version before; another is stale. The
// seats that are taken are counted by the database.
func (t Sections) UpdateSection(_ context.Context, s specialty.Section) error {
	return store.ChangeOne(t.Gorm().Model(&Section{}).Where("id = ? AND version = ?", s.ID, s.Version).Updates(map[string]any{
		"instructor_id": s.InstructorID, "state": s.State, "starts_on": s.StartsOn, "ends_on": s.EndsOn, "place": s.Place, "seats": s.Seats,
		"exam": s.Exam, "version": store.Next,
	}))
}

// Section finds a section.
func (t Sections) Section(_ context.Context, id core.SectionID) (specialty.Section, error) {
	s, err := store.One[ShownSection](t.sections().Where("sections.id = ?", id), "section")
	return s.toCore(), err
}

// LockSection is Section, locked until the transaction ends. It is read after
// the lock is held, so that who waits is counted then.
func (t Sections) LockSection(ctx context.Context, id core.SectionID) (specialty.Section, error) {
	q := t.Gorm().Model(&Section{}).Select("id").Where("id = ?", id)
	if t.Postgres() {
		q = q.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	}
	if _, err := store.One[core.SectionID](q, "section"); err != nil {
		return specialty.Section{}, err
	}
	return t.Section(ctx, id)
}

// lastBegun pages through sections, those that begin last first.
func lastBegun(q *gorm.DB, page specialty.SectionQuery) *gorm.DB {
	if !page.After.IsZero() {
		q = q.Where("(sections.starts_on, sections.id) < (?, ?)", page.AfterDate, page.After)
	}
	return q.Order("sections.starts_on DESC, sections.id DESC").Limit(page.Limit)
}

// FindSections lists a school's sections, those that begin last first.
func (t Sections) FindSections(_ context.Context, q specialty.SectionQuery) ([]specialty.Section, error) {
	of := t.sections().Where("sections.organization_id = ?", q.Organization)
	if !q.Course.IsZero() {
		of = of.Where("sections.course_id = ?", q.Course)
	}
	found, err := store.All[ShownSection](lastBegun(of, q))
	return store.Each(found, ShownSection.toCore), err
}

// MySections are the sections in which a therapist is, was or waits, those that
// begin last first.
func (t Sections) MySections(_ context.Context, q specialty.SectionQuery) ([]specialty.MySection, error) {
	type row struct {
		ShownSection
		Mine specialty.PlaceState
	}
	mine := t.sections().Select(shownColumns + ", mine.state AS mine").
		Joins("JOIN section_places mine ON mine.section_id = sections.id").Where(accountdb.OfPerson("mine.therapist_id", q.Therapist))
	found, err := store.All[row](lastBegun(mine, q))
	return store.Each(found, func(r row) specialty.MySection { return specialty.MySection{Section: r.toCore(), Place: r.Mine} }), err
}

// UnsoundSections are how many sections count other than the places that are
// held in them.
func (t Sections) UnsoundSections(context.Context) (int64, error) {
	return store.One[int64](t.Gorm().Model(&Section{}).Select("COUNT(*)").Where(`sections.taken <> (SELECT COUNT(*) FROM section_places p
		WHERE p.section_id = sections.id AND p.state IN ('seated', 'completed', 'not_completed'))`), "count")
}
