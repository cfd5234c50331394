package certifydb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Run is a cohort that is certified in the background.
type Run struct {
	ID             core.CertifyRunID   `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	AccountID      core.AccountID      `gorm:"not null"`
	Total          int                 `gorm:"not null"`
	BegunAt        store.Moment        `gorm:"not null"`
	FinishedAt     store.Moment
}

// TableName implements schema.Tabler.
func (Run) TableName() string { return "certify_runs" }

// RunItem is one proposal of a run.
type RunItem struct {
	RunID        core.CertifyRunID `gorm:"primaryKey"`
	Position     int               `gorm:"primaryKey"`
	ProposalID   core.ProposalID   `gorm:"not null"`
	Version      int               `gorm:"not null"`
	DoneAt       store.Moment
	Code         string `gorm:"not null"`
	Message      string `gorm:"not null"`
	CredentialID core.CredentialID
}

// TableName implements schema.Tabler.
func (RunItem) TableName() string { return "certify_run_items" }

func (i RunItem) toCore() certify.RunItem {
	return certify.RunItem{
		RunID: i.RunID, Position: i.Position, ProposalID: i.ProposalID, Version: i.Version, DoneAt: i.DoneAt.Time,
		Code: i.Code, Message: i.Message, CredentialID: i.CredentialID,
	}
}

// InsertCertifyRun keeps a run with what it is to certify.
func (t Decisions) InsertCertifyRun(_ context.Context, r certify.Run, items []certify.RunItem) error {
	err := store.Insert(t.Gorm(), &Run{ID: r.ID, OrganizationID: r.OrganizationID, AccountID: r.AccountID, Total: r.Total, BegunAt: store.At(r.BegunAt)})
	if err != nil {
		return err
	}
	return store.Insert(t.Gorm(), store.Each(items, func(i certify.RunItem) RunItem {
		return RunItem{RunID: r.ID, Position: i.Position, ProposalID: i.ProposalID, Version: i.Version}
	}))
}

type countedRun struct {
	Run
	AccountName string
	Certified   int
	Refused     int
}

func (r countedRun) toCore() certify.Run {
	return certify.Run{
		ID: r.ID, OrganizationID: r.OrganizationID, AccountID: r.AccountID, AccountName: r.AccountName, Total: r.Total,
		Certified: r.Certified, Refused: r.Refused, BegunAt: r.BegunAt.Time, FinishedAt: r.FinishedAt.Time,
	}
}

func (t Decisions) runs() *gorm.DB {
	items := func(are string) *gorm.DB {
		return t.Gorm().Model(&RunItem{}).Select("COUNT(*)").Where("run_id = certify_runs.id").Where(are)
	}
	return t.Gorm().Select("certify_runs.*, a.name AS account_name, (?) AS certified, (?) AS refused",
		items("done_at IS NOT NULL AND code = ''"), items("code <> ''")).
		Joins("JOIN accounts a ON a.id = certify_runs.account_id")
}

// CertifyRun finds a run.
func (t Decisions) CertifyRun(_ context.Context, id core.CertifyRunID) (certify.Run, error) {
	r, err := store.One[countedRun](t.runs().Where("certify_runs.id = ?", id), "run")
	return r.toCore(), err
}

// CertifyRuns are at most limit runs of a school, newest first, that follow one.
func (t Decisions) CertifyRuns(_ context.Context, org core.OrganizationID, after core.CertifyRunID, limit int) ([]certify.Run, error) {
	q := t.runs().Where("certify_runs.organization_id = ?", org)
	if !after.IsZero() {
		q = q.Where("certify_runs.id < ?", after)
	}
	found, err := store.All[countedRun](q.Order("certify_runs.id DESC").Limit(limit))
	return store.Each(found, countedRun.toCore), err
}

// RunItems are at most limit proposals of a run after a position, with what they
// are about as far as the run's school may know.
func (t Decisions) RunItems(_ context.Context, run core.CertifyRunID, after, limit int) ([]certify.RunItem, error) {
	type row struct {
		RunItem
		Name           string
		Title          string
		CredentialCode string
	}
	found, err := store.All[row](t.Gorm().Table("certify_run_items i").
		Select("i.*, COALESCE(h.name, '') AS name, COALESCE(p.title, '') AS title, COALESCE(c.code, '') AS credential_code").
		Joins("JOIN certify_runs r ON r.id = i.run_id").
		Joins("LEFT JOIN proposals p ON p.id = i.proposal_id AND p.organization_id = r.organization_id").
		Joins("LEFT JOIN people h ON h.id = p.therapist_id").
		Joins("LEFT JOIN credentials c ON c.id = i.credential_id").
		Where("i.run_id = ? AND i.position > ?", run, after).Order("i.position").Limit(limit))
	return store.Each(found, func(r row) certify.RunItem {
		item := r.toCore()
		item.Name, item.Title, item.CredentialCode = r.Name, r.Title, r.CredentialCode
		return item
	}), err
}

// RunItem is a proposal of a run, with whose word it is and since when.
func (t Decisions) RunItem(_ context.Context, run core.CertifyRunID, position int) (certify.RunItem, error) {
	type row struct {
		RunItem
		OrganizationID core.OrganizationID
		AccountID      core.AccountID
		BegunAt        store.Moment
	}
	r, err := store.One[row](t.Gorm().Table("certify_run_items i").Select("i.*, r.organization_id, r.account_id, r.begun_at").
		Joins("JOIN certify_runs r ON r.id = i.run_id").Where("i.run_id = ? AND i.position = ?", run, position), "proposal of a run")
	item := r.toCore()
	item.OrganizationID, item.AccountID, item.BegunAt = r.OrganizationID, r.AccountID, r.BegunAt.Time
	return item, err
}

// WaitingRunItems are at most limit proposals that wait, of all runs in the order
// in which these were begun, after one; each with nothing but where it stands.
func (t Decisions) WaitingRunItems(_ context.Context, after certify.RunItem, limit int) ([]certify.RunItem, error) {
	found, err := store.All[RunItem](t.Gorm().Table("certify_run_items i").Select("i.run_id, i.position").
		Joins("JOIN certify_runs r ON r.id = i.run_id").
		Where("r.finished_at IS NULL AND i.done_at IS NULL").
		Where("(i.run_id, i.position) > (?, ?)", after.RunID.String(), after.Position).
		Order("i.run_id, i.position").Limit(limit))
	return store.Each(found, RunItem.toCore), err
}

// FinishRunItem keeps what became of a proposal of a run, and ends the run with
// its last. It is kept once: only what was given up may turn out otherwise.
func (t Decisions) FinishRunItem(_ context.Context, item certify.RunItem, now time.Time) error {
	_, err := store.Change(t.Gorm().Model(&RunItem{}).
		Where("run_id = ? AND position = ? AND (done_at IS NULL OR code = ?)", item.RunID, item.Position, certify.RunItemGivenUp).
		Updates(map[string]any{
			"done_at": store.At(item.DoneAt), "code": item.Code, "message": item.Message, "credential_id": item.CredentialID,
		}))
	if err != nil {
		return err
	}
	waiting := t.Gorm().Model(&RunItem{}).Select("1").Where("run_id = certify_runs.id AND done_at IS NULL")
	_, err = store.Change(t.Gorm().Model(&Run{}).Where("id = ? AND finished_at IS NULL", item.RunID).
		Where("NOT EXISTS (?)", waiting).Update("finished_at", store.At(now)))
	return err
}
