package app

import (
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/palmar/palmar/pkg/server"
)

// watchPools adds the figures of the connections to the database.
func (a *App) watchPools(m *server.Metrics) {
	for name, pool := range a.DB.Pools() {
		m.Register(collectors.NewDBStatsCollector(pool, name))
	}
}
