package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type accountLinkRow struct {
	TokenHash []byte           `gorm:"primaryKey"`
	AccountID core.AccountID   `gorm:"not null"`
	Purpose   core.LinkPurpose `gorm:"not null"`
	Email     string           `gorm:"not null"`
	CreatedAt moment           `gorm:"not null"`
	ExpiresAt moment           `gorm:"not null"`
}

func (r accountLinkRow) noun() core.AccountLink {
	return core.AccountLink{
		TokenHash: r.TokenHash, AccountID: r.AccountID, Purpose: r.Purpose, Email: r.Email, CreatedAt: r.CreatedAt.Time, ExpiresAt: r.ExpiresAt.Time,
	}
}

// PutAccountLink keeps a link in place of an earlier one of its purpose.
func (tx *Tx) PutAccountLink(_ context.Context, l core.AccountLink) error {
	if _, err := tx.exec("DELETE FROM account_links WHERE account_id = ? AND purpose = ?", l.AccountID, l.Purpose); err != nil {
		return err
	}
	return tx.insert("account_links", &accountLinkRow{
		TokenHash: l.TokenHash, AccountID: l.AccountID, Purpose: l.Purpose, Email: l.Email, CreatedAt: at(l.CreatedAt), ExpiresAt: at(l.ExpiresAt),
	})
}

// AccountLink finds a link that was not used yet.
func (tx *Tx) AccountLink(_ context.Context, tokenHash []byte) (core.AccountLink, error) {
	r, err := one[accountLinkRow](tx.g, "link", "SELECT * FROM account_links WHERE token_hash = ?", tokenHash)
	return r.noun(), err
}

// AccountLinkOf is an account's open link of a purpose.
func (tx *Tx) AccountLinkOf(_ context.Context, account core.AccountID, purpose core.LinkPurpose) (core.AccountLink, error) {
	r, err := one[accountLinkRow](tx.g, "link", "SELECT * FROM account_links WHERE account_id = ? AND purpose = ?", account, purpose)
	return r.noun(), err
}

// UseAccountLink uses a link up; stale when somebody else has just done so.
func (tx *Tx) UseAccountLink(_ context.Context, tokenHash []byte) error {
	return tx.changeOne("DELETE FROM account_links WHERE token_hash = ?", tokenHash)
}

// SetAccountEmail gives an account another address; duplicate when it is taken.
func (tx *Tx) SetAccountEmail(_ context.Context, a core.Account) error {
	return tx.changeOne("UPDATE accounts SET email = ?, version = version + 1 WHERE id = ? AND version = ?", a.Email, a.ID, a.Version)
}
