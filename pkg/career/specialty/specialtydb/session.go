package specialtydb

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Session is a meeting of a section.
type Session struct {
	ID        core.SectionSessionID `gorm:"primaryKey"`
	SectionID core.SectionID        `gorm:"not null"`
	LocalDate core.Date             `gorm:"not null"`
	Minutes   core.Minutes          `gorm:"not null"`
	Part      string                `gorm:"not null"`
	Setting   core.Setting          `gorm:"not null"`
	Delivery  core.Delivery         `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Session) TableName() string { return "section_sessions" }

func (s Session) toCore() specialty.SectionSession {
	return specialty.SectionSession{ID: s.ID, SectionID: s.SectionID, Date: s.LocalDate, Minutes: s.Minutes, Part: s.Part, Setting: s.Setting, Delivery: s.Delivery}
}

// InsertSectionSessions adds meetings to sections.
func (t Sections) InsertSectionSessions(_ context.Context, all []specialty.SectionSession) error {
	return store.Insert(t.Gorm(), store.Each(all, func(s specialty.SectionSession) Session {
		return Session{s.ID, s.SectionID, s.Date, s.Minutes, s.Part, s.Setting, s.Delivery}
	}))
}

// SectionSessions are the meetings of a section by date.
func (t Sections) SectionSessions(_ context.Context, section core.SectionID) ([]specialty.SectionSession, error) {
	found, err := store.All[Session](t.Gorm().Where("section_id = ?", section).Order("local_date, id"))
	return store.Each(found, Session.toCore), err
}

// SectionSession finds a meeting.
func (t Sections) SectionSession(_ context.Context, id core.SectionSessionID) (specialty.SectionSession, error) {
	s, err := store.One[Session](t.Gorm().Where("id = ?", id), "session")
	return s.toCore(), err
}

// Mark is who was in a meeting, and for how long.
type Mark struct {
	SessionID   core.SectionSessionID `gorm:"primaryKey"`
	TherapistID core.TherapistID      `gorm:"primaryKey"`
	Mark        core.Mark             `gorm:"not null"`
	Minutes     core.Minutes          `gorm:"not null"`
	MarkedBy    core.AccountID        `gorm:"not null"`
	MarkedAt    store.Moment          `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Mark) TableName() string { return "section_marks" }

func (m Mark) toCore() specialty.SessionMark {
	return specialty.SessionMark{SessionID: m.SessionID, TherapistID: m.TherapistID, Mark: m.Mark, Minutes: m.Minutes, MarkedBy: m.MarkedBy, MarkedAt: m.MarkedAt.Time}
}

// SaveSessionMarks writes marks over those that were there.
func (t Sections) SaveSessionMarks(_ context.Context, marks []specialty.SessionMark) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "session_id"}, {Name: "therapist_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"mark", "minutes", "marked_by", "marked_at"}),
	}), store.Each(marks, func(m specialty.SessionMark) Mark {
		return Mark{m.SessionID, m.TherapistID, m.Mark, m.Minutes, m.MarkedBy, store.At(m.MarkedAt)}
	}))
}

// SessionMarks are the marks of all meetings of a section.
func (t Sections) SessionMarks(_ context.Context, section core.SectionID) ([]specialty.SessionMark, error) {
	found, err := store.All[Mark](t.Gorm().Select("section_marks.*").Joins("JOIN section_sessions n ON n.id = section_marks.session_id").
		Where("n.section_id = ?", section).Order("section_marks.session_id, section_marks.therapist_id"))
	return store.Each(found, Mark.toCore), err
}

// SectionCredits are a therapist's attended sessions of sections at some schools
// as credits of their parts. Program is the pathway of the course, or the course.
func (t Sections) SectionCredits(_ context.Context, therapist core.TherapistID, orgs []core.OrganizationID) ([]core.Credit, error) {
	type row struct {
		Session
		OrganizationID core.OrganizationID
		Attended       core.Minutes
		Program        string
	}
	found, err := store.All[row](t.Gorm().Select(`section_sessions.*, s.organization_id, m.minutes AS attended,
			CAST(COALESCE((SELECT MIN(CAST(p.pathway_id AS text)) FROM pathway_steps p WHERE p.course_id = s.course_id), CAST(s.course_id AS text)) AS text) AS program`).
		Joins("JOIN section_marks m ON m.session_id = section_sessions.id").Joins("JOIN sections s ON s.id = section_sessions.section_id").
		Where(accountdb.OfPerson("m.therapist_id", therapist)).Where("m.mark = 'present' AND s.state <> 'canceled'").Where(store.In(t.Tx, "s.organization_id", orgs)).
		Order("section_sessions.local_date, section_sessions.id"))
	return store.Each(found, func(r row) core.Credit {
		return core.Credit{
			ID: core.CreditID(r.ID), OrganizationID: r.OrganizationID, TherapistID: therapist, Kind: core.CreditCourse, Minutes: r.Attended,
			Subject: r.Part, Setting: r.Setting, Delivery: r.Delivery, Supervised: true, Mode: core.SupervisionInClass, Date: r.LocalDate, Program: r.Program,
		}
	}), err
}
