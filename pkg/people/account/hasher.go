package account

import (
	"context"
	"fmt"

	"github.com/alexedwards/argon2id"
)

// Cost is what making or checking a hash takes.
type Cost struct {
	Memory uint32 // in KiB
	Passes uint32
}

// owasp is the OWASP minimum for argon2id: 19 MiB, two passes, one lane.
// Hashes of another cost are made again at the next sign-in.
var owasp = Cost{Memory: 19 * 1024, Passes: 2}

// atOnce bounds the memory: four times 19 MiB.
const atOnce = 4

// hasher makes and checks hashes, a few at once.
type hasher struct {
	params argon2id.Params
	// nobody is a hash of nothing, with the same parameters: a password is held
	// against it where there is no account, so that the answer takes as long.
	nobody string
	slots  chan struct{}
}

func newHasher(c Cost) *hasher {
	if c == (Cost{}) {
		c = owasp
	}
	return &hasher{
		params: argon2id.Params{Memory: c.Memory, Iterations: c.Passes, Parallelism: 1, SaltLength: 16, KeyLength: 32},
		nobody: fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$cGFsbWFyLW5vYm9keS0xNg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", c.Memory, c.Passes),
		slots:  make(chan struct{}, atOnce),
	}
}

// enter waits for a slot; leave gives it back.
func (h *hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *hasher) leave() { <-h.slots }

func (h *hasher) make(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return h.fresh(password)
}

// fresh makes a hash within a slot that the caller has.
func (h *hasher) fresh(password string) (string, error) {
	return argon2id.CreateHash(password, &h.params)
}

// check holds a password against a hash within a slot that the caller has. An
// empty hash costs the same and never fits. outdated asks for a new hash.
func (h *hasher) check(password, hash string) (fits, outdated bool, err error) {
	if hash == "" {
		_, _, err = argon2id.CheckHash(password, h.nobody)
		return false, false, err
	}
	fits, used, err := argon2id.CheckHash(password, hash)
	return fits, fits && *used != h.params, err
}
