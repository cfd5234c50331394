package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/store"
)

// Mailer carries one mail to its reader.
type Mailer interface {
	Send(ctx context.Context, m core.Mail) error
}

// Options say what the runner works with. SessionIdle is how long a session
// lives without being used; Poll is how often the queue is looked at, a second
// when it is zero. Statements mails the monthly statements that are due; nil mails
// none.
type Options struct {
	Mailer      Mailer
	Source      core.Source
	Log         *slog.Logger
	SessionIdle time.Duration
	Poll        time.Duration
	Statements  func(context.Context) (int, error)
	// StatusLists signs the lists anew that would run out, LogDays logs the days
	// of sign-offs that are over. Nil does neither.
	StatusLists func(context.Context) (int, error)
	LogDays     func(context.Context) (int, error)
	// SignAgain signs what lost keys had signed; it is asked for by a job of its
	// own, and looks for what was left when the runner starts.
	SignAgain func(context.Context) (int, error)
	// CertifyRuns certifies the cohorts that wait, likewise.
	CertifyRuns func(context.Context) (int, error)
	// Reminders plans and sends what people are to be reminded of. Nil does not.
	Reminders func(context.Context) (int, error)
}

// Runner works off the queue of one database. Several processes may.
type Runner struct{ client *river.Client[*sql.Tx] }

const (
	workers    = 4
	cleanEvery = time.Hour
	// stateEvery is how often it is looked whether a month is over somewhere.
	stateEvery = time.Hour
	// attestEvery is how often status lists and days are looked at.
	attestEvery = time.Hour
	// remindEvery is how late a reminder may be.
	remindEvery = 5 * time.Minute
	// softStop is how long running jobs may go on after Stop.
	softStop = 5 * time.Second
	// keepSent is short, since a queued invitation holds its link.
	keepSent      = time.Minute
	keepAbandoned = 24 * time.Hour
)

// New makes a runner; Start lets it begin.
func New(db *store.DB, o Options) (*Runner, error) {
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	known := river.NewWorkers()
	river.AddWorker(known, &sender{mailer: o.Mailer, log: o.Log})
	river.AddWorker(known, &cleaner{db: db, o: o})
	river.AddWorker(known, &stater{o: o})
	river.AddWorker(known, &attester{o: o})
	river.AddWorker(known, &asked[store.SignAgainJob]{work: o.SignAgain, said: saidAgain, log: o.Log})
	river.AddWorker(known, &asked[store.CertifyRunJob]{work: o.CertifyRuns, said: saidIssued, log: o.Log})
	river.AddWorker(known, &reminder{o: o})
	client, err := river.NewClient(db.JobDriver(), &river.Config{
		Queues:                      map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		Workers:                     known,
		Logger:                      slog.New(quiet{o.Log.Handler()}),
		PollOnly:                    true,
		FetchPollInterval:           o.Poll,
		FetchCooldown:               min(o.Poll, 100*time.Millisecond),
		SoftStopTimeout:             softStop,
		CompletedJobRetentionPeriod: keepSent,
		DiscardedJobRetentionPeriod: keepAbandoned,
		PeriodicJobs:                periodic(o),
	})
	if err != nil {
		return nil, fmt.Errorf("make the queue's runner: %w", err)
	}
	return &Runner{client}, nil
}

func periodic(o Options) []*river.PeriodicJob {
	jobs := []*river.PeriodicJob{river.NewPeriodicJob(
		river.PeriodicInterval(cleanEvery),
		func() (river.JobArgs, *river.InsertOpts) { return cleanJob{}, nil },
		&river.PeriodicJobOpts{RunOnStart: true},
	)}
	if o.Statements != nil {
		jobs = append(jobs, river.NewPeriodicJob(
			river.PeriodicInterval(stateEvery),
			func() (river.JobArgs, *river.InsertOpts) { return stateJob{}, nil },
			&river.PeriodicJobOpts{RunOnStart: true},
		))
	}
	if o.StatusLists != nil || o.LogDays != nil {
		jobs = append(jobs, river.NewPeriodicJob(
			river.PeriodicInterval(attestEvery),
			func() (river.JobArgs, *river.InsertOpts) { return attestJob{}, nil },
			&river.PeriodicJobOpts{RunOnStart: true},
		))
	}
	if o.Reminders != nil {
		jobs = append(jobs, river.NewPeriodicJob(
			river.PeriodicInterval(remindEvery),
			func() (river.JobArgs, *river.InsertOpts) { return remindJob{}, nil },
			&river.PeriodicJobOpts{RunOnStart: true},
		))
	}
	return jobs
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
	now := w.o.Source.Now()
	var removed map[string]int64
	err := w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		removed, err = tx.Clean(ctx, now, now.Add(-w.o.SessionIdle))
		return err
	})
	if err == nil {
		w.o.Log.InfoContext(ctx, "cleaned", "sessions", removed["sessions"], "guesses", removed["guesses"],
			"invitations", removed["invitations"], "idempotency_keys", removed["idempotency_keys"])
	}
	return err
}

type stateJob struct{}

func (stateJob) Kind() string { return "statements" }

type stater struct {
	river.WorkerDefaults[stateJob]
	o Options
}

func (w *stater) Work(ctx context.Context, _ *river.Job[stateJob]) error {
	if w.o.Statements == nil {
		return nil
	}
	n, err := w.o.Statements(ctx)
	if n > 0 {
		w.o.Log.InfoContext(ctx, "statements mailed", "students", n)
	}
	return err
}

// Timeout is long: on the first of a month there is a statement for everybody.
func (*stater) Timeout(*river.Job[stateJob]) time.Duration { return 30 * time.Minute }

// quiet lets the queue's own chatter through from warnings on.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }

// What the log says of work that was done.
const (
	saidAgain  = "certificates signed again"
	saidIssued = "certificates issued"
)

type attestJob struct{}

func (attestJob) Kind() string { return "attest" }

type attester struct {
	river.WorkerDefaults[attestJob]
	o Options
}

func (w *attester) Work(ctx context.Context, _ *river.Job[attestJob]) error {
	var errs []error
	for said, work := range map[string]func(context.Context) (int, error){
		"status lists signed": w.o.StatusLists, "days logged": w.o.LogDays, saidAgain: w.o.SignAgain, saidIssued: w.o.CertifyRuns,
	} {
		if work == nil {
			continue
		}
		n, err := work(ctx)
		if n > 0 {
			w.o.Log.InfoContext(ctx, said, "number", n)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Timeout is long: a lost key may have signed everything.
func (*attester) Timeout(*river.Job[attestJob]) time.Duration { return 2 * time.Hour }

// asked works off what a command has asked for in its transaction.
type asked[J river.JobArgs] struct {
	river.WorkerDefaults[J]
	work func(context.Context) (int, error)
	said string
	log  *slog.Logger
}

func (w *asked[J]) Work(ctx context.Context, _ *river.Job[J]) error {
	if w.work == nil {
		return nil
	}
	n, err := w.work(ctx)
	w.log.InfoContext(ctx, w.said, "number", n)
	return err
}

// Timeout is long: a lost key may have signed everything, and a cohort may have a
// thousand.
func (*asked[J]) Timeout(*river.Job[J]) time.Duration { return 2 * time.Hour }
