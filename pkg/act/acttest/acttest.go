// Package acttest works off background work in a test, without a queue.
package acttest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/palmar/palmar/pkg/act"
)

// WorkOff asks works what is due and does each item once, whatever becomes of the
// others. It tells how many were done, and what went wrong with the rest. With
// names it leaves out all other works.
func WorkOff(ctx context.Context, works []act.Work, names ...string) (done int, err error) {
	for _, name := range names {
		if !slices.ContainsFunc(works, func(w act.Work) bool { return w.Name == name }) {
			return 0, fmt.Errorf("there is no work %s", name)
		}
	}
	var errs []error
	for _, w := range works {
		if len(names) > 0 && !slices.Contains(names, w.Name) || w.Due == nil {
			continue
		}
		var ids []string
		errs = append(errs, w.Due(ctx, func(some ...string) error {
			ids = append(ids, some...)
			return nil
		}))
		for _, id := range ids {
			if err := whole(ctx, w, id); err != nil {
				errs = append(errs, fmt.Errorf("%s %s: %w", w.Name, id, err))
				continue
			}
			done++
		}
	}
	return done, errors.Join(errs...)
}

// whole does an item until there is no more to do.
func whole(ctx context.Context, w act.Work, id string) error {
	for {
		if err := w.Do(ctx, id); !errors.Is(err, act.ErrMore) {
			return err
		}
	}
}
