package account

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

var (
	invitationMade = act.NewEvent("invitation.create", "invitation")
	invites        = act.Declare(access.MemberInvite, invitationMade)
)

// Invite offers a person a role by a mail with a one-time link, which is good
// for fourteen days; earlier links to the same role die. It wants
// member.invite. Codes: bad_email, required, unknown_role, role_not_here,
// already_member.
func (s *Tenants) Invite(ctx context.Context, a access.Actor, org core.OrganizationID, in Invite) (Invitation, error) {
	return act.Do(ctx, s.act, a, invites, act.Command[Tx, core.Organization, Invitation]{
		Find: findOrganization(org),
		Change: func(ctx context.Context, x act.Step[Tx], o core.Organization) (Invitation, error) {
			return s.invite(ctx, x, o, in)
		},
		Tell: toldInvited,
	})
}

var invitesStudent = act.Declare(access.EnrollmentCreate, invitationMade)

// InviteStudent sends a student who was enrolled the link to accept the file,
// in the enrollment's transaction; one who can sign in already needs none. It
// wants enrollment.create, which the school's office has. Codes: those of
// Invite but already_member.
func (s *Tenants) InviteStudent(ctx context.Context, a access.Actor, org core.OrganizationID, email, name string) error {
	_, err := act.Do(ctx, s.act, a, invitesStudent, act.Command[Tx, core.Organization, Invitation]{
		Find: findOrganization(org),
		Change: func(ctx context.Context, x act.Step[Tx], o core.Organization) (Invitation, error) {
			i, err := s.invite(ctx, x, o, Invite{Email: email, Name: name, Role: core.RoleStudent})
			if core.CodeOf(err) == errMember.Code {
				err = act.ErrNothing
			}
			return i, err
		},
		Tell: toldInvited,
	})
	return err
}

// invite keeps the invitation and mails its link.
func (s *Tenants) invite(ctx context.Context, x act.Step[Tx], o core.Organization, in Invite) (Invitation, error) {
	in, err := checkInvite(o, in)
	if err != nil {
		return Invitation{}, err
	}
	if has, err := x.Tx.HasRole(ctx, o.ID, in.Email, in.Role); err != nil {
		return Invitation{}, err
	} else if has {
		return Invitation{}, errMember
	}
	if err := x.Tx.DropOpenInvitations(ctx, o.ID, in.Email, in.Role); err != nil {
		return Invitation{}, err
	}
	secret, hash := s.newSecret(invitationPrefix)
	i := Invitation{
		ID: newID[core.InvitationID](s.desk), TokenHash: hash, OrganizationID: o.ID, OrganizationName: o.Name, Email: in.Email,
		Name: in.Name, Role: in.Role, InvitedBy: x.Actor.AccountID, CreatedAt: x.Now, ExpiresAt: x.Now.Add(InvitationLifetime),
	}
	if err := x.Tx.InsertInvitation(ctx, i); err != nil {
		return Invitation{}, err
	}
	return i, x.Tx.SendMail(ctx, s.invitationMail(o, i, secret))
}

func checkInvite(o core.Organization, in Invite) (Invite, error) {
	var c core.Collect
	email, err := core.NormalizeEmail(in.Email)
	if err := c.Check("email", err); err != nil {
		return in, err
	}
	name, err := core.CleanText(in.Name, 0, 200)
	if err := c.Check("name", err); err != nil {
		return in, err
	}
	switch {
	case !slices.Contains(core.Roles, in.Role):
		c.Add("role", "unknown_role")
	case !in.Role.In(o.Kind):
		c.Add("role", "role_not_here.kind", "kind", o.Kind, "role", in.Role)
	}
	return Invite{Email: email, Name: name, Role: in.Role}, c.Err()
}

func toldInvited(_ core.Organization, i Invitation) []act.Told { return []act.Told{invited(i)} }

func invited(i Invitation) act.Told {
	return act.Told{
		Event: invitationMade, Owner: access.Target{Organization: i.OrganizationID}, Subject: i.ID.String(), Details: inRole(i.Role),
	}
}

// Invitations are those of an organization, newest first. It wants
// member.invite. Code: bad_cursor.
func (s *Tenants) Invitations(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Invitation], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.MemberInvite, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.InvitationID, limit int) ([]Invitation, error) {
			return tx.InvitationsOf(ctx, org, after, limit)
		}, func(i Invitation) core.InvitationID { return i.ID }))
}
