package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

type tokenRow struct {
	ID             core.TokenID   `gorm:"primaryKey"`
	TokenHash      []byte         `gorm:"not null"`
	AccountID      core.AccountID `gorm:"not null"`
	OrganizationID core.OrganizationID
	Role           core.Role `gorm:"not null"`
	Name           string    `gorm:"not null"`
	Scopes         string    `gorm:"not null"`
	CreatedAt      moment    `gorm:"not null"`
	ExpiresAt      moment    `gorm:"not null"`
	UsedAt         moment
	RevokedAt      moment
}

func (r tokenRow) noun() core.Token {
	return core.Token{
		ID: r.ID, TokenHash: r.TokenHash, AccountID: r.AccountID, OrganizationID: r.OrganizationID, Role: r.Role,
		Name: r.Name, Scopes: strings.Fields(r.Scopes), CreatedAt: r.CreatedAt.Time, ExpiresAt: r.ExpiresAt.Time,
		UsedAt: r.UsedAt.Time, RevokedAt: r.RevokedAt.Time,
	}
}

// InsertToken keeps a new API token.
func (tx *Tx) InsertToken(_ context.Context, t core.Token) error {
	return tx.insert("api_tokens", &tokenRow{
		ID: t.ID, TokenHash: t.TokenHash, AccountID: t.AccountID, OrganizationID: t.OrganizationID, Role: t.Role,
		Name: t.Name, Scopes: strings.Join(t.Scopes, " "), CreatedAt: at(t.CreatedAt), ExpiresAt: at(t.ExpiresAt),
	})
}

// Token is an API token by its identifier, or not_found.
func (tx *Tx) Token(_ context.Context, id core.TokenID) (core.Token, error) {
	r, err := one[tokenRow](tx.g, "token", "SELECT * FROM api_tokens WHERE id = ?", id)
	return r.noun(), err
}

// TokensOf are at most limit tokens before the one named after, newest first:
// those of an organization, or a person's own when org is zero.
func (tx *Tx) TokensOf(_ context.Context, account core.AccountID, org core.OrganizationID, after core.TokenID, limit int) ([]core.Token, error) {
	query, args := "SELECT * FROM api_tokens WHERE organization_id = ?", []any{org}
	if org.IsZero() {
		query, args = "SELECT * FROM api_tokens WHERE account_id = ? AND organization_id IS NULL", []any{account}
	}
	if !after.IsZero() {
		query, args = query+" AND id < ?", append(args, after)
	}
	rows, err := many[tokenRow](tx.g, query+" ORDER BY id DESC LIMIT ?", append(args, limit)...)
	return mapped(rows, tokenRow.noun), err
}

// RevokeToken ends a token; the first revocation counts.
func (tx *Tx) RevokeToken(_ context.Context, id core.TokenID, now time.Time) error {
	_, err := tx.exec("UPDATE api_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", at(now), id)
	return err
}

// TouchToken notes when a token was used.
func (tx *Tx) TouchToken(_ context.Context, id core.TokenID, used time.Time) error {
	_, err := tx.exec("UPDATE api_tokens SET used_at = ? WHERE id = ? AND (used_at IS NULL OR used_at < ?)", at(used), id, at(used))
	return err
}

// TokenActor is an API token and who acts with it, in at most two queries;
// not_found for an unknown token. An organization's token has that one
// membership, and none once whoever made it is no administrator there any
// more. Whether the token is still good is the caller's to say.
func (tx *Tx) TokenActor(_ context.Context, tokenHash []byte) (access.Actor, core.Token, error) {
	type row struct {
		tokenRow         `gorm:"embedded"`
		PersonName       string
		PersonEmail      string
		Operator         bool
		TherapistID      core.TherapistID
		OrganizationName string
		OrganizationKind core.OrganizationKind
		MadeByAdmin      bool
	}
	r, err := one[row](tx.g, "token", `SELECT k.*, a.name AS person_name, a.email AS person_email, a.operator, t.id AS therapist_id,
		COALESCE(o.name, '') AS organization_name, COALESCE(o.kind, '') AS organization_kind,
		EXISTS (SELECT 1 FROM members m WHERE m.organization_id = k.organization_id AND m.account_id = k.account_id
			AND m.role = 'admin' AND m.ended_at IS NULL) AS made_by_admin
		FROM api_tokens k JOIN accounts a ON a.id = k.account_id LEFT JOIN therapists t ON t.account_id = a.id
		LEFT JOIN organizations o ON o.id = k.organization_id WHERE k.token_hash = ?`, tokenHash)
	if err != nil {
		return access.Actor{}, core.Token{}, err
	}
	token := r.tokenRow.noun()
	actor := access.Actor{AccountID: r.AccountID, Name: r.Name}
	switch {
	case r.OrganizationID.IsZero():
		actor, err = tx.withMemberships(r.AccountID, personColumns{r.PersonName, r.PersonEmail, r.Operator, r.TherapistID})
	case r.MadeByAdmin:
		actor.Memberships = []access.Membership{{
			OrganizationID: r.OrganizationID, OrganizationName: r.OrganizationName,
			OrganizationKind: r.OrganizationKind, Role: r.Role,
		}}
	}
	actor.TokenID, actor.Token, actor.ReadOnly = r.ID, true, !slices.Contains(token.Scopes, core.ScopeWrite)
	return actor, token, err
}
