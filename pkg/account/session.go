package account

import (
	"context"
	"slices"
	"unicode"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

var errCredentials = &core.Fault{Kind: core.KindUnauthenticated, Code: "bad_credentials", Message: "E-mail address and password do not fit together."}

// SignIn makes a session. Anybody may try. Codes: bad_credentials, whether or
// not there is such an account; too_many_guesses.
func (s *Service) SignIn(ctx context.Context, in SignIn) (Signed, error) {
	email, err := core.NormalizeEmail(in.Email)
	if err != nil {
		email = "?" + subject("no address", in.Email)
	}
	var signed Signed
	err = s.prove(ctx, email, in.Password, "session.sign_in", func(ctx context.Context, tx Tx, p proof) (err error) {
		if p.hash != "" {
			p.account.PasswordHash = p.hash
			if err := tx.UpdateAccount(ctx, p.account); err != nil {
				return err
			}
		}
		if signed, err = s.open(ctx, tx, p.account.ID, in.Agent); err != nil {
			return err
		}
		return tx.Audit(ctx, s.event(ctx, signed.Actor, s.src.Now(), onSession("session.sign_in", signed.Actor)))
	})
	if err != nil {
		return Signed{}, err
	}
	return signed, nil
}

// open makes a session of an account that has proved itself.
func (s *Service) open(ctx context.Context, tx Tx, account core.AccountID, agent string) (Signed, error) {
	now := s.src.Now()
	secret, hash := s.newSecret(sessionPrefix)
	session := core.UserSession{
		ID: newID[core.SessionID](s), TokenHash: hash, AccountID: account, CreatedAt: now, AuthenticatedAt: now,
		SeenAt: now, ExpiresAt: now.Add(SessionLongest), Address: core.OriginOf(ctx).Address, Agent: shortened(agent, 200),
	}
	if err := tx.InsertSession(ctx, session); err != nil {
		return Signed{}, err
	}
	actor, err := tx.ActorOf(ctx, account)
	actor.SessionID, actor.AuthenticatedAt = session.ID, now
	return Signed{Token: secret, Actor: actor, ExpiresAt: session.ExpiresAt}, err
}

// Authenticate finds who acts with a session's or an API token. It gives
// unauthenticated for one that is unknown, over, idle for too long or revoked,
// and for an organization's token whose maker is no administrator there any
// more. When it was last used is noted once a minute.
func (s *Service) Authenticate(ctx context.Context, token string) (access.Actor, error) {
	switch {
	case isSecret(token, sessionPrefix):
		return s.authenticateSession(ctx, token)
	case isSecret(token, tokenPrefix):
		return s.authenticateToken(ctx, token)
	}
	return access.Actor{}, core.ErrUnauthenticated
}

func (s *Service) authenticateSession(ctx context.Context, token string) (access.Actor, error) {
	var a access.Actor
	var session core.UserSession
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		a, session, err = tx.SessionActor(ctx, hashOf(token))
		return err
	})
	now := s.src.Now()
	switch {
	case core.CodeOf(err) == "not_found":
		return access.Actor{}, core.ErrUnauthenticated
	case err != nil:
		return access.Actor{}, err
	case !now.Before(session.ExpiresAt) || now.Sub(session.SeenAt) >= SessionIdle:
		return access.Actor{}, core.ErrUnauthenticated
	case now.Sub(session.SeenAt) < touchEvery:
		return a, nil
	}
	return a, s.store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.TouchSession(ctx, session.ID, now) })
}

func (s *Service) authenticateToken(ctx context.Context, token string) (access.Actor, error) {
	var a access.Actor
	var t core.Token
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		a, t, err = tx.TokenActor(ctx, hashOf(token))
		return err
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
	case now.Sub(t.UsedAt) < touchEvery:
		return a, nil
	}
	return a, s.store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.TouchToken(ctx, t.ID, now) })
}

// Confirm takes the password again, so that the actor may sign for the next
// access.FreshFor, and gives the session a new token; the old one is worthless.
// It wants self.write. Codes: bad_credentials, too_many_guesses.
func (s *Service) Confirm(ctx context.Context, a access.Actor, password string) (Signed, error) {
	if err := access.Can(a, access.SelfWrite, access.Target{}); err != nil {
		return Signed{}, err
	}
	var signed Signed
	err := s.prove(ctx, a.Email, password, "session.confirm", func(ctx context.Context, tx Tx, p proof) (err error) {
		if p.account.ID != a.AccountID {
			return core.ErrUnauthenticated
		}
		if signed, err = s.rotate(ctx, tx, a); err != nil {
			return err
		}
		return tx.Audit(ctx, s.event(ctx, a, s.src.Now(), onSession("session.confirm", a)))
	})
	if err != nil {
		return Signed{}, err
	}
	return signed, nil
}

// rotate gives the actor's session a new token.
func (s *Service) rotate(ctx context.Context, tx Tx, a access.Actor) (Signed, error) {
	session, err := tx.Session(ctx, a.SessionID)
	if err != nil || session.AccountID != a.AccountID {
		return Signed{}, core.ErrUnauthenticated
	}
	secret, hash := s.newSecret(sessionPrefix)
	now := s.src.Now()
	session.TokenHash, session.AuthenticatedAt, session.SeenAt = hash, now, now
	if err := tx.RotateSession(ctx, session); err != nil {
		return Signed{}, err
	}
	a.AuthenticatedAt = now
	return Signed{Token: secret, Actor: a, ExpiresAt: session.ExpiresAt}, nil
}

// SignOut ends the actor's session. It wants self.write.
func (s *Service) SignOut(ctx context.Context, a access.Actor) error {
	return s.end(ctx, a, "session.sign_out", func(ctx context.Context, tx Tx) error {
		return tx.DeleteSession(ctx, a.SessionID)
	})
}

// SignOutEverywhere ends all sessions of the actor, this one too. API tokens
// go on: they are revoked one by one. It wants self.write.
func (s *Service) SignOutEverywhere(ctx context.Context, a access.Actor) error {
	return s.end(ctx, a, "session.sign_out_everywhere", func(ctx context.Context, tx Tx) error {
		_, err := tx.DeleteSessionsOf(ctx, a.AccountID, core.SessionID{})
		return err
	})
}

func (s *Service) end(ctx context.Context, a access.Actor, action string, fn func(context.Context, Tx) error) error {
	if err := access.Can(a, access.SelfWrite, access.Target{}); err != nil {
		return err
	}
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return tx.Audit(ctx, s.event(ctx, a, s.src.Now(), onSession(action, a)))
	})
}

// ChangePassword sets a new password, ends every other session and rotates
// this one. It wants self.write. Codes: bad_credentials, too_many_guesses and
// those of CheckPassword.
func (s *Service) ChangePassword(ctx context.Context, a access.Actor, old, new string) (Signed, error) {
	if err := access.Can(a, access.SelfWrite, access.Target{}); err != nil {
		return Signed{}, err
	}
	if err := CheckPassword(new, a.Email, a.Name); err != nil {
		return Signed{}, err
	}
	hash, err := s.hasher.make(ctx, new)
	if err != nil {
		return Signed{}, err
	}
	var signed Signed
	err = s.prove(ctx, a.Email, old, "account.password_change", func(ctx context.Context, tx Tx, p proof) (err error) {
		if p.account.ID != a.AccountID {
			return core.ErrUnauthenticated
		}
		p.account.PasswordHash = hash
		if err := tx.UpdateAccount(ctx, p.account); err != nil {
			return err
		}
		if _, err := tx.DeleteSessionsOf(ctx, a.AccountID, a.SessionID); err != nil {
			return err
		}
		if signed, err = s.rotate(ctx, tx, a); err != nil {
			return err
		}
		return tx.Audit(ctx, s.event(ctx, a, s.src.Now(), core.AuditEvent{
			Action: "account.password_change", TargetKind: "account", TargetID: idText(a.AccountID)}))
	})
	if err != nil {
		return Signed{}, err
	}
	return signed, nil
}

// Sessions are where the actor is signed in, the last used first. It wants
// self.read and a person.
func (s *Service) Sessions(ctx context.Context, a access.Actor) ([]core.UserSession, error) {
	if err := own(a); err != nil {
		return nil, err
	}
	now := s.src.Now()
	var sessions []core.UserSession
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		sessions, err = tx.SessionsOf(ctx, a.AccountID, now, now.Add(-SessionIdle))
		return err
	})
	return sessions, err
}

// own is self.read without an API token, which is for the record and not for
// what guards the account.
func own(a access.Actor) error {
	if err := access.Can(a, access.SelfRead, access.Target{}); err != nil {
		return err
	}
	if a.Token {
		return core.Forbidden("person_required", "An API token cannot do this; a person has to sign in.")
	}
	return nil
}

func onSession(action string, a access.Actor) core.AuditEvent {
	return core.AuditEvent{Action: action, TargetKind: "session", TargetID: idText(a.SessionID)}
}

func actorOf(account core.Account) access.Actor { return access.Actor{AccountID: account.ID} }

// idText is an identifier in an audit event, empty for none.
func idText[K any](id core.ID[K]) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// shortened keeps at most n characters of what a client says of itself.
func shortened(s string, n int) string {
	runes := slices.DeleteFunc([]rune(s), unicode.IsControl)
	return string(runes[:min(len(runes), n)])
}
