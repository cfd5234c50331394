package store_test

import (
	"context"
	"testing"

	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// A list of none finds nothing, whatever the database asks first.
func TestInTexts_None(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
			if err := store.Exec(tx, "INSERT INTO guesses (subject, failures, since, until) VALUES ('x', 1, '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00')"); err != nil {
				return err
			}
			found, err := store.All[string](tx.Gorm().Table("guesses").Select("subject").Where(store.InTexts(tx, "subject", nil)))
			if err == nil && len(found) > 0 {
				t.Errorf("found %q", found)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
