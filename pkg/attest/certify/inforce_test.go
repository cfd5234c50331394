package certify_test

import (
	"testing"
	"time"

	"github.com/palmar/palmar/pkg/attest/certify"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// Nobody proposes or certifies by a standard that is not in force on the day of its
// basis: the student's enrollment, which was on 1 January 2025, or the school's day.
func TestService_InForce(t *testing.T) {
	each(t, local, func(t *testing.T, w *certifytest.World) {
		log := logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src)
		publish := func(version string, change func(*standard.Standard)) core.EnrollmentID {
			t.Helper()
			std := standard.Demo()
			std.Version, std.EffectiveFrom = version, core.Date{}
			change(&std)
			body, err := std.Marshal()
			var v logbook.ProgramVersion
			if err == nil {
				v, err = log.PublishProgram(ctx, w.Registrar, w.School.ID, logbook.PublishProgram{Code: "mmf", Title: "Medical Massage Foundations", Standard: body})
			}
			if err == nil {
				_, err = log.ConfirmProgram(ctx, w.Second, v.ID)
			}
			if err != nil {
				t.Fatal(err)
			}
			student := w.Person("Dora "+version, version+"@students.example", w.School, core.RoleStudent)
			id := w.Enroll(student)
			w.EarnAll(id, student, 900)
			return id
		}
		today := w.School.Today(w.Src.Now())
		late := publish("late", func(std *standard.Standard) {
			std.Basis, std.EffectiveFrom = standard.AtEnrollment, core.Date{Year: 2025, Month: 1, Day: 2}
		})
		_, err := w.Certify.Propose(ctx, w.Registrar, late)
		wantCode(t, err, "standard_not_in_force")
		hours, err := w.Certify.ProposeTranscript(ctx, w.Registrar, late)
		if err != nil {
			t.Fatal("a transcript needs no standard in force: ", err)
		}
		seen, err := certify.SeenOf(hours)
		if err != nil || seen.Answer.Met() || seen.Answer.Asks() || seen.Recorded != 36_000 || seen.Valid != 36_000 || seen.Required != 0 || seen.Missing != 0 {
			t.Errorf("seen is %+v, %v", seen, err)
		}

		ends := publish("ends", func(std *standard.Standard) {
			std.Basis, std.EffectiveFrom, std.EffectiveTo = standard.AtApplication, core.Date{Year: 2025, Month: 1, Day: 2}, today
		})
		p, err := w.Certify.Propose(ctx, w.Registrar, ends)
		if err != nil {
			t.Fatal("in force: ", err)
		}
		w.Pass(24 * time.Hour)
		w.Second.AuthenticatedAt = w.Src.Now()
		_, err = w.Certify.Certify(ctx, w.Second, p.ID, p.Version)
		wantCode(t, err, "standard_not_in_force")
	})
}
