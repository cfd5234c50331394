package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

type remindJob struct{}

func (remindJob) Kind() string { return "reminders" }

type reminder struct {
	river.WorkerDefaults[remindJob]
	o Options
}

func (w *reminder) Work(ctx context.Context, _ *river.Job[remindJob]) error {
	if w.o.Reminders == nil {
		return nil
	}
	n, err := w.o.Reminders(ctx)
	if n > 0 {
		w.o.Log.InfoContext(ctx, "reminders mailed", "number", n)
	}
	return err
}

// Timeout is long: after an import there are reminders to plan for everybody.
func (*reminder) Timeout(*river.Job[remindJob]) time.Duration { return 30 * time.Minute }
