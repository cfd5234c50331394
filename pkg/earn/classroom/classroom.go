package classroom

import (
	"context"
	"slices"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
)

// MostStudents is how many students a class has at the most.
const MostStudents = 200

// Tx is what the service needs of a transaction.
type Tx interface {
	act.Tx
	Classes
	Attendances
	Ledger
	School
	logbook.Calendars
}

// School is what a class needs to know of its school. A miss is not_found.
type School interface {
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	SupervisorsOf(ctx context.Context, org core.OrganizationID) ([]core.Member, error)
	ProgramVersions(ctx context.Context, id core.ProgramID) ([]logbook.ProgramVersion, error)
	// ActiveIn are a program's active enrollments by name, limit at the most.
	ActiveIn(ctx context.Context, program core.ProgramID, limit int) ([]logbook.Enrollment, error)
}

// ClassQuery asks for a school's classes, newest date first.
type ClassQuery struct {
	Organization core.OrganizationID
	AfterDate    core.Date
	After        core.ClassID
	Limit        int
}

// Classes keeps class sessions. A miss is not_found, a change of another version
// stale.
type Classes interface {
	InsertClass(ctx context.Context, c Class, roster []Attendance) error
	Class(ctx context.Context, id core.ClassID) (Class, error)
	// LockClass is Class, locked until the transaction ends.
	LockClass(ctx context.Context, id core.ClassID) (Class, error)
	FindClasses(ctx context.Context, q ClassQuery) ([]Class, error)
	UpdateClass(ctx context.Context, c Class) error
	// MissedBy are classes on the roster of which a student's enrollment has no
	// session, that ended between two moments and were not called off.
	MissedBy(ctx context.Context, therapist core.TherapistID, enrollment core.EnrollmentID, from, to time.Time) ([]Mine, error)
	// ClassesOf are a student's planned classes that end after one moment and
	// begin before another, with the student's own attendance.
	ClassesOf(ctx context.Context, therapist core.TherapistID, endAfter, startBefore time.Time) ([]Mine, error)
}

// Attendances keeps rosters.
type Attendances interface {
	Roster(ctx context.Context, class core.ClassID) ([]Attendance, error)
	AttendanceOf(ctx context.Context, class core.ClassID, therapist core.TherapistID) (Attendance, error)
	// SaveAttendance writes attendances over their versions; another is stale.
	SaveAttendance(ctx context.Context, all []Attendance) error
	// Colliding are the live sessions of therapists that share time with a span, the
	// first first.
	Colliding(ctx context.Context, org core.OrganizationID, therapists []core.TherapistID, from, to time.Time) (map[core.TherapistID][]core.Session, error)
}

// Ledger signs entries and posts their credits.
type Ledger interface {
	InsertImported(ctx context.Context, entries []core.Entry) error
	SignEntries(ctx context.Context, entries []core.Entry, by core.MemberID, now time.Time) error
	PostCredits(ctx context.Context, credits []core.Credit) error
}

// Mine is a class as one of its students sees it.
type Mine struct {
	Class
	Attendance Attendance
}

// Service keeps classes.
type Service struct {
	act *act.Kernel[Tx]
	src core.Source
}

// New makes the service.
func New(store act.Store[Tx], src core.Source) *Service {
	return &Service{act: act.New(store, src, nil), src: src}
}

// PlanInput is a class as someone planned it. InstructorID is zero for the
// actor's own.
type PlanInput struct {
	core.SessionInput
	ProgramID    core.ProgramID
	InstructorID core.MemberID
	CheckIn      CheckIn
}

var plansClass = act.Declare(access.ClassPlan, act.NewEvent("class.plan", "class"))

// Plan makes a class session with all active students of a program on its
// roster who are enrolled on its day. It needs class.plan. Codes by field: those of core.NewSession, but
// that a class may lie ahead; required, unknown_program, unknown_subject,
// unknown_supervisor, unknown_check_in, empty_roster, too_many.
func (s *Service) Plan(ctx context.Context, a access.Actor, org core.OrganizationID, in PlanInput) (Class, error) {
	var roster []Attendance
	return act.Do(ctx, s.act, a, plansClass, act.Command[Tx, struct{}, Class]{
		At: access.Target{Organization: org},
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (Class, error) {
			c, err := s.plan(ctx, x.Tx, a, org, in, x.Now)
			if err != nil {
				return c, err
			}
			roster, err = rosterOf(ctx, x.Tx, c)
			c.Students = len(roster)
			return c, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], _ struct{}, c Class) error {
			return x.Tx.InsertClass(ctx, c, roster)
		},
		Tell: func(_ struct{}, c Class) []act.Told { return act.Of(c.ID.String(), nil) },
	})
}

// rosterOf are the active students of a class's program, who are expected.
func rosterOf(ctx context.Context, tx School, c Class) ([]Attendance, error) {
	students, err := tx.ActiveIn(ctx, c.ProgramID, MostStudents+1)
	if err != nil {
		return nil, err
	}
	students = slices.DeleteFunc(students, func(e logbook.Enrollment) bool { return c.Session.Date.Before(e.EnrolledOn) })
	if len(students) == 0 || len(students) > MostStudents {
		return nil, core.InvalidField("program_id", map[bool]string{true: "empty_roster.program", false: "too_many.students"}[len(students) == 0],
			"most", MostStudents)
	}
	roster := make([]Attendance, len(students))
	for i, e := range students {
		roster[i] = Attendance{ClassID: c.ID, EnrollmentID: e.ID, TherapistID: e.TherapistID, Name: e.Name, Mark: core.MarkExpected, Version: 1}
	}
	return roster, nil
}

// plan checks what was planned and makes the class of it.
func (s *Service) plan(ctx context.Context, tx Tx, a access.Actor, org core.OrganizationID, in PlanInput, now time.Time) (Class, error) {
	school, err := tx.Organization(ctx, org)
	if err != nil {
		return Class{}, err
	}
	var problems core.Collect
	// A class may lie ahead, as a session that was held may not.
	session, err := core.NewSession(in.SessionInput, school, now.AddDate(1, 0, 0))
	if err := problems.Check("", err); err != nil {
		return Class{}, err
	}
	if in.Start == "" && in.Minutes > 0 {
		problems.Add("start", "required.class_times")
	}
	if in.CheckIn != CheckInRoster && in.CheckIn != CheckInClock && in.CheckIn != CheckInQR {
		problems.Add("check_in", "unknown_check_in")
	}
	c := Class{
		ID: core.NewID[core.ClassID](s.src), OrganizationID: org, ProgramID: in.ProgramID, State: ClassPlanned,
		CheckIn: in.CheckIn, CreatedAt: now, CreatedBy: a.AccountID, Version: 1,
	}
	if c.ProgramTitle, session.Subject, err = subjectIn(ctx, tx, org, in); problems.Check("", err) != nil {
		return Class{}, err
	}
	c.Session = session
	members, err := tx.SupervisorsOf(ctx, org)
	if err != nil {
		return Class{}, err
	}
	for _, m := range members {
		if m.ID == in.InstructorID || in.InstructorID.IsZero() && m.AccountID == a.AccountID {
			c.InstructorID, c.InstructorName = m.ID, m.Name
		}
	}
	if c.InstructorID.IsZero() {
		problems.Add("instructor_id", "unknown_supervisor.instructor_id")
	}
	c.Secret = make([]byte, 32)
	if _, err := s.src.Rand.Read(c.Secret); err != nil {
		return Class{}, err
	}
	return c, problems.Err()
}

// subjectIn finds the program's title and the subject's code in its newest
// standard.
func subjectIn(ctx context.Context, tx School, org core.OrganizationID, in PlanInput) (title, subject string, err error) {
	unknown := core.InvalidField("program_id", "unknown_program.classroom")
	if in.ProgramID.IsZero() {
		return "", in.Subject, unknown
	}
	versions, err := tx.ProgramVersions(ctx, in.ProgramID)
	if err != nil {
		return "", "", err
	}
	if len(versions) == 0 || versions[0].OrganizationID != org {
		return "", in.Subject, unknown
	}
	std, err := standard.Parse(versions[0].StandardBody)
	if err != nil {
		return "", "", err
	}
	code, known := std.SubjectCode(in.Subject)
	if !known && in.Subject != "" {
		return versions[0].Title, in.Subject, core.InvalidField("subject", "unknown_subject.subject", "subject", in.Subject)
	}
	return versions[0].Title, code, nil
}

// Detail is a class with its roster, by name. Left is what Sign left.
type Detail struct {
	Class  Class
	Roster []Attendance
	Left   []logbook.Unsigned
}

// Class is one class with its roster. It needs class.read.
func (s *Service) Class(ctx context.Context, a access.Actor, id core.ClassID) (Detail, error) {
	return act.Read(ctx, s.act, a, access.ClassRead, func(ctx context.Context, r act.Reader[Tx]) (d Detail, err error) {
		if d.Class, err = classFor(ctx, r, id); err != nil {
			return d, err
		}
		d.Roster, err = r.Tx.Roster(ctx, id)
		return d, err
	})
}

// classFor is a class that the reader may read.
func classFor(ctx context.Context, r act.Reader[Tx], id core.ClassID) (Class, error) {
	c, err := r.Tx.Class(ctx, id)
	if err != nil {
		return c, err
	}
	return c, r.May(ctx, ownerOf(c))
}

func ownerOf(c Class) access.Target { return access.Target{Organization: c.OrganizationID} }

// Classes lists a school's classes, newest first. It needs class.read.
func (s *Service) Classes(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[Class], error) {
	return act.List(ctx, s.act, a, page, act.Listing[Tx, Class]{
		Action: access.ClassRead, Parts: 2, Alone: true,
		Find: func(ctx context.Context, r act.Reader[Tx], part act.Part) ([]Class, error) {
			if err := r.May(ctx, access.Target{Organization: org}); err != nil {
				return nil, err
			}
			date, err := act.AfterDate(part, 0)
			if err != nil {
				return nil, err
			}
			after, err := act.AfterID[core.ClassID](part, 1)
			if err != nil {
				return nil, err
			}
			return r.Tx.FindClasses(ctx, ClassQuery{Organization: org, AfterDate: date, After: after, Limit: part.Limit})
		},
		Key: func(c Class) []string { return []string{c.Session.Date.String(), c.ID.String()} },
	})
}

var cancelsClass = act.Declare(access.ClassPlan, act.NewEvent("class.cancel", "class"))

// Cancel calls a planned class off; nobody earns anything. It needs class.plan.
// Codes: not_planned, stale.
func (s *Service) Cancel(ctx context.Context, a access.Actor, id core.ClassID, version int) (Class, error) {
	return act.Do(ctx, s.act, a, cancelsClass, act.Command[Tx, Class, Class]{
		Version: version,
		Find: func(ctx context.Context, tx Tx) (act.Found[Class], error) {
			c, err := tx.LockClass(ctx, id)
			return act.Found[Class]{Thing: c, Owner: ownerOf(c), Version: c.Version}, err
		},
		Change: func(_ context.Context, _ act.Step[Tx], c Class) (Class, error) {
			err := planned(c)
			c.State, c.Version = ClassCanceled, c.Version+1
			return c, err
		},
		Save: func(ctx context.Context, x act.Step[Tx], from, to Class) error {
			to.Version = from.Version
			return x.Tx.UpdateClass(ctx, to)
		},
		Tell: func(_, c Class) []act.Told {
			return act.Of(id.String(), map[string]string{"state": string(c.State)})
		},
	})
}

// planned wants a class that was neither signed nor called off.
func planned(c Class) error {
	if c.State == ClassPlanned {
		return nil
	}
	return core.Conflict("not_planned.classroom", "state", c.State)
}
