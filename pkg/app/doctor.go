package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/document/documentdb"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// openExisting is Open for commands that must not make a database or a secret by
// being called. Without the secret nothing is written, and no seal examined.
func openExisting(ctx context.Context, c config.Config) (*App, error) {
	if !c.Postgres() {
		if _, err := os.Stat(sqlitePath(c)); err != nil {
			return nil, noDatabase(c)
		}
	}
	db, err := store.Open(ctx, c.Database.Reveal(), c.Pool)
	if err != nil {
		return nil, fmt.Errorf("%sDATABASE: %w", config.Prefix, err)
	}
	secret, err := c.ExistingSecret()
	if err != nil {
		db.Close()
		return nil, err
	}
	return assemble(c, slog.New(slog.DiscardHandler), sourceOf(c), db, secret, nil), nil
}

// Migrate brings the configured database to this version and tells each step.
func Migrate(ctx context.Context, c config.Config, out io.Writer) error {
	db, err := store.Open(ctx, c.Database.Reveal(), c.Pool)
	if err != nil {
		return fmt.Errorf("%sDATABASE: %w", config.Prefix, err)
	}
	defer db.Close()
	steps := 0
	err = db.Migrate(ctx, func(step words.Sentence) {
		steps++
		Tell(ctx, out, step.ID, step.Args...)
	})
	if err != nil {
		return err
	}
	if steps == 0 {
		Tell(ctx, out, "cli.migrate.done")
	}
	return accountdb.FillNames(ctx, db)
}

// Spare has the process collect what it does not need any more sooner: for a
// program that reads much and keeps little of it.
func Spare() {
	debug.SetGCPercent(20)
	debug.SetMemoryLimit(40 << 20)
}

// Doctor examines the configured database: the file, the schema, whether every
// total and standing that is kept is what the ledger gives, whether all that was
// attested is what was signed and logged, whether people are reminded of the days
// on which their licenses end, and whether no document is left behind. It also
// mentions what the background work has given up, which makes no difference. It
// changes nothing; sound tells that nothing
// differs.
func Doctor(ctx context.Context, c config.Config, out io.Writer) (sound bool, err error) {
	c.Pool = 2 // one reads the record from beginning to end
	a, err := openExisting(ctx, c)
	if err != nil {
		return false, err
	}
	defer a.Close()
	if err := a.DB.CheckSchema(ctx); err != nil {
		return false, err
	}
	if err := a.DB.CheckIntegrity(ctx); err != nil {
		return false, err
	}
	differences, err := a.Logbook.Doctor(ctx)
	if err != nil {
		return false, err
	}
	for _, d := range differences {
		Tell(ctx, out, "cli.doctor.difference", "enrollment", d.Enrollment, "what", d.What, "stored", d.Kept, "recomputed", d.Recomputed)
	}
	attested, err := a.Certify.Doctor(ctx)
	if err != nil {
		return false, err
	}
	missed, err := a.Renewal.Doctor(ctx)
	if err != nil {
		return false, err
	}
	for _, found := range append(attested, missed...) {
		Tell(ctx, out, found.ID, found.Args...)
	}
	trained, err := a.Specialty.Doctor(ctx)
	if err != nil {
		return false, err
	}
	if trained > 0 {
		Tell(ctx, out, "cli.doctor.trained", "count", trained)
	}
	orphans := 0
	if err := a.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		orphans, err = documentdb.On(tx).CountOrphans(ctx)
		return err
	}); err != nil {
		return false, err
	}
	if orphans > 0 {
		Tell(ctx, out, "cli.doctor.orphans", "count", orphans)
	}
	if err := a.tellParked(ctx, out); err != nil {
		return false, err
	}
	sound = len(differences)+len(attested)+len(missed) == 0 && trained == 0 && orphans == 0
	if sound {
		Tell(ctx, out, "cli.doctor.sound")
	}
	return sound, nil
}

// Health asks the server that this configuration describes whether it is ready.
func Health(ctx context.Context, c config.Config, out io.Writer) error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return err
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(answer.Body, 200))
	if answer.StatusCode != http.StatusOK {
		return &core.Fault{Kind: core.KindUnavailable, Code: "not_ready", ID: "not_ready", Args: []any{"text", strings.TrimSpace(string(said))}}
	}
	Tell(ctx, out, "cli.ready")
	return nil
}
