package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Arrivals come one every 1/Rate seconds, whether or not those before them were
// answered, as people do who do not know of each other.
//
// How long an answer took is counted from when its request was due. A server
// that stalls for a second so makes everybody late who came in that second; were
// it counted from when the request was sent, all but Lanes of them would not
// have been sent yet, and the second would be seen by nobody (coordinated
// omission).
type Arrivals struct {
	Rate float64       // a second
	For  time.Duration // how long they come
	// Lanes is how many are under way at once. What is due while all lanes are
	// taken waits, and its wait counts.
	Lanes int
	// Grace is how long after the last arrival answers are waited for.
	Grace time.Duration
}

// Request is one that can be sent.
type Request struct {
	Name string
	Send func(context.Context) error
}

// Run sends requests, the nth being next(n), until each is answered or nobody
// waits any longer, or until ctx ends. next is called by several at once.
func (a Arrivals) Run(ctx context.Context, src core.Source, next func(n int) Request) *Result {
	r := newResult(a)
	patient, stop := context.WithTimeout(ctx, a.For+a.Grace)
	defer stop()
	start := src.Clock()
	var taken atomic.Int64
	var lanes sync.WaitGroup
	for range a.Lanes {
		lanes.Go(func() {
			for n := int(taken.Add(1)) - 1; n < a.count() && ctx.Err() == nil; n = int(taken.Add(1)) - 1 {
				due := start.Add(a.due(n))
				wait(patient, due.Sub(src.Clock()))
				q, err := next(n), patient.Err()
				if err == nil {
					err = q.Send(patient)
				}
				if ctx.Err() == nil {
					r.add(q.Name, src.Clock().Sub(due), err, patient.Err() != nil)
				}
			}
		})
	}
	lanes.Wait()
	r.Took = max(a.For, src.Clock().Sub(start))
	return r
}

func (a Arrivals) count() int { return int(a.Rate * a.For.Seconds()) }

// due is when the nth arrives, from the start.
func (a Arrivals) due(n int) time.Duration {
	return time.Duration(float64(n) / a.Rate * float64(time.Second))
}

func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
