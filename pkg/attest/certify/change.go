package certify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
	"github.com/palmar/palmar/pkg/words"
)

// possible is from which states an action leads on.
var possible = map[ProposalAction][]core.CredentialState{
	ActionRevoke:    {core.CredentialActive, core.CredentialSuspended},
	ActionSuspend:   {core.CredentialActive},
	ActionReinstate: {core.CredentialSuspended},
	ActionReissue:   {core.CredentialActive},
	ActionSupersede: {core.CredentialActive, core.CredentialSuspended, core.CredentialRevoked},
}

// ChangeInput is a change of a credential that is proposed. Cause is told to
// everybody who checks the credential: 3 to 500 characters. HolderName is the
// new name of a reissue, and of nothing else.
type ChangeInput struct {
	Action     ProposalAction
	Cause      string
	HolderName string
}

// ProposeChange proposes to revoke, suspend, reinstate, reissue or supersede a
// credential; another person decides by Certify. Permission: proposal.make, not
// on one's own record. Codes: not_found, unknown_action, not_possible (the
// credential's state does not allow it), already_proposed, required, too_short,
// too_long, bad_character, and for supersede those of Propose.
func (s *proposals) ProposeChange(ctx context.Context, a access.Actor, id core.CredentialID, in ChangeInput) (Proposal, error) {
	return act.Do(ctx, s.act, a, proposes, proposing(s,
		func(ctx context.Context, tx Tx) (act.Found[core.Credential], error) {
			c, err := tx.Credential(ctx, id)
			return act.Found[core.Credential]{Thing: c, Owner: holderOf(c)}, err
		},
		func(ctx context.Context, x act.Step[Tx], c core.Credential, today core.Date) (p Proposal, seen Seen, err error) {
			p = Proposal{
				Action: in.Action, Kind: c.Kind, Title: c.Title,
				EnrollmentID: c.EnrollmentID, CourseCompletionID: c.CourseCompletionID, LicenseID: c.LicenseID, TargetID: c.ID,
			}
			if p.Cause, p.HolderName, err = in.clean(c); err == nil {
				err = MayChange(c, in.Action)
			}
			if err == nil && in.Action == ActionSupersede {
				seen, err = lookAgain(ctx, x.Tx, p, x.Now, today)
			}
			return p, seen, err
		}))
}

func (in ChangeInput) clean(c core.Credential) (cause, name string, err error) {
	if _, known := possible[in.Action]; !known {
		return "", "", core.InvalidField("action", "unknown_action")
	}
	if cause, err = reasonOf("cause", in.Cause); err != nil || in.Action != ActionReissue {
		return cause, "", err
	}
	name, err = core.CleanText(in.HolderName, 1, 200)
	if err != nil {
		return "", "", core.AsFault(err).Of("holder_name")
	}
	if name == c.SubjectName {
		return "", "", core.InvalidField("holder_name", "unchanged.holder_name")
	}
	return cause, name, nil
}

// MayChange is nil where the state of a credential allows an action, else
// not_possible.
func MayChange(c core.Credential, action ProposalAction) error {
	if slices.Contains(possible[action], c.State) {
		return nil
	}
	return core.Conflict("not_possible", "state", c.State, "past", past(action))
}

// past is what an action does, once it is done: "revoked".
func past(action ProposalAction) words.Sentence { return words.S("past." + string(action)) }

// lookAgain judges what a new credential would certify.
func lookAgain(ctx context.Context, tx Tx, p Proposal, now time.Time, today core.Date) (Seen, error) {
	switch p.Kind {
	case core.CredentialSpecialty:
		c, err := tx.CourseCompletion(ctx, p.CourseCompletionID)
		if err != nil {
			return Seen{}, err
		}
		course, prerequisites, err := judgeCourse(ctx, tx, c, now)
		return seenCourse(course, c, prerequisites), err
	case core.CredentialLicense:
		return Seen{}, nil
	}
	e, std, err := tx.JudgedEnrollment(ctx, p.EnrollmentID)
	if err != nil {
		return Seen{}, err
	}
	j, err := judge(ctx, tx, e, std, today)
	if err == nil && p.Kind == core.CredentialCompletion {
		err = completes(ctx, tx, e, j)
	}
	seen := Seen{Standing: j.standing}
	if p.Kind == core.CredentialCompletion {
		seen.Claims = j.claims
	}
	return seen, err
}

// change does what two persons decided of a credential. What it gives is the new
// credential, or the one that has changed.
func (s *proposals) change(ctx context.Context, tx Tx, b *batch, p Proposal) (Decision, error) {
	c, err := tx.Credential(ctx, p.TargetID)
	if err == nil {
		err = MayChange(c, p.Action)
	}
	if err != nil {
		return Decision{}, err
	}
	if p.Action == ActionReissue || p.Action == ActionSupersede {
		return s.replace(ctx, tx, b, c, p)
	}
	d := Decision{Proposal: p}
	if d.Holder, err = tx.Therapist(ctx, c.TherapistID); err != nil {
		return d, err
	}
	c.State, c.StateSince, c.Cause = becomes[p.Action], b.now, p.Cause
	err = s.setState(ctx, tx, b, c, p)
	if c.State == core.CredentialActive { // nothing is said against it any more
		c.StateSince, c.Cause = time.Time{}, ""
	}
	d.Credential = c
	return d, err
}

// becomes is the state of a credential that nothing takes the place of.
var becomes = map[ProposalAction]core.CredentialState{
	ActionRevoke: core.CredentialRevoked, ActionSuspend: core.CredentialSuspended, ActionReinstate: core.CredentialActive,
}

// replace issues a credential that takes the place of another.
func (s *proposals) replace(ctx context.Context, tx Tx, b *batch, former core.Credential, p Proposal) (d Decision, err error) {
	if p.Action == ActionSupersede {
		err = s.ledgerHolds(ctx, tx, former) // as it was until now
	}
	if err == nil {
		d, err = s.issue(ctx, tx, b, p)
	}
	if err != nil {
		return d, err
	}
	former.State, former.StateSince, former.Cause, former.ReplacedBy = core.CredentialReplaced, b.now, p.Cause, d.Credential.ID
	return d, s.setState(ctx, tx, b, former, p)
}

var changeEvents = map[ProposalAction]string{
	ActionRevoke: translog.EventRevoke, ActionSuspend: translog.EventSuspend, ActionReinstate: translog.EventReinstate,
	ActionReissue: translog.EventReplace, ActionSupersede: translog.EventReplace,
}

// ChangeDetail is what the log commits to of a change of a credential.
type ChangeDetail struct {
	Link       string    `json:"link"`
	State      string    `json:"state"`
	Cause      string    `json:"cause"`
	ReplacedBy string    `json:"replaced_by,omitempty"`
	At         time.Time `json:"at"`
}

// setState keeps the state and what is to be logged of it. The status list says
// otherwise until it is signed again.
func (s *proposals) setState(ctx context.Context, tx Tx, b *batch, c core.Credential, p Proposal) error {
	if err := tx.SetCredentialState(ctx, c, p.ID); err != nil {
		return err
	}
	detail := ChangeDetail{Link: s.link(c), State: string(c.State), Cause: c.Cause, ReplacedBy: replacedBy(c), At: b.now}
	b.events = append(b.events, act.Leaf{Name: changeEvents[p.Action], Subject: c.ID.String(), Detail: detail})
	b.touch(c.StatusListID)
	if c.Resigned == 0 {
		return nil
	}
	lists, err := tx.EntriesOf(ctx, []core.CredentialID{c.ID}) // of the forms before it, too
	for list := range lists {
		b.touch(list)
	}
	return err
}

// reissued is the claim of a credential as it was certified, to be signed under
// another name, with the same record behind it. Codes: document_changed,
// record_changed, log_incomplete.
func (s *proposals) reissued(ctx context.Context, tx Tx, p Proposal) (credential.Claim, *CredentialRecord, error) {
	former, err := tx.Credential(ctx, p.TargetID)
	if err != nil {
		return credential.Claim{}, nil, err
	}
	if err := s.genuine.intact(ctx, tx, former); err != nil {
		return credential.Claim{}, nil, err
	}
	claim, err := credential.ClaimOf(former.Document)
	if err != nil {
		return claim, nil, fmt.Errorf("read credential %s: %w", former.ID, err)
	}
	if claim.Record == nil {
		return claim, nil, nil
	}
	record, err := tx.CredentialRecord(ctx, former.ID)
	if errors.Is(err, core.ErrNotFound) {
		return claim, nil, nil // erased, as the log says: the commitment stays
	}
	return claim, &record, err
}

// ledgerHolds refuses to certify hours again where those that were certified
// before are not in the ledger any more as they were. Codes: those of reissued.
func (s *proposals) ledgerHolds(ctx context.Context, tx Tx, former core.Credential) error {
	if signedCommitment(former.Document) == nil {
		return nil // nothing of it is read
	}
	return s.genuine.intact(ctx, tx, former)
}
