// Package classroomdb keeps classes and their rosters. It writes their tables
// alone, and must never know a rule of the record.
package classroomdb

import "github.com/palmar/palmar/pkg/platform/store"

// Classes keeps classes and who attended them.
type Classes struct{ *store.Tx }

// On keeps within a transaction.
func On(tx *store.Tx) Classes { return Classes{tx} }

// Models are the models by table.
func Models() []any { return []any{Attendance{}, Class{}} }
