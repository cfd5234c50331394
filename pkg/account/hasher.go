package account

import (
	"context"

	"github.com/alexedwards/argon2id"
)

// params are the OWASP minimum for argon2id: 19 MiB, two passes, one lane.
// Hashes of other parameters are made anew at the next sign-in.
var params = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobody is a hash of nothing, with the same parameters: a password is held
// against it where there is no account, so that the answer takes as long.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$cGFsbWFyLW5vYm9keS0xNg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// atOnce bounds the memory: four times 19 MiB.
const atOnce = 4

// hasher makes and checks hashes, a few at once.
type hasher struct{ slots chan struct{} }

func newHasher() *hasher { return &hasher{make(chan struct{}, atOnce)} }

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
	return newHash(password)
}

func newHash(password string) (string, error) { return argon2id.CreateHash(password, &params) }

// check holds a password against a hash within a slot that the caller has. An
// empty hash costs the same and never fits. outdated asks for a new hash.
func check(password, hash string) (fits, outdated bool, err error) {
	if hash == "" {
		_, _, err = argon2id.CheckHash(password, nobody)
		return false, false, err
	}
	fits, used, err := argon2id.CheckHash(password, hash)
	return fits, fits && *used != params, err
}
