package account

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/core"
)

// Bootstrap makes the one-time link of the first administrator while there is
// no account. The link of an earlier start dies; the new one is good for a
// day. Needed is false once there is an account. Only the program's start may
// call it.
func (s *Service) Bootstrap(ctx context.Context) (token string, needed bool, err error) {
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
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
		return tx.InsertInvitation(ctx, core.Invitation{
			ID: newID[core.InvitationID](s), TokenHash: hash, Role: core.RoleAdmin, CreatedAt: now, ExpiresAt: now.Add(BootstrapLifetime),
		})
	})
	return token, needed, err
}

// InvitationURL is the page on which a link is answered.
func (s *Service) InvitationURL(token string) string { return s.base + "/invitations/" + token }

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
func (s *Service) acceptFirst(ctx context.Context, i core.Invitation, in Accept) (Signed, error) {
	o, err := s.organization(NewOrganization{Kind: core.OrganizationKind(in.Kind), Name: in.OrganizationName, Zone: in.Zone})
	if err != nil {
		return Signed{}, ofOrganization(err)
	}
	account, err := s.person(ctx, in.Email, in.Name, in.Password)
	if err != nil {
		return Signed{}, err
	}
	account.Operator, i.OrganizationID = true, o.ID
	var signed Signed
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.InsertAccount(ctx, account); err != nil {
			return err
		}
		if err := s.insertOrganization(ctx, tx, o); err != nil {
			return err
		}
		signed, err = s.take(ctx, tx, i, account)
		return err
	})
	switch core.CodeOf(err) {
	case core.ErrDuplicate.Code, "slug_taken":
		return Signed{}, errInvitation
	}
	if err != nil {
		return Signed{}, err
	}
	return signed, nil
}
