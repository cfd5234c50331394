package main

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/core"
	"github.com/palmar/palmar/pkg/kept/certifytest"
	"github.com/palmar/palmar/pkg/testkit"
)

// TestCertify: one command certifies what waits for a person, tells how far it is
// and why something was refused, and two persons stay two.
func TestCertify(t *testing.T) {
	t.Parallel()
	w := certifytest.SQLite(t, "http://127.0.0.1:8080")
	const many = 51
	for range many {
		student := w.Person("Student", core.NewID[core.AccountID](w.Src).String()+"@example.org", w.School, core.RoleStudent)
		enrollment := w.Enroll(student)
		w.Earn(enrollment, student, "kinesiology", 480)
		if _, err := w.Certify.ProposeTranscript(t.Context(), w.Registrar, enrollment); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{
		"PALMAR_DATABASE=" + w.Address, "PALMAR_DATA_DIR=" + t.TempDir(),
		"PALMAR_SECRET=" + base64.StdEncoding.EncodeToString(certifytest.Secret),
	}
	none, progress := testkit.Said("cli.certify.done", "certified", 0, "refused", 0), testkit.Said("cli.certify.progress", "looked", 50)
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--as", "rob@example.org"}, 64, "--organization"},
		{[]string{"--as", "nobody@example.org", "--organization", "brightwater"}, 1, "--as nobody@example.org"},
		{[]string{"--as", "rob@example.org", "--organization", "nowhere"}, 1, testkit.Says("not_found.organization")},
		{[]string{"--as", "rob@example.org", "--organization", "brightwater", "--program", "nothing"}, 1, "--program nothing"},
		{[]string{"--as", "sam@example.org", "--organization", "brightwater"}, 1, testkit.Says("forbidden")}, // a supervisor
		{[]string{"--as", "otto@example.org", "--organization", "brightwater"}, 1, testkit.Says("not_found.proposal")},
		{[]string{"--as", "rita@example.org", "--organization", "brightwater"}, 0, none}, // she proposed them
		{[]string{"--as", "rob@example.org", "--organization", "brightwater", "--program", "mmf"}, 0, progress},
		{[]string{"--as", "rob@example.org", "--organization", "brightwater"}, 0, none},
	} {
		code, out, errs := palmar(t, env, append([]string{"certify"}, test.args...)...)
		if code != test.code || !strings.Contains(out+errs, test.want) {
			t.Errorf("%q: %d %s %s", test.args, code, out, errs)
		}
		if test.want == progress && !strings.Contains(out, testkit.Said("cli.certify.done", "certified", many, "refused", 0)) {
			t.Error(out)
		}
	}

	// What does not suffice any more is refused, and named.
	w.EarnAll(w.Enrollment, w.Student, 900)
	if _, err := w.Certify.Propose(t.Context(), w.Registrar, w.Enrollment); err != nil {
		t.Fatal(err)
	}
	w.Tamper("credits", "UPDATE credits SET minutes = 1 WHERE enrollment_id = ?", w.Enrollment.String())
	code, out, errs := palmar(t, env, "certify", "--as", "rob@example.org", "--organization", "brightwater")
	if code != 1 || !strings.Contains(out, testkit.Says("cli.certify.refused")+" Ada Example, Medical Massage Foundations. ") || !strings.Contains(out, "(standard_not_met)") ||
		!strings.Contains(out, testkit.Said("cli.certify.done", "certified", 0, "refused", 1)) {
		t.Errorf("%d %s %s", code, out, errs)
	}
}
