package registry

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
)

// AnswerWithin is how many days the office has to answer a request. The number
// is the house's, no statute's.
const AnswerWithin = 14

// longestText is the most characters of a request or an answer.
const longestText = 2000

// RequestQuery asks for requests: a school's open ones by the day they are due,
// else newest first. A zero field does not narrow.
type RequestQuery struct {
	Organization core.OrganizationID
	Enrollment   core.EnrollmentID
	Open         bool
	AfterDue     core.Date
	After        core.RequestID
	Limit        int
}

// Requests keeps what students ask for. A miss is not_found, a change of another
// version stale, a second open request for one class a duplicate.
type Requests interface {
	InsertRequest(ctx context.Context, r core.Request) error
	Request(ctx context.Context, id core.RequestID) (core.Request, error)
	FindRequests(ctx context.Context, q RequestQuery) ([]core.Request, error)
	UpdateRequest(ctx context.Context, r core.Request) error
}

// Attended is what a missed punch changes.
type Attended interface {
	LockClass(ctx context.Context, id core.ClassID) (core.Class, error)
	AttendanceOf(ctx context.Context, class core.ClassID, therapist core.TherapistID) (core.Attendance, error)
	SaveAttendance(ctx context.Context, all []core.Attendance) error
	Entry(ctx context.Context, id core.EntryID) (core.Entry, error)
	InsertEntry(ctx context.Context, e core.Entry) error
}

// RequestInput is a request as a student wrote it. In and Out are the clock on
// the wall in a class.
type RequestInput struct {
	Kind    core.RequestKind
	ClassID core.ClassID
	EntryID core.EntryID
	In, Out string
	Text    string
}

// Ask makes a request of the actor's own enrollment, to be answered within
// AnswerWithin days. It needs request.make. Codes by field: unknown_kind,
// required, too_long, bad_time, nonexistent_time, unknown_class, unknown_entry,
// not_held; duplicate, has_entry, not_planned.
func (s *Service) Ask(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in RequestInput) (core.Request, error) {
	now := s.src.Now()
	var r core.Request
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		e, err := locked(ctx, tx, a, access.RequestMake, enrollment)
		if err != nil {
			return err
		}
		school, err := tx.Organization(ctx, e.OrganizationID)
		if err != nil {
			return err
		}
		r = core.Request{
			ID: core.NewID[core.RequestID](s.src), OrganizationID: e.OrganizationID, EnrollmentID: e.ID, TherapistID: e.TherapistID,
			Name: a.Name, Kind: in.Kind, State: core.RequestOpen, DueOn: school.Today(now).AddDays(AnswerWithin), CreatedAt: now, Version: 1,
		}
		if err := fillRequest(ctx, tx, &r, in, now); err != nil {
			return err
		}
		if err := tx.InsertRequest(ctx, r); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, r.OrganizationID, access.RequestMake, "request", r.ID.String())
	})
	if core.CodeOf(err) == core.ErrDuplicate.Code {
		err = core.Conflict("duplicate", "You asked for this class already; the office has to answer first.")
	}
	return r, err
}

func fillRequest(ctx context.Context, tx Tx, r *core.Request, in RequestInput, now time.Time) error {
	var c core.Collect
	var err error
	r.Text, err = core.CleanNote(in.Text, 1, longestText)
	_ = c.Check("text", err)
	switch in.Kind {
	case core.RequestMissedPunch:
		if in.ClassID.IsZero() {
			c.Add("class_id", "required", "Choose the class.")
			return c.Err()
		}
		class, row, err := attendedClass(ctx, tx, *r, in.ClassID)
		if core.CodeOf(err) == core.NotFound("").Code {
			c.Add("class_id", "unknown_class", "Choose a class on whose roster you are.")
			return c.Err()
		}
		if err != nil {
			return err
		}
		if class.Session.End.After(now) {
			c.Add("class_id", "not_held", "The class is not over yet; clock in and out there.")
		}
		if err := grantable(class, row); err != nil {
			return err
		}
		r.ClassID = class.ID
		r.In, r.Out = wall(&c, "in", class, in.In), wall(&c, "out", class, in.Out)
		if !r.In.IsZero() && !r.Out.IsZero() && !r.Out.After(r.In) {
			c.Add("out", "bad_time", "The end lies before the start.")
		}
	case core.RequestDispute:
		if in.EntryID.IsZero() {
			break
		}
		entry, err := tx.Entry(ctx, in.EntryID)
		if core.CodeOf(err) == core.NotFound("").Code || err == nil && entry.EnrollmentID != r.EnrollmentID {
			c.Add("entry_id", "unknown_entry", "Choose a session of yours.")
			return c.Err()
		}
		if err != nil {
			return err
		}
		r.EntryID = entry.ID
	default:
		c.Add("kind", "unknown_kind", "Choose a missed punch or a dispute.")
	}
	return c.Err()
}

func attendedClass(ctx context.Context, tx Attended, r core.Request, id core.ClassID) (core.Class, core.Attendance, error) {
	class, err := tx.LockClass(ctx, id)
	if err != nil {
		return class, core.Attendance{}, err
	}
	row, err := tx.AttendanceOf(ctx, id, r.TherapistID)
	if err == nil && row.EnrollmentID != r.EnrollmentID {
		err = core.NotFound("class")
	}
	return class, row, err
}

// grantable says whether times can still be granted for a class.
func grantable(class core.Class, row core.Attendance) error {
	switch {
	case class.State == core.ClassCancelled:
		return core.Conflict("not_planned", "The class was called off.")
	case !row.EntryID.IsZero():
		return core.Conflict("has_entry", "The class is signed and in the record; make a correction of that session instead.")
	}
	return nil
}

// wall reads a time as the clock on the wall showed it in a class.
func wall(c *core.Collect, field string, class core.Class, text string) time.Time {
	clock, err := core.ParseWallTime(text)
	if err != nil {
		_ = c.Check(field, err)
		return time.Time{}
	}
	loc := core.Organization{Zone: class.Session.Zone}.Location()
	moment, ok := class.Session.Date.Resolve(clock, loc)
	if ok && moment.Before(class.Session.Start.Add(-time.Hour)) {
		moment, ok = class.Session.Date.AddDays(1).Resolve(clock, loc) // after midnight
	}
	if !ok {
		c.Add(field, "nonexistent_time", "The clock was set forward and never showed %s.", text)
	}
	return moment.UTC()
}

// Grant answers a request with yes. A granted missed punch writes its times into
// the roster; where the class was signed already, a session goes to its
// instructor to be signed, since the office signs nothing. It needs
// request.decide. Codes: required, too_long, already_decided, own_record,
// has_entry, not_planned, empty_session, entry_overlap, enrollment_not_active,
// stale.
func (s *Service) Grant(ctx context.Context, a access.Actor, id core.RequestID, version int, answer string) (core.Request, error) {
	return s.answer(ctx, a, id, version, access.RequestDecide, func(ctx context.Context, tx Tx, r *core.Request, now time.Time) (err error) {
		r.State = core.RequestGranted
		if r.Answer, err = answerOf(answer); err != nil || r.Kind != core.RequestMissedPunch {
			return err
		}
		return s.punch(ctx, tx, a, *r, now)
	})
}

func (s *Service) punch(ctx context.Context, tx Tx, a access.Actor, r core.Request, now time.Time) error {
	class, row, err := attendedClass(ctx, tx, r, r.ClassID)
	if err != nil {
		return err
	}
	if err := grantable(class, row); err != nil {
		return err
	}
	row.In, row.Out, row.InBy, row.OutBy, row.Mark = r.In, r.Out, core.ClockedRequest, core.ClockedRequest, core.MarkPresent
	if class.State == core.ClassSigned {
		if row.EntryID, err = s.late(ctx, tx, a, class, row, now); err != nil {
			return err
		}
	}
	return tx.SaveAttendance(ctx, []core.Attendance{row})
}

// late submits what a student attended of a signed class to its instructor.
func (s *Service) late(ctx context.Context, tx Tx, a access.Actor, class core.Class, row core.Attendance, now time.Time) (core.EntryID, error) {
	enrollments, err := tx.LockEnrollments(ctx, []core.EnrollmentID{row.EnrollmentID})
	if err != nil {
		return core.EntryID{}, err
	}
	if e := enrollments[0]; e.State != core.EnrollmentActive {
		return core.EntryID{}, core.Conflict("enrollment_not_active", "This enrollment is %s.", e.State)
	}
	session, err := class.Attended(row)
	if err != nil {
		return core.EntryID{}, err
	}
	e := core.Entry{
		ID: core.NewID[core.EntryID](s.src), OrganizationID: class.OrganizationID, EnrollmentID: row.EnrollmentID, TherapistID: row.TherapistID,
		StudentName: row.Name, State: core.EntrySubmitted, Session: session, SupervisorID: class.InstructorID, SupervisorName: class.InstructorName,
		Note: "A missed punch, granted by " + a.Name + ".", CreatedAt: now, CreatedBy: a.AccountID, SubmittedAt: now, Version: 1,
	}
	return e.ID, tx.InsertEntry(ctx, e)
}

// Decline answers a request with no. It needs request.decide. Codes: required,
// too_long, already_decided, own_record, stale.
func (s *Service) Decline(ctx context.Context, a access.Actor, id core.RequestID, version int, answer string) (core.Request, error) {
	return s.answer(ctx, a, id, version, access.RequestDecide, func(_ context.Context, _ Tx, r *core.Request, _ time.Time) (err error) {
		r.State = core.RequestDeclined
		r.Answer, err = answerOf(answer)
		return err
	})
}

// TakeBack withdraws the actor's own request. It needs request.make. Codes:
// already_decided, stale.
func (s *Service) TakeBack(ctx context.Context, a access.Actor, id core.RequestID, version int) (core.Request, error) {
	return s.answer(ctx, a, id, version, access.RequestMake, func(_ context.Context, _ Tx, r *core.Request, _ time.Time) error {
		r.State = core.RequestWithdrawn
		return nil
	})
}

func answerOf(text string) (string, error) {
	clean, err := core.CleanNote(text, 1, longestText)
	var c core.Collect
	_ = c.Check("answer", err)
	return clean, c.Err()
}

func (s *Service) answer(ctx context.Context, a access.Actor, id core.RequestID, version int, action access.Action, fn func(context.Context, Tx, *core.Request, time.Time) error) (core.Request, error) {
	now := s.src.Now()
	var r core.Request
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if r, err = requestFor(ctx, tx, a, action, id); err != nil {
			return err
		}
		if version != 0 && version != r.Version {
			return core.ErrStale
		}
		if r.State != core.RequestOpen {
			return core.Conflict("already_decided", "This request is %s already.", r.State)
		}
		if err := fn(ctx, tx, &r, now); err != nil {
			return err
		}
		r.DecidedBy, r.DecidedByName, r.DecidedAt = a.AccountID, a.Name, now
		if err := tx.UpdateRequest(ctx, r); err != nil {
			return err
		}
		r.Version++
		return s.audit(ctx, tx, a, now, r.OrganizationID, action, "request", id.String())
	})
	return r, err
}

func requestFor(ctx context.Context, tx Requests, a access.Actor, action access.Action, id core.RequestID) (core.Request, error) {
	r, err := tx.Request(ctx, id)
	if err != nil {
		return r, err
	}
	return r, access.Can(a, action, access.Target{Organization: r.OrganizationID, Therapist: r.TherapistID})
}

// Request is one request. It needs request.read.
func (s *Service) Request(ctx context.Context, a access.Actor, id core.RequestID) (core.Request, error) {
	var r core.Request
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		r, err = requestFor(ctx, tx, a, access.RequestRead, id)
		return err
	})
	return r, err
}

// Requests lists a school's requests: the open ones by the day on which they are
// due, or all of them, newest first. It needs request.read for the school. Code:
// bad_cursor.
func (s *Service) Requests(ctx context.Context, a access.Actor, org core.OrganizationID, open bool, page core.Page) (core.List[core.Request], error) {
	if err := access.Can(a, access.RequestRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Request]{}, err
	}
	return s.requests(ctx, RequestQuery{Organization: org, Open: open}, page)
}

// RequestsOf lists an enrollment's requests, newest first. It needs
// request.read. Code: bad_cursor.
func (s *Service) RequestsOf(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, page core.Page) (core.List[core.Request], error) {
	var e core.Enrollment
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		e, err = locked(ctx, tx, a, access.RequestRead, enrollment)
		return err
	})
	if err != nil {
		return core.List[core.Request]{}, err
	}
	return s.requests(ctx, RequestQuery{Organization: e.OrganizationID, Enrollment: enrollment}, page)
}

func (s *Service) requests(ctx context.Context, q RequestQuery, page core.Page) (core.List[core.Request], error) {
	parts, err := core.DecodeCursor(page.Cursor, 2)
	if err != nil {
		return core.List[core.Request]{}, err
	}
	if parts != nil {
		due, err := core.ParseDate(parts[0])
		after, err2 := core.ParseID[core.RequestID](parts[1])
		if err != nil || err2 != nil {
			return core.List[core.Request]{}, core.ErrBadCursor
		}
		q.AfterDue, q.After = due, after
	}
	q.Limit = page.Size() + 1
	var rows []core.Request
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.FindRequests(ctx, q)
		return err
	})
	if err != nil || len(rows) <= page.Size() {
		return core.List[core.Request]{Items: rows}, err
	}
	last := rows[page.Size()-1]
	return core.List[core.Request]{Items: rows[:page.Size()], Next: core.EncodeCursor(last.DueOn.String(), last.ID.String())}, nil
}
