package logbook

import (
	"context"
	"strconv"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/words"
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

// OnDays says what becomes of an import's sessions of days that cannot be.
type OnDays string

// What a person can decide of them.
const (
	// LeaveOut withdraws them; the others are signed.
	LeaveOut OnDays = "leave_out"
	// EnrollEarlier has enrollments begin on the day of their first session in the
	// import, where that is earlier, and leaves out what still cannot be.
	EnrollEarlier OnDays = "enroll_earlier"
)

var (
	importApproved = act.NewEvent("import.approve", "import")
	// EnrollmentBegun tells that an enrollment begins on another day than it did.
	EnrollmentBegun = act.NewEvent("enrollment.begin", "enrollment")
	approvesImport  = act.Declare(access.ImportDecide, importApproved, EnrollmentBegun)
)

// ApproveImport signs an import's entries and posts their minutes to the
// ledger. More than MostAtOnce are applied in the background (ImportApplying), and
// none of them counts until the last has been. Where some are of days that cannot be
// (Impossible), a person has to say what becomes of them: without on it is refused and
// they are named. It needs import.decide, another account than the one that imported,
// and a password given within 15 minutes. Codes: days_undecided (days), unknown_on_days
// (days), same_person, own_record, reauthentication_required, already_decided, stale.
func (s *imports) ApproveImport(ctx context.Context, a access.Actor, id core.ImportID, version int, on OnDays) (Import, error) {
	var decided onDaysDecided
	c := decidingImport(id, version, func(ctx context.Context, x act.Step[Tx], i *Import) error {
		if err := a.Second(i.ProposedBy, i.ProposedByName, "same_person.import"); err != nil {
			return err
		}
		own, err := x.Tx.InImport(ctx, i.ID, a.Records())
		if err != nil {
			return err
		}
		if own {
			return core.Forbidden("own_record.logbook")
		}
		if decided, err = decideDays(ctx, x.Tx, i.ID, on); err != nil {
			return err
		}
		if decided.leftOut > 0 {
			i.Reason = words.English().Say("import.left_out", "count", decided.leftOut)
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
	})
	c.Tell = func(_, i Import) []act.Told { return decided.tell(i) }
	return act.Do(ctx, s.act, a, approvesImport, c)
}

// onDaysDecided is what was decided on an import's sessions of days that cannot be.
type onDaysDecided struct {
	leftOut int
	begun   []begun
}

// begun is an enrollment that begins on another day than it did.
type begun struct {
	Enrollment
	was core.Date
}

func (d onDaysDecided) tell(i Import) []act.Told {
	details := map[string]string{"state": string(i.State)}
	if d.leftOut > 0 {
		details["left_out"] = strconv.Itoa(d.leftOut)
	}
	told := act.Of(i.ID.String(), details)
	for _, b := range d.begun {
		told = append(told, act.Told{
			Event: EnrollmentBegun, Owner: access.Target{Organization: b.OrganizationID, Therapist: b.TherapistID}, Subject: b.ID.String(),
			Details: map[string]string{"from": b.was.String(), "to": b.EnrolledOn.String()},
		})
	}
	return told
}

// decideDays does with an import's waiting sessions of days that cannot be what was
// decided.
func decideDays(ctx context.Context, tx Tx, id core.ImportID, on OnDays) (d onDaysDecided, err error) {
	left, err := impossibleIn(ctx, tx, id)
	if err != nil || len(left) == 0 {
		return d, err
	}
	switch on {
	case "":
		return d, undecided(left)
	case EnrollEarlier:
		if d.begun, err = beginEarlier(ctx, tx, left); err == nil {
			left, err = impossibleIn(ctx, tx, id)
		}
	case LeaveOut:
	default:
		err = core.InvalidField("days", "unknown_on_days")
	}
	d.leftOut = len(left)
	if err != nil || d.leftOut == 0 {
		return d, err
	}
	out := make([]core.EntryID, len(left))
	for i, u := range left {
		out[i] = u.Entry.ID
	}
	return d, tx.WithdrawImported(ctx, out)
}

// impossibleIn are an import's waiting sessions of days that cannot be. Nothing else is
// posted to the enrollments of its students until the transaction ends.
func impossibleIn(ctx context.Context, tx Tx, id core.ImportID) (left []Unsigned, err error) {
	days := NewDays(CountSigned)
	for after := (core.EntryID{}); ; {
		entries, err := tx.PendingAfter(ctx, id, after, MostAtOnce)
		if err != nil || len(entries) == 0 {
			return left, err
		}
		after = entries[len(entries)-1].ID
		if err := days.Lock(ctx, tx, entries); err != nil {
			return nil, err
		}
		for _, e := range entries {
			if why := days.Take(e); why != nil {
				left = append(left, Unsigned{e, why})
			}
		}
	}
}

// mostNamed is how many sessions a fault names.
const mostNamed = 20

// undecided asks what becomes of sessions of days that cannot be.
func undecided(left []Unsigned) error {
	first := left[0]
	f := core.Conflict("days_undecided", "count", len(left), "studentName", first.Entry.StudentName, "date", first.Entry.Session.Date, "why", first.Why)
	f.Fields = []core.Field{f.Field("days")}
	for _, u := range left[:min(len(left), mostNamed)] {
		f.Fields = append(f.Fields, u.Field("days"))
	}
	return f
}

// beginEarlier has enrollments begin on the day of their first session.
func beginEarlier(ctx context.Context, tx Tx, left []Unsigned) ([]begun, error) {
	first := map[core.EnrollmentID]core.Date{}
	var ids []core.EnrollmentID
	for _, u := range left {
		if u.Why.Code != "before_enrollment" {
			continue
		}
		on, known := first[u.Entry.EnrollmentID]
		if !known {
			ids = append(ids, u.Entry.EnrollmentID)
		}
		if date := u.Entry.Session.Date; !known || date.Before(on) {
			first[u.Entry.EnrollmentID] = date
		}
	}
	enrollments, err := tx.LockEnrollments(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]begun, len(enrollments))
	for i, e := range enrollments {
		all[i] = begun{e, e.EnrolledOn}
		all[i].EnrolledOn = first[e.ID]
		if err := tx.BeginEnrollment(ctx, all[i].Enrollment); err != nil {
			return nil, err
		}
	}
	return all, nil
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
