package continuing_test

import (
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/testkit"
)

// An activity that the office adds is told to the therapist; their own is not.
func TestService_Telling(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ce.Telling("https://palmar.example")
		read := len(w.Mails())
		_, err := w.ce.AddActivity(ctx, w.Registrar, w.Student.TherapistID, course("Myofascial", "2026-10-01", "3 h"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.ce.AddActivity(ctx, w.Student, w.Student.TherapistID, course("Neck", "2026-10-01", "3 h"))
		if err != nil {
			t.Fatal(err)
		}
		mails := w.Mails()[read:]
		if len(mails) != 1 || mails[0].To != w.Student.Email || !strings.Contains(mails[0].Text, testkit.Said("added.ce", "name", "Myofascial")) {
			t.Errorf("told %+v", mails)
		}
	})
}
