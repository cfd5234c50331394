package certify

import (
	"context"
	"strconv"
	"strings"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Decidable are the open proposals of a school, oldest first and at most
// MostAtOnce after one, to certify something new on which a person may decide:
// who did not propose them, and whose own record they are not about. program zero
// means any; with one, completions and transcripts of that program. Permission:
// proposal.decide at the school.
func (s *runs) Decidable(ctx context.Context, a access.Actor, org core.OrganizationID, program core.ProgramID, after core.ProposalID) ([]Proposal, error) {
	return act.Look(ctx, s.act, a, access.ProposalDecide, func(ctx context.Context, r act.Reader[Tx]) ([]Proposal, error) {
		if err := r.May(ctx, access.Target{Organization: org}); err != nil {
			return nil, err
		}
		return r.Tx.DecidablePage(ctx, org, a, program, after, MostAtOnce)
	})
}

// ChosenOf are proposals at the versions that were read.
func ChosenOf(proposals []Proposal) []Chosen {
	out := make([]Chosen, len(proposals))
	for i, p := range proposals {
		out[i] = Chosen{p.ID, p.Version}
	}
	return out
}

var beginsRun = act.Declare(access.ProposalDecide, act.NewEvent("certification.begin", "certify_run"))

// BeginRun is CertifyMany in the background: the person's word is kept with what
// was chosen, and certifyItem certifies each by itself, as that person may at that
// moment. Permission: proposal.decide at the school, by a person who gave the
// password within access.FreshFor. Codes: reauthentication_required, too_many,
// nothing_chosen.
func (s *runs) BeginRun(ctx context.Context, a access.Actor, org core.OrganizationID, chosen []Chosen) (Run, error) {
	return act.Do(ctx, s.act, a, beginsRun, s.beginning(a, org, func(context.Context, Tx) ([]Chosen, error) { return chosen, nil }))
}

// BeginRunOfAll is BeginRun with what Decidable gives first. It is chosen within
// the transaction, so that a repeated request has its answer when nothing waits any
// more. Permission and codes: those of BeginRun.
func (s *runs) BeginRunOfAll(ctx context.Context, a access.Actor, org core.OrganizationID, program core.ProgramID) (Run, error) {
	return act.Do(ctx, s.act, a, beginsRun, s.beginning(a, org, func(ctx context.Context, tx Tx) ([]Chosen, error) {
		waiting, err := tx.DecidablePage(ctx, org, a, program, core.ProposalID{}, MostAtOnce)
		return ChosenOf(waiting), err
	}))
}

// beginning is the command that begins a run with what is chosen.
func (s *runs) beginning(a access.Actor, org core.OrganizationID, choose func(context.Context, Tx) ([]Chosen, error)) act.Command[Tx, []Chosen, Run] {
	at := access.Target{Organization: org}
	return act.Command[Tx, []Chosen, Run]{
		At: at,
		Find: func(ctx context.Context, tx Tx) (act.Found[[]Chosen], error) {
			chosen, err := choose(ctx, tx)
			return act.Found[[]Chosen]{Thing: chosen, Owner: at}, err
		},
		Change: func(_ context.Context, x act.Step[Tx], chosen []Chosen) (Run, error) {
			return Run{
				ID: core.NewID[core.CertifyRunID](s.src), OrganizationID: org, AccountID: a.AccountID, AccountName: a.Name, Total: len(chosen), BegunAt: x.Now,
			}, countable(chosen)
		},
		Save: func(ctx context.Context, x act.Step[Tx], chosen []Chosen, run Run) error {
			items, work := make([]RunItem, len(chosen)), make([]act.Item, len(chosen))
			for i, one := range chosen {
				items[i] = RunItem{RunID: run.ID, Position: i + 1, ProposalID: one.ID, Version: one.Version}
				work[i] = act.Item{Work: workCertify, ID: itemID(items[i])}
			}
			if err := x.Tx.InsertCertifyRun(ctx, run, items); err != nil {
				return err
			}
			return x.Tx.Enqueue(ctx, work...)
		},
		Tell: func(_ []Chosen, run Run) []act.Told {
			return act.Of(run.ID.String(), map[string]string{"proposals": strconv.Itoa(run.Total)})
		},
	}
}

// Run is a run and how far it is. Permission: proposal.read. Code: not_found.
func (s *runs) Run(ctx context.Context, a access.Actor, id core.CertifyRunID) (Run, error) {
	return act.Look(ctx, s.act, a, access.ProposalRead, func(ctx context.Context, r act.Reader[Tx]) (Run, error) {
		return runFor(ctx, r, id)
	})
}

// runFor is a run that the reader may read.
func runFor(ctx context.Context, r act.Reader[Tx], id core.CertifyRunID) (Run, error) {
	run, err := r.Tx.CertifyRun(ctx, id)
	if err != nil {
		return run, err
	}
	return run, r.May(ctx, access.Target{Organization: run.OrganizationID})
}

// Runs lists a school's runs, newest first. Permission: proposal.read. Code:
// bad_cursor.
func (s *runs) Runs(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Run], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.ProposalRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.CertifyRunID, limit int) ([]Run, error) {
			return tx.CertifyRuns(ctx, org, after, limit)
		},
		func(r Run) core.CertifyRunID { return r.ID }))
}

// RunItems are the proposals of a run in the order in which they were chosen,
// with what became of each. Permission: proposal.read. Codes: not_found,
// bad_cursor.
func (s *runs) RunItems(ctx context.Context, a access.Actor, id core.CertifyRunID, page core.Page) (core.List[RunItem], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, RunItem]{
		Action: access.ProposalRead, Parts: 1,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]RunItem, error) {
			if _, err := runFor(ctx, r, id); err != nil {
				return nil, err
			}
			after, err := positionOf(part)
			if err != nil {
				return nil, err
			}
			return r.Tx.RunItems(ctx, id, after, part.Limit)
		},
		Key: func(i RunItem) []string { return []string{strconv.Itoa(i.Position)} },
	})
}

func positionOf(part act.Part) (int, error) {
	if len(part.After) == 0 {
		return 0, nil
	}
	after, err := strconv.Atoi(part.After[0])
	if err != nil || after < 0 {
		return 0, core.ErrBadCursor
	}
	return after, nil
}

// itemID is a proposal of a run as an item of work.
func itemID(i RunItem) string { return i.RunID.String() + "/" + strconv.Itoa(i.Position) }

func parseItemID(id string) (core.CertifyRunID, int, error) {
	first, second, _ := strings.Cut(id, "/")
	run, err := core.ParseID[core.CertifyRunID](first)
	position, numberErr := strconv.Atoi(second)
	if err != nil || numberErr != nil {
		return run, 0, core.Invalid("bad_item", "id", id)
	}
	return run, position, nil
}

func (s *runs) runItemsDue(ctx context.Context, add func(...string) error) error {
	return eachPage(ctx, s.act, func(ctx context.Context, tx Tx, after RunItem) ([]RunItem, error) {
		return tx.WaitingRunItems(ctx, after, examined)
	}, itemID, add)
}

// certifyItem certifies one proposal of a run in a transaction of its own, and
// keeps what became of it. A stop in between loses nothing, and nothing is
// certified twice.
func (s *runs) certifyItem(ctx context.Context, id string) error {
	item, err := s.runItem(ctx, id)
	if err != nil || !item.DoneAt.IsZero() && item.Code != RunItemGivenUp {
		return err
	}
	a, err := s.runner(ctx, item)
	var c core.Credential
	if err == nil {
		c, err = s.certifyAt(ctx, a, item.OrganizationID, Chosen{item.ProposalID, item.Version})
	}
	if code := core.CodeOf(err); code == "already_decided" || code == core.ErrStale.Code {
		if done, found := s.certifiedBy(ctx, a, item); found {
			c, err = done, nil // by this run, before it was stopped
		}
	}
	fault := core.AsFault(err)
	if err != nil && fault == nil {
		return err
	}
	item.DoneAt, item.CredentialID, item.Code, item.Message = s.src.Now(), c.ID, "", ""
	if fault != nil {
		item.Code, item.Message = fault.Code, fault.Message()
	}
	return s.finishRunItem(ctx, item)
}

// giveUpRunItem ends the waiting for a proposal that the program fails to certify.
// Anyone who began the run may choose it again.
func (s *runs) giveUpRunItem(ctx context.Context, id string, _ error) error {
	item, err := s.runItem(ctx, id)
	if err != nil || !item.DoneAt.IsZero() {
		return err
	}
	item.DoneAt, item.Code = s.src.Now(), RunItemGivenUp
	item.Message = words.English().Say("run.given_up")
	return s.finishRunItem(ctx, item)
}

func (s *runs) runItem(ctx context.Context, id string) (item RunItem, err error) {
	run, position, err := parseItemID(id)
	if err != nil {
		return item, err
	}
	return act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) (RunItem, error) {
		return tx.RunItem(ctx, run, position)
	})
}

func (s *runs) finishRunItem(ctx context.Context, item RunItem) error {
	return act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error { return tx.FinishRunItem(ctx, item, item.DoneAt) })
}

// runner is the person of a run with the rights of now. The password was given
// when the run was begun.
func (s *runs) runner(ctx context.Context, item RunItem) (access.Actor, error) {
	a, err := act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (access.Actor, error) { return tx.ActorOf(ctx, item.AccountID) })
	a.AuthenticatedAt = s.src.Now()
	return a, err
}

// certifiedBy is the credential of a proposal that the person of a run has
// certified since the run was begun.
func (s *runs) certifiedBy(ctx context.Context, a access.Actor, item RunItem) (core.Credential, bool) {
	p, err := s.proposals.Proposal(ctx, a, item.ProposalID)
	if err != nil || p.DecidedBy != item.AccountID || p.DecidedAt.Before(item.BegunAt) || p.State != ProposalCertified {
		return core.Credential{}, false
	}
	c, err := s.proposals.Credential(ctx, a, p.CredentialID)
	return c, err == nil
}
