package jobs

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/platform/store"
)

// A stop of the program in the last try of an item is no failure of it.
func TestItemWorker_stopped(t *testing.T) {
	works, err := byName([]act.Work{{Name: "known", Timeout: time.Hour, Do: func(context.Context, string) error { return errors.New("interrupted") }}})
	if err != nil {
		t.Fatal(err)
	}
	w := &itemWorker{works: works, log: slog.New(slog.DiscardHandler)}
	job := &river.Job[store.ItemJob]{JobRow: &rivertype.JobRow{Attempt: 5}, Args: store.ItemJob{Work: "known", ID: "1"}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Work(ctx, job); !errors.Is(err, context.Canceled) {
		t.Errorf("the queue is told %v", err)
	}
	if d := w.Timeout(job); d != time.Hour {
		t.Errorf("a try may take %s", d)
	}
}
