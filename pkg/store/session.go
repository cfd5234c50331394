package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

type sessionRow struct {
	ID              core.SessionID `gorm:"primaryKey"`
	TokenHash       []byte         `gorm:"not null"`
	AccountID       core.AccountID `gorm:"not null"`
	CreatedAt       moment         `gorm:"not null"`
	AuthenticatedAt moment         `gorm:"not null"`
	SeenAt          moment         `gorm:"not null"`
	ExpiresAt       moment         `gorm:"not null"`
	Address         string         `gorm:"not null"`
	Agent           string         `gorm:"not null"`
}

func (r sessionRow) noun() core.UserSession {
	return core.UserSession{
		ID: r.ID, TokenHash: r.TokenHash, AccountID: r.AccountID, CreatedAt: r.CreatedAt.Time,
		AuthenticatedAt: r.AuthenticatedAt.Time, SeenAt: r.SeenAt.Time, ExpiresAt: r.ExpiresAt.Time,
		Address: r.Address, Agent: r.Agent,
	}
}

// InsertSession keeps a new session.
func (tx *Tx) InsertSession(_ context.Context, s core.UserSession) error {
	return tx.insert("sessions", &sessionRow{
		ID: s.ID, TokenHash: s.TokenHash, AccountID: s.AccountID, CreatedAt: at(s.CreatedAt),
		AuthenticatedAt: at(s.AuthenticatedAt), SeenAt: at(s.SeenAt), ExpiresAt: at(s.ExpiresAt),
		Address: s.Address, Agent: s.Agent,
	})
}

// Session is a session by its identifier, or not_found.
func (tx *Tx) Session(_ context.Context, id core.SessionID) (core.UserSession, error) {
	r, err := one[sessionRow](tx.g, "session", "SELECT * FROM sessions WHERE id = ?", id)
	return r.noun(), err
}

// RotateSession gives a session its new token and moments; stale when it has
// ended.
func (tx *Tx) RotateSession(_ context.Context, s core.UserSession) error {
	return tx.changeOne("UPDATE sessions SET token_hash = ?, authenticated_at = ?, seen_at = ? WHERE id = ?",
		s.TokenHash, at(s.AuthenticatedAt), at(s.SeenAt), s.ID)
}

// TouchSession notes when a session was used.
func (tx *Tx) TouchSession(_ context.Context, id core.SessionID, seen time.Time) error {
	_, err := tx.exec("UPDATE sessions SET seen_at = ? WHERE id = ? AND seen_at < ?", at(seen), id, at(seen))
	return err
}

// SessionsOf are an account's live sessions, the last used first.
func (tx *Tx) SessionsOf(_ context.Context, account core.AccountID, now, idleSince time.Time) ([]core.UserSession, error) {
	rows, err := many[sessionRow](tx.g, `SELECT * FROM sessions WHERE account_id = ? AND expires_at > ? AND seen_at > ?
		ORDER BY seen_at DESC, id DESC LIMIT 100`, account, at(now), at(idleSince))
	return mapped(rows, sessionRow.noun), err
}

// DeleteSession ends a session; ending it twice is no fault.
func (tx *Tx) DeleteSession(_ context.Context, id core.SessionID) error {
	_, err := tx.exec("DELETE FROM sessions WHERE id = ?", id)
	return err
}

// DeleteSessionsOf ends an account's sessions but one; a zero except spares
// none.
func (tx *Tx) DeleteSessionsOf(_ context.Context, account core.AccountID, except core.SessionID) (int64, error) {
	if except.IsZero() {
		return tx.exec("DELETE FROM sessions WHERE account_id = ?", account)
	}
	return tx.exec("DELETE FROM sessions WHERE account_id = ? AND id <> ?", account, except)
}

type personColumns struct {
	Name        string
	Email       string
	Operator    bool
	TherapistID core.TherapistID
}

// SessionActor is the session of a token and who acts in it, in two queries;
// not_found for an unknown token. Whether the session still lives is the
// caller's to say.
func (tx *Tx) SessionActor(_ context.Context, tokenHash []byte) (access.Actor, core.UserSession, error) {
	type row struct {
		sessionRow    `gorm:"embedded"`
		personColumns `gorm:"embedded"`
	}
	r, err := one[row](tx.g, "session", `SELECT s.*, a.name, a.email, a.operator, t.id AS therapist_id FROM sessions s
		JOIN accounts a ON a.id = s.account_id LEFT JOIN therapists t ON t.account_id = a.id WHERE s.token_hash = ?`, tokenHash)
	if err != nil {
		return access.Actor{}, core.UserSession{}, err
	}
	actor, err := tx.withMemberships(r.AccountID, r.personColumns)
	actor.SessionID, actor.AuthenticatedAt = r.ID, r.AuthenticatedAt.Time
	return actor, r.sessionRow.noun(), err
}

// ActorOf is an account as an actor without a session, or not_found.
func (tx *Tx) ActorOf(_ context.Context, account core.AccountID) (access.Actor, error) {
	r, err := one[personColumns](tx.g, "account", `SELECT a.name, a.email, a.operator, t.id AS therapist_id FROM accounts a
		LEFT JOIN therapists t ON t.account_id = a.id WHERE a.id = ?`, account)
	if err != nil {
		return access.Actor{}, err
	}
	return tx.withMemberships(account, r)
}

func (tx *Tx) withMemberships(account core.AccountID, p personColumns) (access.Actor, error) {
	memberships, err := many[access.Membership](tx.g, `SELECT m.id AS member_id, m.organization_id, m.role,
		o.name AS organization_name, o.kind AS organization_kind FROM members m
		JOIN organizations o ON o.id = m.organization_id WHERE m.account_id = ? AND m.ended_at IS NULL
		ORDER BY o.name, o.id, m.role`, account)
	return access.Actor{
		AccountID: account, TherapistID: p.TherapistID, Name: p.Name, Email: p.Email, Operator: p.Operator,
		Memberships: memberships,
	}, err
}
