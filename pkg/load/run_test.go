package load

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/palmar/palmar/pkg/app"
	"github.com/palmar/palmar/pkg/testkit"
)

// TestRun runs every phase, a second each: every kind of request of the day
// occurs, all are answered as they should be, and nothing stays behind. What
// PostgreSQL is compared with runs in the exhaustive part.
func TestRun(t *testing.T) {
	o := Options{Arrivals: Arrivals{Rate: 100, For: time.Second, Lanes: 32, Grace: time.Minute}, Seed: 7, SQLite: true}
	wanted := []string{titleHello, titleDay + " on SQLite", titleCheck + " on SQLite", titleLog + " on SQLite"}
	if testkit.Full() {
		o.Postgres = postgres(t)
		wanted = append(wanted, titleDay+" on PostgreSQL", titleCheck+" on PostgreSQL", titleLog+" on PostgreSQL", titleRawCheck, titleRawLog)
		if _, err := findPgbench(""); err == nil {
			wanted = append(wanted, titleOwnCheck, titleOwnLog)
		}
	}
	t.Setenv("TMPDIR", t.TempDir())
	var out bytes.Buffer
	results, err := Run(t.Context(), app.Source(), o, &out)
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	phases := map[string]*Result{}
	for _, r := range results {
		phases[r.Title] = r
		if all := r.Of(""); all.Good() == 0 || all.Good() != all.Count() {
			t.Errorf("%s: %d of %d were answered: %v", r.Title, all.Good(), all.Count(), r.Err())
		}
	}
	for _, title := range wanted {
		if phases[title] == nil {
			t.Fatalf("there is no phase %s", title)
		}
	}
	for _, s := range shares {
		if of := phases[titleDay+" on SQLite"].Of(s.name); of == nil || of.Good() != s.of {
			t.Errorf("of %s %d are in the day, want %+v", s.name, s.of, of)
		}
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind are %v, %v", left, err)
	}
	if _, side, _ := strings.Cut(out.String(), "side by side"); !strings.Contains(side, titleLog+" on SQLite") || !strings.Contains(side, titleHello) {
		t.Errorf("nothing is put side by side: %s", &out)
	}
}

// postgres is a server to make a database on.
func postgres(t *testing.T) string {
	t.Helper()
	address := "postgres://postgres:postgres@" + net.JoinHostPort(env("PALMAR_TEST_POSTGRES_HOST", "127.0.0.1"), env("PALMAR_TEST_POSTGRES_PORT", "5432")) + "/postgres?sslmode=disable"
	probe, err := pgx.Connect(t.Context(), address)
	if err != nil {
		testkit.Need(t, "postgres", "start PostgreSQL, for example with: docker compose up -d --wait postgres")
	}
	_ = probe.Close(t.Context())
	return address
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// The shares of a day are a hundred, and every kind of request comes up.
func TestShares(t *testing.T) {
	seen, sum := map[string]int{}, 0
	for n := range 100 {
		seen[drawn(n).name]++
	}
	for _, s := range shares {
		sum += s.of
		if seen[s.name] != s.of {
			t.Errorf("%s comes %d times in a hundred, want %d", s.name, seen[s.name], s.of)
		}
	}
	if sum != 100 {
		t.Errorf("the shares are %d", sum)
	}
}

func TestOptions_Check(t *testing.T) {
	good := Options{Arrivals: Arrivals{Rate: 100, For: 10 * time.Second, Lanes: 10, Grace: time.Second}, SQLite: true}
	for name, test := range map[string]struct {
		spoil func(*Options)
		says  string
	}{
		"good":          {func(*Options) {}, ""},
		"NoRate":        {func(o *Options) { o.Rate = 0 }, "rate"},
		"MuchRate":      {func(o *Options) { o.Rate = 1e9 }, "rate"},
		"Long":          {func(o *Options) { o.For = time.Hour }, "duration"},
		"Many":          {func(o *Options) { o.Rate, o.For = 10_000, 10*time.Minute }, "too many"},
		"NoLanes":       {func(o *Options) { o.Lanes = 0 }, "at once"},
		"LongWarm":      {func(o *Options) { o.Warm = time.Hour }, "warm"},
		"NoDatabase":    {func(o *Options) { o.SQLite = false }, "neither"},
		"OtherMachine":  {func(o *Options) { o.Postgres = "postgres://u@db.example.org/x" }, "not on this machine"},
		"OtherMachine2": {func(o *Options) { o.Postgres = "postgres://u@192.0.2.1:5432/x" }, "not on this machine"},
		"NoAddress":     {func(o *Options) { o.Postgres = "host=192.0.2.1" }, "not on this machine"},
	} {
		t.Run(name, func(t *testing.T) {
			o := good
			test.spoil(&o)
			if err := o.Check(); (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("says %v, want %q", err, test.says)
			}
		})
	}
	if _, err := newClient("http://example.org", 1); err == nil {
		t.Error("load is sent to another machine")
	}
}

// What pgbench writes down is read: times from when they were due, those of the
// warm-up left out, and what failed.
func TestReadTimes(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "times.1"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("0 1 500000 0 1000 500000 100\n" + // due at 1000.0
		"1 1 3000000 0 1003 900000 9\n" + // due at 1000.9, while it warms up
		"0 2 1000 0 1001 1000 9\n" +
		"1 2 3000 0 1002 3000 9\n" +
		"0 3 failed 0 1003 0 9\n")
	r := newResult(Arrivals{})
	if err := r.readTimes(dir, time.Second); err != nil {
		t.Fatal(err)
	}
	all := r.Of("")
	if all.Count() != 3 || all.Failed != 1 || all.Unanswered != 0 {
		t.Errorf("%d transactions, of which %d failed", all.Count(), all.Failed)
	}
	within(t, "max", all.At(100), 3*time.Millisecond)
	write("what is this\n")
	if err := newResult(Arrivals{}).readTimes(dir, 0); err == nil {
		t.Error("a line that cannot be read is passed over")
	}
	if err := newResult(Arrivals{}).readTimes(t.TempDir(), 0); err == nil {
		t.Error("no times are taken for good")
	}
}

func TestFindPgbench_ErrAbsent(t *testing.T) {
	if _, err := findPgbench(filepath.Join(t.TempDir(), "pgbench")); err == nil {
		t.Error("a program that is not there is found")
	}
}

// A run that is stopped ends, and leaves nothing.
func TestRun_stopped(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err := Run(ctx, app.Source(), Options{Arrivals: Arrivals{Rate: 10, For: time.Second, Lanes: 1, Grace: time.Second}, SQLite: true}, &bytes.Buffer{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("ends with %v", err)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("left behind are %v, %v", left, err)
	}
}
