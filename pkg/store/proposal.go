package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type proposalRow struct {
	ID                 core.ProposalID     `gorm:"primaryKey"`
	OrganizationID     core.OrganizationID `gorm:"not null"`
	Action             core.ProposalAction `gorm:"not null"`
	Kind               core.CredentialKind `gorm:"not null"`
	TherapistID        core.TherapistID    `gorm:"not null"`
	Title              string              `gorm:"not null"`
	EnrollmentID       core.EnrollmentID
	CourseCompletionID core.CourseCompletionID
	LicenseID          core.LicenseID
	TargetID           core.CredentialID
	HolderName         string             `gorm:"not null"`
	Cause              string             `gorm:"not null"`
	State              core.ProposalState `gorm:"not null"`
	Standing           string             `gorm:"not null"`
	ProposedBy         core.AccountID     `gorm:"not null"`
	ProposedAt         moment             `gorm:"not null"`
	DecidedBy          core.AccountID
	DecidedAt          moment
	Reason             string `gorm:"not null"`
	Version            int    `gorm:"not null"`
}

type proposalView struct {
	proposalRow    `gorm:"embedded"`
	Name           string
	ProposedByName string
	DecidedByName  string
	CredentialID   core.CredentialID
	Code           string
	TargetCode     string
}

func (r proposalView) noun() core.Proposal {
	return core.Proposal{
		ID: r.ID, OrganizationID: r.OrganizationID, Action: r.Action, Kind: r.Kind, TherapistID: r.TherapistID, Name: r.Name, Title: r.Title,
		LicenseID: r.LicenseID, TargetID: r.TargetID, TargetCode: r.TargetCode, HolderName: r.HolderName, Cause: r.Cause,
		EnrollmentID: r.EnrollmentID, CourseCompletionID: r.CourseCompletionID, State: r.State, Standing: []byte(r.Standing),
		ProposedBy: r.ProposedBy, ProposedByName: r.ProposedByName, ProposedAt: r.ProposedAt.Time,
		DecidedBy: r.DecidedBy, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt.Time,
		Reason: r.Reason, CredentialID: r.CredentialID, Code: r.Code, Version: r.Version,
	}
}

const selectProposals = `SELECT p.*, h.name, w.name AS proposed_by_name, COALESCE(d.name, '') AS decided_by_name,
		c.id AS credential_id, COALESCE(c.code, '') AS code, COALESCE(g.code, '') AS target_code
	FROM proposals p
	JOIN therapists t ON t.id = p.therapist_id
	JOIN accounts h ON h.id = t.account_id
	JOIN accounts w ON w.id = p.proposed_by
	LEFT JOIN accounts d ON d.id = p.decided_by
	LEFT JOIN credentials c ON c.proposal_id = p.id
	LEFT JOIN credentials g ON g.id = p.target_id`

// InsertProposal gives already_proposed where an open or certified one of the
// same enrollment or completion exists, or an open one of the same licence,
// transcript or credential.
func (tx *Tx) InsertProposal(_ context.Context, p core.Proposal) error {
	return tx.insert("proposals", &proposalRow{
		ID: p.ID, OrganizationID: p.OrganizationID, Action: p.Action, Kind: p.Kind, TherapistID: p.TherapistID, Title: p.Title,
		LicenseID: p.LicenseID, TargetID: p.TargetID, HolderName: p.HolderName, Cause: p.Cause,
		EnrollmentID: p.EnrollmentID, CourseCompletionID: p.CourseCompletionID, State: p.State, Standing: string(p.Standing),
		ProposedBy: p.ProposedBy, ProposedAt: at(p.ProposedAt), DecidedBy: p.DecidedBy, DecidedAt: at(p.DecidedAt),
		Reason: p.Reason, Version: p.Version,
	})
}

// Proposal finds a proposal.
func (tx *Tx) Proposal(_ context.Context, id core.ProposalID) (core.Proposal, error) {
	r, err := one[proposalView](tx.g, "proposal", selectProposals+` WHERE p.id = ?`, id)
	return r.noun(), err
}

// LockProposal keeps others from deciding on a proposal until the transaction
// ends, and finds it.
func (tx *Tx) LockProposal(ctx context.Context, id core.ProposalID) (core.Proposal, error) {
	if _, err := many[struct{ ID core.ProposalID }](tx.g, `SELECT p.id FROM proposals p WHERE p.id = ?`+tx.locked("p"), id); err != nil {
		return core.Proposal{}, err
	}
	return tx.Proposal(ctx, id)
}

// DecideProposal writes the decision on an open proposal and raises its
// version; it gives stale where the version is another.
func (tx *Tx) DecideProposal(_ context.Context, p core.Proposal) error {
	return tx.changeOne(`UPDATE proposals SET state = ?, decided_by = ?, decided_at = ?, reason = ?, version = version + 1
		WHERE id = ? AND version = ? AND state = 'proposed'`,
		p.State, p.DecidedBy, at(p.DecidedAt), p.Reason, p.ID, p.Version)
}

// Proposals are at most limit proposals of an organization, newest first, that
// follow the proposal after; state "" means all.
func (tx *Tx) Proposals(_ context.Context, org core.OrganizationID, state core.ProposalState, after core.ProposalID, limit int) ([]core.Proposal, error) {
	query, args := selectProposals+` WHERE p.organization_id = ?`, []any{org}
	if state != "" {
		query, args = query+` AND p.state = ?`, append(args, state)
	}
	if !after.IsZero() {
		query, args = query+` AND p.id < ?`, append(args, after)
	}
	rows, err := many[proposalView](tx.g, query+` ORDER BY p.id DESC LIMIT ?`, append(args, limit)...)
	return mapped(rows, proposalView.noun), err
}

// CompleteEnrollment marks an active enrollment completed; it gives stale where
// it is not active any more.
func (tx *Tx) CompleteEnrollment(_ context.Context, id core.EnrollmentID, on core.Date) error {
	return tx.changeOne(`UPDATE enrollments SET state = 'completed', completed_on = ?, version = version + 1
		WHERE id = ? AND state = 'active'`, on, id)
}

// JudgedEnrollment is an enrollment with the JSON of its own standard. In a
// writing transaction nothing is posted to it until the end.
func (tx *Tx) JudgedEnrollment(_ context.Context, id core.EnrollmentID) (core.Enrollment, []byte, error) {
	type row struct {
		enrolledRow `gorm:"embedded"`
		Body        string
	}
	r, err := one[row](tx.g, "enrollment", `SELECT `+enrolledColumns+`, s.body`+enrolledFrom+`
		JOIN program_versions v ON v.id = e.program_version_id
		JOIN standards s ON s.id = v.standard_id
		WHERE e.id = ?`+tx.locked("e"), id)
	return r.noun(), []byte(r.Body), err
}
