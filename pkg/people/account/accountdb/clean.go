package accountdb

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/platform/store"
)

// How long what is over is kept.
const (
	keepInvitations = 90 * 24 * time.Hour
	keepGuesses     = 24 * time.Hour
)

// Clean removes sessions that ended or were idle since idleSince, counted guesses a
// day after the last, and invitations ninety days after they were accepted or ran
// out. It returns how many rows went, by table.
func (t Accounts) Clean(_ context.Context, now, idleSince time.Time) (map[string]int64, error) {
	over := store.At(now.Add(-keepInvitations))
	return store.Swept(t.Gorm(),
		store.Sweep{Table: "sessions", Where: "expires_at < ? OR seen_at < ?", Args: []any{store.At(now), store.At(idleSince)}},
		store.Sweep{Table: "guesses", Where: "until < ?", Args: []any{store.At(now.Add(-keepGuesses))}},
		store.Sweep{Table: "invitations", Where: "expires_at < ? OR accepted_at < ?", Args: []any{over, over}},
	)
}
