package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type accountRow struct {
	ID           core.AccountID `gorm:"primaryKey"`
	Email        string         `gorm:"not null"`
	Name         string         `gorm:"not null"`
	PasswordHash string         `gorm:"not null"`
	Operator     bool           `gorm:"not null"`
	CreatedAt    moment         `gorm:"not null"`
	Version      int            `gorm:"not null"`
}

func (r accountRow) noun() core.Account {
	return core.Account{
		ID: r.ID, Email: r.Email, Name: r.Name, PasswordHash: r.PasswordHash, Operator: r.Operator,
		CreatedAt: r.CreatedAt.Time, Version: r.Version,
	}
}

// Account is an account by its identifier, or not_found.
func (tx *Tx) Account(_ context.Context, id core.AccountID) (core.Account, error) {
	r, err := one[accountRow](tx.g, "account", "SELECT * FROM accounts WHERE id = ?", id)
	return r.noun(), err
}

// AccountByEmail is an account by its normalized address, or not_found.
func (tx *Tx) AccountByEmail(_ context.Context, email string) (core.Account, error) {
	r, err := one[accountRow](tx.g, "account", "SELECT * FROM accounts WHERE email = ?", email)
	return r.noun(), err
}

// AnyAccount tells whether the installation has an account.
func (tx *Tx) AnyAccount(context.Context) (bool, error) {
	rows, err := many[core.AccountID](tx.g, "SELECT id FROM accounts LIMIT 1")
	return len(rows) > 0, err
}

// InsertAccount keeps a new account; duplicate when the address is taken.
func (tx *Tx) InsertAccount(_ context.Context, a core.Account) error {
	return tx.insert("accounts", &accountRow{
		ID: a.ID, Email: a.Email, Name: a.Name, PasswordHash: a.PasswordHash, Operator: a.Operator,
		CreatedAt: at(a.CreatedAt), Version: 1,
	})
}

// UpdateAccount changes name and password of the version that a has; stale
// when there is a newer one.
func (tx *Tx) UpdateAccount(_ context.Context, a core.Account) error {
	return tx.changeOne("UPDATE accounts SET name = ?, password_hash = ?, version = version + 1 WHERE id = ? AND version = ?",
		a.Name, a.PasswordHash, a.ID, a.Version)
}

// EnsureTherapist makes an account a therapist if it is none yet.
func (tx *Tx) EnsureTherapist(_ context.Context, t core.Therapist) (core.TherapistID, error) {
	if _, err := tx.exec("INSERT INTO therapists (id, account_id, created_at) VALUES (?, ?, ?) ON CONFLICT (account_id) DO NOTHING",
		t.ID, t.AccountID, at(t.CreatedAt)); err != nil {
		return core.TherapistID{}, err
	}
	return one[core.TherapistID](tx.g, "therapist", "SELECT id FROM therapists WHERE account_id = ?", t.AccountID)
}
