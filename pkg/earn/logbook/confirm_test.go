package logbook_test

import (
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/access"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept/kepttest"
)

// next publishes the next version of the program.
func next(t *testing.T, f *kepttest.Fixture, by access.Actor, name string) logbook.ProgramVersion {
	t.Helper()
	std := standard.Demo()
	std.Version = name
	return ok[logbook.ProgramVersion](t)(f.Logbook.PublishProgram(bg, by, f.School.ID, logbook.PublishProgram{
		Code: f.Version.Code, Standard: ok[[]byte](t)(std.Marshal()),
	}))
}

func waiting(t *testing.T, f *kepttest.Fixture) []logbook.ProgramVersion {
	t.Helper()
	return ok[[]logbook.ProgramVersion](t)(f.Logbook.UnconfirmedPrograms(bg, f.Registrar, f.School.ID))
}

// A version that one person published waits for a second one: students are enrolled in
// it and have sessions signed, and where they stand says that nobody certifies it yet.
func TestService_ConfirmProgram(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		s := f.Logbook
		v := next(t, f, f.Registrar, "second")
		if v.Confirmed || v.PublishedBy != f.Registrar.AccountID || v.PublishedByName != f.Registrar.Name || !v.WrittenBy.IsZero() {
			t.Fatalf("published %+v", v)
		}
		wantCode(t, v.Certifies(), "program_unconfirmed")
		if all := waiting(t, f); len(all) != 1 || all[0].ID != v.ID {
			t.Errorf("these wait: %+v", all)
		}
		f.Student, f.Enrollment = f.Enrolled(t, "Dora Vale", "dora.vale@students.example")
		f.Signed(t, f.Session(t, 0))
		if p := progress(t, f); p.Confirmed || p.Standing.Recorded != 120 {
			t.Errorf("before: %+v", p)
		}

		_, err := s.ConfirmProgram(bg, f.Registrar, v.ID)
		wantCode(t, err, "same_person")
		for i, name := range []string{f.Registrar.Name, "INES  ward", "Ward, Ines"} {
			twin := f.Actor(t, f.School, core.RoleRegistrar, name, string(rune('a'+i))+"@elsewhere.example")
			_, err = s.ConfirmProgram(bg, twin, v.ID)
			wantCode(t, err, "same_person")
		}
		_, err = s.ConfirmProgram(bg, f.OtherOffice, v.ID)
		wantCode(t, err, "not_found")
		_, err = s.ConfirmProgram(bg, f.Alvarez, v.ID)
		wantCode(t, err, "forbidden")
		_, err = s.ConfirmProgram(bg, f.Student, v.ID)
		wantCode(t, err, "forbidden")
		late, robot := f.Registrar2, f.Registrar2
		late.AuthenticatedAt = f.Source.Now().Add(-access.FreshFor - time.Minute)
		_, err = s.ConfirmProgram(bg, late, v.ID)
		wantCode(t, err, "reauthentication_required")
		robot.Token = true
		_, err = s.ConfirmProgram(bg, robot, v.ID)
		wantCode(t, err, "person_required")
		_, err = s.UnconfirmedPrograms(bg, f.OtherOffice, f.School.ID)
		wantCode(t, err, "not_found")

		done := ok[logbook.ProgramVersion](t)(s.ConfirmProgram(bg, f.Registrar2, v.ID))
		kept := ok[[]logbook.ProgramVersion](t)(s.Program(bg, f.Student, v.ProgramID))[0]
		for _, c := range []logbook.Confirmation{done.Confirmation, kept.Confirmation} {
			if !c.Confirmed || c.ConfirmedBy != f.Registrar2.AccountID || c.ConfirmedByName != f.Registrar2.Name || c.ConfirmedAt.IsZero() {
				t.Errorf("confirmed %+v", c)
			}
		}
		if err := kept.Certifies(); err != nil || len(waiting(t, f)) != 0 || !progress(t, f).Confirmed {
			t.Errorf("it waits still: %v", err)
		}
		_, err = s.ConfirmProgram(bg, f.Admin, v.ID)
		wantCode(t, err, "already_decided")
	})
}

// Of several who confirm at once one does, and the others are told that it is done.
func TestService_ConfirmProgram_AtOnce(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		v := next(t, f, f.Registrar, "second")
		by := []access.Actor{f.Registrar2, f.Admin}
		if got := atOnce(t, 8, func(i int) error {
			_, err := f.Logbook.ConfirmProgram(bg, by[i%2], v.ID)
			if err != nil && core.CodeOf(err) != "already_decided" {
				t.Error(err)
			}
			return err
		}); got != 1 {
			t.Errorf("%d confirmed it", got)
		}
	})
}

// Who wrote the draft last does not confirm it either, even where another published it.
func TestService_ConfirmProgram_Draft(t *testing.T) {
	both(t, func(t *testing.T, f *kepttest.Fixture) {
		body := ok[[]byte](t)(standard.WritePack(standard.Demo()))
		d := ok[logbook.Judged](t)(f.Logbook.NewDraft(bg, f.Registrar, f.School.ID, logbook.DraftInput{Code: "clinic", Title: "Clinic", Body: string(body)}))
		v := ok[logbook.ProgramVersion](t)(f.Logbook.PublishDraft(bg, f.Registrar2, d.ID, d.Version))
		if v.WrittenBy != f.Registrar.AccountID || v.PublishedBy != f.Registrar2.AccountID {
			t.Errorf("published %+v", v)
		}
		for _, a := range []access.Actor{f.Registrar, f.Registrar2} {
			_, err := f.Logbook.ConfirmProgram(bg, a, v.ID)
			wantCode(t, err, "same_person")
		}
		if v = ok[logbook.ProgramVersion](t)(f.Logbook.ConfirmProgram(bg, f.Admin, v.ID)); v.WrittenByName != f.Registrar.Name {
			t.Errorf("confirmed %+v", v)
		}
	})
}
