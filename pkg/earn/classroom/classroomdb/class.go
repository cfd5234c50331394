package classroomdb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Class is a session that many students attend.
type Class struct {
	ID             core.ClassID         `gorm:"primaryKey"`
	OrganizationID core.OrganizationID  `gorm:"not null"`
	ProgramID      core.ProgramID       `gorm:"not null"`
	InstructorID   core.MemberID        `gorm:"not null"`
	State          classroom.ClassState `gorm:"not null"`
	CheckIn        classroom.CheckIn    `gorm:"not null"`
	LocalDate      core.Date            `gorm:"not null"`
	Zone           string               `gorm:"not null"`
	StartsAt       store.Moment         `gorm:"not null"`
	EndsAt         store.Moment         `gorm:"not null"`
	BreakMinutes   core.Minutes         `gorm:"not null"`
	Minutes        core.Minutes         `gorm:"not null"`
	Subject        string               `gorm:"not null"`
	Setting        core.Setting         `gorm:"not null"`
	Delivery       core.Delivery        `gorm:"not null"`
	Mode           core.SupervisionMode `gorm:"not null"`
	MakeUp         bool                 `gorm:"not null"`
	Secret         []byte               `gorm:"not null"`
	CreatedAt      store.Moment         `gorm:"not null"`
	CreatedBy      core.AccountID       `gorm:"not null"`
	SignedAt       store.Moment
	Version        int `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Class) TableName() string { return "classes" }

// ListedClass is a class with the names that belong to it and how many there are.
type ListedClass struct {
	Class
	ProgramTitle   string
	InstructorName string
	Students       int
	Present        int
}

func (c ListedClass) toCore() classroom.Class {
	return classroom.Class{
		ID: c.ID, OrganizationID: c.OrganizationID, ProgramID: c.ProgramID, ProgramTitle: c.ProgramTitle,
		InstructorID: c.InstructorID, InstructorName: c.InstructorName, State: c.State, CheckIn: c.CheckIn,
		Session: core.Session{
			Date: c.LocalDate, Zone: c.Zone, Start: c.StartsAt.Time, End: c.EndsAt.Time, Break: c.BreakMinutes, Minutes: c.Minutes,
			Subject: c.Subject, Setting: c.Setting, Delivery: c.Delivery, Mode: c.Mode, MakeUp: c.MakeUp,
		},
		Secret: c.Secret, CreatedAt: c.CreatedAt.Time, CreatedBy: c.CreatedBy, SignedAt: c.SignedAt.Time, Version: c.Version,
		Students: c.Students, Present: c.Present,
	}
}

const listedColumns = `classes.*, p.title AS program_title, ia.name AS instructor_name,
	(SELECT COUNT(*) FROM attendances s WHERE s.class_id = classes.id) AS students,
	(SELECT COUNT(*) FROM attendances s WHERE s.class_id = classes.id AND s.mark = 'present') AS present`

func (t Classes) listed() *gorm.DB {
	return t.Gorm().Select(listedColumns).
		Joins("JOIN programs p ON p.id = classes.program_id JOIN members i ON i.id = classes.instructor_id JOIN accounts ia ON ia.id = i.account_id")
}

// InsertClass writes a class and its roster.
func (t Classes) InsertClass(_ context.Context, c classroom.Class, roster []classroom.Attendance) error {
	s := c.Session
	if err := store.Insert(t.Gorm(), &Class{
		ID: c.ID, OrganizationID: c.OrganizationID, ProgramID: c.ProgramID, InstructorID: c.InstructorID, State: c.State, CheckIn: c.CheckIn,
		LocalDate: s.Date, Zone: s.Zone, StartsAt: store.At(s.Start), EndsAt: store.At(s.End), BreakMinutes: s.Break, Minutes: s.Minutes,
		Subject: s.Subject, Setting: s.Setting, Delivery: s.Delivery, Mode: s.Mode, MakeUp: s.MakeUp, Secret: c.Secret,
		CreatedAt: store.At(c.CreatedAt), CreatedBy: c.CreatedBy, Version: c.Version,
	}); err != nil {
		return err
	}
	return store.Insert(t.Gorm(), store.Each(roster, newAttendance))
}

// Class finds one class.
func (t Classes) Class(_ context.Context, id core.ClassID) (classroom.Class, error) {
	c, err := store.One[ListedClass](t.listed().Where("classes.id = ?", id), "class")
	return c.toCore(), err
}

// LockClass is Class, locked until the transaction ends.
func (t Classes) LockClass(_ context.Context, id core.ClassID) (classroom.Class, error) {
	c, err := store.One[ListedClass](t.listed().Where("classes.id = ?", id).Scopes(t.Locked("classes")), "class")
	return c.toCore(), err
}

// FindClasses lists a school's classes, newest first.
func (t Classes) FindClasses(_ context.Context, q classroom.ClassQuery) ([]classroom.Class, error) {
	g := t.listed().Where("classes.organization_id = ?", q.Organization)
	if !q.After.IsZero() {
		g = g.Where("(classes.local_date, classes.id) < (?, ?)", q.AfterDate, q.After)
	}
	found, err := store.All[ListedClass](g.Order("classes.local_date DESC, classes.id DESC").Limit(q.Limit))
	return store.Each(found, ListedClass.toCore), err
}

// UpdateClass writes a class's state over the version before; another version
// is stale.
func (t Classes) UpdateClass(_ context.Context, c classroom.Class) error {
	return store.ChangeOne(t.Gorm().Model(&Class{}).Where("id = ? AND version = ?", c.ID, c.Version).
		Updates(map[string]any{"state": c.State, "signed_at": store.At(c.SignedAt), "version": store.Next}))
}

// ClassesOf are a student's planned classes that end after one moment and begin
// before another, the first first.
func (t Classes) ClassesOf(_ context.Context, therapist core.TherapistID, endAfter, startBefore time.Time) ([]classroom.Mine, error) {
	return t.mine(therapist, func(q *gorm.DB) *gorm.DB {
		return q.Where("classes.state = 'planned' AND classes.ends_at > ? AND classes.starts_at < ?", store.At(endAfter), store.At(startBefore)).
			Order("classes.starts_at, classes.id")
	})
}

// ComingClasses are at most limit planned classes of a student that end after a
// moment, the first first.
func (t Classes) ComingClasses(_ context.Context, therapist core.TherapistID, endAfter time.Time, limit int) ([]classroom.Class, error) {
	found, err := store.All[ListedClass](t.listed().Joins("JOIN attendances n ON n.class_id = classes.id").Where(accountdb.OfPerson("n.therapist_id", therapist)).
		Where("classes.state = 'planned' AND classes.ends_at > ?", store.At(endAfter)).Order("classes.starts_at, classes.id").Limit(limit))
	return store.Each(found, ListedClass.toCore), err
}

// MissedBy are classes on the roster of which a student's enrollment has no
// session, that ended between two moments and were not called off.
func (t Classes) MissedBy(_ context.Context, therapist core.TherapistID, enrollment core.EnrollmentID, from, to time.Time) ([]classroom.Mine, error) {
	return t.mine(therapist, func(q *gorm.DB) *gorm.DB {
		return q.Where("n.enrollment_id = ? AND n.entry_id IS NULL AND classes.state <> 'canceled'", enrollment).
			Where("classes.ends_at BETWEEN ? AND ?", store.At(from), store.At(to)).Order("classes.starts_at DESC, classes.id")
	})
}

func (t Classes) mine(therapist core.TherapistID, which func(*gorm.DB) *gorm.DB) ([]classroom.Mine, error) {
	type row struct {
		ListedClass
		Mark  core.Mark
		InAt  store.Moment
		OutAt store.Moment
	}
	found, err := store.All[row](t.listed().Select(listedColumns + ", n.mark, n.in_at, n.out_at").
		Joins("JOIN attendances n ON n.class_id = classes.id").Where(accountdb.OfPerson("n.therapist_id", therapist)).Scopes(which).Limit(20))
	return store.Each(found, func(c row) classroom.Mine {
		return classroom.Mine{Class: c.toCore(), Attendance: classroom.Attendance{ClassID: c.ID, TherapistID: therapist, Mark: c.Mark, In: c.InAt.Time, Out: c.OutAt.Time}}
	}), err
}
