package accountdb

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Account is who can sign in.
type Account struct {
	ID           core.AccountID `gorm:"primaryKey"`
	Email        string         `gorm:"not null"`
	Name         string         `gorm:"not null"`
	PasswordHash string         `gorm:"not null"`
	Operator     bool           `gorm:"not null"`
	Language     string         `gorm:"not null"`
	CreatedAt    store.Moment   `gorm:"not null"`
	Version      int            `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Account) TableName() string { return "accounts" }

func (a Account) toCore() core.Account {
	return core.Account{
		ID: a.ID, Email: a.Email, Name: a.Name, PasswordHash: a.PasswordHash, Operator: a.Operator, Language: a.Language,
		CreatedAt: a.CreatedAt.Time, Version: a.Version,
	}
}

// Account is an account by its identifier, or not_found.
func (t Accounts) Account(_ context.Context, id core.AccountID) (core.Account, error) {
	a, err := store.One[Account](t.Gorm().Where("id = ?", id), "account")
	return a.toCore(), err
}

// AccountByEmail is an account by its normalized address, or not_found.
func (t Accounts) AccountByEmail(_ context.Context, email string) (core.Account, error) {
	a, err := store.One[Account](t.Gorm().Where("email = ?", email), "account")
	return a.toCore(), err
}

// AnyAccount tells whether the installation has an account.
func (t Accounts) AnyAccount(context.Context) (bool, error) {
	return store.Found(t.Gorm().Model(&Account{}))
}

// InsertAccount keeps a new account; duplicate when the address is taken.
func (t Accounts) InsertAccount(_ context.Context, a core.Account) error {
	return store.Insert(t.Gorm(), &Account{
		ID: a.ID, Email: a.Email, Name: a.Name, PasswordHash: a.PasswordHash, Operator: a.Operator, Language: a.Language,
		CreatedAt: store.At(a.CreatedAt), Version: 1,
	})
}

// UpdateAccount changes name and password of the version that a has; stale
// when there is a newer one.
func (t Accounts) UpdateAccount(_ context.Context, a core.Account) error {
	return t.renamed(a.ID, store.ChangeOne(t.Gorm().Model(&Account{}).Where("id = ? AND version = ?", a.ID, a.Version).
		Updates(map[string]any{"name": a.Name, "password_hash": a.PasswordHash, "version": store.Next})))
}

// SetLanguage gives an account another language.
func (t Accounts) SetLanguage(_ context.Context, a core.Account) error {
	return store.ChangeOne(t.Gorm().Model(&Account{}).Where("id = ? AND version = ?", a.ID, a.Version).
		Updates(map[string]any{"language": a.Language, "version": store.Next}))
}

// SetAccountEmail gives an account another address; duplicate when it is taken.
func (t Accounts) SetAccountEmail(_ context.Context, a core.Account) error {
	return t.renamed(a.ID, store.ChangeOne(t.Gorm().Model(&Account{}).Where("id = ? AND version = ?", a.ID, a.Version).
		Updates(map[string]any{"email": a.Email, "version": store.Next})))
}

// renamed writes the words of an account's own record again, unless the change failed.
func (t Accounts) renamed(id core.AccountID, err error) error {
	if err != nil {
		return err
	}
	return WriteNames(t.Tx, "sa.account_id = ? AND sa.person_id = sa.id", id)
}
