package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Guess is what is remembered about a subject: how many wrong passwords since
// the first, and until when no other is taken.
type Guess struct {
	Failures int
	Since    time.Time
	Until    time.Time
}

// limit lets the first failures pass; each one after them doubles the wait,
// from shortestWait up to longest.
type limit struct {
	free    int
	longest time.Duration
}

// Guessing is slowed down in three ways at once, and nobody is locked out by
// someone else's guesses:
//
//   - one account from one address: what a guesser does there is felt there;
//   - one address, whatever the accounts: for going through a list of people;
//   - one account, from anywhere: for guessers with many addresses.
//
// The last two are not asked where that account has signed in before from that
// address, within the last ninety days, so that its owner gets in there while
// others guess, and so does everybody behind a school's one address. An
// account that does not exist is treated the same. A good password clears the
// first kind.
var (
	pairLimit    = limit{5, 15 * time.Minute}
	addressLimit = limit{50, 5 * time.Minute}
	accountLimit = limit{20, 15 * time.Minute}
)

const (
	shortestWait = 5 * time.Second
	forgetAfter  = 24 * time.Hour
	familiarFor  = 90 * 24 * time.Hour
)

func (l limit) wait(failures int) time.Duration {
	if failures <= l.free {
		return 0
	}
	return min(shortestWait<<min(failures-l.free-1, 20), l.longest)
}

// guessing are the subjects of one attempt. A familiar subject counts nothing:
// it is kept for as long as the address is known to the account.
type guessing struct{ pair, address, account, familiar string }

func guessingAt(ctx context.Context, email string) guessing {
	from := network(core.OriginOf(ctx).Address)
	return guessing{
		pair:     subject("pair", email, from),
		address:  subject("address", from),
		account:  subject("account", email),
		familiar: subject("familiar", email, from),
	}
}

func subject(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// network is what one subscriber has: an IPv4 address, or the first half of an
// IPv6 address.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return address
		}
		a = ap.Addr()
	}
	a = a.Unmap().WithZone("")
	if a.Is6() {
		p, _ := a.Prefix(64)
		return p.String()
	}
	return a.String()
}

// allowed gives too_many_guesses while any of the waits that apply is running.
func (g guessing) allowed(ctx context.Context, tx Guesses, now time.Time) error {
	known, err := tx.Guesses(ctx, []string{g.pair, g.address, g.account, g.familiar})
	if err != nil {
		return err
	}
	until := known[g.pair].Until
	if !known[g.familiar].Until.After(now) {
		until = latest(until, known[g.address].Until, known[g.account].Until)
	}
	if wait := until.Sub(now); wait > 0 {
		return &core.Fault{Kind: core.KindTooMany, Code: "too_many_guesses", Wait: wait, ID: "too_many_guesses.passwords", Args: []any{"wait", spoken(wait)}}
	}
	return nil
}

func latest(t time.Time, others ...time.Time) time.Time {
	for _, o := range others {
		if o.After(t) {
			t = o
		}
	}
	return t
}

// spoken is a wait in whole seconds or minutes, never shorter than it is.
func spoken(d time.Duration) words.Sentence {
	if n := int((d + time.Second - 1) / time.Second); n <= 90 {
		return words.S("wait.seconds", "count", n)
	}
	return words.S("wait.minutes", "count", int((d+time.Minute-1)/time.Minute))
}

// failed counts a wrong password.
func (g guessing) failed(ctx context.Context, tx Guesses, now time.Time) error {
	for _, s := range []struct {
		subject string
		limit
	}{{g.account, accountLimit}, {g.address, addressLimit}, {g.pair, pairLimit}} {
		failures, err := tx.CountGuess(ctx, s.subject, now, now.Add(-forgetAfter))
		if err != nil {
			return err
		}
		if err := tx.HoldGuesses(ctx, s.subject, now.Add(s.wait(failures))); err != nil {
			return err
		}
	}
	return nil
}

// passed remembers the address and forgets the failures of this account there.
func (g guessing) passed(ctx context.Context, tx Guesses, now time.Time) error {
	if err := tx.DropGuesses(ctx, []string{g.pair}); err != nil {
		return err
	}
	return tx.PutGuess(ctx, g.familiar, Guess{Since: now, Until: now.Add(familiarFor)})
}
