package certifydb

import (
	"context"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Proposal is what someone proposed to certify, or to change of a certificate.
type Proposal struct {
	ID                 core.ProposalID        `gorm:"primaryKey"`
	OrganizationID     core.OrganizationID    `gorm:"not null"`
	Action             certify.ProposalAction `gorm:"not null"`
	Kind               core.CredentialKind    `gorm:"not null"`
	TherapistID        core.TherapistID       `gorm:"not null"`
	Title              string                 `gorm:"not null"`
	EnrollmentID       core.EnrollmentID
	CourseCompletionID core.CourseCompletionID
	LicenseID          core.LicenseID
	TargetID           core.CredentialID
	HolderName         string                `gorm:"not null"`
	Cause              string                `gorm:"not null"`
	State              certify.ProposalState `gorm:"not null"`
	Standing           string                `gorm:"not null"`
	ProposedBy         core.AccountID        `gorm:"not null"`
	ProposedAt         store.Moment          `gorm:"not null"`
	DecidedBy          core.AccountID
	DecidedAt          store.Moment
	Reason             string `gorm:"not null"`
	Version            int    `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Proposal) TableName() string { return "proposals" }

type shownProposal struct {
	Proposal
	Name           string
	ProposedByName string
	DecidedByName  string
	CredentialID   core.CredentialID
	Code           string
	TargetCode     string
}

func (p shownProposal) toCore() certify.Proposal {
	return certify.Proposal{
		ID: p.ID, OrganizationID: p.OrganizationID, Action: p.Action, Kind: p.Kind, TherapistID: p.TherapistID, Name: p.Name, Title: p.Title,
		LicenseID: p.LicenseID, TargetID: p.TargetID, TargetCode: p.TargetCode, HolderName: p.HolderName, Cause: p.Cause,
		EnrollmentID: p.EnrollmentID, CourseCompletionID: p.CourseCompletionID, State: p.State, Standing: []byte(p.Standing),
		ProposedBy: p.ProposedBy, ProposedByName: p.ProposedByName, ProposedAt: p.ProposedAt.Time,
		DecidedBy: p.DecidedBy, DecidedByName: p.DecidedByName, DecidedAt: p.DecidedAt.Time,
		Reason: p.Reason, CredentialID: p.CredentialID, Code: p.Code, Version: p.Version,
	}
}

func (t Decisions) proposals() *gorm.DB {
	return t.Gorm().Table("proposals p").
		Select(`p.*, h.name, w.name AS proposed_by_name, COALESCE(d.name, '') AS decided_by_name,
			c.id AS credential_id, COALESCE(c.code, '') AS code, COALESCE(g.code, '') AS target_code`).
		Joins("JOIN people h ON h.id = p.therapist_id").
		Joins("JOIN accounts w ON w.id = p.proposed_by").Joins("LEFT JOIN accounts d ON d.id = p.decided_by").
		Joins("LEFT JOIN credentials c ON c.proposal_id = p.id").Joins("LEFT JOIN credentials g ON g.id = p.target_id")
}

var errProposed = core.Conflict("already_proposed")

// InsertProposal gives already_proposed where an open or certified one of the
// same enrollment or completion exists, or an open one of the same license,
// transcript or credential.
func (t Decisions) InsertProposal(_ context.Context, p certify.Proposal) error {
	err := store.Insert(t.Gorm(), &Proposal{
		ID: p.ID, OrganizationID: p.OrganizationID, Action: p.Action, Kind: p.Kind, TherapistID: p.TherapistID, Title: p.Title,
		LicenseID: p.LicenseID, TargetID: p.TargetID, HolderName: p.HolderName, Cause: p.Cause,
		EnrollmentID: p.EnrollmentID, CourseCompletionID: p.CourseCompletionID, State: p.State, Standing: string(p.Standing),
		ProposedBy: p.ProposedBy, ProposedAt: store.At(p.ProposedAt), DecidedBy: p.DecidedBy, DecidedAt: store.At(p.DecidedAt),
		Reason: p.Reason, Version: p.Version,
	})
	return store.Breach(err, errProposed,
		"proposals_enrollment_once", "proposals_transcript_open", "proposals.enrollment_id",
		"proposals_course_once", "proposals.course_completion_id",
		"proposals_license_open", "proposals.license_id",
		"proposals_target_open", "proposals.target_id")
}

// Proposal finds a proposal.
func (t Decisions) Proposal(_ context.Context, id core.ProposalID) (certify.Proposal, error) {
	p, err := store.One[shownProposal](t.proposals().Where("p.id = ?", id), "proposal")
	return p.toCore(), err
}

// LockProposal keeps others from deciding on a proposal until the transaction
// ends, and finds it.
func (t Decisions) LockProposal(ctx context.Context, id core.ProposalID) (certify.Proposal, error) {
	lock := t.Gorm().Model(&Proposal{}).Select("id").Where("id = ?", id).Scopes(t.Locked("proposals"))
	if _, err := store.All[core.ProposalID](lock); err != nil {
		return certify.Proposal{}, err
	}
	return t.Proposal(ctx, id)
}

// DecideProposal writes the decision on an open proposal and raises its
// version; it gives stale where the version is another.
func (t Decisions) DecideProposal(_ context.Context, p certify.Proposal) error {
	return store.ChangeOne(t.Gorm().Model(&Proposal{}).
		Where("id = ? AND version = ? AND state = ?", p.ID, p.Version, certify.ProposalOpen).
		Updates(map[string]any{
			"state": p.State, "decided_by": p.DecidedBy, "decided_at": store.At(p.DecidedAt), "reason": p.Reason, "version": store.Next,
		}))
}

// Proposals are at most limit proposals of an organization, newest first, that
// follow the proposal after; state "" means all.
func (t Decisions) Proposals(_ context.Context, org core.OrganizationID, state certify.ProposalState, after core.ProposalID, limit int) ([]certify.Proposal, error) {
	q := t.proposals().Where("p.organization_id = ?", org)
	if state != "" {
		q = q.Where("p.state = ?", state)
	}
	if !after.IsZero() {
		q = q.Where("p.id < ?", after)
	}
	found, err := store.All[shownProposal](q.Order("p.id DESC").Limit(limit))
	return store.Each(found, shownProposal.toCore), err
}

// DecidablePage are at most limit open proposals of a school to certify
// something new, after one, that a person could decide on who did not propose
// them and is not their student; program zero means any.
func (t Decisions) DecidablePage(_ context.Context, org core.OrganizationID, a access.Actor, program core.ProgramID, after core.ProposalID, limit int) ([]certify.Proposal, error) {
	q := t.proposals().
		Where("p.organization_id = ? AND p.state = 'proposed' AND p.action = 'certify'", org).
		Where("p.proposed_by <> ? AND h.account_id IS DISTINCT FROM ? AND h.email <> ? AND p.id > ?", a.AccountID, a.AccountID, a.Email, after.String())
	if !program.IsZero() {
		q = q.Where("p.enrollment_id IN (?)", t.Gorm().Table("enrollments e").Select("e.id").
			Joins("JOIN program_versions v ON v.id = e.program_version_id").Where("v.program_id = ?", program))
	}
	found, err := store.All[shownProposal](q.Order("p.id").Limit(limit))
	return store.Each(found, shownProposal.toCore), err
}
