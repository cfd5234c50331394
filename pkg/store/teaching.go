package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/palmar/palmar/pkg/core"
)

type sectionSessionRow struct {
	ID        core.SectionSessionID `gorm:"primaryKey"`
	SectionID core.SectionID        `gorm:"not null"`
	LocalDate core.Date             `gorm:"not null"`
	Minutes   core.Minutes          `gorm:"not null"`
	Part      string                `gorm:"not null"`
	Setting   core.Setting          `gorm:"not null"`
	Delivery  core.Delivery         `gorm:"not null"`
}

func (r sectionSessionRow) noun() core.SectionSession {
	return core.SectionSession{ID: r.ID, SectionID: r.SectionID, Date: r.LocalDate, Minutes: r.Minutes, Part: r.Part, Setting: r.Setting, Delivery: r.Delivery}
}

// InsertSectionSessions adds meetings to sections.
func (tx *Tx) InsertSectionSessions(_ context.Context, all []core.SectionSession) error {
	if len(all) == 0 {
		return nil
	}
	return tx.insert("section_sessions", mapped(all, func(s core.SectionSession) sectionSessionRow {
		return sectionSessionRow{s.ID, s.SectionID, s.Date, s.Minutes, s.Part, s.Setting, s.Delivery}
	}))
}

// SectionSessions are the meetings of a section by date.
func (tx *Tx) SectionSessions(_ context.Context, section core.SectionID) ([]core.SectionSession, error) {
	rows, err := many[sectionSessionRow](tx.g, `SELECT * FROM section_sessions WHERE section_id = ? ORDER BY local_date, id`, section)
	return mapped(rows, sectionSessionRow.noun), err
}

// SectionSession finds a meeting.
func (tx *Tx) SectionSession(_ context.Context, id core.SectionSessionID) (core.SectionSession, error) {
	r, err := one[sectionSessionRow](tx.g, "session", `SELECT * FROM section_sessions WHERE id = ?`, id)
	return r.noun(), err
}

type sectionMarkRow struct {
	SessionID   core.SectionSessionID `gorm:"primaryKey"`
	TherapistID core.TherapistID      `gorm:"primaryKey"`
	Mark        core.Mark             `gorm:"not null"`
	Minutes     core.Minutes          `gorm:"not null"`
	MarkedBy    core.AccountID        `gorm:"not null"`
	MarkedAt    moment                `gorm:"not null"`
}

// SaveSessionMarks writes marks over those that were there.
func (tx *Tx) SaveSessionMarks(_ context.Context, marks []core.SessionMark) error {
	if len(marks) == 0 {
		return nil
	}
	var args []any
	values := ""
	for i, m := range marks {
		if i > 0 {
			values += ", "
		}
		values += "(?, ?, ?, ?, ?, ?)"
		args = append(args, m.SessionID, m.TherapistID, m.Mark, m.Minutes, m.MarkedBy, at(m.MarkedAt))
	}
	_, err := tx.exec(`INSERT INTO section_marks (session_id, therapist_id, mark, minutes, marked_by, marked_at) VALUES `+values+`
		ON CONFLICT (session_id, therapist_id) DO UPDATE SET mark = excluded.mark, minutes = excluded.minutes, marked_by = excluded.marked_by, marked_at = excluded.marked_at`, args...)
	return err
}

// SessionMarks are the marks of all meetings of a section.
func (tx *Tx) SessionMarks(_ context.Context, section core.SectionID) ([]core.SessionMark, error) {
	rows, err := many[sectionMarkRow](tx.g, `SELECT m.* FROM section_marks m JOIN section_sessions n ON n.id = m.session_id
		WHERE n.section_id = ? ORDER BY m.session_id, m.therapist_id`, section)
	return mapped(rows, func(r sectionMarkRow) core.SessionMark {
		return core.SessionMark{SessionID: r.SessionID, TherapistID: r.TherapistID, Mark: r.Mark, Minutes: r.Minutes, MarkedBy: r.MarkedBy, MarkedAt: r.MarkedAt.Time}
	}), err
}

type examResultRow struct {
	SectionID   core.SectionID   `gorm:"primaryKey"`
	TherapistID core.TherapistID `gorm:"primaryKey"`
	Attempt     int              `gorm:"primaryKey"`
	Passed      bool             `gorm:"not null"`
	Score       sql.NullInt64
	TakenOn     core.Date      `gorm:"not null"`
	Note        string         `gorm:"not null"`
	RecordedBy  core.AccountID `gorm:"not null"`
	RecordedAt  moment         `gorm:"not null"`
}

type examResultView struct {
	examResultRow `gorm:"embedded"`
	CourseCode    string
}

func (r examResultView) noun() core.ExamResult {
	return core.ExamResult{
		SectionID: r.SectionID, TherapistID: r.TherapistID, CourseCode: r.CourseCode, Attempt: r.Attempt, Passed: r.Passed,
		Scored: r.Score.Valid, Score: int(r.Score.Int64), TakenOn: r.TakenOn, Note: r.Note, RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.Time,
	}
}

// InsertExamResult keeps an attempt for good.
func (tx *Tx) InsertExamResult(_ context.Context, r core.ExamResult) error {
	return tx.insert("exam_results", &examResultRow{
		SectionID: r.SectionID, TherapistID: r.TherapistID, Attempt: r.Attempt, Passed: r.Passed, Score: gradeOf(r.Scored, r.Score),
		TakenOn: r.TakenOn, Note: r.Note, RecordedBy: r.RecordedBy, RecordedAt: at(r.RecordedAt),
	})
}

const selectExams = `SELECT r.*, k.code AS course_code FROM exam_results r JOIN sections s ON s.id = r.section_id JOIN courses k ON k.id = s.course_id WHERE `

// ExamResults are the attempts in a section.
func (tx *Tx) ExamResults(_ context.Context, section core.SectionID) ([]core.ExamResult, error) {
	rows, err := many[examResultView](tx.g, selectExams+`r.section_id = ? ORDER BY r.therapist_id, r.attempt`, section)
	return mapped(rows, examResultView.noun), err
}

// ExamsPassed are a therapist's passed examinations at some schools.
func (tx *Tx) ExamsPassed(_ context.Context, therapist core.TherapistID, orgs []core.OrganizationID) ([]core.ExamResult, error) {
	condition, arg := in(tx, "s.organization_id", orgs)
	rows, err := many[examResultView](tx.g, selectExams+`r.therapist_id = ? AND r.passed AND `+condition+` ORDER BY r.taken_on, r.section_id`, therapist, arg)
	return mapped(rows, examResultView.noun), err
}

// CreditsAt are a therapist's credits of programs at some schools, in the order
// of posting.
func (tx *Tx) CreditsAt(_ context.Context, therapist core.TherapistID, orgs []core.OrganizationID) ([]core.Credit, error) {
	condition, arg := in(tx, "c.organization_id", orgs)
	return tx.credits(`c.therapist_id = ? AND `+condition+` ORDER BY c.id`, therapist, arg)
}

// SectionCredits are a therapist's attended sessions of sections at some schools
// as credits of their parts. Program is the pathway of the course, or the course.
func (tx *Tx) SectionCredits(_ context.Context, therapist core.TherapistID, orgs []core.OrganizationID) ([]core.Credit, error) {
	type view struct {
		sectionSessionRow `gorm:"embedded"`
		OrganizationID    core.OrganizationID
		Attended          core.Minutes
		Program           string
	}
	condition, arg := in(tx, "s.organization_id", orgs)
	rows, err := many[view](tx.g, `SELECT n.*, s.organization_id, m.minutes AS attended,
			CAST(COALESCE((SELECT MIN(CAST(p.pathway_id AS text)) FROM pathway_steps p WHERE p.course_id = s.course_id), CAST(s.course_id AS text)) AS text) AS program
		FROM section_marks m JOIN section_sessions n ON n.id = m.session_id JOIN sections s ON s.id = n.section_id
		WHERE m.therapist_id = ? AND m.mark = 'present' AND s.state <> 'cancelled' AND `+condition+` ORDER BY n.local_date, n.id`, therapist, arg)
	return mapped(rows, func(r view) core.Credit {
		return core.Credit{
			ID: core.CreditID(r.ID), OrganizationID: r.OrganizationID, TherapistID: therapist, Kind: core.CreditCourse, Minutes: r.Attended,
			Subject: r.Part, Setting: r.Setting, Delivery: r.Delivery, Supervised: true, Mode: core.SupervisionInClass, Date: r.LocalDate, Program: r.Program,
		}
	}), err
}

type assessmentFormRow struct {
	ID             core.AssessmentFormID `gorm:"primaryKey"`
	OrganizationID core.OrganizationID   `gorm:"not null"`
	Title          string                `gorm:"not null"`
	Scale          int                   `gorm:"not null"`
	Competencies   string                `gorm:"not null"`
	CreatedAt      moment                `gorm:"not null"`
}

func (r assessmentFormRow) noun() core.AssessmentForm {
	f := core.AssessmentForm{ID: r.ID, OrganizationID: r.OrganizationID, Title: r.Title, Scale: r.Scale, CreatedAt: r.CreatedAt.Time}
	_ = json.Unmarshal([]byte(r.Competencies), &f.Competencies)
	return f
}

// InsertAssessmentForm keeps a form for good.
func (tx *Tx) InsertAssessmentForm(_ context.Context, f core.AssessmentForm) error {
	return tx.insert("assessment_forms", &assessmentFormRow{
		ID: f.ID, OrganizationID: f.OrganizationID, Title: f.Title, Scale: f.Scale, Competencies: jsonOf(f.Competencies), CreatedAt: at(f.CreatedAt),
	})
}

// AssessmentForm finds a form.
func (tx *Tx) AssessmentForm(_ context.Context, id core.AssessmentFormID) (core.AssessmentForm, error) {
	r, err := one[assessmentFormRow](tx.g, "assessment form", `SELECT * FROM assessment_forms WHERE id = ?`, id)
	return r.noun(), err
}

// AssessmentForms are at most limit forms of a school, newest first, that follow
// the form after.
func (tx *Tx) AssessmentForms(_ context.Context, org core.OrganizationID, after core.AssessmentFormID, limit int) ([]core.AssessmentForm, error) {
	where, args := `organization_id = ?`, []any{org}
	if !after.IsZero() {
		where, args = where+` AND id < ?`, append(args, after)
	}
	rows, err := many[assessmentFormRow](tx.g, `SELECT * FROM assessment_forms WHERE `+where+` ORDER BY id DESC LIMIT ?`, append(args, limit)...)
	return mapped(rows, assessmentFormRow.noun), err
}

type assessmentRow struct {
	ID          core.AssessmentID     `gorm:"primaryKey"`
	FormID      core.AssessmentFormID `gorm:"not null"`
	SectionID   core.SectionID        `gorm:"not null"`
	TherapistID core.TherapistID      `gorm:"not null"`
	Scores      string                `gorm:"not null"`
	Remark      string                `gorm:"not null"`
	RecordedBy  core.AccountID        `gorm:"not null"`
	RecordedAt  moment                `gorm:"not null"`
}

// InsertAssessment keeps a filled-in form for good.
func (tx *Tx) InsertAssessment(_ context.Context, a core.Assessment) error {
	scores, err := json.Marshal(a.Scores)
	if err != nil {
		return err
	}
	return tx.insert("assessments", &assessmentRow{
		ID: a.ID, FormID: a.FormID, SectionID: a.SectionID, TherapistID: a.TherapistID, Scores: string(scores), Remark: a.Remark,
		RecordedBy: a.RecordedBy, RecordedAt: at(a.RecordedAt),
	})
}

// Assessments are at most limit of those of a section, newest first, that follow
// the one after; of one therapist, if one is given.
func (tx *Tx) Assessments(_ context.Context, section core.SectionID, therapist core.TherapistID, after core.AssessmentID, limit int) ([]core.Assessment, error) {
	type view struct {
		assessmentRow `gorm:"embedded"`
		Name          string
		Title         string
		Scale         int
		Competencies  string
	}
	where, args := `x.section_id = ?`, []any{section}
	if !therapist.IsZero() {
		where, args = where+` AND x.therapist_id = ?`, append(args, therapist)
	}
	if !after.IsZero() {
		where, args = where+` AND x.id < ?`, append(args, after)
	}
	rows, err := many[view](tx.g, `SELECT x.*, a.name, f.title, f.scale, f.competencies FROM assessments x JOIN assessment_forms f ON f.id = x.form_id
		JOIN therapists t ON t.id = x.therapist_id JOIN accounts a ON a.id = t.account_id WHERE `+where+` ORDER BY x.id DESC LIMIT ?`, append(args, limit)...)
	return mapped(rows, func(r view) core.Assessment {
		form := assessmentFormRow{ID: r.FormID, Title: r.Title, Scale: r.Scale, Competencies: r.Competencies}
		out := core.Assessment{
			ID: r.ID, FormID: r.FormID, SectionID: r.SectionID, TherapistID: r.TherapistID, Name: r.Name, Form: form.noun(),
			Remark: r.Remark, RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.Time,
		}
		_ = json.Unmarshal([]byte(r.Scores), &out.Scores)
		return out
	}), err
}
