package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/palmar/palmar/pkg/certify"
	"github.com/palmar/palmar/pkg/core"
)

type escrowRow struct {
	Origin     string `gorm:"primaryKey"`
	Slug       string `gorm:"primaryKey"`
	Name       string `gorm:"not null"`
	LogKey     string `gorm:"not null"`
	ExportedAt moment `gorm:"not null"`
	ImportedAt moment `gorm:"not null"`
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

func (r escrowListRow) noun() core.StatusList {
	return core.StatusList{ID: r.ID, Document: r.Document, Suspensions: r.Suspensions}
}

// InsertEscrow keeps a school that has closed elsewhere.
// It gives already_imported for one that is kept.
func (tx *Tx) InsertEscrow(_ context.Context, e core.Escrow) error {
	n, err := tx.exec(`INSERT INTO escrows (origin, slug, name, log_key, exported_at, imported_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, e.Origin, e.Slug, e.Name, e.LogKey, at(e.ExportedAt), at(e.ImportedAt))
	if err == nil && n == 0 {
		err = core.Conflict("already_imported", "The escrow of this school is kept here already.")
	}
	return err
}

// InsertEscrowKeys keeps the keys of a school in escrow, and its lists.
func (tx *Tx) InsertEscrowKeys(_ context.Context, e core.Escrow) error {
	keys, lists := make([][]any, len(e.Keys)), make([][]any, len(e.Lists))
	for i, k := range e.Keys {
		keys[i] = []any{k.ID, e.Origin, e.Slug, k.DID, at(k.RevokedAt)}
	}
	for i, l := range e.Lists {
		lists[i] = []any{l.ID, e.Origin, e.Slug, l.Document, l.Suspensions}
	}
	if err := tx.insertMany("escrow_keys", "id, origin, slug, did, revoked_at", keys, ""); err != nil {
		return err
	}
	return tx.insertMany("escrow_lists", "id, origin, slug, document, suspensions", lists, "")
}

// InsertEscrowed keeps some certificates of a school in escrow.
func (tx *Tx) InsertEscrowed(_ context.Context, e core.Escrow, credentials []core.EscrowedCredential) error {
	rows := make([][]any, len(credentials))
	for i, c := range credentials {
		rows[i] = []any{c.Code, e.Origin, e.Slug, string(c.Body)}
	}
	return tx.insertMany("escrow_credentials", "code, origin, slug, body", rows, "")
}

// Escrows are the schools in escrow with their keys and lists.
func (tx *Tx) Escrows(context.Context) ([]core.Escrow, error) {
	rows, err := many[escrowRow](tx.g, `SELECT * FROM escrows ORDER BY origin, slug`)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	keys, err := many[escrowKeyRow](tx.g, `SELECT * FROM escrow_keys ORDER BY id`)
	if err != nil {
		return nil, err
	}
	lists, err := many[escrowListRow](tx.g, `SELECT * FROM escrow_lists ORDER BY id`)
	if err != nil {
		return nil, err
	}
	out := make([]core.Escrow, len(rows))
	for i, r := range rows {
		out[i] = core.Escrow{Origin: r.Origin, Slug: r.Slug, Name: r.Name, LogKey: r.LogKey, ExportedAt: r.ExportedAt.Time, ImportedAt: r.ImportedAt.Time}
		for _, k := range keys {
			if k.Origin == r.Origin && k.Slug == r.Slug {
				out[i].Keys = append(out[i].Keys, k.noun())
			}
		}
		for _, l := range lists {
			if l.Origin == r.Origin && l.Slug == r.Slug {
				out[i].Lists = append(out[i].Lists, l.noun())
			}
		}
	}
	return out, nil
}

// EscrowedFrom are at most limit certificates in escrow after one, by their codes.
func (tx *Tx) EscrowedFrom(_ context.Context, after string, limit int) ([]core.EscrowedCredential, error) {
	rows, err := many[escrowCredentialRow](tx.g, `SELECT * FROM escrow_credentials WHERE code > ? ORDER BY code LIMIT ?`, after, limit)
	return mapped(rows, func(r escrowCredentialRow) core.EscrowedCredential {
		return core.EscrowedCredential{Origin: r.Origin, Slug: r.Slug, Code: r.Code, Body: []byte(r.Body)}
	}), err
}

// CodesTaken are those of some codes that lead to a certificate here, or to one in
// escrow.
func (tx *Tx) CodesTaken(_ context.Context, codes []string) ([]string, error) {
	rows, err := many[struct{ Code string }](tx.g, `SELECT code FROM credentials WHERE code IN (?)
		UNION SELECT code FROM escrow_credentials WHERE code IN (?) ORDER BY 1`, codes, codes)
	return mapped(rows, func(r struct{ Code string }) string { return r.Code }), err
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
	return r.noun(), err
}

// EscrowedSlug are the keys of the schools in escrow with a short name, those that
// were lost included.
func (tx *Tx) EscrowedSlug(_ context.Context, slug string) ([]core.SigningKey, error) {
	rows, err := many[escrowKeyRow](tx.g, `SELECT * FROM escrow_keys WHERE slug = ? ORDER BY id`, slug)
	return mapped(rows, escrowKeyRow.noun), err
}

// EscrowedIssuers are the keys of all schools in escrow that were not lost, with
// the keys of the logs that their packages are proved by.
func (tx *Tx) EscrowedIssuers(context.Context) (keys []core.IssuerKey, logs []string, err error) {
	type row struct {
		ID     string
		DID    string `gorm:"column:did"`
		Name   string
		LogKey string
	}
	rows, err := many[row](tx.g, `SELECT k.id, k.did, e.name, e.log_key FROM escrow_keys k
		JOIN escrows e ON e.origin = k.origin AND e.slug = k.slug WHERE k.revoked_at IS NULL ORDER BY k.id`)
	for _, r := range rows {
		keys = append(keys, core.IssuerKey{ID: r.ID, DID: r.DID, Organization: r.Name})
		if r.LogKey != "" && !slices.Contains(logs, r.LogKey) {
			logs = append(logs, r.LogKey)
		}
	}
	return keys, logs, err
}
