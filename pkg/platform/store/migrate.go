package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

//go:embed migrations
var migrations embed.FS

// versionTable is where goose keeps which migrations a database has. Those from
// before the first release were another sequence, kept in formerTable.
const (
	versionTable = "schema_versions"
	formerTable  = "goose_db_version"
)

// ErrFormerSchema says that the database has the migrations from before the
// first release.
var ErrFormerSchema = core.Conflict("former_schema")

// ErrNewerSchema says that the database was migrated by a newer Palmar.
var ErrNewerSchema = core.Conflict("newer_schema")

// goose is what migrates this database. A database with another sequence is
// refused before goose touches it, as is one that is newer.
func (db *DB) goose(ctx context.Context) (*goose.Provider, error) {
	former, err := db.former(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the schema's version: %w", err)
	}
	if former {
		return nil, ErrFormerSchema
	}
	p, err := provider(db.sqlWrite, db.postgres)
	if err != nil {
		return nil, err
	}
	return p, newer(ctx, p)
}

// former tells whether the database has migrations from before the first release.
// Their table alone says nothing: a program of then leaves it, at version 0, in a
// database of today that it looked at.
func (db *DB) former(ctx context.Context) (found bool, err error) {
	table := "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '" + formerTable + "')"
	if db.postgres {
		table = "SELECT to_regclass('" + formerTable + "') IS NOT NULL"
	}
	if err := db.sqlRead.QueryRowContext(ctx, table).Scan(&found); err != nil || !found {
		return false, err
	}
	err = db.sqlRead.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+formerTable+" WHERE version_id > 0)").Scan(&found)
	return found, err
}

func provider(conn *sql.DB, postgres bool) (*goose.Provider, error) {
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithTableName(versionTable)}
	if postgres {
		dialect, folder = goose.DialectPostgres, "migrations/postgres"
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, conn, files, options...)
}

// Migrate brings the schema to this program's version; progress is told of
// each step. Several servers may start at once on PostgreSQL.
func (db *DB) Migrate(ctx context.Context, progress func(words.Sentence)) error {
	p, err := db.goose(ctx)
	if err != nil {
		return err
	}
	results, err := p.Up(ctx)
	for _, r := range results {
		progress(words.S("migrate.step", "number", r.Source.Version, "duration", r.Duration.Round(1e6)))
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return db.migrateJobs(ctx, progress)
}

// CheckSchema refuses a schema that this program does not know or has not been
// migrated to.
func (db *DB) CheckSchema(ctx context.Context) error {
	p, err := db.goose(ctx)
	if err != nil {
		return err
	}
	pending, err := p.HasPending(ctx)
	if err == nil && !pending {
		pending, err = db.jobsPending(ctx)
	}
	if err == nil && pending {
		return core.Conflict("not_migrated")
	}
	return err
}

func newer(ctx context.Context, p *goose.Provider) error {
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if current > target {
		return ErrNewerSchema
	}
	return nil
}

// Migrations are the SQL files of both databases.
func Migrations() fs.FS { return migrations }
