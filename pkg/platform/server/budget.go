package server

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/palmar/palmar/pkg/core"
)

// budgetFor is how long a budget lasts from what is spent of it first.
const budgetFor = 24 * time.Hour

// budgets is what each of the addresses that came last has spent of each budget.
type budgets struct {
	clock func() time.Time
	mu    sync.Mutex
	spent *recent[spent]
}

type spent struct {
	n     int
	since time.Time
}

func newBudgets(clock func() time.Time) *budgets {
	return &budgets{clock: clock, spent: newRecent[spent]()}
}

// take spends one of a budget. Where nothing is left it spends nothing, and gives how
// long it is until there is.
func (b *budgets) take(budget core.Budget, address string) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	s := b.spent.touch(budget.Name+" "+address, spent{since: now})
	if over := s.since.Add(budgetFor); !now.Before(over) {
		*s = spent{since: now}
	} else if s.n >= budget.Most {
		return over.Sub(now)
	}
	s.n++
	return 0
}

// more spends more of it.
func (b *budgets) more(budget core.Budget, address string, n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.spent.of(budget.Name + " " + address); s != nil && n > 0 {
		s.n += n
	}
}

const costKey = "cost"

// Cost says that a request spends n of its route's budget, and not one.
func Cost(c echo.Context, n int) { c.Set(costKey, n) }

// budget refuses a request whose network has spent what its route's budget has.
func (s *Server) budget(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		budget, has := s.o.Budgets[c.Request().Method+" "+c.Path()]
		if !has {
			return next(c)
		}
		address := guesser(c.RealIP())
		if wait := s.budgets.take(budget, address); wait > 0 {
			c.Response().Header().Set("Retry-After", fmt.Sprint(int(math.Ceil(wait.Seconds()))))
			return &core.Fault{Kind: core.KindTooMany, Code: "budget_spent", ID: budget.Spent, Wait: wait,
				Args: []any{"count", int(math.Ceil(wait.Hours()))}}
		}
		err := next(c)
		if n, told := c.Get(costKey).(int); told {
			s.budgets.more(budget, address, n-1)
		}
		return err
	}
}
