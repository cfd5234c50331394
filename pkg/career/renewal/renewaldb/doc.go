// Package renewaldb keeps what ends when, whom Palmar reminds of it, and how far a
// renewal is. It writes their tables alone, and must never know a rule of the
// record.
package renewaldb

import "github.com/palmar/palmar/pkg/platform/store"

// Reminders keeps due things, reminders, and how people want to be reminded.
type Reminders struct{ *store.Tx }

// Renewals keeps calendars and checklists, and finds what ends.
type Renewals struct{ *store.Tx }

// Tx is all of them on one connection.
type Tx struct {
	Reminders
	Renewals
}

// On keeps within a transaction.
func On(tx *store.Tx) Tx { return Tx{Reminders{tx}, Renewals{tx}} }

// Models are the models by table.
func Models() []any { return []any{Due{}, Feed{}, Reminder{}, Settings{}, Tick{}} }
