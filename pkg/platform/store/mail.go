package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// MailJob is a mail in the queue of background work.
type MailJob struct{ core.Mail }

// Kind names the job in the queue.
func (MailJob) Kind() string { return "mail" }

// InsertOpts bounds the tries: the last is about a day after the first.
func (MailJob) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 14} }

// JobDriver lets the background work reach its queue in this database, by the
// connection that writes.
func (db *DB) JobDriver() riverdriver.Driver[*sql.Tx] { return jobDriver(db.sqlWrite, db.postgres) }

func jobDriver(conn *sql.DB, postgres bool) riverdriver.Driver[*sql.Tx] {
	if postgres {
		return riverdatabasesql.New(conn)
	}
	return riversqlite.New(conn)
}

// The queues can only be added to: a job belongs to the transaction that asks
// for it, and pkg/platform/jobs works them off.
var (
	postgresQueue = sync.OnceValues(func() (*river.Client[*sql.Tx], error) {
		return river.NewClient(jobDriver(nil, true), &river.Config{})
	})
	sqliteQueue = sync.OnceValues(func() (*river.Client[*sql.Tx], error) {
		return river.NewClient(jobDriver(nil, false), &river.Config{})
	})
)

// SendMail queues a mail; it leaves once the transaction has committed, and
// never when it has not.
func (tx *Tx) SendMail(ctx context.Context, m core.Mail) error { return tx.enqueue(ctx, MailJob{m}) }

// SendMails is SendMail for many at once.
func (tx *Tx) SendMails(ctx context.Context, mails []core.Mail) error {
	if len(mails) == 0 {
		return nil
	}
	raw, client, err := tx.outbox()
	if err != nil {
		return err
	}
	jobs := make([]river.InsertManyParams, len(mails))
	for i, m := range mails {
		jobs[i].Args = MailJob{m}
	}
	if _, err := client.InsertManyFastTx(ctx, raw, jobs); err != nil {
		return fmt.Errorf("queue %d mails: %w", len(mails), err)
	}
	return nil
}

// outbox is the queue of this database within the transaction.
func (tx *Tx) outbox() (*sql.Tx, *river.Client[*sql.Tx], error) {
	raw, err := tx.sql()
	if err != nil {
		return nil, nil, err
	}
	queue := sqliteQueue
	if tx.postgres {
		queue = postgresQueue
	}
	client, err := queue()
	return raw, client, err
}

// sql is the transaction as database/sql knows it.
func (tx *Tx) sql() (*sql.Tx, error) {
	switch pool := tx.g.Statement.ConnPool.(type) {
	case *sql.Tx:
		return pool, nil
	case *gorm.PreparedStmtTX:
		if raw, ok := pool.Tx.(*sql.Tx); ok {
			return raw, nil
		}
	}
	return nil, errors.New("store: this needs a writing transaction")
}

// migrateJobs brings the queue's own tables to their version. On PostgreSQL a
// lock keeps servers that start at once from doing it together.
func (db *DB) migrateJobs(ctx context.Context, progress func(words.Sentence)) error {
	m, err := rivermigrate.New(db.JobDriver(), nil)
	if err != nil {
		return err
	}
	migrate := func() error {
		result, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		if err != nil {
			return fmt.Errorf("migrate the queue: %w", err)
		}
		if n := len(result.Versions); n > 0 {
			progress(words.S("migrate.queue", "count", n))
		}
		return nil
	}
	if !db.postgres {
		return migrate()
	}
	conn, err := db.sqlWrite.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", queueLock); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", queueLock) //nolint:errcheck // closing the connection frees it too
	return migrate()
}

const queueLock = 5_278_193_640_117

// jobsPending tells whether the queue's tables lack a migration.
func (db *DB) jobsPending(ctx context.Context) (bool, error) {
	m, err := rivermigrate.New(db.JobDriver(), nil)
	if err != nil {
		return false, err
	}
	result, err := m.Validate(ctx, nil)
	return err == nil && !result.OK, err
}

// QueueVersion is the version of the queue's own tables.
func QueueVersion() (int, error) {
	m, err := rivermigrate.New(jobDriver(nil, true), nil)
	if err != nil {
		return 0, err
	}
	versions := m.AllVersions()
	return versions[len(versions)-1].Version, nil
}
