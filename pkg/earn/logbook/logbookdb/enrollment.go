package logbookdb

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Enrollment is a student in a program.
type Enrollment struct {
	ID               core.EnrollmentID     `gorm:"primaryKey"`
	OrganizationID   core.OrganizationID   `gorm:"not null"`
	ProgramID        core.ProgramID        `gorm:"not null"`
	ProgramVersionID core.ProgramVersionID `gorm:"not null"`
	TherapistID      core.TherapistID      `gorm:"not null"`
	State            core.EnrollmentState  `gorm:"not null"`
	EnrolledOn       core.Date             `gorm:"not null"`
	CompletedOn      core.Date
	LedgerSeq        int64        `gorm:"not null"`
	Version          int          `gorm:"not null"`
	CreatedAt        store.Moment `gorm:"not null"`
	store.Sealed
}

// TableName implements schema.Tabler.
func (Enrollment) TableName() string { return "enrollments" }

// Under implements store.Sealable: all but the sequence, which is how many credits
// there are.
func (e *Enrollment) Under(b *core.Sealed) {
	b.ID("id", e.ID[:])
	b.ID("organization", e.OrganizationID[:])
	b.ID("program", e.ProgramID[:])
	b.ID("program_version", e.ProgramVersionID[:])
	b.ID("therapist", e.TherapistID[:])
	b.Text("state", string(e.State))
	b.Date("enrolled_on", e.EnrolledOn)
	b.Date("completed_on", e.CompletedOn)
	b.Number("version", int64(e.Version))
	b.Moment("created_at", e.CreatedAt.Time)
}

// Vouched implements store.Sealable.
func (e *Enrollment) Vouched() string {
	return "enrollments/" + e.ID.String() + "/" + strconv.Itoa(e.Version)
}

// Enrolled is an enrollment with the names that belong to it.
type Enrolled struct {
	Enrollment
	ProgramTitle string
	AccountID    core.AccountID
	Name         string
	Email        string
	LeftAt       store.Moment
}

// Noun is the enrollment as the services know it.
func (e Enrolled) Noun() logbook.Enrollment {
	return logbook.Enrollment{
		ID: e.ID, OrganizationID: e.OrganizationID, ProgramID: e.ProgramID, ProgramVersionID: e.ProgramVersionID,
		ProgramTitle: e.ProgramTitle, TherapistID: e.TherapistID, AccountID: e.AccountID, Name: e.Name, Email: e.Email,
		LeftAt: e.LeftAt.Time, State: e.State, EnrolledOn: e.EnrolledOn, CompletedOn: e.CompletedOn, LedgerSeq: e.LedgerSeq, Version: e.Version,
		CreatedAt: e.CreatedAt.Time,
	}
}

// EnrolledColumns are those of Enrolled in a query that begins with WithNames: all
// but the seal, which the doctor alone reads.
const EnrolledColumns = "e.id, e.organization_id, e.program_id, e.program_version_id, e.therapist_id, e.state," +
	" e.enrolled_on, e.completed_on, e.ledger_seq, e.version, e.created_at, p.title AS program_title, sa.account_id, sa.name, sa.email, sa.left_at"

const (
	enrollments = "enrollments e"
	withNames   = `JOIN programs p ON p.id = e.program_id JOIN people sa ON sa.id = e.therapist_id`
)

// WithNames are the enrollments e with their programs p and students sa.
func WithNames(tx *store.Tx) *gorm.DB { return tx.Gorm().Table(enrollments).Joins(withNames) }

func (t Enrollments) enrolled() *gorm.DB { return WithNames(t.Tx).Select(EnrolledColumns) }

// InsertEnrollments writes enrollments; a student who is in the program already
// is a duplicate. Their names are found from then on.
func (t Enrollments) InsertEnrollments(_ context.Context, all []logbook.Enrollment) error {
	err := store.InsertSealed(t.Tx, store.Each(all, func(e logbook.Enrollment) Enrollment {
		return Enrollment{
			ID: e.ID, OrganizationID: e.OrganizationID, ProgramID: e.ProgramID, ProgramVersionID: e.ProgramVersionID,
			TherapistID: e.TherapistID, State: e.State, EnrolledOn: e.EnrolledOn, Version: 1, CreatedAt: store.At(e.CreatedAt),
		}
	}))
	if err != nil {
		return err
	}
	return accountdb.WriteNames(t.Tx, store.In(t.Tx, "e.id", store.Each(all, func(e logbook.Enrollment) core.EnrollmentID { return e.ID })))
}

// EnrollmentPlace is an enrollment with what a command on it needs to know.
func (t Enrollments) EnrollmentPlace(_ context.Context, id core.EnrollmentID, supervisor core.MemberID) (logbook.Place, error) {
	type row struct {
		Enrolled
		Zone              string
		StandardID        core.StandardID
		SupervisorAccount core.AccountID
		SupervisorName    string
	}
	e, err := store.One[row](t.Gorm().Raw(`SELECT `+EnrolledColumns+`, o.zone, v.standard_id, m.account_id AS supervisor_account,
			COALESCE(ma.name, '') AS supervisor_name
		FROM `+enrollments+` `+withNames+` JOIN organizations o ON o.id = e.organization_id JOIN program_versions v ON v.id = e.program_version_id
		LEFT JOIN members m ON m.id = ? AND m.organization_id = e.organization_id AND m.role = 'supervisor' AND m.ended_at IS NULL
		LEFT JOIN accounts ma ON ma.id = m.account_id
		WHERE e.id = ?`, supervisor, id), "enrollment")
	place := logbook.Place{Enrollment: e.Noun(), Zone: e.Zone, StandardID: e.StandardID}
	if !e.SupervisorAccount.IsZero() {
		place.Supervisor = core.Member{ID: supervisor, OrganizationID: e.OrganizationID, AccountID: e.SupervisorAccount, Role: core.RoleSupervisor, Name: e.SupervisorName}
	}
	return place, err
}

// FindEnrollments lists enrollments by the student's name.
func (t Enrollments) FindEnrollments(_ context.Context, q logbook.EnrollmentQuery) ([]logbook.Found, error) {
	columns := keptColumns + keptBody + waitingColumn
	if !q.Therapist.IsZero() {
		columns += ", (SELECT o.name FROM organizations o WHERE o.id = e.organization_id) AS school"
	}
	g := t.standing(columns)
	if !q.Organization.IsZero() {
		g = g.Where("e.organization_id = ?", q.Organization)
	}
	if !q.Therapist.IsZero() {
		g = g.Where(accountdb.OfPerson("e.therapist_id", q.Therapist))
	}
	if !q.Program.IsZero() {
		g = g.Where("e.program_id = ?", q.Program)
	}
	if q.State != "" {
		g = g.Where("e.state = ?", q.State)
	}
	if q.Query != "" {
		g = g.Where(accountdb.Named("e.id", q.Organization, q.Query))
	}
	if !q.After.IsZero() {
		g = g.Where("(sa.name, e.id) > (?)", t.cursor(q))
	}
	found, err := store.All[foundEnrollment](g.Order("sa.name, e.id").Limit(q.Limit))
	return store.Each(found, foundEnrollment.found), err
}

// cursor is the place of an enrollment in a list. It has no name in it; that of
// another list leads nowhere.
func (t Enrollments) cursor(q logbook.EnrollmentQuery) *gorm.DB {
	at := t.Gorm().Table("enrollments b").Select("a.name, b.id").
		Joins("JOIN people a ON a.id = b.therapist_id").Where("b.id = ?", q.After)
	if !q.Organization.IsZero() {
		at = at.Where("b.organization_id = ?", q.Organization)
	}
	if !q.Therapist.IsZero() {
		at = at.Where(accountdb.OfPerson("b.therapist_id", q.Therapist))
	}
	return at
}

// LockEnrollments keeps other postings to enrollments waiting, in the order of
// their ids, and returns them.
func (t Enrollments) LockEnrollments(_ context.Context, ids []core.EnrollmentID) ([]logbook.Enrollment, error) {
	found, err := store.All[Enrolled](t.enrolled().Where(store.In(t.Tx, "e.id", ids)).Order("e.id").Scopes(t.Locked("e")))
	return store.Each(found, Enrolled.Noun), err
}

// LockStudents keeps other postings to all enrollments of a school's students waiting,
// in the order of their ids, and returns them.
func (t Enrollments) LockStudents(_ context.Context, org core.OrganizationID, students []core.TherapistID) ([]logbook.Enrollment, error) {
	found, err := store.All[Enrolled](t.enrolled().Where("e.organization_id = ?", org).Where(store.In(t.Tx, "e.therapist_id", students)).
		Order("e.id").Scopes(t.Locked("e")))
	return store.Each(found, Enrolled.Noun), err
}

// EnrollmentsOf are the enrollments in a program that were not withdrawn, by
// the student's email. Whose address another student has now is not among them.
func (t Enrollments) EnrollmentsOf(_ context.Context, program core.ProgramID) (map[string]logbook.Enrollment, error) {
	found, err := store.All[Enrolled](t.enrolled().Where("e.program_id = ? AND e.state <> 'withdrawn' AND sa.reused_at IS NULL", program))
	out := make(map[string]logbook.Enrollment, len(found))
	for _, e := range found {
		out[e.Email] = e.Noun()
	}
	return out, err
}

// LeftOpen are the open enrollments in a program of who left the school.
func (t Enrollments) LeftOpen(_ context.Context, org core.OrganizationID, program core.ProgramID, email string) ([]logbook.Enrollment, error) {
	found, err := store.All[Enrolled](t.enrolled().
		Where("sa.organization_id = ? AND sa.email = ? AND sa.left_at IS NOT NULL AND sa.reused_at IS NULL AND e.program_id = ? AND e.state = 'active'", org, email, program).Limit(1))
	return store.Each(found, Enrolled.Noun), err
}

// ActiveIn are a program's active enrollments by name.
func (t Enrollments) ActiveIn(_ context.Context, program core.ProgramID, limit int) ([]logbook.Enrollment, error) {
	found, err := store.All[Enrolled](t.enrolled().Where("e.program_id = ? AND e.state = 'active'", program).Order("sa.name, e.id").Limit(limit))
	return store.Each(found, Enrolled.Noun), err
}

// SetEnrollmentState moves an enrollment from one state to another; it gives
// stale where it is in neither.
func (t Enrollments) SetEnrollmentState(_ context.Context, id core.EnrollmentID, from, to core.EnrollmentState) error {
	return t.resealed(id, store.ChangeOne(t.Gorm().Model(&Enrollment{}).Where("id = ? AND state = ?", id, from).
		Updates(map[string]any{"state": to, "version": store.Next})))
}

// BeginEnrollment writes the day on which an enrollment begins over its version; another
// is stale.
func (t Enrollments) BeginEnrollment(_ context.Context, e logbook.Enrollment) error {
	return t.resealed(e.ID, store.ChangeOne(t.Gorm().Model(&Enrollment{}).Where("id = ? AND version = ?", e.ID, e.Version).
		Updates(map[string]any{"enrolled_on": e.EnrolledOn, "version": store.Next})))
}

// CompleteEnrollment marks an active enrollment completed; it gives stale where
// it is not active any more.
func (t Enrollments) CompleteEnrollment(_ context.Context, id core.EnrollmentID, on core.Date) error {
	return t.resealed(id, store.ChangeOne(t.Gorm().Model(&Enrollment{}).Where("id = ? AND state = 'active'", id).
		Updates(map[string]any{"state": core.EnrollmentCompleted, "completed_on": on, "version": store.Next})))
}

// RenewEnrollments gives an enrollment, and others in the same file, another version; stale
// where it is not of the version that it has.
func (t Enrollments) RenewEnrollments(_ context.Context, e logbook.Enrollment) error {
	next := map[string]any{"version": store.Next}
	if err := t.resealed(e.ID, store.ChangeOne(t.Gorm().Model(&Enrollment{}).Where("id = ? AND version = ?", e.ID, e.Version).Updates(next))); err != nil {
		return err
	}
	others, err := store.All[core.EnrollmentID](t.Gorm().Model(&Enrollment{}).Select("id").Where("therapist_id = ? AND id <> ?", e.TherapistID, e.ID).Order("id"))
	if err != nil {
		return err
	}
	for _, id := range others {
		if err := t.resealed(id, store.ChangeOne(t.Gorm().Model(&Enrollment{}).Where("id = ?", id).Updates(next))); err != nil {
			return err
		}
	}
	return nil
}

// resealed seals an enrollment again that was changed, unless that failed.
func (t Enrollments) resealed(id core.EnrollmentID, err error) error {
	if err != nil {
		return err
	}
	return store.Reseal[Enrollment](t.Tx, id)
}

// JudgedEnrollment is an enrollment with the JSON of its own standard. In a
// writing transaction nothing is posted to it until the end.
func (t Enrollments) JudgedEnrollment(_ context.Context, id core.EnrollmentID) (logbook.Enrollment, []byte, error) {
	type row struct {
		Enrolled
		Body string
	}
	e, err := store.One[row](WithNames(t.Tx).Select(EnrolledColumns+", s.body").
		Joins("JOIN program_versions v ON v.id = e.program_version_id JOIN standards s ON s.id = v.standard_id").
		Where("e.id = ?", id).Scopes(t.Locked("e")), "enrollment")
	return e.Noun(), []byte(e.Body), err
}
