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
	Algorithm      core.KeyAlgorithm `gorm:"not null"`
	RevokedAt      moment
	LostSince      moment
	Cause          string `gorm:"not null"`
}

func (r signingKeyRow) noun() core.SigningKey {
	return core.SigningKey{
		ID: r.ID, OrganizationID: r.OrganizationID, DID: r.DID, Public: r.Public, Sealed: r.Sealed,
		CreatedAt: r.CreatedAt.Time, RetiredAt: r.RetiredAt.Time,
		Algorithm: r.Algorithm, RevokedAt: r.RevokedAt.Time, LostSince: r.LostSince.Time, Cause: r.Cause,
	}
}

// SigningKey is the key with which a school signs now by an algorithm. In a
// command nobody else retires it until the end.
func (tx *Tx) SigningKey(_ context.Context, org core.OrganizationID, algorithm core.KeyAlgorithm) (core.SigningKey, error) {
	r, err := one[signingKeyRow](tx.g, "signing key", `SELECT * FROM signing_keys k WHERE organization_id = ? AND algorithm = ? AND retired_at IS NULL`+tx.locked("k"), org, algorithm)
	return r.noun(), err
}

// AddSigningKey keeps a key, unless another transaction has given the school
// one: read SigningKey afterwards.
func (tx *Tx) AddSigningKey(_ context.Context, k core.SigningKey) error {
	_, err := tx.exec(`INSERT INTO signing_keys (id, organization_id, algorithm, did, public, sealed, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, k.ID, k.OrganizationID, k.Algorithm, k.DID, k.Public, k.Sealed, at(k.CreatedAt))
	return err
}

// RevokeSigningKey ends the validity of a key that was lost.
func (tx *Tx) RevokeSigningKey(_ context.Context, k core.SigningKey) error {
	return tx.changeOne(`UPDATE signing_keys SET revoked_at = ?, lost_since = ?, cause = ?, retired_at = COALESCE(retired_at, ?)
		WHERE id = ? AND revoked_at IS NULL`, at(k.RevokedAt), at(k.LostSince), k.Cause, at(k.RevokedAt), k.ID)
}

// KeysOfOrganization are all keys of a school, oldest first; those that were
// lost with what became of their certificates.
func (tx *Tx) KeysOfOrganization(_ context.Context, org core.OrganizationID) ([]core.SigningKey, error) {
	type row struct {
		signingKeyRow `gorm:"embedded"`
		Total         int
		Resigned      int
		Doubtful      int
		BegunAt       moment
		FinishedAt    moment
	}
	rows, err := many[row](tx.g, `SELECT k.*, l.total, l.resigned, l.doubtful, l.begun_at, l.finished_at FROM signing_keys k
		LEFT JOIN key_losses l ON l.key_id = k.id WHERE k.organization_id = ? ORDER BY k.created_at, k.id`, org)
	return mapped(rows, func(r row) core.SigningKey {
		k := r.noun()
		k.Loss = core.KeyLoss{
			KeyID: r.ID, OrganizationID: r.OrganizationID, LostSince: k.LostSince, Total: r.Total, Resigned: r.Resigned, Doubtful: r.Doubtful,
			BegunAt: r.BegunAt.Time, FinishedAt: r.FinishedAt.Time,
		}
		return k
	}), err
}

// KeysOfSchools are the keys of some schools, oldest first.
func (tx *Tx) KeysOfSchools(_ context.Context, orgs []core.OrganizationID) (map[core.OrganizationID][]core.SigningKey, error) {
	condition, arg := in(tx, "organization_id", orgs)
	rows, err := many[signingKeyRow](tx.g, `SELECT * FROM signing_keys WHERE `+condition+` ORDER BY created_at, id`, arg)
	found := map[core.OrganizationID][]core.SigningKey{}
	for _, r := range rows {
		found[r.OrganizationID] = append(found[r.OrganizationID], r.noun())
	}
	return found, err
}

// RetireSigningKey ends the signing, not the validity, of a key.
func (tx *Tx) RetireSigningKey(_ context.Context, id string, now time.Time) error {
	_, err := tx.exec(`UPDATE signing_keys SET retired_at = ? WHERE id = ? AND retired_at IS NULL`, at(now), id)
	return err
}

// SigningKeysOf are all keys that ever signed under a DID, revoked ones
// included, oldest first.
func (tx *Tx) SigningKeysOf(_ context.Context, did string) ([]core.SigningKey, error) {
	rows, err := many[signingKeyRow](tx.g, `SELECT * FROM signing_keys WHERE did = ? ORDER BY created_at, id`, did)
	return mapped(rows, signingKeyRow.noun), err
}

// AllSigningKeys are the keys of all schools.
func (tx *Tx) AllSigningKeys(context.Context) ([]core.SigningKey, error) {
	rows, err := many[signingKeyRow](tx.g, `SELECT * FROM signing_keys ORDER BY created_at, id`)
	return mapped(rows, signingKeyRow.noun), err
}

// IssuerKeys are the keys of all schools that were not lost.
func (tx *Tx) IssuerKeys(context.Context) ([]core.IssuerKey, error) {
	type row struct {
		ID   string
		DID  string `gorm:"column:did"`
		Name string
	}
	rows, err := many[row](tx.g, `SELECT k.id, k.did, o.name FROM signing_keys k JOIN organizations o ON o.id = k.organization_id
		WHERE k.revoked_at IS NULL ORDER BY k.created_at, k.id`)
	return mapped(rows, func(r row) core.IssuerKey { return core.IssuerKey{ID: r.ID, DID: r.DID, Organization: r.Name} }), err
}
