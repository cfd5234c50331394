package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/career/continuing"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/primary"
	"github.com/palmar/palmar/pkg/career/renewal"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/earn/registry"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/dispute"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/config"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// App is an open database with the services over it.
type App struct {
	Config config.Config
	Log    *slog.Logger
	Source core.Source
	DB     *store.DB

	Account    *account.Service
	Grants     *grant.Service
	Disputes   *dispute.Service
	Logbook    *logbook.Service
	Certify    *certify.Service
	Licensure  *licensure.Service
	Registry   *registry.Service
	Classroom  *classroom.Service
	Employer   *employer.Service
	Renewal    *renewal.Service
	Translog   *translog.Service
	Continuing *continuing.Service
	Specialty  *specialty.Service
}

// Open opens the configured database and makes the services. It does not
// migrate; call Close in the end.
func Open(ctx context.Context, c config.Config, log *slog.Logger) (*App, error) {
	return openBy(ctx, c, log, sourceOf(c))
}

// openBy is Open by a clock.
func openBy(ctx context.Context, c config.Config, log *slog.Logger, src core.Source) (*App, error) {
	return open(ctx, c, log, src, func() (*store.DB, error) {
		db, err := store.Open(ctx, c.Database.Reveal(), c.Pool)
		if err != nil {
			return nil, fmt.Errorf("%sDATABASE: %w", config.Prefix, err)
		}
		return db, nil
	})
}

// Over makes the services over a database that is open already, by any clock:
// for what chooses its time, or listens to the statements.
func Over(ctx context.Context, c config.Config, log *slog.Logger, src core.Source, db *store.DB) (*App, error) {
	return open(ctx, c, log, src, func() (*store.DB, error) { return db, nil })
}

func open(ctx context.Context, c config.Config, log *slog.Logger, src core.Source, database func() (*store.DB, error)) (*App, error) {
	witnesses, err := witnessesOf(c)
	if err != nil {
		return nil, err
	}
	secret, made, err := c.LoadSecret(src.Rand)
	if err != nil {
		return nil, err
	}
	if made {
		log.InfoContext(ctx, "made the secret that seals the schools' keys; back it up with the database", "file", c.SecretFile)
	}
	registers := primary.Sources{}
	if c.PrimarySources != "" {
		if registers, err = primary.Read(c.PrimarySources); err != nil {
			return nil, fmt.Errorf("%sPRIMARY_SOURCES: %w", config.Prefix, err)
		}
	}
	db, err := database()
	if err != nil {
		return nil, err
	}
	a := assemble(c, log, src, db, secret, witnesses)
	a.Licensure.Ask(registers).Fetch(primary.NewLists())
	return a, nil
}

func witnessesOf(c config.Config) ([]translog.Witness, error) {
	out := make([]translog.Witness, 0, len(c.Witnesses))
	for _, text := range c.Witnesses {
		w, err := translog.ParseWitness(text)
		if err != nil {
			return nil, fmt.Errorf("%sLOG_WITNESSES: %w", config.Prefix, err)
		}
		out = append(out, w)
	}
	return out, nil
}

func assemble(c config.Config, log *slog.Logger, src core.Source, db *store.DB, secret []byte, witnesses []translog.Witness) *App {
	db.SealWith(secret)
	var a *App
	joined := func(ctx context.Context, file core.TherapistID) error { return a.Specialty.Joined(ctx, file) }
	a = &App{
		Config: c, Log: log, Source: src, DB: db,
		Account:    account.New(store.Bind(db, func(tx *store.Tx) account.Tx { return kept.On(tx) }), src, account.Options{BaseURL: c.PublicURL, Languages: c.Languages, Joined: joined}),
		Grants:     grant.New(store.Bind(db, func(tx *store.Tx) grant.Tx { return kept.On(tx) }), src, grant.Options{BaseURL: c.PublicURL, Joined: joined}),
		Disputes:   dispute.New(store.Bind(db, func(tx *store.Tx) dispute.Tx { return kept.On(tx) }), src, dispute.Options{BaseURL: c.PublicURL}),
		Certify:    certify.New(store.Bind(db, func(tx *store.Tx) certify.Tx { return kept.On(tx) }), src, certify.Options{Secret: secret, BaseURL: c.PublicURL}),
		Licensure:  licensure.New(store.Bind(db, func(tx *store.Tx) licensure.Tx { return kept.On(tx) }), src).Telling(c.PublicURL),
		Classroom:  classroom.New(store.Bind(db, func(tx *store.Tx) classroom.Tx { return kept.On(tx) }), src),
		Registry:   registry.New(store.Bind(db, func(tx *store.Tx) registry.Tx { return kept.On(tx) }), src),
		Employer:   employer.New(store.Bind(db, func(tx *store.Tx) employer.Tx { return kept.On(tx) }), src, employer.Options{Witnesses: witnesses}),
		Renewal:    renewal.New(store.Bind(db, func(tx *store.Tx) renewal.Tx { return kept.On(tx) }), src, renewal.Options{BaseURL: c.PublicURL}),
		Continuing: continuing.New(store.Bind(db, func(tx *store.Tx) continuing.Tx { return kept.On(tx) }), src).Telling(c.PublicURL),
		Specialty:  specialty.New(store.Bind(db, func(tx *store.Tx) specialty.Tx { return kept.On(tx) }), src).Telling(c.PublicURL),
	}
	a.Translog = translog.NewService(store.Bind(db, func(tx *store.Tx) translog.ReadTx { return kept.On(tx) }), witnesses)
	a.Logbook = logbook.New(store.Bind(db, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), src).Inviting(a.Account.InviteStudent).Telling(c.PublicURL)
	a.Licensure.Hearing(a.Certify.LicensesHeard)
	a.joinRenewal()
	return a
}

// Close ends the connections to the database.
func (a *App) Close() error { return a.DB.Close() }

// Migrate brings the schema to this program's version, with the words by which
// people are found.
func (a *App) Migrate(ctx context.Context) error {
	if err := a.DB.Migrate(ctx, func(step words.Sentence) { a.Log.InfoContext(ctx, words.English().Write(step)) }); err != nil {
		return err
	}
	return accountdb.FillNames(ctx, a.DB)
}

// NewLog makes the log that the configuration asks for.
func NewLog(c config.Config, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
