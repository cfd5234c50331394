package logbook

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// Staging keeps the credits of an import that is being applied. They count for
// nothing.
type Staging interface {
	// StagedThrough is the last of an import's entries, by id, whose credit is
	// staged; zero where none is.
	StagedThrough(ctx context.Context, id core.ImportID) (core.EntryID, error)
	StageCredits(ctx context.Context, id core.ImportID, credits []core.Credit) error
	DropStaged(ctx context.Context, id core.ImportID) error
	// PostStaged signs an import's waiting entries and posts what is staged for
	// them, all at one moment. Entries and credits that are not as many are stale.
	PostStaged(ctx context.Context, id core.ImportID, by core.MemberID, now time.Time) error
	ActorOf(ctx context.Context, account core.AccountID) (access.Actor, error)
}

// MostAtOnce is how many entries one command signs. A larger import is applied
// in batches of as many.
const MostAtOnce = 1000

const applyWork = "import.apply"

// ApplyImports is the background work that applies approved imports. A batch
// makes the credits of entries and stages them, where they count for nothing;
// when nothing is left to be staged, one transaction signs the entries and posts
// all of the credits. A stop in between loses nothing. An import that cannot be
// applied is undone and waits for a decision again, with the reason.
func (s *imports) ApplyImports() act.Work {
	return act.Work{
		Name: applyWork,
		Do: func(ctx context.Context, item string) error {
			id, err := core.ParseID[core.ImportID](item)
			if err != nil {
				return err
			}
			for more := true; more && err == nil; {
				more, err = s.stage(ctx, id)
			}
			if err != nil {
				return err
			}
			return s.apply(ctx, id)
		},
		Due: s.applying, Every: time.Hour,
		Parked: func(ctx context.Context, item string, why error) error {
			id, err := core.ParseID[core.ImportID](item)
			if err != nil {
				return err
			}
			return s.undo(ctx, id, why)
		},
	}
}

func (s *imports) applying(ctx context.Context, add func(ids ...string) error) error {
	for after := (core.ImportID{}); ; {
		ids, err := act.Peek(ctx, s.act, func(ctx context.Context, tx Tx) ([]core.ImportID, error) {
			return tx.Applying(ctx, after, examined)
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := add(id.String()); err != nil {
				return err
			}
		}
		after = ids[len(ids)-1]
	}
}

// stage makes the credits of the next batch, and tells whether there may be more.
func (s *imports) stage(ctx context.Context, id core.ImportID) (more bool, err error) {
	now := s.src.Now()
	err = act.Maintain(ctx, s.act, func(ctx context.Context, tx Tx) error {
		more = false
		i, err := tx.Import(ctx, id) // one process stages at a time
		if err != nil || i.State != ImportApplying {
			return err
		}
		after, err := tx.StagedThrough(ctx, id)
		if err != nil {
			return err
		}
		entries, err := tx.PendingAfter(ctx, id, after, MostAtOnce)
		if err != nil || len(entries) == 0 {
			return err
		}
		credits := make([]core.Credit, len(entries))
		for n, e := range entries {
			credits[n] = core.CreditOf(e, core.NewID[core.CreditID](s.src), i.DecidedBy, now)
		}
		more = len(entries) == MostAtOnce
		return tx.StageCredits(ctx, id, credits)
	})
	return more, err
}

var appliesImport = act.Declare(access.ImportDecide, act.NewEvent("import.apply", "import"))

// apply signs and posts what was staged in the name of who approved it, with the
// rights that they have now.
func (s *imports) apply(ctx context.Context, id core.ImportID) error {
	approver, err := act.Inspect(ctx, s.act, func(ctx context.Context, tx Tx) (access.Actor, error) {
		i, err := tx.Import(ctx, id)
		if err != nil || i.State != ImportApplying {
			return access.Actor{}, err
		}
		return tx.ActorOf(ctx, i.DecidedBy)
	})
	if err != nil || approver.AccountID.IsZero() {
		return err
	}
	approver.AuthenticatedAt = s.src.Now() // the password was given for the approval
	_, err = act.Do(ctx, s.act, approver, appliesImport, act.Command[Tx, Import, Import]{
		Find: findImport(id),
		Change: func(ctx context.Context, x act.Step[Tx], i Import) (Import, error) {
			if i.State != ImportApplying || i.DecidedBy != approver.AccountID {
				return i, act.ErrNothing
			}
			left, err := impossibleIn(ctx, x.Tx, id)
			if err == nil && len(left) > 0 {
				err = undecided(left)
			}
			if err != nil {
				return i, err
			}
			i.State = ImportApproved
			return i, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, i Import) error {
			if err := x.Tx.PostStaged(ctx, id, officeOf(approver, i.OrganizationID), x.Now); err != nil {
				return err
			}
			return x.Tx.DecideImport(ctx, i)
		},
		Tell: func(_, i Import) []act.Told { return act.Of(i.ID.String(), nil) },
	})
	return err
}

var undoesImport = act.Declare(access.ImportDecide, act.NewEvent("import.undo", "import"))

// undo forgets what was staged. The import waits for a decision again.
func (s *imports) undo(ctx context.Context, id core.ImportID, why error) error {
	reason := words.English().Say("import.not_applied")
	code := core.CodeOf(why)
	if f := core.AsFault(why); f != nil {
		reason = words.English().Say("import.not_applied_because", "fault", f)
	}
	_, err := act.Do(ctx, s.act, access.System, undoesImport, act.Command[Tx, Import, Import]{
		Find: findImport(id),
		Change: func(ctx context.Context, x act.Step[Tx], i Import) (Import, error) {
			if i.State != ImportApplying {
				return i, act.ErrNothing
			}
			i.State, i.DecidedBy, i.DecidedAt, i.Reason = ImportProposed, core.AccountID{}, time.Time{}, reason
			return i, x.Tx.DropStaged(ctx, id)
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, i Import) error { return x.Tx.DecideImport(ctx, i) },
		Tell: func(_, i Import) []act.Told { return act.Of(i.ID.String(), map[string]string{"code": code}) },
	})
	return err
}

func findImport(id core.ImportID) func(context.Context, Tx) (act.Found[Import], error) {
	return func(ctx context.Context, tx Tx) (act.Found[Import], error) {
		i, err := tx.Import(ctx, id)
		return act.Found[Import]{Thing: i, Owner: access.Target{Organization: i.OrganizationID}, Version: i.Version}, err
	}
}
