package certify

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// attestations are what schools attested of licenses. They are facts: one that the
// record of the license contradicts is revoked in the transaction that records it.
type attestations struct {
	desk
	lists     *lists
	proposals *proposals
}

// LicensesHeard holds what schools attest of licenses of which something was recorded
// against what they say now. It is called in the transaction that records it, and what
// it revokes is revoked for that reason alone: also by a suspension, which verifiers
// other than Palmar do not see. After a reinstatement a new attestation is certified.
func (s *attestations) LicensesHeard(ctx context.Context, licenses []core.LicenseID) error {
	var found []core.Credential
	err := act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) (err error) {
		found, err = tx.Attestations(ctx, licenses, s.src.Now())
		return err
	})
	for _, c := range found {
		if err == nil {
			err = s.hold(ctx, c.ID)
		}
	}
	return err
}

var contradicts = act.Declare(access.ProposalDecide, credentialRevoked)

// attested is an attestation with the license and the school.
type attested struct {
	core.Credential
	license core.License
	school  core.Organization
}

// hold revokes an attestation that the license contradicts now.
func (s *attestations) hold(ctx context.Context, id core.CredentialID) error {
	var b *batch
	var done Decision
	_, err := act.Do(ctx, s.act, access.System, contradicts, act.Command[Tx, attested, core.Credential]{
		Find: func(ctx context.Context, tx Tx) (act.Found[attested], error) {
			a, err := findAttested(ctx, tx, id)
			return act.Found[attested]{Thing: a, Owner: holderOf(a.Credential)}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], a attested) (c core.Credential, err error) {
			c = a.Credential
			p := Proposal{ID: c.ProposalID, Action: ActionRevoke, Cause: a.contradiction(x.Now)}
			if p.Cause == "" || MayChange(c, p.Action) != nil || notClosed(a.school) != nil {
				return c, act.ErrNothing
			}
			if b, err = s.proposals.begin(ctx, x.Tx, a.school.ID, x.Now); err != nil {
				return c, err
			}
			c.State, c.StateSince, c.Cause = core.CredentialRevoked, x.Now, p.Cause
			if done.Holder, err = x.Tx.Therapist(ctx, c.TherapistID); err != nil {
				return c, err
			}
			done.Credential, done.Proposal = c, p
			if err = s.proposals.setState(ctx, x.Tx, b, c, p); err != nil {
				return c, err
			}
			return c, s.lists.signTouched(ctx, x.Tx, b)
		},
		Tell: func(a attested, c core.Credential) []act.Told {
			return []act.Told{{Subject: c.ID.String(), Leaves: b.events, About: done, Details: map[string]string{"license": a.license.ID.String(), "kind": string(c.Kind)}}}
		},
	})
	return err
}

func findAttested(ctx context.Context, tx Tx, id core.CredentialID) (a attested, err error) {
	if a.Credential, err = tx.Credential(ctx, id); err != nil {
		return a, err
	}
	if a.license, err = tx.License(ctx, a.LicenseID); err != nil {
		return a, err
	}
	a.school, err = tx.Organization(ctx, a.OrganizationID)
	return a, err
}

// mostCause is how many characters a cause has at the most.
const mostCause = 500

// contradiction is what the license says against what was attested, as its school is
// answered now; empty: nothing. That nobody knows any more contradicts nothing: what was
// seen was seen, and the attestation says when.
func (a attested) contradiction(now time.Time) string {
	p := license.Judge(a.license, standard.AsOf(now).By(a.school))
	said := ""
	switch {
	case p.Answer == license.No:
		said = p.Reason()
	case p.Answer == license.Yes && p.ExpiresOn.AddDays(1).In(time.UTC).Before(a.ValidUntil):
		said = "The license expires on " + p.ExpiresOn.Words() + ", earlier than was attested."
	}
	if runes := []rune(said); len(runes) > mostCause {
		said = string(runes[:mostCause-1]) + "…"
	}
	return said
}

// attestationsDue are attestations of licenses of which something begins by today that
// was not so when they were certified: an order that was known before.
func (s *attestations) attestationsDue(ctx context.Context, add func(...string) error) error {
	now := s.src.Now()
	return eachPage(ctx, s.act, func(ctx context.Context, tx Tx, after core.CredentialID) ([]core.CredentialID, error) {
		return tx.AttestationsTurning(ctx, now, after, examined)
	}, core.CredentialID.String, add)
}

func (s *attestations) holdAttestation(ctx context.Context, id string) error {
	c, err := core.ParseID[core.CredentialID](id)
	if err == nil {
		err = s.hold(ctx, c)
	}
	return err
}
