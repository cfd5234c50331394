package account

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Lifetimes of links, and how long a person waits for another one.
const (
	AddressLifetime = 24 * time.Hour
	ResetLifetime   = time.Hour
	linkEvery       = 5 * time.Minute
)

var errLink = &core.Fault{Kind: core.KindNotFound, Code: "link_invalid"}

var asksForAddress = act.Declare(access.SelfWrite, act.NewEvent("account.address_ask", "account"))

// AskAddress mails a link to another address of the actor's; anyone who opens it
// there gives the account that address. The record, and every certificate in
// it, belongs to the account and stays. Where another account has the address,
// its owner is told and nothing else happens. It wants self.write and the
// password. Codes: bad_email, unchanged, bad_credentials, too_many_guesses.
func (s *Identity) AskAddress(ctx context.Context, a access.Actor, email, password string) error {
	try := s.attemptOf(a, password, addressAskFailed)
	defer try.end()
	_, err := act.Do(ctx, s.act, a, asksForAddress, act.Command[Tx, none, none]{
		Prepare: func(ctx context.Context) (err error) {
			if email, err = address(email); err != nil {
				return err
			}
			if email == a.Email {
				return core.InvalidField("email", "unchanged.email")
			}
			return try.prove(ctx)
		},
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (none, error) {
			if err := try.passed(ctx, x); err != nil {
				return none{}, err
			}
			return none{}, s.offerAddress(ctx, x, try.account, email)
		},
		Tell: func(none, none) []act.Told { return act.Of(idText(a.AccountID), nil) },
	})
	return err
}

// address is an email address of a form that has no other field of the kind.
func address(email string) (string, error) {
	email, err := core.NormalizeEmail(email)
	if f := core.AsFault(err); f != nil {
		return "", f.Of("email")
	}
	return email, err
}

// offerAddress mails the link to an address, or a word to whose it is already.
func (s *Identity) offerAddress(ctx context.Context, x act.Step[Tx], account core.Account, email string) error {
	other, err := x.Tx.AccountByEmail(ctx, email)
	switch {
	case err == nil:
		return x.Tx.SendMail(ctx, takenMail(other))
	case core.CodeOf(err) != "not_found":
		return err
	}
	secret, err := s.putLink(ctx, x, account, LinkAddress, email, AddressLifetime)
	if err != nil {
		return err
	}
	return x.Tx.SendMail(ctx, s.addressMail(account, email, secret))
}

var changesAddress = act.Declare(access.SelfWrite, act.NewEvent("account.address_change", "account"))

// ConfirmAddress gives an account the address to which a link was sent, and
// tells the former one. Anyone who has the link may. Codes: link_invalid,
// email_taken.
func (s *Identity) ConfirmAddress(ctx context.Context, token string) (email string, err error) {
	account, err := act.Do(ctx, s.act, access.System, changesAddress, act.Command[Tx, none, core.Account]{
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (core.Account, error) {
			l, account, err := s.useLink(ctx, x, token, LinkAddress)
			if err != nil {
				return account, err
			}
			former := account.Email
			account.Email = l.Email
			if err := x.Tx.SetAccountEmail(ctx, account); err != nil {
				return account, err
			}
			return account, x.Tx.SendMail(ctx, movedMail(account, former))
		},
		Tell: toldOf,
	})
	if core.CodeOf(err) == core.ErrDuplicate.Code {
		err = core.Conflict("email_taken")
	}
	return account.Email, err
}

// toldOf tells what the owner of a link has done to their account.
func toldOf(_ none, account core.Account) []act.Told {
	return []act.Told{{By: byAccount(account), Subject: idText(account.ID)}}
}

var asksForReset = act.Declare(access.SelfWrite, act.NewEvent("account.reset_ask", "account"))

// AskReset mails a link to reset a forgotten password, where
// there is an account with the address; the answer, and the work, is the same where
// there is none. Anybody may ask; an account gets one link in five minutes. Code:
// bad_email.
func (s *Identity) AskReset(ctx context.Context, email string) error {
	email, err := address(email)
	if err != nil {
		return err
	}
	_, err = act.Do(ctx, s.act, access.System, asksForReset, act.Command[Tx, none, core.Account]{
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (core.Account, error) {
			account, err := x.Tx.AccountByEmail(ctx, email)
			if err != nil && core.CodeOf(err) != "not_found" {
				return account, err
			}
			last, err := x.Tx.AccountLinkOf(ctx, account.ID, LinkPassword)
			switch {
			case err == nil && x.Now.Sub(last.CreatedAt) < linkEvery:
				account = core.Account{}
			case err != nil && core.CodeOf(err) != "not_found":
				return account, err
			}
			// From here on nobody gets a link like everyone else: one that is not kept, in
			// a mail that is not sent.
			secret, err := s.putLink(ctx, x, account, LinkPassword, email, ResetLifetime)
			if err != nil {
				return account, err
			}
			return account, x.Tx.SendMail(ctx, s.resetMail(account, secret))
		},
		Tell: toldOf,
	})
	return err
}

// LookUpLink is nil where a link of a purpose is good. Anyone who has the link
// may. Code: link_invalid.
func (s *Identity) LookUpLink(ctx context.Context, token string, purpose LinkPurpose) (Link, error) {
	return act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) (Link, error) {
		return link(ctx, tx, token, purpose, s.src.Now())
	})
}

var resetsPassword = act.Declare(access.SelfWrite, act.NewEvent("account.password_reset", "account"))

// Reset sets a new password and ends every session of the account. Anyone who has
// the link may. Codes: link_invalid, those of CheckPassword.
func (s *Identity) Reset(ctx context.Context, token, password string) error {
	var hash string
	_, err := act.Do(ctx, s.act, access.System, resetsPassword, act.Command[Tx, none, core.Account]{
		Prepare: func(ctx context.Context) error {
			account, err := s.linked(ctx, token, LinkPassword)
			if err == nil {
				hash, err = s.newHash(ctx, password, account.Email, account.Name)
			}
			return err
		},
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (core.Account, error) {
			_, account, err := s.useLink(ctx, x, token, LinkPassword)
			if err != nil {
				return account, err
			}
			account.PasswordHash = hash
			if err := x.Tx.UpdateAccount(ctx, account); err != nil {
				return account, lostLink(err)
			}
			if _, err := x.Tx.DeleteSessionsOf(ctx, account.ID, core.SessionID{}); err != nil {
				return account, err
			}
			if err := x.Tx.DropGuesses(ctx, []string{guessingAt(ctx, account.Email).pair}); err != nil {
				return account, err
			}
			return account, x.Tx.SendMail(ctx, changedMail(account))
		},
		Tell: toldOf,
	})
	return err
}

// linked is the account of a link that is good.
func (s *Identity) linked(ctx context.Context, token string, purpose LinkPurpose) (core.Account, error) {
	return act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (core.Account, error) {
		l, err := link(ctx, tx, token, purpose, s.src.Now())
		if err != nil {
			return core.Account{}, err
		}
		return tx.Account(ctx, l.AccountID)
	})
}

func (s *Identity) putLink(ctx context.Context, x act.Step[Tx], account core.Account, purpose LinkPurpose, email string, lifetime time.Duration) (string, error) {
	secret, hash := s.newSecret(linkPrefix)
	return secret, x.Tx.PutAccountLink(ctx, Link{
		TokenHash: hash, AccountID: account.ID, Purpose: purpose, Email: email, CreatedAt: x.Now, ExpiresAt: x.Now.Add(lifetime),
	})
}

func link(ctx context.Context, tx Tx, token string, purpose LinkPurpose, now time.Time) (Link, error) {
	if !isSecret(token, linkPrefix) {
		return Link{}, errLink
	}
	l, err := tx.AccountLink(ctx, hashOf(token))
	switch {
	case core.CodeOf(err) == "not_found":
		return Link{}, errLink
	case err != nil:
		return Link{}, err
	case l.Purpose != purpose || !now.Before(l.ExpiresAt):
		return Link{}, errLink
	}
	return l, nil
}

// useLink uses a link up and finds its account.
func (s *Identity) useLink(ctx context.Context, x act.Step[Tx], token string, purpose LinkPurpose) (Link, core.Account, error) {
	l, err := link(ctx, x.Tx, token, purpose, x.Now)
	if err != nil {
		return l, core.Account{}, err
	}
	if err := x.Tx.UseAccountLink(ctx, l.TokenHash); err != nil {
		return l, core.Account{}, lostLink(err)
	}
	account, err := x.Tx.Account(ctx, l.AccountID)
	return l, account, err
}

// lostLink turns the loser's answer of two who use one link at once into that
// of a used link.
func lostLink(err error) error {
	if core.CodeOf(err) == core.ErrStale.Code {
		return errLink
	}
	return err
}

func (s *Identity) addressMail(a core.Account, email, secret string) core.Mail {
	l := words.Of(a.Language)
	return core.Mail{To: email, Subject: l.Say("mail.address.subject"), Text: l.Say("mail.address.body", "name", a.Name, "link", s.base+"/account/address/"+secret)}
}

func takenMail(other core.Account) core.Mail {
	l := words.Of(other.Language)
	return core.Mail{To: other.Email, Subject: l.Say("mail.address_taken.subject"), Text: l.Say("mail.address_taken.body", "name", other.Name)}
}

func movedMail(a core.Account, former string) core.Mail {
	l := words.Of(a.Language)
	return core.Mail{To: former, Subject: l.Say("mail.address_changed.subject"), Text: l.Say("mail.address_changed.body", "name", a.Name, "email", a.Email)}
}

func (s *Identity) resetMail(a core.Account, secret string) core.Mail {
	l := words.Of(a.Language)
	return core.Mail{To: a.Email, Subject: l.Say("mail.reset.subject"), Text: l.Say("mail.reset.body", "name", a.Name, "link", s.base+"/reset/"+secret)}
}

func changedMail(a core.Account) core.Mail {
	l := words.Of(a.Language)
	return core.Mail{To: a.Email, Subject: l.Say("mail.password_changed.subject"), Text: l.Say("mail.password_changed.body", "name", a.Name)}
}
