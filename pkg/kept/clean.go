package kept

import (
	"context"
	"maps"
	"time"
)

// Clean removes what has no use any more at now, each table by its owner: sessions
// that were idle since idleSince are among it. It returns how many rows went, by
// table.
func (t Tx) Clean(ctx context.Context, now, idleSince time.Time) (map[string]int64, error) {
	removed := map[string]int64{}
	for _, clean := range []func() (map[string]int64, error){
		func() (map[string]int64, error) { return t.Accounts.Clean(ctx, now, idleSince) },
		func() (map[string]int64, error) { return t.Entries.Clean(ctx) },
		func() (map[string]int64, error) { return t.Documents.Clean(ctx) },
		func() (map[string]int64, error) { return t.Tx.Clean(ctx, now) },
	} {
		gone, err := clean()
		if err != nil {
			return nil, err
		}
		maps.Copy(removed, gone)
	}
	return removed, nil
}
