package registry

import (
	"cmp"
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/classroom"
	"github.com/palmar/palmar/pkg/earn/logbook"
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
	InsertRequest(ctx context.Context, r Request) error
	Request(ctx context.Context, id core.RequestID) (Request, error)
	FindRequests(ctx context.Context, q RequestQuery) ([]Request, error)
	UpdateRequest(ctx context.Context, r Request) error
}

// Attended is what a missed punch changes.
type Attended interface {
	LockClass(ctx context.Context, id core.ClassID) (classroom.Class, error)
	AttendanceOf(ctx context.Context, class core.ClassID, therapist core.TherapistID) (classroom.Attendance, error)
	SaveAttendance(ctx context.Context, all []classroom.Attendance) error
	Entry(ctx context.Context, id core.EntryID) (core.Entry, error)
	InsertEntry(ctx context.Context, e core.Entry) error
}

// RequestInput is a request as a student wrote it. In and Out are the clock on
// the wall in a class.
type RequestInput struct {
	Kind    RequestKind
	ClassID core.ClassID
	EntryID core.EntryID
	In, Out string
	Text    string
}

var makesRequest = act.Declare(access.RequestMake, act.NewEvent("request.make", "request"))

// Ask makes a request of the actor's own enrollment, to be answered within
// AnswerWithin days. It needs request.make. Codes by field: unknown_kind,
// required, too_long, bad_time, nonexistent_time, unknown_class, unknown_entry,
// not_held, those of logbook.Impossible (class_id); duplicate, has_entry, not_planned.
func (s *Service) Ask(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, in RequestInput) (Request, error) {
	return act.Do(ctx, s.act, a, makesRequest, act.Command[Tx, logbook.Enrollment, Request]{
		Find: findEnrollment(enrollment),
		Change: func(ctx context.Context, x act.Step[Tx], e logbook.Enrollment) (Request, error) {
			school, err := x.Tx.Organization(ctx, e.OrganizationID)
			if err != nil {
				return Request{}, err
			}
			r := Request{
				ID: core.NewID[core.RequestID](s.src), OrganizationID: e.OrganizationID, EnrollmentID: e.ID, TherapistID: e.TherapistID,
				Name: a.Name, Kind: in.Kind, State: RequestOpen, DueOn: school.Today(x.Now).AddDays(AnswerWithin), CreatedAt: x.Now, Version: 1,
			}
			err = in.fill(ctx, x, &r)
			return r, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ logbook.Enrollment, r Request) error {
			err := x.Tx.InsertRequest(ctx, r)
			if core.CodeOf(err) == core.ErrDuplicate.Code {
				return core.Conflict("duplicate.registry")
			}
			return err
		},
		Tell: func(_ logbook.Enrollment, r Request) []act.Told { return act.Of(r.ID.String(), nil) },
	})
}

// fill writes the input into a request, all faults at once.
func (in RequestInput) fill(ctx context.Context, x act.Step[Tx], r *Request) (err error) {
	var c core.Collect
	r.Text, err = core.CleanNote(in.Text, 1, longestText)
	_ = c.Check("text", err)
	switch in.Kind {
	case RequestMissedPunch:
		err = in.fillPunch(ctx, x, &c, r)
	case RequestDispute:
		err = in.fillDispute(ctx, x.Tx, &c, r)
	default:
		c.Add("kind", "unknown_kind.request")
	}
	return cmp.Or(err, c.Err())
}

func (in RequestInput) fillPunch(ctx context.Context, x act.Step[Tx], c *core.Collect, r *Request) error {
	if in.ClassID.IsZero() {
		c.Add("class_id", "required.class_id")
		return nil
	}
	class, row, err := attendedClass(ctx, x.Tx, *r, in.ClassID)
	if core.CodeOf(err) == core.ErrNotFound.Code {
		c.Add("class_id", "unknown_class")
		return nil
	}
	if err != nil {
		return err
	}
	if class.Session.End.After(x.Now) {
		c.Add("class_id", "not_held")
	}
	if err := grantable(class, row); err != nil {
		return err
	}
	r.ClassID = class.ID
	r.In, r.Out = wall(c, "in", class, in.In), wall(c, "out", class, in.Out)
	if !r.In.IsZero() && !r.Out.IsZero() && !r.Out.After(r.In) {
		c.Add("out", "bad_time.out")
	}
	row.In, row.Out, row.InBy, row.OutBy = r.In, r.Out, classroom.ClockedRequest, classroom.ClockedRequest
	why, err := classroom.WhyNot(ctx, x.Tx, class, row)
	if why != nil {
		c.AddField(why.Field("class_id"))
	}
	return err
}

func (in RequestInput) fillDispute(ctx context.Context, tx Attended, c *core.Collect, r *Request) error {
	if in.EntryID.IsZero() {
		return nil
	}
	entry, err := tx.Entry(ctx, in.EntryID)
	if core.CodeOf(err) == core.ErrNotFound.Code || err == nil && entry.EnrollmentID != r.EnrollmentID {
		c.Add("entry_id", "unknown_entry")
		return nil
	}
	r.EntryID = entry.ID
	return err
}

func attendedClass(ctx context.Context, tx Attended, r Request, id core.ClassID) (classroom.Class, classroom.Attendance, error) {
	class, err := tx.LockClass(ctx, id)
	if err != nil {
		return class, classroom.Attendance{}, err
	}
	row, err := tx.AttendanceOf(ctx, id, r.TherapistID)
	if err == nil && row.EnrollmentID != r.EnrollmentID {
		err = core.NotFound("class")
	}
	return class, row, err
}

// grantable says whether times can still be granted for a class.
func grantable(class classroom.Class, row classroom.Attendance) error {
	switch {
	case class.State == classroom.ClassCanceled:
		return core.Conflict("not_planned.registry")
	case !row.EntryID.IsZero():
		return core.Conflict("has_entry")
	}
	return nil
}

// wall reads a time as the clock on the wall showed it in a class.
func wall(c *core.Collect, field string, class classroom.Class, text string) time.Time {
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
		c.Add(field, "nonexistent_time.classroom", "text", text)
	}
	return moment.UTC()
}

var decidesRequest = act.Declare(access.RequestDecide, act.NewEvent("request.decide", "request"))

// Grant answers a request with yes. A granted missed punch writes its times into
// the roster; where the class was signed already, a session goes to its
// instructor to be signed, since the office signs nothing. It needs
// request.decide. Codes: required, too_long, already_decided, own_record,
// has_entry, not_planned, empty_session, entry_overlap, those of logbook.Impossible,
// stale.
func (s *Service) Grant(ctx context.Context, a access.Actor, id core.RequestID, version int, answer string) (Request, error) {
	return act.Do(ctx, s.act, a, decidesRequest, answering(id, version, func(ctx context.Context, x act.Step[Tx], r *Request) (err error) {
		r.State = RequestGranted
		if r.Answer, err = answerOf(answer); err != nil || r.Kind != RequestMissedPunch {
			return err
		}
		return s.punch(ctx, x, *r)
	}))
}

func (s *Service) punch(ctx context.Context, x act.Step[Tx], r Request) error {
	class, row, err := attendedClass(ctx, x.Tx, r, r.ClassID)
	if err != nil {
		return err
	}
	if err := grantable(class, row); err != nil {
		return err
	}
	row.In, row.Out, row.InBy, row.OutBy, row.Mark = r.In, r.Out, classroom.ClockedRequest, classroom.ClockedRequest, core.MarkPresent
	if why, err := classroom.WhyNot(ctx, x.Tx, class, row); err != nil || why != nil {
		return cmp.Or(err, error(why))
	}
	if class.State == classroom.ClassSigned {
		if row.EntryID, err = s.late(ctx, x, class, row); err != nil {
			return err
		}
	}
	return x.Tx.SaveAttendance(ctx, []classroom.Attendance{row})
}

// late submits what a student attended of a signed class to its instructor.
func (s *Service) late(ctx context.Context, x act.Step[Tx], class classroom.Class, row classroom.Attendance) (core.EntryID, error) {
	session, err := class.Attended(row)
	if err != nil {
		return core.EntryID{}, err
	}
	e := core.Entry{
		ID: core.NewID[core.EntryID](s.src), OrganizationID: class.OrganizationID, EnrollmentID: row.EnrollmentID, TherapistID: row.TherapistID,
		StudentName: row.Name, State: core.EntrySubmitted, Session: session, SupervisorID: class.InstructorID, SupervisorName: class.InstructorName,
		Note: "A missed punch, granted by " + x.Actor.Name + ".", CreatedAt: x.Now, CreatedBy: x.Actor.AccountID, SubmittedAt: x.Now, Version: 1,
	}
	return e.ID, x.Tx.InsertEntry(ctx, e)
}

// Decline answers a request with no. It needs request.decide. Codes: required,
// too_long, already_decided, own_record, stale.
func (s *Service) Decline(ctx context.Context, a access.Actor, id core.RequestID, version int, answer string) (Request, error) {
	return act.Do(ctx, s.act, a, decidesRequest, answering(id, version, func(_ context.Context, _ act.Step[Tx], r *Request) (err error) {
		r.State = RequestDeclined
		r.Answer, err = answerOf(answer)
		return err
	}))
}

var takesBack = act.Declare(access.RequestMake, act.NewEvent("request.withdraw", "request"))

// TakeBack withdraws the actor's own request. It needs request.make. Codes:
// already_decided, stale.
func (s *Service) TakeBack(ctx context.Context, a access.Actor, id core.RequestID, version int) (Request, error) {
	return act.Do(ctx, s.act, a, takesBack, answering(id, version, func(_ context.Context, _ act.Step[Tx], r *Request) error {
		r.State = RequestWithdrawn
		return nil
	}))
}

func answerOf(text string) (string, error) {
	clean, err := core.CleanNote(text, 1, longestText)
	var c core.Collect
	_ = c.Check("answer", err)
	return clean, c.Err()
}

// answering is a command that ends an open request.
func answering(id core.RequestID, version int, fn func(ctx context.Context, x act.Step[Tx], r *Request) error) act.Command[Tx, Request, Request] {
	return act.Command[Tx, Request, Request]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[Request], error) {
			r, err := tx.Request(ctx, id)
			return act.Found[Request]{Thing: r, Owner: ownerOfRequest(r), Version: r.Version}, err
		},
		Change: func(ctx context.Context, x act.Step[Tx], r Request) (Request, error) {
			if r.State != RequestOpen {
				return r, core.Conflict("already_decided.registry", "state", r.State)
			}
			r.DecidedBy, r.DecidedByName, r.DecidedAt = x.Actor.AccountID, x.Actor.Name, x.Now
			err := fn(ctx, x, &r)
			r.Version++
			return r, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to Request) error {
			to.Version = from.Version
			return x.Tx.UpdateRequest(ctx, to)
		},
		Tell: func(_, r Request) []act.Told { return became(id.String(), string(r.State)) },
	}
}

func ownerOfRequest(r Request) access.Target {
	return access.Target{Organization: r.OrganizationID, Therapist: r.TherapistID}
}

// Request is one request. It needs request.read.
func (s *Service) Request(ctx context.Context, a access.Actor, id core.RequestID) (Request, error) {
	return act.Look(ctx, s.act, a, access.RequestRead, func(ctx context.Context, r act.Reader[Tx]) (Request, error) {
		one, err := r.Tx.Request(ctx, id)
		if err != nil {
			return one, err
		}
		return one, r.May(ctx, ownerOfRequest(one))
	})
}

// Requests lists a school's requests: the open ones by the day on which they are
// due, or all of them, newest first. It needs request.read for the school. Code:
// bad_cursor.
func (s *Service) Requests(ctx context.Context, a access.Actor, org core.OrganizationID, open bool, page core.Page) (core.List[Request], error) {
	list := listRequests(func(ctx context.Context, r act.Reader[Tx]) (RequestQuery, error) {
		return RequestQuery{Organization: org, Open: open}, r.May(ctx, access.Target{Organization: org})
	})
	list.Alone = true
	return act.List(ctx, s.act, a, page, list)
}

// RequestsOf lists an enrollment's requests, newest first. It needs
// request.read. Code: bad_cursor.
func (s *Service) RequestsOf(ctx context.Context, a access.Actor, enrollment core.EnrollmentID, page core.Page) (core.List[Request], error) {
	return act.List(ctx, s.act, a, page, listRequests(func(ctx context.Context, r act.Reader[Tx]) (RequestQuery, error) {
		e, err := enrollmentFor(ctx, r, enrollment)
		return RequestQuery{Organization: e.OrganizationID, Enrollment: enrollment}, err
	}))
}

// listRequests is the listing of what a query asks for, which asks access.
func listRequests(query func(context.Context, act.Reader[Tx]) (RequestQuery, error)) act.Listing[Tx, Request] {
	return act.Listing[Tx, Request]{
		Action: access.RequestRead, Parts: 2,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]Request, error) {
			q, err := query(ctx, r)
			if err == nil {
				q.AfterDue, err = act.AfterDate(part, 0)
			}
			if err == nil {
				q.After, err = act.AfterID[core.RequestID](part, 1)
			}
			if err != nil {
				return nil, err
			}
			q.Limit = part.Limit
			return r.Tx.FindRequests(ctx, q)
		},
		Key: func(r Request) []string { return []string{r.DueOn.String(), r.ID.String()} },
	}
}
