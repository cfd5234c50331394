// Package certifytest gives tests a small world: a school whose student is
// about to finish, its office, an employer, and the services between them.
package certifytest

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act/acttest"
	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/career/licensure"
	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/check/employer"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/granttest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/platform/store/storetest"
	"github.com/palmar/palmar/pkg/words"
)

// World is a school with a student, a supervisor and two registrars, another
// school with a registrar, and an employer with a verifier.
type World struct {
	T   testing.TB
	DB  *store.DB
	SQL *sql.DB // the same database, past the store
	// Address is where the program finds it.
	Address string
	Src     core.Source

	School, Other, Employer                core.Organization
	Student, Supervisor, Registrar, Second access.Actor
	Verifier, Stranger                     access.Actor
	Enrollment                             core.EnrollmentID
	Certify                                *certify.Service
	Licensure                              *licensure.Service
	Check                                  *employer.Service
	Specialty                              *specialty.Service

	mu   sync.Mutex
	now  time.Time
	days map[string]int
}

// Start is the world's first moment.
var Start = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

// Secret seals the keys of every world.
var Secret = bytes.Repeat([]byte{7}, 32)

// Each runs fn in a world on SQLite and in one on PostgreSQL, both reached at
// an address, side by side. What it is for is said at storetest.Each.
func Each(t *testing.T, base string, fn func(t *testing.T, w *World)) {
	t.Helper()
	storetest.EachAddress(t, func(t *testing.T, address string) { fn(t, At(t, address, base)) })
}

// Drawn is Each on one database, both under testkit.Full; see storetest.Drawn.
func Drawn(t *testing.T, base string, fn func(t *testing.T, w *World)) {
	t.Helper()
	storetest.DrawnAddress(t, func(t *testing.T, address string) { fn(t, At(t, address, base)) })
}

// OneOrFull is Each where one database is enough unless testkit.Full asks for
// everything; see storetest.OneOrFull.
func OneOrFull(t *testing.T, base string, fn func(t *testing.T, w *World)) {
	t.Helper()
	storetest.OneOrFullAddress(t, func(t *testing.T, address string) { fn(t, At(t, address, base)) })
}

// SQLite makes a world on SQLite.
func SQLite(t testing.TB, base string) *World {
	return At(t, storetest.SQLiteAddress(t), base)
}

// Postgres makes a world on PostgreSQL, or ends the test where no server answers.
func Postgres(t testing.TB, base string) *World {
	return At(t, storetest.PostgresAddress(t), base)
}

// At makes a world in the empty database at an address.
func At(t testing.TB, address, base string) *World {
	t.Helper()
	if path, lite := strings.CutPrefix(address, "sqlite:"); lite {
		return world(t, address, "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)", base)
	}
	return world(t, address, "pgx", address, base)
}

func world(t testing.TB, address, driver, dsn, base string) *World {
	t.Helper()
	db, err := store.Open(context.Background(), address, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SealWith(Secret)
	raw, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	w := &World{T: t, DB: db, SQL: raw, Address: address, now: Start, days: map[string]int{}}
	w.Src = core.Source{Clock: w.tick, Rand: rand.Reader}
	w.Certify = w.CertifyAt(base)
	w.Licensure = licensure.New(store.Bind(db, func(tx *store.Tx) licensure.Tx { return kept.On(tx) }), w.Src).Hearing(w.Certify.LicensesHeard)
	w.Specialty = specialty.New(store.Bind(db, func(tx *store.Tx) specialty.Tx { return kept.On(tx) }), w.Src)
	w.Check = employer.New(store.Bind(db, func(tx *store.Tx) employer.Tx { return kept.On(tx) }), w.Src, employer.Options{})
	w.Write(func(ctx context.Context, tx *store.Tx) error {
		w.School = w.organization(ctx, tx, core.School, "Brightwater School of Massage", "brightwater")
		w.Other = w.organization(ctx, tx, core.School, "Stillwater School", "stillwater")
		w.Employer = w.organization(ctx, tx, core.Employer, "Harbor Clinic", "harbor")
		w.Student = w.person(ctx, tx, "Ada Example", "ada@example.org", w.School, core.RoleStudent)
		w.Supervisor = w.person(ctx, tx, "Sam Super", "sam@example.org", w.School, core.RoleSupervisor)
		w.Registrar = w.person(ctx, tx, "Rita Registrar", "rita@example.org", w.School, core.RoleRegistrar)
		w.Second = w.person(ctx, tx, "Rob Registrar", "rob@example.org", w.School, core.RoleRegistrar)
		w.Verifier = w.person(ctx, tx, "Vera Verifier", "vera@example.org", w.Employer, core.RoleVerifier)
		w.Stranger = w.person(ctx, tx, "Otto Other", "otto@example.org", w.Other, core.RoleRegistrar)
		return nil
	})
	w.Enrollment = w.Enroll(w.Student)
	return w
}

// Empty is another installation on the same kind of database, with nothing in
// it, at the time of w.
func Empty(t testing.TB, w *World) *World {
	t.Helper()
	address := storetest.SQLiteAddress(t)
	if w.DB.Postgres() {
		address = storetest.PostgresAddress(t)
	}
	db, err := store.Open(context.Background(), address, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SealWith(Secret)
	other := &World{T: t, DB: db, Src: w.Src}
	other.Certify = other.CertifyAt("https://elsewhere.example")
	other.Check = employer.New(store.Bind(db, func(tx *store.Tx) employer.Tx { return kept.On(tx) }), w.Src, employer.Options{})
	return other
}

// Mails are the mails that wait to be sent.
func (w *World) Mails() (mails []core.Mail) {
	args := "json(args)" // SQLite keeps it in a binary form
	if w.DB.Postgres() {
		args = "args"
	}
	rows, err := w.SQL.Query("SELECT " + args + " FROM river_job WHERE kind = 'mail' ORDER BY id")
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var args string
		var job store.MailJob
		w.must(rows.Scan(&args))
		w.must(json.Unmarshal([]byte(args), &job))
		mails = append(mails, job.Mail)
	}
	w.must(rows.Err())
	return mails
}

// Audited are an organization's audit events, newest first.
func (w *World) Audited(org core.OrganizationID) (events []core.AuditEvent) {
	w.Write(func(ctx context.Context, tx *store.Tx) (err error) {
		events, err = tx.AuditEvents(ctx, org, core.AuditID{}, 100, false)
		return err
	})
	return events
}

// Tamper changes rows of a table that never change, as someone could who has
// the database in their hands.
func (w *World) Tamper(table, statement string, args ...any) {
	w.T.Helper()
	disarm := []string{"DROP TRIGGER IF EXISTS " + table + "_no_update", "DROP TRIGGER IF EXISTS " + table + "_no_delete"}
	if w.DB.Postgres() {
		disarm = []string{"DROP TRIGGER IF EXISTS " + table + "_frozen ON " + table}
		for i := 1; strings.Contains(statement, "?"); i++ {
			statement = strings.Replace(statement, "?", "$"+strconv.Itoa(i), 1)
		}
	}
	for _, d := range disarm {
		_, err := w.SQL.Exec(d)
		w.must(err)
	}
	result, err := w.SQL.Exec(statement, args...)
	w.must(err)
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		w.T.Fatalf("nothing was changed by %q: %v", statement, err)
	}
}

// CertifyAt is the certification of an installation that is reached elsewhere.
func (w *World) CertifyAt(base string) *certify.Service {
	return certify.New(store.Bind(w.DB, func(tx *store.Tx) certify.Tx { return kept.On(tx) }), w.Src, certify.Options{Secret: Secret, BaseURL: base})
}

func (w *World) tick() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(time.Microsecond)
	return w.now
}

// WorkOff does what certification has to do in the background, each item once; see
// acttest.WorkOff.
func (w *World) WorkOff(names ...string) (int, error) {
	return acttest.WorkOff(context.Background(), w.Certify.Works(), names...)
}

// Close has two administrators close the school, and its students get their
// transcripts.
func (w *World) Close(cause string) core.Organization {
	w.T.Helper()
	w.ConfirmClose(cause)
	_, err := w.WorkOff("closing-transcripts", "closings")
	w.must(err)
	var org core.Organization
	w.Write(func(ctx context.Context, tx *store.Tx) (err error) {
		org, err = kept.On(tx).Organization(ctx, w.School.ID)
		return err
	})
	return org
}

// ConfirmClose has two administrators say that the school closes, and does nothing
// of it.
func (w *World) ConfirmClose(cause string) {
	w.T.Helper()
	first := w.Person("Abby Admin", "abby@example.org", w.School, core.RoleAdmin)
	second := w.Person("Burt Admin", "burt@example.org", w.School, core.RoleAdmin)
	first.AuthenticatedAt, second.AuthenticatedAt = w.Src.Now(), w.Src.Now()
	_, err := w.Certify.ProposeClosing(context.Background(), first, w.School.ID, certify.CloseInput{Slug: w.School.Slug, Cause: cause})
	w.must(err)
	_, err = w.Certify.ConfirmClosing(context.Background(), second, w.School.ID, w.School.Slug)
	w.must(err)
}

// Pass lets time go by.
func (w *World) Pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// Write runs fn in a transaction that must succeed.
func (w *World) Write(fn func(context.Context, *store.Tx) error) {
	w.T.Helper()
	if err := w.DB.Write(context.Background(), fn); err != nil {
		w.T.Fatal(err)
	}
}

func (w *World) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

func (w *World) organization(ctx context.Context, tx *store.Tx, kind core.OrganizationKind, name, slug string) core.Organization {
	o := core.Organization{
		ID: core.NewID[core.OrganizationID](w.Src), Kind: kind, Name: name, Slug: slug, Zone: "America/New_York",
		URL: "https://" + slug + ".example", CreatedAt: Start, Version: 1,
	}
	w.must(kept.On(tx).InsertOrganization(ctx, o))
	return o
}

func (w *World) person(ctx context.Context, tx *store.Tx, name, email string, org core.Organization, roles ...core.Role) access.Actor {
	a := access.Actor{AccountID: core.NewID[core.AccountID](w.Src), Name: name, Email: email, AuthenticatedAt: Start}
	w.must(kept.On(tx).InsertAccount(ctx, core.Account{ID: a.AccountID, Email: email, Name: name, CreatedAt: Start, Version: 1}))
	for _, role := range roles {
		w.join(ctx, tx, &a, org, role)
	}
	return a
}

func (w *World) join(ctx context.Context, tx *store.Tx, a *access.Actor, org core.Organization, role core.Role) {
	id, err := kept.On(tx).EnsureMember(ctx, core.Member{
		ID: core.NewID[core.MemberID](w.Src), OrganizationID: org.ID, AccountID: a.AccountID, Role: role, CreatedAt: Start,
	})
	w.must(err)
	a.Memberships = append(a.Memberships, access.Membership{
		OrganizationID: org.ID, OrganizationName: org.Name, OrganizationKind: org.Kind, MemberID: id, Role: role,
	})
	if role == core.RoleStudent {
		a.TherapistID, err = kept.On(tx).EnsureTherapist(ctx, core.Therapist{ID: core.NewID[core.TherapistID](w.Src), AccountID: a.AccountID, CreatedAt: Start})
		w.must(err)
	}
}

// Person is someone new with roles in an organization.
func (w *World) Person(name, email string, org core.Organization, roles ...core.Role) (a access.Actor) {
	w.Write(func(ctx context.Context, tx *store.Tx) error {
		a = w.person(ctx, tx, name, email, org, roles...)
		return nil
	})
	return a
}

// Join gives an actor a further role.
func (w *World) Join(a access.Actor, org core.Organization, role core.Role) access.Actor {
	w.Write(func(ctx context.Context, tx *store.Tx) error {
		w.join(ctx, tx, &a, org, role)
		return nil
	})
	return a
}

// Enroll puts a student into the demo program, which is published once. The student
// lets the school see all of the record.
func (w *World) Enroll(student access.Actor) core.EnrollmentID {
	id := core.NewID[core.EnrollmentID](w.Src)
	w.Write(func(ctx context.Context, tx *store.Tx) error {
		program, err := kept.On(tx).ProgramByCode(ctx, w.School.ID, "mmf")
		version := logbook.ProgramVersion{}
		if err == nil {
			versions, err := kept.On(tx).ProgramVersions(ctx, program.ID)
			w.must(err)
			version = versions[0]
		} else {
			version = w.publish(ctx, tx)
		}
		return kept.On(tx).InsertEnrollments(ctx, []logbook.Enrollment{{
			ID: id, OrganizationID: w.School.ID, ProgramID: version.ProgramID, ProgramVersionID: version.ID,
			TherapistID: student.TherapistID, State: core.EnrollmentActive, EnrolledOn: core.Date{Year: 2025, Month: 1, Day: 1},
			CreatedAt: Start,
		}})
	})
	w.Grant(student.TherapistID, w.School)
	return id
}

// Grant lets an organization see parts of a record; without scopes, all of it.
func (w *World) Grant(therapist core.TherapistID, to core.Organization, scopes ...access.Scope) {
	granttest.Give(w.T, w.DB, w.Src, therapist, to, scopes...)
}

func (w *World) publish(ctx context.Context, tx *store.Tx) logbook.ProgramVersion {
	std := standard.Demo()
	body, err := std.Marshal()
	w.must(err)
	digest, err := std.Digest()
	w.must(err)
	program := logbook.Program{ID: core.NewID[core.ProgramID](w.Src), OrganizationID: w.School.ID, Code: "mmf", Title: std.Title, CreatedAt: Start}
	standardID := core.NewID[core.StandardID](w.Src)
	version := logbook.ProgramVersion{
		ID: core.NewID[core.ProgramVersionID](w.Src), ProgramID: program.ID, OrganizationID: w.School.ID, Number: 1,
		Title: std.Title, StandardID: standardID, PublishedAt: Start, PublishedBy: w.Registrar.AccountID,
	}
	w.must(kept.On(tx).InsertProgram(ctx, program))
	w.must(kept.On(tx).InsertStandard(ctx, standardID, w.School.ID, std.Key, std.Title, body, digest, Start))
	w.must(kept.On(tx).InsertProgramVersion(ctx, version))
	version.Confirmation = logbook.Confirmation{Confirmed: true, ConfirmedAt: Start, ConfirmedBy: w.Second.AccountID, ConfirmedByName: w.Second.Name}
	w.must(kept.On(tx).InsertConfirmation(ctx, version))
	return version
}

// Minimums are the minutes by subject that the demo program asks for at least;
// together 585 h.
var Minimums = map[string]core.Minutes{
	"anatomy-physiology": 7_500, "kinesiology": 3_000, "pathology": 3_000, "massage-practice": 12_000,
	"hydrotherapy": 900, "ethics-law-business": 2_700, "clinical-practice": 6_000,
}

// EarnAll posts every minimum and as many further minutes.
func (w *World) EarnAll(enrollment core.EnrollmentID, student access.Actor, further core.Minutes) {
	for subject, minutes := range Minimums {
		w.Earn(enrollment, student, subject, minutes)
	}
	w.Earn(enrollment, student, "massage-practice", further)
}

// Earn posts minutes of a subject, at most 8 h a day, each on a day of its own.
func (w *World) Earn(enrollment core.EnrollmentID, student access.Actor, subject string, minutes core.Minutes) {
	w.T.Helper()
	var credits []core.Credit
	for ; minutes > 0; minutes -= min(minutes, 480) {
		day := w.days[enrollment.String()]
		w.days[enrollment.String()]++
		credits = append(credits, core.Credit{
			ID: core.NewID[core.CreditID](w.Src), OrganizationID: w.School.ID, EnrollmentID: enrollment, TherapistID: student.TherapistID,
			Kind: core.CreditTransfer, Minutes: min(minutes, 480), Subject: subject, Setting: core.Classroom, Delivery: core.InPerson,
			Supervised: true, Date: core.Date{Year: 2025, Month: 1, Day: 6}.AddDays(day), PostedAt: Start, PostedBy: w.Supervisor.AccountID,
		})
	}
	w.Write(func(ctx context.Context, tx *store.Tx) error { return kept.On(tx).PostCredits(ctx, credits) })
}

// Status reads the schools' status lists as anybody would who can reach them.
func (w *World) Status(ctx context.Context, issuer string, entry map[string]any) (credential.Outcome, words.Sentence) {
	lists := credential.Lists{
		Now: w.Src.Now(),
		Fetch: func(ctx context.Context, address string) ([]byte, error) {
			id, err := core.ParseID[core.StatusListID](path.Base(address))
			if err != nil {
				return nil, err
			}
			list, err := w.Certify.StatusList(ctx, id)
			return list.Document, err
		},
		Resolver: w.Keys(),
	}
	return lists.Status(ctx, issuer, entry)
}

// Keys resolves the schools' DIDs by their did.json, and a did:key by itself.
func (w *World) Keys() credential.Resolver { return resolver{w} }

type resolver struct{ w *World }

// Resolve implements credential.Resolver.
func (r resolver) Resolve(ctx context.Context, did string) (credential.Document, error) {
	if strings.HasPrefix(did, "did:key:") {
		return credential.KeyResolver{}.Resolve(ctx, did)
	}
	var keys []credential.DatedKey
	err := r.w.DB.Read(ctx, func(ctx context.Context, tx *store.Tx) error {
		found, err := kept.On(tx).SigningKeysOf(ctx, did)
		if len(found) == 0 {
			_, found, err = kept.On(tx).EscrowedKeys(ctx, did)
		}
		for _, k := range found {
			if key, err := k.Dated(); err == nil && k.RevokedAt.IsZero() {
				keys = append(keys, key)
			}
		}
		return err
	})
	return credential.DatedDocument(did, keys...), err
}

// Certified has the student earn 600 h, and the office certify them.
func (w *World) Certified() core.Credential {
	w.T.Helper()
	w.EarnAll(w.Enrollment, w.Student, 900)
	p, err := w.Certify.Propose(context.Background(), w.Registrar, w.Enrollment)
	w.must(err)
	c, err := w.Certify.Certify(context.Background(), w.Second, p.ID, p.Version)
	w.must(err)
	return c
}
