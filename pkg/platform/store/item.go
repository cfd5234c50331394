package store

import (
	"context"
	"fmt"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"github.com/palmar/palmar/pkg/act"
)

// ItemQueue is the queue of items: what many items take does not keep the mail
// waiting.
const ItemQueue = "items"

// What somebody has asked for goes before what is found to be due.
const (
	priorityAsked = 1
	priorityDue   = 2
)

// ItemJob is one item of background work in the queue.
type ItemJob struct {
	Work string `json:"work"`
	ID   string `json:"id"`
}

// Kind names the job in the queue.
func (ItemJob) Kind() string { return "item" }

// InsertOpts makes an item that waits, or is worked on, be there once. How often
// it is tried is up to its work, and who works on it parks it then: the queue by
// itself would throw it away.
func (ItemJob) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: ItemQueue, MaxAttempts: 1_000, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}}}
}

// Enqueue asks for items to be worked on once the transaction has committed; it
// implements act.Tx.
func (tx *Tx) Enqueue(ctx context.Context, items ...act.Item) error {
	return tx.enqueueItems(ctx, items, priorityAsked)
}

// EnqueueDue is Enqueue for items that are found to be due, without those that
// are parked. It tells how many it asked for.
func (tx *Tx) EnqueueDue(ctx context.Context, work string, ids []string) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	parked, err := All[string](tx.Gorm().Model(&ParkedItem{}).Select("id").Where("work = ? AND id IN ?", work, ids))
	if err != nil {
		return 0, err
	}
	left := make(map[string]bool, len(parked))
	for _, id := range parked {
		left[id] = true
	}
	var items []act.Item
	for _, id := range ids {
		if !left[id] {
			items = append(items, act.Item{Work: work, ID: id})
		}
	}
	return len(items), tx.enqueueItems(ctx, items, priorityDue)
}

// ParkJob parks an item in place of the job that worked on it: once it is parked
// it is not in the queue any more, and can be put there again.
func (tx *Tx) ParkJob(ctx context.Context, job *river.Job[ItemJob], p act.Parked) error {
	if err := tx.Park(ctx, p); err != nil {
		return err
	}
	raw, err := tx.sql()
	if err != nil {
		return err
	}
	if tx.postgres {
		_, err = river.JobCompleteTx[*riverdatabasesql.Driver](ctx, raw, job)
	} else {
		_, err = river.JobCompleteTx[*riversqlite.Driver](ctx, raw, job)
	}
	return err
}

func (tx *Tx) enqueueItems(ctx context.Context, items []act.Item, priority int) error {
	if len(items) == 0 {
		return nil
	}
	raw, client, err := tx.outbox()
	if err != nil {
		return err
	}
	jobs := make([]river.InsertManyParams, 0, len(items))
	there := make(map[act.Item]bool, len(items))
	for _, item := range items {
		if !there[item] { // the queue refuses the same one twice at once
			jobs = append(jobs, river.InsertManyParams{Args: ItemJob(item), InsertOpts: &river.InsertOpts{Priority: priority}})
		}
		there[item] = true
	}
	if _, err := client.InsertManyTx(ctx, raw, jobs); err != nil {
		return fmt.Errorf("queue %d items of %s: %w", len(items), items[0].Work, err)
	}
	return nil
}
