package certify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/credential"
	"github.com/palmar/palmar/pkg/translog"
)

// possible is from which states an action leads on.
var possible = map[core.ProposalAction][]core.CredentialState{
	core.ActionRevoke:    {core.CredentialActive, core.CredentialSuspended},
	core.ActionSuspend:   {core.CredentialActive},
	core.ActionReinstate: {core.CredentialSuspended},
	core.ActionReissue:   {core.CredentialActive},
	core.ActionSupersede: {core.CredentialActive, core.CredentialSuspended, core.CredentialRevoked},
}

// ChangeInput is a change of a credential that is proposed. Cause is told to
// everybody who checks the credential: 3 to 500 characters. HolderName is the
// new name of a reissue, and of nothing else.
type ChangeInput struct {
	Action     core.ProposalAction
	Cause      string
	HolderName string
}

// ProposeChange proposes to revoke, suspend, reinstate, reissue or supersede a
// credential; another person decides by Certify. Permission: proposal.make, not
// on one's own record. Codes: not_found, unknown_action, not_possible (the
// credential's state does not allow it), already_proposed, required, too_short,
// too_long, bad_character, and for supersede those of Propose.
func (s *Service) ProposeChange(ctx context.Context, a access.Actor, id core.CredentialID, in ChangeInput) (core.Proposal, error) {
	var p core.Proposal
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Credential(ctx, id)
		if err != nil {
			return err
		}
		if err := access.Can(a, access.ProposalMake, access.Target{Organization: c.OrganizationID, Therapist: c.TherapistID}); err != nil {
			return err
		}
		p = core.Proposal{
			OrganizationID: c.OrganizationID, Action: in.Action, Kind: c.Kind, TherapistID: c.TherapistID, Title: c.Title,
			EnrollmentID: c.EnrollmentID, CourseCompletionID: c.CourseCompletionID, LicenseID: c.LicenseID, TargetID: c.ID,
		}
		if p.Cause, p.HolderName, err = in.clean(c); err != nil {
			return err
		}
		if err := MayChange(c, in.Action); err != nil {
			return err
		}
		var seen Seen
		if in.Action == core.ActionSupersede {
			if seen, err = s.lookAgain(ctx, tx, p); err != nil {
				return err
			}
		}
		p, err = s.propose(ctx, tx, a, p, seen)
		return err
	})
	return p, err
}

func (in ChangeInput) clean(c core.Credential) (cause, name string, err error) {
	if _, known := possible[in.Action]; !known {
		return "", "", core.InvalidField("action", "unknown_action", "A certificate can be revoked, suspended, reinstated, reissued or superseded (revoke, suspend, reinstate, reissue, supersede).")
	}
	if cause, err = causeOf(in.Cause); err != nil || in.Action != core.ActionReissue {
		return cause, "", err
	}
	name, err = core.CleanText(in.HolderName, 1, 200)
	if err != nil {
		f := core.AsFault(err)
		return "", "", core.InvalidField("holder_name", f.Code, "%s", f.Message)
	}
	if name == c.SubjectName {
		return "", "", core.InvalidField("holder_name", "unchanged", "The certificate bears this name already.")
	}
	return cause, name, nil
}

// MayChange is nil where the state of a credential allows an action, else
// not_possible.
func MayChange(c core.Credential, action core.ProposalAction) error {
	if slices.Contains(possible[action], c.State) {
		return nil
	}
	return core.Conflict("not_possible", "This certificate is %s. It cannot be %s.", c.State, past[action])
}

var past = map[core.ProposalAction]string{
	core.ActionRevoke: "revoked", core.ActionSuspend: "suspended", core.ActionReinstate: "reinstated",
	core.ActionReissue: "reissued", core.ActionSupersede: "superseded",
}

// lookAgain judges what a new credential would certify.
func (s *Service) lookAgain(ctx context.Context, tx Tx, p core.Proposal) (Seen, error) {
	switch p.Kind {
	case core.CredentialSpecialty:
		c, err := tx.CourseCompletion(ctx, p.CourseCompletionID)
		if err != nil {
			return Seen{}, err
		}
		course, prerequisites, err := judgeCourse(ctx, tx, c)
		return seenCourse(course, c, prerequisites), err
	case core.CredentialLicense:
		return Seen{}, nil
	}
	e, std, err := tx.JudgedEnrollment(ctx, p.EnrollmentID)
	if err != nil {
		return Seen{}, err
	}
	j, err := judge(ctx, tx, e, std)
	if err == nil && p.Kind == core.CredentialCompletion {
		err = notMet(j.standing)
	}
	return Seen{Standing: j.standing}, err
}

// change does what two persons decided of a credential.
func (s *Service) change(ctx context.Context, tx Tx, b *batch, p core.Proposal) (core.Credential, error) {
	c, err := tx.Credential(ctx, p.TargetID)
	if err != nil {
		return c, err
	}
	if err := MayChange(c, p.Action); err != nil {
		return c, err
	}
	result := c
	c.StateSince, c.Cause = b.now, p.Cause
	event := changeEvents[p.Action]
	switch p.Action {
	case core.ActionRevoke:
		c.State = core.CredentialRevoked
	case core.ActionSuspend:
		c.State = core.CredentialSuspended
	case core.ActionReinstate:
		c.State = core.CredentialActive
	default:
		if p.Action == core.ActionSupersede {
			err = s.ledgerHolds(ctx, tx, result) // as it was until now
		}
		if err == nil {
			result, err = s.issue(ctx, tx, b, p)
		}
		if err != nil {
			return c, err
		}
		c.State, c.ReplacedBy = core.CredentialReplaced, result.ID
	}
	if err := s.setState(ctx, tx, b, c, p, event); err != nil {
		return c, err
	}
	if c.ReplacedBy.IsZero() {
		result, err = tx.Credential(ctx, c.ID)
		if err == nil {
			err = s.tellHolder(ctx, tx, c, p)
		}
	}
	return result, err
}

var changeEvents = map[core.ProposalAction]string{
	core.ActionRevoke: translog.EventRevoke, core.ActionSuspend: translog.EventSuspend, core.ActionReinstate: translog.EventReinstate,
	core.ActionReissue: translog.EventReplace, core.ActionSupersede: translog.EventReplace,
}

// ChangeDetail is what the log commits to of a change of a credential.
type ChangeDetail struct {
	Link       string    `json:"link"`
	State      string    `json:"state"`
	Cause      string    `json:"cause"`
	ReplacedBy string    `json:"replaced_by,omitempty"`
	At         time.Time `json:"at"`
}

// setState keeps the state, signs the status list anew and logs it.
func (s *Service) setState(ctx context.Context, tx Tx, b *batch, c core.Credential, p core.Proposal, event string) error {
	if err := tx.SetCredentialState(ctx, c, p.ID); err != nil {
		return err
	}
	detail := ChangeDetail{Link: s.link(c), State: string(c.State), Cause: c.Cause, ReplacedBy: replacedBy(c), At: b.now}
	b.events = append(b.events, translog.Event{Name: event, Subject: c.ID.String(), Detail: detail})
	if c.StatusListID.IsZero() {
		return nil
	}
	list, err := tx.StatusList(ctx, c.StatusListID)
	if err != nil {
		return err
	}
	_, err = s.signList(ctx, tx, list, b.now)
	return err
}

func (s *Service) tellHolder(ctx context.Context, tx Tx, c core.Credential, p core.Proposal) error {
	holder, err := tx.Therapist(ctx, c.TherapistID)
	if err != nil {
		return err
	}
	return tx.SendMail(ctx, core.Mail{
		To: holder.Email, Subject: "Your certificate was " + past[p.Action] + ": " + c.Title,
		Text: fmt.Sprintf("Hello %s,\n\n%s has %s this certificate: %s.\n\nThe reason given: %s\n\nWhoever checks it is told so:\n%s\n\nIf you think that this is wrong, ask the school.\n",
			holder.Name, c.OrganizationName, past[p.Action], c.Title, c.Cause, s.link(c)),
	})
}

// reissued is the claim of a credential as it was certified, to be signed under
// another name, with the same record behind it. Codes: document_changed,
// record_changed, log_incomplete.
func (s *Service) reissued(ctx context.Context, tx Tx, p core.Proposal) (credential.Claim, *core.CredentialRecord, error) {
	former, err := tx.Credential(ctx, p.TargetID)
	if err != nil {
		return credential.Claim{}, nil, err
	}
	if err := s.intact(ctx, tx, former); err != nil {
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
	if errors.Is(err, core.NotFound("")) {
		return claim, nil, nil // erased, as the log says: the commitment stays
	}
	return claim, &record, err
}

// ledgerHolds refuses to certify hours anew where those that were certified
// before are not in the ledger any more as they were. Codes: those of reissued.
func (s *Service) ledgerHolds(ctx context.Context, tx Tx, former core.Credential) error {
	if signedCommitment(former.Document) == nil {
		return nil // nothing of it is read
	}
	return s.intact(ctx, tx, former)
}
