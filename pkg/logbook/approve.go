package logbook

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// Imports lists a school's imports, newest first. It needs import.read.
func (s *Service) Imports(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Import], error) {
	if err := access.Can(a, access.ImportRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Import]{}, err
	}
	after, err := cursorID[core.ImportID](page)
	if err != nil {
		return core.List[core.Import]{}, err
	}
	var rows []core.Import
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.FindImports(ctx, org, after, page.Size()+1)
		return err
	})
	return cut(rows, page, func(i core.Import) []string { return []string{i.ID.String()} }), err
}

// ImportByID is one import. It needs import.read.
func (s *Service) ImportByID(ctx context.Context, a access.Actor, id core.ImportID) (core.Import, error) {
	var i core.Import
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		i, err = importFor(ctx, tx, a, access.ImportRead, id)
		return err
	})
	return i, err
}

func importFor(ctx context.Context, tx Imports, a access.Actor, action access.Action, id core.ImportID) (core.Import, error) {
	i, err := tx.Import(ctx, id)
	if err != nil {
		return core.Import{}, err
	}
	if err := access.Can(a, action, access.Target{Organization: i.OrganizationID}); err != nil {
		return core.Import{}, err
	}
	return i, nil
}

// ApproveImport signs an import's entries and posts their minutes to the
// ledger. It needs import.decide, another account than the one that imported,
// and a password given within 15 minutes. Codes: same_person, own_record,
// reauthentication_required, already_decided, enrollment_closed, stale.
func (s *Service) ApproveImport(ctx context.Context, a access.Actor, id core.ImportID, version int) (core.Import, error) {
	return s.decide(ctx, a, id, version, func(ctx context.Context, tx Tx, i *core.Import, now time.Time) error {
		if i.ProposedBy == a.AccountID {
			return core.Forbidden("same_person", "Another member than the one who imported the file has to approve it.")
		}
		i.State = core.ImportApproved
		entries, err := tx.PendingOf(ctx, i.ID)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, e := range entries {
			if e.TherapistID == a.TherapistID {
				return core.Forbidden("own_record", "The import has sessions of yours; nobody approves their own.")
			}
		}
		by, ok := a.Member(i.OrganizationID, core.RoleRegistrar)
		if !ok {
			by, _ = a.Member(i.OrganizationID, core.RoleAdmin)
		}
		return s.sign(ctx, tx, a, entries, by, now)
	})
}

// RejectImport withdraws an import's entries; the file may be imported again
// afterwards. It needs import.decide and a password given within 15 minutes.
// Codes: required, reauthentication_required, already_decided, stale.
func (s *Service) RejectImport(ctx context.Context, a access.Actor, id core.ImportID, version int, reason string) (core.Import, error) {
	return s.decide(ctx, a, id, version, func(ctx context.Context, tx Tx, i *core.Import, _ time.Time) error {
		text, err := core.CleanNote(reason, 1, LongestReason)
		var c core.Collect
		_ = c.Check("reason", err)
		if err := c.Err(); err != nil {
			return err
		}
		i.State, i.Reason = core.ImportRejected, text
		return tx.WithdrawPending(ctx, i.ID)
	})
}

// decide loads a proposed import, lets fn decide on it and writes the decision.
func (s *Service) decide(ctx context.Context, a access.Actor, id core.ImportID, version int, fn func(context.Context, Tx, *core.Import, time.Time) error) (core.Import, error) {
	now := s.src.Now()
	var i core.Import
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if i, err = importFor(ctx, tx, a, access.ImportDecide, id); err != nil {
			return err
		}
		if err := access.Fresh(a, now); err != nil {
			return err
		}
		if version != 0 && version != i.Version {
			return core.ErrStale
		}
		if i.State != core.ImportProposed {
			return core.Conflict("already_decided", "This import was %s already.", i.State)
		}
		if err := fn(ctx, tx, &i, now); err != nil {
			return err
		}
		i.DecidedBy, i.DecidedByName, i.DecidedAt = a.AccountID, a.Name, now
		if err := tx.DecideImport(ctx, i); err != nil {
			return err
		}
		i.Version++
		return s.audit(ctx, tx, a, now, i.OrganizationID, access.ImportDecide, "import", id.String(), map[string]string{"state": string(i.State)})
	})
	return i, err
}
