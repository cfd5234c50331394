package store_test

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

func TestTx_Idempotent(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
		want := core.KeptAnswer{Hash: []byte{1, 2}, Status: 201, Header: map[string][]string{"Location": {"/x"}}, Body: []byte(`{"a":1}`)}
		once := func(actor string) error {
			return db.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
				got, found, err := tx.Idempotent(ctx, actor, "key")
				if err != nil || found {
					if found && !reflect.DeepEqual(got, want) {
						t.Errorf("the answer changed: %+v", got)
					}
					return err
				}
				if err := tx.SendMail(ctx, core.Mail{To: actor}); err != nil {
					return err
				}
				return tx.KeepIdempotent(ctx, actor, "key", want, now)
			})
		}
		failed := errors.New("failed")
		err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if _, _, err := tx.Idempotent(ctx, "a", "key"); err != nil {
				return err
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		var failures atomic.Int64
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if err := errors.Join(once("a"), once("b")); err != nil {
					failures.Add(1)
					t.Error(err)
				}
			})
		}
		wg.Wait()
		var queued int
		if err := db.Gorm().Raw("SELECT COUNT(*) FROM river_job").Scan(&queued).Error; err != nil || queued != 2 {
			t.Fatalf("each actor's command ran once, not %d times in all: %v", queued, err)
		}
	})
}

func TestTx_Clean(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		start := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
		err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if _, err := kept.On(tx).CountGuess(ctx, "s", start, start); err != nil {
				return err
			}
			return errors.Join(
				tx.KeepIdempotent(ctx, "a", "k", core.KeptAnswer{Hash: []byte{1}}, start),
				kept.On(tx).InsertInvitation(ctx, account.Invitation{ID: core.InvitationID{1}, TokenHash: []byte{1}, Role: core.RoleAdmin, CreatedAt: start, ExpiresAt: start}),
				kept.On(tx).InsertAccount(ctx, core.Account{ID: core.AccountID{1}, Email: "a@example.org", CreatedAt: start}),
				kept.On(tx).InsertSession(ctx, account.UserSession{ID: core.SessionID{1}, AccountID: core.AccountID{1}, TokenHash: []byte{1},
					CreatedAt: start, AuthenticatedAt: start, SeenAt: start, ExpiresAt: start.Add(time.Hour)}),
			)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			after time.Duration
			want  map[string]int64
		}{
			{time.Minute, map[string]int64{"sessions": 0, "guesses": 0, "invitations": 0, "idempotency_keys": 0, "waiting_weeks": 0, "documents": 0}},
			{2 * time.Hour, map[string]int64{"sessions": 1, "guesses": 0, "invitations": 0, "idempotency_keys": 0, "waiting_weeks": 0, "documents": 0}},
			{49 * time.Hour, map[string]int64{"sessions": 0, "guesses": 1, "invitations": 0, "idempotency_keys": 1, "waiting_weeks": 0, "documents": 0}},
			{91 * 24 * time.Hour, map[string]int64{"sessions": 0, "guesses": 0, "invitations": 1, "idempotency_keys": 0, "waiting_weeks": 0, "documents": 0}},
		} {
			var got map[string]int64
			err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				got, err = kept.On(tx).Clean(ctx, start.Add(step.after), start.Add(step.after-12*time.Hour))
				return err
			})
			if err != nil || !reflect.DeepEqual(got, step.want) {
				t.Errorf("after %s: got %v %v", step.after, got, err)
			}
		}
	})
}
