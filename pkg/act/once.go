package act

import (
	"bytes"
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

// Answers keeps the first answers to requests that may be repeated.
type Answers interface {
	// Idempotent finds the answer that was kept for a holder's key. Of several
	// transactions with one key only one is past this at a time.
	Idempotent(ctx context.Context, holder, key string) (core.KeptAnswer, bool, error)
	KeepIdempotent(ctx context.Context, holder, key string, answer core.KeptAnswer, now time.Time) error
}

// Once makes the next command answer a request as it was answered the first
// time. Holder is the account or token whose key it is, Hash is of all that makes
// the request what it is, and Encode turns the command's result into the answer
// that is kept.
type Once struct {
	Holder string
	Key    string
	Hash   []byte
	Encode func(result any) (core.KeptAnswer, error)
}

// Replay is the error of a command that ran before: its answer was kept, and
// nothing was done now.
type Replay struct{ Answer core.KeptAnswer }

func (*Replay) Error() string { return "this request was answered before" }

// ErrReused says that a key came with another request than the first.
var ErrReused = core.Invalid("idempotency_key_reused")

type onceKey struct{}

// WithOnce gives a key to the outermost command that is run with ctx.
func WithOnce(ctx context.Context, o *Once) context.Context {
	return context.WithValue(ctx, onceKey{}, o)
}

// OnceOf is the key that the next command run with ctx is given, or nil.
func OnceOf(ctx context.Context) *Once {
	o, _ := ctx.Value(onceKey{}).(*Once)
	return o
}

// takeOnce is the key of a command, and the context of what it does, which has
// none.
func takeOnce(ctx context.Context) (*Once, context.Context) {
	o := OnceOf(ctx)
	if o == nil {
		return nil, ctx
	}
	return o, context.WithValue(ctx, onceKey{}, (*Once)(nil))
}

// claim is the first statement of a command's transaction.
func (o *Once) claim(ctx context.Context, tx Answers) error {
	kept, found, err := tx.Idempotent(ctx, o.Holder, o.Key)
	switch {
	case err != nil || !found:
		return err
	case !bytes.Equal(kept.Hash, o.Hash):
		return ErrReused
	}
	return &Replay{kept}
}

// keep is the last.
func (o *Once) keep(ctx context.Context, tx Answers, result any, now time.Time) error {
	answer, err := o.Encode(result)
	if err != nil {
		return err
	}
	answer.Hash = o.Hash
	return tx.KeepIdempotent(ctx, o.Holder, o.Key, answer, now)
}
