package store

import (
	"context"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/logbook"
)

type enrollmentRow struct {
	ID               core.EnrollmentID     `gorm:"primaryKey"`
	OrganizationID   core.OrganizationID   `gorm:"not null"`
	ProgramID        core.ProgramID        `gorm:"not null"`
	ProgramVersionID core.ProgramVersionID `gorm:"not null"`
	TherapistID      core.TherapistID      `gorm:"not null"`
	State            core.EnrollmentState  `gorm:"not null"`
	EnrolledOn       core.Date             `gorm:"not null"`
	CompletedOn      core.Date
	LedgerSeq        int64  `gorm:"not null"`
	Version          int    `gorm:"not null"`
	CreatedAt        moment `gorm:"not null"`
}

type standingRow struct {
	EnrollmentID core.EnrollmentID `gorm:"primaryKey"`
	StandardID   core.StandardID   `gorm:"not null"`
	LedgerSeq    int64             `gorm:"not null"`
	Body         string            `gorm:"not null"`
	EvaluatedAt  moment            `gorm:"not null"`
}

// enrolledRow is an enrollment with the names that belong to it.
type enrolledRow struct {
	enrollmentRow `gorm:"embedded"`
	ProgramTitle  string
	AccountID     core.AccountID
	Name          string
	Email         string
}

func (r enrolledRow) noun() core.Enrollment {
	return core.Enrollment{
		ID: r.ID, OrganizationID: r.OrganizationID, ProgramID: r.ProgramID, ProgramVersionID: r.ProgramVersionID,
		ProgramTitle: r.ProgramTitle, TherapistID: r.TherapistID, AccountID: r.AccountID, Name: r.Name, Email: r.Email,
		State: r.State, EnrolledOn: r.EnrolledOn, CompletedOn: r.CompletedOn, LedgerSeq: r.LedgerSeq, Version: r.Version,
		CreatedAt: r.CreatedAt.Time,
	}
}

const (
	enrolledColumns = "e.*, p.title AS program_title, t.account_id, sa.name, sa.email"
	enrolledFrom    = ` FROM enrollments e JOIN programs p ON p.id = e.program_id
		JOIN therapists t ON t.id = e.therapist_id JOIN accounts sa ON sa.id = t.account_id `
)

// InsertEnrollments writes enrollments; a student who is in the program already
// is a duplicate.
func (tx *Tx) InsertEnrollments(_ context.Context, enrollments []core.Enrollment) error {
	rows := make([][]any, len(enrollments))
	for i, e := range enrollments {
		rows[i] = []any{e.ID, e.OrganizationID, e.ProgramID, e.ProgramVersionID, e.TherapistID, e.State, e.EnrolledOn, at(e.CreatedAt)}
	}
	return tx.insertMany("enrollments", "id, organization_id, program_id, program_version_id, therapist_id, state, enrolled_on, created_at", rows, "")
}

// EnrollmentPlace is an enrollment with what a command on it needs to know.
func (tx *Tx) EnrollmentPlace(_ context.Context, id core.EnrollmentID, supervisor core.MemberID) (logbook.Place, error) {
	r, err := one[struct {
		enrolledRow       `gorm:"embedded"`
		Zone              string
		StandardID        core.StandardID
		SupervisorAccount core.AccountID
		SupervisorName    string
	}](tx.g, "enrollment", `SELECT `+enrolledColumns+`, o.zone, v.standard_id, m.account_id AS supervisor_account, COALESCE(ma.name, '') AS supervisor_name`+
		enrolledFrom+`JOIN organizations o ON o.id = e.organization_id JOIN program_versions v ON v.id = e.program_version_id
		LEFT JOIN members m ON m.id = ? AND m.organization_id = e.organization_id AND m.role = 'supervisor' AND m.ended_at IS NULL
		LEFT JOIN accounts ma ON ma.id = m.account_id
		WHERE e.id = ?`, supervisor, id)
	place := logbook.Place{Enrollment: r.noun(), Zone: r.Zone, StandardID: r.StandardID}
	if !r.SupervisorAccount.IsZero() {
		place.Supervisor = core.Member{ID: supervisor, OrganizationID: r.OrganizationID, AccountID: r.SupervisorAccount, Role: core.RoleSupervisor, Name: r.SupervisorName}
	}
	return place, err
}

type foundRow struct {
	enrolledRow     `gorm:"embedded"`
	StandardID      core.StandardID
	KeptStandard    core.StandardID
	KeptSeq         int64
	KeptBody        string
	KeptEvaluatedAt moment
	Waiting         core.Minutes
}

func (r foundRow) found() logbook.Found {
	f := logbook.Found{Enrollment: r.noun(), StandardID: r.StandardID, Waiting: r.Waiting}
	if !r.KeptStandard.IsZero() {
		f.Kept = core.KeptStanding{EnrollmentID: r.ID, StandardID: r.KeptStandard, LedgerSeq: r.KeptSeq, Body: []byte(r.KeptBody), EvaluatedAt: r.KeptEvaluatedAt.Time}
	}
	return f
}

const (
	keptColumns  = enrolledColumns + ", v.standard_id, k.standard_id AS kept_standard, k.ledger_seq AS kept_seq, k.evaluated_at AS kept_evaluated_at"
	foundColumns = keptColumns + ", k.body AS kept_body"
	foundFrom    = enrolledFrom + `JOIN program_versions v ON v.id = e.program_version_id
		LEFT JOIN standings k ON k.enrollment_id = e.id `
	waitingColumn = `, (SELECT COALESCE(SUM(w.waiting_minutes), 0) FROM totals w WHERE w.enrollment_id = e.id) AS waiting`
)

// FindEnrollments lists enrollments by the student's name.
func (tx *Tx) FindEnrollments(_ context.Context, q logbook.EnrollmentQuery) ([]logbook.Found, error) {
	query, args := "SELECT "+foundColumns+waitingColumn+foundFrom+"WHERE true", []any{}
	and := func(condition string, values ...any) {
		query, args = query+" AND "+condition, append(args, values...)
	}
	if !q.Organization.IsZero() {
		and("e.organization_id = ?", q.Organization)
	}
	if !q.Therapist.IsZero() {
		and("e.therapist_id = ?", q.Therapist)
	}
	if !q.Program.IsZero() {
		and("e.program_id = ?", q.Program)
	}
	if q.State != "" {
		and("e.state = ?", q.State)
	}
	if q.Query != "" {
		like := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(q.Query)) + "%"
		and(`(lower(sa.name) LIKE ? ESCAPE '\' OR sa.email LIKE ? ESCAPE '\')`, like, like)
	}
	if !q.After.IsZero() {
		and("(sa.name, e.id) > (?, ?)", q.AfterName, q.After)
	}
	rows, err := many[foundRow](tx.g, query+" ORDER BY sa.name, e.id LIMIT ?", append(args, q.Limit)...)
	return mapped(rows, foundRow.found), err
}

// EnrollmentStanding is one enrollment with its kept standing, but for the
// body.
func (tx *Tx) EnrollmentStanding(_ context.Context, id core.EnrollmentID) (logbook.Found, error) {
	r, err := one[foundRow](tx.g, "enrollment", "SELECT "+keptColumns+foundFrom+"WHERE e.id = ?", id)
	return r.found(), err
}

// KeptStanding is an enrollment's kept standing.
func (tx *Tx) KeptStanding(_ context.Context, id core.EnrollmentID) (core.KeptStanding, error) {
	r, err := one[standingRow](tx.g, "standing", "SELECT * FROM standings WHERE enrollment_id = ?", id)
	return core.KeptStanding{EnrollmentID: r.EnrollmentID, StandardID: r.StandardID, LedgerSeq: r.LedgerSeq, Body: []byte(r.Body), EvaluatedAt: r.EvaluatedAt.Time}, err
}

// StandingsAfter are enrollments whose kept standing claims to be current, by
// id.
func (tx *Tx) StandingsAfter(_ context.Context, after core.EnrollmentID, limit int) ([]logbook.Found, error) {
	query, args := "SELECT "+foundColumns+foundFrom+"WHERE k.ledger_seq = e.ledger_seq", []any{}
	if !after.IsZero() {
		query, args = query+" AND e.id > ?", append(args, after)
	}
	rows, err := many[foundRow](tx.g, query+" ORDER BY e.id LIMIT ?", append(args, limit)...)
	return mapped(rows, foundRow.found), err
}

// locked ends a query whose rows of a table stay locked until the transaction
// ends; what refers to the rows may still be written.
func (tx *Tx) locked(table string) string {
	if tx.postgres && tx.writing {
		return " FOR NO KEY UPDATE OF " + table
	}
	return ""
}

// LockEnrollments keeps other postings to enrollments waiting, in the order of
// their ids, and returns them.
func (tx *Tx) LockEnrollments(_ context.Context, ids []core.EnrollmentID) ([]core.Enrollment, error) {
	condition, arg := in(tx, "e.id", ids)
	rows, err := many[enrolledRow](tx.g, "SELECT "+enrolledColumns+enrolledFrom+"WHERE "+condition+" ORDER BY e.id"+tx.locked("e"), arg)
	return mapped(rows, enrolledRow.noun), err
}

// EnrollmentsOf are the enrollments in a program that were not withdrawn, by
// the student's e-mail.
func (tx *Tx) EnrollmentsOf(_ context.Context, program core.ProgramID) (map[string]core.Enrollment, error) {
	rows, err := many[enrolledRow](tx.g, "SELECT "+enrolledColumns+enrolledFrom+"WHERE e.program_id = ? AND e.state <> 'withdrawn'", program)
	out := make(map[string]core.Enrollment, len(rows))
	for _, r := range rows {
		out[r.Email] = r.noun()
	}
	return out, err
}

// KeepStandings keeps evaluated standings; an older one never replaces a newer.
func (tx *Tx) KeepStandings(_ context.Context, kept []core.KeptStanding) error {
	rows := make([][]any, len(kept))
	for i, k := range kept {
		rows[i] = []any{k.EnrollmentID, k.StandardID, k.LedgerSeq, string(k.Body), at(k.EvaluatedAt)}
	}
	return tx.insertMany("standings", "enrollment_id, standard_id, ledger_seq, body, evaluated_at", rows, `ON CONFLICT (enrollment_id) DO UPDATE
		SET standard_id = excluded.standard_id, ledger_seq = excluded.ledger_seq, body = excluded.body, evaluated_at = excluded.evaluated_at
		WHERE excluded.ledger_seq > standings.ledger_seq OR excluded.standard_id <> standings.standard_id`)
}
