package certify

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/translog"
)

// Options are what the installation gives. Secret are the 32 bytes that seal
// the schools' signing keys; BaseURL is the address at which Palmar is reached,
// such as https://palmar.example.
type Options struct {
	Secret  []byte
	BaseURL string
}

// Service certifies: it proposes and issues credentials with the keys of schools,
// keeps what stands in their way since then, and lets them be seen.
type Service struct {
	desk
	*keys
	*genuine
	*lists
	*proposals
	*runs
	*losses
	*papers
	*escrows
	*closings
	*days
	*audits
	*checkpoints
	*attestations
}

// desk is what every part of certification works with. base is the address of the
// pages, without a slash at the end.
type desk struct {
	act    *act.Kernel[Tx]
	src    core.Source
	secret []byte
	base   string
	log    *translog.Log
}

// keys are what schools sign with, and the names under which they are found.
type keys struct{ desk }

// genuine tells what was issued here from what was not.
type genuine struct{ desk }

// lists are the signed lists that say which credentials do not stand any more.
type lists struct {
	desk
	genuine *genuine
}

// proposals are what one person proposes and another carries out, and the
// credentials that come of it.
type proposals struct {
	desk
	keys    *keys
	lists   *lists
	genuine *genuine
}

// runs certify a cohort, each proposal by itself.
type runs struct {
	desk
	lists     *lists
	proposals *proposals
}

// losses are keys that someone else may have had: what they signed is signed again.
type losses struct {
	desk
	keys      *keys
	genuine   *genuine
	proposals *proposals
}

// papers are credentials as they are printed and handed on.
type papers struct {
	desk
	lists *lists
}

// escrows are what is carried away of schools that have closed, and what is kept of
// those of other installations that did.
type escrows struct {
	desk
	proposals *proposals
}

// closings are schools that close.
type closings struct {
	desk
	lists     *lists
	proposals *proposals
	losses    *losses
}

// days put the sign-offs of a day into the public log, as one root.
type days struct{ desk }

// audits put the audit of a day into the public log, as one digest.
type audits struct{ desk }

// checkpoints are what schools keep of the public log, by mail.
type checkpoints struct{ desk }

// New makes the service.
func New(store act.Store[Tx], src core.Source, options Options) *Service {
	base := strings.TrimRight(options.BaseURL, "/")
	log := translog.New(src, options.Secret, base)
	d := desk{act: act.New[Tx](store, src, leaves{log}), src: src, secret: options.Secret, base: base, log: log}
	k, g := &keys{d}, &genuine{d}
	l := &lists{d, g}
	p := &proposals{d, k, l, g}
	lost := &losses{d, k, g, p}
	s := &Service{
		desk: d, keys: k, genuine: g, lists: l, proposals: p, runs: &runs{d, l, p}, losses: lost, papers: &papers{d, l},
		escrows: &escrows{d, p}, closings: &closings{d, l, p, lost}, days: &days{d}, audits: &audits{d}, checkpoints: &checkpoints{d},
		attestations: &attestations{d, l, p},
	}
	s.mailHolders()
	return s
}

// leaves puts what commands tell into the public log.
type leaves struct{ log *translog.Log }

// AppendLeaves implements act.Log.
func (l leaves) AppendLeaves(ctx context.Context, tx Tx, told []act.Leaf) error {
	events := make([]translog.Event, len(told))
	for i, leaf := range told {
		events[i] = translog.Event(leaf)
	}
	_, err := l.log.Append(ctx, tx, events...)
	return err
}

// Seen is what core.Proposal.Standing holds as JSON: the standing at the
// proposal, the minutes that wait for a supervisor and are no obstacle, and for
// a specialty its prerequisites. Claims are those that the program makes about states,
// judged by the student's hours.
type Seen struct {
	standard.Standing
	Waiting        core.Minutes       `json:"waiting"`
	WaitingEntries int                `json:"waiting_entries"`
	Prerequisites  []PrerequisiteSeen `json:"prerequisites,omitempty"`
	Claims         []standard.Claim   `json:"claims,omitempty"`
}

// PrerequisiteSeen is one prerequisite of a course and what was found of it.
type PrerequisiteSeen struct {
	Text   string `json:"text"`
	Met    bool   `json:"met"`
	Detail string `json:"detail"`
}

// SeenOf reads what a proposal's standing holds.
func SeenOf(p Proposal) (Seen, error) {
	var seen Seen
	err := json.Unmarshal(p.Standing, &seen)
	return seen, err
}

// Proposals lists a school's proposals, newest first; state "" means all.
// Permission: proposal.read. Codes: bad_cursor, unknown_state.
func (s *proposals) Proposals(ctx context.Context, a access.Actor, org core.OrganizationID, state ProposalState, page core.Page) (core.List[Proposal], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.ProposalRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.ProposalID, limit int) ([]Proposal, error) {
			states := []ProposalState{"", ProposalOpen, ProposalCertified, ProposalDeclined}
			if !slices.Contains(states, state) {
				return nil, core.InvalidField("state", "unknown_state.certify")
			}
			return tx.Proposals(ctx, org, state, after, limit)
		},
		func(p Proposal) core.ProposalID { return p.ID }))
}

// Proposal finds a proposal with its flags. Permission: proposal.read. Code: not_found.
func (s *proposals) Proposal(ctx context.Context, a access.Actor, id core.ProposalID) (Proposal, error) {
	return act.Read(ctx, s.act, a, access.ProposalRead, func(ctx context.Context, r act.Reader[Tx]) (Proposal, error) {
		p, err := withFlags(ctx, r.Tx, r.Tx.Proposal, id)
		if err != nil {
			return p, err
		}
		return p, r.May(ctx, ownerOf(p))
	})
}

// Credential finds a credential. Permission: credential.read. Code: not_found.
func (s *proposals) Credential(ctx context.Context, a access.Actor, id core.CredentialID) (core.Credential, error) {
	return act.Read(ctx, s.act, a, access.CredentialRead, func(ctx context.Context, r act.Reader[Tx]) (core.Credential, error) {
		return credentialFor(ctx, r, id, access.ScopeCertificates)
	})
}

// credentialFor is a credential that the reader may read: as its issuer or holder, or
// by a grant of a scope.
func credentialFor(ctx context.Context, r act.Reader[Tx], id core.CredentialID, s access.Scope) (core.Credential, error) {
	c, err := r.Tx.Credential(ctx, id)
	if err != nil {
		return c, err
	}
	at := holderOf(c)
	at.Scope = s
	return c, r.May(ctx, at)
}

// Credentials are a therapist's credentials, oldest first: all of them for the
// therapist and under a grant of certificates, otherwise for a school's office those
// that the school issued. Permission: credential.read. Code: not_found.
func (s *proposals) Credentials(ctx context.Context, a access.Actor, therapist core.TherapistID) ([]core.Credential, error) {
	return act.Read(ctx, s.act, a, access.CredentialRead, func(ctx context.Context, r act.Reader[Tx]) ([]core.Credential, error) {
		share, err := r.Share(ctx, therapist, access.ScopeCertificates)
		if err != nil {
			return nil, err
		}
		all, err := r.Tx.CredentialsOf(ctx, therapist)
		return slices.DeleteFunc(all, func(c core.Credential) bool { return !share.Whole && !r.Can(holderOf(c)) }), err
	})
}

// IssuedBy lists what a school issued, newest first. Permission:
// credential.read. Code: bad_cursor.
func (s *proposals) IssuedBy(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Credential], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.CredentialRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.CredentialID, limit int) ([]core.Credential, error) {
			return tx.CredentialsIssuedBy(ctx, org, after, limit)
		},
		func(c core.Credential) core.CredentialID { return c.ID }))
}

// ownerOf is who proposed something, and whose record it is.
func ownerOf(p Proposal) access.Target {
	return access.Target{Organization: p.OrganizationID, Therapist: p.TherapistID}
}

// holderOf is who issued a credential, and who holds it.
func holderOf(c core.Credential) access.Target {
	return access.Target{Organization: c.OrganizationID, Therapist: c.TherapistID}
}
