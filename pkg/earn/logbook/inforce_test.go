package logbook_test

import (
	"slices"
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/kepttest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// dated publishes a version of the program whose rules a test changes, and enrolls
// a student with two sessions of two hours on the 1st of January 2026.
func dated(t *testing.T, f *kepttest.Fixture, change func(*standard.Standard)) standard.Standard {
	t.Helper()
	std := standard.Demo()
	std.Version, std.Rules = "dated", slices.Clone(std.Rules)
	change(&std)
	body := ok[[]byte](t)(std.Marshal())
	f.Version = ok[logbook.ProgramVersion](t)(f.Logbook.PublishProgram(bg, f.Registrar, f.School.ID, logbook.PublishProgram{
		Code: f.Version.Code, Title: f.Version.Title, Standard: body,
	}))
	f.Student, f.Enrollment = f.Enrolled(t, "Dora Vale", "dora.vale@students.example")
	f.Signed(t, f.Session(t, 0), f.Session(t, 1))
	return std
}

// A rule that begins or ends on a day does so everywhere on that day of the school,
// whatever is kept and remembered: where the student stands, their statement, every
// list, and the back-test.
func TestService_InForce(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		week := standard.Rule{
			ID: "week", Kind: standard.WeekCap, Minutes: 60, Text: "At most an hour a week counts.", Source: "The school",
			EffectiveFrom: core.Date{Year: 2026, Month: 9, Day: 3}, EffectiveTo: core.Date{Year: 2026, Month: 9, Day: 4},
		}
		std := dated(t, f, func(std *standard.Standard) { std.Rules = append(std.Rules, week) })
		without := std
		without.Rules = std.Rules[:len(std.Rules)-1]
		for _, at := range []struct {
			moment string // in New York it is four hours earlier
			valid  core.Minutes
		}{
			{"2026-09-03T03:59:00Z", 240}, {"2026-09-03T04:00:00Z", 60}, {"2026-09-05T03:59:00Z", 60}, {"2026-09-05T04:00:00Z", 240},
		} {
			now, _ := time.Parse(time.RFC3339, at.moment)
			f.Clock.Set(now)
			again := logbook.New(store.Bind(f.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), f.Source) // that remembers nothing
			for range 2 {
				for name, s := range map[string]*logbook.Service{"the service": f.Logbook, "another": again} {
					got := []core.Minutes{
						ok[logbook.Progress](t)(s.Progress(bg, f.Student, f.Enrollment)).Standing.Valid,
						ok[logbook.Outlook](t)(s.Outlook(bg, f.Student, f.Enrollment)).Standing.Valid,
						ok[logbook.Statement](t)(s.Statement(bg, f.Student, f.Enrollment, "2026-01")).Standing.Valid,
						ok[[]logbook.EnrollmentRow](t)(s.MyEnrollments(bg, f.Student))[0].Valid,
						ok[[]logbook.Hours](t)(s.HoursOf(bg, f.Student, f.Student.TherapistID))[0].Valid,
					}
					for i, is := range got {
						if is != at.valid {
							t.Errorf("at %s %s counts %d (%d), not %d", at.moment, name, is, i, at.valid)
						}
					}
				}
			}
			found := ok[logbook.BackTest](t)(f.Logbook.BackTest(bg, f.School.ID, std, without))
			if changed := at.valid == 60; changed != (len(found.Changed) == 1) || changed && (found.Changed[0].Old.Valid != 60 || found.Changed[0].New.Valid != 240) {
				t.Errorf("at %s the back-test finds %+v", at.moment, found.Changed)
			}
			f.CheckLedger(t)
		}
	})
}

// Nobody is judged by a standard that is not in force: a look at one says so, a list
// shows no answer, and the others beside it.
func TestService_InForce_refused(t *testing.T) {
	each(t, func(t *testing.T, f *kepttest.Fixture) {
		other := f.Enrollment
		std := dated(t, f, func(std *standard.Standard) {
			std.Basis, std.EffectiveFrom, std.EffectiveTo = standard.AtApplication, core.Date{Year: 2025, Month: 1, Day: 1}, core.Date{Year: 2026, Month: 9, Day: 2}
		})
		if p := ok[logbook.Progress](t)(f.Logbook.Progress(bg, f.Student, f.Enrollment)); p.Standing.Valid != 240 {
			t.Fatalf("before: %+v", p.Standing)
		}
		f.Clock.Set(time.Date(2026, 9, 3, 4, 0, 0, 0, time.UTC))
		_, err := f.Logbook.Progress(bg, f.Student, f.Enrollment)
		refused(t, err)
		_, err = f.Logbook.Outlook(bg, f.Student, f.Enrollment)
		refused(t, err)
		_, err = f.Logbook.Statement(bg, f.Student, f.Enrollment, "2026-01")
		refused(t, err)
		list := ok[core.List[logbook.EnrollmentRow]](t)(f.Logbook.Enrollments(bg, f.Registrar, f.School.ID, logbook.EnrollmentFilter{}, core.Page{Limit: 10}))
		for _, row := range list.Items {
			if row.ID == f.Enrollment && (row.Answer != "" || row.Valid != 0 || row.Recorded != 240 || row.Required != std.Required()) || row.ID == other && row.Answer != standard.Short {
				t.Errorf("the list has %+v", row)
			}
		}
		if all := ok[[]logbook.Hours](t)(f.Logbook.HoursOf(bg, f.Student, f.Student.TherapistID)); all[0].Valid != 0 || all[0].Recorded != 240 {
			t.Errorf("hours: %+v", all)
		}
		found := ok[logbook.BackTest](t)(f.Logbook.BackTest(bg, f.School.ID, standard.Demo(), std))
		if len(found.Changed) != 3 || !slices.ContainsFunc(found.Changed[0].Gained, func(s string) bool { return len(s) > 0 }) || found.Changed[0].New.Answer != "" {
			t.Errorf("the back-test finds %+v", found.Changed)
		}
		f.CheckLedger(t)
	})
}

func refused(t *testing.T, err error) {
	t.Helper()
	if core.CodeOf(err) != "standard_not_in_force" {
		t.Errorf("is judged by rules that are not in force: %v", err)
	}
}
