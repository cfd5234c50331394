package certify_test

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/attest/credential"
	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/earn/logbook"
	"github.com/palmar/palmar/pkg/judge/standard"
	"github.com/palmar/palmar/pkg/kept"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/platform/store"
)

// A school whose program is by a standard that is not in force on the day closes, and
// its students have the transcripts of their hours, which say that nothing was judged.
func TestService_Closing_Transcripts_NotInForce(t *testing.T) {
	each(t, public, func(t *testing.T, w *certifytest.World) {
		w.Certified()
		std := standard.Demo()
		std.Version, std.Basis, std.EffectiveFrom, std.EffectiveTo = "over", standard.AtApplication, core.Date{}, w.School.Today(w.Src.Now()).AddDays(-1)
		body, err := std.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		log := logbook.New(store.Bind(w.DB, func(tx *store.Tx) logbook.Tx { return kept.On(tx) }), w.Src)
		if _, err := log.PublishProgram(ctx, w.Registrar, w.School.ID, logbook.PublishProgram{Code: "mmf", Title: "Medical Massage Foundations", Standard: body}); err != nil {
			t.Fatal(err)
		}
		student := w.Person("Bea Example", "bea@example.org", w.School, core.RoleStudent)
		enrolled := w.Enroll(student)
		w.Earn(enrolled, student, "kinesiology", 90)
		_, err = w.Certify.Propose(ctx, w.Registrar, enrolled)
		wantCode(t, err, "standard_not_in_force")

		w.ConfirmClose(closing)
		if _, err := w.WorkOff("closing-transcripts", "closings"); err != nil {
			t.Fatal(err)
		}
		if org := schoolOf(t, w); org.ClosedAt.IsZero() {
			t.Error("it has not closed")
		}
		held, err := w.Certify.Credentials(ctx, student, student.TherapistID)
		if err != nil || len(held) != 1 || held[0].Kind != core.CredentialTranscript || held[0].Minutes != 90 {
			t.Fatalf("%+v, %v", held, err)
		}
		stands(t, w, held[0], credential.Valid, credential.Valid, "")
		signed, err := credential.ClaimOf(held[0].Document)
		if err != nil || !strings.Contains(signed.Description, "Nothing was judged") || signed.Hours.Total.Required != 0 {
			t.Errorf("%+v, %v", signed, err)
		}
		var subject credential.HoursLine
		for _, line := range signed.Hours.Subjects {
			if line.Minutes > 0 {
				subject = line
			}
		}
		if subject.Name != "Kinesiology" || subject.Minutes != 90 || subject.Required != 0 {
			t.Errorf("%+v", subject)
		}
		if found, err := w.Certify.Doctor(ctx); err != nil || len(found) > 0 {
			t.Errorf("the doctor finds %v, %v", found, err)
		}
	})
}
