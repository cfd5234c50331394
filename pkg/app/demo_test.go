package app_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/words"
)

// The demo can be made on every day, also on those on which calendars go wrong,
// and its record is sound: on one of them, and on all where everything is asked
// for.
func TestFillDemo_Moments(t *testing.T) {
	t.Parallel()
	moments := testkit.Moments
	if !testkit.Full() {
		n := testkit.Rand(t).IntN(len(moments))
		moments = moments[n : n+1]
	}
	for _, m := range moments {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			address := storetest.SQLiteAddress(t)
			db, err := store.Open(t.Context(), address, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			made, err := app.FillDemo(t.Context(), config.Default(), db, bytes.Repeat([]byte{7}, config.SecretSize), m.At, func(words.Sentence) {})
			if err != nil || made.Students == 0 || made.Certificate == "" {
				t.Fatalf("%+v, %v", made, err)
			}
			c := load(t, settings(t, address))
			c.Clock = func() time.Time { return m.At }
			var found bytes.Buffer
			if sound, err := app.Doctor(t.Context(), c, &found); err != nil || !sound {
				t.Errorf("the doctor says %v %s", err, &found)
			}
		})
	}
}
