package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// DB is an open database. SQLite has one writing connection, so that writers
// queue instead of failing, and a pool of reading ones; PostgreSQL has one pool.
type DB struct {
	postgres bool
	writer   *gorm.DB
	reader   *gorm.DB
	sqlWrite *sql.DB
	sqlRead  *sql.DB
}

// Memory is the address of a SQLite database that lives as long as its DB.
const Memory = "sqlite::memory:"

// Open connects to "sqlite:PATH", Memory or "postgres://…" with at most pool
// connections (0 chooses). It does not migrate.
func Open(ctx context.Context, address string, pool int) (*DB, error) {
	if pool <= 0 {
		pool = 8
	}
	switch {
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		return openPostgres(ctx, address, pool)
	case strings.HasPrefix(address, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(address, "sqlite:"), pool)
	}
	return nil, fmt.Errorf("a database address starts with sqlite: or postgres://")
}

func openPostgres(ctx context.Context, address string, pool int) (*DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("the database address cannot be read (it is not repeated here, since it may hold a password)")
	}
	config.RuntimeParams["timezone"] = "UTC"
	conn := stdlib.OpenDB(*config)
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
	return &DB{postgres: true, writer: g, reader: g, sqlWrite: conn, sqlRead: conn}, nil
}

func openSQLite(ctx context.Context, path string, pool int) (*DB, error) {
	pragmas := url.Values{
		"_pragma":      {"busy_timeout(10000)", "foreign_keys(1)", "synchronous(FULL)"},
		"_time_format": {"sqlite"},
		"_txlock":      {"immediate"},
	}
	if path == ":memory:" {
		conn, err := openConn(ctx, ":memory:?"+pragmas.Encode(), 1)
		if err != nil {
			return nil, err
		}
		return sqliteDB(conn, conn)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	pragmas.Add("_pragma", "journal_mode(WAL)")
	write, err := openConn(ctx, "file:"+path+"?"+pragmas.Encode(), 1)
	if err != nil {
		return nil, err
	}
	pragmas.Set("_txlock", "deferred")
	pragmas.Add("_pragma", "query_only(1)")
	read, err := openConn(ctx, "file:"+path+"?"+pragmas.Encode(), pool)
	if err != nil {
		write.Close()
		return nil, err
	}
	return sqliteDB(write, read)
}

func openConn(ctx context.Context, dsn string, pool int) (*sql.DB, error) {
	conn, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
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
	db := &DB{sqlWrite: write, sqlRead: read}
	var err error
	if db.writer, err = gorm.Open(sqlite.New(sqlite.Config{DriverName: "sqlite", Conn: write}), gormConfig(true)); err != nil {
		return nil, err
	}
	db.reader = db.writer
	if read != write {
		db.reader, err = gorm.Open(sqlite.New(sqlite.Config{DriverName: "sqlite", Conn: read}), gormConfig(true))
	}
	return db, err
}

// gormConfig prepares statements on SQLite only: pgx keeps its own.
func gormConfig(prepare bool) *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		PrepareStmt:            prepare,
		Logger:                 logger.Discard,
		DisableAutomaticPing:   true,
	}
}

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
