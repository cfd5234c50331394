package act

import (
	"context"
	"fmt"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Reader is what a read works with. It must ask May or Scope before it is
// through: what was read without is not given to anybody.
type Reader[T Tx] struct {
	Tx     T
	Actor  access.Actor
	Now    time.Time
	action access.Action
	asked  *bool
}

// May asks access whether the actor may read something of an owner.
func (r Reader[T]) May(ctx context.Context, owner access.Target) error {
	*r.asked = true
	return decide(ctx, r.Tx, r.Actor, r.action, owner, r.Now)
}

// Scope asks access which rows of an organization's list the actor sees.
func (r Reader[T]) Scope(org core.OrganizationID) (access.Scoped, error) {
	*r.asked = true
	return access.Scope(r.Actor, r.action, org)
}

// Can tells whether the actor may read something of an owner besides what was
// asked for, such as a part of a list.
func (r Reader[T]) Can(owner access.Target) bool {
	return access.Can(r.Actor, r.action, owner) == nil
}

// Allows tells whether the actor may do something else to an owner, such as change
// what is read, so that more of it is shown.
func (r Reader[T]) Allows(action access.Action, owner access.Target) bool {
	return access.Can(r.Actor, action, owner) == nil
}

// Read reads in one snapshot: all that fn sees is of one moment.
func Read[T Tx, R any](ctx context.Context, k *Kernel[T], a access.Actor, action access.Action, fn func(ctx context.Context, r Reader[T]) (R, error)) (R, error) {
	return read(ctx, k, k.store.Snapshot, a, action, fn)
}

// Look reads one statement, which needs no snapshot. A second one fails.
func Look[T Tx, R any](ctx context.Context, k *Kernel[T], a access.Actor, action access.Action, fn func(ctx context.Context, r Reader[T]) (R, error)) (R, error) {
	return read(ctx, k, k.store.Single, a, action, fn)
}

type running[T any] func(ctx context.Context, fn func(ctx context.Context, tx T) error) error

func read[T Tx, R any](ctx context.Context, k *Kernel[T], run running[T], a access.Actor, action access.Action, fn func(context.Context, Reader[T]) (R, error)) (result R, err error) {
	asked := false
	err = run(ctx, func(ctx context.Context, tx T) (err error) {
		result, err = fn(ctx, Reader[T]{Tx: tx, Actor: a, Now: k.src.Now(), action: action, asked: &asked})
		return err
	})
	if err == nil && !asked {
		err = fmt.Errorf("act: %s was read without asking whether the actor may", action)
	}
	if err != nil {
		return *new(R), err
	}
	return result, nil
}

// Inspect reads in one snapshot for the program itself, or what everybody may
// know. It asks no permission.
func Inspect[T Tx, R any](ctx context.Context, k *Kernel[T], fn func(ctx context.Context, tx T) (R, error)) (R, error) {
	return inspect(ctx, k.store.Snapshot, fn)
}

// Peek is Inspect of one statement.
func Peek[T Tx, R any](ctx context.Context, k *Kernel[T], fn func(ctx context.Context, tx T) (R, error)) (R, error) {
	return inspect(ctx, k.store.Single, fn)
}

func inspect[T, R any](ctx context.Context, run running[T], fn func(context.Context, T) (R, error)) (result R, err error) {
	err = run(ctx, func(ctx context.Context, tx T) (err error) {
		result, err = fn(ctx, tx)
		return err
	})
	return result, err
}
