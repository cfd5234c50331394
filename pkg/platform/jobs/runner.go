package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Mailer carries one mail to its reader.
type Mailer interface {
	Send(ctx context.Context, m core.Mail) error
}

// Options say what the runner works with. Poll is how often the queue is looked
// at, a second when it is zero.
type Options struct {
	Mailer Mailer
	Source core.Source
	Log    *slog.Logger
	Poll   time.Duration
	// Clean removes what has no use any more and says how many rows of each table
	// went. It runs once an hour; nil is nothing.
	Clean func(ctx context.Context, tx *store.Tx, now time.Time) (map[string]int64, error)
	// Works are what is worked on by items.
	Works []act.Work
	// Retry says when a job that failed is tried again; nil is the queue's own
	// schedule, a second after the first try, a quarter of a minute after the
	// second, and longer each time.
	Retry river.ClientRetryPolicy
}

// Runner works off the queue of one database. Several processes may.
type Runner struct{ client *river.Client[*sql.Tx] }

const (
	workers    = 4
	cleanEvery = time.Hour
	// softStop is how long running jobs may go on after Stop.
	softStop = 5 * time.Second
	// fetchCooldown is how soon the queue is looked at again while there is work.
	fetchCooldown = 10 * time.Millisecond
	// rescueAfter is when a job whose process has died is looked for at the
	// earliest; it is tried again once its own time is over as well.
	rescueAfter = 2 * time.Minute
	// keepSent is short, since a queued invitation holds its link.
	keepSent      = time.Minute
	keepAbandoned = 24 * time.Hour
)

// New makes a runner; Start lets it begin.
func New(db *store.DB, o Options) (*Runner, error) {
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	works, err := byName(o.Works)
	if err != nil {
		return nil, err
	}
	known := river.NewWorkers()
	river.AddWorker(known, &itemWorker{db: db, works: works, src: o.Source, log: o.Log})
	river.AddWorker(known, &dueWorker{db: db, works: works, log: o.Log})
	river.AddWorker(known, &sender{mailer: o.Mailer, log: o.Log})
	river.AddWorker(known, &cleaner{db: db, o: o})
	client, err := river.NewClient(db.JobDriver(), &river.Config{
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}, store.ItemQueue: {MaxWorkers: workers}},
		Workers:                     known,
		RetryPolicy:                 o.Retry,
		RescueStuckJobsAfter:        rescueAfter,
		Logger:                      slog.New(quiet{o.Log.Handler()}),
		PollOnly:                    true,
		FetchPollInterval:           o.Poll,
		FetchCooldown:               min(o.Poll, fetchCooldown),
		SoftStopTimeout:             softStop,
		CompletedJobRetentionPeriod: keepSent,
		DiscardedJobRetentionPeriod: keepAbandoned,
		PeriodicJobs:                periodic(o.Works),
	})
	if err != nil {
		return nil, fmt.Errorf("make the queue's runner: %w", err)
	}
	return &Runner{client}, nil
}

func periodic(works []act.Work) []*river.PeriodicJob {
	return append(askingDue(works), river.NewPeriodicJob(
		river.PeriodicInterval(cleanEvery),
		func() (river.JobArgs, *river.InsertOpts) { return cleanJob{}, nil },
		&river.PeriodicJobOpts{RunOnStart: true},
	))
}

// Start begins to work in the background; ctx bounds the start and the work.
func (r *Runner) Start(ctx context.Context) error { return r.client.Start(ctx) }

// Stop lets running jobs finish, for at most five seconds, and takes no new
// ones. What is left in the queue waits for the next start.
func (r *Runner) Stop(ctx context.Context) error { return r.client.Stop(ctx) }

type sender struct {
	river.WorkerDefaults[store.MailJob]
	mailer Mailer
	log    *slog.Logger
}

// Work sends one mail. The reader's address is taken out of an error, which is
// logged and kept.
func (w *sender) Work(ctx context.Context, job *river.Job[store.MailJob]) error {
	if job.Args.To == "" {
		return nil // to nobody: see core.Mail
	}
	err := w.mailer.Send(ctx, job.Args.Mail)
	if err == nil {
		return nil
	}
	err = errors.New(strings.ReplaceAll(err.Error(), job.Args.To, "the recipient"))
	w.log.WarnContext(ctx, "mail not sent", "try", job.Attempt, "error", err)
	return err
}

// Timeout bounds one attempt.
func (*sender) Timeout(*river.Job[store.MailJob]) time.Duration { return 30 * time.Second }

type cleanJob struct{}

func (cleanJob) Kind() string { return "clean" }

type cleaner struct {
	river.WorkerDefaults[cleanJob]
	db *store.DB
	o  Options
}

func (w *cleaner) Work(ctx context.Context, _ *river.Job[cleanJob]) error {
	if w.o.Clean == nil {
		return nil
	}
	now := w.o.Source.Now()
	var removed map[string]int64
	err := w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		removed, err = w.o.Clean(ctx, tx, now)
		return err
	})
	if err == nil {
		var told []any
		for _, table := range slices.Sorted(maps.Keys(removed)) {
			told = append(told, table, removed[table])
		}
		w.o.Log.InfoContext(ctx, "cleaned", told...)
	}
	return err
}

// quiet lets the queue's own chatter through from warnings on.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
