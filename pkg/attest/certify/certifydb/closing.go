package certifydb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Closing is the end of a school, as someone has proposed it.
type Closing struct {
	OrganizationID core.OrganizationID `gorm:"primaryKey"`
	Cause          string              `gorm:"not null"`
	ProposedBy     core.AccountID      `gorm:"not null"`
	ProposedAt     store.Moment        `gorm:"not null"`
	ConfirmedBy    core.AccountID
	ConfirmedAt    store.Moment
}

// TableName implements schema.Tabler.
func (Closing) TableName() string { return "closings" }

// ClosingStudent is an enrollment at a school that closes.
type ClosingStudent struct {
	EnrollmentID   core.EnrollmentID   `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	DoneAt         store.Moment
	CredentialID   core.CredentialID
}

// TableName implements schema.Tabler.
func (ClosingStudent) TableName() string { return "closing_students" }

type shownClosing struct {
	Closing
	ProposedByName  string
	ConfirmedByName string
	Students        int
	Done            int
	Signed          int
}

func (c shownClosing) toCore() certify.Closing {
	return certify.Closing{
		OrganizationID: c.OrganizationID, Cause: c.Cause, ProposedBy: c.ProposedBy, ProposedByName: c.ProposedByName, ProposedAt: c.ProposedAt.Time,
		ConfirmedBy: c.ConfirmedBy, ConfirmedByName: c.ConfirmedByName, ConfirmedAt: c.ConfirmedAt.Time,
		Students: c.Students, Waiting: c.Students - c.Done, Signed: c.Signed,
	}
}

// InsertClosing keeps that someone has proposed to close a school.
func (t Closings) InsertClosing(_ context.Context, c certify.Closing) error {
	return store.Insert(t.Gorm(), &Closing{OrganizationID: c.OrganizationID, Cause: c.Cause, ProposedBy: c.ProposedBy, ProposedAt: store.At(c.ProposedAt)})
}

// Closing is the closing of a school, or not_found.
func (t Closings) Closing(_ context.Context, org core.OrganizationID) (certify.Closing, error) {
	counted := func(what string) *gorm.DB {
		return t.Gorm().Model(&ClosingStudent{}).Select("COUNT("+what+")").Where("organization_id = ?", org)
	}
	c, err := store.One[shownClosing](t.Gorm().Table("closings k").
		Select("k.*, COALESCE(p.name, '') AS proposed_by_name, COALESCE(c.name, '') AS confirmed_by_name, (?) AS students, (?) AS done, (?) AS signed",
			counted("*"), counted("done_at"), counted("credential_id")).
		Joins("LEFT JOIN accounts p ON p.id = k.proposed_by").Joins("LEFT JOIN accounts c ON c.id = k.confirmed_by").
		Where("k.organization_id = ?", org), "closing")
	return c.toCore(), err
}

// DropClosing forgets what was proposed and not confirmed; stale where it was.
func (t Closings) DropClosing(_ context.Context, org core.OrganizationID) error {
	return store.ChangeOne(t.Gorm().Where("organization_id = ? AND confirmed_at IS NULL", org).Delete(&Closing{}))
}

// ConfirmClosing keeps who confirmed a closing; stale where someone has.
func (t Closings) ConfirmClosing(_ context.Context, c certify.Closing) error {
	return store.ChangeOne(t.Gorm().Model(&Closing{}).Where("organization_id = ? AND confirmed_at IS NULL", c.OrganizationID).
		Updates(map[string]any{"confirmed_by": c.ConfirmedBy, "confirmed_at": store.At(c.ConfirmedAt)}))
}

// RunningClosings are schools after one that were confirmed to close and have not.
func (t Closings) RunningClosings(_ context.Context, after core.OrganizationID, limit int) ([]core.OrganizationID, error) {
	return store.All[core.OrganizationID](t.Gorm().Table("organizations").Select("id").
		Where("closing_at IS NOT NULL AND closed_at IS NULL AND id > ?", after.String()).Order("id").Limit(limit))
}

// ActiveEnrollments are enrollments of a school after one that go on.
func (t Closings) ActiveEnrollments(_ context.Context, org core.OrganizationID, after core.EnrollmentID, limit int) ([]core.EnrollmentID, error) {
	return store.All[core.EnrollmentID](t.Gorm().Table("enrollments").Select("id").
		Where("organization_id = ? AND state = ? AND id > ?", org, core.EnrollmentActive, after.String()).Order("id").Limit(limit))
}

// InsertClosingStudents keeps who waits for a transcript.
func (t Closings) InsertClosingStudents(_ context.Context, students []certify.ClosingStudent) error {
	return store.Insert(t.Gorm(), store.Each(students, func(s certify.ClosingStudent) ClosingStudent {
		return ClosingStudent{EnrollmentID: s.EnrollmentID, OrganizationID: s.OrganizationID}
	}))
}

// LockClosingStudent is a student of a school that closes, or not_found. Nobody else
// works on them until the transaction ends.
func (t Closings) LockClosingStudent(_ context.Context, enrollment core.EnrollmentID) (certify.ClosingStudent, error) {
	s, err := store.One[ClosingStudent](t.Gorm().Where("enrollment_id = ?", enrollment).Scopes(t.Locked("closing_students")), "enrollment")
	return certify.ClosingStudent{EnrollmentID: s.EnrollmentID, OrganizationID: s.OrganizationID, DoneAt: s.DoneAt.Time, CredentialID: s.CredentialID}, err
}

// FinishClosingStudent keeps what became of a student; stale where that is known.
func (t Closings) FinishClosingStudent(_ context.Context, s certify.ClosingStudent) error {
	return store.ChangeOne(t.Gorm().Model(&ClosingStudent{}).Where("enrollment_id = ? AND done_at IS NULL", s.EnrollmentID).
		Updates(map[string]any{"done_at": store.At(s.DoneAt), "credential_id": s.CredentialID}))
}

// WaitingClosingStudents are students after one who wait for a transcript.
func (t Closings) WaitingClosingStudents(_ context.Context, after core.EnrollmentID, limit int) ([]core.EnrollmentID, error) {
	return store.All[core.EnrollmentID](t.Gorm().Model(&ClosingStudent{}).Select("enrollment_id").
		Where("done_at IS NULL AND enrollment_id > ?", after.String()).Order("enrollment_id").Limit(limit))
}

// OpenTranscripts are transcripts of an enrollment that wait for a decision.
func (t Closings) OpenTranscripts(_ context.Context, enrollment core.EnrollmentID) ([]certify.Proposal, error) {
	found, err := store.All[shownProposal](Decisions(t).proposals().
		Where("p.enrollment_id = ? AND p.kind = ? AND p.state = ? AND p.action = ?", enrollment, core.CredentialTranscript, certify.ProposalOpen, certify.ActionCertify))
	return store.Each(found, shownProposal.toCore), err
}
