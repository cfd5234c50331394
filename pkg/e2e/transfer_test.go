package e2e

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/testkit"
)

// schoolMoved is a student who has signed hours at another school of the site. They let
// this one see the detail of their hours, which takes them over without a transcript.
func schoolMoved(t *testing.T, s *site) {
	reverse := s.signedElsewhere(t, "ana.ortega@brightwater.example")
	v := s.visitor(t)
	v.signIn("g.whitlock@brightwater.example", school.Password)
	v.menu("Students")
	v.write(testkit.Says("logbook.students.name_or_email_begins_with"), "Nora")
	v.press("Find")
	v.follow("Nora New")
	v.follow(testkit.Says("shared.hours_other_schools"))
	v.misses("Lakeside Institute")
	v.follow(testkit.Says("logbook.enrollment_transfers.ask"))
	v.sees(testkit.Says("grant.office.send"))

	v.menu("Students")
	v.write(testkit.Says("logbook.students.name_or_email_begins_with"), "Ana")
	v.press("Find")
	v.follow("Ana Ortega")
	student := v.here()
	v.follow(testkit.Says("logbook.enrollment.licenses_certificates"))
	v.follow(testkit.Said("home.hours.title", "name", "Ana Ortega"))
	v.sees("Lakeside Institute", testkit.Says("shared.hours_by_subject"))
	v.open(student)
	v.follow(testkit.Says("shared.hours_other_schools"))
	v.sees("Lakeside Institute", "4 h")
	v.follow(testkit.Said("logbook.enrollment_transfers.take_over", "school", "Lakeside Institute"))
	v.write(testkit.Says("logbook.enrollment_transfers.its_license_number"), "FL 7")
	v.press(testkit.Says("logbook.enrollment_transfers.propose_them"))
	v.sees(testkit.Says("logbook.take_over.proposed"), testkit.Says("logbook.transfer.signed_hours"))
	transfer := v.here()

	second := s.visitor(t)
	second.signIn("s.adeyemi@brightwater.example", school.Password)
	second.open(transfer)
	second.press(testkit.Says("logbook.transfer.accept_hours"))
	second.sees("The hours are now in the student’s record.")
	reverse()
	second.open(transfer)
	second.sees("2 h of these hours stopped counting on")
	second.write(testkit.Says("shared.reason"), "We saw the sheets.")
	second.press(testkit.Says("logbook.transfer.keep_hours"))
	second.sees(testkit.Says("logbook.transfer.stood_by"), testkit.Says("logbook.transfer.stood_by_title"))
	second.menu("Imports")
	second.follow("transfer hours")
	second.follow(testkit.Says("logbook.handovers.title"))
	second.sees(testkit.Says("logbook.handovers.none"))

	ana := s.visitor(t)
	ana.signIn("ana.ortega@brightwater.example", school.Password)
	ana.open("/record/disclosures")
	ana.sees(testkit.Says("home.disclosures.hours_handed_on"), "Lakeside Institute")
}

// signedElsewhere signs two sessions of two hours of a student at another school of
// the site, as its own office and supervisor would. What it gives reverses one.
func (s *site) signedElsewhere(t *testing.T, email string) (reverse func()) {
	t.Helper()
	db, err := store.Open(t.Context(), s.address, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SealWith(secret)
	src := core.Source{Clock: s.clock, Rand: rand.Reader}
	log := logbook.New(store.Bind(db, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), src)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	org := core.Organization{
		ID: core.NewID[core.OrganizationID](src), Kind: core.School, Name: "Lakeside Institute", Slug: "lakeside", Zone: "America/Chicago", CreatedAt: s.clock(), Version: 1,
	}
	person := func(ctx context.Context, tx kept.Tx, name, email string, role core.Role) (access.Actor, error) {
		a := core.Account{ID: core.NewID[core.AccountID](src), Email: email, Name: name, CreatedAt: s.clock(), Version: 1}
		member := core.Member{ID: core.NewID[core.MemberID](src), OrganizationID: org.ID, AccountID: a.ID, Role: role, CreatedAt: s.clock()}
		err := tx.InsertAccount(ctx, a)
		if err == nil {
			_, err = tx.EnsureMember(ctx, member)
		}
		if err != nil {
			return access.Actor{}, err
		}
		actor, err := tx.ActorOf(ctx, a.ID)
		actor.AuthenticatedAt = s.clock()
		return actor, err
	}
	var office, teacher, student access.Actor
	must(db.Write(t.Context(), func(ctx context.Context, raw *store.Tx) (err error) {
		tx := kept.On(raw)
		if err = tx.InsertOrganization(ctx, org); err != nil {
			return err
		}
		if office, err = person(ctx, tx, "Olive Lake", "olive@lakeside.example", core.RoleRegistrar); err != nil {
			return err
		}
		teacher, err = person(ctx, tx, "Tess Lake", "tess@lakeside.example", core.RoleSupervisor)
		return err
	}))
	body, err := standard.Demo().Marshal()
	must(err)
	program, err := log.PublishProgram(t.Context(), office, org.ID, logbook.PublishProgram{Code: "mmf", Title: "Foundations", Standard: body})
	must(err)
	e, err := log.Enroll(t.Context(), office, org.ID, logbook.Enroll{Email: email, Name: "Ana Ortega", ProgramID: program.ProgramID, EnrolledOn: core.Date{Year: 2024, Month: time.May, Day: 1}})
	must(err)
	must(db.Write(t.Context(), func(ctx context.Context, raw *store.Tx) error {
		tx := kept.On(raw)
		account, err := tx.AccountByEmail(ctx, email)
		if err == nil {
			err = tx.JoinFile(ctx, e.TherapistID, account.ID, s.clock())
		}
		if err == nil {
			_, err = tx.EnsureMember(ctx, core.Member{
				ID: core.NewID[core.MemberID](src), OrganizationID: org.ID, AccountID: account.ID, Role: core.RoleStudent, CreatedAt: s.clock(),
			})
		}
		if err == nil {
			student, err = tx.ActorOf(ctx, account.ID)
		}
		return err
	}))
	by, _ := teacher.Member(org.ID, core.RoleSupervisor)
	session := func(day int, end string) logbook.LogEntry {
		return logbook.LogEntry{SupervisorID: by, Submit: true, SessionInput: core.SessionInput{
			Date: core.Date{Year: 2024, Month: time.May, Day: day}, Start: "09:00", End: end, Subject: "massage-practice", Setting: core.Lab, Delivery: core.InPerson,
		}}
	}
	sign := func(entry core.Entry, failed error) core.Entry {
		teacher.AuthenticatedAt = s.clock()
		signed, err := log.Sign(context.Background(), teacher, org.ID, []logbook.EntryRef{{ID: entry.ID, Version: entry.Version}})
		must(errors.Join(failed, err))
		return signed.Signed[0]
	}
	first := sign(log.Log(t.Context(), student, e.ID, session(6, "11:00")))
	sign(log.Log(t.Context(), student, e.ID, session(7, "11:00")))
	return func() {
		sign(log.Correct(context.Background(), student, first.ID, first.Version, logbook.Correction{LogEntry: session(6, "10:00"), Reason: "It was an hour."}))
	}
}
