package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

type keyLossRow struct {
	KeyID          string              `gorm:"primaryKey"`
	OrganizationID core.OrganizationID `gorm:"not null"`
	Total          int                 `gorm:"not null"`
	Resigned       int                 `gorm:"not null"`
	Doubtful       int                 `gorm:"not null"`
	AfterID        core.CredentialID
	BegunAt        moment `gorm:"not null"`
	FinishedAt     moment
}

type keyDoubtRow struct {
	KeyID        string            `gorm:"primaryKey"`
	CredentialID core.CredentialID `gorm:"primaryKey"`
	Reason       string            `gorm:"not null"`
	Message      string            `gorm:"not null"`
}

const signedBy = `(d.key_id = ? OR d.jwt_key_id = ?)`

// CountSignedBy is how many credentials there are one of whose newest forms a
// key signed.
func (tx *Tx) CountSignedBy(_ context.Context, key string) (int, error) {
	r, err := one[struct{ N int }](tx.g, "key", `SELECT COUNT(*) AS n`+credentialJoins+` WHERE `+signedBy, key, key)
	return r.N, err
}

// CredentialsSignedBy are at most limit credentials after one, one of whose
// newest forms a key signed.
func (tx *Tx) CredentialsSignedBy(_ context.Context, key string, after core.CredentialID, limit int) ([]core.Credential, error) {
	rows, err := many[credentialView](tx.g, selectCredentials+` WHERE `+signedBy+` AND c.id > ? ORDER BY c.id LIMIT ?`, key, key, after.String(), limit)
	return mapped(rows, credentialView.noun), err
}

// AddDocuments is AddDocument for many.
func (tx *Tx) AddDocuments(_ context.Context, credentials []core.Credential) error {
	rows := make([][]any, len(credentials))
	for i, c := range credentials {
		rows[i] = []any{c.ID, int64(c.Resigned) + 1, c.IssuerDID, c.KeyID, c.Document, c.JWTKeyID, c.JWT, at(c.SignedAt)}
	}
	return tx.insertMany("credential_documents", "credential_id, number, issuer_did, key_id, document, jwt_key_id, jwt, signed_at", rows, "")
}

// Therapists finds many therapists.
func (tx *Tx) Therapists(_ context.Context, ids []core.TherapistID) (map[core.TherapistID]core.Therapist, error) {
	condition, arg := in(tx, "t.id", ids)
	rows, err := many[therapistView](tx.g, `SELECT t.id, t.account_id, a.name, a.email, t.birth_date, t.zone, t.created_at
		FROM therapists t JOIN accounts a ON a.id = t.account_id WHERE `+condition, arg)
	found := make(map[core.TherapistID]core.Therapist, len(rows))
	for _, r := range rows {
		found[r.ID] = r.noun()
	}
	return found, err
}

// InsertKeyLoss notes that the certificates of a key wait to be looked at.
func (tx *Tx) InsertKeyLoss(_ context.Context, l core.KeyLoss) error {
	return tx.insert("key_losses", &keyLossRow{
		KeyID: l.KeyID, OrganizationID: l.OrganizationID, Total: l.Total, Resigned: l.Resigned, Doubtful: l.Doubtful, AfterID: l.After,
		BegunAt: at(l.BegunAt), FinishedAt: at(l.FinishedAt),
	})
}

// NextKeyLoss is the oldest loss that is not worked off, or not_found. In a
// command nobody else works on it until the end.
func (tx *Tx) NextKeyLoss(context.Context) (core.KeyLoss, error) {
	type row struct {
		keyLossRow `gorm:"embedded"`
		LostSince  moment
	}
	r, err := one[row](tx.g, "lost key", `SELECT l.*, k.lost_since FROM key_losses l JOIN signing_keys k ON k.id = l.key_id
		WHERE l.finished_at IS NULL ORDER BY l.begun_at, l.key_id LIMIT 1`+tx.locked("l"))
	return core.KeyLoss{
		KeyID: r.KeyID, OrganizationID: r.OrganizationID, LostSince: r.LostSince.Time, Total: r.Total, Resigned: r.Resigned, Doubtful: r.Doubtful,
		After: r.AfterID, BegunAt: r.BegunAt.Time, FinishedAt: r.FinishedAt.Time,
	}, err
}

// SetKeyLoss keeps how far the certificates of a lost key were looked at.
func (tx *Tx) SetKeyLoss(_ context.Context, l core.KeyLoss) error {
	return tx.changeOne(`UPDATE key_losses SET total = ?, resigned = ?, doubtful = ?, after_id = ?, finished_at = ? WHERE key_id = ?`,
		l.Total, l.Resigned, l.Doubtful, l.After, at(l.FinishedAt), l.KeyID)
}

// InsertDoubts keeps which certificates of a lost key were not signed again.
func (tx *Tx) InsertDoubts(_ context.Context, key string, doubts []core.Doubt) error {
	rows := make([][]any, len(doubts))
	for i, d := range doubts {
		rows[i] = []any{key, d.CredentialID, d.Reason, d.Message}
	}
	return tx.insertMany("key_doubts", "key_id, credential_id, reason, message", rows, "ON CONFLICT DO NOTHING")
}

// Doubts are at most limit certificates of a school's lost key, after one, that
// were not signed again.
func (tx *Tx) Doubts(_ context.Context, org core.OrganizationID, key string, after core.CredentialID, limit int) ([]core.Doubt, error) {
	type row struct {
		keyDoubtRow `gorm:"embedded"`
		Code        string
		Title       string
		SubjectName string
		IssuedAt    moment
		State       sql.NullString
	}
	rows, err := many[row](tx.g, `SELECT d.*, c.code, c.title, c.subject_name, c.issued_at, COALESCE(s.state, 'active') AS state
		FROM key_doubts d JOIN credentials c ON c.id = d.credential_id LEFT JOIN credential_states s ON s.credential_id = c.id
		WHERE d.key_id = ? AND c.organization_id = ? AND d.credential_id > ? ORDER BY d.credential_id LIMIT ?`, key, org, after.String(), limit)
	return mapped(rows, func(r row) core.Doubt {
		return core.Doubt{
			CredentialID: r.CredentialID, Code: r.Code, Title: r.Title, SubjectName: r.SubjectName, IssuedAt: r.IssuedAt.Time,
			State: core.CredentialState(r.State.String), Reason: r.Reason, Message: r.Message,
		}
	}), err
}

// LogSizeAt is how many entries the log had before an instant, by its
// checkpoints.
func (tx *Tx) LogSizeAt(_ context.Context, before time.Time) (int64, error) {
	r, err := one[struct{ N int64 }](tx.g, "log", `SELECT COALESCE(MAX(size), 0) AS n FROM log_checkpoints WHERE signed_at < ?`, at(before))
	return r.N, err
}

// KnownCredentials tells which of some credentials are there with a signed form.
func (tx *Tx) KnownCredentials(_ context.Context, ids []core.CredentialID) (map[core.CredentialID]bool, error) {
	found := map[core.CredentialID]bool{}
	if len(ids) == 0 {
		return found, nil
	}
	condition, arg := in(tx, "c.id", ids)
	rows, err := many[core.CredentialID](tx.g, `SELECT c.id`+credentialJoins+` WHERE `+condition, arg)
	for _, id := range rows {
		found[id] = true
	}
	return found, err
}

// FormerForms are the signed forms of credentials that another took the place
// of, oldest first, each with nothing but what was signed.
func (tx *Tx) FormerForms(_ context.Context, ids []core.CredentialID) (map[core.CredentialID][]core.Credential, error) {
	condition, arg := in(tx, "d.credential_id", ids)
	rows, err := many[credentialDocumentRow](tx.g, `SELECT d.* FROM credential_documents d WHERE `+condition+`
		AND d.number < (SELECT MAX(l.number) FROM credential_documents l WHERE l.credential_id = d.credential_id) ORDER BY d.credential_id, d.number`, arg)
	found := map[core.CredentialID][]core.Credential{}
	for _, r := range rows {
		found[r.CredentialID] = append(found[r.CredentialID], core.Credential{
			ID: r.CredentialID, Document: r.Document, JWT: r.JWT, Resigned: int(r.Number) - 1, SignedAt: r.SignedAt.Time,
		})
	}
	return found, err
}
