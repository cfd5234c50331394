package store

import (
	"context"

	"github.com/palmar/palmar/pkg/core"
)

type organizationRow struct {
	ID        core.OrganizationID   `gorm:"primaryKey"`
	Kind      core.OrganizationKind `gorm:"not null"`
	Name      string                `gorm:"not null"`
	Slug      string                `gorm:"not null"`
	Zone      string                `gorm:"not null"`
	URL       string                `gorm:"not null"`
	CreatedAt moment                `gorm:"not null"`
	Version   int                   `gorm:"not null"`

	ClosedAt    moment
	ClosedCause string `gorm:"not null"`
}

func (r organizationRow) noun() core.Organization {
	return core.Organization{
		ID: r.ID, Kind: r.Kind, Name: r.Name, Slug: r.Slug, Zone: r.Zone, URL: r.URL,
		CreatedAt: r.CreatedAt.Time, Version: r.Version, ClosedAt: r.ClosedAt.Time, ClosedCause: r.ClosedCause,
	}
}

// Organization is a tenant by its identifier, or not_found.
func (tx *Tx) Organization(_ context.Context, id core.OrganizationID) (core.Organization, error) {
	r, err := one[organizationRow](tx.g, "organization", "SELECT * FROM organizations WHERE id = ?", id)
	return r.noun(), err
}

// OrganizationBySlug is a tenant by its short name, or not_found.
func (tx *Tx) OrganizationBySlug(_ context.Context, slug string) (core.Organization, error) {
	r, err := one[organizationRow](tx.g, "organization", "SELECT * FROM organizations WHERE slug = ?", slug)
	return r.noun(), err
}

// InsertOrganization keeps a new tenant; duplicate when the slug is taken.
func (tx *Tx) InsertOrganization(_ context.Context, o core.Organization) error {
	return tx.insert("organizations", &organizationRow{
		ID: o.ID, Kind: o.Kind, Name: o.Name, Slug: o.Slug, Zone: o.Zone, URL: o.URL, CreatedAt: at(o.CreatedAt), Version: 1,
	})
}

// UpdateOrganization changes name, zone and address of the version that o has;
// stale when there is a newer one.
func (tx *Tx) UpdateOrganization(_ context.Context, o core.Organization) error {
	return tx.changeOne("UPDATE organizations SET name = ?, zone = ?, url = ?, version = version + 1 WHERE id = ? AND version = ?",
		o.Name, o.Zone, o.URL, o.ID, o.Version)
}

// ClosedSchools are the schools that have closed.
func (tx *Tx) ClosedSchools(context.Context) ([]core.Organization, error) {
	rows, err := many[organizationRow](tx.g, "SELECT * FROM organizations WHERE closed_at IS NOT NULL ORDER BY id")
	return mapped(rows, organizationRow.noun), err
}

// CloseOrganization keeps when and why a school has closed; stale where it has
// already.
func (tx *Tx) CloseOrganization(_ context.Context, o core.Organization) error {
	return tx.changeOne("UPDATE organizations SET closed_at = ?, closed_cause = ?, version = version + 1 WHERE id = ? AND closed_at IS NULL",
		at(o.ClosedAt), o.ClosedCause, o.ID)
}

// LockOrganization makes other commands that lock the same one wait until the
// transaction ends.
func (tx *Tx) LockOrganization(_ context.Context, id core.OrganizationID) error {
	_, err := one[core.OrganizationID](tx.g, "organization", tx.forUpdate("SELECT id FROM organizations WHERE id = ?"), id)
	return err
}
