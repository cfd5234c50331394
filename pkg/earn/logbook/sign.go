package logbook

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
)

// Ledger signs entries and posts credits. A second posting of an entry is
// already_posted.
type Ledger interface {
	// SupersedeEntries marks signed entries as superseded by corrections.
	SupersedeEntries(ctx context.Context, corrections []core.Entry) error
	// SignEntries signs submitted entries in the versions given.
	SignEntries(ctx context.Context, entries []core.Entry, by core.MemberID, now time.Time) error
	// PostCredits appends to the ledger and moves totals and sequences.
	PostCredits(ctx context.Context, credits []core.Credit) error
	// CreditsOf are an enrollment's credits after one, in the order of posting;
	// limit 0 is all.
	CreditsOf(ctx context.Context, enrollment core.EnrollmentID, after core.CreditID, limit int) ([]core.Credit, error)
	// FindCredits are at most limit credits after one: the newest day first, and of
	// a day what was posted last.
	FindCredits(ctx context.Context, enrollment core.EnrollmentID, after core.CreditID, limit int) ([]core.Credit, error)
	CreditsOfMany(ctx context.Context, enrollments []core.EnrollmentID) ([]core.Credit, error)
	// CreditsOfEntries are the unreversed credits of entries.
	CreditsOfEntries(ctx context.Context, entries []core.EntryID) ([]core.Credit, error)
	// PostedFor are all credits of one entry, reversals included.
	PostedFor(ctx context.Context, entry core.EntryID) ([]core.Credit, error)
	Totals(ctx context.Context, enrollment core.EnrollmentID) ([]Total, error)
}

// MostSigned is how many entries are signed at once.
const MostSigned = 200

var signsEntries = act.Declare(access.EntrySign, act.NewEvent("entry.sign", "entry"))

// Signing is what became of sessions that someone signed: those that are signed, and
// those that cannot be, which wait on. One of the two may be empty, never both.
type Signing struct {
	Signed []core.Entry
	Left   []Unsigned
}

// Sign signs submitted entries and posts their minutes to the ledger. What a
// correction corrects is superseded and its credit reversed. A session of a day that
// cannot be (Impossible) is left unsigned and named, and the others are signed; where
// none is left, that is the fault. Whatever else is wrong with one keeps all from being
// signed. It needs entry.sign, a person who gave the password within 15 minutes, and
// that each entry was submitted to the actor. Codes: reauthentication_required,
// too_many, required, not_found, own_record, other_supervisor, not_submitted,
// import_pending, those of Impossible, entry_overlap, stale.
func (s *entries) Sign(ctx context.Context, a access.Actor, org core.OrganizationID, refs []EntryRef) (Signing, error) {
	var ids []core.EntryID
	return act.Do(ctx, s.act, a, signsEntries, act.Command[Tx, []core.Entry, Signing]{
		At: access.Target{Organization: org},
		Prepare: func(context.Context) (err error) {
			ids, err = idsOf(refs)
			return err
		},
		Find: func(ctx context.Context, tx Tx) (act.Found[[]core.Entry], error) {
			found, err := tx.EntriesByID(ctx, ids)
			if err != nil {
				return act.Found[[]core.Entry]{}, err
			}
			return ordered(org, refs, found)
		},
		Change: func(ctx context.Context, x act.Step[Tx], entries []core.Entry) (done Signing, err error) {
			for i, e := range entries {
				if err := decidable(a, e, refs[i].Version); err != nil {
					return done, err
				}
			}
			if done.Signed, done.Left, err = Signable(ctx, x.Tx, entries); err != nil {
				return done, err
			}
			if len(done.Signed) == 0 {
				return done, noneOf(done.Left)
			}
			return done, nil
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ []core.Entry, done Signing) error {
			member, _ := a.Member(org, core.RoleSupervisor)
			return s.sign(ctx, x.Tx, a, done.Signed, member, x.Now)
		},
		Tell: func(_ []core.Entry, done Signing) []act.Told { return tellSigned(done.Signed) },
	})
}

// noneOf says why none of some sessions can be signed.
func noneOf(left []Unsigned) error {
	if len(left) == 1 {
		why := *left[0].Why
		why.Kind = core.KindConflict
		return &why
	}
	none := core.Conflict("none_signed", "count", len(left))
	for _, u := range left {
		none.Fields = append(none.Fields, u.Field("entries"))
	}
	return none
}

// Field says of an input why the session is not signed, and whose it is.
func (u Unsigned) Field(name string) core.Field {
	return core.Field{
		Name: name, Code: u.Why.Code, ID: "not_signable", Args: []any{"studentName", u.Entry.StudentName, "date", u.Entry.Session.Date, "why", u.Why},
	}
}

func idsOf(refs []EntryRef) ([]core.EntryID, error) {
	if len(refs) == 0 {
		return nil, core.InvalidField("entries", "required.sessions")
	}
	if len(refs) > MostSigned {
		return nil, core.InvalidField("entries", "too_many.entries", "mostSigned", MostSigned)
	}
	ids, seen := make([]core.EntryID, len(refs)), map[core.EntryID]bool{}
	for i, r := range refs {
		if seen[r.ID] {
			return nil, core.InvalidField("entries", "repeated.entries", "id", r.ID)
		}
		ids[i], seen[r.ID] = r.ID, true
	}
	return ids, nil
}

// ordered puts what was found in the order of the references. Each entry has an
// owner of its own.
func ordered(org core.OrganizationID, refs []EntryRef, found []core.Entry) (act.Found[[]core.Entry], error) {
	by := make(map[core.EntryID]core.Entry, len(found))
	for _, e := range found {
		by[e.ID] = e
	}
	all := act.Found[[]core.Entry]{Thing: make([]core.Entry, len(refs)), Owner: access.Target{Organization: org}, Others: make([]access.Target, len(refs))}
	for i, r := range refs {
		e, ok := by[r.ID]
		if !ok || e.OrganizationID != org {
			return all, core.NotFound("entry")
		}
		all.Thing[i], all.Others[i] = e, ownerOf(e)
	}
	return all, nil
}

// decidable says whether an entry waits for the actor, in the version that they
// saw.
func decidable(a access.Actor, e core.Entry, version int) error {
	member, _ := a.Member(e.OrganizationID, core.RoleSupervisor)
	switch {
	case e.SupervisorID != member:
		return core.Forbidden("other_supervisor.logbook", "date", e.Session.Date, "studentName", e.StudentName, "supervisorName", e.SupervisorName)
	case e.State != core.EntrySubmitted:
		return core.Conflict("not_submitted", "date", e.Session.Date, "studentName", e.StudentName, "state", e.State)
	case !e.ImportID.IsZero():
		return errImportPending
	case version != 0 && version != e.Version:
		return core.ErrStale
	}
	return nil
}

// sign marks entries, which are Signable, as signed by a member, supersedes what they
// correct, posts the credits, and leaves the entries as they are afterward.
func (s *entries) sign(ctx context.Context, tx Tx, a access.Actor, entries []core.Entry, by core.MemberID, now time.Time) error {
	credits, err := s.supersede(ctx, tx, a, entries, now)
	if err != nil {
		return err
	}
	if err := tx.SignEntries(ctx, entries, by, now); err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		e.State, e.SignedAt, e.SignedBy, e.SignedByName, e.Version = core.EntrySigned, now, by, a.Name, e.Version+1
		credits = append(credits, core.CreditOf(*e, core.NewID[core.CreditID](s.src), a.AccountID, now))
	}
	return tx.PostCredits(ctx, credits)
}

// supersede marks what the corrections among entries correct and gives the
// reversals of its credits. It comes before the corrections are signed, since
// they share time with it.
func (s *entries) supersede(ctx context.Context, tx Tx, a access.Actor, entries []core.Entry, now time.Time) ([]core.Credit, error) {
	var corrections []core.Entry
	var originals []core.EntryID
	for _, e := range entries {
		if !e.Corrects.IsZero() {
			corrections, originals = append(corrections, e), append(originals, e.Corrects)
		}
	}
	if len(corrections) == 0 {
		return nil, nil
	}
	if err := tx.SupersedeEntries(ctx, corrections); err != nil {
		return nil, err
	}
	posted, err := tx.CreditsOfEntries(ctx, originals)
	if err != nil {
		return nil, err
	}
	reversals := make([]core.Credit, len(posted))
	for i, c := range posted {
		reversals[i] = c.Reversal(core.NewID[core.CreditID](s.src), a.AccountID, now)
	}
	return reversals, nil
}

func tellSigned(entries []core.Entry) []act.Told {
	told := make([]act.Told, len(entries))
	for i, e := range entries {
		told[i] = act.Told{Owner: ownerOf(e), Subject: e.ID.String()}
		if !e.Corrects.IsZero() {
			told[i].Details = map[string]string{"supersedes": e.Corrects.String()}
		}
	}
	return told
}

var returnsEntry = act.Declare(access.EntryReturn, act.NewEvent("entry.return", "entry"))

// Return gives a submitted entry back to its student with a reason. It needs
// entry.return and that the entry was submitted to the actor. Codes: required,
// other_supervisor, not_submitted, import_pending, own_record, stale.
func (s *entries) Return(ctx context.Context, a access.Actor, id core.EntryID, version int, reason string) (core.Entry, error) {
	return act.Do(ctx, s.act, a, returnsEntry, changing(id, 0, func(_ context.Context, _ act.Step[Tx], e *core.Entry) error {
		if err := decidable(a, *e, version); err != nil {
			return err
		}
		text, err := reasonOf(reason)
		e.State, e.ReturnReason = core.EntryReturned, text
		return err
	}))
}
