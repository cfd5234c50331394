package classroomdb

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook/logbookdb"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Attendance is a student on the roster of a class.
type Attendance struct {
	ClassID      core.ClassID      `gorm:"primaryKey"`
	EnrollmentID core.EnrollmentID `gorm:"primaryKey"`
	TherapistID  core.TherapistID  `gorm:"not null"`
	Mark         core.Mark         `gorm:"not null"`
	InAt         store.Moment
	OutAt        store.Moment
	InBy         classroom.ClockedBy `gorm:"not null"`
	OutBy        classroom.ClockedBy `gorm:"not null"`
	Grade        sql.NullInt64
	EntryID      core.EntryID
	Version      int `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Attendance) TableName() string { return "attendances" }

func newAttendance(a classroom.Attendance) Attendance {
	return Attendance{
		ClassID: a.ClassID, EnrollmentID: a.EnrollmentID, TherapistID: a.TherapistID, Mark: a.Mark, InAt: store.At(a.In), OutAt: store.At(a.Out),
		InBy: a.InBy, OutBy: a.OutBy, Grade: logbookdb.Percent(a.Graded, a.Grade), EntryID: a.EntryID, Version: a.Version,
	}
}

type namedAttendance struct {
	Attendance
	Name string
}

func (a namedAttendance) toCore() classroom.Attendance {
	return classroom.Attendance{
		ClassID: a.ClassID, EnrollmentID: a.EnrollmentID, TherapistID: a.TherapistID, Name: a.Name, Mark: a.Mark,
		In: a.InAt.Time, Out: a.OutAt.Time, InBy: a.InBy, OutBy: a.OutBy, Graded: a.Grade.Valid, Grade: int(a.Grade.Int64),
		EntryID: a.EntryID, Version: a.Version,
	}
}

func (t Classes) attendances(class core.ClassID) *gorm.DB {
	return t.Gorm().Select("attendances.*, a.name").
		Joins("JOIN people a ON a.id = attendances.therapist_id").
		Where("attendances.class_id = ?", class)
}

// Roster are the students of a class by name.
func (t Classes) Roster(_ context.Context, class core.ClassID) ([]classroom.Attendance, error) {
	found, err := store.All[namedAttendance](t.attendances(class).Order("a.name, attendances.enrollment_id"))
	return store.Each(found, namedAttendance.toCore), err
}

// AttendanceOf is a student on the roster of a class.
func (t Classes) AttendanceOf(_ context.Context, class core.ClassID, therapist core.TherapistID) (classroom.Attendance, error) {
	a, err := store.One[namedAttendance](t.attendances(class).Where(accountdb.OfPerson("attendances.therapist_id", therapist)), "class")
	return a.toCore(), err
}

// SaveAttendance writes attendances over their versions; another is stale.
func (t Classes) SaveAttendance(_ context.Context, all []classroom.Attendance) error {
	if len(all) == 0 {
		return nil
	}
	over := clause.OnConflict{
		Columns: []clause.Column{{Name: "class_id"}, {Name: "enrollment_id"}},
		DoUpdates: append(clause.AssignmentColumns([]string{"mark", "in_at", "out_at", "in_by", "out_by", "grade", "entry_id"}),
			clause.Assignment{Column: clause.Column{Name: "version"}, Value: gorm.Expr("attendances.version + 1")}),
		Where: clause.Where{Exprs: []clause.Expression{gorm.Expr("attendances.version = excluded.version")}},
	}
	return store.ChangeAll(t.Gorm().Clauses(over).Create(store.Each(all, newAttendance)), int64(len(all)))
}
