package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/palmar/palmar/pkg/demo/school"
	"github.com/palmar/palmar/pkg/testkit"
)

// supervisor signs what students did under their eyes, or gives it back.
func supervisor(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("r.alvarez@brightwater.example", school.Password)
	v.sees("Inbox", "for your signature")
	v.press(testkit.Says("logbook.inbox.sign_what_chosen"))
	v.sees(testkit.Says("required.sessions_to_sign"))
	v.unfold("Return the session")
	v.write("Reason", "Which clients were there?")
	v.press("Return this session")
	v.sees("Returned to the student with your reason.")
	v.tick("The whole week")
	v.press(testkit.Says("logbook.inbox.sign_what_chosen"))
	v.sees("signed,")
	v.followIn("main table")
	v.sees("Your signature")
	v.press("Sign")
	v.sees("1 session signed")
}

// registrar enrolls, imports and proposes.
func registrar(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("g.whitlock@brightwater.example", school.Password)
	v.menu("Students")
	v.write(testkit.Says("logbook.students.name_or_email_begins_with"), "Mei")
	v.press("Find")
	v.follow("Mei-Ling Chen")
	v.sees("Total: 1 min short of 600 h")
	v.misses("Propose completion")
	v.follow("Students")
	v.write(testkit.Says("logbook.students.name_or_email_begins_with"), "Sunita")
	v.press("Find")
	v.follow("Sunita Thapa")
	v.press("Propose completion")
	v.sees("Completion proposed.", testkit.Says("certify.proposal.you_have_proposed_so_somebody"))

	v.menu("Students")
	v.follow("Enroll a student")
	v.write("Name", "Nora New")
	v.write(testkit.Says("shared.email_address"), "nora.new@example.org")
	v.write("First day", "2026-09-01")
	v.press("Enroll")
	v.sees("Nora New is enrolled.", testkit.Says("logbook.enrollment.no_session_yet"))

	v.follow(testkit.Says("logbook.enrollment.leave_withdrawal"))
	v.tick("Leave")
	v.write("From", "2026-11-02")
	v.write(testkit.Says("registry.pauses.last_day_leave"), "2026-12-01")
	v.write(testkit.Says("shared.reason"), "A child")
	v.press(testkit.Says("registry.pauses.record"))
	v.sees(testkit.Says("registry.pauses.take_program_up_again"))
	v.press(testkit.Says("registry.pauses.comes_again"))
	v.write("First day of absence", "2026-11-04")
	v.write(testkit.Says("registry.pauses.why_was_student_away"), "Ill")
	v.press(testkit.Says("registry.pauses.excuse"))
	v.sees("Absence excused. It adds no hours.", "Nov 4, 2026")
	v.follow("Nora New")
	v.follow(testkit.Says("shared.hours_other_schools"))
	v.write("School", "Lakeside School")
	v.write(testkit.Says("logbook.enrollment_transfers.its_license_number"), "MS 0042")
	v.write(testkit.Says("logbook.enrollment_transfers.transcripts_reference"), "T-118")
	v.write(testkit.Says("logbook.enrollment_transfers.last_day_there"), "2024-12-19")
	v.press(testkit.Says("logbook.enrollment_transfers.propose_them"))
	v.sees(testkit.Says("required.lines"))
	v.write("Hours (optional)", "20:00")
	v.press(testkit.Says("logbook.enrollment_transfers.propose_them"))
	v.sees("Attach the transcript next.", testkit.Says("logbook.transfer.you_proposed_these_hours_so"))
	v.attach("Transcript", save(t, []byte("%PDF-1.7 of Lakeside")))
	v.press(testkit.Says("shared.attach"))
	v.sees("credential.pdf")

	v.menu("Students")
	v.follow("Cohorts")
	v.sees(testkit.Says("registry.cohorts.middle"), "Medical Massage Foundations")
	v.follow("Students")
	v.follow("At risk")
	v.sees("Last session", testkit.Says("registry.at_risk.hours_month"))
	v.menu("Requests")
	v.follow("Missed punch")
	v.sees("My telephone was empty.", "3:00 AM to 3:50 AM")
	v.write("Answer", "Rosa remembers you.")
	v.press(testkit.Says("registry.request.grant"))
	v.sees("Granted")
	v.menu("Requests")
	v.follow("Dispute")
	v.write("Answer", "It was imported in April.")
	v.press(testkit.Says("registry.request.decline"))
	v.sees("Declined")
	v.menu("Requests")
	v.sees(testkit.Says("registry.requests.nothing_waits_answer"))
	v.menu("Classes")
	v.follow(testkit.Says("classroom.classes.calendar"))
	v.write("First day", "2026-12-23")
	v.write("Last day", "2026-12-31")
	v.write(testkit.Says("shared.reason"), "Holidays")
	v.press(testkit.Says("registry.calendar.close_days_2"))
	v.sees("Closed days saved.", "Dec 31, 2026")

	file := attendance(t)
	v.menu("Imports")
	v.attach("Attendance file", file)
	v.press(testkit.Says("logbook.imports.try_file_2"))
	v.sees(testkit.Says("logbook.import_report.was_try_nothing_recorded_file"), "unknown_setting", "hallway")
	v.attach("The same file again", file)
	v.press(testkit.Said("logbook.import_report.import_2", "count", 1))
	v.sees(testkit.Says("logbook.import.you_imported_file_so_somebody"))

	v.menu("Programs")
	v.follow("Medical Massage Foundations")
	v.follow("Publish the next version")
	v.press("Publish")
	v.sees(testkit.Says("program_unchanged"))
	v.menu("Programs")
	v.follow("Drafts")
	v.sees(testkit.Says("logbook.drafts.there_no_draft"))
	v.menu("Programs")
	v.follow("Medical Massage Foundations")
	v.follow(testkit.Says("logbook.program.draft_with_cases"))
	v.follow(testkit.Says("logbook.start.advanced"))
	pack := ask[string](v, `document.querySelector("textarea").value`)
	v.write(testkit.Says("logbook.draft.pack_2"), strings.Replace(pack, "minutes: 36000", "minutes: lots", 1))
	v.press(testkit.Says("logbook.start.begin"))
	v.sees(testkit.Says("logbook.draft.cannot_be_read_yet"), "line ")
	v.write(testkit.Says("logbook.draft.pack_2"), strings.Replace(pack, "minutes: 36000", "minutes: 37500", 1))
	v.press(testkit.Says("logbook.draft.save_run_cases"))
	v.sees("short is 625 h, must be 600 h")
	v.unfold(testkit.Says("logbook.draft.advanced"))
	v.write(testkit.Says("logbook.draft.pack_2"), strings.NewReplacer("minutes: 36000", "minutes: 37500", "short: 36000", "short: 37500").Replace(pack))
	v.press(testkit.Says("logbook.draft.save_run_cases"))
	v.sees("1 test case passes")
	v.follow(testkit.Says("logbook.draft.whose_standing_would_change"))
	v.sees(testkit.Says("logbook.back_test.program_would_stand_otherwise_than"), testkit.Says("logbook.back_test.then"))
	v.follow("Draft of")
	v.press(testkit.Says("logbook.draft.publish_2"))
	v.sees(testkit.Says("logbook.programs.published"))
}

// attendance is a file with one good record and one with a mistake.
func attendance(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "october.csv")
	text := "email,name,date,start,end,break_minutes,subject,setting,delivery,supervisor,note\n" +
		"ana.ortega@brightwater.example,Ana Ortega,2026-11-15,19:00,21:00,0,kinesiology,classroom,in-person,r.alvarez@brightwater.example,\n" +
		"ana.ortega@brightwater.example,Ana Ortega,2026-11-16,19:00,21:00,0,kinesiology,hallway,in-person,r.alvarez@brightwater.example,\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// certifier is the second person: approves an import and certifies.
func certifier(t *testing.T, s *site) {
	v := s.visitor(t)
	v.signIn("s.adeyemi@brightwater.example", school.Password)
	v.menu("Imports")
	v.follow("community-clinic.csv")
	v.press("Approve the import")
	v.sees("Import approved.")

	v.menu("Imports")
	v.follow("transfer hours")
	v.follow("Lakeside School")
	v.press("Accept the hours")
	v.sees("The hours are now in the student’s record.", testkit.Says("logbook.transfer.take_hours_back"))

	v.menu("Completions")
	v.follow("Marcus Whitfield")
	v.sees(testkit.Says("certify.proposal.rule_by_rule_as_was"))
	v.press("Certify")
	v.sees(testkit.Said("certify.proposals.certified_has_a_certificate_and", "subjectName", "Marcus Whitfield"))
	v.follow("Open the certificate")
	v.sees("Valid", "Marcus Whitfield", "Brightwater School of Massage")
	v.menu("Completions")
	v.follow("Certified")
	v.follow("Declined")
	v.follow("Certificates")
	v.follow("Marcus Whitfield")
	v.sees(testkit.Says("certify.credential.hours_behind"), testkit.Says("shared.change"))
	v.tick("Suspend until something is resolved")
	v.write(testkit.Says("certify.credential.why_everybody_can_read"), "The board has a question.")
	v.press(testkit.Says("certify.credential.propose"))
	v.sees("A second person at the school must decide.", "The board has a question.")
}
