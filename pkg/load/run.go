package load

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/config"
)

// Bounds of a run.
const (
	mostRate     = 10_000
	mostTime     = 10 * time.Minute // a sign-in lets people sign for fifteen
	mostRequests = 1_000_000
)

// Options say what is run. Every phase is of the same arrivals.
type Options struct {
	Arrivals
	// Warm is how long requests come before they count: connections are open
	// then, and statements prepared.
	Warm time.Duration
	Seed uint64
	// SQLite has Palmar run on a file in a temporary folder.
	SQLite bool
	// Postgres is a server of this machine on which a database may be made;
	// empty: none is used.
	Postgres string
	// Pgbench is the program; empty: it is looked for.
	Pgbench string
}

// Check tells what cannot be run.
func (o Options) Check() error {
	switch {
	case math.IsNaN(o.Rate) || o.Rate < 1 || o.Rate > mostRate:
		return fmt.Errorf("the rate is %g; write 1 to %d requests a second", o.Rate, mostRate)
	case o.For < time.Second || o.For > mostTime:
		return fmt.Errorf("the duration is %s; write 1s to %s", o.For, mostTime)
	case o.Warm < 0 || o.Warm > time.Minute || o.Grace < 0 || o.Grace > mostTime:
		return fmt.Errorf("to warm up for %s, or to wait for answers for %s, is too long, or less than nothing", o.Warm, o.Grace)
	case o.warming().count()+o.count() > mostRequests:
		return fmt.Errorf("%d requests a phase are too many; at most %d", o.count(), mostRequests)
	case o.Lanes < 1 || o.Lanes > 2000:
		return fmt.Errorf("%d requests at once cannot be sent; write 1 to 2000", o.Lanes)
	case !o.SQLite && o.Postgres == "":
		return errors.New("neither database is to be used")
	}
	if u, err := url.Parse(o.Postgres); err != nil || o.Postgres != "" && !config.Loopback(u.Host) {
		return errors.New("the PostgreSQL server is not on this machine, or its address cannot be read; load is sent to no other")
	}
	return nil
}

// warming is the arrivals that do not count.
func (o Options) warming() Arrivals {
	a := o.Arrivals
	a.For = o.Warm
	return a
}

// run is a run under way.
type run struct {
	Options
	src     core.Source
	out     io.Writer
	dir     string
	results []*Result
}

// Run runs every phase, one after the other, and prints what came of each, and
// then one beside the other. What went wrong in a phase is printed with it; an
// error is what kept a phase from running.
func Run(ctx context.Context, src core.Source, o Options, out io.Writer) (results []*Result, err error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "palmar-load-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &run{Options: o, src: src, out: out, dir: dir}
	if err := r.hello(ctx); err != nil {
		return nil, err
	}
	if o.Postgres != "" {
		if err := r.postgres(ctx); err != nil {
			return nil, err
		}
	}
	if o.SQLite {
		s, err := r.palmar(ctx, "SQLite", sqliteAt(dir))
		if err != nil {
			return nil, err
		}
		if err := s.close(); err != nil {
			return nil, err
		}
	}
	return r.results, beside(out, r.results)
}

// Titles of phases; those of Palmar go on with " on " and the database.
const (
	titleHello    = "echo's hello"
	titleDay      = "Palmar, a school day"
	titleCheck    = "Palmar, check a code"
	titleLog      = "Palmar, log an entry"
	titleRawCheck = "pgx behind echo, check a code"
	titleRawLog   = "pgx behind echo, log an entry"
	titleOwnCheck = "pgbench, check a code"
	titleOwnLog   = "pgbench, log an entry"
)

// phase warms up, sends requests and prints what came of them.
func (r *run) phase(ctx context.Context, title string, next func(int) Request) error {
	warming := r.warming()
	warming.Run(ctx, r.src, next)
	before := processor()
	result := r.Run(ctx, r.src, func(n int) Request { return next(warming.count() + n) })
	result.Title, result.CPU = title, processor()-before
	return r.done(ctx, result)
}

func (r *run) done(ctx context.Context, result *Result) error {
	r.results = append(r.results, result)
	return errors.Join(result.Print(r.out), ctx.Err())
}

func (r *run) hello(ctx context.Context) (err error) {
	c, stop, err := serveEcho(ctx, hello{}, r.Lanes)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	return r.phase(ctx, titleHello, each("hello", func(ctx context.Context, _ int) error {
		return person{site: c}.call(ctx, http.MethodGet, "/", nil, nil)
	}))
}

// each is requests of one name.
func each(name string, send func(ctx context.Context, n int) error) func(int) Request {
	return func(n int) Request {
		return Request{name, func(ctx context.Context) error { return send(ctx, n) }}
	}
}

// palmar runs the phases of Palmar, and leaves the school open.
func (r *run) palmar(ctx context.Context, name, address string) (s *school, err error) {
	fmt.Fprintf(r.out, "Making the demo school on %s.\n\n", name)
	if s, err = openSchool(ctx, r.src, address, r.dir, r.Lanes); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	d, err := s.begin(ctx, r.warming().count()+r.count(), r.Seed)
	if err != nil {
		return s, err
	}
	if err := r.phase(ctx, titleDay+" on "+name, d.next); err != nil {
		return s, err
	}
	err = r.phase(ctx, titleCheck+" on "+name, each("check a code", func(ctx context.Context, _ int) error { return s.check(ctx) }))
	if err != nil {
		return s, err
	}
	return s, r.phase(ctx, titleLog+" on "+name, each("log an entry", func(ctx context.Context, n int) error {
		_, err := s.pupil(n).log(ctx, true)
		return err
	}))
}

// postgres runs all phases on PostgreSQL, in a database that is made for it and
// dropped in the end.
func (r *run) postgres(ctx context.Context) (err error) {
	address, drop, err := r.makeDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	s, err := r.palmar(ctx, "PostgreSQL", address)
	if err != nil {
		return err
	}
	if err := s.close(); err != nil {
		return err
	}
	bare, err := openRaw(ctx, r.src, address, s)
	if err != nil {
		return err
	}
	defer bare.pool.Close()
	if err := r.bare(ctx, bare, s); err != nil {
		return err
	}
	return r.own(ctx, address, s.made.Certificate, bare.pupils)
}

// bare is pgx behind echo.
func (r *run) bare(ctx context.Context, bare *raw, s *school) (err error) {
	c, stop, err := serveEcho(ctx, bare, r.Lanes)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	nobody := person{site: c}
	err = r.phase(ctx, titleRawCheck, each("check a code", func(ctx context.Context, _ int) error {
		return nobody.call(ctx, http.MethodGet, "/raw/check/"+s.made.Certificate, nil, nil)
	}))
	if err != nil {
		return err
	}
	return r.phase(ctx, titleRawLog, each("log an entry", func(ctx context.Context, n int) error {
		return nobody.call(ctx, http.MethodPost, fmt.Sprintf("/raw/log/%d", n%len(s.pupils)), s.pupil(n).session(true), nil)
	}))
}

// own is pgbench. Where it is not there, the run goes on and says so.
func (r *run) own(ctx context.Context, address, code string, pupils []rawPupil) error {
	program, err := findPgbench(r.Pgbench)
	if err != nil {
		_, err = fmt.Fprintf(r.out, "Without pgbench: %v\n\n", err)
		return err
	}
	var logs []string
	for _, p := range pupils {
		logs = append(logs, logScript(p))
	}
	for _, phase := range []struct {
		title   string
		scripts []string
	}{{titleOwnCheck, []string{checkScript(code)}}, {titleOwnLog, logs}} {
		dir := filepath.Join(r.dir, phase.title)
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
		result, err := r.pgbench(ctx, program, address, dir, phase.title, phase.scripts)
		if err != nil {
			return err
		}
		if err := r.done(ctx, result); err != nil {
			return err
		}
	}
	return nil
}

// makeDatabase makes an empty database on the server; drop drops it.
func (r *run) makeDatabase(ctx context.Context) (address string, drop func() error, err error) {
	server, err := pgx.Connect(ctx, r.Postgres)
	if err != nil {
		return "", nil, fmt.Errorf("reach PostgreSQL on this machine (docker compose up -d --wait postgres starts one): %w", err)
	}
	random := make([]byte, 6)
	_, err = io.ReadFull(r.src.Rand, random)
	name := "palmar_load_" + hex.EncodeToString(random)
	if err == nil {
		_, err = server.Exec(ctx, "CREATE DATABASE "+name)
	}
	if err != nil {
		return "", nil, errors.Join(err, server.Close(ctx))
	}
	u, _ := url.Parse(r.Postgres) // Check has read it
	u.Path = "/" + name
	return u.String(), func() error {
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer stop()
		_, err := server.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
		return errors.Join(err, server.Close(ctx))
	}, nil
}
