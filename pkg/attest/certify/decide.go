package certify

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
)

var (
	credentialIssued     = act.NewEvent("credential.issue", "credential")
	credentialRevoked    = act.NewEvent("credential.revoke", "credential")
	credentialSuspended  = act.NewEvent("credential.suspend", "credential")
	credentialReinstated = act.NewEvent("credential.reinstate", "credential")
	credentialReissued   = act.NewEvent("credential.reissue", "credential")
	credentialSuperseded = act.NewEvent("credential.supersede", "credential")
	certifies            = act.Declare(access.ProposalDecide, credentialIssued, credentialRevoked, credentialSuspended, credentialReinstated, credentialReissued, credentialSuperseded)
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
func (s *proposals) Certify(ctx context.Context, a access.Actor, id core.ProposalID, version int) (core.Credential, error) {
	return act.Do(ctx, s.act, a, certifies, s.carryingOut(core.OrganizationID{}, Chosen{id, version}, s.lists.signTouched))
}

// carryingOut is the command that does what was proposed. A proposal of another
// school than one that is named is not found. lists is what becomes of the status
// lists that say otherwise then.
func (s *proposals) carryingOut(school core.OrganizationID, one Chosen, lists func(context.Context, Tx, *batch) error) act.Command[Tx, Proposal, core.Credential] {
	var b *batch
	var done Decision
	return act.Command[Tx, Proposal, core.Credential]{
		Version: one.Version,
		Find:    findProposal(school, one.ID),
		Change: func(ctx context.Context, x act.Step[Tx], p Proposal) (core.Credential, error) {
			err := certifiable(x.Actor, p)
			if err == nil {
				b, err = s.begin(ctx, x.Tx, p.OrganizationID, x.Now)
			}
			if err == nil {
				done, err = s.carryOut(ctx, x.Tx, b, p)
			}
			if err != nil {
				return core.Credential{}, err
			}
			return done.Credential, lists(ctx, x.Tx, b)
		},
		Save: func(ctx context.Context, x act.Step[Tx], p Proposal, _ core.Credential) error {
			return x.Tx.DecideProposal(ctx, decided(x, p, ProposalCertified))
		},
		Tell: func(p Proposal, c core.Credential) []act.Told {
			return []act.Told{{
				Event: carriedOut[p.Action], Subject: c.ID.String(), Leaves: b.events, About: done,
				Details: map[string]string{"proposal": p.ID.String(), "kind": string(p.Kind)},
			}}
		},
	}
}

// carriedOut is what is told when a proposal was carried out.
var carriedOut = map[ProposalAction]act.Event{
	ActionCertify: credentialIssued, ActionRevoke: credentialRevoked, ActionSuspend: credentialSuspended,
	ActionReinstate: credentialReinstated, ActionReissue: credentialReissued, ActionSupersede: credentialSuperseded,
}

func (s *proposals) carryOut(ctx context.Context, tx Tx, b *batch, p Proposal) (Decision, error) {
	if p.Action == ActionCertify {
		return s.issue(ctx, tx, b, p)
	}
	return s.change(ctx, tx, b, p)
}

// certifiable is nil for a proposal that someone may certify.
func certifiable(a access.Actor, p Proposal) error {
	if err := undecided(p); err != nil {
		return err
	}
	if err := a.Second(p.ProposedBy, p.ProposedByName, "same_person.certify"); err != nil {
		return err
	}
	return flagsOpen(p)
}

var declines = act.Declare(access.ProposalDecline, act.NewEvent("proposal.decline", "proposal"))

// Decline ends a proposal with a reason (3 to 500 characters); the same may be
// proposed again. The proposer may decline too. Permission: proposal.decline.
// Codes: already_decided, stale, required, too_short, too_long, bad_character.
func (s *proposals) Decline(ctx context.Context, a access.Actor, id core.ProposalID, version int, reason string) (Proposal, error) {
	return act.Do(ctx, s.act, a, declines, act.Command[Tx, Proposal, Proposal]{
		Version: version,
		Find:    findProposal(core.OrganizationID{}, id),
		Change: func(_ context.Context, x act.Step[Tx], p Proposal) (Proposal, error) {
			err := undecided(p)
			if err != nil {
				return p, err
			}
			p = decided(x, p, ProposalDeclined)
			p.Version++
			p.Reason, err = reasonOf("reason", reason)
			return p, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to Proposal) error {
			to.Version = from.Version
			return x.Tx.DecideProposal(ctx, to)
		},
		Tell: func(_, p Proposal) []act.Told { return act.Of(p.ID.String(), nil) },
	})
}

// findProposal locks a proposal and finds it with its flags; school is as in
// carryingOut.
func findProposal(school core.OrganizationID, id core.ProposalID) func(context.Context, Tx) (act.Found[Proposal], error) {
	return func(ctx context.Context, tx Tx) (act.Found[Proposal], error) {
		p, err := withFlags(ctx, tx, tx.LockProposal, id)
		if err == nil && !school.IsZero() && p.OrganizationID != school {
			err = core.NotFound("proposal")
		}
		return act.Found[Proposal]{Thing: p, Owner: ownerOf(p), Version: p.Version}, err
	}
}

func undecided(p Proposal) error {
	if p.State == ProposalOpen {
		return nil
	}
	return core.Conflict("already_decided.certify", "state", p.State)
}

func decided(x act.Step[Tx], p Proposal, as ProposalState) Proposal {
	p.State, p.DecidedBy, p.DecidedByName, p.DecidedAt = as, x.Actor.AccountID, x.Actor.Name, x.Now
	return p
}

// reasonOf cleans what someone gives as a reason: 3 to 500 characters.
func reasonOf(field, text string) (string, error) {
	reason, err := core.CleanNote(text, 3, 500)
	if err != nil {
		return "", core.AsFault(err).Of(field)
	}
	return reason, nil
}

// completes is nil for a standing by which an enrollment's completion is certified: it
// is met, by a version of the program that a second person has confirmed.
func completes(ctx context.Context, tx Tx, e logbook.Enrollment, j judgment) error {
	if err := notMet(j.standing); err != nil {
		return err
	}
	v, err := tx.ProgramVersion(ctx, e.ProgramVersionID)
	if err != nil {
		return err
	}
	return v.Certifies()
}

// complete claims a completed program and completes the enrollment. The
// enrollment stays locked, so that nothing is posted between the judgment and
// the signature.
func (s *proposals) complete(ctx context.Context, tx Tx, b *batch, p Proposal) (credential.Claim, *CredentialRecord, error) {
	e, std, err := tx.JudgedEnrollment(ctx, p.EnrollmentID)
	if err != nil {
		return credential.Claim{}, nil, err
	}
	if p.Action == ActionCertify {
		if err := active(e); err != nil {
			return credential.Claim{}, nil, err
		}
	}
	j, err := judge(ctx, tx, e, std, b.org.Today(b.now))
	if err == nil {
		err = completes(ctx, tx, e, j)
	}
	if err != nil {
		return credential.Claim{}, nil, err
	}
	claim := completionClaim(e, j)
	record, err := s.commit(&claim, j.credits)
	if err == nil && p.Action == ActionCertify {
		err = tx.CompleteEnrollment(ctx, e.ID, b.org.Today(b.now))
	}
	return claim, record, err
}

// transcribe claims the hours on record.
func (s *proposals) transcribe(ctx context.Context, tx Tx, b *batch, p Proposal) (credential.Claim, *CredentialRecord, error) {
	e, std, err := tx.JudgedEnrollment(ctx, p.EnrollmentID)
	if err != nil {
		return credential.Claim{}, nil, err
	}
	j, err := hoursOf(ctx, tx, e, std, b.org.Today(b.now))
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

func specialize(ctx context.Context, tx Tx, p Proposal, now time.Time) (credential.Claim, error) {
	c, err := tx.CourseCompletion(ctx, p.CourseCompletionID)
	if err != nil {
		return credential.Claim{}, err
	}
	course, prerequisites, err := judgeCourse(ctx, tx, c, now)
	if err != nil {
		return credential.Claim{}, err
	}
	return specialtyClaim(course, c, prerequisites), nil
}

func licenseClaim(ctx context.Context, tx Tx, p Proposal, b *batch) (credential.Claim, error) {
	l, err := tx.License(ctx, p.LicenseID)
	if err != nil {
		return credential.Claim{}, err
	}
	seen, err := found(l, b.org, b.now)
	if err != nil {
		return credential.Claim{}, err
	}
	return attestedClaim(l, seen), nil
}
