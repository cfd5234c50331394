// Package translogdb keeps the public log: its entries, what opens them, the
// hashes of its tree, its checkpoints and what witnesses said of them. It writes
// these tables alone, and must never know a rule of the log.
package translogdb

import "github.com/palmar/palmar/pkg/platform/store"

// Log keeps the log of the installation.
type Log struct{ *store.Tx }

// On keeps within a transaction.
func On(tx *store.Tx) Log { return Log{tx} }

// Models are the models by table.
func Models() []any {
	return []any{Checkpoint{}, Cosignature{}, Entry{}, Hash{}, Head{}, Opening{}}
}
