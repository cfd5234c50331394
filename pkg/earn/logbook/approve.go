package logbook

import (
	"context"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Imports lists a school's imports, newest first. It needs import.read.
func (s *imports) Imports(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Import], error) {
	return act.List(ctx, s.act, a, page, act.ByID(access.ImportRead, access.Target{Organization: org},
		func(ctx context.Context, tx Tx, after core.ImportID, limit int) ([]Import, error) {
			return tx.FindImports(ctx, org, after, limit)
		},
		func(i Import) core.ImportID { return i.ID }))
}

// ImportByID is one import. It needs import.read.
func (s *imports) ImportByID(ctx context.Context, a access.Actor, id core.ImportID) (Import, error) {
	return act.Look(ctx, s.act, a, access.ImportRead, func(ctx context.Context, r act.Reader[Tx]) (Import, error) {
		i, err := r.Tx.Import(ctx, id)
		if err != nil {
			return Import{}, err
		}
		return i, r.May(ctx, access.Target{Organization: i.OrganizationID})
	})
}

var approvesImport = act.Declare(access.ImportDecide, act.NewEvent("import.approve", "import"))

// ApproveImport signs an import's entries and posts their minutes to the
// ledger. More than MostAtOnce are applied in the background (ImportApplying), and
// none of them counts until the last has been. It needs import.decide, another
// account than the one that imported, and a password given within 15 minutes.
// Codes: same_person, own_record, reauthentication_required, already_decided,
// enrollment_closed, stale.
func (s *imports) ApproveImport(ctx context.Context, a access.Actor, id core.ImportID, version int) (Import, error) {
	return act.Do(ctx, s.act, a, approvesImport, decidingImport(id, version, func(ctx context.Context, x act.Step[Tx], i *Import) error {
		if i.ProposedBy == a.AccountID {
			return core.Forbidden("same_person.import")
		}
		own, err := x.Tx.InImport(ctx, i.ID, a.Records())
		if err != nil {
			return err
		}
		if own {
			return core.Forbidden("own_record.logbook")
		}
		if i.Accepted-i.Unchanged > MostAtOnce {
			i.State = ImportApplying
			return x.Tx.Enqueue(ctx, act.Item{Work: applyWork, ID: i.ID.String()})
		}
		i.State = ImportApproved
		entries, err := x.Tx.PendingOf(ctx, i.ID)
		if err != nil || len(entries) == 0 {
			return err
		}
		return s.entries.sign(ctx, x.Tx, a, entries, officeOf(a, i.OrganizationID), x.Now)
	}))
}

// officeOf is the membership by which someone decides for a school's office.
func officeOf(a access.Actor, org core.OrganizationID) core.MemberID {
	by, ok := a.Member(org, core.RoleRegistrar)
	if !ok {
		by, _ = a.Member(org, core.RoleAdmin)
	}
	return by
}

var rejectsImport = act.Declare(access.ImportDecide, act.NewEvent("import.reject", "import"))

// RejectImport withdraws an import's entries; the file may be imported again
// afterward. It needs import.decide and a password given within 15 minutes.
// Codes: required, reauthentication_required, already_decided, stale.
func (s *imports) RejectImport(ctx context.Context, a access.Actor, id core.ImportID, version int, reason string) (Import, error) {
	return act.Do(ctx, s.act, a, rejectsImport, decidingImport(id, version, func(ctx context.Context, x act.Step[Tx], i *Import) (err error) {
		if i.Reason, err = reasonOf(reason); err != nil {
			return err
		}
		i.State = ImportRejected
		return x.Tx.WithdrawPending(ctx, i.ID)
	}))
}

// decidingImport is a command that decides on a proposed import, by fn.
func decidingImport(id core.ImportID, version int, fn func(context.Context, act.Step[Tx], *Import) error) act.Command[Tx, Import, Import] {
	return act.Command[Tx, Import, Import]{
		Version: version,
		Find:    findImport(id),
		Change: func(ctx context.Context, x act.Step[Tx], i Import) (Import, error) {
			if i.State == ImportApplying {
				return i, core.Conflict("already_decided.applying", "decidedByName", i.DecidedByName)
			}
			if i.State != ImportProposed {
				return i, core.Conflict("already_decided.import", "state", i.State)
			}
			i.DecidedBy, i.DecidedByName, i.DecidedAt, i.Reason = x.Actor.AccountID, x.Actor.Name, x.Now, ""
			err := fn(ctx, x, &i)
			i.Version++
			return i, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to Import) error {
			to.Version = from.Version
			return x.Tx.DecideImport(ctx, to)
		},
		Tell: func(_, i Import) []act.Told {
			return act.Of(i.ID.String(), map[string]string{"state": string(i.State)})
		},
	}
}
