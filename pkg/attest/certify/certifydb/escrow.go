package certifydb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Escrow is a school that has closed elsewhere.
type Escrow struct {
	Origin     string       `gorm:"primaryKey"`
	Slug       string       `gorm:"primaryKey"`
	Name       string       `gorm:"not null"`
	LogKey     string       `gorm:"not null"`
	ExportedAt store.Moment `gorm:"not null"`
	ImportedAt store.Moment `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (Escrow) TableName() string { return "escrows" }

// EscrowKey is what a school in escrow signed with.
type EscrowKey struct {
	ID        string `gorm:"primaryKey"`
	Origin    string `gorm:"not null"`
	Slug      string `gorm:"not null"`
	DID       string `gorm:"column:did;not null"`
	RevokedAt store.Moment
}

// TableName implements schema.Tabler.
func (EscrowKey) TableName() string { return "escrow_keys" }

func (k EscrowKey) toCore() certify.SigningKey {
	return certify.SigningKey{ID: k.ID, DID: k.DID, RevokedAt: k.RevokedAt.Time}
}

// EscrowCredential is a certificate of a school in escrow.
type EscrowCredential struct {
	Code   string `gorm:"primaryKey"`
	Origin string `gorm:"not null"`
	Slug   string `gorm:"not null"`
	Body   string `gorm:"not null"`
}

// TableName implements schema.Tabler.
func (EscrowCredential) TableName() string { return "escrow_credentials" }

// EscrowList is a status list of a school in escrow.
type EscrowList struct {
	ID       core.StatusListID `gorm:"primaryKey"`
	Origin   string            `gorm:"not null"`
	Slug     string            `gorm:"not null"`
	Document []byte            `gorm:"not null"`

	Suspensions []byte
}

// TableName implements schema.Tabler.
func (EscrowList) TableName() string { return "escrow_lists" }

func (l EscrowList) toCore() certify.StatusList {
	return certify.StatusList{ID: l.ID, Document: l.Document, Suspensions: l.Suspensions}
}

// InsertEscrow keeps a school that has closed elsewhere.
// It gives already_imported for one that is kept.
func (t Escrowed) InsertEscrow(_ context.Context, e certify.Escrow) error {
	n, err := store.Change(t.Gorm().Clauses(clause.OnConflict{DoNothing: true}).
		Create(&Escrow{e.Origin, e.Slug, e.Name, e.LogKey, store.At(e.ExportedAt), store.At(e.ImportedAt)}))
	if err == nil && n == 0 {
		err = core.Conflict("already_imported")
	}
	return err
}

// InsertEscrowKeys keeps the keys of a school in escrow, and its lists.
func (t Escrowed) InsertEscrowKeys(_ context.Context, e certify.Escrow) error {
	err := store.Insert(t.Gorm(), store.Each(e.Keys, func(k certify.SigningKey) EscrowKey {
		return EscrowKey{k.ID, e.Origin, e.Slug, k.DID, store.At(k.RevokedAt)}
	}))
	if err != nil {
		return err
	}
	return store.Insert(t.Gorm(), store.Each(e.Lists, func(l certify.StatusList) EscrowList {
		return EscrowList{l.ID, e.Origin, e.Slug, l.Document, l.Suspensions}
	}))
}

// InsertEscrowed keeps some certificates of a school in escrow.
func (t Escrowed) InsertEscrowed(_ context.Context, e certify.Escrow, credentials []certify.EscrowedCredential) error {
	return store.Insert(t.Gorm(), store.Each(credentials, func(c certify.EscrowedCredential) EscrowCredential {
		return EscrowCredential{c.Code, e.Origin, e.Slug, string(c.Body)}
	}))
}

// Escrows are the schools in escrow with their keys and lists.
func (t Escrowed) Escrows(context.Context) ([]certify.Escrow, error) {
	escrows, err := store.All[Escrow](t.Gorm().Order("origin, slug"))
	if err != nil || len(escrows) == 0 {
		return nil, err
	}
	keys, err := store.All[EscrowKey](t.Gorm().Order("id"))
	if err != nil {
		return nil, err
	}
	lists, err := store.All[EscrowList](t.Gorm().Order("id"))
	if err != nil {
		return nil, err
	}
	out := make([]certify.Escrow, len(escrows))
	for i, e := range escrows {
		out[i] = certify.Escrow{Origin: e.Origin, Slug: e.Slug, Name: e.Name, LogKey: e.LogKey, ExportedAt: e.ExportedAt.Time, ImportedAt: e.ImportedAt.Time}
		for _, k := range keys {
			if k.Origin == e.Origin && k.Slug == e.Slug {
				out[i].Keys = append(out[i].Keys, k.toCore())
			}
		}
		for _, l := range lists {
			if l.Origin == e.Origin && l.Slug == e.Slug {
				out[i].Lists = append(out[i].Lists, l.toCore())
			}
		}
	}
	return out, nil
}

// EscrowedFrom are at most limit certificates in escrow after one, by their codes.
func (t Escrowed) EscrowedFrom(_ context.Context, after string, limit int) ([]certify.EscrowedCredential, error) {
	found, err := store.All[EscrowCredential](t.Gorm().Where("code > ?", after).Order("code").Limit(limit))
	return store.Each(found, func(c EscrowCredential) certify.EscrowedCredential {
		return certify.EscrowedCredential{Origin: c.Origin, Slug: c.Slug, Code: c.Code, Body: []byte(c.Body)}
	}), err
}

// CodesTaken are those of some codes that lead to a certificate here, or to one in
// escrow.
func (t Escrowed) CodesTaken(_ context.Context, codes []string) ([]string, error) {
	of := func(model any) *gorm.DB { return t.Gorm().Model(model).Select("code").Where("code IN ?", codes) }
	return store.All[string](t.Gorm().Table("(? UNION ?) k", of(&Credential{}), of(&EscrowCredential{})).Select("code").Order("code"))
}

// withSchool joins the school of each row of a table.
func withSchool(q *gorm.DB, table string) *gorm.DB {
	return q.Joins("JOIN escrows e ON e.origin = " + table + ".origin AND e.slug = " + table + ".slug")
}

// EscrowedCredential is the body of a certificate in escrow, with its school's
// name and keys.
func (t Escrowed) EscrowedCredential(_ context.Context, code string) (body []byte, school string, keys []certify.SigningKey, err error) {
	type row struct {
		EscrowCredential
		Name string
	}
	c, err := store.One[row](withSchool(t.Gorm(), "escrow_credentials").Select("escrow_credentials.*, e.name").
		Where("escrow_credentials.code = ?", code), "certificate")
	if err != nil {
		return nil, "", nil, err
	}
	found, err := store.All[EscrowKey](t.Gorm().Where("origin = ? AND slug = ?", c.Origin, c.Slug).Order("id"))
	return []byte(c.Body), c.Name, store.Each(found, EscrowKey.toCore), err
}

// CheckedInEscrow finds a certificate in escrow, which has no id here, with the
// keys of its school; not_found.
func (t Escrowed) CheckedInEscrow(ctx context.Context, code string) (core.Credential, []certify.SigningKey, error) {
	body, school, keys, err := t.EscrowedCredential(ctx, code)
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
func (t Escrowed) EscrowedKeys(_ context.Context, did string) (school string, keys []certify.SigningKey, err error) {
	type row struct {
		EscrowKey
		Name string
	}
	found, err := store.All[row](withSchool(t.Gorm(), "escrow_keys").Select("escrow_keys.*, e.name").
		Where("escrow_keys.did = ?", did).Order("escrow_keys.id"))
	for _, k := range found {
		school = k.Name
		keys = append(keys, k.toCore())
	}
	return school, keys, err
}

// EscrowedList is a status list in escrow.
func (t Escrowed) EscrowedList(_ context.Context, id core.StatusListID) (certify.StatusList, error) {
	l, err := store.One[EscrowList](t.Gorm().Where("id = ?", id), "status list")
	return l.toCore(), err
}

// EscrowedSlug are the keys of the schools in escrow with a short name, those that
// were lost included.
func (t Escrowed) EscrowedSlug(_ context.Context, slug string) ([]certify.SigningKey, error) {
	found, err := store.All[EscrowKey](t.Gorm().Where("slug = ?", slug).Order("id"))
	return store.Each(found, EscrowKey.toCore), err
}

// EscrowedIssuers are the keys of all schools in escrow that were not lost, with
// the keys of the logs that their packages are proved by.
func (t Escrowed) EscrowedIssuers(context.Context) (keys []certify.IssuerKey, logs []string, err error) {
	found, err := store.All[issuerKey](withSchool(t.Gorm().Table("escrow_keys k"), "k").Select("k.id, k.did, e.name, e.log_key").
		Where("k.revoked_at IS NULL").Order("k.id"))
	for _, k := range found {
		keys = append(keys, k.toCore())
		if k.LogKey != "" && !slices.Contains(logs, k.LogKey) {
			logs = append(logs, k.LogKey)
		}
	}
	return keys, logs, err
}
