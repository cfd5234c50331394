package certifydb

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/platform/store"
)

// LastAudited is when something was last written down here; zero: never.
func (t SignOffs) LastAudited(context.Context) (time.Time, error) {
	last, err := store.All[store.AuditEvent](t.Gorm().Order("id DESC").Limit(1))
	if err != nil || len(last) == 0 {
		return time.Time{}, err
	}
	return last[0].At.Time, nil
}

// RestoredOver is the restore of the database by which what is dated at a moment may
// have been lost; zero where there is none.
func (t SignOffs) RestoredOver(_ context.Context, at time.Time) (certify.Restore, error) {
	told, err := store.All[store.AuditEvent](t.Gorm().Where("action = ?", certify.DatabaseRestored).Order("id"))
	if err != nil {
		return certify.Restore{}, err
	}
	restores := make([]certify.Restore, len(told))
	for i, e := range told {
		if restores[i], err = certify.RestoreOf(e.Event()); err != nil {
			return certify.Restore{}, err
		}
	}
	return certify.RestoredOver(restores, at), nil
}
