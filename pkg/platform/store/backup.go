package store

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/palmar/palmar/pkg/core"
)

// Backup copies a SQLite database, as it is at this moment, into a new file;
// writers go on meanwhile. PostgreSQL has its own tools.
func (db *DB) Backup(ctx context.Context, path string) error {
	if db.postgres {
		return errors.New("PostgreSQL is backed up by its own tools, such as pg_dump")
	}
	if _, err := os.Stat(path); err == nil {
		return core.Conflict("backup_exists", "path", path)
	}
	if _, err := db.sqlWrite.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return os.Chmod(path, 0o600)
}

// CheckIntegrity lets SQLite examine its file: pages, indexes and references.
// PostgreSQL keeps checksums of its own.
func (db *DB) CheckIntegrity(ctx context.Context) error {
	if db.postgres {
		return nil
	}
	var first string
	if err := db.sqlRead.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&first); err != nil {
		return err
	}
	if first != "ok" {
		return core.Conflict("database_damaged.page", "found", first)
	}
	rows, err := db.sqlRead.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		return core.Conflict("database_damaged.reference")
	}
	return rows.Err()
}
