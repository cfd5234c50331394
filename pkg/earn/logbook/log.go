package logbook

import (
	"context"
	"fmt"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
)

// LogEntry is a session as its student logs it. Submit sends it to the
// supervisor at once, otherwise it is a draft.
type LogEntry struct {
	core.SessionInput
	SupervisorID core.MemberID `form:"supervisor_id"`
	Note         string        `form:"note"`
	Submit       bool
}

// Correction is what a signed session should have said, and why.
type Correction struct {
	LogEntry
	Reason string
}

// EntryRef names an entry in the version that someone saw; version 0 is any.
type EntryRef struct {
	ID      core.EntryID
	Version int
}

// EntryQuery asks for entries, newest date first. A zero field does not narrow.
type EntryQuery struct {
	Enrollment core.EnrollmentID
	State      core.EntryState
	AfterDate  core.Date
	After      core.EntryID
	Limit      int
}

// Entries keeps the entries. A miss is not_found; a change of another version
// or state than the one given is stale. The database refuses sessions of one
// student that overlap with entry_overlap.
type Entries interface {
	// InsertEntry writes an entry and, when it is submitted, moves the totals.
	InsertEntry(ctx context.Context, e core.Entry) error
	// UpdateEntry writes session, supervisor, note, state and times over the
	// entry that is in state and version from, and moves the totals.
	UpdateEntry(ctx context.Context, from core.Entry, e core.Entry) error
	Entry(ctx context.Context, id core.EntryID) (core.Entry, error)
	// EntriesByID finds entries and locks them for the transaction.
	EntriesByID(ctx context.Context, ids []core.EntryID) ([]core.Entry, error)
	FindEntries(ctx context.Context, q EntryQuery) ([]core.Entry, error)
	// EntryChain are the entry and all that it corrects or that correct it,
	// oldest first.
	EntryChain(ctx context.Context, id core.EntryID) ([]core.Entry, error)
	LastEntry(ctx context.Context, enrollment core.EnrollmentID) (core.Entry, error)
	// Overlapping is the live entry of a therapist that shares time with a
	// session.
	Overlapping(ctx context.Context, org core.OrganizationID, t core.TherapistID, s core.Session, except core.EntryID) (core.Entry, error)
}

// LongestNote is the most characters of a note, LongestReason of a reason.
const (
	LongestNote   = 2000
	LongestReason = 500
)

var logsEntry = act.Declare(access.EntryLog, act.NewEvent("entry.log", "entry"))

// Log records a session of the actor's own enrollment, as a draft or submitted.
// It needs entry.log. Codes: those of core.NewSession by field,
// unknown_subject, unknown_supervisor (not an acting supervisor of the school,
// or the student), too_long, and those of Impossible; entry_overlap when it is
// submitted and shares time with another live session.
func (s *entries) Log(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in LogEntry) (core.Entry, error) {
	var e core.Entry
	return act.Do(ctx, s.act, a, logsEntry, act.Command[Tx, Place, core.Entry]{
		Find: placeOf(enrollment, in.SupervisorID),
		Change: func(ctx context.Context, x act.Step[Tx], place Place) (core.Entry, error) {
			e = core.Entry{ID: core.NewID[core.EntryID](s.src), State: core.EntryDraft, CreatedAt: x.Now, CreatedBy: a.AccountID, Version: 1}
			err := s.fill(ctx, x, &e, place, in)
			return e, err
		},
		Save:    insertEntry,
		Tell:    tellEntry[Place],
		Explain: func(ctx context.Context, tx Tx, refusal error) error { return nameOverlap(ctx, tx, e, refusal) },
	})
}

var editsEntry = act.Declare(access.EntryLog, act.NewEvent("entry.edit", "entry"))

// Edit changes a draft or a returned entry, and submits it when asked to. It
// needs entry.log. Codes: those of Log, not_open, stale.
func (s *entries) Edit(ctx context.Context, a access.Actor, id core.EntryID, version int, in LogEntry) (core.Entry, error) {
	return act.Do(ctx, s.act, a, editsEntry, changing(id, version, func(ctx context.Context, x act.Step[Tx], e *core.Entry) error {
		if !e.Open() {
			return notOpen(*e)
		}
		place, err := x.Tx.EnrollmentPlace(ctx, e.EnrollmentID, in.SupervisorID)
		if err != nil {
			return err
		}
		return s.fill(ctx, x, e, place, in)
	}))
}

var submitsEntry = act.Declare(access.EntryLog, act.NewEvent("entry.submit", "entry"))

// Submit sends a draft or a returned entry to its supervisor. It needs
// entry.log. Codes: not_open, entry_overlap, unknown_supervisor, those of
// Impossible, stale.
func (s *entries) Submit(ctx context.Context, a access.Actor, id core.EntryID, version int) (core.Entry, error) {
	return act.Do(ctx, s.act, a, submitsEntry, changing(id, version, func(ctx context.Context, x act.Step[Tx], e *core.Entry) error {
		if !e.Open() {
			return notOpen(*e)
		}
		place, err := x.Tx.EnrollmentPlace(ctx, e.EnrollmentID, e.SupervisorID)
		if err == nil {
			err = possible(ctx, x.Tx, place.Enrollment, *e)
		}
		if err != nil {
			return err
		}
		if place.Supervisor.ID.IsZero() {
			return core.InvalidField("supervisor_id", "unknown_supervisor.gone", "supervisorName", e.SupervisorName)
		}
		submit(e, x.Now)
		return nil
	}))
}

var withdrawsEntry = act.Declare(access.EntryLog, act.NewEvent("entry.withdraw", "entry"))

// Withdraw ends an entry that is not signed; it is kept and read as withdrawn.
// It needs entry.log. Codes: not_open, import_pending, stale.
func (s *entries) Withdraw(ctx context.Context, a access.Actor, id core.EntryID, version int) (core.Entry, error) {
	return act.Do(ctx, s.act, a, withdrawsEntry, changing(id, version, func(_ context.Context, _ act.Step[Tx], e *core.Entry) error {
		if !e.Open() && e.State != core.EntrySubmitted {
			return notOpen(*e)
		}
		if e.State == core.EntrySubmitted && !e.ImportID.IsZero() {
			return errImportPending
		}
		e.State = core.EntryWithdrawn
		return nil
	}))
}

var correctsEntry = act.Declare(access.EntryLog, act.NewEvent("entry.correct", "entry"))

// Correct submits what a signed entry should have said; once it is signed it
// supersedes that entry. It needs entry.log. Codes: those of Log, required,
// not_signed, correction_pending, stale.
func (s *entries) Correct(ctx context.Context, a access.Actor, id core.EntryID, version int, in Correction) (core.Entry, error) {
	return act.Do(ctx, s.act, a, correctsEntry, act.Command[Tx, core.Entry, core.Entry]{
		Version: version,
		Find:    findEntry(id),
		Change: func(ctx context.Context, x act.Step[Tx], original core.Entry) (core.Entry, error) {
			e := core.Entry{ID: core.NewID[core.EntryID](s.src), CreatedAt: x.Now, CreatedBy: a.AccountID, Corrects: id, Version: 1}
			if original.State != core.EntrySigned {
				return e, core.Conflict("not_signed", "state", original.State)
			}
			place, err := x.Tx.EnrollmentPlace(ctx, original.EnrollmentID, in.SupervisorID)
			if err != nil {
				return e, err
			}
			var c core.Collect
			e.CorrectionReason, err = core.CleanNote(in.Reason, 1, LongestReason)
			_ = c.Check("reason", err)
			in.Submit = true
			if err := c.Check("", s.fill(ctx, x, &e, place, in.LogEntry)); err != nil {
				return e, err
			}
			return e, c.Err()
		},
		Save: func(ctx context.Context, x act.Step[Tx], _, e core.Entry) error { return x.Tx.InsertEntry(ctx, e) },
		Tell: tellEntry[core.Entry],
	})
}

// changing is a command that changes one entry, by fn.
func changing(id core.EntryID, version int, fn func(context.Context, act.Step[Tx], *core.Entry) error) act.Command[Tx, core.Entry, core.Entry] {
	var changed core.Entry
	return act.Command[Tx, core.Entry, core.Entry]{
		Version: version,
		Find:    findEntry(id),
		Change: func(ctx context.Context, x act.Step[Tx], e core.Entry) (core.Entry, error) {
			changed = e
			err := fn(ctx, x, &changed)
			changed.Version++
			return changed, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to core.Entry) error {
			return x.Tx.UpdateEntry(ctx, from, to)
		},
		Tell:    tellEntry[core.Entry],
		Explain: func(ctx context.Context, tx Tx, refusal error) error { return nameOverlap(ctx, tx, changed, refusal) },
	}
}

func insertEntry(ctx context.Context, x act.Step[Tx], _ Place, e core.Entry) error {
	return x.Tx.InsertEntry(ctx, e)
}

func findEntry(id core.EntryID) func(context.Context, Tx) (act.Found[core.Entry], error) {
	return func(ctx context.Context, tx Tx) (act.Found[core.Entry], error) {
		e, err := tx.Entry(ctx, id)
		return act.Found[core.Entry]{Thing: e, Owner: ownerOf(e), Version: e.Version}, err
	}
}

func ownerOf(e core.Entry) access.Target {
	return access.Target{Organization: e.OrganizationID, Therapist: e.TherapistID}
}

func tellEntry[N any](_ N, e core.Entry) []act.Told {
	details := map[string]string{"state": string(e.State)}
	if !e.Corrects.IsZero() {
		details["corrects"] = e.Corrects.String()
	}
	return act.Of(e.ID.String(), details)
}

var errImportPending = core.Conflict("import_pending")

// notOpen says why an entry cannot be changed.
func notOpen(e core.Entry) error {
	switch e.State {
	case core.EntrySubmitted:
		return core.Conflict("not_open.submitted", "supervisorName", e.SupervisorName)
	case core.EntrySigned:
		return core.Conflict("not_open.signed")
	}
	return core.Conflict("not_open.entry", "state", e.State)
}

// closed says of an enrollment that is over that it takes no more hours.
func closed(e Enrollment) error {
	if why := ended(e); why != nil {
		return why
	}
	return nil
}

// fill writes the input into the entry, all faults at once.
func (s *entries) fill(ctx context.Context, x act.Step[Tx], e *core.Entry, place Place, in LogEntry) error {
	if err := closed(place.Enrollment); err != nil {
		return err
	}
	std, err := s.programs.standardOf(ctx, x.Tx, place.StandardID)
	if err != nil {
		return err
	}
	var c core.Collect
	session, err := core.NewSession(in.SessionInput, core.Organization{Zone: place.Zone}, x.Now)
	if err := c.Check("", err); err != nil {
		return err
	}
	if in.Subject != "" {
		var known bool
		if session.Subject, known = std.SubjectCode(in.Subject); !known {
			c.Add("subject", "unknown_subject.subject", "subject", in.Subject)
		}
	}
	switch {
	case in.SupervisorID.IsZero():
		c.Add("supervisor_id", "required.supervisor_id")
	case place.Supervisor.ID.IsZero():
		c.Add("supervisor_id", "unknown_supervisor.none")
	case place.Supervisor.AccountID == place.AccountID:
		c.Add("supervisor_id", "unknown_supervisor.self")
	}
	note, err := core.CleanNote(in.Note, 0, LongestNote)
	_ = c.Check("note", err)
	e.OrganizationID, e.EnrollmentID, e.TherapistID, e.StudentName = place.OrganizationID, place.ID, place.TherapistID, place.Name
	e.Session, e.SupervisorID, e.SupervisorName, e.Note = session, in.SupervisorID, place.Supervisor.Name, note
	if in.Submit {
		submit(e, x.Now)
	}
	if err := c.Check("", possible(ctx, x.Tx, place.Enrollment, *e)); err != nil {
		return err
	}
	return c.Err()
}

func submit(e *core.Entry, now time.Time) {
	e.State, e.SubmittedAt, e.ReturnReason = core.EntrySubmitted, now, ""
}

// nameOverlap says with which session e collided. It looks after the database
// refused, so that a session without a collision costs nothing.
func nameOverlap(ctx context.Context, tx Tx, e core.Entry, refusal error) error {
	if core.CodeOf(refusal) != core.ErrOverlap.Code || !e.Session.Timed() {
		return refusal
	}
	other, err := tx.Overlapping(ctx, e.OrganizationID, e.TherapistID, e.Session, e.ID)
	if err != nil {
		return refusal
	}
	return core.Conflict(core.ErrOverlap.Code+".other", "when", when(other.Session), "state", other.State).Of("start")
}

// when writes a timed session's date and times as its school's clock showed
// them.
func when(session core.Session) string {
	loc := core.Organization{Zone: session.Zone}.Location()
	return fmt.Sprintf("%s, %s to %s", session.Date.Words(), words.English().Clock(session.Start.In(loc)), words.English().Clock(session.End.In(loc)))
}
