package store_test

import (
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// Much that was written without an audit row is vouched for by the next ones, each
// row once, and is not remembered without end.
func TestTx_Owe_Much(t *testing.T) {
	t.Parallel()
	db := storetest.SQLite(t)
	db.SealWith([]byte("a secret"))
	src := core.Source{Clock: func() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }, Rand: rand.Reader}
	seed := func(many int) {
		t.Helper()
		if err := db.Write(t.Context(), func(_ context.Context, tx *store.Tx) error {
			for n := range many {
				tx.Owe("credits/" + strconv.Itoa(n))
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	audit := func() {
		t.Helper()
		if err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.Audit(ctx, core.AuditEvent{ID: core.NewID[core.AuditID](src), At: src.Now(), Via: "api", Action: "entry.log", TargetKind: "entry"})
		}); err != nil {
			t.Fatal(err)
		}
	}
	const seeded = 5_000
	seed(seeded)
	rows := 0
	for ; db.Owed() > 1; rows++ { // the newest audit row stays
		audit()
	}
	if rows > 200 {
		t.Errorf("it takes %d audit rows", rows)
	}
	var vouched map[string]int
	if err := db.Read(t.Context(), func(_ context.Context, tx *store.Tx) error {
		texts, err := store.All[string](tx.Gorm().Model(&store.AuditEvent{}).Select("vouches"))
		vouched = map[string]int{}
		for _, text := range texts {
			for name := range strings.FieldsSeq(text) {
				vouched[name]++
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for n := range seeded {
		if name := "credits/" + strconv.Itoa(n); vouched[name] != 1 {
			t.Fatalf("%d audit rows vouch for %s", vouched[name], name)
		}
	}
	seed(150_000)
	if n := db.Owed(); n > 100_000 {
		t.Errorf("%d are remembered", n)
	}
}
