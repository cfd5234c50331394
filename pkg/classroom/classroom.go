package classroom

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/standard"
)

// MostStudents is how many students a class has at the most.
const MostStudents = 200

// Tx is what the service needs of a transaction.
type Tx interface {
	Classes
	Attendances
	Ledger
	School
	Audit(ctx context.Context, e core.AuditEvent) error
}

// School is what a class needs to know of its school. A miss is not_found.
type School interface {
	Organization(ctx context.Context, id core.OrganizationID) (core.Organization, error)
	SupervisorsOf(ctx context.Context, org core.OrganizationID) ([]core.Member, error)
	ProgramVersions(ctx context.Context, id core.ProgramID) ([]core.ProgramVersion, error)
	// ActiveIn are a program's active enrollments by name, limit at the most.
	ActiveIn(ctx context.Context, program core.ProgramID, limit int) ([]core.Enrollment, error)
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
	InsertClass(ctx context.Context, c core.Class, roster []core.Attendance) error
	Class(ctx context.Context, id core.ClassID) (core.Class, error)
	// LockClass is Class, locked until the transaction ends.
	LockClass(ctx context.Context, id core.ClassID) (core.Class, error)
	FindClasses(ctx context.Context, q ClassQuery) ([]core.Class, error)
	UpdateClass(ctx context.Context, c core.Class) error
	// MissedBy are classes on the roster of which a student's enrollment has no
	// session, that ended between two moments and were not called off.
	MissedBy(ctx context.Context, therapist core.TherapistID, enrollment core.EnrollmentID, from, to time.Time) ([]Mine, error)
	// ClassesOf are a student's planned classes that end after one moment and
	// begin before another, with the student's own attendance.
	ClassesOf(ctx context.Context, therapist core.TherapistID, endAfter, startBefore time.Time) ([]Mine, error)
}

// Attendances keeps rosters.
type Attendances interface {
	Roster(ctx context.Context, class core.ClassID) ([]core.Attendance, error)
	AttendanceOf(ctx context.Context, class core.ClassID, therapist core.TherapistID) (core.Attendance, error)
	// SaveAttendance writes attendances over their versions; another is stale.
	SaveAttendance(ctx context.Context, all []core.Attendance) error
	// Colliding are the live sessions of therapists that share time with a span,
	// one for each therapist.
	Colliding(ctx context.Context, therapists []core.TherapistID, from, to time.Time) (map[core.TherapistID]core.Session, error)
}

// Ledger signs entries and posts their credits.
type Ledger interface {
	LockEnrollments(ctx context.Context, ids []core.EnrollmentID) ([]core.Enrollment, error)
	InsertImported(ctx context.Context, entries []core.Entry) error
	SignEntries(ctx context.Context, entries []core.Entry, by core.MemberID, now time.Time) error
	PostCredits(ctx context.Context, credits []core.Credit) error
}

// Mine is a class as one of its students sees it.
type Mine struct {
	core.Class
	Attendance core.Attendance
}

// Service keeps classes.
type Service struct {
	store core.Transactor[Tx]
	src   core.Source
}

// New makes the service.
func New(store core.Transactor[Tx], src core.Source) *Service {
	return &Service{store: store, src: src}
}

// PlanInput is a class as somebody planned it. InstructorID is zero for the
// actor's own.
type PlanInput struct {
	core.SessionInput
	ProgramID    core.ProgramID
	InstructorID core.MemberID
	CheckIn      core.CheckIn
}

// Plan makes a class session with all active students of a program on its
// roster. It needs class.plan. Codes by field: those of core.NewSession, but
// that a class may lie ahead; required, unknown_program, unknown_subject,
// unknown_supervisor, unknown_check_in, empty_roster, too_many.
func (s *Service) Plan(ctx context.Context, a access.Actor, org core.OrganizationID, in PlanInput) (core.Class, error) {
	if err := access.Can(a, access.ClassPlan, access.Target{Organization: org}); err != nil {
		return core.Class{}, err
	}
	now := s.src.Now()
	var c core.Class
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if c, err = s.plan(ctx, tx, a, org, in, now); err != nil {
			return err
		}
		students, err := tx.ActiveIn(ctx, in.ProgramID, MostStudents+1)
		if err != nil {
			return err
		}
		if len(students) == 0 || len(students) > MostStudents {
			return core.InvalidField("program_id", map[bool]string{true: "empty_roster", false: "too_many"}[len(students) == 0],
				"A class has between 1 and %d students; the program has %d active ones or more.", MostStudents, len(students))
		}
		roster := make([]core.Attendance, len(students))
		for i, e := range students {
			roster[i] = core.Attendance{ClassID: c.ID, EnrollmentID: e.ID, TherapistID: e.TherapistID, Name: e.Name, Mark: core.MarkExpected, Version: 1}
		}
		c.Students = len(roster)
		if err := tx.InsertClass(ctx, c, roster); err != nil {
			return err
		}
		return s.audit(ctx, tx, a, now, access.ClassPlan, c, nil)
	})
	return c, err
}

// plan checks what was planned and makes the class of it.
func (s *Service) plan(ctx context.Context, tx Tx, a access.Actor, org core.OrganizationID, in PlanInput, now time.Time) (core.Class, error) {
	school, err := tx.Organization(ctx, org)
	if err != nil {
		return core.Class{}, err
	}
	var problems core.Collect
	// A class may lie ahead, as a session that was held may not.
	session, err := core.NewSession(in.SessionInput, school, now.AddDate(1, 0, 0))
	if err := problems.Check("", err); err != nil {
		return core.Class{}, err
	}
	if in.Start == "" && in.Minutes > 0 {
		problems.Add("start", "required", "A class has a start and an end.")
	}
	if in.CheckIn != core.CheckInRoster && in.CheckIn != core.CheckInClock && in.CheckIn != core.CheckInQR {
		problems.Add("check_in", "unknown_check_in", "The way to check in is roster, clock or qr.")
	}
	c := core.Class{
		ID: core.NewID[core.ClassID](s.src), OrganizationID: org, ProgramID: in.ProgramID, State: core.ClassPlanned,
		CheckIn: in.CheckIn, CreatedAt: now, CreatedBy: a.AccountID, Version: 1,
	}
	if c.ProgramTitle, session.Subject, err = subjectIn(ctx, tx, org, in); problems.Check("", err) != nil {
		return core.Class{}, err
	}
	c.Session = session
	members, err := tx.SupervisorsOf(ctx, org)
	if err != nil {
		return core.Class{}, err
	}
	for _, m := range members {
		if m.ID == in.InstructorID || in.InstructorID.IsZero() && m.AccountID == a.AccountID {
			c.InstructorID, c.InstructorName = m.ID, m.Name
		}
	}
	if c.InstructorID.IsZero() {
		problems.Add("instructor_id", "unknown_supervisor", "Choose a supervisor of the school as the instructor.")
	}
	c.Secret = make([]byte, 32)
	if _, err := s.src.Rand.Read(c.Secret); err != nil {
		return core.Class{}, err
	}
	return c, problems.Err()
}

// subjectIn finds the program's title and the subject's code in its newest
// standard.
func subjectIn(ctx context.Context, tx School, org core.OrganizationID, in PlanInput) (title, subject string, err error) {
	unknown := core.InvalidField("program_id", "unknown_program", "Choose a program of the school.")
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
		return versions[0].Title, in.Subject, core.InvalidField("subject", "unknown_subject", "%q is no subject of this program.", in.Subject)
	}
	return versions[0].Title, code, nil
}

// Detail is a class with its roster, by name.
type Detail struct {
	Class  core.Class
	Roster []core.Attendance
}

// Class is one class with its roster. It needs class.read.
func (s *Service) Class(ctx context.Context, a access.Actor, id core.ClassID) (Detail, error) {
	var d Detail
	err := s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		if d.Class, err = classFor(ctx, tx, a, access.ClassRead, id); err != nil {
			return err
		}
		d.Roster, err = tx.Roster(ctx, id)
		return err
	})
	return d, err
}

func classFor(ctx context.Context, tx Classes, a access.Actor, action access.Action, id core.ClassID) (core.Class, error) {
	c, err := tx.Class(ctx, id)
	if err != nil {
		return core.Class{}, err
	}
	return c, access.Can(a, action, access.Target{Organization: c.OrganizationID})
}

// Classes lists a school's classes, newest first. It needs class.read.
func (s *Service) Classes(ctx context.Context, a access.Actor, org core.OrganizationID, page core.Page) (core.List[core.Class], error) {
	if err := access.Can(a, access.ClassRead, access.Target{Organization: org}); err != nil {
		return core.List[core.Class]{}, err
	}
	q := ClassQuery{Organization: org, Limit: page.Size() + 1}
	parts, err := core.DecodeCursor(page.Cursor, 2)
	if err != nil {
		return core.List[core.Class]{}, err
	}
	if parts != nil {
		date, dateErr := core.ParseDate(parts[0])
		id, idErr := core.ParseID[core.ClassID](parts[1])
		if dateErr != nil || idErr != nil {
			return core.List[core.Class]{}, core.ErrBadCursor
		}
		q.AfterDate, q.After = date, id
	}
	var rows []core.Class
	err = s.store.Read(ctx, func(ctx context.Context, tx Tx) (err error) {
		rows, err = tx.FindClasses(ctx, q)
		return err
	})
	list := core.List[core.Class]{Items: rows}
	if len(rows) > page.Size() {
		list.Items = rows[:page.Size()]
		last := list.Items[len(list.Items)-1]
		list.Next = core.EncodeCursor(last.Session.Date.String(), last.ID.String())
	}
	return list, err
}

// Cancel calls a planned class off; nobody earns anything. It needs class.plan.
// Codes: not_planned, stale.
func (s *Service) Cancel(ctx context.Context, a access.Actor, id core.ClassID, version int) (core.Class, error) {
	now := s.src.Now()
	var c core.Class
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if c, err = plannedFor(ctx, tx, a, access.ClassPlan, id, version); err != nil {
			return err
		}
		c.State = core.ClassCancelled
		if err := tx.UpdateClass(ctx, c); err != nil {
			return err
		}
		c.Version++
		return s.audit(ctx, tx, a, now, access.ClassPlan, c, map[string]string{"state": string(c.State)})
	})
	return c, err
}

func plannedFor(ctx context.Context, tx Classes, a access.Actor, action access.Action, id core.ClassID, version int) (core.Class, error) {
	c, err := tx.LockClass(ctx, id)
	if err != nil {
		return c, err
	}
	if err := access.Can(a, action, access.Target{Organization: c.OrganizationID}); err != nil {
		return c, err
	}
	if version != 0 && version != c.Version {
		return c, core.ErrStale
	}
	if c.State != core.ClassPlanned {
		return c, core.Conflict("not_planned", "This class is %s and does not change.", c.State)
	}
	return c, nil
}

func (s *Service) audit(ctx context.Context, tx Tx, a access.Actor, now time.Time, action access.Action, c core.Class, detail map[string]string) error {
	origin := core.OriginOf(ctx)
	return tx.Audit(ctx, core.AuditEvent{
		ID: core.NewID[core.AuditID](s.src), At: now, OrganizationID: c.OrganizationID, AccountID: a.AccountID, ActorName: a.Name,
		Via: origin.Via, Address: origin.Address, Action: string(action), TargetKind: "class", TargetID: c.ID.String(), Detail: detail,
	})
}
