package logbookdb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// StagedCredit is a credit of an import that is being applied.
type StagedCredit struct {
	ImportID core.ImportID `gorm:"not null"`
	Credit
}

// TableName implements schema.Tabler.
func (StagedCredit) TableName() string { return "staged_credits" }

// StagedThrough is the last of an import's entries whose credit is staged.
func (t Credits) StagedThrough(_ context.Context, id core.ImportID) (core.EntryID, error) {
	found, err := store.All[core.EntryID](t.Gorm().Model(&StagedCredit{}).Select("entry_id").Where("import_id = ?", id).Order("entry_id DESC").Limit(1))
	if err != nil || len(found) == 0 {
		return core.EntryID{}, err
	}
	return found[0], nil
}

// StageCredits keeps credits that do not count yet.
func (t Credits) StageCredits(_ context.Context, id core.ImportID, credits []core.Credit) error {
	return store.Insert(t.Gorm(), store.Each(credits, func(c core.Credit) StagedCredit { return StagedCredit{id, newCredit(c)} }))
}

// DropStaged forgets an import's staged credits.
func (t Credits) DropStaged(_ context.Context, id core.ImportID) error {
	_, err := store.Change(t.Gorm().Where("import_id = ?", id).Delete(&StagedCredit{}))
	return err
}

// PostStaged signs an import's waiting entries and posts what is staged for
// them; see PostCredits for what follows. The lines get their moment here, where
// they begin to count.
func (t Credits) PostStaged(ctx context.Context, id core.ImportID, by core.MemberID, now time.Time) error {
	signed, err := store.Change(t.Gorm().Model(&Entry{}).Scopes(pending(id)).Updates(signature(by, now)))
	if err != nil {
		return err
	}
	if err := store.ChangeAll(t.Gorm().Model(&StagedCredit{}).Where("import_id = ?", id).Update("posted_at", store.At(now)), signed); err != nil {
		return err
	}
	if err := t.sealStaged(id); err != nil {
		return err
	}
	if err := t.settle(gorm.Expr("id IN (SELECT id FROM staged_credits WHERE import_id = ?)", id)); err != nil {
		return err
	}
	return t.DropStaged(ctx, id)
}

// sealStaged posts what is staged, each line under its seal.
func (t Credits) sealStaged(id core.ImportID) error {
	for after := (core.CreditID{}); ; {
		staged, err := store.All[StagedCredit](t.Gorm().Where("import_id = ? AND id > ?", id, after.String()).Order("id").Limit(atOnce))
		if err != nil || len(staged) == 0 {
			return err
		}
		after = staged[len(staged)-1].ID
		if err := posted(store.InsertSealed(t.Tx, store.Each(staged, func(s StagedCredit) Credit { return s.Credit }))); err != nil {
			return err
		}
	}
}
