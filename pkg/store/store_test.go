package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/store"
	"github.com/palmar/palmar/pkg/store/storetest"
)

func TestDB_Write(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		boom := errors.New("boom")
		err := db.Write(ctx, func(ctx context.Context, _ *store.Tx) error {
			return db.Write(ctx, func(context.Context, *store.Tx) error { return boom })
		})
		if !errors.Is(err, boom) {
			t.Fatalf("a nested write must join and pass the error on, got %v", err)
		}
		if err := db.CheckSchema(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

var _ core.Transactor[*store.Tx] = (*store.DB)(nil)
