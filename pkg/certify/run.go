package certify

import (
	"context"
	"strconv"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Decidable are the open proposals of a school, oldest first and at most
// MostAtOnce after one, to certify something new on which a person may decide:
// who did not propose them, and whose own record they are not about. program zero
// means any; with one, completions and transcripts of that program. Permission:
// proposal.decide at the school.
func (s *Service) Decidable(ctx context.Context, a access.Actor, org core.OrganizationID, program core.ProgramID, after core.ProposalID) ([]core.Proposal, error) {
	if err := access.Can(a, access.ProposalDecide, access.Target{Organization: org}); err != nil {
		return nil, err
	}
	var found []core.Proposal
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		found, err = tx.DecidablePage(ctx, org, a, program, after, MostAtOnce)
		return err
	})
	return found, err
}

// ChosenOf are proposals at the versions that were read.
func ChosenOf(proposals []core.Proposal) []Chosen {
	out := make([]Chosen, len(proposals))
	for i, p := range proposals {
		out[i] = Chosen{p.ID, p.Version}
	}
	return out
}

// BeginRun is CertifyMany in the background: the person's word is kept with what
// was chosen, and WorkRuns certifies each by itself, as that person may at that
// moment. Permission: proposal.decide at the school, by a person who gave the
// password within access.FreshFor. Codes: reauthentication_required, too_many,
// nothing_chosen.
func (s *Service) BeginRun(ctx context.Context, a access.Actor, org core.OrganizationID, chosen []Chosen) (core.CertifyRun, error) {
	if err := access.Can(a, access.ProposalDecide, access.Target{Organization: org}); err != nil {
		return core.CertifyRun{}, err
	}
	now := s.src.Now()
	if err := mayCertify(a, chosen, now); err != nil {
		return core.CertifyRun{}, err
	}
	run := core.CertifyRun{
		ID: core.NewID[core.CertifyRunID](s.src), OrganizationID: org, AccountID: a.AccountID, AccountName: a.Name, Total: len(chosen), BegunAt: now,
	}
	items := make([]core.CertifyRunItem, len(chosen))
	for i, one := range chosen {
		items[i] = core.CertifyRunItem{Position: i + 1, ProposalID: one.ID, Version: one.Version}
	}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.InsertCertifyRun(ctx, run, items); err != nil {
			return err
		}
		if err := s.audit(ctx, tx, a, now, org, "proposal.certify-many", "run", run.ID.String(), map[string]string{"proposals": strconv.Itoa(len(chosen))}); err != nil {
			return err
		}
		return tx.QueueCertifyRun(ctx)
	})
	return run, err
}

func mayCertify(a access.Actor, chosen []Chosen, now time.Time) error {
	switch {
	case len(chosen) == 0:
		return core.Invalid("nothing_chosen", "Choose the proposals to certify.")
	case len(chosen) > MostAtOnce:
		return core.Invalid("too_many", "At most %d proposals are certified at once.", MostAtOnce)
	}
	return access.Fresh(a, now)
}

// Run is a run and how far it is. Permission: proposal.read. Code: not_found.
func (s *Service) Run(ctx context.Context, a access.Actor, id core.CertifyRunID) (core.CertifyRun, error) {
	var run core.CertifyRun
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if run, err = tx.CertifyRun(ctx, id); err != nil {
			return err
		}
		return access.Can(a, access.ProposalRead, access.Target{Organization: run.OrganizationID})
	})
	if err != nil {
		return core.CertifyRun{}, err
	}
	return run, nil
}

// Runs lists a school's runs, newest first. Permission: proposal.read. Code:
// bad_cursor.
func (s *Service) Runs(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.CertifyRun], error) {
	if err := access.Can(a, access.ProposalRead, access.Target{Organization: org}); err != nil {
		return core.List[core.CertifyRun]{}, err
	}
	after, err := core.AfterID[core.CertifyRunID](page.Cursor)
	if err != nil {
		return core.List[core.CertifyRun]{}, err
	}
	var rows []core.CertifyRun
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.CertifyRuns(ctx, org, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(r core.CertifyRun) string { return r.ID.String() }), err
}

// RunItems are the proposals of a run in the order in which they were chosen,
// with what became of each. Permission: proposal.read. Codes: not_found,
// bad_cursor.
func (s *Service) RunItems(ctx context.Context, a access.Actor, id core.CertifyRunID, page core.Page) (core.List[core.CertifyRunItem], error) {
	if _, err := s.Run(ctx, a, id); err != nil {
		return core.List[core.CertifyRunItem]{}, err
	}
	after, err := positionOf(page.Cursor)
	if err != nil {
		return core.List[core.CertifyRunItem]{}, err
	}
	var rows []core.CertifyRunItem
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.RunItems(ctx, id, after, page.Size()+1)
		return err
	})
	return core.ListOf(rows, page.Size(), func(i core.CertifyRunItem) string { return strconv.Itoa(i.Position) }), err
}

func positionOf(cursor string) (int, error) {
	parts, err := core.DecodeCursor(cursor, 1)
	if err != nil || parts == nil {
		return 0, err
	}
	after, err := strconv.Atoi(parts[0])
	if err != nil || after < 0 {
		return 0, core.ErrBadCursor
	}
	return after, nil
}

// WorkRuns works off what runs wait for, and tells how many certificates were
// issued. Each proposal is certified in a transaction of its own; a stop in
// between loses nothing, and nothing is certified twice. It is run in the
// background.
func (s *Service) WorkRuns(ctx context.Context) (int, error) {
	for n := 0; ; {
		var waiting []core.CertifyRunItem
		err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
			waiting, err = tx.WaitingRunItems(ctx, examined)
			return err
		})
		if err != nil || len(waiting) == 0 {
			return n, err
		}
		for _, item := range waiting {
			if err := s.workItem(ctx, &item); err != nil {
				return n, err
			}
			if item.Code == "" {
				n++
			}
		}
	}
}

// workItem certifies one proposal of a run, and keeps what became of it.
func (s *Service) workItem(ctx context.Context, item *core.CertifyRunItem) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a, err := s.runner(ctx, *item)
	var c core.Credential
	if err == nil {
		c, err = s.certifyAt(ctx, a, item.OrganizationID, Chosen{item.ProposalID, item.Version})
	}
	if code := core.CodeOf(err); code == "already_decided" || code == core.ErrStale.Code {
		if done, found := s.certifiedBy(ctx, a, *item); found {
			c, err = done, nil // by this run, before it was stopped
		}
	}
	fault := core.AsFault(err)
	if err != nil && fault == nil {
		return err
	}
	item.DoneAt, item.CredentialID = s.src.Now(), c.ID
	if fault != nil {
		item.Code, item.Message = fault.Code, fault.Message
	}
	return s.store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.FinishRunItem(ctx, *item, item.DoneAt) })
}

// runner is the person of a run with the rights of now. The password was given
// when the run was begun.
func (s *Service) runner(ctx context.Context, item core.CertifyRunItem) (access.Actor, error) {
	var a access.Actor
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		a, err = tx.ActorOf(ctx, item.AccountID)
		return err
	})
	a.AuthenticatedAt = s.src.Now()
	return a, err
}

// certifiedBy is the credential of a proposal that the person of a run has
// certified since the run was begun.
func (s *Service) certifiedBy(ctx context.Context, a access.Actor, item core.CertifyRunItem) (core.Credential, bool) {
	p, err := s.Proposal(ctx, a, item.ProposalID)
	if err != nil || p.DecidedBy != item.AccountID || p.DecidedAt.Before(item.BegunAt) || p.State != core.ProposalCertified {
		return core.Credential{}, false
	}
	c, err := s.Credential(ctx, a, p.CredentialID)
	return c, err == nil
}
