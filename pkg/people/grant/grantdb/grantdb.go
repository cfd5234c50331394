// Package grantdb keeps grants, the requests for them and the looks that they let
// organizations have. It writes their tables alone, and must never know what a grant
// opens.
package grantdb

import (
	"context"
	"strconv"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Grants keeps them.
type Grants struct{ *store.Tx }

// On keeps within a transaction.
func On(tx *store.Tx) Grants { return Grants{tx} }

// Models are the models by table.
func Models() []any { return []any{Grant{}, Request{}, Look{}, FormerSight{}, Link{}, Use{}} }

// Grant is a row of grants.
type Grant struct {
	ID             core.GrantID        `gorm:"primaryKey"`
	TherapistID    core.TherapistID    `gorm:"not null"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	RequestID      core.GrantRequestID
	Scopes         store.JSON[[]access.Scope] `gorm:"not null" of:"grants"`
	Purpose        grant.Purpose              `gorm:"not null"`
	Wording        int                        `gorm:"not null"`
	Words          string                     `gorm:"not null"`
	GivenAt        store.Moment               `gorm:"not null"`
	Until          store.Moment               `gorm:"not null"`
	EndedAt        store.Moment
	EndedBy        grant.Side `gorm:"not null"`
	Version        int        `gorm:"not null"`
	store.Sealed
}

// TableName implements schema.Tabler.
func (Grant) TableName() string { return "grants" }

// Under implements store.Sealable.
func (g *Grant) Under(b *core.Sealed) {
	b.ID("id", g.ID[:])
	b.ID("therapist", g.TherapistID[:])
	b.ID("organization", g.OrganizationID[:])
	b.ID("request", g.RequestID[:])
	for _, s := range g.Scopes.V {
		b.Text("scope", string(s))
	}
	b.Text("purpose", string(g.Purpose))
	b.Number("wording", int64(g.Wording))
	b.Text("words", g.Words)
	b.Moment("given_at", g.GivenAt.Time)
	b.Moment("until", g.Until.Time)
	b.Moment("ended_at", g.EndedAt.Time)
	b.Text("ended_by", string(g.EndedBy))
	b.Number("version", int64(g.Version))
}

// Vouched implements store.Sealable.
func (g *Grant) Vouched() string { return "grants/" + g.ID.String() + "/" + strconv.Itoa(g.Version) }

// Request is a row of grant_requests.
type Request struct {
	ID             core.GrantRequestID        `gorm:"primaryKey"`
	OrganizationID core.OrganizationID        `gorm:"not null"`
	Email          string                     `gorm:"not null"`
	Scopes         store.JSON[[]access.Scope] `gorm:"not null" of:"grant_requests"`
	Purpose        grant.Purpose              `gorm:"not null"`
	Note           string                     `gorm:"not null"`
	Months         int                        `gorm:"not null"`
	AskedBy        core.AccountID             `gorm:"not null"`
	AskedAt        store.Moment               `gorm:"not null"`
	State          grant.RequestState         `gorm:"not null"`
	AnsweredAt     store.Moment
	WithdrawnAt    store.Moment
}

// TableName implements schema.Tabler.
func (Request) TableName() string { return "grant_requests" }

// Look is a row of looks.
type Look struct {
	ID             core.LookID         `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	TherapistID    core.TherapistID    `gorm:"not null"`
	AccountID      core.AccountID      `gorm:"not null"`
	Scope          access.Scope        `gorm:"not null"`
	At             store.Moment        `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Look) TableName() string { return "looks" }

// GrantsOf are a therapist's grants that nobody ended.
func (t Grants) GrantsOf(_ context.Context, therapist core.TherapistID) ([]access.Grant, error) {
	found, err := store.All[Grant](t.Gorm().Select("id, organization_id, scopes, until").
		Where("therapist_id = (SELECT person_id FROM therapists WHERE id = ?) AND ended_at IS NULL", therapist).Order("id"))
	return store.Each(found, func(g Grant) access.Grant {
		return access.Grant{Organization: g.OrganizationID, Scopes: g.Scopes.V, Until: g.Until.Time}
	}), err
}

// InsertLooks keeps what members of organizations were shown.
func (t Grants) InsertLooks(_ context.Context, looks []act.Seen) error {
	return store.Insert(t.Gorm(), store.Each(looks, func(l act.Seen) Look {
		return Look{ID: l.ID, OrganizationID: l.Organization, TherapistID: l.Therapist, AccountID: l.By, Scope: l.Scope, At: store.At(l.At)}
	}))
}

// InsertGrant keeps a grant.
func (t Grants) InsertGrant(_ context.Context, g grant.Grant) error {
	return store.InsertSealed(t.Tx, []Grant{{
		ID: g.ID, TherapistID: g.TherapistID, OrganizationID: g.OrganizationID, RequestID: g.RequestID, Scopes: store.JSON[[]access.Scope]{V: g.Scopes},
		Purpose: g.Purpose, Wording: g.Wording, Words: g.Words, GivenAt: store.At(g.GivenAt), Until: store.At(g.Until), Version: 1,
	}})
}

// EndGrant ends a grant; stale where the version is another.
func (t Grants) EndGrant(_ context.Context, g grant.Grant) error {
	err := store.ChangeOne(t.Gorm().Model(&Grant{}).Where("id = ? AND version = ?", g.ID, g.Version).
		Updates(map[string]any{"ended_at": store.At(g.EndedAt), "ended_by": g.EndedBy, "version": store.Next}))
	if err != nil {
		return err
	}
	return store.Reseal[Grant](t.Tx, g.ID)
}

type namedGrant struct {
	Grant
	TherapistName    string
	TherapistEmail   string
	OrganizationName string
	LookedAt         store.Moment
}

func (g namedGrant) toCore() grant.Grant {
	return grant.Grant{
		ID: g.ID, TherapistID: g.TherapistID, TherapistName: g.TherapistName, TherapistEmail: g.TherapistEmail,
		OrganizationID: g.OrganizationID, OrganizationName: g.OrganizationName, RequestID: g.RequestID, Scopes: g.Scopes.V, Purpose: g.Purpose,
		Wording: g.Wording, Words: g.Words, GivenAt: g.GivenAt.Time, Until: g.Until.Time, EndedAt: g.EndedAt.Time, EndedBy: g.EndedBy,
		LookedAt: g.LookedAt.Time, Version: g.Version,
	}
}

func (t Grants) named() *gorm.DB {
	return t.Gorm().Select(`grants.*, a.name AS therapist_name, a.reach AS therapist_email, o.name AS organization_name,
			(SELECT MAX(l.at) FROM looks l JOIN therapists f ON f.id = l.therapist_id WHERE f.person_id = grants.therapist_id AND l.organization_id = grants.organization_id) AS looked_at`).
		Joins("JOIN people a ON a.id = grants.therapist_id").
		Joins("JOIN organizations o ON o.id = grants.organization_id")
}

// Grant finds a grant.
func (t Grants) Grant(_ context.Context, id core.GrantID) (grant.Grant, error) {
	found, err := store.One[namedGrant](t.named().Where("grants.id = ?", id), "grant")
	return found.toCore(), err
}

// OpenGrants are the grants to an organization that nobody ended: one, or none.
func (t Grants) OpenGrants(_ context.Context, therapist core.TherapistID, org core.OrganizationID) ([]grant.Grant, error) {
	return grants(t.named().Where("grants.therapist_id = (SELECT person_id FROM therapists WHERE id = ?) AND grants.organization_id = ? AND grants.ended_at IS NULL", therapist, org), 2)
}

// RelationsOf are the organizations that keep something of a therapist's record, or
// have a grant that is live now, by name.
func (t Grants) RelationsOf(_ context.Context, therapist core.TherapistID, now time.Time) ([]grant.Relation, error) {
	kept := func(table, column, since string) *gorm.DB {
		return t.Gorm().Table(table).Select("organization_id, " + since + " AS since, 1 AS kept").Where(accountdb.OfPerson(column, therapist))
	}
	granted := t.Gorm().Table("grants").Select("organization_id, given_at AS since, 0 AS kept").
		Where("therapist_id = ? AND ended_at IS NULL AND until > ?", therapist, store.At(now))
	type row struct {
		ID       core.OrganizationID
		Name     string
		Kind     core.OrganizationKind
		Since    store.Moment
		Kept     int
		LookedAt store.Moment
		LeftAt   store.Moment
	}
	student := t.Gorm().Table("members m").Select("m.organization_id, m.created_at AS since, 0 AS kept").
		Joins("JOIN therapists me ON me.account_id = m.account_id AND me.id = ?", therapist).Where("m.role = 'student' AND m.ended_at IS NULL")
	found, err := store.All[row](t.Gorm().Table("(? UNION ALL ? UNION ALL ? UNION ALL ? UNION ALL ?) k",
		kept("enrollments", "therapist_id", "created_at"), kept("course_completions", "therapist_id", "recorded_at"),
		kept("therapists", "id", "created_at").Where("organization_id IS NOT NULL"), granted, student).
		Select(`o.id, o.name, o.kind, MIN(k.since) AS since, MAX(k.kept) AS kept,
			(SELECT MAX(l.at) FROM looks l JOIN therapists f ON f.id = l.therapist_id WHERE f.person_id = ? AND l.organization_id = o.id) AS looked_at,
			(SELECT MAX(f.left_at) FROM therapists f WHERE f.person_id = ? AND f.organization_id = o.id) AS left_at`, therapist, therapist).
		Joins("JOIN organizations o ON o.id = k.organization_id").Group("o.id, o.name, o.kind").Order("o.name, o.id").Limit(mostRelations))
	return store.Each(found, func(r row) grant.Relation {
		return grant.Relation{
			OrganizationID: r.ID, OrganizationName: r.Name, Kind: r.Kind, Since: r.Since.Time, Enrolled: r.Kept > 0, LookedAt: r.LookedAt.Time, LeftAt: r.LeftAt.Time,
		}
	}), err
}

// mostRelations is how many organizations of one person are read at once.
const mostRelations = 500

// GivenBy are a therapist's grants, newest first.
func (t Grants) GivenBy(_ context.Context, therapist core.TherapistID, after core.GrantID, limit int) ([]grant.Grant, error) {
	return grants(before(t.named().Where("grants.therapist_id = ?", therapist), "grants.id", after), limit)
}

// GivenTo are the grants that an organization has, newest first.
func (t Grants) GivenTo(_ context.Context, org core.OrganizationID, after core.GrantID, limit int) ([]grant.Grant, error) {
	return grants(before(t.named().Where("grants.organization_id = ?", org), "grants.id", after), limit)
}

// before begins a list, newest first, after the row with an identifier.
func before[K any](q *gorm.DB, column string, after core.ID[K]) *gorm.DB {
	if after.IsZero() {
		return q
	}
	return q.Where(column+" < ?", after)
}

func grants(q *gorm.DB, limit int) ([]grant.Grant, error) {
	found, err := store.All[namedGrant](q.Order("grants.id DESC").Limit(limit))
	return store.Each(found, namedGrant.toCore), err
}

type namedRequest struct {
	Request
	OrganizationName string
	AskedByName      string
}

func (r namedRequest) toCore() grant.Request {
	return grant.Request{
		ID: r.ID, OrganizationID: r.OrganizationID, OrganizationName: r.OrganizationName, Email: r.Email, Scopes: r.Scopes.V, Purpose: r.Purpose,
		Note: r.Note, Months: r.Months, AskedBy: r.AskedBy, AskedByName: r.AskedByName, AskedAt: r.AskedAt.Time, State: r.State,
		AnsweredAt: r.AnsweredAt.Time, WithdrawnAt: r.WithdrawnAt.Time,
	}
}

func (t Grants) requests() *gorm.DB {
	return t.Gorm().Select("grant_requests.*, o.name AS organization_name, a.name AS asked_by_name").
		Joins("JOIN organizations o ON o.id = grant_requests.organization_id").Joins("JOIN accounts a ON a.id = grant_requests.asked_by")
}

// InsertGrantRequest keeps a request; duplicate where one of the organization to the
// address waits.
func (t Grants) InsertGrantRequest(_ context.Context, r grant.Request) error {
	return store.Insert(t.Gorm(), &Request{
		ID: r.ID, OrganizationID: r.OrganizationID, Email: r.Email, Scopes: store.JSON[[]access.Scope]{V: r.Scopes}, Purpose: r.Purpose, Note: r.Note,
		Months: r.Months, AskedBy: r.AskedBy, AskedAt: store.At(r.AskedAt), State: grant.RequestOpen,
	})
}

// GrantRequest finds a request.
func (t Grants) GrantRequest(_ context.Context, id core.GrantRequestID) (grant.Request, error) {
	found, err := store.One[namedRequest](t.requests().Where("grant_requests.id = ?", id), "grant request")
	return found.toCore(), err
}

// AnswerGrantRequest keeps the answer to a request; stale where there is one.
func (t Grants) AnswerGrantRequest(_ context.Context, r grant.Request) error {
	return store.ChangeOne(t.Gorm().Model(&Request{}).Where("id = ? AND state = ?", r.ID, grant.RequestOpen).
		Updates(map[string]any{"state": r.State, "answered_at": store.At(r.AnsweredAt)}))
}

// WithdrawGrantRequest keeps that an organization took a request back.
func (t Grants) WithdrawGrantRequest(_ context.Context, id core.GrantRequestID, at time.Time) error {
	return store.ChangeOne(t.Gorm().Model(&Request{}).Where("id = ? AND withdrawn_at IS NULL", id).Update("withdrawn_at", store.At(at)))
}

// LastGrantRequest is the newest request of an organization to an address, if there is
// one.
func (t Grants) LastGrantRequest(_ context.Context, org core.OrganizationID, email string) ([]grant.Request, error) {
	return requests(t.requests().Where("grant_requests.organization_id = ? AND grant_requests.email = ?", org, email), 1)
}

// GrantRequestsBy are an organization's requests, newest first.
func (t Grants) GrantRequestsBy(_ context.Context, org core.OrganizationID, after core.GrantRequestID, limit int) ([]grant.Request, error) {
	return requests(before(t.requests().Where("grant_requests.organization_id = ?", org), "grant_requests.id", after), limit)
}

// GrantRequestsTo are the requests to an address that wait since a moment, newest
// first.
func (t Grants) GrantRequestsTo(_ context.Context, email string, since time.Time, after core.GrantRequestID, limit int) ([]grant.Request, error) {
	return requests(before(t.requests().Where("grant_requests.email = ? AND grant_requests.state = ? AND grant_requests.withdrawn_at IS NULL AND grant_requests.asked_at > ?",
		email, grant.RequestOpen, store.At(since)), "grant_requests.id", after), limit)
}

func requests(q *gorm.DB, limit int) ([]grant.Request, error) {
	found, err := store.All[namedRequest](q.Order("grant_requests.id DESC").Limit(limit))
	return store.Each(found, namedRequest.toCore), err
}

// Open is the condition that a grant opens a scope of a therapist's record to an
// organization now. Column is the therapist's.
func Open(g *gorm.DB, org core.OrganizationID, column string, s access.Scope, now time.Time) *gorm.DB {
	return g.Table("grants g").Select("1").Where("g.therapist_id = (SELECT w.person_id FROM therapists w WHERE w.id = "+column+") AND g.organization_id = ? AND g.ended_at IS NULL AND g.until > ? AND g.scopes LIKE ?",
		org, store.At(now), `%"`+string(s)+`"%`)
}
