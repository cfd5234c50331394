package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type proposalRow struct {
	ID                 core.ProposalID
	OrganizationID     core.OrganizationID
	Kind               core.CredentialKind
	TherapistID        core.TherapistID
	Title              string
	EnrollmentID       core.EnrollmentID
	CourseCompletionID core.CourseCompletionID
	State              core.ProposalState
	Standing           string
	ProposedBy         core.AccountID
	ProposedAt         moment
	DecidedBy          core.AccountID
	DecidedAt          moment
	Reason             string
	Version            int
}

type proposalView struct {
	proposalRow    `gorm:"embedded"`
	Name           string
	ProposedByName string
	DecidedByName  string
	CredentialID   core.CredentialID
	Code           string
}

func (r proposalView) noun() core.Proposal {
	return core.Proposal{
		ID: r.ID, OrganizationID: r.OrganizationID, Kind: r.Kind, TherapistID: r.TherapistID, Name: r.Name, Title: r.Title,
		EnrollmentID: r.EnrollmentID, CourseCompletionID: r.CourseCompletionID, State: r.State, Standing: []byte(r.Standing),
		ProposedBy: r.ProposedBy, ProposedByName: r.ProposedByName, ProposedAt: r.ProposedAt.Time,
		DecidedBy: r.DecidedBy, DecidedByName: r.DecidedByName, DecidedAt: r.DecidedAt.Time,
		Reason: r.Reason, CredentialID: r.CredentialID, Code: r.Code, Version: r.Version,
	}
}

const selectProposals = `SELECT p.*, h.name, w.name AS proposed_by_name, COALESCE(d.name, '') AS decided_by_name,
		c.id AS credential_id, COALESCE(c.code, '') AS code
	FROM proposals p
	JOIN therapists t ON t.id = p.therapist_id
	JOIN accounts h ON h.id = t.account_id
	JOIN accounts w ON w.id = p.proposed_by
	LEFT JOIN accounts d ON d.id = p.decided_by
	LEFT JOIN credentials c ON c.proposal_id = p.id`

// InsertProposal gives already_proposed where an open or certified one of the
// same enrollment or completion exists.
func (tx *Tx) InsertProposal(_ context.Context, p core.Proposal) error {
	return tx.insert("proposals", &proposalRow{
		ID: p.ID, OrganizationID: p.OrganizationID, Kind: p.Kind, TherapistID: p.TherapistID, Title: p.Title,
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
	if _, err := many[struct{ ID core.ProposalID }](tx.g, tx.forUpdate(`SELECT id FROM proposals WHERE id = ?`), id); err != nil {
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

// HoldEnrollment keeps others from posting to an enrollment until the
// transaction ends.
func (tx *Tx) HoldEnrollment(_ context.Context, id core.EnrollmentID) error {
	_, err := many[struct{ ID core.EnrollmentID }](tx.g, tx.forUpdate(`SELECT id FROM enrollments WHERE id = ?`), id)
	return err
}

// JudgedEnrollment is an enrollment with the JSON of its own standard.
func (tx *Tx) JudgedEnrollment(_ context.Context, id core.EnrollmentID) (core.Enrollment, []byte, error) {
	type row struct {
		ID               core.EnrollmentID
		OrganizationID   core.OrganizationID
		ProgramID        core.ProgramID
		ProgramVersionID core.ProgramVersionID
		TherapistID      core.TherapistID
		AccountID        core.AccountID
		State            core.EnrollmentState
		EnrolledOn       core.Date
		CompletedOn      core.Date
		LedgerSeq        int64
		Version          int
		CreatedAt        moment
		Title            string
		Name             string
		Email            string
		Body             string
	}
	r, err := one[row](tx.g, "enrollment", `SELECT e.*, v.title, a.id AS account_id, a.name, a.email, s.body
		FROM enrollments e
		JOIN program_versions v ON v.id = e.program_version_id
		JOIN standards s ON s.id = v.standard_id
		JOIN therapists t ON t.id = e.therapist_id
		JOIN accounts a ON a.id = t.account_id
		WHERE e.id = ?`, id)
	return core.Enrollment{
		ID: r.ID, OrganizationID: r.OrganizationID, ProgramID: r.ProgramID, ProgramVersionID: r.ProgramVersionID,
		ProgramTitle: r.Title, TherapistID: r.TherapistID, AccountID: r.AccountID, Name: r.Name, Email: r.Email,
		State: r.State, EnrolledOn: r.EnrolledOn, CompletedOn: r.CompletedOn, LedgerSeq: r.LedgerSeq,
		Version: r.Version, CreatedAt: r.CreatedAt.Time,
	}, []byte(r.Body), err
}
