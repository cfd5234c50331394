package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

type signingKeyRow struct {
	ID             string              `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	DID            string              `gorm:"column:did;not null"`
	Public         []byte              `gorm:"not null"`
	Sealed         []byte              `gorm:"not null"`
	CreatedAt      moment              `gorm:"not null"`
	RetiredAt      moment
}

func (r signingKeyRow) noun() core.SigningKey {
	return core.SigningKey{
		ID: r.ID, OrganizationID: r.OrganizationID, DID: r.DID, Public: r.Public, Sealed: r.Sealed,
		CreatedAt: r.CreatedAt.Time, RetiredAt: r.RetiredAt.Time,
	}
}

// SigningKey is the key with which a school signs now.
func (tx *Tx) SigningKey(_ context.Context, org core.OrganizationID) (core.SigningKey, error) {
	r, err := one[signingKeyRow](tx.g, "signing key", `SELECT * FROM signing_keys WHERE organization_id = ? AND retired_at IS NULL`, org)
	return r.noun(), err
}

// AddSigningKey keeps a key, unless another transaction has given the school
// one: read SigningKey afterwards.
func (tx *Tx) AddSigningKey(_ context.Context, k core.SigningKey) error {
	_, err := tx.exec(`INSERT INTO signing_keys (id, organization_id, did, public, sealed, created_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, k.ID, k.OrganizationID, k.DID, k.Public, k.Sealed, at(k.CreatedAt))
	return err
}

// RetireSigningKey ends the signing, not the validity, of a key.
func (tx *Tx) RetireSigningKey(_ context.Context, id string, now time.Time) error {
	_, err := tx.exec(`UPDATE signing_keys SET retired_at = ? WHERE id = ? AND retired_at IS NULL`, at(now), id)
	return err
}

// SigningKeysOf are all keys that ever signed under a DID, oldest first.
func (tx *Tx) SigningKeysOf(_ context.Context, did string) ([]core.SigningKey, error) {
	rows, err := many[signingKeyRow](tx.g, `SELECT * FROM signing_keys WHERE did = ? ORDER BY created_at, id`, did)
	return mapped(rows, signingKeyRow.noun), err
}
