package load

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// The clock of these tests is the bubble's: nothing waits, and every time is
// exact.
var bubble = core.Source{Clock: time.Now}

// takes is a server that answers each request after a while, however many there
// are.
func takes(d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		wait(ctx, d)
		return ctx.Err()
	}
}

func always(send func(context.Context) error) func(int) Request {
	return func(int) Request { return Request{"x", send} }
}

func TestArrivals_steady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := Arrivals{Rate: 100, For: 10 * time.Second, Lanes: 8, Grace: time.Second}.Run(t.Context(), bubble, always(takes(20*time.Millisecond)))
		within(t, "p50", r.Of("").At(50), 20*time.Millisecond)
		within(t, "max", r.Of("").At(100), 20*time.Millisecond)
		within(t, "the whole", r.Took, 10*time.Second+10*time.Millisecond)
		if r.Of("x").Good() != 1000 || r.Err() != nil {
			t.Errorf("%d were answered, %v", r.Of("x").Good(), r.Err())
		}
	})
}

// A server that stalls for one second of ten: everybody who came in it is late,
// even where a single lane sends. After it the server needs a while to answer
// those that wait, of a millisecond each.
func TestArrivals_stall(t *testing.T) {
	for _, lanes := range []int{1, 4, 200} {
		synctest.Test(t, func(t *testing.T) {
			server := make(chan struct{}, 1)
			start, stalled := time.Now(), false
			r := Arrivals{Rate: 100, For: 10 * time.Second, Lanes: lanes, Grace: 5 * time.Second}.Run(t.Context(), bubble, always(func(context.Context) error {
				server <- struct{}{}
				defer func() { <-server }()
				if !stalled && time.Since(start) >= 5*time.Second {
					stalled = true
					wait(t.Context(), time.Second)
				}
				wait(t.Context(), time.Millisecond)
				return nil
			}))
			within(t, "p50", r.Of("").At(50), time.Millisecond)
			within(t, "p95", r.Of("").At(95), 550*time.Millisecond)
			within(t, "p99", r.Of("").At(99), 910*time.Millisecond)
			within(t, "max", r.Of("").At(100), time.Second)
			if r.Of("").Good() != 1000 {
				t.Errorf("%d lanes: %d were answered", lanes, r.Of("").Good())
			}
		})
	}
}

// What a server cannot keep up with waits longer and longer, and shows so.
func TestArrivals_tooMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := Arrivals{Rate: 100, For: 10 * time.Second, Lanes: 1, Grace: 20 * time.Second}.Run(t.Context(), bubble, always(takes(20*time.Millisecond)))
		within(t, "p50", r.Of("").At(50), 5*time.Second)
		within(t, "max", r.Of("").At(100), 10*time.Second)
		within(t, "the whole", r.Took, 20*time.Second)
	})
}

// A server that does not answer is waited for as long as Grace; all who came
// count, with at least the time that they had waited.
func TestArrivals_unanswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := Arrivals{Rate: 100, For: 10 * time.Second, Lanes: 16, Grace: 5 * time.Second}.Run(t.Context(), bubble, always(takes(time.Hour)))
		if all := r.Of(""); all.Unanswered != 1000 || all.Good() != 0 || all.Failed != 0 {
			t.Errorf("%+v", all)
		}
		within(t, "p50", r.Of("").At(50), 10*time.Second)
		within(t, "max", r.Of("").At(100), 15*time.Second)
		within(t, "the whole", r.Took, 15*time.Second)
	})
}

func TestArrivals_failed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := Arrivals{Rate: 100, For: time.Second, Lanes: 4, Grace: time.Second}.Run(t.Context(), bubble, func(n int) Request {
			return Request{[]string{"even", "odd"}[n%2], func(context.Context) error {
				if n%2 == 1 {
					return errors.New("500 for the odd")
				}
				return nil
			}}
		})
		if r.Of("even").Failed != 0 || r.Of("odd").Failed != 50 || r.Of("").Failed != 50 || r.Of("").Good() != 50 {
			t.Errorf("%+v, %+v", r.Of("even"), r.Of("odd"))
		}
		var out strings.Builder
		if err := r.Print(&out); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"500 for the odd", "even", "odd", "all"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%q is not told: %s", want, &out)
			}
		}
	})
}

// Who stops it has it stopped, and what was not sent by then is nobody's.
func TestArrivals_stopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 3*time.Second)
		defer stop()
		r := Arrivals{Rate: 100, For: 10 * time.Second, Lanes: 8, Grace: time.Second}.Run(ctx, bubble, always(takes(time.Millisecond)))
		if n := r.Of("").Count(); n < 290 || n > 300 || r.Err() != nil {
			t.Errorf("%d were sent, %v", n, r.Err())
		}
	})
}

// within allows what the histogram's digits and the arrivals' distance do.
func within(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if slack := want/100 + 15*time.Millisecond; got < want-slack || got > want+slack {
		t.Errorf("%s is %s, want about %s", what, got, want)
	}
}
