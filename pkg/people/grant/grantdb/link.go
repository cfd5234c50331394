package grantdb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account/accountdb"
	"github.com/palmar/palmar/pkg/people/grant"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Links keeps what strangers see by an address.
type Links struct{ *store.Tx }

// Link is a row of share_links.
type Link struct {
	ID          core.LinkID                `gorm:"primaryKey"`
	TherapistID core.TherapistID           `gorm:"not null"`
	SecretHash  []byte                     `gorm:"not null"`
	Label       string                     `gorm:"not null"`
	Scopes      store.JSON[[]access.Scope] `gorm:"not null" of:"share_links"`
	Purpose     grant.Purpose              `gorm:"not null"`
	Wording     int                        `gorm:"not null"`
	Words       string                     `gorm:"not null"`
	Most        int                        `gorm:"not null"`
	Used        int                        `gorm:"not null"`
	GivenAt     store.Moment               `gorm:"not null"`
	Until       store.Moment               `gorm:"not null"`
	EndedAt     store.Moment
}

// TableName implements schema.Tabler.
func (Link) TableName() string { return "share_links" }

// Use is a row of share_link_uses.
type Use struct {
	ID     core.LookID  `gorm:"primaryKey"`
	LinkID core.LinkID  `gorm:"not null"`
	At     store.Moment `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Use) TableName() string { return "share_link_uses" }

type namedLink struct {
	Link
	TherapistName string
	UsedAt        store.Moment
}

func (l namedLink) toCore() grant.Link {
	return grant.Link{
		ID: l.ID, TherapistID: l.TherapistID, TherapistName: l.TherapistName, Hash: l.SecretHash, Label: l.Label, Scopes: l.Scopes.V, Purpose: l.Purpose,
		Wording: l.Wording, Words: l.Words, Most: l.Most, Used: l.Used, GivenAt: l.GivenAt.Time, Until: l.Until.Time, EndedAt: l.EndedAt.Time, UsedAt: l.UsedAt.Time,
	}
}

func (t Links) links() *gorm.DB {
	return t.Gorm().Select("share_links.*, a.name AS therapist_name, (SELECT MAX(u.at) FROM share_link_uses u WHERE u.link_id = share_links.id) AS used_at").
		Joins("JOIN people a ON a.id = share_links.therapist_id")
}

// InsertLink keeps a link.
func (t Links) InsertLink(_ context.Context, l grant.Link) error {
	return store.Insert(t.Gorm(), &Link{
		ID: l.ID, TherapistID: l.TherapistID, SecretHash: l.Hash, Label: l.Label, Scopes: store.JSON[[]access.Scope]{V: l.Scopes}, Purpose: l.Purpose,
		Wording: l.Wording, Words: l.Words, Most: l.Most, GivenAt: store.At(l.GivenAt), Until: store.At(l.Until),
	})
}

// Link finds a link.
func (t Links) Link(_ context.Context, id core.LinkID) (grant.Link, error) {
	found, err := store.One[namedLink](t.links().Where("share_links.id = ?", id), "link")
	return found.toCore(), err
}

// live narrows to the links that can be opened at a moment.
func live(q *gorm.DB, now time.Time) *gorm.DB {
	return q.Where("share_links.ended_at IS NULL AND share_links.until > ? AND share_links.used < share_links.most", store.At(now))
}

// LiveLink finds the link that can be opened by a secret.
func (t Links) LiveLink(_ context.Context, hash []byte, now time.Time) (grant.Link, error) {
	found, err := store.One[namedLink](live(t.links(), now).Where("share_links.secret_hash = ?", hash), "link")
	return found.toCore(), err
}

// UseLink counts a use and keeps it; stale where the link can be opened no more.
func (t Links) UseLink(_ context.Context, id core.LinkID, use core.LookID, now time.Time) error {
	err := store.ChangeOne(live(t.Gorm().Model(&Link{}), now).Where("share_links.id = ?", id).Update("used", gorm.Expr("used + 1")))
	if err != nil {
		return err
	}
	return store.Insert(t.Gorm(), &Use{ID: use, LinkID: id, At: store.At(now)})
}

// EndLink ends a link; stale where it has ended.
func (t Links) EndLink(_ context.Context, id core.LinkID, now time.Time) error {
	return store.ChangeOne(t.Gorm().Model(&Link{}).Where("id = ? AND ended_at IS NULL", id).Update("ended_at", store.At(now)))
}

// LinksOf are a therapist's links, newest first.
func (t Links) LinksOf(_ context.Context, therapist core.TherapistID, after core.LinkID, limit int) ([]grant.Link, error) {
	found, err := store.All[namedLink](before(t.links().Where("share_links.therapist_id = ?", therapist), "share_links.id", after).Order("share_links.id DESC").Limit(limit))
	return store.Each(found, namedLink.toCore), err
}

// LooksAt are the looks at a therapist's record, newest first: of members of
// organizations, and by links.
func (t Links) LooksAt(_ context.Context, therapist core.TherapistID, after core.LookID, limit int) ([]grant.Look, error) {
	type row struct {
		ID               core.LookID
		OrganizationID   core.OrganizationID
		OrganizationName string
		Scope            access.Scope
		Label            string
		Scopes           store.JSON[[]access.Scope] `of:"share_links"`
		At               store.Moment
	}
	members := t.Gorm().Table("looks l").Select("l.id, l.organization_id, o.name AS organization_name, l.scope, '' AS label, '[]' AS scopes, l.at").
		Joins("JOIN organizations o ON o.id = l.organization_id").Where(accountdb.OfPerson("l.therapist_id", therapist))
	links := t.Gorm().Table("share_link_uses u").Select("u.id, o.id AS organization_id, '' AS organization_name, '' AS scope, s.label, s.scopes, u.at").
		Joins("JOIN share_links s ON s.id = u.link_id").Joins("LEFT JOIN organizations o ON o.id IS NULL"). // none, of the type that the others have
		Where(accountdb.OfPerson("s.therapist_id", therapist))
	part := func(q *gorm.DB, id string) *gorm.DB { return before(q, id, after).Order(id + " DESC").Limit(limit) }
	found, err := store.All[row](t.Gorm().Table("(SELECT * FROM (?) m UNION ALL SELECT * FROM (?) n) k", part(members, "l.id"), part(links, "u.id")).
		Select("k.*").Order("k.id DESC").Limit(limit))
	return store.Each(found, func(r row) grant.Look {
		return grant.Look{
			ID: r.ID, OrganizationID: r.OrganizationID, OrganizationName: r.OrganizationName, Scope: r.Scope, Label: r.Label, Scopes: r.Scopes.V, At: r.At.Time,
		}
	}), err
}
