package grant

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/words"
)

// Files are the files of schools that wait for the actor to say whose they are.
// Permission: grant.own.
func (s *Service) Files(ctx context.Context, a access.Actor) ([]account.File, error) {
	return act.Look(ctx, s.act, a, access.GrantOwn, func(ctx context.Context, r act.Reader[Tx]) ([]account.File, error) {
		if err := r.May(ctx, access.Target{}); err != nil {
			return nil, err
		}
		return r.Tx.FilesOffered(ctx, a.Email)
	})
}

// File is one of them. Permission: grant.own. Code: not_found.
func (s *Service) File(ctx context.Context, a access.Actor, id core.TherapistID) (account.File, error) {
	return act.Look(ctx, s.act, a, access.GrantOwn, func(ctx context.Context, r act.Reader[Tx]) (account.File, error) {
		if err := r.May(ctx, access.Target{}); err != nil {
			return account.File{}, err
		}
		return r.Tx.FileOffered(ctx, a.Email, id)
	})
}

var (
	fileAccepted = act.NewEvent("file.accept", "therapist")
	acceptsFile  = act.Declare(access.FileAccept, fileAccepted, grantGiven)
)

// AcceptFile makes a school's file part of the actor's record, and lets the school see
// the scopes of the terms besides what it recorded itself: none is a choice, too. The
// purpose is education. Permission: file.accept, by the person who has the file's
// address and name, and gave the password within access.FreshFor. Codes: not_found,
// required (scopes), other_holder, unknown_part (scopes), bad_months (months), reauthentication_required.
func (s *Service) AcceptFile(ctx context.Context, a access.Actor, id core.TherapistID, in Terms) (account.File, error) {
	var given *Grant
	return act.Do(ctx, s.act, a, acceptsFile, act.Command[Tx, account.File, account.File]{
		Prepare: func(context.Context) error {
			in.Purpose = PurposeEducation
			var c core.Collect
			switch {
			case in.Scopes == nil:
				c.Add("scopes", "required.parts_or_none")
			case len(in.Scopes) > 0:
				in.check(&c)
			}
			return c.Err()
		},
		Find: s.findFile(a, id),
		Change: func(_ context.Context, x act.Step[Tx], f account.File) (account.File, error) {
			if !f.Of(a.Name) {
				return f, core.Conflict("other_holder", "organization", f.OrganizationName, "theirs", f.Name, "yours", a.Name)
			}
			f.AccountID, f.JoinedAt = a.AccountID, x.Now
			return f, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, f account.File) (err error) {
			if err = s.joinFile(ctx, x, f); err != nil || len(in.Scopes) == 0 {
				return err
			}
			given, err = s.giveWith(ctx, x, f, in)
			return err
		},
		Tell: func(_, f account.File) []act.Told {
			told := []act.Told{{Event: fileAccepted, Owner: access.Target{Organization: f.OrganizationID, Therapist: f.ID}, Subject: f.ID.String()}}
			if given != nil {
				told = append(told, act.Told{Event: grantGiven, Owner: given.owner(), Subject: given.ID.String(), Details: details(*given)})
			}
			return told
		},
	})
}

func (s *Service) findFile(a access.Actor, id core.TherapistID) func(context.Context, Tx) (act.Found[account.File], error) {
	return func(ctx context.Context, tx Tx) (act.Found[account.File], error) {
		f, err := tx.FileOffered(ctx, a.Email, id)
		return act.Found[account.File]{Thing: f}, err
	}
}

// joinFile makes the file part of the record, its person a student of the school, and
// has what follows from records made again.
func (s *Service) joinFile(ctx context.Context, x act.Step[Tx], f account.File) error {
	if err := x.Tx.JoinFile(ctx, f.ID, x.Actor.AccountID, x.Now); err != nil {
		return err
	}
	if _, err := x.Tx.EnsureMember(ctx, core.Member{
		ID: core.NewID[core.MemberID](s.src), OrganizationID: f.OrganizationID, AccountID: x.Actor.AccountID, Role: core.RoleStudent, CreatedAt: x.Now,
	}); err != nil {
		return err
	}
	if err := x.Tx.ReturnFiles(ctx, x.Actor.AccountID, f.OrganizationID); err != nil {
		return err
	}
	return s.joined(ctx, f.ID)
}

// giveWith is the grant that goes with a file.
func (s *Service) giveWith(ctx context.Context, x act.Step[Tx], f account.File, in Terms) (*Grant, error) {
	o, err := x.Tx.Organization(ctx, f.OrganizationID)
	if err != nil {
		return nil, err
	}
	own, err := x.Tx.EnsureTherapist(ctx, core.Therapist{ID: core.NewID[core.TherapistID](s.src), AccountID: x.Actor.AccountID, CreatedAt: x.Now})
	if err != nil {
		return nil, err
	}
	n := given{to: o}
	g := s.grant(words.Of(x.Actor.Language), own, n, in, x.Now)
	g.TherapistName, g.TherapistEmail = x.Actor.Name, x.Actor.Email
	if _, err := endFormer(ctx, x.Tx, own, o.ID, x.Now); err != nil {
		return nil, err
	}
	if err := x.Tx.InsertGrant(ctx, g); err != nil {
		return nil, err
	}
	return &g, s.mailBegun(ctx, x, n, g)
}

var declinesFile = act.Declare(access.FileDecline, act.NewEvent("file.decline", "therapist"))

// DeclineFile says that a file is not the actor's, who is not asked again. The school is
// not told. Permission: file.decline, by who has the file's address. Code: not_found.
func (s *Service) DeclineFile(ctx context.Context, a access.Actor, id core.TherapistID) (account.File, error) {
	return act.Do(ctx, s.act, a, declinesFile, act.Command[Tx, account.File, account.File]{
		Find: s.findFile(a, id),
		Change: func(_ context.Context, x act.Step[Tx], f account.File) (account.File, error) {
			f.DeclinedAt = x.Now
			return f, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, f account.File) error {
			return x.Tx.DeclineFile(ctx, f.ID, x.Now)
		},
		Tell: func(_, f account.File) []act.Told { return act.Of(f.ID.String(), nil) },
	})
}

// leftAlready is what the second of two who leave at once is told.
func leftAlready(err error) error {
	if core.CodeOf(err) == core.ErrStale.Code {
		return core.NotFound("organization")
	}
	return err
}

var (
	schoolLeft   = act.NewEvent("school.leave", "therapist")
	leavesSchool = act.Declare(access.SchoolLeave, schoolLeft, grantEnded)
)

// Leave ends that the actor is a student of a school, and what it was let see. What the
// school recorded stays its own, and part of the actor's record; what it begins later is
// another file. Its administrators are told by mail. Permission: school.leave, by a person. Code: not_found.
func (s *Service) Leave(ctx context.Context, a access.Actor, org core.OrganizationID) (core.Organization, error) {
	var former []Grant
	return act.Do(ctx, s.act, a, leavesSchool, act.Command[Tx, core.Organization, core.Organization]{
		Find: func(ctx context.Context, tx Tx) (act.Found[core.Organization], error) {
			if _, student := a.Member(org, core.RoleStudent); !student {
				return act.Found[core.Organization]{}, core.NotFound("organization")
			}
			o, err := tx.Organization(ctx, org)
			return act.Found[core.Organization]{Thing: o}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], o core.Organization) (_ core.Organization, err error) {
			former, err = endFormer(ctx, x.Tx, a.TherapistID, org, x.Now)
			return o, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], o, _ core.Organization) error {
			student, _ := a.Member(org, core.RoleStudent)
			if err := x.Tx.EndMember(ctx, student, x.Now); err != nil {
				return leftAlready(err)
			}
			if err := x.Tx.LeaveFiles(ctx, a.TherapistID, org, x.Now); err != nil {
				return err
			}
			return s.mailLeft(ctx, x, o)
		},
		Tell: func(o, _ core.Organization) []act.Told {
			told := []act.Told{{Event: schoolLeft, Owner: access.Target{Organization: o.ID, Therapist: a.TherapistID}, Subject: a.TherapistID.String()}}
			for _, f := range former {
				told = append(told, act.Told{Event: grantEnded, Owner: f.owner(), Subject: f.ID.String(), Details: map[string]string{"by": string(SideTherapist)}})
			}
			return told
		},
	})
}
