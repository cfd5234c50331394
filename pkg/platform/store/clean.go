package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// keepIdempotencyKeys is how long a repeated request is known again.
const keepIdempotencyKeys = 48 * time.Hour

// Sweep is what has no use any more in a table.
type Sweep struct {
	Table, Where string
	Args         []any
}

// Swept removes it, and returns how many rows went, by table.
func Swept(g *gorm.DB, all ...Sweep) (map[string]int64, error) {
	removed := map[string]int64{}
	for _, s := range all {
		n, err := Change(g.Table(s.Table).Where(s.Where, s.Args...).Delete(nil))
		if err != nil {
			return removed, err
		}
		removed[s.Table] = n
	}
	return removed, nil
}

// Clean removes idempotency keys after two days.
func (tx *Tx) Clean(_ context.Context, now time.Time) (map[string]int64, error) {
	return Swept(tx.Gorm(), Sweep{"idempotency_keys", "created_at < ?", []any{At(now.Add(-keepIdempotencyKeys))}})
}
