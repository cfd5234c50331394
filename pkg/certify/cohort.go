package certify

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
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
func (s *Service) CertifyMany(ctx context.Context, a access.Actor, org core.OrganizationID, chosen []Chosen, progress func(done, of int)) ([]Outcome, error) {
	if err := access.Can(a, access.ProposalDecide, access.Target{Organization: org}); err != nil {
		return nil, err
	}
	if err := mayCertify(a, chosen, s.src.Now()); err != nil {
		return nil, err
	}
	out := make([]Outcome, 0, len(chosen))
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

// certifyAt certifies a proposal of one school; any other's is not found.
func (s *Service) certifyAt(ctx context.Context, a access.Actor, org core.OrganizationID, one Chosen) (core.Credential, error) {
	p, err := s.Proposal(ctx, a, one.ID)
	if err == nil && p.OrganizationID != org {
		err = core.NotFound("proposal")
	}
	if err != nil {
		return core.Credential{}, err
	}
	return s.Certify(ctx, a, one.ID, one.Version)
}
