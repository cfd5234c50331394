package store

import (
	"context"
	"encoding/json"

	"github.com/palmar/palmar/pkg/continuing"
	"github.com/palmar/palmar/pkg/core"
)

type ceActivityRow struct {
	ID              core.CEActivityID   `gorm:"primaryKey"`
	TherapistID     core.TherapistID    `gorm:"not null"`
	OrganizationID  core.OrganizationID `gorm:"not null"`
	State           core.CEState        `gorm:"not null"`
	Title           string              `gorm:"not null"`
	Course          string              `gorm:"not null"`
	Type            core.CEType         `gorm:"not null"`
	HeldOn          core.Date           `gorm:"not null"`
	Minutes         core.Minutes        `gorm:"not null"`
	Amount          string              `gorm:"not null"`
	Unit            core.CEUnit         `gorm:"not null"`
	Hour            core.Minutes        `gorm:"not null"`
	Approved        core.Minutes        `gorm:"not null"`
	HandsOn         core.Minutes        `gorm:"not null"`
	Lines           string              `gorm:"not null"`
	Participant     string              `gorm:"not null"`
	ProviderID      core.CEProviderID
	ProviderName    string `gorm:"not null"`
	ProviderBody    string `gorm:"not null"`
	ProviderNumber  string `gorm:"not null"`
	ProviderContact string `gorm:"not null"`
	Signed          bool   `gorm:"not null"`
	LicenseNumber   string `gorm:"not null"`
	ProgramNumber   string `gorm:"not null"`
	DocumentID      core.DocumentID
	CreatedAt       moment         `gorm:"not null"`
	CreatedBy       core.AccountID `gorm:"not null"`
	ReportedAt      moment
	DecidedBy       core.AccountID
	DecidedAt       moment
	Reason          string `gorm:"not null"`
	Version         int    `gorm:"not null"`
}

type ceActivityView struct {
	ceActivityRow  `gorm:"embedded"`
	TherapistName  string
	DocumentName   string
	MediaType      string
	DecidedByName  string
	KnownName      string
	HandsOnPercent int
}

func (r ceActivityView) noun() core.CEActivity {
	a := core.CEActivity{
		ID: r.ID, TherapistID: r.TherapistID, TherapistName: r.TherapistName, OrganizationID: r.OrganizationID, State: r.State,
		Title: r.Title, Type: r.Type, On: r.HeldOn, Amount: core.CEAmount{Minutes: r.Minutes, Words: r.Amount, Unit: r.Unit, Hour: r.Hour},
		Approved: r.Approved, HandsOn: r.HandsOn, Participant: r.Participant,
		Provider:     core.CEProvider{ID: r.ProviderID, Name: r.KnownName, HandsOnPercent: r.HandsOnPercent},
		ProviderName: r.ProviderName, ProviderBody: r.ProviderBody, ProviderNumber: r.ProviderNumber, ProviderContact: r.ProviderContact,
		Signed: r.Signed, LicenseNumber: r.LicenseNumber, ProgramNumber: r.ProgramNumber,
		Document:  core.Document{ID: r.DocumentID, Name: r.DocumentName, MediaType: r.MediaType},
		CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy, ReportedAt: r.ReportedAt.Time,
		DecidedBy: r.DecidedBy, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt.Time, Reason: r.Reason, Version: r.Version,
	}
	_ = json.Unmarshal([]byte(r.Lines), &a.Lines) // the column is written below alone
	return a
}

func ceLines(lines []core.CELine) (string, error) {
	b, err := json.Marshal(append([]core.CELine{}, lines...))
	return string(b), err
}

const selectCEActivities = `SELECT x.*, ta.name AS therapist_name, COALESCE(d.name, '') AS document_name, COALESCE(d.media_type, '') AS media_type,
		COALESCE(da.name, '') AS decided_by_name, COALESCE(p.name, '') AS known_name, COALESCE(p.hands_on_percent, 0) AS hands_on_percent
	FROM ce_activities x JOIN therapists t ON t.id = x.therapist_id JOIN accounts ta ON ta.id = t.account_id
	LEFT JOIN documents d ON d.id = x.document_id LEFT JOIN accounts da ON da.id = x.decided_by
	LEFT JOIN ce_providers p ON p.id = x.provider_id WHERE `

// InsertCEActivity gives activity_exists where the same course of that day is
// recorded already.
func (tx *Tx) InsertCEActivity(_ context.Context, a core.CEActivity) error {
	lines, err := ceLines(a.Lines)
	if err != nil {
		return err
	}
	return tx.insert("ce_activities", &ceActivityRow{
		ID: a.ID, TherapistID: a.TherapistID, OrganizationID: a.OrganizationID, State: a.State, Title: a.Title, Course: a.Course(), Type: a.Type,
		HeldOn: a.On, Minutes: a.Amount.Minutes, Amount: a.Amount.Words, Unit: a.Amount.Unit, Hour: a.Amount.Hour, Approved: a.Approved,
		HandsOn: a.HandsOn, Lines: lines, Participant: a.Participant, ProviderID: a.Provider.ID, ProviderName: a.ProviderName,
		ProviderBody: a.ProviderBody, ProviderNumber: a.ProviderNumber, ProviderContact: a.ProviderContact, Signed: a.Signed,
		LicenseNumber: a.LicenseNumber, ProgramNumber: a.ProgramNumber, DocumentID: a.Document.ID, CreatedAt: at(a.CreatedAt),
		CreatedBy: a.CreatedBy, Version: a.Version,
	})
}

// SaveCEActivity writes all of an activity that is not reported over the version
// before; another version is stale. Code: activity_exists.
func (tx *Tx) SaveCEActivity(_ context.Context, a core.CEActivity) error {
	lines, err := ceLines(a.Lines)
	if err != nil {
		return err
	}
	return tx.changeOne(`UPDATE ce_activities SET state = ?, title = ?, course = ?, type = ?, held_on = ?, minutes = ?, amount = ?, unit = ?, hour = ?,
		approved = ?, hands_on = ?, lines = ?, participant = ?, provider_id = ?, provider_name = ?, provider_body = ?, provider_number = ?,
		provider_contact = ?, signed = ?, license_number = ?, program_number = ?, document_id = ?, version = version + 1 WHERE id = ? AND version = ?`,
		a.State, a.Title, a.Course(), a.Type, a.On, a.Amount.Minutes, a.Amount.Words, a.Amount.Unit, a.Amount.Hour, a.Approved, a.HandsOn, lines,
		a.Participant, a.Provider.ID, a.ProviderName, a.ProviderBody, a.ProviderNumber, a.ProviderContact, a.Signed, a.LicenseNumber,
		a.ProgramNumber, a.Document.ID, a.ID, a.Version)
}

// MoveCEActivity writes the state of an activity and who decided; another version
// is stale. Code: activity_exists.
func (tx *Tx) MoveCEActivity(_ context.Context, a core.CEActivity) error {
	return tx.changeOne(`UPDATE ce_activities SET state = ?, provider_id = ?, reported_at = ?, decided_by = ?, decided_at = ?, reason = ?, version = version + 1
		WHERE id = ? AND version = ?`, a.State, a.Provider.ID, at(a.ReportedAt), a.DecidedBy, at(a.DecidedAt), a.Reason, a.ID, a.Version)
}

// DropCEActivity forgets what was planned or completed and not reported.
func (tx *Tx) DropCEActivity(_ context.Context, id core.CEActivityID, version int) error {
	return tx.changeOne(`DELETE FROM ce_activities WHERE id = ? AND version = ?`, id, version)
}

// CEActivity finds an activity.
func (tx *Tx) CEActivity(_ context.Context, id core.CEActivityID) (core.CEActivity, error) {
	r, err := one[ceActivityView](tx.g, "activity", selectCEActivities+`x.id = ?`, id)
	return r.noun(), err
}

// CEActivitiesOf are all activities of a therapist by their day, to be judged.
func (tx *Tx) CEActivitiesOf(_ context.Context, therapist core.TherapistID) ([]core.CEActivity, error) {
	rows, err := many[ceActivityView](tx.g, selectCEActivities+`x.therapist_id = ? ORDER BY x.held_on, x.id`, therapist)
	return mapped(rows, ceActivityView.noun), err
}

// FindCEActivities lists activities, the newest record first.
func (tx *Tx) FindCEActivities(_ context.Context, q continuing.ActivityQuery) ([]core.CEActivity, error) {
	condition, args := "1 = 1", []any{}
	add := func(more string, arg any) { condition, args = condition+" AND "+more, append(args, arg) }
	if !q.Therapist.IsZero() {
		add("x.therapist_id = ?", q.Therapist)
	}
	if !q.Organization.IsZero() {
		add("x.organization_id = ?", q.Organization)
	}
	if q.State != "" {
		add("x.state = ?", q.State)
	}
	if !q.After.IsZero() {
		add("x.id < ?", q.After)
	}
	rows, err := many[ceActivityView](tx.g, selectCEActivities+condition+` ORDER BY x.id DESC LIMIT ?`, append(args, q.Limit)...)
	return mapped(rows, ceActivityView.noun), err
}

// DeleteDocument forgets a file that nothing refers to any more.
func (tx *Tx) DeleteDocument(_ context.Context, id core.DocumentID) error {
	_, err := tx.exec(`DELETE FROM documents WHERE id = ?`, id)
	return err
}

// Documents are kept files with their bodies, in the order of their identifiers.
func (tx *Tx) Documents(_ context.Context, ids []core.DocumentID) ([]core.Document, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := many[documentRow](tx.g, `SELECT * FROM documents WHERE id IN ? ORDER BY id`, ids)
	return mapped(rows, func(r documentRow) core.Document {
		return core.Document{ID: r.ID, OrganizationID: r.OrganizationID, Name: r.Name, MediaType: r.MediaType, Digest: r.Digest, Body: r.Body, CreatedAt: r.CreatedAt.Time}
	}), err
}

// AuditCEActivities marks a therapist's accepted activities of some days as
// audited.
func (tx *Tx) AuditCEActivities(_ context.Context, therapist core.TherapistID, from, to core.Date) error {
	_, err := tx.exec(`UPDATE ce_activities SET state = 'audited', version = version + 1
		WHERE therapist_id = ? AND state = 'accepted' AND held_on BETWEEN ? AND ?`, therapist, from, to)
	return err
}

type ceCourseRow struct {
	CourseID core.CourseID `gorm:"primaryKey"`
	Type     core.CEType   `gorm:"not null"`
	HandsOn  core.Minutes  `gorm:"not null"`
	Lines    string        `gorm:"not null"`
	Version  int           `gorm:"not null"`
}

func (r ceCourseRow) noun() continuing.CourseCE {
	c := continuing.CourseCE{CourseID: r.CourseID, Type: r.Type, HandsOn: r.HandsOn, Version: r.Version}
	_ = json.Unmarshal([]byte(r.Lines), &c.Lines)
	return c
}

// PutCourseCE writes what a school's course counts for.
func (tx *Tx) PutCourseCE(_ context.Context, c continuing.CourseCE) error {
	lines, err := ceLines(c.Lines)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO ce_courses (course_id, type, hands_on, lines, version) VALUES (?, ?, ?, ?, 1)
		ON CONFLICT (course_id) DO UPDATE SET type = excluded.type, hands_on = excluded.hands_on, lines = excluded.lines, version = ce_courses.version + 1`,
		c.CourseID, c.Type, c.HandsOn, lines)
	return err
}

// CourseCE is what a school's course counts for; a miss is not_found.
func (tx *Tx) CourseCE(_ context.Context, id core.CourseID) (continuing.CourseCE, error) {
	r, err := one[ceCourseRow](tx.g, "continuing education", `SELECT * FROM ce_courses WHERE course_id = ?`, id)
	return r.noun(), err
}

// CompletedCEOf are a therapist's completions of schools' courses with what they
// count for.
func (tx *Tx) CompletedCEOf(_ context.Context, therapist core.TherapistID) ([]continuing.CompletedCE, error) {
	type view struct {
		courseCompletionView `gorm:"embedded"`
		School               string
		Type                 core.CEType
		HandsOn              core.Minutes
		Lines                string
	}
	rows, err := many[view](tx.g, `SELECT x.*, c.title AS course_title, c.code AS course_code, a.name, o.name AS school,
			COALESCE(e.type, '') AS type, COALESCE(e.hands_on, 0) AS hands_on, COALESCE(e.lines, '[]') AS lines
		FROM course_completions x JOIN courses c ON c.id = x.course_id JOIN organizations o ON o.id = x.organization_id
		JOIN therapists t ON t.id = x.therapist_id JOIN accounts a ON a.id = t.account_id
		LEFT JOIN ce_courses e ON e.course_id = x.course_id WHERE x.therapist_id = ? ORDER BY x.completed_on, x.id`, therapist)
	return mapped(rows, func(r view) continuing.CompletedCE {
		ce := ceCourseRow{CourseID: r.CourseID, Type: r.Type, HandsOn: r.HandsOn, Lines: r.Lines}
		return continuing.CompletedCE{CourseCompletion: r.courseCompletionView.noun(), School: r.School, CE: ce.noun()}
	}), err
}
