package certify

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
)

// Certify is the second person's word: what was proposed is judged again from
// the ledger, signed with the school's key and kept, the enrollment is
// completed and the holder gets a mail with the link, all in one transaction.
// Permission: proposal.decide by a person who gave the password within
// access.FreshFor, another account than the proposer's, not on their own
// record. Codes: same_person, already_decided, stale, reauthentication_required,
// flags_open (a field for each), cannot_sign, and those of Propose and ProposeSpecialty.
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
		if issued, err = s.issue(ctx, tx, p, now); err != nil {
			return err
		}
		p.State, p.DecidedBy, p.DecidedAt = core.ProposalCertified, a.AccountID, now
		if err := tx.DecideProposal(ctx, p); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, p.OrganizationID, "credential.issue", "credential", issued.ID.String(),
			map[string]string{"proposal": p.ID.String(), "kind": string(p.Kind)})
	})
	if err != nil {
		return core.Credential{}, err
	}
	return issued, nil
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

// issue judges again, signs and keeps the credential of a proposal.
func (s *Service) issue(ctx context.Context, tx Tx, p core.Proposal, now time.Time) (core.Credential, error) {
	org, err := tx.Organization(ctx, p.OrganizationID)
	if err != nil {
		return core.Credential{}, err
	}
	holder, err := tx.Therapist(ctx, p.TherapistID)
	if err != nil {
		return core.Credential{}, err
	}
	var claim credential.Claim
	if p.Kind == core.CredentialCompletion {
		claim, err = s.complete(ctx, tx, p, org.Today(now))
	} else {
		claim, err = s.specialize(ctx, tx, p)
	}
	if err != nil {
		return core.Credential{}, err
	}
	signed, err := s.sign(ctx, tx, claim, org, holder, now)
	if err != nil {
		return core.Credential{}, err
	}
	c := core.Credential{
		ID: core.NewID[core.CredentialID](s.src), OrganizationID: org.ID, OrganizationName: org.Name, TherapistID: holder.ID,
		Kind: p.Kind, Code: string(signed.code), Title: claim.Title, SubjectName: holder.Name, IssuerDID: signed.issuer,
		Minutes: core.Minutes(claim.Hours.Total.Minutes), Document: signed.document, IssuedAt: now,
		EnrollmentID: p.EnrollmentID, CourseCompletionID: p.CourseCompletionID, ProposalID: p.ID,
	}
	if err := tx.InsertCredential(ctx, c); err != nil {
		return core.Credential{}, err
	}
	return c, tx.SendMail(ctx, s.announcement(c, holder))
}

// complete claims a completed program and completes the enrollment. The
// enrollment stays locked, so that nothing is posted between the judgement and
// the signature.
func (s *Service) complete(ctx context.Context, tx Tx, p core.Proposal, today core.Date) (credential.Claim, error) {
	e, std, err := tx.JudgedEnrollment(ctx, p.EnrollmentID)
	if err != nil {
		return credential.Claim{}, err
	}
	j, err := judge(ctx, tx, e, std)
	if err != nil {
		return credential.Claim{}, err
	}
	return completionClaim(e, j), tx.CompleteEnrollment(ctx, e.ID, today)
}

func (s *Service) specialize(ctx context.Context, tx Tx, p core.Proposal) (credential.Claim, error) {
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
