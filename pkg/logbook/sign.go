package logbook

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// MostSigned is how many entries are signed at once.
const MostSigned = 200

// Sign signs submitted entries, all or none, and posts their minutes to the
// ledger. What a correction corrects is superseded and its credit reversed. It
// needs entry.sign, a person who gave the password within 15 minutes, and that
// each entry was submitted to the actor. Codes: reauthentication_required,
// too_many, required, not_found, own_record, other_supervisor, not_submitted,
// import_pending, enrollment_closed, entry_overlap, stale.
func (s *Service) Sign(ctx context.Context, a access.Actor, org core.OrganizationID, refs []EntryRef) ([]core.Entry, error) {
	if err := access.Can(a, access.EntrySign, access.Target{Organization: org}); err != nil {
		return nil, err
	}
	now := s.src.Now()
	if err := access.Fresh(a, now); err != nil {
		return nil, err
	}
	ids, err := idsOf(refs)
	if err != nil {
		return nil, err
	}
	var signed []core.Entry
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.EntriesByID(ctx, ids)
		if err != nil {
			return err
		}
		if signed, err = signable(a, org, refs, found); err != nil {
			return err
		}
		member, _ := a.Member(org, core.RoleSupervisor)
		if err := s.sign(ctx, tx, a, signed, member, now); err != nil {
			return err
		}
		return s.auditSigned(ctx, tx, a, now, signed)
	})
	if err != nil {
		return nil, err
	}
	return signed, nil
}

func idsOf(refs []EntryRef) ([]core.EntryID, error) {
	if len(refs) == 0 {
		return nil, core.InvalidField("entries", "required", "Choose at least one entry.")
	}
	if len(refs) > MostSigned {
		return nil, core.InvalidField("entries", "too_many", "At most %d entries are signed at once.", MostSigned)
	}
	ids, seen := make([]core.EntryID, len(refs)), map[core.EntryID]bool{}
	for i, r := range refs {
		if seen[r.ID] {
			return nil, core.InvalidField("entries", "repeated", "The entry %s is named twice.", r.ID)
		}
		ids[i], seen[r.ID] = r.ID, true
	}
	return ids, nil
}

// signable puts what was found in the order of the references and says why one
// of them cannot be signed by the actor.
func signable(a access.Actor, org core.OrganizationID, refs []EntryRef, found []core.Entry) ([]core.Entry, error) {
	by := make(map[core.EntryID]core.Entry, len(found))
	for _, e := range found {
		by[e.ID] = e
	}
	entries := make([]core.Entry, len(refs))
	for i, r := range refs {
		e, ok := by[r.ID]
		if !ok || e.OrganizationID != org {
			return nil, core.NotFound("entry")
		}
		if err := decidable(a, access.EntrySign, e, r.Version); err != nil {
			return nil, err
		}
		entries[i] = e
	}
	return entries, nil
}

// decidable says whether the actor may sign or return an entry.
func decidable(a access.Actor, action access.Action, e core.Entry, version int) error {
	if err := access.Can(a, action, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}); err != nil {
		return err
	}
	member, _ := a.Member(e.OrganizationID, core.RoleSupervisor)
	switch {
	case e.SupervisorID != member:
		return core.Forbidden("other_supervisor", "The entry of %s by %s was submitted to %s.", e.Session.Date, e.StudentName, e.SupervisorName)
	case e.State != core.EntrySubmitted:
		return core.Conflict("not_submitted", "The entry of %s by %s is %s; only a submitted one is decided on.", e.Session.Date, e.StudentName, e.State)
	case !e.ImportID.IsZero():
		return errImportPending
	case version != 0 && version != e.Version:
		return core.ErrStale
	}
	return nil
}

// sign marks entries as signed by a member, supersedes what they correct, posts
// the credits, and leaves the entries as they are afterwards.
func (s *Service) sign(ctx context.Context, tx Tx, a access.Actor, entries []core.Entry, by core.MemberID, now time.Time) error {
	if err := open(ctx, tx, entries); err != nil {
		return err
	}
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
		credits = append(credits, core.CreditOf(*e, newID[core.CreditID](s), a.AccountID, now))
	}
	return tx.PostCredits(ctx, credits)
}

// open locks the entries' enrollments and wants them active.
func open(ctx context.Context, tx Tx, entries []core.Entry) error {
	var ids []core.EnrollmentID
	seen := map[core.EnrollmentID]bool{}
	for _, e := range entries {
		if !seen[e.EnrollmentID] {
			seen[e.EnrollmentID] = true
			ids = append(ids, e.EnrollmentID)
		}
	}
	enrollments, err := tx.LockEnrollments(ctx, ids)
	if err != nil {
		return err
	}
	for _, e := range enrollments {
		if err := closed(e); err != nil {
			return err
		}
	}
	return nil
}

// supersede marks what the corrections among entries correct and gives the
// reversals of its credits. It comes before the corrections are signed, since
// they share time with it.
func (s *Service) supersede(ctx context.Context, tx Tx, a access.Actor, entries []core.Entry, now time.Time) ([]core.Credit, error) {
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
		reversals[i] = c.Reversal(newID[core.CreditID](s), a.AccountID, now)
	}
	return reversals, nil
}

func (s *Service) auditSigned(ctx context.Context, tx Audits, a access.Actor, now time.Time, entries []core.Entry) error {
	events := make([]core.AuditEvent, len(entries))
	for i, e := range entries {
		events[i] = s.event(ctx, a, now, e.OrganizationID, access.EntrySign, "entry", e.ID.String(), nil)
		if !e.Corrects.IsZero() {
			events[i].Detail = map[string]string{"supersedes": e.Corrects.String()}
		}
	}
	return tx.AuditAll(ctx, events)
}

// Return gives a submitted entry back to its student with a reason. It needs
// entry.return and that the entry was submitted to the actor. Codes: required,
// other_supervisor, not_submitted, import_pending, own_record, stale.
func (s *Service) Return(ctx context.Context, a access.Actor, id core.EntryID, version int, reason string) (core.Entry, error) {
	return s.change(ctx, a, id, 0, access.EntryReturn, func(_ context.Context, _ Tx, e *core.Entry) error {
		if err := decidable(a, access.EntryReturn, *e, version); err != nil {
			return err
		}
		text, err := core.CleanNote(reason, 1, LongestReason)
		var c core.Collect
		_ = c.Check("reason", err)
		if err := c.Err(); err != nil {
			return err
		}
		e.State, e.ReturnReason = core.EntryReturned, text
		return nil
	})
}
