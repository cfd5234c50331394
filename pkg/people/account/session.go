package account

import (
	"context"
	"slices"
	"unicode"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

var errCredentials = &core.Fault{Kind: core.KindUnauthenticated, Code: "bad_credentials"}

var signsIn = act.Declare(access.SelfWrite, act.NewEvent("session.sign_in", "session"))

// SignIn makes a session. Anybody may try. Codes: bad_credentials, whether or
// not there is such an account; too_many_guesses.
func (s *Identity) SignIn(ctx context.Context, in SignIn) (Signed, error) {
	email, err := core.NormalizeEmail(in.Email)
	if err != nil {
		email = "?" + subject("no address", in.Email)
	}
	try := s.attempt(email, in.Password, signInFailed)
	defer try.end()
	return act.Do(ctx, s.act, access.System, signsIn, act.Command[Tx, none, Signed]{
		Prepare: try.prove,
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (Signed, error) {
			if err := try.passed(ctx, x); err != nil {
				return Signed{}, err
			}
			if try.renewed != "" {
				account := try.account
				account.PasswordHash = try.renewed
				if err := x.Tx.UpdateAccount(ctx, account); err != nil {
					return Signed{}, err
				}
			}
			return s.open(ctx, x, try.account.ID, in.Agent)
		},
		Tell: func(_ none, signed Signed) []act.Told {
			return []act.Told{{By: &signed.Actor, Subject: idText(signed.Actor.SessionID)}}
		},
	})
}

// open makes a session of an account that has proved itself.
func (d *desk) open(ctx context.Context, x act.Step[Tx], account core.AccountID, agent string) (Signed, error) {
	secret, hash := d.newSecret(sessionPrefix)
	session := UserSession{
		ID: newID[core.SessionID](d), TokenHash: hash, AccountID: account, CreatedAt: x.Now, AuthenticatedAt: x.Now,
		SeenAt: x.Now, ExpiresAt: x.Now.Add(SessionLongest), Address: core.OriginOf(ctx).Address, Agent: shortened(agent, 200),
	}
	if err := x.Tx.InsertSession(ctx, session); err != nil {
		return Signed{}, err
	}
	actor, err := x.Tx.ActorOf(ctx, account)
	actor.SessionID, actor.AuthenticatedAt = session.ID, x.Now
	return Signed{Token: secret, Actor: actor, ExpiresAt: session.ExpiresAt}, err
}

// Authenticate finds who acts with a session's or an API token. It gives
// unauthenticated for one that is unknown, over, idle for too long or revoked,
// and for an organization's token whose maker is no administrator there any
// more. When it was last used is noted once a minute.
func (s *Identity) Authenticate(ctx context.Context, token string) (access.Actor, error) {
	switch {
	case isSecret(token, sessionPrefix):
		return s.authenticateSession(ctx, token)
	case isSecret(token, tokenPrefix):
		return s.authenticateToken(ctx, token)
	}
	return access.Actor{}, core.ErrUnauthenticated
}

func (s *Identity) authenticateSession(ctx context.Context, token string) (access.Actor, error) {
	var session UserSession
	a, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) (a access.Actor, err error) {
		a, session, err = tx.SessionActor(ctx, hashOf(token))
		return a, err
	})
	now := s.src.Now()
	switch {
	case core.CodeOf(err) == "not_found":
		return access.Actor{}, core.ErrUnauthenticated
	case err != nil:
		return access.Actor{}, err
	case !now.Before(session.ExpiresAt) || now.Sub(session.SeenAt) >= SessionIdle:
		return access.Actor{}, core.ErrUnauthenticated
	}
	if a.Memberships, err = s.memberships(ctx, a.AccountID); err != nil || now.Sub(session.SeenAt) < touchEvery {
		return a, err
	}
	return a, act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error { return tx.TouchSession(ctx, session.ID, now) })
}

func (s *Identity) authenticateToken(ctx context.Context, token string) (access.Actor, error) {
	var t Token
	a, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) (a access.Actor, err error) {
		a, t, err = tx.TokenActor(ctx, hashOf(token))
		return a, err
	})
	now := s.src.Now()
	switch {
	case core.CodeOf(err) == "not_found":
		return access.Actor{}, core.ErrUnauthenticated
	case err != nil:
		return access.Actor{}, err
	case !t.RevokedAt.IsZero() || !now.Before(t.ExpiresAt):
		return access.Actor{}, core.ErrUnauthenticated
	case !t.OrganizationID.IsZero() && len(a.Memberships) == 0:
		return access.Actor{}, core.ErrUnauthenticated
	case t.OrganizationID.IsZero():
		if a.Memberships, err = s.memberships(ctx, a.AccountID); err != nil {
			return access.Actor{}, err
		}
	}
	if now.Sub(t.UsedAt) < touchEvery {
		return a, nil
	}
	return a, act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error { return tx.TouchToken(ctx, t.ID, now) })
}

// memberships are read by themselves: who asks is looked up in each request, and a
// snapshot around two statements costs as much as they do.
func (s *Identity) memberships(ctx context.Context, account core.AccountID) ([]access.Membership, error) {
	return act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) ([]access.Membership, error) {
		return tx.MembershipsOf(ctx, account)
	})
}

var confirmsPassword = act.Declare(access.SelfWrite, act.NewEvent("session.confirm", "session"))

// Confirm takes the password again, so that the actor may sign for the next
// access.FreshFor, and gives the session a new token; the old one is worthless.
// It wants self.write. Codes: bad_credentials, too_many_guesses.
func (s *Identity) Confirm(ctx context.Context, a access.Actor, password string) (Signed, error) {
	try := s.attemptOf(a, password, confirmationFailed)
	defer try.end()
	return act.Do(ctx, s.act, a, confirmsPassword, act.Command[Tx, none, Signed]{
		Prepare: try.prove,
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (Signed, error) {
			if err := try.passed(ctx, x); err != nil {
				return Signed{}, err
			}
			return s.rotate(ctx, x)
		},
		Tell: func(none, Signed) []act.Told { return act.Of(idText(a.SessionID), nil) },
	})
}

// rotate gives the actor's session a new token.
func (s *Identity) rotate(ctx context.Context, x act.Step[Tx]) (Signed, error) {
	session, err := x.Tx.Session(ctx, x.Actor.SessionID)
	if err != nil || session.AccountID != x.Actor.AccountID {
		return Signed{}, core.ErrUnauthenticated
	}
	secret, hash := s.newSecret(sessionPrefix)
	session.TokenHash, session.AuthenticatedAt, session.SeenAt = hash, x.Now, x.Now
	if err := x.Tx.RotateSession(ctx, session); err != nil {
		return Signed{}, err
	}
	actor := x.Actor
	actor.AuthenticatedAt = x.Now
	return Signed{Token: secret, Actor: actor, ExpiresAt: session.ExpiresAt}, nil
}

var (
	signedOut           = act.NewEvent("session.sign_out", "session")
	signedOutEverywhere = act.NewEvent("session.sign_out_everywhere", "session")
	signsOut            = act.Declare(access.SelfWrite, signedOut, signedOutEverywhere)
)

// SignOut ends the actor's session. It wants self.write.
func (s *Identity) SignOut(ctx context.Context, a access.Actor) error {
	_, err := act.Do(ctx, s.act, a, signsOut, ending(signedOut, func(ctx context.Context, tx Tx) error {
		return tx.DeleteSession(ctx, a.SessionID)
	}))
	return err
}

// SignOutEverywhere ends all sessions of the actor, this one too. API tokens
// go on: they are revoked one by one. It wants self.write.
func (s *Identity) SignOutEverywhere(ctx context.Context, a access.Actor) error {
	_, err := act.Do(ctx, s.act, a, signsOut, ending(signedOutEverywhere, func(ctx context.Context, tx Tx) error {
		_, err := tx.DeleteSessionsOf(ctx, a.AccountID, core.SessionID{})
		return err
	}))
	return err
}

// ending is a command that ends sessions.
func ending(event act.Event, end func(ctx context.Context, tx Tx) error) act.Command[Tx, none, core.SessionID] {
	return act.Command[Tx, none, core.SessionID]{
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (core.SessionID, error) {
			return x.Actor.SessionID, end(ctx, x.Tx)
		},
		Tell: func(_ none, session core.SessionID) []act.Told {
			return []act.Told{{Event: event, Subject: idText(session)}}
		},
	}
}

var changesPassword = act.Declare(access.SelfWrite, act.NewEvent("account.password_change", "account"))

// ChangePassword sets a new password, ends every other session and rotates
// this one. It wants self.write. Codes: bad_credentials, too_many_guesses and
// those of CheckPassword.
func (s *Identity) ChangePassword(ctx context.Context, a access.Actor, old, new string) (Signed, error) {
	try, hash := s.attemptOf(a, old, passwordChangeFailed), ""
	defer try.end()
	return act.Do(ctx, s.act, a, changesPassword, act.Command[Tx, none, Signed]{
		Prepare: func(ctx context.Context) (err error) {
			if hash, err = s.newHash(ctx, new, a.Email, a.Name); err != nil {
				return err
			}
			return try.prove(ctx)
		},
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (Signed, error) {
			if err := try.passed(ctx, x); err != nil {
				return Signed{}, err
			}
			account := try.account
			account.PasswordHash = hash
			if err := x.Tx.UpdateAccount(ctx, account); err != nil {
				return Signed{}, err
			}
			if _, err := x.Tx.DeleteSessionsOf(ctx, a.AccountID, a.SessionID); err != nil {
				return Signed{}, err
			}
			return s.rotate(ctx, x)
		},
		Tell: func(none, Signed) []act.Told { return act.Of(idText(a.AccountID), nil) },
	})
}

// newHash is the hash of a password that someone may choose.
func (s *Identity) newHash(ctx context.Context, password, email, name string) (string, error) {
	if err := CheckPassword(password, email, name); err != nil {
		return "", err
	}
	return s.hasher.make(ctx, password)
}

// Sessions are where the actor is signed in, the last used first. It wants
// self.read and a person.
func (s *Identity) Sessions(ctx context.Context, a access.Actor) ([]UserSession, error) {
	return act.Look(ctx, s.act, a, access.SelfRead, func(ctx context.Context, r act.Reader[Tx]) ([]UserSession, error) {
		if err := r.May(ctx, access.Target{}); err != nil {
			return nil, err
		}
		if err := person(a); err != nil {
			return nil, err
		}
		return r.Tx.SessionsOf(ctx, a.AccountID, r.Now, r.Now.Add(-SessionIdle))
	})
}

// shortened keeps at most n characters of what a client says of itself.
func shortened(s string, n int) string {
	runes := slices.DeleteFunc([]rune(s), unicode.IsControl)
	return string(runes[:min(len(runes), n)])
}
