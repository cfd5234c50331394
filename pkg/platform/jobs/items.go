package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

const (
	// dueEvery is how often a work is asked what is due that does not say.
	dueEvery = time.Hour
	// dueLimit is how long a work may look for what is due.
	dueLimit = 10 * time.Minute
	// parkLimit is how long it may take to park an item.
	parkLimit = 30 * time.Second
)

// byName are works by their names, each once.
func byName(works []act.Work) (map[string]act.Work, error) {
	named := make(map[string]act.Work, len(works))
	for _, w := range works {
		if _, twice := named[w.Name]; twice || w.Name == "" || w.Do == nil {
			return nil, fmt.Errorf("the work %q is there twice, or says nothing", w.Name)
		}
		named[w.Name] = w
	}
	return named, nil
}

// itemWorker works on items of all works, and parks those that are given up.
type itemWorker struct {
	river.WorkerDefaults[store.ItemJob]
	db    *store.DB
	works map[string]act.Work
	src   core.Source
	log   *slog.Logger
}

// Timeout bounds one try.
func (w *itemWorker) Timeout(job *river.Job[store.ItemJob]) time.Duration {
	return w.works[job.Args.Work].Limit()
}

var (
	errUnknownWork = core.Conflict("unknown_work")
	errUnfinished  = core.Conflict("unfinished")
)

// Work works on one item.
func (w *itemWorker) Work(ctx context.Context, job *river.Job[store.ItemJob]) error {
	work, known := w.works[job.Args.Work]
	if !known {
		return w.park(ctx, job, work, job.Attempt, errUnknownWork)
	}
	if job.Attempt > work.MostTries() { // nobody came as far as to park it
		return w.park(ctx, job, work, job.Attempt-1, errUnfinished)
	}
	err := do(ctx, work, job.Args.ID)
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled): // the program stops: the queue does not count this try
		return ctx.Err()
	case errors.Is(err, act.ErrMore):
		return river.JobSnooze(0)
	}
	w.log.WarnContext(ctx, "item not done", "work", work.Name, "item", job.Args.ID, "try", job.Attempt, "error", err)
	if act.Permanent(err) || job.Attempt == work.MostTries() {
		return w.park(ctx, job, work, job.Attempt, err)
	}
	return err
}

// do runs a work's function; a panic is a failure like any other.
func do(ctx context.Context, work act.Work, id string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return work.Do(ctx, id)
}

// park gives an item up. It does so too where the time for the item is over.
func (w *itemWorker) park(ctx context.Context, job *river.Job[store.ItemJob], work act.Work, tries int, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), parkLimit)
	defer cancel()
	p := act.Parked{Item: act.Item(job.Args), Tries: tries, At: w.src.Now()}
	p.Code, p.Message = reason(why)
	if err := w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.ParkJob(ctx, job, p) }); err != nil {
		return errors.Join(why, err)
	}
	w.log.ErrorContext(ctx, "item parked: palmar work list", "work", p.Work, "item", p.ID, "tries", tries, "code", p.Code)
	if work.Parked != nil {
		if err := work.Parked(ctx, p.ID, why); err != nil {
			w.log.WarnContext(ctx, "nobody was told of a parked item", "work", p.Work, "item", p.ID, "error", err)
		}
	}
	return nil
}

// reason is what is kept of why an item was given up. A driver's words may hold
// someone's data, and stay in the log.
func reason(why error) (code, message string) {
	if f := core.AsFault(why); f != nil {
		return f.Code, f.Message()
	}
	if errors.Is(why, context.DeadlineExceeded) {
		return act.CodeInternal, words.English().Say("work.too_long")
	}
	return act.CodeInternal, words.English().Say("work.failed")
}

// dueJob asks a work what is due.
type dueJob struct {
	Work string `json:"work"`
}

func (dueJob) Kind() string { return "due" }

// InsertOpts leaves a job that failed to the next time that the work is asked.
func (dueJob) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 2} }

type dueWorker struct {
	river.WorkerDefaults[dueJob]
	db    *store.DB
	works map[string]act.Work
	log   *slog.Logger
}

func (*dueWorker) Timeout(*river.Job[dueJob]) time.Duration { return dueLimit }

// Work puts what is due into the queue.
func (w *dueWorker) Work(ctx context.Context, job *river.Job[dueJob]) error {
	work := w.works[job.Args.Work]
	if work.Due == nil {
		return nil
	}
	due := 0
	err := work.Due(ctx, func(ids ...string) error {
		asked := 0
		err := w.db.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			asked, err = tx.EnqueueDue(ctx, work.Name, ids)
			return err
		})
		due += asked
		return err
	})
	if due > 0 {
		w.log.DebugContext(ctx, "items due", "work", work.Name, "number", due)
	}
	if err != nil {
		w.log.WarnContext(ctx, "nobody could say what is due", "work", work.Name, "error", err)
	}
	return err
}

// askingDue are the periodic jobs that ask each work what is due.
func askingDue(works []act.Work) []*river.PeriodicJob {
	var jobs []*river.PeriodicJob
	for _, w := range works {
		if w.Due == nil {
			continue
		}
		every := w.Every
		if every == 0 {
			every = dueEvery
		}
		jobs = append(jobs, river.NewPeriodicJob(
			river.PeriodicInterval(every),
			func() (river.JobArgs, *river.InsertOpts) { return dueJob{w.Name}, nil },
			&river.PeriodicJobOpts{RunOnStart: true},
		))
	}
	return jobs
}
