package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/palmar/palmar/pkg/platform/server"
)

// watchPools adds the figures of the connections to the database.
func (a *App) watchPools(m *server.Metrics) {
	for name, pool := range a.DB.Pools() {
		m.Register(collectors.NewDBStatsCollector(pool, name))
	}
}

// parkedGauge tells, whenever someone asks, how many items of background work wait
// to be looked at.
type parkedGauge struct{ app *App }

var parkedItems = prometheus.NewDesc("palmar_parked_items", "Items of background work that were given up and nobody has looked at.", []string{"work"}, nil)

// Describe implements prometheus.Collector.
func (*parkedGauge) Describe(to chan<- *prometheus.Desc) { to <- parkedItems }

// Collect implements prometheus.Collector.
func (g *parkedGauge) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	parked, err := g.app.parked(ctx)
	if err != nil {
		return // all other figures are told without a database, and this one is absent
	}
	for _, w := range g.app.works() {
		if _, some := parked[w.Name]; !some {
			parked[w.Name] = 0
		}
	}
	for work, n := range parked {
		to <- prometheus.MustNewConstMetric(parkedItems, prometheus.GaugeValue, float64(n), work)
	}
}
