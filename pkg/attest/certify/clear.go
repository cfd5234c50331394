package certify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

var clearsFlag = act.Declare(access.FlagClear, act.NewEvent("flag.clear", "proposal"))

// ClearFlag says why a flag of an open proposal is no obstacle (3 to 500
// characters). Permission: flag.clear by a person, not on their own record; the
// proposer may. Codes: not_found, already_decided, already_cleared, decide_transfer,
// required, too_short, too_long, bad_character.
func (s *proposals) ClearFlag(ctx context.Context, a access.Actor, id core.ProposalID, code FlagCode, reason string) (Proposal, error) {
	var at int
	return act.Do(ctx, s.act, a, clearsFlag, act.Command[Tx, Proposal, Proposal]{
		Find: findProposal(core.OrganizationID{}, id),
		Change: func(_ context.Context, x act.Step[Tx], p Proposal) (Proposal, error) {
			if at = slices.IndexFunc(p.Flags, func(f Flag) bool { return f.Code == code }); at < 0 {
				return p, core.NotFound("flag")
			}
			if err := undecided(p); err != nil {
				return p, err
			}
			f := &p.Flags[at]
			if !f.Clearable() {
				return p, core.Conflict("decide_transfer")
			}
			if !f.Open() {
				return p, core.Conflict("already_cleared", "clearedByName", f.ClearedByName)
			}
			var err error
			f.ClearedBy, f.ClearedByName, f.ClearedAt = a.AccountID, a.Name, x.Now
			f.Reason, err = reasonOf("reason", reason)
			return p, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, p Proposal) error {
			return x.Tx.ClearFlag(ctx, id, code, a.AccountID, x.Now, p.Flags[at].Reason)
		},
		Tell: func(_, p Proposal) []act.Told {
			return act.Of(id.String(), map[string]string{"flag": string(code)})
		},
	})
}

// withFlags finds a proposal with its flags: those that were raised when it was
// proposed, and what is odd now.
func withFlags(ctx context.Context, tx Tx, find func(context.Context, core.ProposalID) (Proposal, error), id core.ProposalID) (Proposal, error) {
	p, err := find(ctx, id)
	if err == nil {
		p.Flags, err = tx.FlagsOf(ctx, id)
	}
	if err == nil {
		err = flagLost(ctx, tx, &p)
	}
	return p, err
}

// flagLost raises the flag of hours whose source was lost, on an open proposal that
// would say that they are there.
func flagLost(ctx context.Context, tx Tx, p *Proposal) error {
	if p.EnrollmentID.IsZero() || p.State != ProposalOpen || p.Action == ActionRevoke || p.Action == ActionSuspend {
		return nil
	}
	lost, err := tx.LostTransfers(ctx, p.EnrollmentID)
	if err != nil || len(lost) == 0 {
		return err
	}
	org, err := tx.Organization(ctx, p.OrganizationID)
	if err != nil {
		return err
	}
	flag := Flag{Code: FlagSourceReversed}
	texts := make([]string, len(lost))
	for i, t := range lost {
		texts[i] = fmt.Sprintf("%s of the hours taken over from %s were reversed there, or came into doubt.", t.Source.Lost, t.Origin.School)
		flag.Dates = append(flag.Dates, core.DateOf(t.Source.LostAt.In(org.Location())))
	}
	slices.SortFunc(flag.Dates, core.Date.Compare)
	flag.Dates = slices.Compact(flag.Dates)
	flag.Text, flag.Occurrences = strings.Join(texts, " "), len(flag.Dates)
	flag.Dates = flag.Dates[:min(datesKept, len(flag.Dates))]
	p.Flags = append(p.Flags, flag)
	return nil
}

// flagsOpen is nil when every flag of a proposal is cleared, else flags_open
// with a field for each that is not.
func flagsOpen(p Proposal) error {
	var fields []core.Field
	for _, f := range p.Flags {
		if f.Open() {
			fields = append(fields, core.Field{Name: string(f.Code), Code: "flags_open", ID: "flags_open.flag", Args: []any{"text", f.Text}})
		}
	}
	if len(fields) == 0 {
		return nil
	}
	fault := core.Conflict("flags_open")
	fault.Fields = fields
	return fault
}
