package certify

import (
	"context"
	"slices"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// ClearFlag says why a flag of an open proposal is no obstacle (3 to 500
// characters). Permission: flag.clear by a person, not on their own record; the
// proposer may. Codes: not_found, already_decided, already_cleared, required,
// too_short, too_long, bad_character.
func (s *Service) ClearFlag(ctx context.Context, a access.Actor, id core.ProposalID, code core.FlagCode, reason string) (core.Proposal, error) {
	var p core.Proposal
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if p, err = withFlags(ctx, tx, tx.LockProposal, id); err != nil {
			return err
		}
		if err := access.Can(a, access.FlagClear, targetOf(p)); err != nil {
			return err
		}
		at := slices.IndexFunc(p.Flags, func(f core.Flag) bool { return f.Code == code })
		switch {
		case at < 0:
			return core.NotFound("flag")
		case p.State != core.ProposalOpen:
			return core.Conflict("already_decided", "This proposal is %s already.", p.State)
		case !p.Flags[at].Open():
			return core.Conflict("already_cleared", "%s has cleared this already.", p.Flags[at].ClearedByName)
		}
		reason, err := core.CleanNote(reason, 3, 500)
		if err != nil {
			f := core.AsFault(err)
			return core.InvalidField("reason", f.Code, "%s", f.Message)
		}
		now := s.src.Now()
		if err := tx.ClearFlag(ctx, id, code, a.AccountID, now, reason); err != nil {
			return err
		}
		err = s.audit(ctx, tx, a, now, p.OrganizationID, "flag.clear", "proposal", id.String(), map[string]string{"flag": string(code)})
		if err != nil {
			return err
		}
		p, err = withFlags(ctx, tx, tx.Proposal, id)
		return err
	})
	if err != nil {
		return core.Proposal{}, err
	}
	return p, nil
}

// withFlags finds a proposal with its flags.
func withFlags(ctx context.Context, tx Tx, find func(context.Context, core.ProposalID) (core.Proposal, error), id core.ProposalID) (core.Proposal, error) {
	p, err := find(ctx, id)
	if err == nil {
		p.Flags, err = tx.FlagsOf(ctx, id)
	}
	return p, err
}

// flagsOpen is nil when every flag of a proposal is cleared, else flags_open
// with a field for each that is not.
func flagsOpen(p core.Proposal) error {
	var fields []core.Field
	for _, f := range p.Flags {
		if f.Open() {
			fields = append(fields, core.Field{Name: string(f.Code), Code: "flags_open", Message: f.Text})
		}
	}
	if len(fields) == 0 {
		return nil
	}
	fault := core.Conflict("flags_open", "Somebody has to look at this first and say why it is no obstacle.")
	fault.Fields = fields
	return fault
}
