package store

import (
	"context"
	"fmt"

	"github.com/riverqueue/river"
)

// enqueue puts a job into the queue; it is worked off once the transaction has
// committed, and never when it has not.
func (tx *Tx) enqueue(ctx context.Context, job river.JobArgs) error {
	raw, client, err := tx.outbox()
	if err != nil {
		return err
	}
	if _, err := client.InsertTx(ctx, raw, job, nil); err != nil {
		return fmt.Errorf("queue a job of the kind %s: %w", job.Kind(), err)
	}
	return nil
}
