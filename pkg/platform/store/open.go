package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/libtnb/sqlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// DB is an open database. SQLite has one writing connection, so that writers
// queue instead of failing, and a pool of reading ones; PostgreSQL has one pool.
type DB struct {
	postgres bool
	writer   *gorm.DB // for transactions that write
	snapshot *gorm.DB // for those that only read
	reader   *gorm.DB // for reading without one
	sqlWrite *sql.DB
	sqlRead  *sql.DB
	seals    *sealing
}

// Memory is the address of a SQLite database that lives as long as its DB.
const Memory = "sqlite::memory:"

// Open connects to "sqlite:PATH", Memory or "postgres://…" with at most pool
// connections (0 chooses). It does not migrate.
func Open(ctx context.Context, address string, pool int, how ...Option) (*DB, error) {
	if pool <= 0 {
		pool = 8
	}
	var o options
	for _, set := range how {
		set(&o)
	}
	switch {
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		return openPostgres(ctx, address, pool, o)
	case strings.HasPrefix(address, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(address, "sqlite:"), pool, o)
	}
	return nil, fmt.Errorf("a database address starts with sqlite: or postgres://")
}

func openPostgres(ctx context.Context, address string, pool int, o options) (*DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("the database address cannot be read (it is not repeated here, since it may hold a password)")
	}
	config.RuntimeParams["timezone"] = "UTC"
	conn := stdlib.OpenDB(*config)
	if o.trace != nil {
		conn = traced(conn, stdlib.GetConnector(*config).Connect, o.trace)
	}
	conn.SetMaxOpenConns(pool)
	conn.SetMaxIdleConns(pool)
	if err := conn.PingContext(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("reach PostgreSQL at %s:%d: %w", config.Host, config.Port, err)
	}
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: conn}), gormConfig(false))
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &DB{postgres: true, writer: g, snapshot: g, reader: g, sqlWrite: conn, sqlRead: conn, seals: newSealing(nil)}, nil
}

func openSQLite(ctx context.Context, path string, pool int, o options) (*DB, error) {
	pragmas := url.Values{
		"_pragma":      {"busy_timeout(10000)", "foreign_keys(1)", "synchronous(FULL)"},
		"_time_format": {"sqlite"},
		"_txlock":      {"immediate"},
	}
	if path == ":memory:" {
		conn, err := openConn(ctx, ":memory:?"+pragmas.Encode(), 1, o)
		if err != nil {
			return nil, err
		}
		return sqliteDB(conn, conn)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	pragmas.Add("_pragma", "journal_mode(WAL)")
	write, err := openConn(ctx, "file:"+path+"?"+pragmas.Encode(), 1, o)
	if err != nil {
		return nil, err
	}
	pragmas.Set("_txlock", "deferred")
	pragmas.Add("_pragma", "query_only(1)")
	read, err := openConn(ctx, "file:"+path+"?"+pragmas.Encode(), pool, o)
	if err != nil {
		write.Close()
		return nil, err
	}
	return sqliteDB(write, read)
}

func openConn(ctx context.Context, dsn string, pool int, o options) (*sql.DB, error) {
	conn, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	if o.trace != nil {
		d := conn.Driver()
		conn = traced(conn, func(context.Context) (driver.Conn, error) { return d.Open(dsn) }, o.trace)
	}
	conn.SetMaxOpenConns(pool)
	conn.SetMaxIdleConns(pool)
	if err := conn.PingContext(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("open the SQLite database: %w", err)
	}
	return conn, nil
}

func sqliteDB(write, read *sql.DB) (*DB, error) {
	db := &DB{sqlWrite: write, sqlRead: read, seals: newSealing(nil)}
	for _, g := range []struct {
		to      **gorm.DB
		conn    *sql.DB
		prepare bool
	}{{&db.writer, write, false}, {&db.snapshot, read, false}, {&db.reader, read, read != write}} {
		var err error
		if *g.to, err = gorm.Open(sqlite.New(sqlite.Config{DriverName: "sqlite", Conn: g.conn}), gormConfig(g.prepare)); err != nil {
			return nil, err
		}
	}
	return db, nil
}

// naming is GORM's own naming, which would also make a name of each selected
// expression, letter by letter, to look for a field that is called so.
type naming struct{ schema.NamingStrategy }

// ColumnName implements schema.Namer.
func (n naming) ColumnName(table, name string) string {
	if strings.ContainsAny(name, " .(*") {
		return name
	}
	return n.NamingStrategy.ColumnName(table, name)
}

// gormConfig prepares statements on SQLite only, since pgx keeps its own, and only for
// reading outside of transactions: within one, database/sql prepares a statement again
// each time, and keeps every one of them until the transaction ends.
func gormConfig(prepare bool) *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		PrepareStmt:            prepare,
		Logger:                 logger.Discard,
		DisableAutomaticPing:   true,
		NamingStrategy:         naming{schema.NamingStrategy{IdentifierMaxLength: 64}},
		NowFunc:                noTime,
	}
}

// noTime is the moment that GORM would set by itself: none. Each time that is kept
// comes from the clock of a command.
func noTime() time.Time { return time.Time{} }

// Close ends all connections.
func (db *DB) Close() error {
	err := db.sqlWrite.Close()
	if db.sqlRead != db.sqlWrite {
		if e := db.sqlRead.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return translate(db.sqlRead.PingContext(ctx)) }

// Postgres tells whether this is PostgreSQL.
func (db *DB) Postgres() bool { return db.postgres }
