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

// What someone has asked for goes before what is found to be due.
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
	_, err := tx.enqueueItems(ctx, items, priorityAsked)
	return err
}

// EnqueueDue is Enqueue for items that are found to be due, without those that
// are parked. It tells how many it asked for.
func (tx *Tx) EnqueueDue(ctx context.Context, work string, ids []string) (int, error) {
	passed, err := tx.parkedOf(work, ids)
	if err != nil {
		return 0, err
	}
	var items []act.Item
	for _, id := range ids {
		if !passed[id] {
			items = append(items, act.Item{Work: work, ID: id})
		}
		passed[id] = true
	}
	jobs, err := tx.enqueueItems(ctx, items, priorityDue)
	if err != nil {
		return 0, err
	}
	again, err := tx.unqueueParked(ctx, work, items, jobs)
	return len(items) - again, err
}

// unqueueParked takes out of the queue what was parked while it was put there: the
// queue lets an item in again as soon as the transaction that parks it has committed, and waits
// for that.
func (tx *Tx) unqueueParked(ctx context.Context, work string, items []act.Item, jobs []*rivertype.JobInsertResult) (int, error) {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.ID
	}
	parked, err := tx.parkedOf(work, ids)
	if err != nil || len(parked) == 0 {
		return 0, err
	}
	raw, client, err := tx.outbox()
	if err != nil {
		return 0, err
	}
	for i, job := range jobs {
		if !parked[ids[i]] || job.UniqueSkippedAsDuplicate { // someone asked for it again
			continue
		}
		if _, err := client.JobDeleteTx(ctx, raw, job.Job.ID); err != nil {
			return 0, fmt.Errorf("take item %s of %s out of the queue: %w", ids[i], work, err)
		}
	}
	return len(parked), nil
}

// parkedOf are those of the items of a work that are parked, be they dismissed.
func (tx *Tx) parkedOf(work string, ids []string) (map[string]bool, error) {
	parked := make(map[string]bool, len(ids))
	if len(ids) == 0 {
		return parked, nil
	}
	found, err := All[string](tx.Gorm().Model(&ParkedItem{}).Select("id").Where("work = ? AND id IN ?", work, ids))
	for _, id := range found {
		parked[id] = true
	}
	return parked, err
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

// enqueueItems gives a job for each item, in their order; each item must be there once.
func (tx *Tx) enqueueItems(ctx context.Context, items []act.Item, priority int) ([]*rivertype.JobInsertResult, error) {
	if len(items) == 0 {
		return nil, nil
	}
	raw, client, err := tx.outbox()
	if err != nil {
		return nil, err
	}
	jobs := make([]river.InsertManyParams, 0, len(items))
	there := make(map[act.Item]bool, len(items))
	for _, item := range items {
		if !there[item] { // the queue refuses the same one twice at once
			jobs = append(jobs, river.InsertManyParams{Args: ItemJob(item), InsertOpts: &river.InsertOpts{Priority: priority}})
		}
		there[item] = true
	}
	queued, err := client.InsertManyTx(ctx, raw, jobs)
	if err != nil {
		return nil, fmt.Errorf("queue %d items of %s: %w", len(items), items[0].Work, err)
	}
	return queued, nil
}
