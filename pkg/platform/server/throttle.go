package server

import (
	"container/list"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/core"
)

// How many wrong guesses an address has: some at once, then one a while. What
// was found costs nothing.
const (
	guessesAtOnce  = 30
	guessEvery     = 4 * time.Second
	guessAddresses = 10_000
)

// recent has a value for each of the addresses that came last.
type recent[V any] struct {
	known map[string]*list.Element
	order *list.List // of *named, the latest first
}

type named[V any] struct {
	name  string
	value V
}

func newRecent[V any]() *recent[V] {
	return &recent[V]{map[string]*list.Element{}, list.New()}
}

// of is the value of a name, nil where it did not come lately.
func (r *recent[V]) of(name string) *V {
	if e := r.known[name]; e != nil {
		return &e.Value.(*named[V]).value
	}
	return nil
}

// touch is the value of a name, which came now; of a new one it is first.
func (r *recent[V]) touch(name string, first V) *V {
	e := r.known[name]
	if e == nil {
		e = r.order.PushFront(&named[V]{name, first})
		r.known[name] = e
		if r.order.Len() > guessAddresses {
			delete(r.known, r.order.Remove(r.order.Back()).(*named[V]).name)
		}
	}
	r.order.MoveToFront(e)
	return &e.Value.(*named[V]).value
}

// throttle is a bucket of guesses for each of the addresses that guessed last.
type throttle struct {
	clock   func() time.Time
	mu      sync.Mutex
	buckets *recent[bucket]
}

type bucket struct {
	left float64
	at   time.Time
}

func newThrottle(clock func() time.Time) *throttle {
	return &throttle{clock: clock, buckets: newRecent[bucket]()}
}

// wait is how long an address has to wait for its next guess.
func (t *throttle) wait(address string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.buckets.of(address)
	if b == nil {
		return 0
	}
	b.fill(t.clock())
	if b.left >= 1 {
		return 0
	}
	return time.Duration((1 - b.left) * float64(guessEvery))
}

// missed takes a guess from an address.
func (t *throttle) missed(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock()
	b := t.buckets.touch(address, bucket{guessesAtOnce, now})
	b.fill(now)
	b.left--
}

func (b *bucket) fill(now time.Time) {
	b.left = min(guessesAtOnce, b.left+float64(now.Sub(b.at))/float64(guessEvery))
	b.at = now
}

// guesser is the address by which guesses are counted: of IPv6 the network, of
// which one customer has a whole.
func guesser(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is6() {
		prefix, _ := ip.Prefix(64)
		return prefix.String()
	}
	return ip.String()
}

// throttle slows down who guesses at codes: only answers that say "no such
// thing" are counted.
func (s *Server) throttle(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !slices.Contains(s.o.Throttle, c.Path()) {
			return next(c)
		}
		address := guesser(c.RealIP())
		if wait := s.guesses.wait(address); wait > 0 {
			seconds := int(math.Ceil(wait.Seconds()))
			c.Response().Header().Set("Retry-After", fmt.Sprint(seconds))
			return &core.Fault{Kind: core.KindTooMany, Code: "too_many_guesses",
				ID: "too_many_guesses.codes", Args: []any{"count", seconds}}
		}
		err := next(c)
		f := core.AsFault(err)
		if f != nil && f.Kind == core.KindNotFound || err == nil && c.Response().Status == http.StatusNotFound {
			s.guesses.missed(address)
		}
		return err
	}
}
