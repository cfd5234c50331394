package logbook

import (
	"context"
	"fmt"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// LongestNote is the most characters of a note, LongestReason of a reason.
const (
	LongestNote   = 2000
	LongestReason = 500
)

// Log records a session of the actor's own enrollment, as a draft or submitted.
// It needs entry.log. Codes: those of core.NewSession by field,
// unknown_subject, unknown_supervisor (not an acting supervisor of the school,
// or the student), too_long, enrollment_closed; entry_overlap when it is
// submitted and shares time with another live session.
func (s *Service) Log(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in LogEntry) (core.Entry, error) {
	now := s.src.Now()
	var e core.Entry
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		place, err := s.loggable(ctx, tx, a, enrollment, in.SupervisorID)
		if err != nil {
			return err
		}
		e = core.Entry{ID: newID[core.EntryID](s), State: core.EntryDraft, CreatedAt: now, CreatedBy: a.AccountID, Version: 1}
		if err := s.fill(ctx, tx, &e, place, in, now); err != nil {
			return err
		}
		if err := tx.InsertEntry(ctx, e); err != nil {
			return err
		}
		return s.auditEntry(ctx, tx, a, now, access.EntryLog, e)
	})
	return e, s.nameOverlap(ctx, e, err)
}

// Edit changes a draft or a returned entry, and submits it when asked to. It
// needs entry.log. Codes: those of Log, not_open, stale.
func (s *Service) Edit(ctx context.Context, a access.Actor, id core.EntryID, version int, in LogEntry) (core.Entry, error) {
	now := s.src.Now()
	return s.change(ctx, a, id, version, access.EntryLog, func(ctx context.Context, tx Tx, e *core.Entry) error {
		if !e.Open() {
			return notOpen(*e)
		}
		place, err := s.loggable(ctx, tx, a, e.EnrollmentID, in.SupervisorID)
		if err != nil {
			return err
		}
		return s.fill(ctx, tx, e, place, in, now)
	})
}

// Submit sends a draft or a returned entry to its supervisor. It needs
// entry.log. Codes: not_open, entry_overlap, unknown_supervisor,
// enrollment_closed, stale.
func (s *Service) Submit(ctx context.Context, a access.Actor, id core.EntryID, version int) (core.Entry, error) {
	now := s.src.Now()
	return s.change(ctx, a, id, version, access.EntryLog, func(ctx context.Context, tx Tx, e *core.Entry) error {
		if !e.Open() {
			return notOpen(*e)
		}
		place, err := s.loggable(ctx, tx, a, e.EnrollmentID, e.SupervisorID)
		if err != nil {
			return err
		}
		if place.Supervisor.ID.IsZero() {
			return core.InvalidField("supervisor_id", "unknown_supervisor", "%s does not supervise at this school any more; choose another supervisor.", e.SupervisorName)
		}
		submit(e, now)
		return nil
	})
}

// Withdraw takes back an entry that is not signed. It needs entry.log. Codes:
// not_open, import_pending, stale.
func (s *Service) Withdraw(ctx context.Context, a access.Actor, id core.EntryID, version int) (core.Entry, error) {
	return s.change(ctx, a, id, version, access.EntryLog, func(_ context.Context, _ Tx, e *core.Entry) error {
		if !e.Open() && e.State != core.EntrySubmitted {
			return notOpen(*e)
		}
		if e.State == core.EntrySubmitted && !e.ImportID.IsZero() {
			return errImportPending
		}
		e.State = core.EntryWithdrawn
		return nil
	})
}

// Correct submits what a signed entry should have said; once it is signed it
// supersedes that entry. It needs entry.log. Codes: those of Log, required,
// not_signed, correction_pending, stale.
func (s *Service) Correct(ctx context.Context, a access.Actor, id core.EntryID, version int, in Correction) (core.Entry, error) {
	now := s.src.Now()
	var e core.Entry
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		original, err := entryFor(ctx, tx, a, access.EntryLog, id, version)
		if err != nil {
			return err
		}
		if original.State != core.EntrySigned {
			return core.Conflict("not_signed", "Only a signed entry is corrected; this one is %s.", original.State)
		}
		place, err := s.loggable(ctx, tx, a, original.EnrollmentID, in.SupervisorID)
		if err != nil {
			return err
		}
		reason, err := core.CleanNote(in.Reason, 1, LongestReason)
		var c core.Collect
		_ = c.Check("reason", err)
		in.Submit = true
		e = core.Entry{ID: newID[core.EntryID](s), CreatedAt: now, CreatedBy: a.AccountID, Corrects: id, CorrectionReason: reason, Version: 1}
		if err := c.Check("", s.fill(ctx, tx, &e, place, in.LogEntry, now)); err != nil {
			return err
		}
		if err := c.Err(); err != nil {
			return err
		}
		if err := tx.InsertEntry(ctx, e); err != nil {
			return err
		}
		return s.auditEntry(ctx, tx, a, now, access.EntryLog, e)
	})
	return e, err
}

var errImportPending = core.Conflict("import_pending", "This entry came with an attendance import and waits for the import's approval.")

// notOpen says why an entry cannot be changed.
func notOpen(e core.Entry) error {
	switch e.State {
	case core.EntrySubmitted:
		return core.Conflict("not_open", "This entry is submitted and waits for %s; withdraw it, or have it returned.", e.SupervisorName)
	case core.EntrySigned:
		return core.Conflict("not_open", "This entry is signed and does not change; make a correction of it instead.")
	}
	return core.Conflict("not_open", "This entry is %s and does not change.", e.State)
}

// loggable finds an enrollment that the actor may log to.
func (s *Service) loggable(ctx context.Context, tx Tx, a access.Actor, id core.EnrollmentID, supervisor core.MemberID) (Place, error) {
	place, err := placeFor(ctx, tx, a, access.EntryLog, id, supervisor)
	if err != nil {
		return place, err
	}
	return place, closed(place.Enrollment)
}

func closed(e core.Enrollment) error {
	if e.State != core.EnrollmentActive {
		return core.Conflict("enrollment_closed", "This enrollment is %s and takes no more hours.", e.State)
	}
	return nil
}

// fill writes the input into the entry, all faults at once.
func (s *Service) fill(ctx context.Context, tx Tx, e *core.Entry, place Place, in LogEntry, now time.Time) error {
	std, err := s.standardOf(ctx, tx, place.StandardID)
	if err != nil {
		return err
	}
	var c core.Collect
	session, err := core.NewSession(in.SessionInput, core.Organization{Zone: place.Zone}, now)
	if err := c.Check("", err); err != nil {
		return err
	}
	if in.Subject != "" {
		var known bool
		if session.Subject, known = std.SubjectCode(in.Subject); !known {
			c.Add("subject", "unknown_subject", "%q is no subject of this program.", in.Subject)
		}
	}
	switch {
	case in.SupervisorID.IsZero():
		c.Add("supervisor_id", "required", "Choose who supervised the session.")
	case place.Supervisor.ID.IsZero():
		c.Add("supervisor_id", "unknown_supervisor", "This is no supervisor of your school.")
	case place.Supervisor.AccountID == place.AccountID:
		c.Add("supervisor_id", "unknown_supervisor", "Nobody supervises their own session.")
	}
	note, err := core.CleanNote(in.Note, 0, LongestNote)
	_ = c.Check("note", err)
	e.OrganizationID, e.EnrollmentID, e.TherapistID, e.StudentName = place.OrganizationID, place.ID, place.TherapistID, place.Name
	e.Session, e.SupervisorID, e.SupervisorName, e.Note = session, in.SupervisorID, place.Supervisor.Name, note
	if in.Submit {
		submit(e, now)
	}
	return c.Err()
}

func submit(e *core.Entry, now time.Time) {
	e.State, e.SubmittedAt, e.ReturnReason = core.EntrySubmitted, now, ""
}

// entryFor loads an entry for an action on it, in the version that somebody
// saw; version 0 is any.
func entryFor(ctx context.Context, tx Tx, a access.Actor, action access.Action, id core.EntryID, version int) (core.Entry, error) {
	e, err := tx.Entry(ctx, id)
	if err != nil {
		return core.Entry{}, err
	}
	if err := access.Can(a, action, access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}); err != nil {
		return core.Entry{}, err
	}
	if version != 0 && version != e.Version {
		return core.Entry{}, core.ErrStale
	}
	return e, nil
}

// change loads an entry, lets fn change it and writes it back, provided that
// nobody else did in the meantime.
func (s *Service) change(ctx context.Context, a access.Actor, id core.EntryID, version int, action access.Action, fn func(context.Context, Tx, *core.Entry) error) (core.Entry, error) {
	now := s.src.Now()
	var e core.Entry
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		from, err := entryFor(ctx, tx, a, action, id, version)
		if err != nil {
			return err
		}
		e = from
		if err := fn(ctx, tx, &e); err != nil {
			return err
		}
		if err := tx.UpdateEntry(ctx, from, e); err != nil {
			return err
		}
		e.Version++
		return s.auditEntry(ctx, tx, a, now, action, e)
	})
	return e, s.nameOverlap(ctx, e, err)
}

func (s *Service) auditEntry(ctx context.Context, tx Audits, a access.Actor, now time.Time, action access.Action, e core.Entry) error {
	detail := map[string]string{"state": string(e.State)}
	if !e.Corrects.IsZero() {
		detail["corrects"] = e.Corrects.String()
	}
	return s.audit(ctx, tx, a, now, e.OrganizationID, action, "entry", e.ID.String(), detail)
}

// nameOverlap says with which session e collided. It looks after the database
// refused, so that a session without a collision costs nothing.
func (s *Service) nameOverlap(ctx context.Context, e core.Entry, err error) error {
	if core.CodeOf(err) != core.ErrOverlap.Code || !e.Session.Timed() {
		return err
	}
	var other core.Entry
	if s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		other, err = tx.Overlapping(ctx, e.TherapistID, e.Session, e.ID)
		return err
	}) != nil {
		return err
	}
	message := fmt.Sprintf("This session overlaps the session of %s, which is %s. Change its times, or correct the other one.", when(other.Session), other.State)
	return &core.Fault{
		Kind: core.KindConflict, Code: core.ErrOverlap.Code, Message: message,
		Fields: []core.Field{{Name: "start", Code: core.ErrOverlap.Code, Message: message}},
	}
}

// when writes a timed session's date and times as its school's clock showed
// them.
func when(session core.Session) string {
	loc := core.Organization{Zone: session.Zone}.Location()
	return fmt.Sprintf("%s, %s to %s", session.Date, session.Start.In(loc).Format("15:04"), session.End.In(loc).Format("15:04"))
}
