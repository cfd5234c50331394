// Package accountdb keeps accounts, organizations, members and therapists. It
// writes their tables alone, and must never know a rule of the record.
package accountdb

import "github.com/palmar/palmar/pkg/platform/store"

// Accounts keeps who can sign in, and how.
type Accounts struct{ *store.Tx }

// Organizations keeps the tenants, their members and their invitations.
type Organizations struct{ *store.Tx }

// Therapists keeps whose records there are.
type Therapists struct{ *store.Tx }

// Tx is all of them on one connection.
type Tx struct {
	Accounts
	Organizations
	Therapists
}

// On keeps within a transaction.
func On(tx *store.Tx) Tx { return Tx{Accounts{tx}, Organizations{tx}, Therapists{tx}} }

// Models are the models by table.
func Models() []any {
	return []any{
		Account{}, AccountLink{}, Guess{}, Invitation{}, Member{}, NameWord{}, Organization{}, Session{}, Therapist{}, Token{},
	}
}
