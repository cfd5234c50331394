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
	v.open("/log")
	v.sees("palmar log audit", "What it proves, and what not")
	v.open("/verify/offline")
	v.sees("Check a certificate without a network")
	v.open("/docs")
	v.open("/reset")
	v.sees("A new password")
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

// student sees what counts and what is missing, and logs a session that is
// filled in from the last one.
func student(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("ana.ortega@brightwater.example", school.Password)
	v.sees("Signed", "Waiting", "Missing", "What does not count, and why", "Latest sessions")
	v.follow("All sessions")
	v.follow("Draft")
	v.open("/record")
	v.follow("The ledger")
	v.open("/record")

	v.follow("When will it be done?")
	v.sees("Between", "Hours by week")
	v.unfold("The same as a table")
	v.follow("My hours")
	v.follow("Monthly statement")
	v.sees("By subject", "recorded in the month")
	v.follow("My hours")
	v.follow("What if I move?")
	v.sees("Hours are missing", "Texas")
	v.unfold("Texas")
	v.sees("Sure: the rule itself was read")
	v.follow("My hours")
	v.follow("Log a session")
	v.write("Day", "2015-03-02")
	v.write("Start", "14:00")
	v.write("End", "09:00")
	v.press("Submit")
	v.sees("end")
	v.write("Start", "09:00")
	v.write("End", "11:30")
	v.write("Break", "15")
	v.sees("That is 2 h 15 min.")
	v.write("Note", "Three clients")
	v.press("Keep as draft")
	v.sees("Saved as a draft")
	v.open("/record")
	v.follow("All sessions")
	v.follow("Draft")
	v.follow("Mon 2 Mar 2015")
	v.sees("Three clients", "Draft")
	v.follow("Change it")
	v.write("Subject", "Kinesiology")
	v.press("Submit")
	v.sees("2 h 15 min submitted to")
	v.follow("All sessions")
	v.follow("Waiting")
	v.follow("Mon 2 Mar 2015")
	v.press("Take it back")
	v.sees("Withdrawn")

	v.open("/record")
	v.follow("All sessions")
	v.follow("Signed")
	v.followIn("tbody")
	v.sees("Posted to the ledger")
	v.follow("Correct it")
	v.write("Break", "5")
	v.write("Why is it corrected?", "The break was five minutes")
	v.press("Submit the correction")
	v.sees("Until it is signed, the old session counts.", "History")

	v.open("/record/certificates")
	v.open("/record/licenses")
	v.open("/record/disclosures")
	v.sees("Nobody has looked yet")
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
	v.follow("Keys")
	v.sees("Ed25519", "P-256")
	v.press("Change the keys")
	v.sees("The school signs with new keys now.", "Signs no more since")
	v.follow("Paper")
	v.write("Above the name", "The school certifies that")
	v.write("Name 1", "Helen Marsh")
	v.press("Save the draft")
	v.sees("The draft is saved.", "not in use yet")
	v.press("Use the draft")
	v.sees("Certificates and transcripts are printed like this from now on.")
	v.follow("Audit")
	v.sees("invitation.create", "Helen Marsh")
	v.menu("Completions")
	v.press("Certify all on which I may decide")
	v.sees("Certification of a cohort", "proposals looked at", "Kofi Mensah")
	v.follow("Cohorts")
	v.sees("Helen Marsh", " of 2")
	v.open("/organizations")
	v.open("/account")
	v.press("Sign out")
	v.open("/account")
	v.sees("Sign in")
}
