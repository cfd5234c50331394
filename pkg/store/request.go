package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/registry"
)

type requestRow struct {
	ID             core.RequestID      `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	EnrollmentID   core.EnrollmentID   `gorm:"not null"`
	TherapistID    core.TherapistID    `gorm:"not null"`
	Kind           core.RequestKind    `gorm:"not null"`
	State          core.RequestState   `gorm:"not null"`
	ClassID        core.ClassID
	EntryID        core.EntryID
	InAt           moment
	OutAt          moment
	Body           string    `gorm:"not null"`
	DueOn          core.Date `gorm:"not null"`
	Answer         string    `gorm:"not null"`
	CreatedAt      moment    `gorm:"not null"`
	DecidedBy      core.AccountID
	DecidedAt      moment
	Version        int `gorm:"not null"`
}

type requestView struct {
	requestRow    `gorm:"embedded"`
	Name          string
	DecidedByName string
}

func (r requestView) noun() core.Request {
	return core.Request{
		ID: r.ID, OrganizationID: r.OrganizationID, EnrollmentID: r.EnrollmentID, TherapistID: r.TherapistID, Name: r.Name, Kind: r.Kind,
		State: r.State, ClassID: r.ClassID, EntryID: r.EntryID, In: r.InAt.Time, Out: r.OutAt.Time, Text: r.Body, DueOn: r.DueOn,
		Answer: r.Answer, CreatedAt: r.CreatedAt.Time, DecidedBy: r.DecidedBy, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt.Time,
		Version: r.Version,
	}
}

const requestSelect = `SELECT q.*, a.name, COALESCE(da.name, '') AS decided_by_name FROM requests q
	JOIN therapists t ON t.id = q.therapist_id JOIN accounts a ON a.id = t.account_id LEFT JOIN accounts da ON da.id = q.decided_by WHERE `

// InsertRequest writes a request; a second open one for a class is a duplicate.
func (tx *Tx) InsertRequest(_ context.Context, r core.Request) error {
	return tx.insert("requests", &requestRow{
		ID: r.ID, OrganizationID: r.OrganizationID, EnrollmentID: r.EnrollmentID, TherapistID: r.TherapistID, Kind: r.Kind, State: r.State,
		ClassID: r.ClassID, EntryID: r.EntryID, InAt: at(r.In), OutAt: at(r.Out), Body: r.Text, DueOn: r.DueOn, CreatedAt: at(r.CreatedAt), Version: r.Version,
	})
}

// Request finds one request.
func (tx *Tx) Request(_ context.Context, id core.RequestID) (core.Request, error) {
	r, err := one[requestView](tx.g, "request", requestSelect+"q.id = ?", id)
	return r.noun(), err
}

// FindRequests lists requests: a school's open ones by the day they are due,
// else newest first.
func (tx *Tx) FindRequests(_ context.Context, q registry.RequestQuery) ([]core.Request, error) {
	condition, args := "q.organization_id = ?", []any{q.Organization}
	if !q.Enrollment.IsZero() {
		condition, args = condition+" AND q.enrollment_id = ?", append(args, q.Enrollment)
	}
	order := " ORDER BY q.id DESC LIMIT ?"
	if q.Open {
		condition, order = condition+" AND q.state = 'open'", " ORDER BY q.due_on, q.id LIMIT ?"
	}
	switch {
	case q.After.IsZero():
	case q.Open:
		condition, args = condition+" AND (q.due_on, q.id) > (?, ?)", append(args, q.AfterDue, q.After)
	default:
		condition, args = condition+" AND q.id < ?", append(args, q.After)
	}
	rows, err := many[requestView](tx.g, requestSelect+condition+order, append(args, q.Limit)...)
	return mapped(rows, requestView.noun), err
}

// UpdateRequest writes state, answer and decision over the version before;
// another version is stale.
func (tx *Tx) UpdateRequest(_ context.Context, r core.Request) error {
	return tx.changeOne("UPDATE requests SET state = ?, answer = ?, decided_by = ?, decided_at = ?, version = version + 1 WHERE id = ? AND version = ?",
		r.State, r.Answer, r.DecidedBy, at(r.DecidedAt), r.ID, r.Version)
}

type absenceRow struct {
	ID           core.AbsenceID    `gorm:"primaryKey"`
	EnrollmentID core.EnrollmentID `gorm:"not null"`
	FirstDay     core.Date         `gorm:"not null"`
	LastDay      core.Date         `gorm:"not null"`
	Reason       string            `gorm:"not null"`
	CreatedAt    moment            `gorm:"not null"`
	CreatedBy    core.AccountID    `gorm:"not null"`
}

type absenceView struct {
	absenceRow    `gorm:"embedded"`
	CreatedByName string
}

func (r absenceView) noun() core.Absence {
	return core.Absence{
		ID: r.ID, EnrollmentID: r.EnrollmentID, First: r.FirstDay, Last: r.LastDay, Reason: r.Reason,
		CreatedAt: r.CreatedAt.Time, CreatedBy: r.CreatedBy, CreatedByName: r.CreatedByName,
	}
}

const absenceSelect = "SELECT b.*, a.name AS created_by_name FROM absences b JOIN accounts a ON a.id = b.created_by WHERE "

// InsertAbsence writes an excused absence.
func (tx *Tx) InsertAbsence(_ context.Context, a core.Absence) error {
	return tx.insert("absences", &absenceRow{
		ID: a.ID, EnrollmentID: a.EnrollmentID, FirstDay: a.First, LastDay: a.Last, Reason: a.Reason, CreatedAt: at(a.CreatedAt), CreatedBy: a.CreatedBy,
	})
}

// Absence finds one absence.
func (tx *Tx) Absence(_ context.Context, id core.AbsenceID) (core.Absence, error) {
	r, err := one[absenceView](tx.g, "absence", absenceSelect+"b.id = ?", id)
	return r.noun(), err
}

// DeleteAbsence takes an excuse back.
func (tx *Tx) DeleteAbsence(_ context.Context, id core.AbsenceID) error {
	return tx.changeOne("DELETE FROM absences WHERE id = ?", id)
}

// AbsencesOf are the excused absences of enrollments, newest first.
func (tx *Tx) AbsencesOf(_ context.Context, enrollments []core.EnrollmentID) ([]core.Absence, error) {
	condition, arg := in(tx, "b.enrollment_id", enrollments)
	rows, err := many[absenceView](tx.g, absenceSelect+condition+" ORDER BY b.first_day DESC, b.id DESC", arg)
	return mapped(rows, absenceView.noun), err
}
