package accountdb

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Token is an API token.
type Token struct {
	ID             core.TokenID   `gorm:"primaryKey"`
	TokenHash      []byte         `gorm:"not null"`
	AccountID      core.AccountID `gorm:"not null"`
	OrganizationID core.OrganizationID
	Role           core.Role    `gorm:"not null"`
	Name           string       `gorm:"not null"`
	Scopes         string       `gorm:"not null"`
	CreatedAt      store.Moment `gorm:"not null"`
	ExpiresAt      store.Moment `gorm:"not null"`
	UsedAt         store.Moment
	RevokedAt      store.Moment
}

// TableName implements schema.Tabler.
func (Token) TableName() string { return "api_tokens" }

func (k Token) toCore() account.Token {
	return account.Token{
		ID: k.ID, TokenHash: k.TokenHash, AccountID: k.AccountID, OrganizationID: k.OrganizationID, Role: k.Role,
		Name: k.Name, Scopes: strings.Fields(k.Scopes), CreatedAt: k.CreatedAt.Time, ExpiresAt: k.ExpiresAt.Time,
		UsedAt: k.UsedAt.Time, RevokedAt: k.RevokedAt.Time,
	}
}

// InsertToken keeps a new API token.
func (t Accounts) InsertToken(_ context.Context, k account.Token) error {
	return store.Insert(t.Gorm(), &Token{
		ID: k.ID, TokenHash: k.TokenHash, AccountID: k.AccountID, OrganizationID: k.OrganizationID, Role: k.Role,
		Name: k.Name, Scopes: strings.Join(k.Scopes, " "), CreatedAt: store.At(k.CreatedAt), ExpiresAt: store.At(k.ExpiresAt),
	})
}

// Token is an API token by its identifier, or not_found.
func (t Accounts) Token(_ context.Context, id core.TokenID) (account.Token, error) {
	k, err := store.One[Token](t.Gorm().Where("id = ?", id), "token")
	return k.toCore(), err
}

// TokensOf are at most limit tokens before the one named after, newest first:
// those of an organization, or a person's own when org is zero.
func (t Accounts) TokensOf(_ context.Context, account core.AccountID, org core.OrganizationID, after core.TokenID, limit int) ([]account.Token, error) {
	q := t.Gorm().Where("organization_id = ?", org)
	if org.IsZero() {
		q = t.Gorm().Where("account_id = ? AND organization_id IS NULL", account)
	}
	if !after.IsZero() {
		q = q.Where("id < ?", after)
	}
	found, err := store.All[Token](q.Order("id DESC").Limit(limit))
	return store.Each(found, Token.toCore), err
}

// RevokeToken ends a token; the first revocation counts.
func (t Accounts) RevokeToken(_ context.Context, id core.TokenID, now time.Time) error {
	_, err := store.Change(t.Gorm().Model(&Token{}).Where("id = ? AND revoked_at IS NULL", id).Update("revoked_at", store.At(now)))
	return err
}

// TouchToken notes when a token was used.
func (t Accounts) TouchToken(_ context.Context, id core.TokenID, used time.Time) error {
	_, err := store.Change(t.Gorm().Model(&Token{}).Where("id = ? AND (used_at IS NULL OR used_at < ?)", id, store.At(used)).
		Update("used_at", store.At(used)))
	return err
}

// TokenActor is an API token and who acts with it; not_found for an unknown
// token. A person's memberships are MembershipsOf. An organization's token has
// that one membership, and none once the person who made it is no administrator
// there any more. Whether the token is still good is the caller's to say.
func (t Accounts) TokenActor(_ context.Context, tokenHash []byte) (access.Actor, account.Token, error) {
	type row struct {
		Token
		Person           someone `gorm:"embedded"`
		OrganizationName string
		OrganizationKind core.OrganizationKind
		Jurisdiction     string
		LookDays         int
		AcceptsLooks     bool
		MadeByAdmin      bool
	}
	r, err := store.One[row](t.Gorm().Raw(tokenActor, tokenHash), "token")
	if err != nil {
		return access.Actor{}, account.Token{}, err
	}
	token := r.toCore()
	actor := access.Actor{AccountID: r.AccountID, Name: r.Name}
	switch {
	case r.OrganizationID.IsZero():
		actor = r.Person.actor(r.AccountID)
	case r.MadeByAdmin:
		actor.Memberships = []access.Membership{{
			OrganizationID: r.OrganizationID, OrganizationName: r.OrganizationName,
			OrganizationKind: r.OrganizationKind, Role: r.Role, Jurisdiction: r.Jurisdiction, LookDays: r.LookDays, AcceptsLooks: r.AcceptsLooks,
		}}
	}
	actor.TokenID, actor.Token, actor.ReadOnly = r.ID, true, !slices.Contains(token.Scopes, account.ScopeWrite)
	return actor, token, nil
}
