package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// What moves an entry locks the supervisor's week before the student's totals, as
// signing does: in another order two of them would wait for each other, and
// PostgreSQL would break one of them off after a second.
func TestMoveWaiting_LocksWeeksFirst(t *testing.T) {
	t.Parallel()
	db := storetest.Postgres(t)
	f := kepttest.School(t, db)
	ctx := context.Background()
	first, err := f.Logbook.Log(ctx, f.Student, f.Enrollment, f.Session(t, 0))
	if err != nil {
		t.Fatal(err)
	}
	draft := f.Session(t, 2)
	draft.Submit = false
	second, err := f.Logbook.Log(ctx, f.Student, f.Enrollment, draft)
	if err != nil {
		t.Fatal(err)
	}
	for _, move := range []struct {
		name string
		do   func() error
	}{
		{"log", func() error { _, err := f.Logbook.Log(ctx, f.Student, f.Enrollment, f.Session(t, 1)); return err }},
		{"submit", func() error {
			_, err := f.Logbook.Submit(ctx, f.Student, second.ID, second.Version)
			return err
		}},
		{"many", func() error {
			e := first
			e.ID = core.NewID[core.EntryID](f.Source)
			e.Session.Start, e.Session.End = e.Session.Start.Add(8*time.Hour), e.Session.End.Add(8*time.Hour)
			return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return kept.On(tx).InsertImported(ctx, []core.Entry{e}) })
		}},
		{"return", func() error {
			_, err := f.Logbook.Return(ctx, f.Alvarez, first.ID, first.Version, "Which room?")
			return err
		}},
	} {
		t.Run(move.name, func(t *testing.T) {
			holder := db.Gorm().Begin()
			defer holder.Rollback()
			if err := holder.Exec("SELECT 1 FROM waiting_weeks FOR UPDATE").Error; err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() { done <- move.do() }()
			awaitLock(t, db, done)
			if err := holder.Exec("SELECT 1 FROM totals FOR UPDATE NOWAIT").Error; err != nil {
				t.Errorf("it locked the totals first: %v", err)
			}
			holder.Rollback()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
}

// awaitLock waits until someone waits for a lock of a PostgreSQL database, and does
// not take an end for that.
func awaitLock(t *testing.T, db *store.DB, end <-chan error) {
	t.Helper()
	for waits := 0; waits == 0; {
		select {
		case err := <-end:
			t.Fatalf("it did not wait: %v", err)
		default:
		}
		if err := db.Gorm().Raw("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waits).Error; err != nil {
			t.Fatal(err)
		}
	}
}
