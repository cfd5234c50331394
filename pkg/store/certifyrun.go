package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

type certifyRunRow struct {
	ID             core.CertifyRunID   `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	AccountID      core.AccountID      `gorm:"not null"`
	Total          int                 `gorm:"not null"`
	BegunAt        moment              `gorm:"not null"`
	FinishedAt     moment
}

type certifyRunItemRow struct {
	RunID        core.CertifyRunID `gorm:"primaryKey"`
	Position     int               `gorm:"primaryKey"`
	ProposalID   core.ProposalID   `gorm:"not null"`
	Version      int               `gorm:"not null"`
	DoneAt       moment
	Code         string `gorm:"not null"`
	Message      string `gorm:"not null"`
	CredentialID core.CredentialID
}

func (r certifyRunItemRow) noun() core.CertifyRunItem {
	return core.CertifyRunItem{
		RunID: r.RunID, Position: r.Position, ProposalID: r.ProposalID, Version: r.Version, DoneAt: r.DoneAt.Time,
		Code: r.Code, Message: r.Message, CredentialID: r.CredentialID,
	}
}

// DecidablePage are at most limit open proposals of a school to certify
// something new, after one, that a person could decide on who did not propose
// them and is not their student; program zero means any.
func (tx *Tx) DecidablePage(_ context.Context, org core.OrganizationID, a access.Actor, program core.ProgramID, after core.ProposalID, limit int) ([]core.Proposal, error) {
	query := selectProposals + ` WHERE p.organization_id = ? AND p.state = 'proposed' AND p.action = 'certify'
		AND p.proposed_by <> ? AND t.account_id <> ? AND p.id > ?`
	args := []any{org, a.AccountID, a.AccountID, after.String()}
	if !program.IsZero() {
		query += ` AND p.enrollment_id IN (SELECT e.id FROM enrollments e JOIN program_versions v ON v.id = e.program_version_id WHERE v.program_id = ?)`
		args = append(args, program)
	}
	rows, err := many[proposalView](tx.g, query+` ORDER BY p.id LIMIT ?`, append(args, limit)...)
	return mapped(rows, proposalView.noun), err
}

// InsertCertifyRun keeps a run with what it is to certify.
func (tx *Tx) InsertCertifyRun(_ context.Context, r core.CertifyRun, items []core.CertifyRunItem) error {
	err := tx.insert("certify_runs", &certifyRunRow{ID: r.ID, OrganizationID: r.OrganizationID, AccountID: r.AccountID, Total: r.Total, BegunAt: at(r.BegunAt)})
	if err != nil {
		return err
	}
	rows := make([][]any, len(items))
	for i, item := range items {
		rows[i] = []any{r.ID, item.Position, item.ProposalID, item.Version}
	}
	return tx.insertMany("certify_run_items", "run_id, position, proposal_id, version", rows, "")
}

const selectRuns = `SELECT r.*, a.name AS account_name,
		(SELECT COUNT(*) FROM certify_run_items i WHERE i.run_id = r.id AND i.done_at IS NOT NULL AND i.code = '') AS certified,
		(SELECT COUNT(*) FROM certify_run_items i WHERE i.run_id = r.id AND i.code <> '') AS refused
	FROM certify_runs r JOIN accounts a ON a.id = r.account_id`

type certifyRunView struct {
	certifyRunRow `gorm:"embedded"`
	AccountName   string
	Certified     int
	Refused       int
}

func (r certifyRunView) noun() core.CertifyRun {
	return core.CertifyRun{
		ID: r.ID, OrganizationID: r.OrganizationID, AccountID: r.AccountID, AccountName: r.AccountName, Total: r.Total,
		Certified: r.Certified, Refused: r.Refused, BegunAt: r.BegunAt.Time, FinishedAt: r.FinishedAt.Time,
	}
}

// CertifyRun finds a run.
func (tx *Tx) CertifyRun(_ context.Context, id core.CertifyRunID) (core.CertifyRun, error) {
	r, err := one[certifyRunView](tx.g, "run", selectRuns+` WHERE r.id = ?`, id)
	return r.noun(), err
}

// CertifyRuns are at most limit runs of a school, newest first, that follow one.
func (tx *Tx) CertifyRuns(_ context.Context, org core.OrganizationID, after core.CertifyRunID, limit int) ([]core.CertifyRun, error) {
	query, args := selectRuns+` WHERE r.organization_id = ?`, []any{org}
	if !after.IsZero() {
		query, args = query+` AND r.id < ?`, append(args, after)
	}
	rows, err := many[certifyRunView](tx.g, query+` ORDER BY r.id DESC LIMIT ?`, append(args, limit)...)
	return mapped(rows, certifyRunView.noun), err
}

// RunItems are at most limit proposals of a run after a position, with what they
// are about as far as the run's school may know.
func (tx *Tx) RunItems(_ context.Context, run core.CertifyRunID, after, limit int) ([]core.CertifyRunItem, error) {
	type row struct {
		certifyRunItemRow `gorm:"embedded"`
		Name              string
		Title             string
		CredentialCode    string
	}
	rows, err := many[row](tx.g, `SELECT i.*, COALESCE(h.name, '') AS name, COALESCE(p.title, '') AS title, COALESCE(c.code, '') AS credential_code
		FROM certify_run_items i JOIN certify_runs r ON r.id = i.run_id
		LEFT JOIN proposals p ON p.id = i.proposal_id AND p.organization_id = r.organization_id
		LEFT JOIN therapists t ON t.id = p.therapist_id LEFT JOIN accounts h ON h.id = t.account_id
		LEFT JOIN credentials c ON c.id = i.credential_id
		WHERE i.run_id = ? AND i.position > ? ORDER BY i.position LIMIT ?`, run, after, limit)
	return mapped(rows, func(r row) core.CertifyRunItem {
		item := r.noun()
		item.Name, item.Title, item.CredentialCode = r.Name, r.Title, r.CredentialCode
		return item
	}), err
}

// WaitingRunItems are at most limit proposals of the oldest runs that wait.
func (tx *Tx) WaitingRunItems(_ context.Context, limit int) ([]core.CertifyRunItem, error) {
	type row struct {
		certifyRunItemRow `gorm:"embedded"`
		OrganizationID    core.OrganizationID
		AccountID         core.AccountID
		BegunAt           moment
	}
	rows, err := many[row](tx.g, `SELECT i.*, r.organization_id, r.account_id, r.begun_at FROM certify_runs r
		JOIN certify_run_items i ON i.run_id = r.id
		WHERE r.finished_at IS NULL AND i.done_at IS NULL ORDER BY r.begun_at, r.id, i.position LIMIT ?`, limit)
	return mapped(rows, func(r row) core.CertifyRunItem {
		item := r.noun()
		item.OrganizationID, item.AccountID, item.BegunAt = r.OrganizationID, r.AccountID, r.BegunAt.Time
		return item
	}), err
}

// FinishRunItem keeps what became of a proposal of a run, once, and ends the run
// with its last.
func (tx *Tx) FinishRunItem(_ context.Context, item core.CertifyRunItem, now time.Time) error {
	_, err := tx.exec(`UPDATE certify_run_items SET done_at = ?, code = ?, message = ?, credential_id = ? WHERE run_id = ? AND position = ? AND done_at IS NULL`,
		at(item.DoneAt), item.Code, item.Message, item.CredentialID, item.RunID, item.Position)
	if err != nil {
		return err
	}
	_, err = tx.exec(`UPDATE certify_runs SET finished_at = ? WHERE id = ? AND finished_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM certify_run_items i WHERE i.run_id = certify_runs.id AND i.done_at IS NULL)`, at(now), item.RunID)
	return err
}
