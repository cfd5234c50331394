// Command palmar-load sends a school day to Palmar on this machine, at a fixed
// rate, and says how long the answers took, beside echo's hello, pgx behind echo
// and pgbench. docs/benchmarks.md tells how to read it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/load"
)

type command struct {
	Rate     float64       `help:"Requests a second, in every phase." default:"100"`
	Duration time.Duration `help:"How long each of the phases is, of which there are eleven." default:"15s"`
	Warm     time.Duration `help:"How long requests come before those that count." default:"3s"`
	Lanes    int           `help:"The most requests at once; what is due beyond waits, and its wait counts." default:"256"`
	Grace    time.Duration `help:"How long answers are waited for after the last request." default:"15s"`
	Database []string      `help:"sqlite, postgres or both." default:"sqlite,postgres" enum:"sqlite,postgres"`
	Postgres string        `help:"A PostgreSQL server of this machine on which a database may be made." default:"postgres://postgres:postgres@127.0.0.1:5432/postgres?sslmode=disable"`
	Pgbench  string        `help:"The program pgbench, where it is not found." placeholder:"FILE"`
	Seed     uint64        `help:"The order of the day's requests." default:"1"`
}

func main() {
	var c command
	kong.Parse(&c, kong.Name("palmar-load"),
		kong.Description("Sends a school day to Palmar on this machine and says how long the answers took."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	_, err := load.Run(ctx, app.Source(), c.options(), os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "palmar-load: %v\n", err)
		os.Exit(1)
	}
}

func (c command) options() load.Options {
	o := load.Options{
		Arrivals: load.Arrivals{Rate: c.Rate, For: c.Duration, Lanes: c.Lanes, Grace: c.Grace},
		Warm:     c.Warm, Seed: c.Seed, SQLite: slices.Contains(c.Database, "sqlite"), Pgbench: c.Pgbench,
	}
	if slices.Contains(c.Database, "postgres") {
		o.Postgres = c.Postgres
	}
	return o
}
