package accountdb

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
)

// AccountLink is a one-time link to an account.
type AccountLink struct {
	TokenHash []byte              `gorm:"primaryKey"`
	AccountID core.AccountID      `gorm:"not null"`
	Purpose   account.LinkPurpose `gorm:"not null"`
	Email     string              `gorm:"not null"`
	CreatedAt store.Moment        `gorm:"not null"`
	ExpiresAt store.Moment        `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (AccountLink) TableName() string { return "account_links" }

func (l AccountLink) toCore() account.Link {
	return account.Link{
		TokenHash: l.TokenHash, AccountID: l.AccountID, Purpose: l.Purpose, Email: l.Email, CreatedAt: l.CreatedAt.Time, ExpiresAt: l.ExpiresAt.Time,
	}
}

// PutAccountLink keeps a link in place of an earlier one of its purpose. Of no account
// it keeps none, by the same statements.
func (t Accounts) PutAccountLink(_ context.Context, l account.Link) error {
	if _, err := store.Change(t.Gorm().Where("account_id = ? AND purpose = ?", l.AccountID, l.Purpose).Delete(&AccountLink{})); err != nil {
		return err
	}
	_, err := store.Change(t.Gorm().Exec(`INSERT INTO account_links (token_hash, account_id, purpose, email, created_at, expires_at)
		SELECT ?, a.id, ?, ?, ?, ? FROM accounts a WHERE a.id = ?`,
		l.TokenHash, l.Purpose, l.Email, store.At(l.CreatedAt), store.At(l.ExpiresAt), l.AccountID))
	return err
}

// AccountLink finds a link that was not used yet.
func (t Accounts) AccountLink(_ context.Context, tokenHash []byte) (account.Link, error) {
	l, err := store.One[AccountLink](t.Gorm().Where("token_hash = ?", tokenHash), "link")
	return l.toCore(), err
}

// AccountLinkOf is an account's open link of a purpose.
func (t Accounts) AccountLinkOf(_ context.Context, account core.AccountID, purpose account.LinkPurpose) (account.Link, error) {
	l, err := store.One[AccountLink](t.Gorm().Where("account_id = ? AND purpose = ?", account, purpose), "link")
	return l.toCore(), err
}

// UseAccountLink uses a link up; stale when someone else has just done so.
func (t Accounts) UseAccountLink(_ context.Context, tokenHash []byte) error {
	return store.ChangeOne(t.Gorm().Where("token_hash = ?", tokenHash).Delete(&AccountLink{}))
}
