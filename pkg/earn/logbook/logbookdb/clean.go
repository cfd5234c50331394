package logbookdb

import (
	"context"

	"github.com/palmar/palmar/pkg/platform/store"
)

// Clean removes the weeks of which nothing waits any more, and returns how many.
func (t Entries) Clean(context.Context) (map[string]int64, error) {
	return store.Swept(t.Gorm(), store.Sweep{Table: "waiting_weeks", Where: "entries = 0"})
}
