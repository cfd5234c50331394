package account

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Bootstrap makes the one-time link of the first administrator while there is
// no account. The link of an earlier start dies; the new one is good for a
// day. Needed is false once there is an account. Only the program's start may
// call it.
func (s *Tenants) Bootstrap(ctx context.Context) (token string, needed bool, err error) {
	err = act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error {
		token, needed = "", false
		taken, err := tx.AnyAccount(ctx)
		if err != nil || taken {
			return err
		}
		if err := tx.DropOpenInvitations(ctx, core.OrganizationID{}, "", core.RoleAdmin); err != nil {
			return err
		}
		now := s.src.Now()
		secret, hash := s.newSecret(invitationPrefix)
		token, needed = secret, true
		return tx.InsertInvitation(ctx, Invitation{
			ID: newID[core.InvitationID](s.desk), TokenHash: hash, Role: core.RoleAdmin, CreatedAt: now, ExpiresAt: now.Add(BootstrapLifetime),
		})
	})
	return token, needed, err
}

// InvitationURL is the page on which a link is answered.
func (s *Tenants) InvitationURL(token string) string { return s.base + "/invitations/" + token }

// ofOrganization tells the organization's name from the person's.
func ofOrganization(err error) error {
	f := core.AsFault(err)
	if f == nil {
		return err
	}
	named := *f
	named.Fields = slices.Clone(f.Fields)
	for i := range named.Fields {
		if named.Fields[i].Name == "name" {
			named.Fields[i].Name = "organization_name"
		}
	}
	return &named
}

// acceptFirst makes the first account, which is an operator, and its
// organization.
func (s *Tenants) acceptFirst(ctx context.Context, i Invitation, in Accept) (Signed, error) {
	var o core.Organization
	var account core.Account
	signed, err := s.accept(ctx, i, func(ctx context.Context) (err error) {
		if o, err = s.organization(NewOrganization{Kind: core.OrganizationKind(in.Kind), Name: in.OrganizationName, Zone: in.Zone}); err != nil {
			return ofOrganization(err)
		}
		account, err = s.newAccount(ctx, in.Email, in.Name, in.Password)
		account.Operator = true
		return err
	}, func(ctx context.Context, x act.Step[Tx]) (core.AccountID, core.OrganizationID, error) {
		if err := x.Tx.InsertAccount(ctx, account); err != nil {
			return account.ID, o.ID, err
		}
		return account.ID, o.ID, insertOrganization(ctx, x.Tx, o)
	})
	switch core.CodeOf(err) {
	case core.ErrDuplicate.Code, "slug_taken":
		return Signed{}, errInvitation
	}
	return signed, err
}
