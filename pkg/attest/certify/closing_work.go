package certify

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/translog"
)

// leaving is a student of a school that closes, with what was confirmed.
type leaving struct {
	ClosingStudent
	closing Closing
}

var (
	transcriptEmpty = act.NewEvent("closing.no_hours", "enrollment")
	signsTranscript = act.Declare(access.SchoolClose, credentialIssued, transcriptEmpty)
)

// signTranscript gives a student of a school that closes a transcript of the hours
// so far, by the word of the two who close it, and tells them by mail where it is.
// Without hours there is none.
func (s *closings) signTranscript(ctx context.Context, id string) error {
	enrollment, err := core.ParseID[core.EnrollmentID](id)
	if err != nil {
		return err
	}
	var b *batch
	var done Decision
	var school core.OrganizationID
	_, err = act.Do(ctx, s.act, access.System, signsTranscript, act.Command[Tx, leaving, ClosingStudent]{
		Find: func(ctx context.Context, tx Tx) (act.Found[leaving], error) {
			l, err := findLeaving(ctx, tx, enrollment)
			school = l.OrganizationID
			return act.Found[leaving]{Thing: l, Owner: access.Target{Organization: l.OrganizationID}}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], l leaving) (_ ClosingStudent, err error) {
			if !l.DoneAt.IsZero() {
				return l.ClosingStudent, act.ErrNothing
			}
			b, done, err = s.transcript(ctx, x, l)
			l.DoneAt, l.CredentialID = x.Now, done.Credential.ID
			return l.ClosingStudent, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ leaving, c ClosingStudent) error {
			return x.Tx.FinishClosingStudent(ctx, c)
		},
		Tell: func(l leaving, c ClosingStudent) []act.Told {
			by := &access.Actor{AccountID: l.closing.ConfirmedBy, Name: l.closing.ConfirmedByName}
			if c.CredentialID.IsZero() {
				return []act.Told{{Event: transcriptEmpty, Subject: c.EnrollmentID.String(), By: by}}
			}
			return []act.Told{{
				Event: credentialIssued, Subject: c.CredentialID.String(), By: by, Leaves: b.events, About: done,
				Owner: access.Target{Organization: c.OrganizationID, Therapist: done.Holder.ID}, Details: map[string]string{"proposal": done.Proposal.ID.String(), "kind": string(done.Proposal.Kind)},
			}}
		},
	})
	if err != nil {
		return err
	}
	return s.closeSchool(ctx, school.String()) // the last one has it closed, in whatever order they end
}

func findLeaving(ctx context.Context, tx Tx, enrollment core.EnrollmentID) (l leaving, err error) {
	if l.ClosingStudent, err = tx.LockClosingStudent(ctx, enrollment); err == nil {
		l.closing, err = tx.Closing(ctx, l.OrganizationID)
	}
	return l, err
}

// transcript signs the hours so far of a student, unless there are none; by which
// standard they would be judged today keeps nobody from theirs. A
// transcript that waits for a decision is declined, since it is made here.
func (s *closings) transcript(ctx context.Context, x act.Step[Tx], l leaving) (*batch, Decision, error) {
	e, std, err := x.Tx.JudgedEnrollment(ctx, l.EnrollmentID)
	if err != nil {
		return nil, Decision{}, err
	}
	school, err := x.Tx.Organization(ctx, l.OrganizationID)
	if err != nil {
		return nil, Decision{}, err
	}
	j, err := hoursOf(ctx, x.Tx, e, std, school.Today(x.Now))
	if err != nil || j.standing.Recorded <= 0 {
		return nil, Decision{}, err
	}
	if err := s.declineOpen(ctx, x, l); err != nil {
		return nil, Decision{}, err
	}
	by := act.Step[Tx]{Tx: x.Tx, Now: x.Now, Actor: access.Actor{AccountID: l.closing.ProposedBy, Name: l.closing.ProposedByName}}
	p := Proposal{
		Kind: core.CredentialTranscript, Title: transcriptTitle(e), EnrollmentID: e.ID, OrganizationID: l.OrganizationID, TherapistID: e.TherapistID,
	}
	if p, err = s.proposals.propose(ctx, by, p, Seen{Standing: j.standing}); err != nil {
		return nil, Decision{}, err
	}
	if err := flagsOpen(p); err != nil { // of hours that were lost since it was confirmed
		return nil, Decision{}, err
	}
	b, err := s.proposals.begin(ctx, x.Tx, l.OrganizationID, x.Now)
	if err != nil {
		return nil, Decision{}, err
	}
	done, err := s.proposals.issue(ctx, x.Tx, b, p)
	if err == nil {
		done.Closing = true
		err = x.Tx.DecideProposal(ctx, s.confirmed(x, l, p, ProposalCertified))
	}
	return b, done, err
}

// confirmed is a proposal that the one who confirmed the closing has decided.
func (s *closings) confirmed(x act.Step[Tx], l leaving, p Proposal, as ProposalState) Proposal {
	return decided(act.Step[Tx]{Now: x.Now, Actor: access.Actor{AccountID: l.closing.ConfirmedBy, Name: l.closing.ConfirmedByName}}, p, as)
}

func (s *closings) declineOpen(ctx context.Context, x act.Step[Tx], l leaving) error {
	open, err := x.Tx.OpenTranscripts(ctx, l.EnrollmentID)
	for _, p := range open {
		p = s.confirmed(x, l, p, ProposalDeclined)
		p.Reason = l.closing.Cause
		if err := x.Tx.DecideProposal(ctx, p); err != nil {
			return err
		}
	}
	return err
}

func (s *closings) transcriptsDue(ctx context.Context, add func(...string) error) error {
	return eachPage(ctx, s.act, func(ctx context.Context, tx Tx, after core.EnrollmentID) ([]core.EnrollmentID, error) {
		return tx.WaitingClosingStudents(ctx, after, examined)
	}, core.EnrollmentID.String, add)
}

func (s *closings) closingsDue(ctx context.Context, add func(...string) error) error {
	return eachPage(ctx, s.act, func(ctx context.Context, tx Tx, after core.OrganizationID) ([]core.OrganizationID, error) {
		return tx.RunningClosings(ctx, after, examined)
	}, core.OrganizationID.String, add)
}

var closesSchool = act.Declare(access.SchoolClose, act.NewEvent("school.close", "organization"))

// closeSchool closes a school all of whose students have their transcripts. From
// then on it attests nothing: it proposes, certifies, changes, revokes and credits
// nothing, and has no new key, all of which the database refuses too. Its status
// lists are signed for the last time, for thirty years, and its keys are retired: at
// once, or where certificates of a lost key wait to be signed again, when that is
// done. What was certified goes on being shown, here and wherever its escrow is
// imported.
func (s *closings) closeSchool(ctx context.Context, id string) error {
	org, err := core.ParseID[core.OrganizationID](id)
	if err != nil {
		return err
	}
	var b *batch
	_, err = act.Do(ctx, s.act, access.System, closesSchool, act.Command[Tx, ending, core.Organization]{
		Find: s.ending(org),
		Change: func(_ context.Context, x act.Step[Tx], e ending) (core.Organization, error) {
			if !e.closing.Confirmed() || e.closing.Waiting > 0 || !e.org.ClosedAt.IsZero() {
				return e.org, act.ErrNothing
			}
			e.org.ClosedAt, e.org.ClosedCause = x.Now, e.closing.Cause
			return e.org, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ ending, org core.Organization) error {
			b = &batch{org: org, now: org.ClosedAt}
			return s.close(ctx, x.Tx, b)
		},
		Tell: func(e ending, org core.Organization) []act.Told {
			by := &access.Actor{AccountID: e.closing.ConfirmedBy, Name: e.closing.ConfirmedByName}
			return []act.Told{{Subject: org.ID.String(), By: by, Leaves: b.events}}
		},
	})
	return err
}

func (s *closings) close(ctx context.Context, tx Tx, b *batch) error {
	if err := s.signForGood(ctx, tx, b.org); err != nil {
		return err
	}
	if err := s.losses.retireLast(ctx, tx, b); err != nil {
		return err
	}
	b.events = append(b.events, act.Leaf{
		Name: translog.EventClose, Subject: b.org.ID.String(), Detail: closeDetail{b.org.ID, b.org.ClosedCause, b.org.ClosedAt},
	})
	return tx.CloseOrganization(ctx, b.org)
}
