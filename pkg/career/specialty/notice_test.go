package specialty_test

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/career/specialty"
	"github.com/palmar/palmar/pkg/testkit"
)

// Who completed a course by a school's word is told so, by one mail.
func TestService_Telling(t *testing.T) {
	each(t, func(s *school) {
		s.Specialty.Telling(base)
		c := s.course("MLD1", 60, specialty.DetailsInput{})
		read := len(s.Mails())
		_, err := s.Specialty.RecordCompletion(s.ctx, s.Registrar, c.ID, specialty.CompletionInput{
			TherapistID: s.Student.TherapistID, CompletedOn: day(2026, 11, 20), Instructor: "Ines Hart",
		})
		s.ok(err)
		mails := s.Mails()[read:]
		what := testkit.Said("added.completion", "name", c.Title, "on", day(2026, 11, 20))
		if len(mails) != 1 || mails[0].To != s.Student.Email || !strings.Contains(mails[0].Text, what) {
			t.Errorf("told %+v, want %q", mails, what)
		}
	})
}
