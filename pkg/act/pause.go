package act

import (
	"context"
	"math/rand/v2"
	"time"
)

// pause waits a little longer with each try, not all racers alike.
func pause(ctx context.Context, try int) error {
	t := time.NewTimer(time.Duration(try) * time.Duration(5+rand.IntN(20)) * time.Millisecond) //nolint:gosec // it only keeps racers apart
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
