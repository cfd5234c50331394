package accountdb

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Invitation is a one-time link to a role.
type Invitation struct {
	ID             core.InvitationID `gorm:"primaryKey"`
	TokenHash      []byte            `gorm:"not null"`
	OrganizationID core.OrganizationID
	AccountID      core.AccountID
	Email          string    `gorm:"not null"`
	Name           string    `gorm:"not null"`
	Role           core.Role `gorm:"not null"`
	InvitedBy      core.AccountID
	CreatedAt      store.Moment `gorm:"not null"`
	ExpiresAt      store.Moment `gorm:"not null"`
	AcceptedAt     store.Moment
}

// TableName implements schema.Tabler.
func (Invitation) TableName() string { return "invitations" }

type shownInvitation struct {
	Invitation
	OrganizationName string
}

func (i shownInvitation) toCore() account.Invitation {
	return account.Invitation{
		ID: i.ID, TokenHash: i.TokenHash, OrganizationID: i.OrganizationID, OrganizationName: i.OrganizationName,
		AccountID: i.AccountID, Email: i.Email, Name: i.Name, Role: i.Role, InvitedBy: i.InvitedBy,
		CreatedAt: i.CreatedAt.Time, ExpiresAt: i.ExpiresAt.Time, AcceptedAt: i.AcceptedAt.Time,
	}
}

func (t Organizations) invitations() *gorm.DB {
	return t.Gorm().Select("invitations.*, COALESCE(o.name, '') AS organization_name").
		Joins("LEFT JOIN organizations o ON o.id = invitations.organization_id")
}

// InsertInvitation keeps a new link. Who invites is left out when it is no
// kept account, such as the program itself.
func (t Organizations) InsertInvitation(_ context.Context, i account.Invitation) error {
	by, err := store.All[core.AccountID](t.Gorm().Model(&Account{}).Select("id").Where("id = ?", i.InvitedBy))
	if err != nil {
		return err
	}
	if len(by) == 0 {
		i.InvitedBy = core.AccountID{}
	}
	return store.Insert(t.Gorm(), &Invitation{
		ID: i.ID, TokenHash: i.TokenHash, OrganizationID: i.OrganizationID, AccountID: i.AccountID, Email: i.Email, Name: i.Name,
		Role: i.Role, InvitedBy: i.InvitedBy, CreatedAt: store.At(i.CreatedAt), ExpiresAt: store.At(i.ExpiresAt),
	})
}

// InvitationByToken is the invitation of a link, or not_found.
func (t Organizations) InvitationByToken(_ context.Context, tokenHash []byte) (account.Invitation, error) {
	i, err := store.One[shownInvitation](t.invitations().Where("invitations.token_hash = ?", tokenHash), "invitation")
	return i.toCore(), err
}

// AcceptInvitation uses a link up; stale when it is used already or gone.
func (t Organizations) AcceptInvitation(_ context.Context, id core.InvitationID, account core.AccountID, now time.Time) error {
	return store.ChangeOne(t.Gorm().Model(&Invitation{}).Where("id = ? AND accepted_at IS NULL", id).
		Updates(map[string]any{"accepted_at": store.At(now), "account_id": account}))
}

// DropOpenInvitations makes earlier links to the same role worthless; without
// an organization, those of the first administrator.
func (t Organizations) DropOpenInvitations(_ context.Context, org core.OrganizationID, email string, role core.Role) error {
	q := t.Gorm().Where("accepted_at IS NULL")
	if org.IsZero() {
		q = q.Where("organization_id IS NULL")
	} else {
		q = q.Where("organization_id = ? AND email = ? AND role = ?", org, email, role)
	}
	_, err := store.Change(q.Delete(&Invitation{}))
	return err
}

// InvitationsOf are at most limit invitations of an organization before the
// one named after, newest first.
func (t Organizations) InvitationsOf(_ context.Context, org core.OrganizationID, after core.InvitationID, limit int) ([]account.Invitation, error) {
	q := t.invitations().Where("invitations.organization_id = ?", org)
	if !after.IsZero() {
		q = q.Where("invitations.id < ?", after)
	}
	found, err := store.All[shownInvitation](q.Order("invitations.id DESC").Limit(limit))
	return store.Each(found, shownInvitation.toCore), err
}
