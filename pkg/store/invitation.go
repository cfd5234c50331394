package store

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/core"
)

type invitationRow struct {
	ID             core.InvitationID `gorm:"primaryKey"`
	TokenHash      []byte            `gorm:"not null"`
	OrganizationID core.OrganizationID
	AccountID      core.AccountID
	Email          string    `gorm:"not null"`
	Name           string    `gorm:"not null"`
	Role           core.Role `gorm:"not null"`
	InvitedBy      core.AccountID
	CreatedAt      moment `gorm:"not null"`
	ExpiresAt      moment `gorm:"not null"`
	AcceptedAt     moment
}

type shownInvitation struct {
	invitationRow    `gorm:"embedded"`
	OrganizationName string
}

func (r shownInvitation) noun() core.Invitation {
	return core.Invitation{
		ID: r.ID, TokenHash: r.TokenHash, OrganizationID: r.OrganizationID, OrganizationName: r.OrganizationName,
		AccountID: r.AccountID, Email: r.Email, Name: r.Name, Role: r.Role, InvitedBy: r.InvitedBy,
		CreatedAt: r.CreatedAt.Time, ExpiresAt: r.ExpiresAt.Time, AcceptedAt: r.AcceptedAt.Time,
	}
}

const selectInvitation = `SELECT i.*, COALESCE(o.name, '') AS organization_name FROM invitations i
	LEFT JOIN organizations o ON o.id = i.organization_id`

// InsertInvitation keeps a new link. Who invites is left out when it is no
// kept account, such as the program itself.
func (tx *Tx) InsertInvitation(_ context.Context, i core.Invitation) error {
	_, err := tx.exec(`INSERT INTO invitations (id, token_hash, organization_id, account_id, email, name, role, invited_by, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT id FROM accounts WHERE id = ?), ?, ?)`,
		i.ID, i.TokenHash, i.OrganizationID, i.AccountID, i.Email, i.Name, i.Role, i.InvitedBy, at(i.CreatedAt), at(i.ExpiresAt))
	return err
}

// InvitationByToken is the invitation of a link, or not_found.
func (tx *Tx) InvitationByToken(_ context.Context, tokenHash []byte) (core.Invitation, error) {
	r, err := one[shownInvitation](tx.g, "invitation", selectInvitation+" WHERE i.token_hash = ?", tokenHash)
	return r.noun(), err
}

// AcceptInvitation uses a link up; stale when it is used already or gone.
func (tx *Tx) AcceptInvitation(_ context.Context, id core.InvitationID, account core.AccountID, now time.Time) error {
	return tx.changeOne("UPDATE invitations SET accepted_at = ?, account_id = ? WHERE id = ? AND accepted_at IS NULL",
		at(now), account, id)
}

// DropOpenInvitations makes earlier links to the same role worthless; without
// an organization, those of the first administrator.
func (tx *Tx) DropOpenInvitations(_ context.Context, org core.OrganizationID, email string, role core.Role) error {
	if org.IsZero() {
		_, err := tx.exec("DELETE FROM invitations WHERE organization_id IS NULL AND accepted_at IS NULL")
		return err
	}
	_, err := tx.exec("DELETE FROM invitations WHERE organization_id = ? AND email = ? AND role = ? AND accepted_at IS NULL", org, email, role)
	return err
}

// InvitationsOf are at most limit invitations of an organization before the
// one named after, newest first.
func (tx *Tx) InvitationsOf(_ context.Context, org core.OrganizationID, after core.InvitationID, limit int) ([]core.Invitation, error) {
	query, args := selectInvitation+" WHERE i.organization_id = ?", []any{org}
	if !after.IsZero() {
		query, args = query+" AND i.id < ?", append(args, after)
	}
	rows, err := many[shownInvitation](tx.g, query+" ORDER BY i.id DESC LIMIT ?", append(args, limit)...)
	return mapped(rows, shownInvitation.noun), err
}
