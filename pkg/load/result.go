package load

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Result is what came of the requests of one phase. Failed requests count among
// the times like others: what fails fast must not make a server look fast, nor
// what was never answered.
type Result struct {
	Arrivals
	Title string
	// Took is from the first arrival to the last answer.
	Took time.Duration
	// CPU is what this process used meanwhile, the sending side with the servers;
	// zero where it is not known, or was used by others.
	CPU time.Duration

	mu  sync.Mutex
	all *Tally
	by  map[string]*Tally
}

// Tally is about the requests of one name.
type Tally struct {
	times *hdrhistogram.Histogram
	// Failed are those answered otherwise than they should be; Unanswered those
	// that nobody waited for any longer.
	Failed, Unanswered int
	err                error // the first
}

// The times are kept in microseconds, up to an hour, to three digits.
func newTally() *Tally { return &Tally{times: hdrhistogram.New(1, time.Hour.Microseconds(), 3)} }

func newResult(a Arrivals) *Result {
	return &Result{Arrivals: a, all: newTally(), by: map[string]*Tally{}}
}

func (r *Result) add(name string, took time.Duration, err error, unanswered bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := r.by[name]
	if one == nil {
		one = newTally()
		r.by[name] = one
	}
	for _, t := range []*Tally{one, r.all} {
		_ = t.times.RecordValue(min(max(1, took.Microseconds()), time.Hour.Microseconds())) // it is in the range
		switch {
		case err != nil && unanswered:
			t.Unanswered++
		case err != nil:
			t.Failed++
		}
		t.err = cmp.Or(t.err, err)
	}
}

// Count is how many requests there were.
func (t *Tally) Count() int { return int(t.times.TotalCount()) }

// Good is how many were answered as they should be.
func (t *Tally) Good() int { return t.Count() - t.Failed - t.Unanswered }

// At is the time within which a part of the requests was answered, in percent.
func (t *Tally) At(percent float64) time.Duration {
	return time.Duration(t.times.ValueAtPercentile(percent)) * time.Microsecond
}

// Of is the tally of a name; empty: of all. It is nil where there was none.
func (r *Result) Of(name string) *Tally {
	if name == "" {
		return r.all
	}
	return r.by[name]
}

// Err is the first thing that went wrong.
func (r *Result) Err() error { return r.all.err }

// perRequest is the processor's time for one request that was answered.
func (r *Result) perRequest() time.Duration {
	return r.CPU / time.Duration(max(1, r.all.Good()))
}

// Print writes a table of the phase, the most frequent requests first.
func (r *Result) Print(w io.Writer) error {
	fmt.Fprintf(w, "%s: %g/s for %s\n", r.Title, r.Rate, r.For)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "request\tsent\tanswered/s\tp50 ms\tp90 ms\tp99 ms\tmax ms\tfailed\tunanswered\t")
	names := slices.SortedFunc(maps.Keys(r.by), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.by[b].Count(), r.by[a].Count()), cmp.Compare(a, b))
	})
	if len(names) > 1 {
		names = append(names, "")
	}
	for _, name := range names {
		of := r.Of(name)
		fmt.Fprintf(t, "%s\t%d\t%.1f\t%s\t%s\t%s\t%s\t%d\t%d\t\n", cmp.Or(name, "all"), of.Count(), float64(of.Good())/r.Took.Seconds(),
			ms(of.At(50)), ms(of.At(90)), ms(of.At(99)), ms(of.At(100)), of.Failed, of.Unanswered)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if r.CPU > 0 {
		fmt.Fprintf(w, "processor, sending side included: %s ms a request\n", ms(r.perRequest()))
	}
	if err := r.Err(); err != nil {
		fmt.Fprintf(w, "the first that went wrong: %v\n", err)
	}
	_, err := fmt.Fprintln(w)
	return err
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000) }
