package app

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// ErrPostgresBackup says how a PostgreSQL database is backed up.
var ErrPostgresBackup = core.Conflict("postgres_backup", "prefix", config.Prefix)

// Backup copies a SQLite database into a new file while servers may go on. The
// secret is not in it.
func Backup(ctx context.Context, c config.Config, path string, out io.Writer) error {
	if c.Postgres() {
		return ErrPostgresBackup
	}
	if _, err := os.Stat(sqlitePath(c)); err != nil {
		return noDatabase(c)
	}
	db, err := store.Open(ctx, c.Database.Reveal(), 1)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Backup(ctx, path); err != nil {
		return err
	}
	Tell(ctx, out, "cli.backup.done", "path", path)
	if c.SecretFile != "" {
		Tell(ctx, out, "cli.backup.secret", "path", c.SecretFile)
	}
	return nil
}

// Restore puts a backup where the configured SQLite database is to be, brings it to
// this version, and records that; no database may be there, and no server may run.
func Restore(ctx context.Context, c config.Config, path string, out io.Writer) error {
	if c.Postgres() {
		return ErrPostgresBackup
	}
	target := sqlitePath(c)
	if _, err := os.Stat(target); !errors.Is(err, fs.ErrNotExist) {
		return core.Conflict("database_exists", "path", target)
	}
	if err := checkBackup(ctx, path); err != nil {
		return core.Invalid("bad_backup", "path", path, "err", err)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	if err := copyFile(path, target); err != nil {
		return err
	}
	Tell(ctx, out, "cli.restore.done", "path", target)
	if c.SecretFile != "" && !there(c.SecretFile) {
		Tell(ctx, out, "cli.restore.secret", "path", c.SecretFile)
		return nil // the record of the restore has to wait for it
	}
	if err := Migrate(ctx, c, out); err != nil {
		return err
	}
	return Restored(ctx, c, out)
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Restored records that the configured database was put back from a backup.
func Restored(ctx context.Context, c config.Config, out io.Writer) error {
	return within(ctx, c, func(a *App) error {
		r, err := a.Certify.Restored(core.WithOrigin(ctx, core.Origin{Via: "command"}))
		if err == nil {
			Tell(ctx, out, "cli.restore.recorded", "from", words.Moment(r.BackTo), "to", words.Moment(r.At))
		}
		return err
	})
}

// checkBackup examines a copy, since opening a database may write beside it.
func checkBackup(ctx context.Context, path string) error {
	dir, err := os.MkdirTemp("", "palmar-restore")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, "palmar.db")
	if err := copyFile(path, copied); err != nil {
		return err
	}
	db, err := store.Open(ctx, "sqlite:"+copied, 1)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.CheckIntegrity(ctx); err != nil {
		return err
	}
	if err := db.CheckSchema(ctx); errors.Is(err, store.ErrNewerSchema) || errors.Is(err, store.ErrFormerSchema) {
		return err
	}
	return nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Sync()
}

func sqlitePath(c config.Config) string { return strings.TrimPrefix(c.Database.Reveal(), "sqlite:") }
