package account

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

var errInvitation = &core.Fault{Kind: core.KindNotFound, Code: "invitation_invalid"}

var errMember = core.Conflict("already_member")

// LookUpInvitation shows what a link offers. Anyone who has the link may. Code:
// invitation_invalid, the same for one that is used, over or unknown.
func (s *Tenants) LookUpInvitation(ctx context.Context, token string) (InvitationView, error) {
	i, account, err := s.offered(ctx, token)
	return InvitationView{
		Email: i.Email, Name: i.Name, OrganizationName: i.OrganizationName, Role: i.Role,
		First: i.OrganizationID.IsZero(), KnownAccount: account.PasswordHash != "", ExpiresAt: i.ExpiresAt,
	}, err
}

// offered is the open invitation of a link and the account with its address, zero
// when there is none.
func (s *Tenants) offered(ctx context.Context, token string) (i Invitation, account core.Account, err error) {
	_, err = act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (none, error) {
		i, account, err = invitation(ctx, tx, token, s.src.Now())
		return none{}, err
	})
	return i, account, err
}

func invitation(ctx context.Context, tx Tx, token string, now time.Time) (Invitation, core.Account, error) {
	if !isSecret(token, invitationPrefix) {
		return Invitation{}, core.Account{}, errInvitation
	}
	i, err := tx.InvitationByToken(ctx, hashOf(token))
	if core.CodeOf(err) == "not_found" {
		return Invitation{}, core.Account{}, errInvitation
	}
	if err != nil {
		return Invitation{}, core.Account{}, err
	}
	if !i.AcceptedAt.IsZero() || !now.Before(i.ExpiresAt) {
		return Invitation{}, core.Account{}, errInvitation
	}
	if i.OrganizationID.IsZero() {
		if taken, err := tx.AnyAccount(ctx); err != nil || taken {
			return Invitation{}, core.Account{}, errInvitation
		}
		return i, core.Account{}, nil
	}
	account, err := tx.AccountByEmail(ctx, i.Email)
	if core.CodeOf(err) == "not_found" {
		return i, core.Account{}, nil
	}
	return i, account, err
}

// Accept uses a link up and signs in. Anyone who has the link may. A person with
// a password gives it, everybody else sets one; a student becomes a therapist
// with a record. Codes: invitation_invalid, bad_credentials, too_many_guesses,
// those of CheckPassword, and by field those of a new organization.
func (s *Tenants) Accept(ctx context.Context, in Accept) (Signed, error) {
	i, account, err := s.offered(ctx, in.Token)
	switch {
	case err != nil:
		return Signed{}, err
	case i.OrganizationID.IsZero():
		return s.acceptFirst(ctx, i, in)
	case account.PasswordHash != "":
		return s.acceptKnown(ctx, i, account, in)
	}
	signed, err := s.acceptNew(ctx, i, account, in)
	if core.CodeOf(err) != core.ErrDuplicate.Code {
		return signed, err
	}
	if _, err := s.LookUpInvitation(ctx, in.Token); err != nil {
		return Signed{}, err
	}
	return Signed{}, core.ErrStale
}

// acceptKnown takes the password of an account that has one.
func (s *Tenants) acceptKnown(ctx context.Context, i Invitation, account core.Account, in Accept) (Signed, error) {
	try := s.attempt(account.Email, in.Password, acceptanceFailed)
	defer try.end()
	return s.accept(ctx, i, try.prove, func(ctx context.Context, x act.Step[Tx]) (core.AccountID, core.OrganizationID, error) {
		return try.account.ID, i.OrganizationID, try.passed(ctx, x)
	})
}

// acceptNew sets name and password of a new account, or of one that a school
// entered.
func (s *Tenants) acceptNew(ctx context.Context, i Invitation, account core.Account, in Accept) (Signed, error) {
	if in.Name == "" {
		in.Name = i.Name
	}
	if in.Name == "" {
		in.Name = account.Name
	}
	var fresh core.Account
	return s.accept(ctx, i, func(ctx context.Context) (err error) {
		fresh, err = s.newAccount(ctx, i.Email, in.Name, in.Password)
		return err
	}, func(ctx context.Context, x act.Step[Tx]) (core.AccountID, core.OrganizationID, error) {
		if account.ID.IsZero() {
			return fresh.ID, i.OrganizationID, x.Tx.InsertAccount(ctx, fresh)
		}
		changed := account
		changed.Name, changed.PasswordHash = fresh.Name, fresh.PasswordHash
		return changed.ID, i.OrganizationID, lost(x.Tx.UpdateAccount(ctx, changed))
	})
}

var acceptsInvitation = act.Declare(access.SelfWrite, act.NewEvent("invitation.accept", "invitation"))

// accept is the command that uses an invitation up: prepare it, have the account
// and the organization ready, give the one its role in the other, and sign in.
func (s *Tenants) accept(ctx context.Context, i Invitation, prepare func(context.Context) error,
	ready func(context.Context, act.Step[Tx]) (core.AccountID, core.OrganizationID, error),
) (Signed, error) {
	var org core.OrganizationID
	return act.Do(ctx, s.act, access.System, acceptsInvitation, act.Command[Tx, none, Signed]{
		Prepare: prepare,
		Change: func(ctx context.Context, x act.Step[Tx], _ none) (Signed, error) {
			account, of, err := ready(ctx, x)
			if err != nil {
				return Signed{}, err
			}
			org = of
			if err := x.Tx.AcceptInvitation(ctx, i.ID, account, x.Now); err != nil {
				return Signed{}, lost(err)
			}
			if err := s.join(ctx, x, org, account, i.Role); err != nil {
				return Signed{}, err
			}
			return s.open(ctx, x, account, "")
		},
		Tell: func(_ none, signed Signed) []act.Told {
			return []act.Told{{
				By: &signed.Actor, Owner: access.Target{Organization: org}, Subject: i.ID.String(), Details: inRole(i.Role),
			}}
		},
	})
}

// inRole is the detail of what is told of a role.
func inRole(role core.Role) map[string]string { return map[string]string{"role": string(role)} }

// lost turns the loser's answer of two who use one link at once into that of
// a used link.
func lost(err error) error {
	if core.CodeOf(err) == core.ErrStale.Code {
		return errInvitation
	}
	return err
}

// newAccount checks what a new account needs and makes it, with its hash.
func (s *Tenants) newAccount(ctx context.Context, email, name, password string) (core.Account, error) {
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
		ID: newID[core.AccountID](s.desk), Email: email, Name: name, PasswordHash: hash, CreatedAt: s.src.Now(), Version: 1,
	}, err
}

// join makes an account a member, and a student a therapist whose file the school has.
func (s *Tenants) join(ctx context.Context, x act.Step[Tx], org core.OrganizationID, account core.AccountID, role core.Role) error {
	if _, err := x.Tx.EnsureMember(ctx, core.Member{
		ID: newID[core.MemberID](s.desk), OrganizationID: org, AccountID: account, Role: role, CreatedAt: x.Now,
	}); err != nil {
		return err
	}
	if role != core.RoleStudent {
		return nil
	}
	if err := s.joinFile(ctx, x, org, account); err != nil {
		return err
	}
	_, err := x.Tx.EnsureTherapist(ctx, core.Therapist{ID: newID[core.TherapistID](s.desk), AccountID: account, CreatedAt: x.Now})
	return err
}

// joinFile makes the file that a school has of a student part of their record: they
// opened the link that it sent to the file's address. A file of another name waits.
func (s *Tenants) joinFile(ctx context.Context, x act.Step[Tx], org core.OrganizationID, id core.AccountID) error {
	account, err := x.Tx.Account(ctx, id)
	if err != nil {
		return err
	}
	if err := x.Tx.ReturnFiles(ctx, id, org); err != nil {
		return err
	}
	files, err := x.Tx.FilesOffered(ctx, account.Email)
	for _, f := range files {
		if f.OrganizationID != org || !f.Of(account.Name) {
			continue
		}
		if err := x.Tx.JoinFile(ctx, f.ID, id, x.Now); err != nil {
			return err
		}
		if err := s.joined(ctx, f.ID); err != nil {
			return err
		}
	}
	return err
}
