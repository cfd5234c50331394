package logbook_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/act/acttest"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/jobs/jobstest"
	"github.com/palmar/palmar/pkg/platform/store"
	"github.com/palmar/palmar/pkg/words"
)

// Each student gets last month's statement once, however often and however many
// at once look for it.
func TestMailStatements(t *testing.T) {
	t.Parallel()
	certifytest.Drawn(t, "https://school.example", func(t *testing.T, w *certifytest.World) {
		book := logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src)
		before := len(w.Mails())
		mail := func() []string {
			t.Helper()
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					if _, err := acttest.WorkOff(context.Background(), book.Works("https://school.example")); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			var texts []string
			for _, m := range w.Mails()[before:] {
				texts = append(texts, m.To+"\n"+m.Subject+"\n"+m.Text)
			}
			return texts
		}
		mail()
		got := mail()
		if len(got) != 1 {
			t.Fatalf("mailed %d statements to one student", len(got))
		}
		for _, want := range []string{w.Student.Email, "October 2026", "/statement?month=2026-10", "of 600 h", "Still needed:"} {
			if !strings.Contains(got[0], want) {
				t.Errorf("the statement lacks %q:\n%s", want, got[0])
			}
		}
		// In New York November ends five hours after it does in London.
		w.Pass(time.Date(2026, 12, 1, 4, 59, 0, 0, time.UTC).Sub(w.Src.Now()))
		if got := mail(); len(got) != 1 {
			t.Errorf("a month that is not over was mailed: %d", len(got))
		}
		w.Pass(2 * time.Minute)
		w.Write(func(ctx context.Context, tx *store.Tx) error {
			a, err := kept.On(tx).AccountByEmail(ctx, w.Student.Email)
			if err != nil {
				return err
			}
			a.Language = "en-XA"
			return kept.On(tx).SetLanguage(ctx, a)
		})
		month := words.Of("en-XA").Month(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
		if got := mail(); len(got) != 2 || !strings.Contains(got[1], month) || !strings.Contains(got[1], words.Of("en-XA").Part("mail.statement.body")) {
			t.Errorf("mailed %d after November, in the language that the student has chosen: %q", len(got), got)
		}
	})
}

// A student whose statement cannot be made keeps no other from theirs, and gets it
// after a fix; what waits meanwhile names nobody.
func TestWorks_statements_broken(t *testing.T) {
	certifytest.Drawn(t, "https://school.example", func(t *testing.T, w *certifytest.World) {
		book := logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src)
		before := w.Person("Bea Before", "bea@example.org", w.School, core.RoleStudent)
		broken, fix := unreadable(t, w)
		after := w.Person("Cal After", "cal@example.org", w.School, core.RoleStudent)
		w.Enroll(before)
		w.Enroll(after)
		count := len(w.Mails())
		mailed := func() map[string]int {
			to := map[string]int{}
			for _, m := range w.Mails()[count:] {
				to[m.To]++
			}
			return to
		}
		b := jobstest.Start(t, w.DB, w.Src, time.Now, book.Works("https://school.example"))
		b.Await([]string{"statements", "statements", "statements"}, []string{"statements"})
		if to := mailed(); len(to) != 3 || to[w.Student.Email] != 1 || to[before.Email] != 1 || to[after.Email] != 1 {
			t.Errorf("mailed to %v", to)
		}
		parked := b.Parked()
		if len(parked) != 1 || !strings.HasSuffix(parked[0].ID, "/2026-10") || strings.Contains(parked[0].ID+parked[0].Message, broken.Name) || strings.Contains(parked[0].ID, "://") {
			t.Errorf("parked %+v", parked)
		}
		fix()
		b.Retry()
		b.Await([]string{"statements"}, nil)
		if to := mailed(); len(to) != 4 || to[broken.Email] != 1 {
			t.Errorf("after the fix mailed to %v", to)
		}
	})
}

// unreadable is a student in a program whose standard cannot be read, and what
// fixes it.
func unreadable(t *testing.T, w *certifytest.World) (access.Actor, func()) {
	t.Helper()
	student := w.Person("Bob Broken", "bob@example.org", w.School, core.RoleStudent)
	std := standard.Demo()
	body, err := std.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	program := logbook.Program{ID: core.NewID[core.ProgramID](w.Src), OrganizationID: w.School.ID, Code: "other", Title: "Other", CreatedAt: certifytest.Start}
	id := core.NewID[core.StandardID](w.Src)
	version := logbook.ProgramVersion{
		ID: core.NewID[core.ProgramVersionID](w.Src), ProgramID: program.ID, OrganizationID: w.School.ID, Number: 1, Title: "Other", StandardID: id, PublishedAt: certifytest.Start,
	}
	w.Write(func(ctx context.Context, tx *store.Tx) error {
		for _, insert := range []func() error{
			func() error { return kept.On(tx).InsertProgram(ctx, program) },
			func() error {
				return kept.On(tx).InsertStandard(ctx, id, w.School.ID, "other", "Other", []byte("{}"), "digest", certifytest.Start)
			},
			func() error { return kept.On(tx).InsertProgramVersion(ctx, version) },
			func() error {
				return kept.On(tx).InsertEnrollments(ctx, []logbook.Enrollment{{
					ID: core.NewID[core.EnrollmentID](w.Src), OrganizationID: w.School.ID, ProgramID: program.ID, ProgramVersionID: version.ID,
					TherapistID: student.TherapistID, State: core.EnrollmentActive, EnrolledOn: core.Date{Year: 2025, Month: 1, Day: 1}, CreatedAt: certifytest.Start,
				}})
			},
		} {
			if err := insert(); err != nil {
				return err
			}
		}
		return nil
	})
	return student, func() {
		w.Tamper("standards", "UPDATE standards SET body = ? WHERE id = ?", string(body), id.String())
	}
}
