package account

import (
	"context"
	"fmt"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Lifetimes of links, and how long a person waits for another one.
const (
	AddressLifetime = 24 * time.Hour
	ResetLifetime   = time.Hour
	linkEvery       = 5 * time.Minute
)

var errLink = &core.Fault{Kind: core.KindNotFound, Code: "link_invalid",
	Message: "This link is not good (any more): it was used, it ran out, or a newer one was sent. Ask for another."}

// AskAddress mails a link to another address of the actor's; whoever opens it
// there gives the account that address. The record, and every certificate in
// it, belongs to the account and stays. Where another account has the address,
// its owner is told and nothing else happens. It wants self.write and the
// password. Codes: bad_email, unchanged, bad_credentials, too_many_guesses.
func (s *Service) AskAddress(ctx context.Context, a access.Actor, email, password string) error {
	if err := access.Can(a, access.SelfWrite, access.Target{}); err != nil {
		return err
	}
	email, err := core.NormalizeEmail(email)
	if f := core.AsFault(err); f != nil {
		return core.InvalidField("email", f.Code, "%s", f.Message)
	}
	if email == a.Email {
		return core.InvalidField("email", "unchanged", "This is your address already.")
	}
	return s.prove(ctx, a.Email, password, "account.address_ask", func(ctx context.Context, tx Tx, p proof) error {
		if p.account.ID != a.AccountID {
			return core.ErrUnauthenticated
		}
		other, err := tx.AccountByEmail(ctx, email)
		switch {
		case err == nil:
			return tx.SendMail(ctx, takenMail(other))
		case core.CodeOf(err) != "not_found":
			return err
		}
		secret, err := s.putLink(ctx, tx, p.account, core.LinkAddress, email, AddressLifetime)
		if err != nil {
			return err
		}
		if err := tx.SendMail(ctx, s.addressMail(p.account, email, secret)); err != nil {
			return err
		}
		return tx.Audit(ctx, s.event(ctx, a, s.src.Now(), core.AuditEvent{Action: "account.address_ask", TargetKind: "account", TargetID: idText(a.AccountID)}))
	})
}

// ConfirmAddress gives an account the address to which a link was sent, and
// tells the former one. Whoever has the link may. Codes: link_invalid,
// email_taken.
func (s *Service) ConfirmAddress(ctx context.Context, token string) (email string, err error) {
	now := s.src.Now()
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		l, account, err := s.useLink(ctx, tx, token, core.LinkAddress, now)
		if err != nil {
			return err
		}
		former := account.Email
		account.Email, email = l.Email, l.Email
		if err := tx.SetAccountEmail(ctx, account); err != nil {
			return err
		}
		if err := tx.SendMail(ctx, movedMail(account, former)); err != nil {
			return err
		}
		return tx.Audit(ctx, s.event(ctx, actorOf(account), now, core.AuditEvent{Action: "account.address_change", TargetKind: "account", TargetID: idText(account.ID)}))
	})
	if core.CodeOf(err) == core.ErrDuplicate.Code {
		err = core.Conflict("email_taken", "Another account has this address by now.")
	}
	return email, err
}

// AskReset mails a link with which a forgotten password is set anew, where
// there is an account with the address; the answer is the same where there is
// none. Anybody may ask; an account gets one link in five minutes. Code:
// bad_email.
func (s *Service) AskReset(ctx context.Context, email string) error {
	email, err := core.NormalizeEmail(email)
	if f := core.AsFault(err); f != nil {
		return core.InvalidField("email", f.Code, "%s", f.Message)
	}
	now := s.src.Now()
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		account, err := tx.AccountByEmail(ctx, email)
		if core.CodeOf(err) == "not_found" {
			return nil
		}
		if err != nil {
			return err
		}
		last, err := tx.AccountLinkOf(ctx, account.ID, core.LinkPassword)
		switch {
		case err == nil && now.Sub(last.CreatedAt) < linkEvery:
			return nil
		case err != nil && core.CodeOf(err) != "not_found":
			return err
		}
		secret, err := s.putLink(ctx, tx, account, core.LinkPassword, email, ResetLifetime)
		if err != nil {
			return err
		}
		if err := tx.SendMail(ctx, s.resetMail(account, secret)); err != nil {
			return err
		}
		return tx.Audit(ctx, s.event(ctx, actorOf(account), now, core.AuditEvent{Action: "account.reset_ask", TargetKind: "account", TargetID: idText(account.ID)}))
	})
}

// LookUpLink is nil where a link of a purpose is good. Whoever has the link
// may. Code: link_invalid.
func (s *Service) LookUpLink(ctx context.Context, token string, purpose core.LinkPurpose) (core.AccountLink, error) {
	var l core.AccountLink
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		l, err = s.link(ctx, tx, token, purpose, s.src.Now())
		return err
	})
	return l, err
}

// Reset sets a new password and ends every session of the account. Whoever has
// the link may. Codes: link_invalid, those of CheckPassword.
func (s *Service) Reset(ctx context.Context, token, password string) error {
	var account core.Account
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		l, err := s.link(ctx, tx, token, core.LinkPassword, s.src.Now())
		if err != nil {
			return err
		}
		account, err = tx.Account(ctx, l.AccountID)
		return err
	})
	if err != nil {
		return err
	}
	if err := CheckPassword(password, account.Email, account.Name); err != nil {
		return err
	}
	hash, err := s.hasher.make(ctx, password)
	if err != nil {
		return err
	}
	now := s.src.Now()
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		_, account, err := s.useLink(ctx, tx, token, core.LinkPassword, now)
		if err != nil {
			return err
		}
		account.PasswordHash = hash
		if err := tx.UpdateAccount(ctx, account); err != nil {
			return lostLink(err)
		}
		if _, err := tx.DeleteSessionsOf(ctx, account.ID, core.SessionID{}); err != nil {
			return err
		}
		if err := tx.DropGuesses(ctx, []string{guessingAt(ctx, account.Email).pair}); err != nil {
			return err
		}
		if err := tx.SendMail(ctx, changedMail(account)); err != nil {
			return err
		}
		return tx.Audit(ctx, s.event(ctx, actorOf(account), now, core.AuditEvent{Action: "account.password_reset", TargetKind: "account", TargetID: idText(account.ID)}))
	})
}

func (s *Service) putLink(ctx context.Context, tx Tx, account core.Account, purpose core.LinkPurpose, email string, lifetime time.Duration) (string, error) {
	now := s.src.Now()
	secret, hash := s.newSecret(linkPrefix)
	return secret, tx.PutAccountLink(ctx, core.AccountLink{
		TokenHash: hash, AccountID: account.ID, Purpose: purpose, Email: email, CreatedAt: now, ExpiresAt: now.Add(lifetime),
	})
}

func (s *Service) link(ctx context.Context, tx Tx, token string, purpose core.LinkPurpose, now time.Time) (core.AccountLink, error) {
	if !isSecret(token, linkPrefix) {
		return core.AccountLink{}, errLink
	}
	l, err := tx.AccountLink(ctx, hashOf(token))
	switch {
	case core.CodeOf(err) == "not_found":
		return core.AccountLink{}, errLink
	case err != nil:
		return core.AccountLink{}, err
	case l.Purpose != purpose || !now.Before(l.ExpiresAt):
		return core.AccountLink{}, errLink
	}
	return l, nil
}

// useLink uses a link up and finds its account.
func (s *Service) useLink(ctx context.Context, tx Tx, token string, purpose core.LinkPurpose, now time.Time) (core.AccountLink, core.Account, error) {
	l, err := s.link(ctx, tx, token, purpose, now)
	if err != nil {
		return l, core.Account{}, err
	}
	if err := tx.UseAccountLink(ctx, l.TokenHash); err != nil {
		return l, core.Account{}, lostLink(err)
	}
	account, err := tx.Account(ctx, l.AccountID)
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

func (s *Service) addressMail(a core.Account, email, secret string) core.Mail {
	return core.Mail{To: email, Subject: "Your new address in Palmar", Text: fmt.Sprintf(`Hello %s,

Open this link to make this the address of your account in Palmar:
%s

It works once, within a day. Your record and your certificates stay as they are.
If you did not expect this mail, do nothing.
`, a.Name, s.base+"/account/address/"+secret)}
}

func takenMail(other core.Account) core.Mail {
	return core.Mail{To: other.Email, Subject: "Somebody asked for your address in Palmar", Text: fmt.Sprintf(`Hello %s,

Somebody who is signed in to Palmar wanted this address for another account. You have an account with it already, so nothing was changed.
If that was you, sign in with this address.
`, other.Name)}
}

func movedMail(a core.Account, former string) core.Mail {
	return core.Mail{To: former, Subject: "Your account in Palmar has another address", Text: fmt.Sprintf(`Hello %s,

Your account in Palmar has the address %s from now on; sign in with that.
If that was not you, tell the school at once.
`, a.Name, a.Email)}
}

func (s *Service) resetMail(a core.Account, secret string) core.Mail {
	return core.Mail{To: a.Email, Subject: "A new password for Palmar", Text: fmt.Sprintf(`Hello %s,

Open this link to set a new password:
%s

It works once, within an hour. If you did not ask for it, do nothing: your password stays.
`, a.Name, s.base+"/reset/"+secret)}
}

func changedMail(a core.Account) core.Mail {
	return core.Mail{To: a.Email, Subject: "Your password for Palmar was changed", Text: fmt.Sprintf(`Hello %s,

The password of your account in Palmar was set anew, and every device was signed out.
If that was not you, ask for a new password on the sign-in page, and tell the school.
`, a.Name)}
}
