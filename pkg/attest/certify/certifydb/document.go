package certifydb

import (
	"context"
	"database/sql"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/platform/store"
)

// CredentialDocument is a signed form of a credential.
type CredentialDocument struct {
	CredentialID core.CredentialID `gorm:"primaryKey"`
	Number       int64             `gorm:"primaryKey"`
	IssuerDID    string            `gorm:"column:issuer_did;not null"`
	KeyID        string            `gorm:"not null"`
	Document     []byte            `gorm:"not null"`
	JWTKeyID     string            `gorm:"column:jwt_key_id;not null"`
	JWT          string            `gorm:"column:jwt;not null"`
	SignedAt     store.Moment      `gorm:"not null"`
	// ValidUntil and the entry are those of a form that another was before; the first has
	// its credential's.
	ValidUntil   store.Moment
	StatusListID core.StatusListID
	StatusIndex  sql.NullInt64
}

// TableName implements schema.Tabler.
func (CredentialDocument) TableName() string { return "credential_documents" }

func documentOf(c core.Credential) CredentialDocument {
	d := CredentialDocument{
		CredentialID: c.ID, Number: int64(c.Resigned) + 1, IssuerDID: c.IssuerDID, KeyID: c.KeyID,
		Document: c.Document, JWT: c.JWT, JWTKeyID: c.JWTKeyID, SignedAt: store.At(c.SignedAt),
	}
	if c.Resigned > 0 {
		d.ValidUntil, d.StatusListID = store.At(c.ValidUntil), c.StatusListID
		d.StatusIndex = sql.NullInt64{Int64: int64(c.StatusIndex), Valid: !c.StatusListID.IsZero()}
	}
	return d
}

// AddDocument keeps a signed form of a credential, the one after c.Resigned
// others. It never takes the place of one that is kept.
func (t Certificates) AddDocument(ctx context.Context, c core.Credential) error {
	return t.AddDocuments(ctx, []core.Credential{c})
}

// AddDocuments is AddDocument for many.
func (t Certificates) AddDocuments(_ context.Context, credentials []core.Credential) error {
	return store.Insert(t.Gorm(), store.Each(credentials, documentOf))
}

// FormerForms are the signed forms of credentials that another took the place
// of, oldest first, each with nothing but what was signed.
func (t Certificates) FormerForms(_ context.Context, ids []core.CredentialID) (map[core.CredentialID][]core.Credential, error) {
	forms, err := store.All[CredentialDocument](t.Gorm().Where(store.In(t.Tx, "credential_id", ids)).
		Where("number < (SELECT MAX(l.number) FROM credential_documents l WHERE l.credential_id = credential_documents.credential_id)").
		Order("credential_id, number"))
	found := map[core.CredentialID][]core.Credential{}
	for _, f := range forms {
		found[f.CredentialID] = append(found[f.CredentialID], core.Credential{
			ID: f.CredentialID, Document: f.Document, JWT: f.JWT, Resigned: int(f.Number) - 1, SignedAt: f.SignedAt.Time,
		})
	}
	return found, err
}

const signedBy = "(d.key_id = ? OR d.jwt_key_id = ?)"

// CountSignedBy is how many credentials there are one of whose newest forms a
// key signed.
func (t Certificates) CountSignedBy(_ context.Context, key string) (int, error) {
	return store.One[int](t.credentials("COUNT(*)").Where(signedBy, key, key), "key")
}

// CredentialsSignedBy are at most limit credentials after one, one of whose
// newest forms a key signed.
func (t Certificates) CredentialsSignedBy(_ context.Context, key string, after core.CredentialID, limit int) ([]core.Credential, error) {
	found, err := store.All[shownCredential](t.credentials(credentialColumns).
		Where(signedBy, key, key).Where("c.id > ?", after.String()).Order("c.id").Limit(limit))
	return store.Each(found, shownCredential.toCore), err
}
