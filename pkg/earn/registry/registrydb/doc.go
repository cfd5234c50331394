// Package registrydb keeps the days on which schools are closed, pauses,
// absences and requests, and reads who attends. It writes their tables alone,
// and must never know a rule of the record.
package registrydb

import "github.com/palmar/palmar/pkg/platform/store"

// Registry keeps what a school's office keeps.
type Registry struct{ *store.Tx }

// On keeps within a transaction.
func On(tx *store.Tx) Registry { return Registry{tx} }

// Models are the models by table.
func Models() []any { return []any{Absence{}, ClosedDays{}, Pause{}, Request{}} }
