package certify

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Chosen is a proposal to certify, at the version that was read.
type Chosen struct {
	ID      core.ProposalID
	Version int
}

// Outcome is what became of one of many proposals: a credential or a fault.
type Outcome struct {
	Chosen
	Credential core.Credential
	Err        error
}

// MostAtOnce bounds the proposals of one CertifyMany.
const MostAtOnce = 1_000

// CertifyMany is Certify for a cohort: each proposal is judged and certified in
// a transaction of its own, so that one which cannot be does not hold the others
// up. progress is told after each and may be nil. It ends early only when ctx
// does. Permission: proposal.decide at the school, by a person who gave the
// password within access.FreshFor. Codes: not_found, reauthentication_required,
// too_many, nothing_chosen; those of Certify are in the outcomes.
func (s *runs) CertifyMany(ctx context.Context, a access.Actor, org core.OrganizationID, chosen []Chosen, progress func(done, of int)) ([]Outcome, error) {
	out, err := act.Look(ctx, s.act, a, access.ProposalDecide, func(ctx context.Context, r act.Reader[Tx]) ([]Outcome, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return nil, err
		}
		return make([]Outcome, 0, len(chosen)), countable(chosen)
	})
	if err != nil {
		return nil, err
	}
	defer s.lists.signMarked(ctx, org)
	for _, one := range chosen {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		c, err := s.certifyAt(ctx, a, org, one)
		if err != nil && core.AsFault(err) == nil {
			return out, err
		}
		out = append(out, Outcome{one, c, err})
		if progress != nil {
			progress(len(out), len(chosen))
		}
	}
	return out, nil
}

// countable is nil for as many proposals as may be certified at once.
func countable(chosen []Chosen) error {
	switch {
	case len(chosen) == 0:
		return core.Invalid("nothing_chosen.proposals")
	case len(chosen) > MostAtOnce:
		return core.Invalid("too_many.proposals", "mostAtOnce", MostAtOnce)
	}
	return nil
}

// certifyAt certifies a proposal of one school, as one of many; any other's is not
// found. A status list that it changes is signed after the last of them.
func (s *runs) certifyAt(ctx context.Context, a access.Actor, org core.OrganizationID, one Chosen) (core.Credential, error) {
	return act.Do(ctx, s.act, a, certifies, s.proposals.carryingOut(org, one, markTouched))
}
