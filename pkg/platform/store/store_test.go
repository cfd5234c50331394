package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

func TestDB_Write(t *testing.T) {
	t.Parallel()
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

// A part of a transaction that fails leaves nothing, and the others stay, also
// where it was the database that refused.
func TestDB_Write_PartFails(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		src := core.Source{Clock: func() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }, Rand: rand.Reader}
		insert := func(ctx context.Context, slugs ...string) error {
			return db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
				for _, slug := range slugs {
					err := kept.On(tx).InsertOrganization(ctx, core.Organization{
						ID: core.NewID[core.OrganizationID](src), Kind: core.School, Name: slug, Slug: slug, Zone: "UTC", CreatedAt: src.Now(),
					})
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
		err := db.Write(t.Context(), func(ctx context.Context, _ *store.Tx) error {
			first := insert(ctx, "first")
			refused := insert(ctx, "lost", "first")
			if first != nil || core.CodeOf(refused) != "duplicate" {
				t.Errorf("first %v, then %v", first, refused)
			}
			return insert(ctx, "last")
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Read(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			for slug, want := range map[string]string{"first": "", "lost": "not_found", "last": ""} {
				if _, err := kept.On(tx).OrganizationBySlug(ctx, slug); err != nil != (want != "") || err != nil && core.CodeOf(err) != want {
					t.Errorf("%s: %v", slug, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

var _ core.Transactor[*store.Tx] = (*store.DB)(nil)
