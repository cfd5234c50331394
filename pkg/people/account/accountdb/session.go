package accountdb

import (
	"context"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Session is someone who is signed in.
type Session struct {
	ID              core.SessionID `gorm:"primaryKey"`
	TokenHash       []byte         `gorm:"not null"`
	AccountID       core.AccountID `gorm:"not null"`
	CreatedAt       store.Moment   `gorm:"not null"`
	AuthenticatedAt store.Moment   `gorm:"not null"`
	SeenAt          store.Moment   `gorm:"not null"`
	ExpiresAt       store.Moment   `gorm:"not null"`
	Address         string         `gorm:"not null"`
	Agent           string         `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Session) TableName() string { return "sessions" }

func (s Session) toCore() account.UserSession {
	return account.UserSession{
		ID: s.ID, TokenHash: s.TokenHash, AccountID: s.AccountID, CreatedAt: s.CreatedAt.Time,
		AuthenticatedAt: s.AuthenticatedAt.Time, SeenAt: s.SeenAt.Time, ExpiresAt: s.ExpiresAt.Time,
		Address: s.Address, Agent: s.Agent,
	}
}

// InsertSession keeps a new session.
func (t Accounts) InsertSession(_ context.Context, s account.UserSession) error {
	return store.Insert(t.Gorm(), &Session{
		ID: s.ID, TokenHash: s.TokenHash, AccountID: s.AccountID, CreatedAt: store.At(s.CreatedAt),
		AuthenticatedAt: store.At(s.AuthenticatedAt), SeenAt: store.At(s.SeenAt), ExpiresAt: store.At(s.ExpiresAt),
		Address: s.Address, Agent: s.Agent,
	})
}

// Session is a session by its identifier, or not_found.
func (t Accounts) Session(_ context.Context, id core.SessionID) (account.UserSession, error) {
	s, err := store.One[Session](t.Gorm().Where("id = ?", id), "session")
	return s.toCore(), err
}

// RotateSession gives a session its new token and moments; stale when it has
// ended.
func (t Accounts) RotateSession(_ context.Context, s account.UserSession) error {
	return store.ChangeOne(t.Gorm().Model(&Session{}).Where("id = ?", s.ID).Updates(map[string]any{
		"token_hash": s.TokenHash, "authenticated_at": store.At(s.AuthenticatedAt), "seen_at": store.At(s.SeenAt),
	}))
}

// TouchSession notes when a session was used.
func (t Accounts) TouchSession(_ context.Context, id core.SessionID, seen time.Time) error {
	_, err := store.Change(t.Gorm().Model(&Session{}).Where("id = ? AND seen_at < ?", id, store.At(seen)).Update("seen_at", store.At(seen)))
	return err
}

// SessionsOf are an account's live sessions, the last used first.
func (t Accounts) SessionsOf(_ context.Context, account core.AccountID, now, idleSince time.Time) ([]account.UserSession, error) {
	found, err := store.All[Session](t.Gorm().
		Where("account_id = ? AND expires_at > ? AND seen_at > ?", account, store.At(now), store.At(idleSince)).
		Order("seen_at DESC, id DESC").Limit(100))
	return store.Each(found, Session.toCore), err
}

// DeleteSession ends a session; ending it twice is no fault.
func (t Accounts) DeleteSession(_ context.Context, id core.SessionID) error {
	_, err := store.Change(t.Gorm().Where("id = ?", id).Delete(&Session{}))
	return err
}

// DeleteSessionsOf ends an account's sessions but one; a zero except spares
// none.
func (t Accounts) DeleteSessionsOf(_ context.Context, account core.AccountID, except core.SessionID) (int64, error) {
	q := t.Gorm().Where("account_id = ?", account)
	if !except.IsZero() {
		q = q.Where("id <> ?", except)
	}
	return store.Change(q.Delete(&Session{}))
}

// someone is who is behind an account.
type someone struct {
	PersonName  string
	PersonEmail string
	Operator    bool
	Language    string
	TherapistID core.TherapistID
	Files       string // by space; a + after those that the person has not accepted
}

// Who asks is looked up in each request, and therefore by raw SQL: the builder
// would make about a tenth more allocations of a whole request (ADR 11).
const (
	files = ` (SELECT string_agg(CAST(f.id AS text) || CASE WHEN f.account_id IS NULL THEN '+' ELSE '' END, ' ') FROM therapists f
		WHERE (f.person_id = t.id AND f.id <> t.id) OR (f.account_id IS NULL AND f.email = a.email)) AS files`

	own = "LEFT JOIN therapists t ON t.account_id = a.id AND t.person_id = t.id"

	personColumns = "a.name AS person_name, a.email AS person_email, a.operator, a.language, t.id AS therapist_id," + files

	sessionActor = `SELECT s.*, ` + personColumns + ` FROM sessions s
		JOIN accounts a ON a.id = s.account_id ` + own + ` WHERE s.token_hash = ?`

	memberships = `SELECT m.id AS member_id, m.organization_id, m.role, o.name AS organization_name, o.kind AS organization_kind, o.jurisdiction, o.look_days, o.accepts_looks
		FROM members m JOIN organizations o ON o.id = m.organization_id
		WHERE m.account_id = ? AND m.ended_at IS NULL ORDER BY o.name, o.id, m.role`

	tokenActor = `SELECT k.*, ` + personColumns + `, COALESCE(o.name, '') AS organization_name, COALESCE(o.kind, '') AS organization_kind,
		COALESCE(o.jurisdiction, '') AS jurisdiction, COALESCE(o.look_days, 0) AS look_days, COALESCE(o.accepts_looks, FALSE) AS accepts_looks,
		EXISTS (SELECT 1 FROM members m WHERE m.organization_id = k.organization_id AND m.account_id = k.account_id
			AND m.role = 'admin' AND m.ended_at IS NULL) AS made_by_admin
		FROM api_tokens k JOIN accounts a ON a.id = k.account_id ` + own + `
		LEFT JOIN organizations o ON o.id = k.organization_id WHERE k.token_hash = ?`
)

// SessionActor is the session of a token and who acts in it, whose memberships are
// MembershipsOf; not_found for an unknown token. Whether the session still lives is
// the caller's to say.
func (t Accounts) SessionActor(_ context.Context, tokenHash []byte) (access.Actor, account.UserSession, error) {
	type row struct {
		Session
		Person someone `gorm:"embedded"`
	}
	r, err := store.One[row](t.Gorm().Raw(sessionActor, tokenHash), "session")
	if err != nil {
		return access.Actor{}, account.UserSession{}, err
	}
	actor := r.Person.actor(r.AccountID)
	actor.SessionID, actor.AuthenticatedAt = r.ID, r.AuthenticatedAt.Time
	return actor, r.toCore(), nil
}

// ActorOf is an account as an actor without a session, or not_found.
func (t Accounts) ActorOf(ctx context.Context, account core.AccountID) (access.Actor, error) {
	p, err := store.One[someone](t.Gorm().Table("accounts a").Select(personColumns).
		Joins(own).Where("a.id = ?", account), "account")
	if err != nil {
		return access.Actor{}, err
	}
	actor := p.actor(account)
	actor.Memberships, err = t.MembershipsOf(ctx, account)
	return actor, err
}

// MembershipsOf are the roles that an account has now.
func (t Accounts) MembershipsOf(_ context.Context, account core.AccountID) ([]access.Membership, error) {
	return store.All[access.Membership](t.Gorm().Raw(memberships, account))
}

func (p someone) actor(account core.AccountID) access.Actor {
	a := access.Actor{
		AccountID: account, TherapistID: p.TherapistID, Name: p.PersonName, Email: p.PersonEmail, Operator: p.Operator, Language: p.Language,
	}
	for text := range strings.FieldsSeq(p.Files) {
		text, offered := strings.CutSuffix(text, "+")
		file, err := core.ParseID[core.TherapistID](text)
		switch {
		case err != nil: // the database's own text
		case offered:
			a.Offered = append(a.Offered, file)
		default:
			a.Files = append(a.Files, file)
		}
	}
	return a
}
