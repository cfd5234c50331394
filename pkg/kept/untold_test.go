package kept_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/people/account"
	"github.com/palmar/palmar/pkg/people/account/accounttest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// told keeps the statements that a database was given.
type told struct {
	mu  sync.Mutex
	all []string
}

func (s *told) hear(_ context.Context, statement string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, statement)
}

func (s *told) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	// The queue wakes its workers once in a while, no matter for what.
	all := slices.DeleteFunc(s.all, func(s string) bool {
		return strings.Contains(s, "NotificationInsertMany") || strings.Contains(s, "PGNotifyMany")
	})
	s.all = nil
	return all
}

// What a school does with an address gives the same statements, in the same order, and
// the same answer, whether or not there is an account with it.
func TestUntold(t *testing.T) {
	t.Parallel()
	certifytest.Each(t, "https://palmar.example", func(t *testing.T, w *certifytest.World) {
		ctx := t.Context()
		var heard told
		db, err := store.Open(ctx, w.Address, 0, store.WithTrace(heard.hear))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SealWith(certifytest.Secret)
		people := account.New(store.Bind(db, func(tx *store.Tx) account.Tx { return kept.On(tx) }), w.Src, account.Options{BaseURL: "https://palmar.example", Cost: accounttest.Cheap})
		log := logbook.New(store.Bind(db, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src).Inviting(people.InviteStudent)
		courses := specialty.New(store.Bind(db, func(tx *store.Tx) specialty.Tx { return kept.On(tx) }), w.Src)
		enrolled, err := log.Enrollment(ctx, w.Registrar, w.Enrollment)
		if err != nil {
			t.Fatal(err)
		}
		course, err := courses.CreateCourse(ctx, w.Registrar, w.School.ID, specialty.CourseInput{
			Code: "MLD-1", Title: "Drainage", Specialty: "manual-lymphatic-drainage", Minutes: core.Hours(8),
		})
		if err != nil {
			t.Fatal(err)
		}
		admin := w.Person("Ann Admin", "ann@example.org", w.School, core.RoleAdmin)
		teacher := w.Person("Tim Teacher", "tim@example.org", w.School, core.RoleSupervisor)
		instructor, _ := teacher.Member(w.School.ID, core.RoleSupervisor)
		begins := core.DateOf(w.Src.Now()).AddDays(7)
		section, err := courses.PlanSection(ctx, w.Registrar, course.ID, specialty.SectionInput{InstructorID: instructor, StartsOn: begins, EndsOn: begins, Place: "Room 3", Seats: 9}, []specialty.SessionInput{
			{Date: begins, Minutes: core.Hours(8), Part: "theory", Setting: core.Classroom, Delivery: core.InPerson},
		})
		if err != nil {
			t.Fatal(err)
		}
		deeds := map[string]func(email string) error{
			"adds to a course": func(email string) error {
				_, err := courses.Join(ctx, w.Registrar, section.ID, specialty.JoinInput{Other: true, Email: email, Name: "Pia Person"})
				return err
			},
			"enrolls": func(email string) error {
				_, err := log.Enroll(ctx, w.Registrar, w.School.ID, logbook.Enroll{Email: email, Name: "Pia Person", ProgramID: enrolled.ProgramID, Invite: true})
				return err
			},
			"imports": func(email string) error {
				file := "email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n" +
					email + ",Pia Person,2026-03-02,09:00,12:00,0,pathology,classroom,in-person," + teacher.Email + ",\n"
				_, err := log.Import(ctx, w.Registrar, w.School.ID, logbook.ImportRequest{ProgramID: enrolled.ProgramID, Filename: "a.csv", File: strings.NewReader(file)})
				return err
			},
			"invites": func(email string) error {
				_, err := people.Invite(ctx, admin, w.School.ID, account.Invite{Email: email, Name: "Pia Person", Role: core.RoleSupervisor})
				return err
			},
			"asks for a new password": func(email string) error { return people.AskReset(ctx, email) },
			"records a course": func(email string) error {
				_, err := courses.RecordCompletion(ctx, w.Registrar, course.ID, specialty.CompletionInput{
					Email: email, Name: "Pia Person", CompletedOn: core.DateOf(w.Src.Now()).AddDays(-3), Instructor: "Ines Instructor",
				})
				return err
			},
		}
		for name, do := range deeds {
			slug := strings.ReplaceAll(name, " ", "-")
			known, unknown := slug+"@account.example", slug+"@nobody.example"
			w.Person("Pia Person", known, w.Employer)
			if err := do("warm-" + known); err != nil { // what is remembered from then on
				t.Fatalf("%s: %v", name, err)
			}
			heard.take()
			if err := do(known); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			with := heard.take()
			if err := do(unknown); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if without := heard.take(); !slices.Equal(with, without) {
				t.Errorf("%s: with an account %d statements\n%s\nwithout %d\n%s", name, len(with), strings.Join(with, "\n"), len(without), strings.Join(without, "\n"))
			}
		}
	})
}
