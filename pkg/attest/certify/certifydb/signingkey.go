package certifydb

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// SigningKey is what a school signs with, or once did.
type SigningKey struct {
	ID             string              `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	DID            string              `gorm:"column:did;not null"`
	Public         []byte              `gorm:"not null"`
	Sealed         []byte              `gorm:"not null"`
	CreatedAt      store.Moment        `gorm:"not null"`
	RetiredAt      store.Moment
	Algorithm      certify.KeyAlgorithm `gorm:"not null"`
	RevokedAt      store.Moment
	LostSince      store.Moment
	Cause          string `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (SigningKey) TableName() string { return "signing_keys" }

func (k SigningKey) toCore() certify.SigningKey {
	return certify.SigningKey{
		ID: k.ID, OrganizationID: k.OrganizationID, DID: k.DID, Public: k.Public, Sealed: k.Sealed,
		CreatedAt: k.CreatedAt.Time, RetiredAt: k.RetiredAt.Time,
		Algorithm: k.Algorithm, RevokedAt: k.RevokedAt.Time, LostSince: k.LostSince.Time, Cause: k.Cause,
	}
}

// SigningKey is the key with which a school signs now by an algorithm. In a
// command nobody else retires it until the end.
func (t SigningKeys) SigningKey(_ context.Context, org core.OrganizationID, algorithm certify.KeyAlgorithm) (certify.SigningKey, error) {
	k, err := store.One[SigningKey](t.Gorm().Where("organization_id = ? AND algorithm = ? AND retired_at IS NULL", org, algorithm).
		Scopes(t.Locked("signing_keys")), "signing key")
	return k.toCore(), err
}

// AddSigningKey keeps a key, unless another transaction has given the school
// one: read SigningKey afterward.
func (t SigningKeys) AddSigningKey(_ context.Context, k certify.SigningKey) error {
	return store.Insert(t.Gorm().Clauses(clause.OnConflict{DoNothing: true}), &SigningKey{
		ID: k.ID, OrganizationID: k.OrganizationID, Algorithm: k.Algorithm, DID: k.DID, Public: k.Public, Sealed: k.Sealed, CreatedAt: store.At(k.CreatedAt),
	})
}

// RevokeSigningKey ends the validity of a key that was lost.
func (t SigningKeys) RevokeSigningKey(_ context.Context, k certify.SigningKey) error {
	return store.ChangeOne(t.Gorm().Model(&SigningKey{}).Where("id = ? AND revoked_at IS NULL", k.ID).Updates(map[string]any{
		"revoked_at": store.At(k.RevokedAt), "lost_since": store.At(k.LostSince), "cause": k.Cause,
		"retired_at": gorm.Expr("COALESCE(retired_at, ?)", store.At(k.RevokedAt)),
	}))
}

// KeysOfOrganization are all keys of a school, oldest first; those that were
// lost with what became of their certificates.
func (t SigningKeys) KeysOfOrganization(_ context.Context, org core.OrganizationID) ([]certify.SigningKey, error) {
	type row struct {
		SigningKey
		Total      int
		Resigned   int
		Doubtful   int
		BegunAt    store.Moment
		FinishedAt store.Moment
	}
	found, err := store.All[row](t.Gorm().Select("signing_keys.*, l.total, l.resigned, l.doubtful, l.begun_at, l.finished_at").
		Joins("LEFT JOIN key_losses l ON l.key_id = signing_keys.id").
		Where("signing_keys.organization_id = ?", org).Order("signing_keys.created_at, signing_keys.id"))
	return store.Each(found, func(r row) certify.SigningKey {
		k := r.toCore()
		k.Loss = certify.KeyLoss{
			KeyID: r.ID, OrganizationID: r.OrganizationID, LostSince: k.LostSince, Total: r.Total, Resigned: r.Resigned, Doubtful: r.Doubtful,
			BegunAt: r.BegunAt.Time, FinishedAt: r.FinishedAt.Time,
		}
		return k
	}), err
}

// oldest is the order of keys.
const oldest = "created_at, id"

// KeysOfSchools are the keys of some schools, oldest first.
func (t SigningKeys) KeysOfSchools(_ context.Context, orgs []core.OrganizationID) (map[core.OrganizationID][]certify.SigningKey, error) {
	keys, err := store.All[SigningKey](t.Gorm().Where(store.In(t.Tx, "organization_id", orgs)).Order(oldest))
	found := map[core.OrganizationID][]certify.SigningKey{}
	for _, k := range keys {
		found[k.OrganizationID] = append(found[k.OrganizationID], k.toCore())
	}
	return found, err
}

// RetireSigningKey ends the signing, not the validity, of a key.
func (t SigningKeys) RetireSigningKey(_ context.Context, id string, now time.Time) error {
	_, err := store.Change(t.Gorm().Model(&SigningKey{}).Where("id = ? AND retired_at IS NULL", id).Update("retired_at", store.At(now)))
	return err
}

// SigningKeysOf are all keys that ever signed under a DID, revoked ones
// included, oldest first.
func (t SigningKeys) SigningKeysOf(_ context.Context, did string) ([]certify.SigningKey, error) {
	found, err := store.All[SigningKey](t.Gorm().Where("did = ?", did).Order(oldest))
	return store.Each(found, SigningKey.toCore), err
}

// AllSigningKeys are the keys of all schools.
func (t SigningKeys) AllSigningKeys(context.Context) ([]certify.SigningKey, error) {
	found, err := store.All[SigningKey](t.Gorm().Order(oldest))
	return store.Each(found, SigningKey.toCore), err
}

// issuerKey is a key with the name of its school.
type issuerKey struct {
	ID        string
	DID       string `gorm:"column:did"`
	CreatedAt store.Moment
	RetiredAt store.Moment
	Name      string
	LogKey    string
}

func (k issuerKey) toCore() certify.IssuerKey {
	return certify.IssuerKey{
		SigningKey: certify.SigningKey{ID: k.ID, DID: k.DID, CreatedAt: k.CreatedAt.Time, RetiredAt: k.RetiredAt.Time}, Organization: k.Name,
	}
}

// IssuerKeys are the keys of all schools that were not lost.
func (t SigningKeys) IssuerKeys(context.Context) ([]certify.IssuerKey, error) {
	found, err := store.All[issuerKey](t.Gorm().Table("signing_keys k").Select("k.id, k.did, k.created_at, k.retired_at, o.name").
		Joins("JOIN organizations o ON o.id = k.organization_id").Where("k.revoked_at IS NULL").Order("k.created_at, k.id"))
	return store.Each(found, issuerKey.toCore), err
}
