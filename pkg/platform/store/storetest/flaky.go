package storetest

import (
	"context"
	"errors"

	"github.com/palmar/palmar/pkg/act"
)

// Flaky is a store whose every transaction fails at its first commit, as a
// database does that asks for it to be run again. Failed counts them.
type Flaky[T any] struct {
	act.Store[T]
	Failed *int
}

var errCommit = errors.New("the first commit fails")

// Attempt lets the first of several attempts be rolled back when it is through.
func (f Flaky[T]) Attempt(ctx context.Context, fn func(ctx context.Context, tx T) error) error {
	if f.Joined(ctx) {
		return f.Store.Attempt(ctx, fn)
	}
	*f.Failed++
	if *f.Failed%2 == 0 {
		return f.Store.Attempt(ctx, fn)
	}
	err := f.Store.Attempt(ctx, func(ctx context.Context, tx T) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return errCommit
	})
	if errors.Is(err, errCommit) {
		return act.ErrAgain
	}
	*f.Failed-- // it failed by itself, and is not run again
	return err
}
