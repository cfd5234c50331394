package store

import (
	"context"
	"fmt"

	"github.com/riverqueue/river"
)

// SignAgainJob asks for the certificates of lost keys to be signed again.
type SignAgainJob struct{}

// Kind names the job in the queue.
func (SignAgainJob) Kind() string { return "sign-again" }

// QueueSignAgain has the certificates of lost keys signed again once the
// transaction has committed.
func (tx *Tx) QueueSignAgain(ctx context.Context) error { return tx.enqueue(ctx, SignAgainJob{}) }

// CertifyRunJob asks for the certification of cohorts to be worked off.
type CertifyRunJob struct{}

// Kind names the job in the queue.
func (CertifyRunJob) Kind() string { return "certify-run" }

// QueueCertifyRun has the certification of cohorts worked off once the
// transaction has committed.
func (tx *Tx) QueueCertifyRun(ctx context.Context) error { return tx.enqueue(ctx, CertifyRunJob{}) }

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
