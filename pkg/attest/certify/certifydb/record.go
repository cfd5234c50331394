package certifydb

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// CredentialRecord is what opens a credential's commitment.
type CredentialRecord struct {
	CredentialID core.CredentialID `gorm:"primaryKey"`
	Seed         []byte            `gorm:"not null"`
	Credits      []byte            `gorm:"not null"`
	Lines        int64             `gorm:"not null"`
	Root         []byte            `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (CredentialRecord) TableName() string { return "credential_records" }

func (r CredentialRecord) toCore() certify.CredentialRecord {
	out := certify.CredentialRecord{CredentialID: r.CredentialID, Seed: r.Seed, Lines: r.Lines, Root: r.Root}
	for id := range slices.Chunk(r.Credits, len(core.CreditID{})) {
		out.Credits = append(out.Credits, core.CreditID(append(id, make([]byte, 16)...)[:16]))
	}
	return out
}

// InsertCredentialRecord keeps what opens a credential's commitment.
func (t Certificates) InsertCredentialRecord(_ context.Context, r certify.CredentialRecord) error {
	ids := make([]byte, 0, len(r.Credits)*len(core.CreditID{}))
	for _, id := range r.Credits {
		ids = append(ids, id[:]...)
	}
	return store.Insert(t.Gorm(), &CredentialRecord{r.CredentialID, r.Seed, ids, r.Lines, r.Root})
}

// CredentialRecord is what opens a credential's commitment.
func (t Certificates) CredentialRecord(_ context.Context, id core.CredentialID) (certify.CredentialRecord, error) {
	r, err := store.One[CredentialRecord](t.Gorm().Where("credential_id = ?", id), "record")
	return r.toCore(), err
}

// EraseCredentialRecord removes what opens a credential's commitment.
func (t Certificates) EraseCredentialRecord(_ context.Context, id core.CredentialID) error {
	n, err := store.Change(t.Gorm().Where("credential_id = ?", id).Delete(&CredentialRecord{}))
	if err == nil && n == 0 {
		return core.NotFound("record")
	}
	return err
}

// CredentialRecords are what opens the commitments of some credentials.
func (t Certificates) CredentialRecords(_ context.Context, ids []core.CredentialID) ([]certify.CredentialRecord, error) {
	found, err := store.All[CredentialRecord](t.Gorm().Where(store.In(t.Tx, "credential_id", ids)))
	return store.Each(found, CredentialRecord.toCore), err
}
