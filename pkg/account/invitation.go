package account

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

var errInvitation = &core.Fault{Kind: core.KindNotFound, Code: "invitation_invalid",
	Message: "This link is not good (any more): it was used, it ran out, or a newer one was sent. Ask for another."}

var errMember = core.Conflict("already_member", "This person has this role here already.")

// LookUpInvitation shows what a link offers. Whoever has the link may. Code:
// invitation_invalid, the same for one that is used, over or unknown.
func (s *Service) LookUpInvitation(ctx context.Context, token string) (InvitationView, error) {
	var view InvitationView
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) error {
		i, account, err := s.invitation(ctx, tx, token)
		view = InvitationView{
			Email: i.Email, Name: i.Name, OrganizationName: i.OrganizationName, Role: i.Role,
			First: i.OrganizationID.IsZero(), KnownAccount: account.PasswordHash != "", ExpiresAt: i.ExpiresAt,
		}
		return err
	})
	return view, err
}

// invitation is the open one of a link and the account with its address, zero
// when there is none.
func (s *Service) invitation(ctx context.Context, tx Tx, token string) (core.Invitation, core.Account, error) {
	if !isSecret(token, invitationPrefix) {
		return core.Invitation{}, core.Account{}, errInvitation
	}
	i, err := tx.InvitationByToken(ctx, hashOf(token))
	if core.CodeOf(err) == "not_found" {
		return core.Invitation{}, core.Account{}, errInvitation
	}
	if err != nil {
		return core.Invitation{}, core.Account{}, err
	}
	if !i.AcceptedAt.IsZero() || !s.src.Now().Before(i.ExpiresAt) {
		return core.Invitation{}, core.Account{}, errInvitation
	}
	if i.OrganizationID.IsZero() {
		if taken, err := tx.AnyAccount(ctx); err != nil || taken {
			return core.Invitation{}, core.Account{}, errInvitation
		}
		return i, core.Account{}, nil
	}
	account, err := tx.AccountByEmail(ctx, i.Email)
	if core.CodeOf(err) == "not_found" {
		return i, core.Account{}, nil
	}
	return i, account, err
}

// Accept uses a link up and signs in. Whoever has the link may. A person with
// a password gives it, everybody else sets one; a student becomes a therapist
// with a record. Codes: invitation_invalid, bad_credentials, too_many_guesses,
// those of CheckPassword, and by field those of a new organization.
func (s *Service) Accept(ctx context.Context, in Accept) (Signed, error) {
	var i core.Invitation
	var account core.Account
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		i, account, err = s.invitation(ctx, tx, in.Token)
		return err
	})
	var signed Signed
	take := func(ctx context.Context, tx Tx, account core.Account) (err error) {
		signed, err = s.take(ctx, tx, i, account)
		return err
	}
	switch {
	case err != nil:
		return Signed{}, err
	case i.OrganizationID.IsZero():
		return s.acceptFirst(ctx, i, in)
	case account.PasswordHash != "":
		err = s.prove(ctx, account.Email, in.Password, "invitation.accept", func(ctx context.Context, tx Tx, p proof) error {
			return take(ctx, tx, p.account)
		})
	default:
		err = s.acceptNew(ctx, i, account, in, take)
	}
	if err != nil {
		return Signed{}, err
	}
	return signed, nil
}

// acceptNew sets name and password of a new account, or of one that a school
// entered.
func (s *Service) acceptNew(ctx context.Context, i core.Invitation, account core.Account, in Accept, take func(context.Context, Tx, core.Account) error) error {
	if in.Name == "" {
		in.Name = i.Name
	}
	if in.Name == "" {
		in.Name = account.Name
	}
	fresh, err := s.person(ctx, i.Email, in.Name, in.Password)
	if err != nil {
		return err
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if account.ID.IsZero() {
			if err := tx.InsertAccount(ctx, fresh); err != nil {
				return err
			}
			return take(ctx, tx, fresh)
		}
		changed := account
		changed.Name, changed.PasswordHash = fresh.Name, fresh.PasswordHash
		if err := tx.UpdateAccount(ctx, changed); err != nil {
			return lost(err)
		}
		return take(ctx, tx, changed)
	})
	if core.CodeOf(err) != core.ErrDuplicate.Code {
		return err
	}
	if _, err := s.LookUpInvitation(ctx, in.Token); err != nil {
		return err
	}
	return core.ErrStale
}

// lost turns the loser's answer of two who use one link at once into that of
// a used link.
func lost(err error) error {
	if core.CodeOf(err) == core.ErrStale.Code {
		return errInvitation
	}
	return err
}

// person checks what a new account needs and makes it, with its hash.
func (s *Service) person(ctx context.Context, email, name, password string) (core.Account, error) {
	var c core.Collect
	email, err := core.NormalizeEmail(email)
	if err := c.Check("email", err); err != nil {
		return core.Account{}, err
	}
	name, err = core.CleanText(name, 1, 200)
	if err := c.Check("name", err); err != nil {
		return core.Account{}, err
	}
	if err := c.Check("password", CheckPassword(password, email, name)); err != nil {
		return core.Account{}, err
	}
	if err := c.Err(); err != nil {
		return core.Account{}, err
	}
	hash, err := s.hasher.make(ctx, password)
	return core.Account{
		ID: newID[core.AccountID](s), Email: email, Name: name, PasswordHash: hash, CreatedAt: s.src.Now(), Version: 1,
	}, err
}

// take gives an account the role of its invitation and signs it in.
func (s *Service) take(ctx context.Context, tx Tx, i core.Invitation, account core.Account) (Signed, error) {
	now := s.src.Now()
	if err := tx.AcceptInvitation(ctx, i.ID, account.ID, now); err != nil {
		return Signed{}, lost(err)
	}
	if err := s.join(ctx, tx, i.OrganizationID, account.ID, i.Role, now); err != nil {
		return Signed{}, err
	}
	signed, err := s.open(ctx, tx, account.ID, "")
	if err != nil {
		return Signed{}, err
	}
	return signed, tx.Audit(ctx, s.event(ctx, signed.Actor, now, core.AuditEvent{
		OrganizationID: i.OrganizationID, Action: "invitation.accept", TargetKind: "invitation", TargetID: i.ID.String(),
		Detail: map[string]string{"role": string(i.Role)},
	}))
}

// join makes an account a member, and a student a therapist.
func (s *Service) join(ctx context.Context, tx Tx, org core.OrganizationID, account core.AccountID, role core.Role, now time.Time) error {
	if _, err := tx.EnsureMember(ctx, core.Member{
		ID: newID[core.MemberID](s), OrganizationID: org, AccountID: account, Role: role, CreatedAt: now,
	}); err != nil {
		return err
	}
	if role != core.RoleStudent {
		return nil
	}
	_, err := tx.EnsureTherapist(ctx, core.Therapist{ID: newID[core.TherapistID](s), AccountID: account, CreatedAt: now})
	return err
}

// Invite offers a person a role by a mail with a one-time link, which is good
// for fourteen days; earlier links to the same role die. It wants
// member.invite. Codes: bad_email, required, unknown_role, role_not_here,
// already_member.
func (s *Service) Invite(ctx context.Context, a access.Actor, org core.OrganizationID, in Invite) (core.Invitation, error) {
	if err := access.Can(a, access.MemberInvite, access.Target{Organization: org}); err != nil {
		return core.Invitation{}, err
	}
	var i core.Invitation
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		o, err := tx.Organization(ctx, org)
		if err != nil {
			return err
		}
		i, err = s.invite(ctx, tx, a, o, in)
		return err
	})
	return i, err
}

func (s *Service) invite(ctx context.Context, tx Tx, a access.Actor, o core.Organization, in Invite) (core.Invitation, error) {
	in, err := checkInvite(o, in)
	if err != nil {
		return core.Invitation{}, err
	}
	if has, err := tx.HasRole(ctx, o.ID, in.Email, in.Role); err != nil {
		return core.Invitation{}, err
	} else if has {
		return core.Invitation{}, errMember
	}
	if err := tx.DropOpenInvitations(ctx, o.ID, in.Email, in.Role); err != nil {
		return core.Invitation{}, err
	}
	now := s.src.Now()
	secret, hash := s.newSecret(invitationPrefix)
	i := core.Invitation{
		ID: newID[core.InvitationID](s), TokenHash: hash, OrganizationID: o.ID, OrganizationName: o.Name, Email: in.Email,
		Name: in.Name, Role: in.Role, InvitedBy: a.AccountID, CreatedAt: now, ExpiresAt: now.Add(InvitationLifetime),
	}
	if err := tx.InsertInvitation(ctx, i); err != nil {
		return core.Invitation{}, err
	}
	if err := tx.SendMail(ctx, s.invitationMail(o, i, secret)); err != nil {
		return core.Invitation{}, err
	}
	return i, tx.Audit(ctx, s.event(ctx, a, now, core.AuditEvent{
		OrganizationID: o.ID, Action: "invitation.create", TargetKind: "invitation", TargetID: i.ID.String(),
		Detail: map[string]string{"role": string(i.Role)},
	}))
}

// rolesOf are the roles that an organization of a kind has.
var rolesOf = map[core.OrganizationKind][]core.Role{
	core.School:   {core.RoleStudent, core.RoleSupervisor, core.RoleRegistrar, core.RoleAdmin},
	core.Employer: {core.RoleVerifier, core.RoleAdmin},
}

// Invitations are those of an organization, newest first. It wants
// member.invite. Code: bad_cursor.
func (s *Service) Invitations(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Invitation], error) {
	if err := access.Can(a, access.MemberInvite, access.Target{Organization: org}); err != nil {
		return core.List[core.Invitation]{}, err
	}
	return listed(s, ctx, page, func(ctx context.Context, tx Tx, after core.InvitationID, limit int) ([]core.Invitation, error) {
		return tx.InvitationsOf(ctx, org, after, limit)
	}, func(i core.Invitation) core.InvitationID { return i.ID })
}
