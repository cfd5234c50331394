package certify

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/license"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/translog"
)

// attestations are what schools attested of licenses. They are facts: one that the
// record of the license contradicts is revoked in the transaction that records it.
type attestations struct {
	desk
	lists     *lists
	proposals *proposals
}

// LicensesHeard holds what schools attest of licenses of which something was recorded
// against what they say now. It is called in the transaction that records it. What is
// contradicted is revoked, also by a suspension, which verifiers other than Palmar do not
// see; after a reinstatement a new attestation is certified. What a register says again
// has a successor.
func (s *attestations) LicensesHeard(ctx context.Context, licenses []core.LicenseID) error {
	var turned []core.CredentialID
	err := act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) (err error) {
		turned, err = turnedBy(ctx, tx, licenses, s.src.Now())
		return err
	})
	for _, c := range turned {
		if err == nil {
			err = s.hold(ctx, c)
		}
	}
	return err
}

// turnedBy are the attestations of licenses that are revoked or renewed by what is said of
// them now: mostly none of many, all of which are read at once.
func turnedBy(ctx context.Context, tx Tx, licenses []core.LicenseID, now time.Time) (turned []core.CredentialID, err error) {
	standing, err := tx.Attestations(ctx, licenses, now)
	if err != nil || len(standing) == 0 {
		return nil, err
	}
	ids := make([]core.LicenseID, len(standing))
	for i, c := range standing {
		ids[i] = c.LicenseID
	}
	all, err := tx.LicensesIn(ctx, ids)
	if err != nil {
		return nil, err
	}
	by := make(map[core.LicenseID]core.License, len(all))
	for _, l := range all {
		by[l.ID] = l
	}
	schools := map[core.OrganizationID]core.Organization{}
	for _, c := range standing {
		if _, known := schools[c.OrganizationID]; !known {
			if schools[c.OrganizationID], err = tx.Organization(ctx, c.OrganizationID); err != nil {
				return nil, err
			}
		}
		a := attested{c, by[c.LicenseID], schools[c.OrganizationID]}
		if found := a.judge(now); a.revokes(found) || a.renews(found) {
			turned = append(turned, c.ID)
		}
	}
	return turned, nil
}

var (
	credentialRenewed = act.NewEvent("credential.renew", "credential")
	holdsAttestation  = act.Declare(access.ProposalDecide, credentialRevoked, credentialRenewed)
)

// attested is an attestation with the license and the school.
type attested struct {
	core.Credential
	license core.License
	school  core.Organization
}

// hold revokes an attestation that the license contradicts now, and renews one that a
// register confirms.
func (s *attestations) hold(ctx context.Context, id core.CredentialID) error {
	var b *batch
	var done Decision
	_, err := act.Do(ctx, s.act, access.System, holdsAttestation, act.Command[Tx, attested, core.Credential]{
		Find: func(ctx context.Context, tx Tx) (act.Found[attested], error) {
			a, err := findAttested(ctx, tx, id)
			return act.Found[attested]{Thing: a, Owner: holderOf(a.Credential)}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], a attested) (c core.Credential, err error) {
			found := a.judge(x.Now)
			p := Proposal{ID: a.ProposalID, Action: ActionRevoke, Cause: a.contradiction(found)}
			revokes := a.revokes(found)
			if notClosed(a.school) != nil || !revokes && !a.renews(found) {
				return a.Credential, act.ErrNothing
			}
			if b, err = s.proposals.begin(ctx, x.Tx, a.school.ID, x.Now); err != nil {
				return c, err
			}
			if done.Holder, err = x.Tx.Therapist(ctx, a.TherapistID); err != nil {
				return c, err
			}
			done.Proposal = p
			if revokes {
				done.Credential, err = s.revoke(ctx, x.Tx, b, a, p)
			} else {
				done.Credential, err = s.renew(ctx, x.Tx, b, a, done.Holder, found)
			}
			return done.Credential, err
		},
		Tell: func(a attested, c core.Credential) []act.Told {
			event := credentialRevoked
			if c.State == core.CredentialActive {
				event = credentialRenewed
			}
			return []act.Told{{Event: event, Subject: c.ID.String(), Leaves: b.events, About: done, Details: map[string]string{"license": a.license.ID.String(), "kind": string(c.Kind)}}}
		},
	})
	return err
}

// judge is what the license says to the school, no matter whose it is: that another
// person's record names it too takes nothing away from an order or an end.
func (a attested) judge(now time.Time) license.Practice {
	l := a.license
	if l.Holder == core.Contested {
		l.Holder = ""
	}
	return license.Judge(l, standard.AsOf(now).By(a.school))
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

func (s *attestations) revoke(ctx context.Context, tx Tx, b *batch, a attested, p Proposal) (core.Credential, error) {
	c := a.Credential
	c.State, c.StateSince, c.Cause = core.CredentialRevoked, b.now, p.Cause
	if err := s.proposals.setState(ctx, tx, b, c, p); err != nil {
		return c, err
	}
	return c, s.lists.signTouched(ctx, tx, b)
}

// renew signs what was seen again, under the same code and with an entry of its own of a
// status list: what was handed on before stays good as long as it says.
func (s *attestations) renew(ctx context.Context, tx Tx, b *batch, a attested, holder core.Therapist, found license.Practice) (core.Credential, error) {
	c := a.Credential
	switch err := s.proposals.genuine.intact(ctx, tx, c); {
	case core.AsFault(err) != nil: // the doctor names it; what is recorded of a license does not wait for that
		return c, act.ErrNothing
	case err != nil:
		return c, err
	}
	claim, err := credential.ClaimOf(c.Document)
	if err != nil {
		return c, err
	}
	list, index, err := s.lists.statusEntry(ctx, tx, b)
	if err != nil {
		return c, err
	}
	next := attestedClaim(a.license, found)
	claim.Description, claim.ValidUntil, claim.Status = next.Description, next.ValidUntil, &credential.Status{ListURL: list.Address, Index: index}
	c.StatusListID, c.StatusIndex, c.ValidUntil = list.ID, index, claim.ValidUntil
	c.SignedAt, c.Resigned = b.now, c.Resigned+1
	if err := s.proposals.sign(&c, claim, holder, b.by); err != nil {
		return c, err
	}
	b.events = append(b.events, issueEvent(translog.EventResign, s.proposals.link(c), c))
	return c, tx.AddDocument(ctx, c)
}

// renewable is by how many days a successor is good for longer at the least, unless it is
// good to the end of the term.
const renewable = 30

// renews tells whether a register says the same again, on every axis, and that makes the
// attestation good for longer.
func (a attested) renews(found license.Practice) bool {
	if a.license.Holder != "" || a.State != core.CredentialActive || found.Answer != license.Yes || found.Standing != "none" {
		return false
	}
	for _, s := range found.Sources {
		if s.Strength != license.Register {
			return false
		}
	}
	until := attestedUntil(found)
	whole := until.Equal(found.ExpiresOn.AddDays(1).In(time.UTC))
	return until.After(a.ValidUntil) && (whole || !until.Before(a.ValidUntil.AddDate(0, 0, renewable)))
}

// revokes tells whether the license contradicts the attestation now.
func (a attested) revokes(found license.Practice) bool {
	return a.contradiction(found) != "" && MayChange(a.Credential, ActionRevoke) == nil
}

// contradiction is what a license says, as its school is answered, against what was
// attested; empty: nothing. That nobody knows any more contradicts nothing: what was seen
// was seen, and the attestation says when.
func (a attested) contradiction(p license.Practice) string {
	said := ""
	switch {
	case a.license.Holder == core.Disowned:
		said = "It was decided that the license is not the holder’s."
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
