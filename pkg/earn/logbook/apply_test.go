package logbook_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/act"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// large is a file of 2,250 hours of three students.
func large() string {
	var b strings.Builder
	b.WriteString(header)
	for s := range 3 {
		for n := range 750 {
			day := core.Date{Year: 2025, Month: 9, Day: 8}.AddDays(n / 5)
			fmt.Fprintf(&b, "s%d@students.example,Student %d,%s,%02d:00,%02d:00,0,pathology,classroom,in-person,r.alvarez@brightwater.example,\n", s, s, day, 8+n%5, 9+n%5)
		}
	}
	return b.String()
}

// applying is a large import that was approved, and what works on it.
func applying(t *testing.T, f *kepttest.Fixture) (logbook.Import, act.Work) {
	t.Helper()
	report := ok[logbook.ImportReport](t)(f.Logbook.Import(bg, f.Registrar, f.School.ID, request(f, large())))
	if report.Import.Accepted != 2250 {
		t.Fatalf("%d accepted: %v", report.Import.Accepted, report.Report.Tally)
	}
	i := ok[logbook.Import](t)(f.Logbook.ApproveImport(bg, f.Registrar2, report.Import.ID, 0, ""))
	if i.State != logbook.ImportApplying || i.DecidedBy != f.Registrar2.AccountID {
		t.Fatalf("%+v", i)
	}
	work := f.Logbook.ApplyImports()
	var due []string
	if err := work.Due(bg, func(ids ...string) error { due = append(due, ids...); return nil }); err != nil || !slices.Equal(due, []string{i.ID.String()}) {
		t.Fatalf("due are %v, %v", due, err)
	}
	return i, work
}

func importNow(t *testing.T, f *kepttest.Fixture, id core.ImportID) logbook.Import {
	t.Helper()
	return ok[logbook.Import](t)(f.Logbook.ImportByID(bg, f.Registrar, id))
}

// counted are the minutes that count, and that wait, of the students of the file.
func counted(t *testing.T, f *kepttest.Fixture) (valid, waiting core.Minutes) {
	t.Helper()
	list := ok[core.List[logbook.EnrollmentRow]](t)(f.Logbook.Enrollments(bg, f.Registrar, f.School.ID, logbook.EnrollmentFilter{Query: "student "}, core.Page{}))
	for _, row := range list.Items {
		valid, waiting = valid+row.Recorded, waiting+row.Waiting
	}
	return valid, waiting
}

// stopping is a database whose process dies in the n-th transaction.
type stopping struct {
	act.Store[logbook.Tx]
	left *int
}

var errStopped = errors.New("stopped")

func (s stopping) Attempt(ctx context.Context, fn func(context.Context, logbook.Tx) error) error {
	if *s.left--; *s.left < 0 {
		return errStopped
	}
	return s.Store.Attempt(ctx, fn)
}

// A large import counts when all of it is applied, and not before, however often
// the work is stopped.
func TestService_ApplyImports(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		i, _ := applying(t, f)
		_, err := f.Logbook.ApproveImport(bg, f.Admin, i.ID, 0, "")
		wantCode(t, err, "already_decided")
		_, err = f.Logbook.RejectImport(bg, f.Admin, i.ID, 0, "No.")
		wantCode(t, err, "already_decided")
		left := 0
		bound := store.Bind(f.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) })
		work := logbook.New(stopping{bound, &left}, f.Source).ApplyImports()
		for stops := 0; ; stops++ {
			if valid, waiting := counted(t, f); valid != 0 || waiting != 2250*60 {
				t.Fatalf("after %d stops %d minutes count and %d wait", stops, valid, waiting)
			}
			f.CheckLedger(t)
			left = 1 + stops%3
			err := work.Do(bg, i.ID.String())
			if err == nil {
				break
			}
			if !errors.Is(err, errStopped) || stops > 10 {
				t.Fatal(err)
			}
		}
		if valid, waiting := counted(t, f); valid != 2250*60 || waiting != 0 {
			t.Errorf("%d minutes count and %d wait", valid, waiting)
		}
		f.CheckLedger(t)
		if done := importNow(t, f, i.ID); done.State != logbook.ImportApproved || done.DecidedByName != f.Registrar2.Name {
			t.Errorf("%+v", done)
		}
		if err := work.Do(bg, i.ID.String()); err != nil {
			t.Errorf("a second time gives %v", err)
		}
	})
}

// An import that cannot be applied is undone whole, and may be decided on again.
func TestService_ApplyImports_undone(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		i, work := applying(t, f)
		list := ok[core.List[logbook.EnrollmentRow]](t)(f.Logbook.Enrollments(bg, f.Registrar, f.School.ID, logbook.EnrollmentFilter{Query: "student 2"}, core.Page{}))
		e := list.Items[0].Enrollment
		set := func(from, to core.EnrollmentState) {
			if err := f.DB.Write(bg, func(ctx context.Context, tx *store.Tx) error {
				return kept.On(tx).SetEnrollmentState(ctx, e.ID, from, to)
			}); err != nil {
				t.Fatal(err)
			}
		}
		set(core.EnrollmentActive, core.EnrollmentWithdrawn)
		err := work.Do(bg, i.ID.String())
		wantCode(t, err, "days_undecided")
		if !act.Permanent(err) {
			t.Error("it would be tried again")
		}
		if err := work.Parked(bg, i.ID.String(), err); err != nil {
			t.Fatal(err)
		}
		undone := importNow(t, f, i.ID)
		if valid, waiting := counted(t, f); valid != 0 || waiting != 2250*60 || undone.State != logbook.ImportProposed || !strings.Contains(undone.Reason, "withdrawn") {
			t.Errorf("%d minutes count and %d wait, %+v", valid, waiting, undone)
		}
		f.CheckLedger(t)
		set(core.EnrollmentWithdrawn, core.EnrollmentActive)
		ok[logbook.Import](t)(f.Logbook.ApproveImport(bg, f.Registrar2, i.ID, undone.Version, ""))
		if err := work.Do(bg, i.ID.String()); err != nil {
			t.Fatal(err)
		}
		if done := importNow(t, f, i.ID); done.State != logbook.ImportApproved || done.Reason != "" {
			t.Errorf("%+v", done)
		}
		f.CheckLedger(t)
	})
}
