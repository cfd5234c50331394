package account

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// attempt is one try with a password, as a command's first steps: prove is what it
// prepares, passed the beginning of its change, and end follows when all is done.
// Until then the attempt has one of the hasher's slots, so that between checking
// and counting no more than atOnce other attempts fit.
type attempt struct {
	*desk
	email, password string
	failed          act.Event
	owner           core.AccountID // whose password it must be, zero for anybody's

	guessing guessing
	inside   bool
	account  core.Account
	fits     bool
	renewed  string // the new hash of an outdated one
}

// attempt is a stranger's try with a password; failed is told of a wrong one.
func (d *desk) attempt(email, password string, failed act.Event) *attempt {
	return &attempt{desk: d, email: email, password: password, failed: failed}
}

// attemptOf is someone's who is signed in.
func (d *desk) attemptOf(a access.Actor, password string, failed act.Event) *attempt {
	t := d.attempt(a.Email, password, failed)
	t.owner = a.AccountID
	return t
}

// prove holds the password against the account with the address, at the cost of
// one hash whether there is one or not. A wrong one gives bad_credentials, and is
// counted and told by a command of its own, which stays whatever becomes of the
// one that is prepared.
func (t *attempt) prove(ctx context.Context) error {
	t.guessing = guessingAt(ctx, t.email)
	_, err := act.Peek(ctx, t.act, func(ctx context.Context, tx Tx) (none, error) {
		return none{}, t.guessing.allowed(ctx, tx, t.src.Now())
	})
	if err == nil {
		err = t.hasher.enter(ctx)
	}
	if err != nil {
		return err
	}
	t.inside = true
	if err := t.compare(ctx); err != nil || t.fits {
		return err
	}
	if err := t.count(ctx); err != nil {
		return err
	}
	return errCredentials
}

// compare does the costly part. Whether the attempt is allowed is asked again:
// others may have been counted while it waited.
func (t *attempt) compare(ctx context.Context) error {
	account, err := act.Inspect(ctx, t.act, func(ctx context.Context, tx Tx) (core.Account, error) {
		if err := t.guessing.allowed(ctx, tx, t.src.Now()); err != nil {
			return core.Account{}, err
		}
		account, err := tx.AccountByEmail(ctx, t.email)
		if core.CodeOf(err) == "not_found" {
			return core.Account{}, nil // a password is compared all the same, and as slowly
		}
		return account, err
	})
	if err != nil {
		return err
	}
	password := t.password
	if len(password) > 4*LongestPassword {
		password = password[:4*LongestPassword]
	}
	var outdated bool
	t.account = account
	if t.fits, outdated, err = t.hasher.check(password, account.PasswordHash); err == nil && outdated {
		t.renewed, err = t.hasher.fresh(password)
	}
	return err
}

var (
	signInFailed         = act.NewEvent("session.sign_in_failed", "account")
	confirmationFailed   = act.NewEvent("session.confirm_failed", "account")
	passwordChangeFailed = act.NewEvent("account.password_change_failed", "account")
	addressAskFailed     = act.NewEvent("account.address_ask_failed", "account")
	acceptanceFailed     = act.NewEvent("invitation.accept_failed", "account")
	failsPassword        = act.Declare(access.SelfWrite, signInFailed, confirmationFailed, passwordChangeFailed, addressAskFailed, acceptanceFailed)
)

// count counts a wrong password.
func (t *attempt) count(ctx context.Context) error {
	_, err := act.Do(ctx, t.act, access.System, failsPassword, act.Command[Tx, none, none]{
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (none, error) {
			return none{}, t.guessing.failed(ctx, x.Tx, x.Now)
		},
		Tell: func(none, none) []act.Told {
			return []act.Told{{Event: t.failed, By: byAccount(t.account), Subject: idText(t.account.ID)}}
		},
	})
	return err
}

// passed clears the count. Where it was someone else's password it gives
// unauthenticated.
func (t *attempt) passed(ctx context.Context, x act.Step[Tx]) error {
	if !t.owner.IsZero() && t.owner != t.account.ID {
		return core.ErrUnauthenticated
	}
	return t.guessing.passed(ctx, x.Tx, x.Now)
}

// end gives the slot back.
func (t *attempt) end() {
	if t.inside {
		t.hasher.leave()
	}
}
