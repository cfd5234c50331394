package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// ErrNewerSchema says that the database was migrated by a newer Palmar.
var ErrNewerSchema = errors.New("the database was migrated by a newer Palmar; start that version, or restore a backup made before the migration")

func (db *DB) goose() (*goose.Provider, error) {
	return provider(db.sqlWrite, db.postgres)
}

func provider(conn *sql.DB, postgres bool) (*goose.Provider, error) {
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
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
func (db *DB) Migrate(ctx context.Context, progress func(string)) error {
	p, err := db.goose()
	if err != nil {
		return err
	}
	if err := newer(ctx, p); err != nil {
		return err
	}
	results, err := p.Up(ctx)
	for _, r := range results {
		progress(fmt.Sprintf("migration %d in %s", r.Source.Version, r.Duration.Round(1e6)))
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return db.migrateJobs(ctx, progress)
}

// CheckSchema refuses a schema that this program does not know or has not been
// migrated to.
func (db *DB) CheckSchema(ctx context.Context) error {
	p, err := db.goose()
	if err != nil {
		return err
	}
	if err := newer(ctx, p); err != nil {
		return err
	}
	pending, err := p.HasPending(ctx)
	if err == nil && !pending {
		pending, err = db.jobsPending(ctx)
	}
	if err == nil && pending {
		return errors.New("the database is not migrated yet: run palmar migrate")
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
