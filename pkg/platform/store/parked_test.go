package store_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// What was given up is listed in parts until someone has it tried again or says
// that it stays undone, and is not found to be due meanwhile.
func TestTx_Park(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		write := func(fn func(context.Context, *store.Tx) error) {
			t.Helper()
			if err := db.Write(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		ids := func(work string, all bool, after act.Item, limit int) (found []string) {
			t.Helper()
			write(func(ctx context.Context, tx *store.Tx) error {
				parked, err := tx.Parked(ctx, work, all, after, limit)
				for _, p := range parked {
					found = append(found, p.Work+" "+p.ID)
				}
				return err
			})
			return found
		}
		same := func(got []string, want ...string) {
			t.Helper()
			if !slices.Equal(got, want) {
				t.Errorf("listed %q, want %q", got, want)
			}
		}
		write(func(ctx context.Context, tx *store.Tx) error {
			for _, item := range []act.Item{{Work: "b", ID: "1"}, {Work: "a", ID: "2"}, {Work: "a", ID: "1"}} {
				if err := tx.Park(ctx, act.Parked{Item: item, Code: "internal", Message: "first", Tries: 4, At: now}); err != nil {
					return err
				}
			}
			return tx.Park(ctx, act.Parked{Item: act.Item{Work: "a", ID: "2"}, Code: "school_closed", Message: "It has closed.", Tries: 1, At: now})
		})
		same(ids("", false, act.Item{}, 2), "a 1", "a 2")
		same(ids("", false, act.Item{Work: "a", ID: "2"}, 2), "b 1")
		same(ids("a", false, act.Item{}, 9), "a 1", "a 2")
		write(func(ctx context.Context, tx *store.Tx) error {
			second, err := tx.Parked(ctx, "a", false, act.Item{Work: "a", ID: "1"}, 1)
			want := act.Parked{Item: act.Item{Work: "a", ID: "2"}, Code: "school_closed", Message: "It has closed.", Tries: 1, At: now}
			if err == nil && (len(second) != 1 || second[0] != want) {
				t.Errorf("kept %+v, want %+v", second, want)
			}
			return err
		})

		due := func(want int, ids ...string) {
			t.Helper()
			write(func(ctx context.Context, tx *store.Tx) error {
				n, err := tx.EnqueueDue(ctx, "a", ids)
				if n != want {
					t.Errorf("asked for %d of %q, want %d", n, ids, want)
				}
				return err
			})
		}
		due(1, "1", "2", "3")
		write(func(ctx context.Context, tx *store.Tx) error {
			return tx.DismissParked(ctx, act.Item{Work: "a", ID: "1"}, now)
		})
		same(ids("", false, act.Item{}, 9), "a 2", "b 1")
		same(ids("", true, act.Item{}, 9), "a 1", "a 2", "b 1")
		due(1, "1", "2", "3")
		write(func(ctx context.Context, tx *store.Tx) error { return tx.Unpark(ctx, act.Item{Work: "a", ID: "2"}) })
		due(2, "1", "2", "3")
		write(func(ctx context.Context, tx *store.Tx) error {
			n, err := tx.CountParked(ctx)
			if len(n) != 1 || n["b"] != 1 {
				t.Errorf("counted %v", n)
			}
			return err
		})
		for name, change := range map[string]func(context.Context, *store.Tx) error{
			"unpark":  func(ctx context.Context, tx *store.Tx) error { return tx.Unpark(ctx, act.Item{Work: "a", ID: "2"}) },
			"dismiss": func(ctx context.Context, tx *store.Tx) error { return tx.DismissParked(ctx, act.Item{Work: "c"}, now) },
		} {
			if err := db.Write(t.Context(), change); core.CodeOf(err) != "not_found" {
				t.Errorf("%s of what is not parked: %v", name, err)
			}
		}
		// However often an item is found to be due, it is in the queue once.
		var waiting int64
		db.Gorm().Raw("SELECT COUNT(*) FROM river_job WHERE kind = 'item'").Scan(&waiting)
		if waiting != 2 {
			t.Errorf("%d items wait, want 2", waiting)
		}
	})
}

// What is found to be due while it is parked stays parked.
func TestTx_EnqueueDue_beside(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		item := act.Item{Work: "a", ID: "1"}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.Enqueue(ctx, item) }))
		must(db.Gorm().Exec("UPDATE river_job SET state = 'running', attempt = 1, attempted_at = created_at").Error)

		asked, due := make(chan error, 1), 0
		must(db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Park(ctx, act.Parked{Item: item, Code: "internal", Message: "broken", Tries: 5, At: now}); err != nil {
				return err
			}
			if err := store.Exec(tx, "UPDATE river_job SET state = 'completed', finalized_at = created_at"); err != nil {
				return err
			}
			go func() {
				asked <- db.Write(context.WithoutCancel(t.Context()), func(ctx context.Context, tx *store.Tx) (err error) {
					due, err = tx.EnqueueDue(ctx, item.Work, []string{item.ID, item.ID})
					return err
				})
			}()
			if db.Postgres() { // SQLite has one writer
				awaitLock(t, db, asked)
			}
			return nil
		}))
		must(<-asked)
		var waiting int64
		must(db.Gorm().Raw("SELECT COUNT(*) FROM river_job WHERE state <> 'completed'").Scan(&waiting).Error)
		if due != 0 || waiting != 0 {
			t.Errorf("%d were asked for, %d wait in the queue", due, waiting)
		}
	})
}
