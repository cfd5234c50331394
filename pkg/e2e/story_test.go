package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/palmar/palmar/pkg/demo/school"
)

// anybody checks a certificate without an account, and finds a changed one out.
func anybody(t *testing.T, s *site) {
	v := s.visitor(t)
	v.open("/")
	v.open("/sign-in")
	v.open("/check")
	v.write("Code or link of the certificate", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA")
	v.press("Check")
	v.sees("No certificate has this code")

	v.open(s.certificate())
	v.sees("Valid", "Brightwater School of Massage")
	file := v.fetch("Download the credential")
	v.open("/verify")
	v.attach("File", save(t, file))
	v.press("Check the file")
	v.sees("Valid")
	v.open("/verify")
	v.attach("File", save(t, bytes.Replace(file, []byte(`600`), []byte(`700`), 1)))
	v.press("Check the file")
	v.sees("Not valid")
	v.open("/docs")
	v.open("/no-such-page")
	v.sees("There is nothing here")
}

func save(t *testing.T, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "credential.json")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// employer checks somebody who asks for work and keeps what was seen.
func employer(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("d.ruiz@harborview.example", school.Password)
	v.sees("Checks")
	v.write("Code or link of a certificate", s.certificate())
	v.press("Check")
	v.sees("May practise today?", "Specialties", "How the certificate was checked")
	v.open("/account")
}

// administrator looks after the school's people, keys and journal.
func administrator(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("h.marsh@brightwater.example", school.Password)
	v.menu("Organization")
	v.sees("Members")
	v.unfold("Invite somebody")
	v.write("Name", "Nora New")
	v.write("E-mail address", "nora@example.org")
	v.write("Role", "Supervisor")
	v.press("Send the invitation")
	v.sees("An invitation is on its way to nora@example.org.")
	v.follow("Settings")
	v.follow("API tokens")
	v.unfold("Make a token")
	v.write("Name", "Timetable")
	v.press("Make the token")
	v.sees("Copy it now")
	v.follow("Audit")
	v.sees("invitation.create", "Helen Marsh")
	v.open("/organizations")
	v.open("/account")
	v.press("Sign out")
	v.open("/account")
	v.sees("Sign in")
}
