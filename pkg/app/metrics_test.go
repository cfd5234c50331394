package app

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
)

// What waits to be looked at is among the figures, of each work; without a
// database the others are told all the same.
func TestParkedGauge(t *testing.T) {
	storetest.Drawn(t, func(t *testing.T, db *store.DB) {
		a := assemble(config.Default(), slog.New(slog.DiscardHandler), Source(), db, nil, nil)
		err := db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			for _, id := range []string{"1", "2"} {
				if err := tx.Park(ctx, act.Parked{Item: act.Item{Work: "sign-again", ID: id}, Code: act.CodeInternal, Tries: 5, At: time.Unix(0, 0)}); err != nil {
					return err
				}
			}
			return tx.DismissParked(ctx, act.Item{Work: "sign-again", ID: "2"}, time.Unix(0, 0))
		})
		if err != nil {
			t.Fatal(err)
		}
		registry := prometheus.NewRegistry()
		registry.MustRegister(&parkedGauge{a}, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "other"}, func() float64 { return 7 }))
		told := func() string {
			w := httptest.NewRecorder()
			promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
			return w.Body.String()
		}
		text := told()
		for _, want := range []string{`palmar_parked_items{work="sign-again"} 1`, `palmar_parked_items{work="statements"} 0`, `palmar_parked_items{work="reminders"} 0`} {
			if !strings.Contains(text, want) {
				t.Errorf("the figures lack %s:\n%s", want, text)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if text := told(); strings.Contains(text, "palmar_parked_items{") || !strings.Contains(text, "other 7") {
			t.Errorf("without a database: %s", text)
		}
	})
}
