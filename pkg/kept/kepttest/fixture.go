// Package kepttest gives tests a school in a database of their own, with people,
// a program and enrolled students.
package kepttest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// Clock is a clock that tests set.
type Clock struct {
	mu  sync.Mutex
	now time.Time
	n   time.Duration
}

// Now is the moment that was set, and a little more with each call.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.now.Add(c.n * time.Microsecond)
}

// Set moves the clock.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Fixture is a school in an otherwise empty database: a program with the demo
// standard, people of every role, and two enrolled students. All actors have
// just signed in at the clock's time, 2026-09-01 12:00 in New York.
type Fixture struct {
	DB      *store.DB
	Clock   *Clock
	Source  core.Source
	Logbook *logbook.Service

	School       core.Organization
	Version      logbook.ProgramVersion
	Alvarez      access.Actor // supervisors
	Okafor       access.Actor
	Registrar    access.Actor
	Registrar2   access.Actor
	Admin        access.Actor
	Student      access.Actor
	Student2     access.Actor
	Enrollment   core.EnrollmentID
	Enrollment2  core.EnrollmentID
	Other        core.Organization // another school, with its own people
	OtherTeacher access.Actor
	OtherOffice  access.Actor
	Employer     core.Organization
	Verifier     access.Actor
}

// School fills an empty database, on the 1st of September 2026.
func School(t testing.TB, db *store.DB) *Fixture {
	t.Helper()
	return SchoolAt(t, db, time.Date(2026, 9, 1, 16, 0, 0, 0, time.UTC))
}

// SchoolAt fills an empty database at a moment, later than that of School.
func SchoolAt(t testing.TB, db *store.DB, now time.Time) *Fixture {
	t.Helper()
	clock := &Clock{now: now}
	f := &Fixture{DB: db, Clock: clock, Source: core.Source{Clock: clock.Now, Rand: rand.Reader}}
	f.Logbook = logbook.New(store.Bind(db, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), f.Source)
	ctx := context.Background()
	f.School = f.organization(t, core.School, "Brightwater", "brightwater")
	f.Other = f.organization(t, core.School, "Stillwater", "stillwater")
	f.Employer = f.organization(t, core.Employer, "Harbor Clinic", "harbor-clinic")
	f.Alvarez = f.Actor(t, f.School, core.RoleSupervisor, "Rosa Alvarez", "r.alvarez@brightwater.example")
	f.Okafor = f.Actor(t, f.School, core.RoleSupervisor, "Tobi Okafor", "t.okafor@brightwater.example")
	f.Actor(t, f.School, core.RoleSupervisor, "Maja Lindqvist", "m.lindqvist@brightwater.example")
	f.Registrar = f.Actor(t, f.School, core.RoleRegistrar, "Ines Ward", "i.ward@brightwater.example")
	f.Registrar2 = f.Actor(t, f.School, core.RoleRegistrar, "Paul Nkemelu", "p.nkemelu@brightwater.example")
	f.Admin = f.Actor(t, f.School, core.RoleAdmin, "Ada Holm", "a.holm@brightwater.example")
	f.OtherTeacher = f.Actor(t, f.Other, core.RoleSupervisor, "Otto Strand", "o.strand@stillwater.example")
	f.OtherOffice = f.Actor(t, f.Other, core.RoleRegistrar, "Olga Strand", "olga@stillwater.example")
	f.Verifier = f.Actor(t, f.Employer, core.RoleVerifier, "Vera Quist", "v.quist@harbor.example")
	body, err := standard.Demo().Marshal()
	if err != nil {
		t.Fatal(err)
	}
	f.Version, err = f.Logbook.PublishProgram(ctx, f.Registrar, f.School.ID, logbook.PublishProgram{
		Code: "medical-massage-foundations", Title: "Medical Massage Foundations", Standard: body,
	})
	if err != nil {
		t.Fatal(err)
	}
	f.Version, err = f.Logbook.ConfirmProgram(ctx, f.Registrar2, f.Version.ID)
	if err != nil {
		t.Fatal(err)
	}
	f.Student, f.Enrollment = f.Enrolled(t, "Mara Quill", "mara.quill@students.example")
	f.Student2, f.Enrollment2 = f.Enrolled(t, "Noah Birch", "noah.birch@students.example")
	return f
}

func (f *Fixture) write(t testing.TB, fn func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := f.DB.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func (f *Fixture) organization(t testing.TB, kind core.OrganizationKind, name, slug string) core.Organization {
	t.Helper()
	o := core.Organization{
		ID: core.NewID[core.OrganizationID](f.Source), Kind: kind, Name: name, Slug: slug, Zone: "America/New_York",
		CreatedAt: f.Source.Now(), Version: 1,
	}
	f.write(t, func(ctx context.Context, tx *store.Tx) error { return kept.On(tx).InsertOrganization(ctx, o) })
	return o
}

// Actor makes an account with a role; the same address again gives that
// account a further role.
func (f *Fixture) Actor(t testing.TB, org core.Organization, role core.Role, name, email string) access.Actor {
	t.Helper()
	now := f.Source.Now()
	f.write(t, func(ctx context.Context, tx *store.Tx) error {
		a, err := kept.On(tx).AccountByEmail(ctx, email)
		if core.CodeOf(err) == "not_found" {
			a = core.Account{ID: core.NewID[core.AccountID](f.Source), Email: email, Name: name, CreatedAt: now}
			err = kept.On(tx).InsertAccount(ctx, a)
		}
		if err != nil {
			return err
		}
		_, err = kept.On(tx).EnsureMember(ctx, core.Member{
			ID: core.NewID[core.MemberID](f.Source), OrganizationID: org.ID, AccountID: a.ID, Role: role, CreatedAt: now,
		})
		return err
	})
	return f.SignedIn(t, email)
}

// SignedIn is the actor of an account that has just given its password.
func (f *Fixture) SignedIn(t testing.TB, email string) access.Actor {
	t.Helper()
	var actor access.Actor
	f.write(t, func(ctx context.Context, tx *store.Tx) error {
		a, err := kept.On(tx).AccountByEmail(ctx, email)
		if err != nil {
			return err
		}
		actor, err = kept.On(tx).ActorOf(ctx, a.ID)
		return err
	})
	actor.AuthenticatedAt = f.Source.Now()
	return actor
}

// Enrolled makes a student of the school's program.
func (f *Fixture) Enrolled(t testing.TB, name, email string) (access.Actor, core.EnrollmentID) {
	t.Helper()
	e, err := f.Logbook.Enroll(context.Background(), f.Registrar, f.School.ID, logbook.Enroll{
		Email: email, Name: name, ProgramID: f.Version.ProgramID, EnrolledOn: core.Date{Year: 2025, Month: 9, Day: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	student := f.Actor(t, f.School, core.RoleStudent, name, email)
	f.write(t, func(ctx context.Context, tx *store.Tx) error {
		return kept.On(tx).JoinFile(ctx, e.TherapistID, student.AccountID, f.Source.Now())
	})
	return f.SignedIn(t, email), e.ID
}

// Supervisor is the membership of a supervisor of the school.
func (f *Fixture) Supervisor(t testing.TB, a access.Actor) core.MemberID {
	t.Helper()
	id, ok := a.Member(f.School.ID, core.RoleSupervisor)
	if !ok {
		t.Fatalf("%s supervises nowhere", a.Name)
	}
	return id
}

// Session is an entry of two hours in the n-th slot of the past: six of them a
// day, the 1st of January 2026 first.
func (f *Fixture) Session(t testing.TB, n int) logbook.LogEntry {
	t.Helper()
	day, hour := n/6, 8+2*(n%6)
	return logbook.LogEntry{
		SessionInput: core.SessionInput{
			Date: core.Date{Year: 2026, Month: 1, Day: 1}.AddDays(day), Start: fmt.Sprintf("%02d:00", hour), End: fmt.Sprintf("%02d:00", hour+2),
			Subject: "massage-practice", Setting: core.Lab, Delivery: core.InPerson,
		},
		SupervisorID: f.Supervisor(t, f.Alvarez), Submit: true,
	}
}

// Signed logs sessions of the first student and lets the first supervisor sign
// them.
func (f *Fixture) Signed(t testing.TB, sessions ...logbook.LogEntry) []core.Entry {
	t.Helper()
	var refs []logbook.EntryRef
	for _, in := range sessions {
		in.Submit = true
		e, err := f.Logbook.Log(context.Background(), f.Student, f.Enrollment, in)
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, logbook.EntryRef{ID: e.ID, Version: e.Version})
	}
	signed, err := f.Logbook.Sign(context.Background(), f.Alvarez, f.School.ID, refs)
	if err != nil {
		t.Fatal(err)
	}
	return signed.Signed
}

// CheckLedger holds everything that is kept against the entries and the ledger, and
// every row under a seal against it.
func (f *Fixture) CheckLedger(t testing.TB) {
	t.Helper()
	found, err := f.Logbook.Doctor(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		t.Errorf("enrollment %s: %v: kept %v, recomputed %v", d.Enrollment, d.What, d.Kept, d.Recomputed)
	}
	err = f.DB.Snapshot(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		found, err := kept.On(tx).HoldSeals(ctx, nil, nil)
		for _, s := range found {
			t.Error(words.English().Write(s))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Tampered is what the doctor finds when a statement has changed a table behind the
// program's back, without its triggers. Nothing of that stays.
func (f *Fixture) Tampered(t testing.TB, table, statement string) (found []string) {
	t.Helper()
	f.behind(t, table, statement, func(ctx context.Context, tx kept.Tx) error {
		all, err := tx.HoldSeals(ctx, nil, nil)
		for _, s := range all {
			found = append(found, words.English().Write(s))
		}
		return err
	})
	return found
}

// Differs is Tampered for what the doctor recomputes.
func (f *Fixture) Differs(t testing.TB, table, statement string) (found []string) {
	t.Helper()
	f.behind(t, table, statement, func(ctx context.Context, tx kept.Tx) error {
		all, err := tx.Examine(ctx)
		for _, d := range all {
			found = append(found, words.English().Write(d.What))
		}
		return err
	})
	return found
}

// behind looks at the database as it is when a statement has changed a table behind the
// program's back. Nothing of that stays.
func (f *Fixture) behind(t testing.TB, table, statement string, look func(context.Context, kept.Tx) error) {
	t.Helper()
	undone := errors.New("undone")
	err := f.DB.Write(context.Background(), func(ctx context.Context, tx *store.Tx) error {
		list, drop := "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", ""
		if f.DB.Postgres() {
			list, drop = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = CAST(CAST(? AS text) AS regclass)", " ON "+table
		}
		var triggers []string
		if err := tx.Gorm().Raw(list, table).Scan(&triggers).Error; err != nil {
			return err
		}
		for _, name := range triggers {
			if err := tx.Gorm().Exec("DROP TRIGGER " + name + drop).Error; err != nil {
				return err
			}
		}
		if err := tx.Gorm().Exec(statement).Error; err != nil {
			return err
		}
		return errors.Join(look(ctx, kept.On(tx)), undone)
	})
	if !errors.Is(err, undone) || err.Error() != undone.Error() {
		t.Fatal(err)
	}
}
