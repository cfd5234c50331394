package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
)

type escrowRow struct {
	Origin      string `gorm:"primaryKey"`
	Slug        string `gorm:"primaryKey"`
	Name        string `gorm:"not null"`
	DIDDocument []byte `gorm:"column:did_document"`
	ExportedAt  moment `gorm:"not null"`
	ImportedAt  moment `gorm:"not null"`
}

type escrowKeyRow struct {
	ID        string `gorm:"primaryKey"`
	Origin    string `gorm:"not null"`
	Slug      string `gorm:"not null"`
	DID       string `gorm:"column:did;not null"`
	RevokedAt moment
}

func (r escrowKeyRow) noun() core.SigningKey {
	return core.SigningKey{ID: r.ID, DID: r.DID, RevokedAt: r.RevokedAt.Time}
}

type escrowCredentialRow struct {
	Code   string `gorm:"primaryKey"`
	Origin string `gorm:"not null"`
	Slug   string `gorm:"not null"`
	Body   string `gorm:"not null"`
}

type escrowListRow struct {
	ID       core.StatusListID `gorm:"primaryKey"`
	Origin   string            `gorm:"not null"`
	Slug     string            `gorm:"not null"`
	Document []byte            `gorm:"not null"`

	Suspensions []byte
}

// InsertEscrow keeps the certificates of a school that has closed elsewhere. It
// gives already_imported for one that is kept.
func (tx *Tx) InsertEscrow(_ context.Context, e core.Escrow) error {
	n, err := tx.exec(`INSERT INTO escrows (origin, slug, name, did_document, exported_at, imported_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, e.Origin, e.Slug, e.Name, e.DIDDocument, at(e.ExportedAt), at(e.ImportedAt))
	if err == nil && n == 0 {
		err = core.Conflict("already_imported", "The escrow of this school is kept here already.")
	}
	if err != nil {
		return err
	}
	keys, credentials, lists := make([][]any, len(e.Keys)), make([][]any, len(e.Credentials)), make([][]any, len(e.Lists))
	for i, k := range e.Keys {
		keys[i] = []any{k.ID, e.Origin, e.Slug, k.DID, at(k.RevokedAt)}
	}
	for i, c := range e.Credentials {
		credentials[i] = []any{c.Code, e.Origin, e.Slug, string(c.Body)}
	}
	for i, l := range e.Lists {
		lists[i] = []any{l.ID, e.Origin, e.Slug, l.Document, l.Suspensions}
	}
	if err := tx.insertMany("escrow_keys", "id, origin, slug, did, revoked_at", keys, ""); err != nil {
		return err
	}
	if err := tx.insertMany("escrow_credentials", "code, origin, slug, body", credentials, ""); err != nil {
		return err
	}
	return tx.insertMany("escrow_lists", "id, origin, slug, document, suspensions", lists, "")
}

// EscrowedCredential is the body of a certificate in escrow, with its school's
// name and keys.
func (tx *Tx) EscrowedCredential(_ context.Context, code string) (body []byte, school string, keys []core.SigningKey, err error) {
	type row struct {
		escrowCredentialRow `gorm:"embedded"`
		Name                string
	}
	r, err := one[row](tx.g, "certificate", `SELECT c.*, e.name FROM escrow_credentials c
		JOIN escrows e ON e.origin = c.origin AND e.slug = c.slug WHERE c.code = ?`, code)
	if err != nil {
		return nil, "", nil, err
	}
	rows, err := many[escrowKeyRow](tx.g, `SELECT * FROM escrow_keys WHERE origin = ? AND slug = ? ORDER BY id`, r.Origin, r.Slug)
	return []byte(r.Body), r.Name, mapped(rows, escrowKeyRow.noun), err
}

// checkedInEscrow finds a certificate in escrow with the keys of its school.
func (tx *Tx) checkedInEscrow(ctx context.Context, code string) (core.Credential, []core.SigningKey, error) {
	body, school, keys, err := tx.EscrowedCredential(ctx, code)
	if err != nil {
		return core.Credential{}, nil, err
	}
	var b certify.Bundle
	if err := json.Unmarshal(body, &b); err != nil {
		return core.Credential{}, nil, fmt.Errorf("the certificate %s in escrow: %w", code, err)
	}
	return b.Credential(school), keys, nil
}

// EscrowedKeys are the keys under a DID of a school in escrow, with its name.
func (tx *Tx) EscrowedKeys(_ context.Context, did string) (school string, keys []core.SigningKey, err error) {
	type row struct {
		escrowKeyRow `gorm:"embedded"`
		Name         string
	}
	rows, err := many[row](tx.g, `SELECT k.*, e.name FROM escrow_keys k
		JOIN escrows e ON e.origin = k.origin AND e.slug = k.slug WHERE k.did = ? ORDER BY k.id`, did)
	for _, r := range rows {
		school = r.Name
		keys = append(keys, r.noun())
	}
	return school, keys, err
}

// EscrowedList is a status list in escrow.
func (tx *Tx) EscrowedList(_ context.Context, id core.StatusListID) (core.StatusList, error) {
	r, err := one[escrowListRow](tx.g, "status list", `SELECT * FROM escrow_lists WHERE id = ?`, id)
	return core.StatusList{ID: r.ID, Document: r.Document, Suspensions: r.Suspensions}, err
}

// EscrowedIssuer is the did.json of a school in escrow.
func (tx *Tx) EscrowedIssuer(_ context.Context, slug string) ([]byte, error) {
	r, err := one[escrowRow](tx.g, "issuer", `SELECT * FROM escrows WHERE slug = ? AND did_document IS NOT NULL ORDER BY imported_at DESC LIMIT 1`, slug)
	return r.DIDDocument, err
}
