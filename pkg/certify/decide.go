package certify

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
)

// Certify is the second person's word. Of a new credential: what was proposed is
// judged again from the ledger, signed with the school's keys in both forms,
// kept and logged, the enrollment is completed and the holder gets a mail with
// the link. Of a change: the credential's state and the school's status list are
// changed, or the new credential takes the place of the former, which goes on
// saying so. All of it in one transaction; the credential is the new one, or the
// one that has changed.
// Permission: proposal.decide by a person who gave the password within
// access.FreshFor, another account than the proposer's, not on their own
// record. Codes: same_person, already_decided, stale, reauthentication_required,
// flags_open (a field for each), cannot_sign, not_possible, those of the
// proposal, and where a certificate is signed again in the place of another
// document_changed, record_changed and log_incomplete.
func (s *Service) Certify(ctx context.Context, a access.Actor, id core.ProposalID, version int) (core.Credential, error) {
	var issued core.Credential
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		now := s.src.Now()
		p, err := s.open(ctx, tx, a, id, version)
		if err != nil {
			return err
		}
		if err := access.Fresh(a, now); err != nil {
			return err
		}
		if p.ProposedBy == a.AccountID {
			return core.Forbidden("same_person", "You proposed this. Another registrar or administrator has to certify it.")
		}
		if err := flagsOpen(p); err != nil {
			return err
		}
		b, err := s.begin(ctx, tx, p.OrganizationID, now)
		if err != nil {
			return err
		}
		if issued, err = s.carryOut(ctx, tx, a, b, p); err != nil {
			return err
		}
		return s.end(ctx, tx, b)
	})
	if err != nil {
		return core.Credential{}, err
	}
	return issued, nil
}

// carryOut does what a proposal says, and tells that it was decided.
func (s *Service) carryOut(ctx context.Context, tx Tx, a access.Actor, b *batch, p core.Proposal) (core.Credential, error) {
	do, action := s.issue, "credential.issue"
	if p.Action != core.ActionCertify {
		do, action = s.change, "credential."+string(p.Action)
	}
	c, err := do(ctx, tx, b, p)
	if err != nil {
		return core.Credential{}, err
	}
	p.State, p.DecidedBy, p.DecidedAt = core.ProposalCertified, a.AccountID, b.now
	if err := tx.DecideProposal(ctx, p); err != nil {
		return core.Credential{}, err
	}
	return c, s.audit(ctx, tx, a, b.now, p.OrganizationID, action, "credential", c.ID.String(),
		map[string]string{"proposal": p.ID.String(), "kind": string(p.Kind)})
}

// Decline ends a proposal with a reason (3 to 500 characters); the same may be
// proposed again. The proposer may decline too. Permission: proposal.decide.
// Codes: already_decided, stale, required, too_short, too_long, bad_character.
func (s *Service) Decline(ctx context.Context, a access.Actor, id core.ProposalID, version int, reason string) (core.Proposal, error) {
	var p core.Proposal
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		now := s.src.Now()
		if p, err = s.open(ctx, tx, a, id, version); err != nil {
			return err
		}
		reason, err := core.CleanNote(reason, 3, 500)
		if err != nil {
			f := core.AsFault(err)
			return core.InvalidField("reason", f.Code, "%s", f.Message)
		}
		p.State, p.DecidedBy, p.DecidedAt, p.Reason = core.ProposalDeclined, a.AccountID, now, reason
		if err := tx.DecideProposal(ctx, p); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, p.OrganizationID, "proposal.decline", "proposal", p.ID.String(), nil); err != nil {
			return err
		}
		p, err = tx.Proposal(ctx, id)
		return err
	})
	if err != nil {
		return core.Proposal{}, err
	}
	return p, nil
}

// open locks a proposal that the actor may decide on and that is not decided.
func (s *Service) open(ctx context.Context, tx Tx, a access.Actor, id core.ProposalID, version int) (core.Proposal, error) {
	p, err := withFlags(ctx, tx, tx.LockProposal, id)
	if err != nil {
		return p, err
	}
	switch err := access.Can(a, access.ProposalDecide, targetOf(p)); {
	case err != nil:
		return p, err
	case version != 0 && version != p.Version:
		return p, core.ErrStale
	case p.State != core.ProposalOpen:
		return p, core.Conflict("already_decided", "This proposal is %s already.", p.State)
	}
	return p, nil
}

// complete claims a completed program and completes the enrollment. The
// enrollment stays locked, so that nothing is posted between the judgement and
// the signature.
func (s *Service) complete(ctx context.Context, tx Tx, b *batch, p core.Proposal) (credential.Claim, *core.CredentialRecord, error) {
	e, std, err := tx.JudgedEnrollment(ctx, p.EnrollmentID)
	if err != nil {
		return credential.Claim{}, nil, err
	}
	if p.Action == core.ActionCertify {
		if err := active(e); err != nil {
			return credential.Claim{}, nil, err
		}
	}
	j, err := judge(ctx, tx, e, std)
	if err == nil {
		err = notMet(j.standing)
	}
	if err != nil {
		return credential.Claim{}, nil, err
	}
	claim := completionClaim(e, j)
	record, err := s.commit(&claim, j.credits)
	if err == nil && p.Action == core.ActionCertify {
		err = tx.CompleteEnrollment(ctx, e.ID, b.org.Today(b.now))
	}
	return claim, record, err
}

// transcribe claims the hours on record.
func (s *Service) transcribe(ctx context.Context, tx Tx, b *batch, p core.Proposal) (credential.Claim, *core.CredentialRecord, error) {
	e, std, err := tx.JudgedEnrollment(ctx, p.EnrollmentID)
	if err != nil {
		return credential.Claim{}, nil, err
	}
	j, err := judge(ctx, tx, e, std)
	if err == nil {
		err = j.recorded()
	}
	if err != nil {
		return credential.Claim{}, nil, err
	}
	claim := transcriptClaim(e, j, b.org.Today(b.now))
	record, err := s.commit(&claim, j.credits)
	return claim, record, err
}

func specialize(ctx context.Context, tx Tx, p core.Proposal) (credential.Claim, error) {
	c, err := tx.CourseCompletion(ctx, p.CourseCompletionID)
	if err != nil {
		return credential.Claim{}, err
	}
	course, prerequisites, err := judgeCourse(ctx, tx, c)
	if err != nil {
		return credential.Claim{}, err
	}
	return specialtyClaim(course, c, prerequisites), nil
}

func licenseClaim(ctx context.Context, tx Tx, p core.Proposal, today core.Date) (credential.Claim, error) {
	l, err := tx.License(ctx, p.LicenseID)
	if err != nil {
		return credential.Claim{}, err
	}
	seen, err := found(l, today)
	if err != nil {
		return credential.Claim{}, err
	}
	return attestedClaim(l, seen, today), nil
}
