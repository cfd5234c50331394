package load

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"

	"github.com/palmar/palmar/pkg/earn/logbook/logbookapi"
)

// share is how many of a hundred requests of a school day are of a kind.
type share struct {
	of   int
	name string
	send func(*day, context.Context, int) error
}

// shares are a school day: what students do most of all, then their
// supervisors, the office, and strangers who check.
var shares = []share{
	{20, "log an entry", func(d *day, ctx context.Context, n int) error { _, err := d.pupil(n).log(ctx, true); return err }},
	{5, "log a draft", (*day).draft},
	{4, "submit", (*day).submit},
	{14, "progress", func(d *day, ctx context.Context, n int) error {
		p := d.pupil(n)
		return p.call(ctx, http.MethodGet, "/v1/enrollments/"+p.enrollment.String()+"/progress", nil, nil)
	}},
	{14, "home of a student (page)", func(d *day, ctx context.Context, n int) error { return d.pupil(n).page(ctx, "/") }},
	{7, "inbox", func(d *day, ctx context.Context, n int) error {
		return d.supervisor(n).call(ctx, http.MethodGet, d.path("inbox"), nil, nil)
	}},
	{5, "home of a supervisor (page)", func(d *day, ctx context.Context, n int) error { return d.supervisor(n).page(ctx, "/") }},
	{4, "sign", (*day).sign},
	{4, "students list", func(d *day, ctx context.Context, _ int) error {
		return d.registrar.call(ctx, http.MethodGet, d.path("enrollments"), nil, nil)
	}},
	{3, "home of a registrar (page)", func(d *day, ctx context.Context, _ int) error { return d.registrar.page(ctx, "/") }},
	{1, "home of an administrator (page)", func(d *day, ctx context.Context, _ int) error { return d.admin.page(ctx, "/") }},
	{1, "home of an employer (page)", func(d *day, ctx context.Context, _ int) error { return d.employer.page(ctx, "/") }},
	{12, "check a code", func(d *day, ctx context.Context, _ int) error { return d.check(ctx) }},
	{6, "check a code (page)", func(d *day, ctx context.Context, _ int) error {
		return person{site: d.client}.page(ctx, "/c/"+d.made.Certificate)
	}},
}

// day is a school day at a school. Which request comes when is the same for the
// same seed.
type day struct {
	*school
	order  []share
	drafts queue[drafted]
}

type drafted struct {
	pupil *pupil
	entry logbookapi.EntryRef
}

// mostSigned is how many sessions a supervisor signs at once, of those that
// wait.
const mostSigned = 5

// begin makes a day for n requests: it logs what the first to submit and to
// sign find.
func (s *school) begin(ctx context.Context, n int, seed uint64) (*day, error) {
	d := &day{school: s, order: make([]share, n)}
	random := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // the same order for the same seed
	var deck []int                              // dealt, so that any hundred are in their shares
	for i := range d.order {
		if len(deck) == 0 {
			deck = random.Perm(100)
		}
		d.order[i], deck = drawn(deck[0]), deck[1:]
	}
	for i := range 4 * len(s.pupils) {
		if _, err := d.pupil(i).log(ctx, true); err != nil {
			return nil, err
		}
		if err := d.draft(ctx, i); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func drawn(of100 int) share {
	for _, s := range shares {
		if of100 -= s.of; of100 < 0 {
			return s
		}
	}
	panic("load: the shares of a day are not a hundred")
}

// next is the nth request of the day.
func (d *day) next(n int) Request {
	s := d.order[n]
	return Request{s.name, func(ctx context.Context) error { return s.send(d, ctx, n) }}
}

func (s *school) pupil(n int) *pupil           { return s.pupils[n%len(s.pupils)] }
func (s *school) supervisor(n int) *supervisor { return s.supervisors[n%len(s.supervisors)] }

func (s *school) check(ctx context.Context) error {
	return person{site: s.client}.call(ctx, http.MethodGet, "/v1/check/"+s.made.Certificate, nil, nil)
}

func (d *day) draft(ctx context.Context, n int) error {
	p := d.pupil(n)
	e, err := p.log(ctx, false)
	if err == nil {
		d.drafts.put(drafted{p, logbookapi.EntryRef{Id: e.Id, Version: e.Version}})
	}
	return err
}

func (d *day) submit(ctx context.Context, _ int) error {
	taken := d.drafts.take(1)
	if len(taken) == 0 {
		return errors.New("no draft is left to submit")
	}
	first := taken[0]
	var e logbookapi.Entry
	err := first.pupil.call(ctx, http.MethodPost, "/v1/entries/"+first.entry.Id.String()+"/submit", nil, &e,
		"If-Match", strconv.Quote(strconv.Itoa(first.entry.Version)))
	if err == nil {
		first.pupil.to.waiting.put(logbookapi.EntryRef{Id: e.Id, Version: e.Version})
	}
	return err
}

// sign signs what waits for a supervisor, a few sessions at once: for the nth, or
// for the next for whom anything does.
func (d *day) sign(ctx context.Context, n int) error {
	for i := range d.supervisors {
		s := d.supervisor(n + i)
		if waiting := s.waiting.take(mostSigned); len(waiting) > 0 {
			return s.call(ctx, http.MethodPost, d.path("signatures"), logbookapi.SignEntries{Entries: waiting}, nil)
		}
	}
	return errors.New("nothing waits to be signed")
}

// queue is what some requests leave to others.
type queue[T any] struct {
	mu    sync.Mutex
	items []T
}

func (q *queue[T]) put(item T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, item)
}

// take gives at most n, the oldest first.
func (q *queue[T]) take(n int) []T {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(n, len(q.items))
	taken := q.items[:n:n]
	q.items = q.items[n:]
	return taken
}
