// Package storetest gives tests a migrated database of their own, on SQLite
// and on PostgreSQL.
package storetest

import (
	"context"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
	"github.com/palmar/palmar/pkg/words"
)

// Each runs fn on SQLite and on PostgreSQL, each with an empty migrated
// database, side by side. It is for what the two might do differently: SQL that
// differs, locks, races, and the stories that go through everything.
func Each(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	EachAddress(t, func(t *testing.T, address string) { fn(t, open(t, address)) })
}

// OneOrFull is Each for what goes to the database only through methods of
// store whose SQL is the same on both: it runs fn on SQLite, and on PostgreSQL
// too where testkit.Full asks for everything.
func OneOrFull(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	OneOrFullAddress(t, func(t *testing.T, address string) { fn(t, open(t, address)) })
}

// EachAddress is Each for tests that open the database themselves.
func EachAddress(t *testing.T, fn func(t *testing.T, address string)) {
	t.Helper()
	on(t, "sqlite", SQLiteAddress, fn)
	on(t, "postgres", PostgresAddress, fn)
}

// OneOrFullAddress is OneOrFull for tests that open the database themselves.
func OneOrFullAddress(t *testing.T, fn func(t *testing.T, address string)) {
	t.Helper()
	on(t, "sqlite", SQLiteAddress, fn)
	if testkit.Full() {
		on(t, "postgres", PostgresAddress, fn)
	}
}

// Drawn is Each for what takes seconds on each database: it runs fn on one of them,
// which is drawn for each test, and on both where testkit.Full asks for everything.
func Drawn(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	DrawnAddress(t, func(t *testing.T, address string) { fn(t, open(t, address)) })
}

// DrawnAddress is Drawn for tests that open the database themselves.
func DrawnAddress(t *testing.T, fn func(t *testing.T, address string)) {
	t.Helper()
	switch {
	case testkit.Full():
		EachAddress(t, fn)
	case testkit.Coin(t) && Answers():
		on(t, "postgres", PostgresAddress, fn)
	default:
		on(t, "sqlite", SQLiteAddress, fn)
	}
}

func on(t *testing.T, name string, address func(testing.TB) string, fn func(t *testing.T, address string)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		fn(t, address(t))
	})
}

// SQLite opens a migrated SQLite database in a file of its own.
func SQLite(t testing.TB) *store.DB { return open(t, SQLiteAddress(t)) }

// Postgres opens a migrated PostgreSQL database of its own, or ends the test
// where no server answers.
func Postgres(t testing.TB) *store.DB { return open(t, PostgresAddress(t)) }

func open(t testing.TB, address string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), address, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// sqliteTemplate is a migrated database, which an earlier package's tests may have
// left beside other temporary files.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	hash, err := migrations()
	if err != nil {
		return nil, err
	}
	kept := filepath.Join(os.TempDir(), "palmar-test-"+hash[:16]+".db")
	if template, err := os.ReadFile(kept); err == nil {
		return template, nil
	}
	dir, err := os.MkdirTemp("", "palmar-template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	db, err := store.Open(context.Background(), "sqlite:"+path, 0)
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(context.Background(), func(words.Sentence) {}); err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	template, err := os.ReadFile(path)
	if err == nil {
		err = os.Rename(path, kept) // whole, or not at all
	}
	return template, err
})

// SQLiteAddress is the address of a new migrated SQLite database.
func SQLiteAddress(t testing.TB) string {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "palmar.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

// pools are those of the servers that were asked for.
var pools = struct {
	sync.Mutex
	of map[string]*pool
}{of: map[string]*pool{}}

// PostgresAddress is the address of an empty migrated PostgreSQL database, which is
// the test's alone. PALMAR_TEST_POSTGRES_HOST and _PORT say where the server is when
// it is not 127.0.0.1:5432.
func PostgresAddress(t testing.TB) string {
	t.Helper()
	if !Answers() {
		testkit.Need(t, "postgres", "start PostgreSQL 15 or newer on "+serverHost()+", for example with: docker compose up -d --wait postgres")
	}
	server := url.URL{
		Scheme: "postgres", User: url.UserPassword("postgres", env("PALMAR_TEST_POSTGRES_PASSWORD", "postgres")),
		Host: serverHost(), Path: "postgres", RawQuery: "sslmode=disable",
	}
	if _, test := t.(*testing.T); test { // which kills the program at most, and never the server
		server.RawQuery += "&synchronous_commit=off"
	}
	hash, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	pools.Lock()
	p := pools.of[server.String()]
	if p == nil {
		p = &pool{server: server, prefix: "palmar_test_" + hash[:12], taken: map[int]bool{}}
		pools.of[server.String()] = p
	}
	pools.Unlock()
	return p.pooled(t)
}

func serverHost() string {
	return net.JoinHostPort(env("PALMAR_TEST_POSTGRES_HOST", "127.0.0.1"), env("PALMAR_TEST_POSTGRES_PORT", "5432"))
}

// Answers tells whether the PostgreSQL server can be reached.
func Answers() bool {
	conn, err := net.DialTimeout("tcp", serverHost(), time.Second)
	if err == nil {
		_ = conn.Close()
	}
	return err == nil
}

func env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}
