package accountdb

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Organization is a tenant.
type Organization struct {
	ID                  core.OrganizationID   `gorm:"primaryKey"`
	Kind                core.OrganizationKind `gorm:"not null"`
	Name                string                `gorm:"not null"`
	Slug                string                `gorm:"not null"`
	Zone                string                `gorm:"not null"`
	URL                 string                `gorm:"not null"`
	Language            string                `gorm:"not null"`
	CheckpointRecipient string                `gorm:"not null"`
	Jurisdiction        string                `gorm:"not null"`
	LookDays            int                   `gorm:"not null"`
	AcceptsLooks        bool                  `gorm:"not null"`
	CreatedAt           store.Moment          `gorm:"not null"`
	Version             int                   `gorm:"not null"`

	ClosedAt    store.Moment
	ClosedCause string `gorm:"not null"`
	ClosingAt   store.Moment
}

// TableName implements schema.Tabler.
func (Organization) TableName() string { return "organizations" }

func (o Organization) toCore() core.Organization {
	return core.Organization{
		ID: o.ID, Kind: o.Kind, Name: o.Name, Slug: o.Slug, Zone: o.Zone, URL: o.URL, Language: o.Language, CheckpointRecipient: o.CheckpointRecipient,
		Jurisdiction: o.Jurisdiction, LookDays: o.LookDays, AcceptsLooks: o.AcceptsLooks,
		CreatedAt: o.CreatedAt.Time, Version: o.Version, ClosedAt: o.ClosedAt.Time, ClosedCause: o.ClosedCause, ClosingAt: o.ClosingAt.Time,
	}
}

// Organization is a tenant by its identifier, or not_found.
func (t Organizations) Organization(_ context.Context, id core.OrganizationID) (core.Organization, error) {
	o, err := store.One[Organization](t.Gorm().Where("id = ?", id), "organization")
	return o.toCore(), err
}

// OrganizationBySlug is a tenant by its short name, or not_found.
func (t Organizations) OrganizationBySlug(_ context.Context, slug string) (core.Organization, error) {
	o, err := store.One[Organization](t.Gorm().Where("slug = ?", slug), "organization")
	return o.toCore(), err
}

// InsertOrganization keeps a new tenant; duplicate when the slug is taken.
func (t Organizations) InsertOrganization(_ context.Context, o core.Organization) error {
	return store.Insert(t.Gorm(), &Organization{
		ID: o.ID, Kind: o.Kind, Name: o.Name, Slug: o.Slug, Zone: o.Zone, URL: o.URL, Language: o.Language, CreatedAt: store.At(o.CreatedAt), Version: 1,
	})
}

// UpdateOrganization changes name, zone, address, language and who gets checkpoints, of
// the version that o has; stale when there is a newer one.
func (t Organizations) UpdateOrganization(_ context.Context, o core.Organization) error {
	return store.ChangeOne(t.Gorm().Model(&Organization{}).Where("id = ? AND version = ?", o.ID, o.Version).
		Updates(map[string]any{"name": o.Name, "zone": o.Zone, "url": o.URL, "language": o.Language, "checkpoint_recipient": o.CheckpointRecipient,
			"jurisdiction": o.Jurisdiction, "look_days": o.LookDays, "accepts_looks": o.AcceptsLooks, "version": store.Next}))
}

// Schools are all schools.
func (t Organizations) Schools(context.Context) ([]core.Organization, error) {
	found, err := store.All[Organization](t.Gorm().Where("kind = ?", core.School).Order("id"))
	return store.Each(found, Organization.toCore), err
}

// ClosedSchools are the schools that have closed.
func (t Organizations) ClosedSchools(context.Context) ([]core.Organization, error) {
	found, err := store.All[Organization](t.Gorm().Where("closed_at IS NOT NULL").Order("id"))
	return store.Each(found, Organization.toCore), err
}

// StopOrganization keeps since when a school enrolls nobody and takes no sessions;
// stale where that is known.
func (t Organizations) StopOrganization(_ context.Context, id core.OrganizationID, at time.Time) error {
	return store.ChangeOne(t.Gorm().Model(&Organization{}).Where("id = ? AND closing_at IS NULL", id).
		Updates(map[string]any{"closing_at": store.At(at), "version": store.Next}))
}

// CloseOrganization keeps when and why a school has closed; stale where it has
// already.
func (t Organizations) CloseOrganization(_ context.Context, o core.Organization) error {
	return store.ChangeOne(t.Gorm().Model(&Organization{}).Where("id = ? AND closed_at IS NULL", o.ID).
		Updates(map[string]any{"closed_at": store.At(o.ClosedAt), "closed_cause": o.ClosedCause, "version": store.Next}))
}

// LockOrganization makes other commands that lock the same one wait until the
// transaction ends, those too that would refer to it.
func (t Organizations) LockOrganization(_ context.Context, id core.OrganizationID) error {
	q := t.Gorm().Model(&Organization{}).Select("id").Where("id = ?", id)
	if t.Postgres() {
		q = q.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	}
	_, err := store.One[core.OrganizationID](q, "organization")
	return err
}
