package store

import (
	"context"
	"time"
)

// How long what is over is kept.
const (
	keepInvitations     = 90 * 24 * time.Hour
	keepIdempotencyKeys = 48 * time.Hour
	keepGuesses         = 24 * time.Hour
)

// Clean removes what has no use any more at now: sessions that ended or were
// idle since idleSince, counted guesses a day after the last, invitations
// ninety days after they were accepted or ran out, idempotency keys after two
// days. It returns how many rows went, by table.
func (tx *Tx) Clean(_ context.Context, now, idleSince time.Time) (map[string]int64, error) {
	removed := map[string]int64{}
	for _, c := range []struct {
		table, where string
		args         []any
	}{
		{"sessions", "expires_at < ? OR seen_at < ?", []any{at(now), at(idleSince)}},
		{"guesses", "until < ?", []any{at(now.Add(-keepGuesses))}},
		{"invitations", "expires_at < ? OR accepted_at < ?", []any{at(now.Add(-keepInvitations)), at(now.Add(-keepInvitations))}},
		{"idempotency_keys", "created_at < ?", []any{at(now.Add(-keepIdempotencyKeys))}},
	} {
		n, err := tx.exec("DELETE FROM "+c.table+" WHERE "+c.where, c.args...)
		if err != nil {
			return removed, err
		}
		removed[c.table] = n
	}
	return removed, nil
}
