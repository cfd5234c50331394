package logbook

import (
	"context"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/people/account"
)

// Enroll is a student who begins a program, and whom the school gets a file of. Invite
// sends the link to accept it. SamePerson says whether a student whom the school has
// with that address, under another name, is meant; nil asks.
type Enroll struct {
	Email      string
	Name       string
	SamePerson *bool
	ProgramID  core.ProgramID
	EnrolledOn core.Date
	Invite     bool
}

// Corrected are the name and the address of a student as the school writes them.
type Corrected struct{ Name, Email string }

// EnrollmentFilter narrows a list of enrollments. Each word of Query is the beginning
// of a word of the name, wherever it stands, without regard to case, accents and
// punctuation; or Query is the beginning of an email address.
type EnrollmentFilter struct {
	State core.EnrollmentState
	Query string
}

// Place is an enrollment with what a command on it needs to know. Supervisor is
// set when the asked-for member is an acting supervisor of the school.
type Place struct {
	Enrollment
	Zone       string
	StandardID core.StandardID
	Supervisor core.Member
}

// Found is an enrollment with its kept standing, if there is one, and the
// minutes that wait.
type Found struct {
	Enrollment
	StandardID core.StandardID
	Kept       KeptStanding
	Waiting    core.Minutes
	School     string // the name of the school, of RecordEnrollments and a therapist's own alone
	Doubts     int    // of its sessions, those that were decided twice: it grows when one is found or decided
	Language   string // that the student has chosen, of StatementDue alone
	Reach      string // the student's address for mail, as Language
	Zone       string // of the school
	Confirmed  bool   // a second person has confirmed its version of the program
}

// days are those that decide which rules are in force for the student at a moment.
func (f Found) days(now time.Time) standard.Days {
	return standard.Days{Enrolled: f.EnrolledOn, Asked: dateIn(now, f.Zone)}
}

// days are those that decide which rules are in force for the student at a moment.
func (p Place) days(now time.Time) standard.Days {
	return standard.Days{Enrolled: p.EnrolledOn, Asked: dateIn(now, p.Zone)}
}

// EnrollmentQuery asks for enrollments by name, those that follow After. A zero
// field does not narrow.
type EnrollmentQuery struct {
	Organization core.OrganizationID
	Therapist    core.TherapistID
	Program      core.ProgramID
	State        core.EnrollmentState
	Query        string
	After        core.EnrollmentID
	Limit        int
}

// Enrollments keeps who is in which program. A miss is not_found.
type Enrollments interface {
	InsertEnrollments(ctx context.Context, e []Enrollment) error
	EnrollmentPlace(ctx context.Context, id core.EnrollmentID, supervisor core.MemberID) (Place, error)
	FindEnrollments(ctx context.Context, q EnrollmentQuery) ([]Found, error)
	// LeftOpen are the open enrollments in a program of who left the school and has an
	// address there: one, or none.
	LeftOpen(ctx context.Context, org core.OrganizationID, program core.ProgramID, email string) ([]Enrollment, error)
	// RecordEnrollments are those of a person at all schools, with the schools' names,
	// by the day of enrollment; at most limit.
	RecordEnrollments(ctx context.Context, therapist core.TherapistID, limit int) ([]Found, error)
	// EnrollmentStanding is one enrollment with its kept standing, but for the
	// body.
	EnrollmentStanding(ctx context.Context, id core.EnrollmentID) (Found, error)
	// LockEnrollments keeps postings to these enrollments waiting until the
	// transaction ends and returns them, in the order of their ids.
	LockEnrollments(ctx context.Context, ids []core.EnrollmentID) ([]Enrollment, error)
	// RenewEnrollments gives an enrollment, and others in the same file, another version,
	// since what they show of the student changed; stale where it is not of the version
	// that it has.
	RenewEnrollments(ctx context.Context, e Enrollment) error
	// BeginEnrollment writes the day on which an enrollment begins; another version is
	// stale.
	BeginEnrollment(ctx context.Context, e Enrollment) error
	// EnrollmentsOf are the enrollments in a program that were not withdrawn,
	// by the student's email.
	EnrollmentsOf(ctx context.Context, program core.ProgramID) (map[string]Enrollment, error)
}

// Enrollment is a therapist in a program version. LedgerSeq grows by one with
// every posting to its ledger, so that a kept standing can be told from a stale
// one.
type Enrollment struct {
	ID               core.EnrollmentID
	OrganizationID   core.OrganizationID
	ProgramID        core.ProgramID
	ProgramVersionID core.ProgramVersionID
	ProgramTitle     string
	TherapistID      core.TherapistID
	AccountID        core.AccountID
	Name             string
	Email            string
	LeftAt           time.Time // since when the student is none of the school any more; zero: is one
	State            core.EnrollmentState
	EnrolledOn       core.Date
	CompletedOn      core.Date
	LedgerSeq        int64
	Version          int
	CreatedAt        time.Time
}

var (
	enrollmentCreated = act.NewEvent("enrollment.create", "enrollment")
	enrolls           = act.Declare(access.EnrollmentCreate, enrollmentCreated)
)

// Enroll puts a student into the newest version of a program, and makes the school's
// file of them where it is absent; whether there is an account with the address makes no
// difference. It needs enrollment.create. Codes: bad_email, required, too_long,
// other_name, unknown_program, future, already_enrolled, still_enrolled.
func (s *enrollments) Enroll(ctx context.Context, a access.Actor, org core.OrganizationID, in Enroll) (Enrollment, error) {
	var student account.Person
	return act.Do(ctx, s.act, a, enrolls, act.Command[Tx, struct{}, Enrollment]{
		At: access.Target{Organization: org},
		Prepare: func(context.Context) (err error) {
			student, err = s.student(in)
			return err
		},
		Change: func(ctx context.Context, x act.Step[Tx], _ struct{}) (Enrollment, error) {
			school, version, err := schoolAndVersion(ctx, x.Tx, org, in.ProgramID)
			if err != nil {
				return Enrollment{}, err
			}
			on := in.EnrolledOn
			if on.IsZero() {
				on = school.Today(x.Now)
			} else if on.After(school.Today(x.Now)) {
				return Enrollment{}, core.InvalidField("enrolled_on", "future.enrolled_on", "on", on)
			}
			return s.enroll(ctx, x, version, student, in.SamePerson, on)
		},
		Tell: func(_ struct{}, e Enrollment) []act.Told {
			return []act.Told{{
				Owner: access.Target{Organization: org, Therapist: e.TherapistID}, Subject: e.ID.String(),
				About: Enrolled{Enrollment: e, Invite: in.Invite},
			}}
		},
	})
}

// Enrolled is what those hear who subscribe to enrollments. Invite says that the
// student is to be sent the link to accept the file.
type Enrolled struct {
	Enrollment
	Invite bool
}

// student is the person of an input, all faults at once.
func (s *enrollments) student(in Enroll) (account.Person, error) {
	var c core.Collect
	email, err := core.NormalizeEmail(in.Email)
	_ = c.Check("email", err)
	name, err := core.CleanText(in.Name, 1, 200)
	_ = c.Check("name", err)
	if in.ProgramID.IsZero() {
		c.Add("program_id", "required.program")
	}
	return s.person(email, name), c.Err()
}

// enroll makes the file of the student, where it is absent, and the enrollment.
func (s *enrollments) enroll(ctx context.Context, x act.Step[Tx], version ProgramVersion, student account.Person, same *bool, on core.Date) (Enrollment, error) {
	if same == nil || *same {
		if err := stillEnrolled(ctx, x.Tx, version, student); err != nil {
			return Enrollment{}, err
		}
	}
	file, err := account.FileFor(ctx, x.Tx, version.OrganizationID, student, same, x.Now)
	if err != nil {
		return Enrollment{}, err
	}
	e := s.enrollment(version, file, on)
	if err := x.Tx.InsertEnrollments(ctx, []Enrollment{e}); err != nil {
		return e, enrolledAlready(err)
	}
	place, err := x.Tx.EnrollmentPlace(ctx, e.ID, core.MemberID{})
	return place.Enrollment, err
}

// stillEnrolled refuses who left the school and has an enrollment in the program that is
// open: they are sent the link again, or that one is closed first.
func stillEnrolled(ctx context.Context, tx Tx, version ProgramVersion, student account.Person) error {
	left, err := tx.LeftOpen(ctx, version.OrganizationID, version.ProgramID, student.Email)
	if err != nil || len(left) == 0 || core.NameKey(left[0].Name) != core.NameKey(student.Name) {
		return err
	}
	return &core.Fault{
		Kind: core.KindConflict, Code: "still_enrolled",
		Fields: []core.Field{{Name: "email", Code: "still_enrolled"}},
	}
}

func enrolledAlready(err error) error {
	if core.CodeOf(err) == core.ErrDuplicate.Code {
		return &core.Fault{
			Kind: core.KindConflict, Code: "already_enrolled",
			Fields: []core.Field{{Name: "email", Code: "already_enrolled"}},
		}
	}
	return err
}

func (s *enrollments) person(email, name string) account.Person {
	return account.Person{TherapistID: core.NewID[core.TherapistID](s.src), Email: email, Name: name}
}

func (s *enrollments) enrollment(v ProgramVersion, t core.TherapistID, on core.Date) Enrollment {
	return Enrollment{
		ID: core.NewID[core.EnrollmentID](s.src), OrganizationID: v.OrganizationID, ProgramID: v.ProgramID, ProgramVersionID: v.ID,
		TherapistID: t, State: core.EnrollmentActive, EnrolledOn: on, CreatedAt: s.src.Now(),
	}
}

// schoolAndVersion finds an organization and the newest version of its program;
// another organization's program is unknown.
func schoolAndVersion(ctx context.Context, tx Tx, org core.OrganizationID, program core.ProgramID) (core.Organization, ProgramVersion, error) {
	school, err := tx.Organization(ctx, org)
	if err != nil {
		return school, ProgramVersion{}, err
	}
	versions, err := tx.ProgramVersions(ctx, program)
	if err == nil && (len(versions) == 0 || versions[0].OrganizationID != org) {
		err = core.InvalidField("program_id", "unknown_program.logbook")
	}
	if err != nil {
		return school, ProgramVersion{}, err
	}
	return school, versions[0], nil
}

// Enrollment is one enrollment. It needs enrollment.read.
func (s *enrollments) Enrollment(ctx context.Context, a access.Actor, id core.EnrollmentID) (Enrollment, error) {
	return act.Look(ctx, s.act, a, access.EnrollmentRead, func(ctx context.Context, r act.Reader[Tx]) (Enrollment, error) {
		place, err := placeFor(ctx, r, id)
		return place.Enrollment, err
	})
}

// placeFor is an enrollment that the reader may read.
func placeFor(ctx context.Context, r act.Reader[Tx], id core.EnrollmentID) (Place, error) {
	place, err := r.Tx.EnrollmentPlace(ctx, id, core.MemberID{})
	if err != nil {
		return Place{}, err
	}
	return place, r.May(ctx, place.owner())
}

// placeOf finds an enrollment for a command on it, with a supervisor of the
// school.
func placeOf(id core.EnrollmentID, supervisor core.MemberID) func(context.Context, Tx) (act.Found[Place], error) {
	return func(ctx context.Context, tx Tx) (act.Found[Place], error) {
		place, err := tx.EnrollmentPlace(ctx, id, supervisor)
		return act.Found[Place]{Thing: place, Owner: place.owner()}, err
	}
}

func (p Place) owner() access.Target {
	return access.Target{Organization: p.OrganizationID, Therapist: p.TherapistID}
}
