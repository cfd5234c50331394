package certify

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Restore is that the database was put back from a backup: what was written after
// BackTo and before At may be lost.
type Restore struct{ BackTo, At time.Time }

// over tells whether what is dated at a moment may have been lost. Dates are whole
// seconds in a certificate.
func (r Restore) over(at time.Time) bool {
	return at.After(r.BackTo.Truncate(time.Second)) && at.Before(r.At)
}

var (
	// DatabaseRestored is what the audit has of each restore.
	DatabaseRestored = act.NewEvent("database.restore", "database")
	restoresDatabase = act.Declare(access.DatabaseRestore, DatabaseRestored)
)

// Restored records that the database was just put back from a backup, so that a
// certificate which it no longer has is not called one that was never issued. It is
// the operator's own command and asks no permission.
func (s *genuine) Restored(ctx context.Context) (Restore, error) {
	return act.Do(ctx, s.act, access.System, restoresDatabase, act.Command[Tx, time.Time, Restore]{
		Find: func(ctx context.Context, tx Tx) (act.Found[time.Time], error) {
			last, err := tx.LastAudited(ctx)
			return act.Found[time.Time]{Thing: last}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], last time.Time) (Restore, error) {
			return Restore{BackTo: last, At: x.Now}, nil
		},
		Tell: func(_ time.Time, r Restore) []act.Told {
			return []act.Told{{Subject: "database", Details: map[string]string{restoredTo: r.BackTo.UTC().Format(time.RFC3339Nano)}}}
		},
	})
}

// restoredTo is the detail of the event that says how far back a restore went.
const restoredTo = "back_to"

// RestoreOf reads a restore from its event.
func RestoreOf(e core.AuditEvent) (Restore, error) {
	back, err := time.Parse(time.RFC3339Nano, e.Detail[restoredTo])
	return Restore{back, e.At}, err
}

// RestoredOver is the restore by which what is dated at a moment may have been lost;
// zero where there is none.
func RestoredOver(restores []Restore, at time.Time) Restore {
	for _, r := range restores {
		if r.over(at) {
			return r
		}
	}
	return Restore{}
}
